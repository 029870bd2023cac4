"""Encoded words and folding, as nodemailer 8.0.4 writes them."""

from __future__ import annotations

from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.logto_versions import Nodemailer
from smtp_verify.mail.header_encoding import encode_word, encode_words, fold, prefers_quoted_printable


@pytest.mark.parametrize(
    ("value", "encoded"),
    [
        ("Your code", "Your code"),
        ("", ""),
        ("tab\there", "tab\there"),
        ("=?utf-8?q?fake?=", "=?utf-8?q?fake?="),
        ('quote "x" <y>', "=?UTF-8?Q?quote_=22x=22_=3Cy=3E?="),
        ('{"a":1}', "=?UTF-8?Q?=7B=22a=22=3A1=7D?="),
        ("Zoë", "=?UTF-8?Q?Zo=C3=AB?="),
        ("é ", "=?UTF-8?B?w6kg?="),
        ("aé ", "=?UTF-8?B?YcOpIA==?="),
        ("abé ", "=?UTF-8?Q?ab=C3=A9=20?="),
        ("测试", "=?UTF-8?B?5rWL6K+V?="),
        ("😀 482913", "=?UTF-8?B?8J+YgCA0ODI5MTM=?="),
        ("rtl \u202e", "=?UTF-8?Q?rtl_=E2=80=AE?="),
        ("\ud83d", "=?UTF-8?B?77+9?="),
        (
            "Очень длинная тема письма",
            "=?UTF-8?B?0J7Rh9C10L3RjCDQtNC70LjQvdC90LDRjyDRgtC1?= =?UTF-8?B?0LzQsCDQv9C40YHRjNC80LA=?=",
        ),
    ],
)
def test_a_header_value_is_encoded_as_a_whole_or_not_at_all(value: str, encoded: str) -> None:
    assert encode_words(value) == encoded


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).map(lambda text: text + "é"))
def test_encoded_words_say_what_was_encoded(text: str) -> None:
    assert str(make_header(decode_header(encode_word(text)))) == text


@given(st.text(min_size=1))
def test_an_encoded_word_is_never_longer_than_rfc_2047_allows(text: str) -> None:
    words = encode_word(text).split(" ")
    assert all(len(word) <= 75 and word.isascii() and word.isprintable() for word in words)


@pytest.mark.parametrize(
    ("text", "quoted_printable"),
    [
        ("", False),
        ("1" * 100, False),
        ("é", False),
        ("aé", False),
        ("abé", True),
        ("a😀", False),
        ("ab😀", False),
    ],
)
def test_quoted_printable_is_for_texts_of_mostly_latin_letters(text: str, quoted_printable: bool) -> None:
    assert prefers_quoted_printable(text) == quoted_printable


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("Subject: short", "Subject: short"),
        ("X: " + "a" * 72, "X: " + "a" * 72),
        ("Subject: " + "x" * 80, "Subject:\r\n " + "x" * 80),
        ("Subject: " + "word " * 16 + "end", "Subject: " + "word " * 12 + "word\r\n word word word end"),
        ("x" * 100, "x" * 100),
        ("x" * 100 + " y", "x" * 100 + "\r\n y"),
    ],
)
def test_a_header_line_is_broken_before_white_space(line: str, folded: str) -> None:
    assert fold(line) == folded


@given(st.text(alphabet="ab \t", max_size=400).map(lambda text: "X: a" + text))
def test_a_folded_line_unfolds_to_itself(line: str) -> None:
    assert fold(line).replace("\r\n", "") == line


@pytest.mark.parametrize(
    ("value", "in_8", "in_9"),
    [
        ("bell\x07", "bell\x07", "=?UTF-8?Q?bell=07?="),
        ("del\x7f", "del\x7f", "=?UTF-8?Q?del=7F?="),
        ("tab\t", "tab\t", "tab\t"),
        # Pairs of surrogates beyond the three that nodemailer 8 knows are torn apart where a word ends.
        (
            "é" * 13 + "-" + "\U0001d400" * 3,
            "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6kt77+9?= =?UTF-8?B?77+98J2QgPCdkIA=?=",
            "=?UTF-8?B?w6nDqcOpw6nDqcOpw6nDqcOpw6nDqcOpw6kt?= =?UTF-8?B?8J2QgPCdkIDwnZCA?=",
        ),
    ],
    ids=["U+0007", "U+007F", "tab", "letters beyond U+FFFF"],
)
def test_what_the_releases_encode_differently(value: str, in_8: str, in_9: str) -> None:
    """Each was run with 8.0.11 and 9.0.5."""
    assert encode_words(value, Nodemailer(8, 0, 11)) == in_8
    assert encode_words(value, Nodemailer(9, 0, 5)) == in_9
