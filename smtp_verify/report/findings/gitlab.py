"""The findings of `validate` as a Code Quality report of GitLab.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.report.formats.fingerprint import Fingerprints, with_fingerprints
from smtp_verify.report.formats.json_pieces import array
from smtp_verify.report.formats.places import in_tree
from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.report.formats.formatter import Failure, Judged

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}
_NOT_RUN = "smtp-verify"
"""The name of the check where the run itself failed."""


@dataclass(frozen=True, slots=True)
class FindingsGitlab:
    """One entry for each finding."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """The array, piece by piece."""
        yield from array((_entry(*each) for verdict in judged for each in with_fingerprints(verdict)), 0)
        yield "\n"

    def failure(self, failure: Failure) -> str:
        """An entry for the failure, at the root since an entry needs a place, and one for each finding."""
        fingerprint = Fingerprints()
        entry = {
            "description": f"{visible_line(failure.message)} (exit code {int(failure.exit_code)})",
            "check_name": _NOT_RUN,
            "fingerprint": fingerprint(".", _NOT_RUN, int(failure.exit_code)),
            "severity": "blocker",
            "location": {"path": ".", "lines": {"begin": 1}},
        }
        found = [
            _entry(each, fingerprint(each.location.path, each.code, each.pointer))
            for each in failure.findings
        ]
        return "".join(array([entry, *found], 0)) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "description": visible_line(finding.told),
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": _location(finding.location),
    }


def _location(place: Location) -> dict[str, Any]:
    # A report must have a line: what is not in the text is told at the first.
    return {
        "path": in_tree(place.path),
        "lines": {"begin": max(place.line, 1), "end": max(place.end_line, 1)},
    }
