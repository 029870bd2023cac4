"""What the sender's domain says, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.domain.check import CheckVerdict
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.domain.check import Check, DomainRecord, DomainReport
    from smtp_verify.report.style import Style

_WORDS = {
    CheckVerdict.YES: ("yes", "good"),
    CheckVerdict.NO: ("no", "error"),
    CheckVerdict.UNKNOWN: ("could not tell", "warning"),
}
_LONGEST = 240
"""Characters of what was found that are shown to people; JSON has it whole."""


def domain_text(report: DomainReport, style: Style) -> Iterator[str]:
    """A line with the domain, then for each check its verdict, what was found, why, and what to do."""
    through = f", through {report.provider}" if report.provider else ""
    yield f"{style('bold', 'domain')}  {visible_line(report.domain or 'none')}{through}\n"
    if report.nothing:
        yield f"  nothing to check: {visible_line(report.nothing)}\n"
    names = max((len(check.name) for check in report.checks), default=0)
    words = max((len(_WORDS[check.verdict][0]) for check in report.checks), default=0)
    for check in report.checks:
        word, color = _WORDS[check.verdict]
        first, *others = _lines(check)
        margin = " " * (names + words + 6)
        yield f"  {style('dim', check.name.ljust(names))}  {style(color, word.ljust(words))}  {first}\n"
        yield from (f"{margin}{each}\n" for each in others)


def _lines(check: Check) -> Iterator[str]:
    yield _shortened(check.found)
    if check.why:
        yield _shortened(check.why)
    if check.fix:
        yield f"fix: {_shortened(check.fix)}"
    yield from (f"publish: {_record(each)}" for each in check.publish)
    if check.source and check.verdict is not CheckVerdict.YES:
        yield f"more: {check.source}"


def _record(record: DomainRecord) -> str:
    # A record to be published may quote one that is there; only the whole of it is useful.
    return visible_line(f'{record.name} {record.type} "{record.value}"')


def _shortened(text: str) -> str:
    return visible_line(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")


def domain_json(report: DomainReport) -> dict[str, Any]:
    """The same as values; the printer escapes what is not ASCII."""
    return {
        "domain": report.domain or None,
        "provider": report.provider or None,
        "nothing": report.nothing or None,
        "checks": [_check(each) for each in report.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "verdict": check.verdict.value,
        "found": check.found,
        "why": check.why or None,
        "cure": check.fix or None,
        "publish": _records(check.publish),
        "records": _records(check.records),
        "source": check.source or None,
    }


def _records(records: Iterable[DomainRecord]) -> list[dict[str, str]]:
    return [{"name": each.name, "type": each.type, "value": each.value} for each in records]
