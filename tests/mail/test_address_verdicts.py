"""A table of addresses for `--to`: exactly one mailbox, as nodemailer reads it, or refused."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import Nodemailer
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
VERSIONS = (Nodemailer(8, 0, 11), Nodemailer(9, 0, 5))
LITERAL = {
    f"a@[{literal}]": TAKEN
    for literal in ("::1", "IPv6:2001:db8::1", "IPv6:::1", "IPv6:fe80::1%eth0", "tag:x")
}
"""What nodemailer 9 reads as one mailbox, and 8 as a group."""
SPECIAL = re.compile(r"""[\s"(),:;<>\\\[\]\ufeff]""")


class Row(NamedTuple):
    """One line of the table."""

    text: str
    verdict: str
    nodemailer: dict[int, list[str]]
    """The recipients that 8.0.11 and 9.0.5 would name, by major version."""


def rows() -> list[Row]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    found = []
    for line in lines:
        text, verdict, sent, *newer = line.split("\t")
        by_version = {8: json.loads(sent), 9: json.loads(newer[0] if newer else sent)}
        found.append(Row(json.loads(text), verdict, by_version))
    return found


ROWS = rows()


def verdict_on(text: str, nodemailer: Nodemailer) -> tuple[str, list[str]]:
    """Taken, with the recipient, or the reason why not."""
    try:
        return TAKEN, [recipient(text, nodemailer)]
    except ConfigError as error:
        (reason,) = (reason for reason, message in MESSAGES.items() if message == error.message)
        return reason, []


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_address_gets_the_verdict_of_the_table(
    version: Nodemailer, record_property: Callable[[str, object], None]
) -> None:
    wrong = {}
    for row in ROWS:
        verdict = LITERAL.get(row.text, row.verdict) if version.major == 9 else row.verdict
        expected = verdict, row.nodemailer[version.major] if verdict == TAKEN else []
        if (found := verdict_on(row.text, version)) != expected:
            wrong[row.text] = found
    figure = f"{len(ROWS) - len(wrong)} of {len(ROWS)} as the table says"
    record_property("hostile", f"addresses, nodemailer {version}: {figure}")
    assert wrong == {}


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_every_field_of_addresses_is_read_as_nodemailer_reads_it(version: Nodemailer) -> None:
    wrong = {
        row.text: found
        for row in ROWS
        if (found := address.mailboxes(row.text, version)) != row.nodemailer[version.major]
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
    ((sent_local, sent_domain),) = (sent.split("@") for sent in row.nodemailer[8])
    assert sent_local == local
    if domain.isascii() or not local.isascii():
        assert sent_domain == domain.lower()
    else:
        assert sent_domain.isascii()


def test_the_table_has_all_kinds_of_verdicts_and_no_address_twice() -> None:
    assert {row.verdict for row in ROWS} == {TAKEN, *MESSAGES}
    assert len({row.text for row in ROWS}) == len(ROWS)
