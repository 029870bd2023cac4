"""The sends of `test-send` as annotations of GitHub Actions, at the lines of the config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.finding import Severity
from smtp_verify.report.findings import github
from smtp_verify.report.formats.github import annotation
from smtp_verify.report.session.marks import marks, what_happened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.redaction import Redactor
    from smtp_verify.report.formats.formatter import Failure
    from smtp_verify.runs.send_report import SendReport

_TITLE = "test-send"


@dataclass(frozen=True, slots=True)
class SessionGithub:
    """An error for the likeliest cause of a send that failed, a notice for each other one."""

    def sends(
        self,
        reports: Sequence[SendReport],
        redact: Redactor,
        exit_code: int,
        failure: Failure | None = None,
    ) -> str:
        """The annotations; a send that did not fail is a notice without a place."""
        told = "".join(line for report in reports for line in _annotations(report, redact))
        return told + (github.failed(failure) if failure else "")

    def failure(self, failure: Failure) -> str:
        """What stopped the run."""
        return github.failed(failure)


def _annotations(report: SendReport, redact: Redactor) -> Iterator[str]:
    found = list(marks(report))
    if not found:
        yield annotation(Severity.INFO, redact(what_happened(report)), _TITLE)
    for mark in found:
        title = mark.row.code if mark.row is not None else _TITLE
        yield annotation(mark.severity, redact(mark.message), title, mark.place)
