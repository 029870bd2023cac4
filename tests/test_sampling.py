"""A sample is the same each time, and `--exhaustive` leaves nothing out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.exhaustive(one_in=5)
@pytest.mark.parametrize("n", range(20))
def test_case(n):
    pass

def test_plain():
    pass

def test_loop(sample):
    print("drew", sample(range(100), one_in=25))
"""


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\naddopts = -p tests.sampling --strict-markers")
    return pytester.path


def ran(pytester: pytest.Pytester, *options: str) -> tuple[int, list[str]]:
    """How many tests passed, and which: by their names, and what the last one drew."""
    result = pytester.runpytest_subprocess("-v", "-s", "-p", "no:cacheprovider", *options)
    lines = [line for line in result.stdout.lines if "::" in line]
    return result.parseoutcomes()["passed"], [line.partition("::")[2] for line in lines]


@pytest.mark.usefixtures("folder")
def test_a_sample_can_be_drawn_again_and_another_one_too(pytester: pytest.Pytester) -> None:
    first, again, other = ran(pytester), ran(pytester), ran(pytester, "--seed", "1")
    assert first[0] == 4 + 2
    assert first == again
    assert first != other


@pytest.mark.usefixtures("folder")
def test_nothing_is_left_out_where_everything_is_asked_for(pytester: pytest.Pytester) -> None:
    count, lines = ran(pytester, "--exhaustive")
    assert count == 20 + 2
    assert str(list(range(100))) in lines[-1]


@pytest.mark.usefixtures("folder")
def test_one_in_so_many_of_all_tests(pytester: pytest.Pytester) -> None:
    assert ran(pytester, "--exhaustive", "--one-in", "11")[0] == 2
