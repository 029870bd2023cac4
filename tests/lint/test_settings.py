"""What the settings of a project hold, once they are read."""

from __future__ import annotations

import pytest

from smtp_verify.lint.selection.known_codes import codes_of
from smtp_verify.lint.selection.settings import Settings, Table


def settings(**data: object) -> Settings:
    return Table("x", data, lambda key: 1).settings("/of/the/project")


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("a.json", True),
        ("deep", True),
        ("deep/", True),
        ("/deep", True),
        ("deep/er", True),
        ("./deep/er/*.json", True),
        ("deep/*.json", False),
        ("deep/**/*.json", True),
        ("deep/**", True),
        ("**/a.json", True),
        ("er/a.json", False),
        ("/a.json", False),
        ("[!b].json", True),
        ("[!a].json", False),
        ("a*", True),
        ("a?json", True),
        ("A.json", False),
    ],
)
def test_a_pattern_starts_from_the_settings(pattern: str, matches: bool) -> None:
    path = "/of/the/project/deep/er/a.json"
    made = settings(**{"per-file-ignores": {pattern: ["SV1"]}, "exclude": [pattern]})
    assert made.dropped_in(path) == (codes_of("SV1") if matches else frozenset())
    assert made.excludes(path) is matches


def test_what_matches_several_patterns_has_the_codes_of_all() -> None:
    made = settings(**{"per-file-ignores": {"*.json": ["SV1"], "a.*": ["SV2"], "b.*": ["SV3"]}})
    assert made.dropped_in("/of/the/project/a.json") == codes_of("SV1") | codes_of("SV2")


def test_without_keys_there_is_nothing_to_hold_to() -> None:
    assert settings() == Settings("/of/the/project")
