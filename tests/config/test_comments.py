"""What is a comment of a YAML text, and what only looks like one."""

from __future__ import annotations

import pytest

from smtp_verify.config.reading.comments import comments
from smtp_verify.config.reading.text import Text


def found(text: str) -> list[tuple[str, int, bool]]:
    """Each comment with its document, and whether it is alone on its line."""
    return [(text[a:b], document, alone) for a, b, document, alone in comments(Text("a.yaml", text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# one\na: 1 # two\n", [("# one", 0, True), ("# two", 0, False)]),
        ("a: b#c # d", [("# d", 0, False)]),
        ("a: 'b # c' # d\n", [("# d", 0, False)]),
        ('a: "b\n  # c\n  d" # e\n', [("# e", 0, False)]),
        ("a: |\n  # b\n  c # d\n# e\n", [("# e", 0, True)]),
        ("a: |- # b\n  # c\nd: >2 # e\n    f\n", [("# b", 0, False), ("# e", 0, False)]),
        ("a: |\n\n   b\n  # c\nd: 1\n", [("# c", 0, True)]),
        ("- >-\n    # a\n\n  # b\n- c\n", [("# b", 0, True)]),
        ("{a: [b, # c\n  d], # e\n}#f\n", [("# c", 0, False), ("# e", 0, False), ("#f", 0, False)]),
        ("a: b\n  c # d\n", [("# d", 0, False)]),
        ("a: &b c # d\ne: *b # f\n", [("# d", 0, False), ("# f", 0, False)]),
        ("a: !t b # c\n", [("# c", 0, False)]),
        ("a: 1\r\n# b\r\nc: 2 # d\r\n", [("# b", 0, True), ("# d", 0, False)]),
        ("a: 1 # b\rc: 2 # d\r", [("# b", 0, False), ("# d", 0, False)]),
        ("a: 😀 # 😀\n# b", [("# 😀", 0, False), ("# b", 0, True)]),
        ("  # a\na: 1\n", [("# a", 0, True)]),
        ("", []),
        ("# a", [("# a", 0, True)]),
        ('{"a": "# b"}', []),
    ],
)
def test_tokens_decide_what_a_comment_is(text: str, expected: list[tuple[str, int, bool]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("# a\na: 1 # b\n---\n# c\nd: 1\n", [0, 0, 1]),
        ("# a\n---\n# b\na: 1\n--- # c\n# d\n", [0, 0, 1, 1]),
        ("%YAML 1.1\n# a\n---\nb: 1\n...\n# c\n---\nd: 1 # e\n", [0, 0, 1]),
    ],
)
def test_a_comment_belongs_to_a_document(text: str, documents: list[int]) -> None:
    assert [document for _, document, _ in found(text)] == documents


def test_what_cannot_be_read_ends_the_comments() -> None:
    assert found("a: 1 # b\nc: @d # e\n") == [("# b", 0, False)]
