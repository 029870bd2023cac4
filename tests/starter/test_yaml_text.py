"""A config as YAML for people: our own reader finds in it what was put in."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.starter.yaml_text import Comments, yaml_text

SHORT = (
    "",
    "yes",
    "No",
    "null",
    "1e3",
    "0465",
    "22:22",
    "a: b",
    "# x",
    "- a",
    "it's",
    '"',
    "\\",
    "é",
    "注",
    "😀",
    "~",
)
LINES = ("a\nb\n", "a\n\nb\n", " a\nb\n", "a\n", "\n", "a\nb", "\t", "\x7f", "\x85", "\u2028", "a\r\nb\n")
WORDS = st.sampled_from(("<app-password>", *SHORT, *LINES))
STRINGS = WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | STRINGS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(STRINGS.filter(lambda key: key != "<<"), inner, max_size=3)
    ),
    max_leaves=12,
)


def read(text: str) -> Any:
    (document,) = load_source(Source("a.yaml", text), InputFormat.YAML)
    assert document.findings == ()
    return document.data


@settings(max_examples=3 * settings.get_profile("ours").max_examples)
@given(st.dictionaries(STRINGS.filter(lambda key: key != "<<"), VALUES, min_size=1, max_size=4))
def test_what_is_written_is_read_back(config: dict[str, Any]) -> None:
    assert read(yaml_text(config, ("a head",), Comments())) == config


def test_comments_stand_where_they_belong() -> None:
    config = {
        "host": "smtp.example.com",
        "auth": {"user": "me"},
        "templates": [{"a": "x\ny\n", "b": 1}, {"a": True}],
    }
    comments = Comments(
        before={("auth", "user"): ("who",), ("templates", 1): ("second", "", "line")},
        behind={("host",): "where"},
        apart=frozenset({("auth",), ("templates", 1)}),
    )
    assert yaml_text(config, ("head",), comments) == (
        "# head\n"
        "host: smtp.example.com # where\n"
        "\n"
        "auth:\n"
        "  # who\n"
        "  user: me\n"
        "templates:\n"
        "  - a: |\n"
        "      x\n"
        "      y\n"
        "    b: 1\n"
        "\n"
        "  # second\n"
        "\n"
        "  # line\n"
        "  - a: true\n"
    )
