"""What `validate` says of one document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.verdict import Verdict, judge

if TYPE_CHECKING:
    from pathlib import Path

GOOD = {
    "host": "h",
    "port": 587,
    "auth": {"user": "u", "pass": "p"},
    "fromEmail": "a@example.com",
    "templates": [
        {"usageType": usage_type, "contentType": "text/plain", "subject": "s", "content": "c"}
        for usage_type in ("Register", "SignIn", "ForgotPassword", "Generic")
    ],
}


def verdicts(
    text: str, tmp_path: Path, schema: Schema = Schema.DOCUMENTED, strict: bool = False
) -> list[Verdict]:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    return list(judge([str(file)], schema, strict, None, with_rules=False))


@pytest.mark.parametrize("schema", Schema)
@pytest.mark.parametrize("strict", [True, False])
def test_a_good_config_is_valid_by_every_measure(tmp_path: Path, schema: Schema, strict: bool) -> None:
    (verdict,) = verdicts(json.dumps(GOOD), tmp_path, schema, strict)
    assert (verdict.valid, verdict.connector_valid, verdict.readable) == (True, True, True)
    assert (verdict.findings, verdict.issues, verdict.index) == ((), (), 0)


@pytest.mark.parametrize(
    ("schema", "strict", "valid"),
    [
        (Schema.DOCUMENTED, False, True),
        (Schema.DOCUMENTED, True, False),
        (Schema.CONNECTOR, False, False),
        (Schema.CONNECTOR, True, False),
    ],
)
def test_a_string_port_is_documented_and_rejected(
    tmp_path: Path, schema: Schema, strict: bool, valid: bool
) -> None:
    (verdict,) = verdicts(json.dumps({**GOOD, "port": "587"}), tmp_path, schema, strict)
    assert (verdict.valid, verdict.connector_valid) == (valid, False)
    assert [issue.dotted for issue in verdict.issues] == ["port"]


def test_what_the_connector_accepts_is_at_most_a_warning(tmp_path: Path) -> None:
    text = json.dumps({**GOOD, "zzz": 1, "name": "<name>"}).replace('"port"', '"port": 1, "port"')
    (verdict,) = verdicts(text, tmp_path, Schema.CONNECTOR)
    assert (verdict.valid, verdict.connector_valid) == (True, True)
    assert [finding.code for finding in verdict.findings] == ["SV007", "SV104", "SV901"]


def test_a_usage_type_that_is_not_documented_is_accepted_by_the_connector(tmp_path: Path) -> None:
    template = {"usageType": "Mine", "contentType": "text/plain", "subject": "s", "content": "c"}
    config = json.dumps({**GOOD, "templates": [*GOOD["templates"], template]})  # type: ignore[misc]
    assert [(v.valid, v.connector_valid) for v in verdicts(config, tmp_path)] == [(False, True)]
    assert [(v.valid, v.connector_valid) for v in verdicts(config, tmp_path, Schema.CONNECTOR)] == [
        (True, True)
    ]


def test_a_text_without_a_value_is_accepted_by_nobody(tmp_path: Path) -> None:
    (verdict,) = verdicts("host: .nan", tmp_path, Schema.CONNECTOR)
    assert (verdict.valid, verdict.connector_valid, verdict.readable) == (False, False, False)
    assert [finding.code for finding in verdict.findings] == ["SV009"]


def test_each_document_of_a_file_has_a_verdict(tmp_path: Path) -> None:
    found = verdicts(json.dumps(GOOD) + "\n---\n{}\n---\n[\n", tmp_path)
    assert [(verdict.index, verdict.valid, verdict.readable) for verdict in found] == [
        (0, True, True),
        (1, False, True),
        (2, False, False),
    ]


def test_a_path_that_cannot_be_read_is_a_verdict_and_the_rest_are_judged(tmp_path: Path) -> None:
    missing, good = tmp_path / "missing.yaml", tmp_path / "good.json"
    good.write_text(json.dumps(GOOD))
    found = list(
        judge([str(missing), str(tmp_path), str(good)], Schema.DOCUMENTED, False, None, with_rules=False)
    )
    assert [(verdict.path, verdict.valid) for verdict in found] == [
        (str(missing), False),
        (str(tmp_path), False),
        (str(good), True),
    ]
    assert found[0] == Verdict(
        str(missing),
        0,
        None,
        (
            Finding(
                Location.outside(str(missing), "path"),
                "SV001",
                Severity.ERROR,
                "no such file or directory",
                "give the path of a config file",
            ),
        ),
        valid=False,
    )
    assert [finding.message for finding in found[1].findings] == ["is a directory, not a regular file"]


@pytest.mark.parametrize(
    "text", ["", "x", "[]", "{}", "host: <h>", "a: *b", '{"a": 1,}', "---\n---\n", "1: 2", "\ufeff"]
)
@pytest.mark.parametrize("schema", Schema)
def test_every_finding_has_a_place_in_the_file(tmp_path: Path, text: str, schema: Schema) -> None:
    for verdict in verdicts(text, tmp_path, schema):
        assert verdict.findings
        for finding in verdict.findings:
            place = finding.location
            assert place.path == verdict.path
            assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)
