"""What the sender's domain says, as text and JSON."""

from __future__ import annotations

import asyncio
import json

from smtp_verify.domain.check import Check, CheckVerdict, DomainRecord, DomainReport
from smtp_verify.domain.examine import check_domain
from smtp_verify.report.formats.json_document import dumps
from smtp_verify.report.probe.domain import domain_json, domain_text
from smtp_verify.report.style import Style
from tests.dnsd import Fault, Names, serving

REPORT = DomainReport(
    "example.com",
    "SendGrid",
    (
        Check(name="mx", verdict=CheckVerdict.YES, found="mx.example.com", source="https://docs.example/mx"),
        Check(
            name="spf",
            verdict=CheckVerdict.NO,
            found="example.com has no SPF record",
            why="nobody can tell who sends",
            fix="publish one",
            publish=(DomainRecord("example.com", "TXT", "v=spf1 ~all"),),
            source="https://docs.example/spf",
        ),
        Check(
            name="spf provider",
            verdict=CheckVerdict.UNKNOWN,
            found="example.com: no answer within 1 s",
            records=(DomainRecord("example.com", "TXT", "x"),),
        ),
    ),
)
TEXT = """\
domain  example.com, through SendGrid
  mx            yes             mx.example.com
  spf           no              example.com has no SPF record
                                nobody can tell who sends
                                fix: publish one
                                publish: example.com TXT "v=spf1 ~all"
                                more: https://docs.example/spf
  spf provider  could not tell  example.com: no answer within 1 s
"""
HOSTILE = "\x1b[2J\x9b\u202e\x07\r\n\u2066"
RAW = "\x1b\x9b\u202e\x07\r\u2066"


def text(report: DomainReport, colour: bool = False) -> str:
    return "".join(domain_text(report, Style(colour)))


def test_each_check_has_its_line_and_what_belongs_to_it() -> None:
    assert text(REPORT) == TEXT


def test_the_verdict_is_painted() -> None:
    painted = text(REPORT, colour=True)
    assert "\x1b[1;31mno            \x1b[0m" in painted
    assert "\x1b[1;33mcould not tell\x1b[0m" in painted


def test_nothing_to_check_is_told() -> None:
    assert text(DomainReport("", "", nothing="fromEmail has no address")) == (
        "domain  none\n  nothing to check: fromEmail has no address\n"
    )


def test_what_is_long_is_cut_for_people_but_never_what_is_to_be_published() -> None:
    check = Check(
        name="spf",
        verdict=CheckVerdict.NO,
        found="f" * 999,
        publish=(DomainRecord("e.example", "TXT", "v" * 999),),
    )
    shown = text(DomainReport("e.example", "", (check,)))
    assert f"{'f' * 240}…\n" in shown
    assert f'"{"v" * 999}"\n' in shown


def test_json_has_every_field() -> None:
    assert domain_json(REPORT) == {
        "domain": "example.com",
        "provider": "SendGrid",
        "nothing": None,
        "checks": [
            {
                "name": "mx",
                "verdict": "yes",
                "found": "mx.example.com",
                "why": None,
                "cure": None,
                "publish": [],
                "records": [],
                "source": "https://docs.example/mx",
            },
            {
                "name": "spf",
                "verdict": "no",
                "found": "example.com has no SPF record",
                "why": "nobody can tell who sends",
                "cure": "publish one",
                "publish": [{"name": "example.com", "type": "TXT", "value": "v=spf1 ~all"}],
                "records": [],
                "source": "https://docs.example/spf",
            },
            {
                "name": "spf provider",
                "verdict": "unknown",
                "found": "example.com: no answer within 1 s",
                "why": None,
                "cure": None,
                "publish": [],
                "records": [{"name": "example.com", "type": "TXT", "value": "x"}],
                "source": None,
            },
        ],
    }


def hostile_names() -> list[Names]:
    """Every place from which a word of a record can reach a report."""
    evil = HOSTILE.encode()
    quiet: Names = {"smtp._domainkey.example.com": Fault.SERVFAIL}
    return [
        {"example.com": {"TXT": (b"v=spf1 include:" + evil + b".example -all",)}},
        {"example.com": {"TXT": (b"v=spf1 moo=" + evil + b" -all",)}},
        {"example.com": {"TXT": (b"v=spf1 -all", b"v=spf1 " + evil)}},
        {"example.com": {"TXT": (b"v=spf1 exists:%{l}.%{h}" + evil + b" ~all",)}},
        {"example.com": {"MX": ("10 \\027[2J\\155\\007.example.com.",)}},
        {"_dmarc.example.com": {"TXT": (b"v=DMARC1; p=none; rua=mailto:" + evil,)}},
        {"_dmarc.example.com": {"TXT": (b"v=DMARC1; p=" + evil,)}},
        {"_dmarc.example.com": {"TXT": (b"v=DMARC1; " + evil,)}},
        {"pic._domainkey.example.com": {"TXT": (b"v=DKIM1; k=" + evil + b"; p=AAAA",)}, **quiet},
        {"pic._domainkey.example.com": {"TXT": (b"v=DKIM1; h=" + evil + b"; p=AAAA",)}, **quiet},
        {"pic._domainkey.example.com": {"CNAME": ("\\027[2J\\155.example.org",)}},
        {"example.com": {"TXT": (b"v=spf1 \xff\xfe\x1b -all", b"\x1b[2J")}},
    ]


def test_nothing_of_a_record_reaches_a_terminal_as_it_is() -> None:
    seen = 0
    for names in hostile_names():
        with serving({"mx.example.com": {"A": ("192.0.2.1",)}, **names}) as server:
            report = asyncio.run(
                check_domain("a@example.com", "smtp.mailgun.org", nameservers=[server.address], deadline=5)
            )
        shown, machine = text(report), dumps(domain_json(report))
        assert not set(RAW) & set(shown), names
        assert machine.isascii()
        assert json.loads(machine)["checks"] == domain_json(report)["checks"]
        seen += "\\x1b" in shown or "\\027" in shown
    # The words really come as far as the report: in most of these places they are shown as escapes.
    assert seen >= 8, seen
