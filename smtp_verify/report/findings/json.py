"""The findings of `validate` as the contract's JSON."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.finding import Severity
from smtp_verify.report.formats.json_document import VERSION, error_document, finding_json
from smtp_verify.report.formats.json_pieces import array, block
from smtp_verify.report.versions import versions_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smtp_verify.lint.verdict import Verdict
    from smtp_verify.report.formats.formatter import Failure, Judged


@dataclass(frozen=True, slots=True)
class FindingsJson:
    """One entry for each document."""

    schema: str
    """Which schema decided, where settings did not choose another for a file."""

    def findings(self, judged: Judged) -> Iterator[str]:
        """The report, piece by piece."""
        return findings_json(judged, self.schema, lambda: judged.exit_code)

    def failure(self, failure: Failure) -> str:
        """The report without any file."""
        return error_document(failure.exit_code, failure.message, failure.findings, "files")


def findings_json(verdicts: Iterable[Verdict], schema: str, exit_code: Callable[[], int]) -> Iterator[str]:
    """The report on all files, piece by piece; the exit code is known once they have all passed."""
    counts: Counter[str] = Counter()
    yield f'{{\n  "version": {VERSION},\n  "schema": {json.dumps(schema)},\n  "files": '
    yield from array((_file(verdict, schema) for verdict in _counted(verdicts, counts)), 2)
    summary = {key: counts[key] for key in ("files", "valid", "errors", "warnings")}
    yield f',\n  "summary": {block(summary, 2)},\n  "exitCode": {int(exit_code())}\n}}\n'


def _counted(verdicts: Iterable[Verdict], counts: Counter[str]) -> Iterator[Verdict]:
    for verdict in verdicts:
        severities = [finding.severity for finding in verdict.findings]
        counts["files"] += 1
        counts["valid"] += verdict.valid
        counts["errors"] += severities.count(Severity.ERROR)
        counts["warnings"] += severities.count(Severity.WARNING)
        yield verdict


def _file(verdict: Verdict, schema: str) -> dict[str, Any]:
    """One entry; it names its schema where its settings chose another than the run's."""
    paths = [issue.dotted for issue in verdict.issues]
    differs = verdict.against is not None and verdict.against.value != schema
    return {
        "path": verdict.path,
        "document": verdict.index,
        **({"schema": verdict.against.value} if verdict.against and differs else {}),
        "valid": verdict.valid,
        "connector": {"valid": verdict.connector_valid, "paths": paths},
        **(
            {"logto": versions_json(verdict.document.logto, verdict.differs)}
            if verdict.document is not None
            else {}
        ),
        "findings": [finding_json(finding) for finding in verdict.findings],
    }
