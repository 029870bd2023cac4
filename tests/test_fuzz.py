"""Every fuzz harness holds over its seeds, and over inputs made of what its format is made of.

`make fuzz` goes on from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.fields import SEPARATOR
from tests.fuzz.harness import NAMES, check_of, seeds

if TYPE_CHECKING:
    from pathlib import Path

Inputs = st.SearchStrategy[bytes]
Texts = st.SearchStrategy[str]


@pytest.mark.parametrize(
    ("name", "seed"),
    [pytest.param(name, seed, id=f"{name}-{seed.name}") for name in NAMES for seed in seeds(name)],
)
def test_a_harness_holds_over_each_of_its_seeds(name: str, seed: Path) -> None:
    check_of(name)(seed.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_harness_takes_no_bytes_at_all(name: str) -> None:
    check_of(name)(b"")


def pieces(*of: str, most: int = 20) -> Texts:
    """Texts made of these pieces."""
    return st.lists(st.sampled_from(of), max_size=most).map("".join)


def joined(*fields: Texts) -> Inputs:
    """The input of a harness that takes these fields."""
    return st.tuples(*fields).map(lambda texts: SEPARATOR.join(text.encode() for text in texts))


JSON = pieces(
    *'{}[],:"\\ \n', '"a"', '"b":', "1", "-0.5", "1e3", "true", "null", "NaN", "\\ud800", "é", "\x00"
)
YAML = pieces(
    *"{}[],:-?|>&*!'\"#%@ \n\té\ufeff",
    *("host: ", "auth:\n  ", "pass: ", "\n  ", "- ", "&x a", "*x", "<<: ", "---\n", "0465", "no", "}b"),
)
TEMPLATE = pieces("{{", "}}", "{", "}", " ", "\u00a0", "\x85", "code", "user.name", "list.0", ".", "|", "x")
PAYLOAD = st.sampled_from(
    ["", '{"code": 1e21, "user": {"name": "{{code}}"}, "list": [[1], null]}', '{"user": {"toString": 1}}']
)
ADDRESS = pieces(*'<>()",;:@\\ .', "a", "b@c.co", "é", "\u3002", "\n", "\x00", "Joe, PhD", '"a b"@c.co')
TEXT = pieces(
    " ", "\r\n", "\n", ".", "=?utf-8?q?=0A?=", "word", "é", "😀", "日本語", '"', "x" * 80, "=", "\t", "A: b"
)
HEADER = st.sampled_from(
    ["X-A", "Bcc", "cc", "To", "key", "value", "Message-ID", "References", "Sender", "x-smtpapi"]
)
REPLY = pieces(
    "2",
    "50",
    "250",
    "354",
    " ",
    "-",
    "ok",
    "\r",
    "\n",
    "\r\n",
    "250 ok\r\n",
    "250-a\r\n",
    "550 no\n",
    "x" * 50,
)
SECRET = st.text(alphabet="abcXYZ019/+=é\"\\ %\n😀'", min_size=6, max_size=24)

INPUTS: dict[str, Inputs] = {
    "json_reader": joined(JSON),
    "config_loader": joined(YAML),
    "findings": joined(
        YAML, YAML, pieces(*"{}[],:-?|>&*!'\"%@ ", "a", most=4), pieces(*"{}[],:!'\"%@ ", "a", most=4)
    ),
    "handlebars": joined(TEMPLATE, TEMPLATE, PAYLOAD),
    "address": joined(ADDRESS),
    "headers": joined(ADDRESS, ADDRESS, ADDRESS, TEXT, TEXT, HEADER, TEXT | ADDRESS, HEADER, TEXT | ADDRESS),
    "replies": st.lists(REPLY, max_size=8).map(lambda chunks: SEPARATOR.join(map(str.encode, chunks))),
    "redactor": joined(SECRET, SECRET, TEXT | SECRET, TEXT | SECRET),
}


def test_there_are_inputs_for_every_harness() -> None:
    assert set(INPUTS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@given(st.data())
def test_a_harness_holds_over_whatever_its_format_is_made_of(name: str, data: st.DataObject) -> None:
    check_of(name)(data.draw(INPUTS[name]))
