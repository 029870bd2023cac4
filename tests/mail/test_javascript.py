"""Values as JavaScript's String() shows them."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.errors import RenderError
from smtp_verify.javascript import Function, number_to_string, to_string, to_utf8, trim


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1.0, "1"),
        (0, "0"),
        (-0.0, "0"),
        (-1, "-1"),
        (100, "100"),
        (0.1, "0.1"),
        (0.1 + 0.2, "0.30000000000000004"),
        (3.14, "3.14"),
        (1e15, "1000000000000000"),
        (1e16, "10000000000000000"),
        (1e20, "100000000000000000000"),
        (123456789012345680000.0, "123456789012345680000"),
        (1e21, "1e+21"),
        (-1e21, "-1e+21"),
        (1.5e21, "1.5e+21"),
        (1.2345e100, "1.2345e+100"),
        (1e-6, "0.000001"),
        (1.5e-6, "0.0000015"),
        (1e-7, "1e-7"),
        (-1.5e-10, "-1.5e-10"),
        (123456.789, "123456.789"),
        (12345678901234567890, "12345678901234567000"),
        (2**53 + 1, "9007199254740992"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_is_written_as_javascript_writes_it(number: float, text: str) -> None:
    assert number_to_string(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_as_the_same_number(number: float) -> None:
    assert float(number_to_string(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_has_an_exponent_only_where_ecma_262_gives_it_one(number: float) -> None:
    assert ("e" in number_to_string(number)) == (number != 0 and not 1e-6 <= abs(number) < 1e21)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("text", "text"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        ([], ""),
        (["a", "b"], "a,b"),
        ([[1, 2], [3]], "1,2,3"),
        ([None, None, 1], ",,1"),
        ([[], [None], [[]]], ",,"),
        ([True, 1.0, {"k": 1}], "true,1,[object Object]"),
        ({}, "[object Object]"),
        ({"a": 1}, "[object Object]"),
        ([{}], "[object Object]"),
        ({"valueOf": 1}, "[object Object]"),
        (Function("join"), "function join() { [native code] }"),
    ],
)
def test_a_value_is_made_a_string_as_javascript_makes_it_one(value: Any, text: str) -> None:
    assert to_string(value) == text


@pytest.mark.parametrize("value", [{"toString": 5}, [{"toString": None}], [[{"toString": "x"}]]])
def test_an_object_with_a_to_string_of_its_own_cannot_be_rendered(value: Any) -> None:
    with pytest.raises(RenderError) as caught:
        to_string(value)
    assert caught.value.message == (
        "a variable holds an object with a key toString: JavaScript throws"
        ' "Cannot convert object to primitive value", and Logto answers HTTP 500'
    )


def test_white_space_is_what_javascript_means_by_it() -> None:
    assert trim("\ufeff\u00a0\u2028\u3000\u1680 \t\n\v\f\rx\u2029\u202f\u205f\u200a") == "x"


@pytest.mark.parametrize("character", ["\x1c", "\x1d", "\x1e", "\x1f", "\x85", "\u180e", "\u200b"])
def test_what_python_or_unicode_alone_call_white_space_is_none(character: str) -> None:
    assert trim(f"{character}x{character}") == f"{character}x{character}"


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("é", b"\xc3\xa9"),
        ("\ud83d\ude00", "😀".encode()),
        ("\ud83d", b"\xef\xbf\xbd"),
        ("a\ude00b", b"a\xef\xbf\xbdb"),
        ("\ude00\ud83d", b"\xef\xbf\xbd\xef\xbf\xbd"),
    ],
)
def test_surrogates_are_joined_or_replaced(text: str, data: bytes) -> None:
    assert to_utf8(text) == data
