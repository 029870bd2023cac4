"""A table of addresses for `--to`: exactly one mailbox, as nodemailer reads it, or refused."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.mail import address
from smtp_verify.mail.recipient import recipient

if TYPE_CHECKING:
    from collections.abc import Callable

TABLE = Path(__file__).resolve().parent.parent / "data" / "addresses.tsv"
TAKEN = "taken"
MESSAGES = {
    "none": "no mailbox",
    "incomplete": "an address needs a name, an @ and a domain: name@example.com",
    "several": "several mailboxes; give --to once for each",
    "group": "a group, where one mailbox must be",
    "two @": "two @ in the address",
    "space": "a space in the address",
    "bracket": "a < or > inside the address",
    "control": "a control character in the address",
}
"""The reasons of the conformance table, and no other."""
SPECIAL = re.compile(r"""[\s"(),:;<>\\\[\]\ufeff]""")


class Row(NamedTuple):
    """One line of the table."""

    text: str
    verdict: str
    nodemailer: list[str]
    """The recipients nodemailer 8.0.4 would name."""


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    columns = (line.split("\t") for line in lines)
    return [Row(json.loads(text), verdict, json.loads(sent)) for text, verdict, sent in columns]


ROWS = rows()


def verdict_on(text: str) -> tuple[str, list[str]]:
    """Taken, with the recipient, or the reason why not."""
    try:
        return TAKEN, [recipient(text)]
    except ConfigError as error:
        (reason,) = (reason for reason, message in MESSAGES.items() if message == error.message)
        return reason, []


def test_every_address_gets_the_verdict_of_the_table(record_property: Callable[[str, object], None]) -> None:
    expected = {row.text: (row.verdict, row.nodemailer if row.verdict == TAKEN else []) for row in ROWS}
    wrong = {text: found for text in expected if (found := verdict_on(text)) != expected[text]}
    record_property("hostile", f"addresses: {len(ROWS) - len(wrong)} of {len(ROWS)} as the table says")
    assert wrong == {}


def test_every_field_of_addresses_is_read_as_nodemailer_reads_it() -> None:
    wrong = {
        row.text: found
        for row in ROWS
        if (found := address.mailboxes(address.parse(row.text))) != row.nodemailer
    }
    assert wrong == {}


def is_bare(text: str) -> bool:
    """One @, something on both sides of it, and nothing that an address field gives a meaning to."""
    controls = any(unicodedata.category(character) == "Cc" for character in text)
    return bool(re.fullmatch("[^@]+@[^@]+", text)) and not controls and not SPECIAL.search(text)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if is_bare(row.text)], ids=lambda row: ascii(row.text)[:40]
)
def test_a_bare_address_is_taken_and_rewritten_in_nothing_but_its_domain(row: Row) -> None:
    local, _, domain = row.text.partition("@")
    assert row.verdict == TAKEN
    ((sent_local, sent_domain),) = (sent.split("@") for sent in row.nodemailer)
    assert sent_local == local
    if domain.isascii():
        assert sent_domain == domain.lower()
    else:
        assert sent_domain.isascii()


def test_the_table_has_all_kinds_of_verdicts_and_no_address_twice() -> None:
    assert {row.verdict for row in ROWS} == {TAKEN, *MESSAGES}
    assert len({row.text for row in ROWS}) == len(ROWS)
