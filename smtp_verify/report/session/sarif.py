"""The sends of `test-send` as SARIF 2.1.0: why they failed, at the lines of the config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.report.findings import sarif
from smtp_verify.report.formats.fingerprint import Fingerprints
from smtp_verify.report.formats.rule import rule_of_diagnosis
from smtp_verify.report.formats.sarif import Invocation, SarifResult, log
from smtp_verify.report.session.marks import marks
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.redaction import Redactor
    from smtp_verify.report.formats.formatter import Failure
    from smtp_verify.runs.send_report import SendReport

_SIGNALLED = 128
"""An exit code above it says that a signal ended the run."""


@dataclass(frozen=True, slots=True)
class SessionSarif:
    """One result for each cause of each send that failed; a message that was accepted has none."""

    def sends(
        self,
        reports: Sequence[SendReport],
        redact: Redactor,
        exit_code: int,
        failure: Failure | None = None,
    ) -> str:
        """The log; what no row of the table explains is a notification."""
        unexplained = [
            visible_line(redact(mark.message))
            for report in reports
            for mark in marks(report)
            if mark.row is None
        ]
        notes = [*unexplained, failure.message] if failure else unexplained
        code = failure.exit_code if failure else exit_code
        ended = Invocation(code, successful=failure is None and code < _SIGNALLED, notifications=notes)
        return "".join(log(_results(reports, redact), lambda: ended))

    def failure(self, failure: Failure) -> str:
        """A run that did not come to its end."""
        return sarif.failed(failure)


def _results(reports: Sequence[SendReport], redact: Redactor) -> Iterator[SarifResult]:
    fingerprint = Fingerprints()
    for report in reports:
        ending = report.result.ending
        properties = {
            "to": redact(report.to),
            "outcome": ending.outcome.value,
            "stage": report.result.stage.value,
            "exitCode": ending.exit_code,
        }
        for mark in marks(report):
            if mark.row is not None:
                yield SarifResult(
                    rule_of_diagnosis(mark.row),
                    mark.severity,
                    visible_line(redact(mark.message)),
                    mark.place,
                    mark.pointer,
                    fingerprint(mark.place.path, mark.row.code, mark.pointer),
                    properties,
                )
