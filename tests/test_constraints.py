"""constraints.txt holds what pyproject.toml asks for, in plain names, versions and markers."""

from __future__ import annotations

import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import lock, versions

PROJECT = tomllib.loads(versions.PROJECT.read_text(encoding="utf-8"))
LINES = [line for line in versions.CONSTRAINTS.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
PINNED = {requirement.name: requirement for requirement in map(Requirement, LINES)}
EXTRAS = PROJECT["project"]["optional-dependencies"]
WANTED = [
    *PROJECT["build-system"]["requires"],
    lock.EDITABLE,
    *PROJECT["project"]["dependencies"],
    *(each for extra in EXTRAS.values() for each in extra if not each.startswith("smtp-verify[")),
]


@pytest.mark.parametrize("wanted", WANTED)
def test_what_is_asked_for_is_pinned_to_a_version_in_its_range(wanted: str) -> None:
    requirement = Requirement(wanted)
    pinned = PINNED[canonicalize_name(requirement.name)]
    (exact,) = pinned.specifier
    assert exact.operator == "=="
    assert requirement.specifier.contains(exact.version)


def test_there_are_plain_names_versions_and_markers_alone() -> None:
    assert [line for line in LINES if not lock.PIN.fullmatch(line)] == []
    assert not lock.PIN.fullmatch("a @ https://example.com/a.whl")
    assert not lock.PIN.fullmatch("--index-url https://example.com")


def test_the_floors_are_those_of_what_is_asked_for_directly() -> None:
    found = dict(each.split("==") for each in versions.floors(PROJECT["project"]))
    assert found["rich"] == "13.8"
    runtime = {Requirement(each).name for each in PROJECT["project"]["dependencies"]}
    assert runtime <= found.keys()
