"""What a failed send has to say to those who look at the config: the causes, each at its line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.finding import Location, Severity
from smtp_verify.report.session.diagnoses import written
from smtp_verify.smtp.wire.transcript import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.diagnosis.row import Diagnosis, Row
    from smtp_verify.runs.send_report import SendReport


@dataclass(frozen=True, slots=True)
class Mark:
    """One cause at its place."""

    row: Row | None
    """None where no row of the table says why."""
    severity: Severity
    message: str
    place: Location
    """The head of the config where the cause is not one of its keys."""
    pointer: str = ""


def marks(report: SendReport) -> Iterator[Mark]:
    """The causes of a send that failed, the likeliest first and that one an error; of others nothing."""
    if report.result.ending.outcome in (Outcome.ACCEPTED, Outcome.STOPPED):
        return
    head = Location(report.path, 1, 1, 1, 1)
    if not report.diagnoses:
        yield Mark(None, Severity.ERROR, what_happened(report), head)
    for number, each in enumerate(report.diagnoses):
        severity = Severity.INFO if number else Severity.ERROR
        message = _cause(each, "another cause may be" if number else f"{what_happened(report)}; cause")
        yield Mark(each.row, severity, message, each.place or head, each.pointer)


def what_happened(report: SendReport) -> str:
    """The outcome in a line; the code stays out of it, since it is still to be used."""
    result = report.result
    told = f"{report.to}: {result.ending.outcome.value} at {result.stage.value}"
    return f"{told}: {result.reason}" if result.reason else told


def _cause(each: Diagnosis, lead: str) -> str:
    told = f"{lead}: {each.row.cause}; fix: {each.row.fix}"
    changes = ", ".join(map(written, each.changes))
    return f"{told}; write {changes}" if changes else told
