"""Plain scalars: the core schema of YAML 1.2, and where YAML 1.1 reads them differently."""

from __future__ import annotations

import math
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from smtp_verify.config.reading.yaml_scalars import ambiguity, describe, has_no_json_value, is_word, resolve


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("", None, type(None)),
        ("~", None, type(None)),
        ("null", None, type(None)),
        ("NULL", None, type(None)),
        ("nULL", "nULL", str),
        ("true", True, bool),
        ("TRUE", True, bool),
        ("tRUE", "tRUE", str),
        ("False", False, bool),
        ("no", "no", str),
        ("on", "on", str),
        ("y", "y", str),
        ("587", 587, int),
        ("+587", 587, int),
        ("-0", 0, int),
        ("0465", 465, int),
        ("08", 8, int),
        ("0o17", 15, int),
        ("-0o17", "-0o17", str),
        ("0x1F", 31, int),
        ("0b11", "0b11", str),
        ("1_000", "1_000", str),
        ("22:22", "22:22", str),
        ("1e3", 1000, int),
        ("1.5e3", 1500, int),
        (".5", 0.5, float),
        ("+.5", 0.5, float),
        ("5.", 5, int),
        ("-1e999", -math.inf, float),
        ("1e999", math.inf, float),
        ("9007199254740993", 2.0**53, float),
        ("0x20000000000001", 2.0**53, float),
        ("0x" + "f" * 300, math.inf, float),
        ("2024-01-01", "2024-01-01", str),
        (".", ".", str),
        ("-", "-", str),
        ("1e", "1e", str),
        ("٣", "٣", str),
        ("0x", "0x", str),
    ],
)
def test_a_plain_scalar_follows_the_core_schema(text: str, value: Any, kind: type) -> None:
    assert resolve(text) == value
    assert isinstance(resolve(text), (int, float) if value == 2.0**53 else kind)


@pytest.mark.parametrize(
    ("text", "yaml11", "yaml12"),
    [
        ("0465", "the number 309", "the number 465"),
        ("-0465", "the number -309", "the number -465"),
        ("08", 'the string "08"', "the number 8"),
        ("22:22", "the number 1342", 'the string "22:22"'),
        ("-1:30", "the number -90", 'the string "-1:30"'),
        ("1:30:15.5", "the number 5415.5", 'the string "1:30:15.5"'),
        ("no", "false", 'the string "no"'),
        ("Off", "false", 'the string "Off"'),
        ("YES", "true", 'the string "YES"'),
        ("on", "true", 'the string "on"'),
        ("1e3", 'the string "1e3"', "the number 1000"),
        ("1.5e3", 'the string "1.5e3"', "the number 1500"),
        ("0o17", 'the string "0o17"', "the number 15"),
        ("0b101", "the number 5", 'the string "0b101"'),
        ("1_000", "the number 1000", 'the string "1_000"'),
        ("1_0.5", "the number 10.5", 'the string "1_0.5"'),
        ("0_", "the number 0", 'the string "0_"'),
        ("0x_1f", "the number 31", 'the string "0x_1f"'),
        ("2024-01-01", "a date", 'the string "2024-01-01"'),
        ("2024-13-45", "a date", 'the string "2024-13-45"'),
        ("2024-1-1 1:00:00.5 +01:00", "a date", 'the string "2024-1-1 1:00:00.5 +01:00"'),
        ("1e999", 'the string "1e999"', "a number too large for a computer"),
    ],
)
def test_what_the_two_versions_read_differently_shows_both_readings(
    text: str, yaml11: str, yaml12: str
) -> None:
    found = ambiguity(text)
    assert found is not None
    assert (found.text, found.yaml11, found.yaml12) == (text, yaml11, yaml12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "587",
        "-5",
        "+5",
        "0",
        "00",
        "007",
        "0x1F",
        "1.5",
        ".5",
        "1.",
        "1.5e+3",
        "true",
        "null",
        "~",
        "yes!",
        "nO",
        "text",
        "a:b",
        "::1",
        "127.0.0.1",
        "smtp.example.com",
        "-",
        ".",
        "+",
        "0x",
        "_1",
        "9" * 500,
    ],
)
def test_what_both_versions_read_alike_is_not_ambiguous(text: str) -> None:
    assert ambiguity(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".inf", True),
        ("-.INF", True),
        ("+.Inf", True),
        (".nan", True),
        (".NaN", True),
        ("-.nan", False),
        (".iNF", False),
        ("inf", False),
        ("nan", False),
        ("1e999", False),
    ],
)
def test_infinity_and_nan_have_no_json_value(text: str, expected: bool) -> None:
    assert has_no_json_value(text) is expected


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "null"), (True, "true"), ("x", 'the string "x"'), (5, "the number 5"), (0.5, "the number 0.5")],
)
def test_a_value_is_described_with_its_type(value: Any, words: str) -> None:
    assert describe(value) == words


# PyYAML is not asked where it is no judge: document marks, and a sign before a bare fraction.
words = st.from_regex(r"[-+.0-9xobeE_:yYnNaAfFsStTrRuUlL]{1,8}", fullmatch=True).filter(
    lambda text: text not in ("---", "...") and not text.startswith(("-.", "+."))
)


@given(words)
def test_where_no_ambiguity_is_told_an_implementation_of_yaml_1_1_reads_the_same(text: str) -> None:
    if ambiguity(text) is not None or has_no_json_value(text):
        return
    try:
        old = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError):
        return
    if isinstance(old, (str, int, float, type(None))):
        assert (old, isinstance(old, bool)) == (resolve(text), isinstance(resolve(text), bool))


@given(words | st.text(min_size=1))
@example("2001-01-01")
@example("false")
@example(".infinity")
@example("0o7777")
def test_what_is_a_word_at_first_sight_is_text_in_both_versions(text: str) -> None:
    if is_word(text):
        assert (resolve(text), ambiguity(text), has_no_json_value(text)) == (text, None, False)


def test_the_longest_word_that_is_no_text_is_no_word() -> None:
    assert not is_word("false")
    assert is_word("falsey")
