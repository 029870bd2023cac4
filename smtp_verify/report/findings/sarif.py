"""The findings of `validate` as SARIF 2.1.0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.report.formats.fingerprint import Fingerprints, with_fingerprints
from smtp_verify.report.formats.rule import rule_of_finding
from smtp_verify.report.formats.sarif import Invocation, SarifResult, log
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.finding import Finding
    from smtp_verify.lint.verdict import Verdict
    from smtp_verify.report.formats.formatter import Failure, Judged


@dataclass(frozen=True, slots=True)
class FindingsSarif:
    """One result for each finding."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """The log, piece by piece."""
        return log(_results(judged), lambda: _ended(judged.exit_code))

    def failure(self, failure: Failure) -> str:
        """A run that did not come to its end."""
        return failed(failure)


def failed(failure: Failure) -> str:
    """A run that did not come to its end; what stopped it is a notification, and its findings are results."""
    ended = Invocation(failure.exit_code, successful=False, notifications=(failure.message,))
    return "".join(log(stopping(failure), lambda: ended))


def stopping(failure: Failure) -> Iterator[SarifResult]:
    """The findings of a failure."""
    fingerprint = Fingerprints()
    for each in failure.findings:
        yield _result(each, 0, fingerprint(each.location.path, each.code, each.pointer))


def _ended(exit_code: int) -> Invocation:
    """1 is a verdict; anything above it says that something could not be read."""
    return Invocation(exit_code, successful=exit_code <= 1)


def _results(verdicts: Iterable[Verdict]) -> Iterator[SarifResult]:
    for verdict in verdicts:
        for finding, fingerprint in with_fingerprints(verdict):
            yield _result(finding, verdict.index, fingerprint)


def _result(finding: Finding, document: int, fingerprint: str) -> SarifResult:
    return SarifResult(
        rule_of_finding(finding.code),
        finding.severity,
        visible_line(finding.told),
        finding.location,
        finding.pointer,
        fingerprint,
        {"document": document, "fixable": finding.fixable},
    )
