"""What every JSON document of the program has in common: version, findings, errors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.finding import Finding
    from smtp_verify.report.formats.formatter import Failure


@dataclass(frozen=True, slots=True)
class JsonFailure:
    """How JSON tells a failure before any result."""

    results: str
    """The key of the results, which are none."""

    def __call__(self, failure: Failure) -> str:
        """The document."""
        return error_document(failure.exit_code, failure.message, failure.findings, self.results)


VERSION = 1


def dumps(document: dict[str, Any]) -> str:
    """One JSON document; ASCII, so that no control character and no encoding can spoil it."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def error_document(
    exit_code: int, message: str, findings: Sequence[Finding], results: str, one_line: bool = False
) -> str:
    """A failure before any result; `results` names the key that stays empty."""
    error = {"exitCode": exit_code, "message": message, "findings": [finding_json(each) for each in findings]}
    if one_line:
        return json.dumps({"version": VERSION, "error": error, results: []}) + "\n"
    return dumps({"version": VERSION, "exitCode": int(exit_code), "error": error, results: []})


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding with its place."""
    place = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "pointer": finding.pointer,
        "line": place.line or None,
        "column": place.column or None,
        "endLine": place.end_line or None,
        "endColumn": place.end_column or None,
        "fixable": finding.fixable,
        "given": place.given or None,
        "stops": finding.stops,
    }
