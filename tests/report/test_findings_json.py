"""The findings of `validate` as the contract's JSON."""

from __future__ import annotations

import json

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.verdict import judge_document
from smtp_verify.report.findings.json import findings_json
from smtp_verify.report.formats.json_document import dumps, error_document, finding_json

FINDING = Finding(
    Location("a.yaml", 12, 16, 12, 22), "SV101", Severity.ERROR, "message", "help", "/templates/0/usageType"
)
FINDING_JSON = {
    "code": "SV101",
    "severity": "error",
    "message": "message",
    "help": "help",
    "pointer": "/templates/0/usageType",
    "line": 12,
    "column": 16,
    "endLine": 12,
    "endColumn": 22,
    "fixable": False,
    "given": None,
    "stops": False,
}


def test_a_finding_has_the_keys_of_the_contract_in_its_order() -> None:
    told = finding_json(FINDING)
    assert told == FINDING_JSON
    assert list(told) == list(FINDING_JSON)


def test_a_failure_before_any_result_is_a_document_of_its_own() -> None:
    assert json.loads(error_document(78, "no", [FINDING], "templates")) == {
        "version": 1,
        "exitCode": 78,
        "error": {"exitCode": 78, "message": "no", "findings": [FINDING_JSON]},
        "templates": [],
    }


def test_a_document_is_ascii_whatever_is_in_it() -> None:
    text = dumps({"a": "é\u202e\x1b\x7f\x9b\ud83d😀"})
    assert text == '{\n  "a": "\\u00e9\\u202e\\u001b\x7f\\u009b\\ud83d\\ud83d\\ude00"\n}\n'.replace(
        "\x7f", "\\u007f"
    )


def test_a_report_has_the_keys_of_the_contract() -> None:
    text = "host: h\nport: 25\nauth: {}\nfromEmail: a@b.co\ntemplates: []\nunknown: 1\n"
    verdict = judge_document(
        load_source(Source("a.yaml", text))[0], Schema.DOCUMENTED, strict=False, with_rules=False
    )
    report = json.loads("".join(findings_json([verdict], "documented", lambda: 1)))
    findings = report["files"][0].pop("findings")
    assert report == {
        "version": 1,
        "schema": "documented",
        "files": [
            {
                "path": "a.yaml",
                "document": 0,
                "valid": True,
                "connector": {"valid": False, "paths": ["templates"]},
                "logto": {"version": "1.43", "differs": []},
            }
        ],
        "summary": {"files": 1, "valid": 1, "errors": 0, "warnings": len(findings)},
        "exitCode": 1,
    }
    assert {finding["severity"] for finding in findings} == {"warning"}
    assert [finding["pointer"] for finding in findings] == ["/templates", "/unknown"]


def test_no_files_make_an_empty_report() -> None:
    assert json.loads("".join(findings_json([], "connector", lambda: 0))) == {
        "version": 1,
        "schema": "connector",
        "files": [],
        "summary": {"files": 0, "valid": 0, "errors": 0, "warnings": 0},
        "exitCode": 0,
    }
