"""The findings of `validate` as the contract's JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smtp_verify.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smtp_verify.config.verdict import Verdict

VERSION = 1


def dumps(document: dict[str, Any]) -> str:
    """One JSON document; ASCII, so that no control character and no encoding can spoil it."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def error_document(
    exit_code: int, message: str, findings: Sequence[Finding], results: str, one_line: bool = False
) -> str:
    """A failure before any result; `results` names the key that stays empty."""
    error = {"exitCode": exit_code, "message": message, "findings": [finding_json(each) for each in findings]}
    document = {"version": VERSION, "error": error, results: []}
    return json.dumps(document) + "\n" if one_line else dumps(document)


def findings_json(verdicts: Iterable[Verdict], schema: str) -> str:
    """The report on all files."""
    files = [_file(verdict) for verdict in verdicts]
    severities = [finding["severity"] for file in files for finding in file["findings"]]
    summary = {
        "files": len(files),
        "valid": sum(file["valid"] for file in files),
        "errors": severities.count(Severity.ERROR.value),
        "warnings": severities.count(Severity.WARNING.value),
    }
    return dumps({"version": VERSION, "schema": schema, "files": files, "summary": summary})


def _file(verdict: Verdict) -> dict[str, Any]:
    paths = [issue.dotted for issue in verdict.issues]
    return {
        "path": verdict.path,
        "document": verdict.index,
        "valid": verdict.valid,
        "connector": {"valid": verdict.connector_valid, "paths": paths},
        "findings": [finding_json(finding) for finding in verdict.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding with its place."""
    place = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "pointer": finding.pointer,
        "line": place.line,
        "column": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
        "fixable": finding.fixable,
    }
