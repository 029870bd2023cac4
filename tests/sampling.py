"""Which cases of an exhaustive test are run: all with `--exhaustive`, else a seeded sample.

`pytest.mark.exhaustive(one_in=N)` samples the cases of a parametrized test; the fixture `sample` draws from
those that a test goes through by itself. `--one-in N` keeps one in N of all tests, to try another Python or
other versions. The same `--seed` draws the same sample, in whichever process.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T")

ONE_IN = 10
"""What is kept where a test does not say otherwise."""


class Sample(Protocol):
    """Draws from the cases of a test."""

    def __call__(self, cases: Iterable[T], one_in: int = ONE_IN) -> list[T]:
        """Some of them in their order, at least one; or all."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options that choose."""
    group = parser.getgroup("sampling")
    group.addoption("--exhaustive", action="store_true", help="run every case of the exhaustive tests")
    group.addoption("--one-in", type=int, default=1, metavar="N", help="run one in N of all tests")
    group.addoption("--seed", default="0", help="draw another sample")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known; how many examples Hypothesis tries, and that none of them has a deadline."""
    settings.register_profile(
        "ours", deadline=None, max_examples=100 if config.getoption("--exhaustive") else 25
    )
    settings.load_profile("ours")
    config.addinivalue_line("markers", f"exhaustive(one_in={ONE_IN}): only a sample of its cases is run")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not in the sample."""
    chosen = set(items)
    if not config.getoption("--exhaustive"):
        for name, cases in _exhaustive(items).items():
            chosen -= set(cases)
            chosen |= set(_drawn(config, name, cases, _one_in(cases[0])))
    kept = [item for item in items if item in chosen]
    kept = _drawn(config, "all", kept, config.getoption("--one-in"))
    config.hook.pytest_deselected(items=[*set(items).difference(kept)])
    items[:] = kept


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Sample:
    """Draws from the cases that a test goes through by itself."""

    def draw(cases: Iterable[T], one_in: int = ONE_IN) -> list[T]:
        every = request.config.getoption("--exhaustive")
        return list(cases) if every else _drawn(request.config, request.node.nodeid, list(cases), one_in)

    return draw


def _exhaustive(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """The cases of each exhaustive test."""
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("exhaustive") is not None:
            found.setdefault(item.nodeid.partition("[")[0], []).append(item)
    return found


def _one_in(item: pytest.Item) -> int:
    marker = item.get_closest_marker("exhaustive")
    return int(marker.kwargs.get("one_in", ONE_IN)) if marker is not None else 1


def _drawn(config: pytest.Config, name: str, cases: list[T], one_in: int) -> list[T]:
    if one_in == 1:
        return cases
    # Text, and not a tuple, seeds alike in every process.
    rng = random.Random(f"{config.getoption('--seed')} {name}")  # noqa: S311 - a sample that can be drawn again
    chosen = sorted(rng.sample(range(len(cases)), math.ceil(len(cases) / one_in)))
    return [cases[index] for index in chosen]
