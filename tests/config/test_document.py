"""The node tree: places, lookup, and JSON Pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.config.loader import load_source
from smtp_verify.config.path import Path, dotted, json_pointer
from smtp_verify.config.reading.source import Source
from smtp_verify.config.reading.text import Text
from smtp_verify.config.reading.tree import walk
from smtp_verify.finding import Finding, Location, Severity
from tests.timing import computed_within

if TYPE_CHECKING:
    from smtp_verify.config.document import Document

YAML = """\
host: h
auth:
  user: u
  pass: |
    one
    two
empty: {}
none: []
templates:
  - usageType: SignIn
    usageType: Generic
"""


def load(text: str, name: str = "a.yaml") -> Document:
    (document,) = load_source(Source(name, text))
    return document


def places(location: Location) -> tuple[int, int, int, int]:
    return location.line, location.column, location.end_line, location.end_column


@pytest.mark.parametrize(
    ("offset", "position"),
    [
        (0, (1, 1)),
        (1, (1, 2)),
        (2, (2, 1)),
        (4, (3, 1)),
        (5, (3, 2)),
        (7, (4, 1)),
        (8, (4, 2)),
        (99, (4, 93)),
    ],
)
def test_lines_end_with_any_line_end_and_columns_count_code_points(
    offset: int, position: tuple[int, int]
) -> None:
    text = Text("a", "a\nb\r😀\r\nc")
    assert text.position(offset) == position


def test_a_line_is_told_without_its_end() -> None:
    text = Text("a", "a\r\nb\rc\n\n\u2028d")
    assert [text.line(number) for number in range(1, 8)] == ["a", "b", "c", "", "\u2028d", "", ""]
    assert [text.line_start(number) for number in range(1, 6)] == [0, 3, 5, 7, 8]
    assert [text.line_end(offset) for offset in (0, 1, 3, 5, 8)] == [1, 1, 4, 6, 10]


def test_a_text_makes_findings_about_itself() -> None:
    text = Text("a.yaml", "ab\ncd")
    assert text.error("SV006", 1, 4, "m", "h") == Finding(
        Location("a.yaml", 1, 2, 2, 2), "SV006", Severity.ERROR, "m", "h"
    )
    assert text.warning("SV007", 2, 1, "m").location == Location("a.yaml", 1, 3, 1, 3)
    assert text.warning("SV007", 0, 1, "m").severity is Severity.WARNING


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("host",), (1, 7, 1, 8)),
        (("auth",), (3, 3, 3, 7)),
        (("auth", "user"), (3, 9, 3, 10)),
        (("auth", "pass"), (4, 9, 4, 10)),
        (("auth", "missing"), (3, 3, 3, 7)),
        (("empty",), (7, 8, 7, 10)),
        (("none",), (8, 7, 8, 9)),
        (("none", 0), (8, 7, 8, 9)),
        (("templates",), (10, 3, 10, 4)),
        (("templates", 0), (10, 5, 10, 14)),
        (("templates", 0, "usageType"), (11, 16, 11, 23)),
        (("templates", 1, "usageType"), (10, 3, 10, 4)),
        (("missing", "deep"), (1, 1, 1, 5)),
        ((), (1, 1, 1, 5)),
    ],
)
def test_a_value_is_placed_or_else_what_is_closest_above_it(path: Path, place: tuple[int, ...]) -> None:
    assert places(load(YAML).location(path)) == place


@pytest.mark.parametrize(
    ("text", "place"),
    [("{}", (1, 1, 1, 3)), ("[\n]", (1, 1, 1, 2)), ("null", (1, 1, 1, 5)), ('\n "x"', (2, 2, 2, 5))],
)
def test_a_root_without_a_key_is_placed_too(text: str, place: tuple[int, ...]) -> None:
    assert places(load(text, "a.json").location(("host",))) == place


def test_lookup_takes_the_last_of_duplicates_and_minds_its_types() -> None:
    document = load('{"a": [1, 2], "0": "x", "a": [3]}', "a.json")
    assert getattr(document.node(("a", 0)), "value", None) == 3
    for path in (("a", 1), ("a", -1), ("a", "0"), (0,), ("a", 0, "x")):
        assert document.node(path) is None


def test_lookup_in_a_wide_object_takes_no_search_for_each_key() -> None:
    document = load("{" + ",".join(f'"k{n}": {n}' for n in range(9_000)) + "}", "a.json")
    with computed_within(1):
        for n in range(9_000):
            assert document.node((f"k{n}",)) is not None


def test_walk_passes_every_node_in_document_order_and_aliases_once_for_each_use() -> None:
    root = load("a: &x [1]\nb: {c: *x}").root
    assert root is not None
    assert [path for path, _ in walk(root)] == [
        (),
        ("a",),
        ("a", 0),
        ("b",),
        ("b", "c"),
        ("b", "c", 0),
    ]


@pytest.mark.parametrize(
    ("path", "pointer", "words"),
    [
        ((), "", ""),
        (("auth", "user"), "/auth/user", "auth.user"),
        (("templates", 0, "subject"), "/templates/0/subject", "templates[0].subject"),
        (("a/b", "~", ""), "/a~1b/~0/", "a/b.~."),
    ],
)
def test_a_path_is_written_as_a_pointer_and_with_dots(path: Path, pointer: str, words: str) -> None:
    assert json_pointer(path) == pointer
    assert dotted(path) == words


@given(st.lists(st.text() | st.integers(0, 9)))
def test_a_pointer_can_be_taken_apart_again(path: list[Any]) -> None:
    tokens = json_pointer(tuple(path)).split("/")[1:]
    assert [token.replace("~1", "/").replace("~0", "~") for token in tokens] == [str(token) for token in path]


@given(st.text(alphabet="ab\r\n😀\u2028"), st.integers(0, 20))
def test_a_position_leads_back_to_its_offset(text: str, offset: int) -> None:
    offset = min(offset, len(text))
    known = Text("a", text)
    line, column = known.position(offset)
    assert known.line_start(line) + column - 1 == offset
    assert known.line_start(line) <= offset
