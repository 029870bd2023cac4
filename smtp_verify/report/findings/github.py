"""The findings of `validate` as annotations of GitHub Actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_verify.finding import Severity
from smtp_verify.report.formats.github import annotation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.finding import Finding
    from smtp_verify.report.formats.formatter import Failure, Judged


@dataclass(frozen=True, slots=True)
class FindingsGithub:
    """One annotation for each finding, and none where there are no findings."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """The annotations, one at a time."""
        for verdict in judged:
            yield from map(_annotation, verdict.findings)

    def failure(self, failure: Failure) -> str:
        """What stopped the run."""
        return failed(failure)


def failed(failure: Failure) -> str:
    """An annotation for a failure, and one for each finding behind it."""
    title = f"smtp-verify: exit code {int(failure.exit_code)}"
    told = annotation(Severity.ERROR, failure.message, title)
    return told + "".join(map(_annotation, failure.findings))


def _annotation(finding: Finding) -> str:
    message = finding.told
    return annotation(finding.severity, message, finding.code, finding.location)
