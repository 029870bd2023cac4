"""Values with parameters; every expectation is what nodemailer 8.0.4 wrote for the same value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.mail.structured_value import parse, rewritten

REWRITTEN = [
    ("text/plain", "text/plain"),
    ('text/plain; charset="utf-8"', "text/plain; charset=utf-8"),
    ("text/plain;charset=UTF-8;  format = flowed", "text/plain; charset=UTF-8; format=flowed"),
    ("text/plain; CHARSET=x", "text/plain; charset=x"),
    ('text/plain; name="a b"', 'text/plain; name="a b"'),
    ("text/plain; name=a'b", 'text/plain; name="a\'b"'),
    ('x; name="a;b"', 'x; name="a;b"'),
    ('x; name="a\\"b"', "x; name*0*=utf-8''a%22b"),
    ("x; flag", "x; flag="),
    ("x; =", "x; ="),
    ("", ""),
    ("x; name=café", "x; name*0*=utf-8''caf%C3%A9"),
    ("x; name*=utf-8''caf%C3%A9", 'x; name="=?utf-8?Q?caf=C3=A9?="'),
    ("x; name*0=a; name*1=b", "x; name=ab"),
    ("x; name=" + "a" * 80, "x; name*0=" + "a" * 50 + "; name*1=" + "a" * 30),
]


@pytest.mark.parametrize(("value", "expected"), REWRITTEN)
def test_a_value_is_written_as_nodemailer_does(value: str, expected: str) -> None:
    assert rewritten(value) == expected


def test_a_charset_replaces_the_one_that_is_there() -> None:
    assert rewritten("text/plain; charset=x; a=b", "utf-8") == "text/plain; charset=utf-8; a=b"
    assert rewritten("text/plain", "utf-8") == "text/plain; charset=utf-8"


@given(st.text(max_size=200))
def test_no_value_breaks_it_and_none_gains_a_line(value: str) -> None:
    parse(value)
    kept = {character for character in value if character in "\r\n"}
    assert {character for character in rewritten(value) if character in "\r\n"} <= kept
