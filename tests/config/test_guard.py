"""The guard agrees with the recorded behavior of @logto/connector-smtp 1.5.4."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.auth_keys import AUTH
from smtp_verify.config.schema.guard import describe, explain_union, guard
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.verdict import judge_document

Record = Callable[[str, object], None]

VECTORS = Path(__file__).parents[1] / "vectors" / "guard.jsonl"
TEMPLATES = [
    {"usageType": usage_type, "contentType": "text/plain", "subject": "Your code", "content": "{{code}}"}
    for usage_type in ("Register", "SignIn", "ForgotPassword", "Generic")
]
CONFIG: dict[str, Any] = {
    "host": "smtp.example.com",
    "port": 587,
    "auth": {"user": "u", "pass": "p"},
    "fromEmail": "a@example.com",
    "templates": TEMPLATES,
}


class _Quoting(yaml.SafeDumper):
    """Writes every string in double quotes: PyYAML leaves `08` and `1e3` bare."""


_Quoting.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def _vectors() -> list[dict[str, Any]]:
    lines = VECTORS.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _verdict(name: str, text: str) -> tuple[bool, bool, list[str]]:
    (document,) = load_source(Source(name, text))
    verdict = judge_document(document, Schema.CONNECTOR, strict=False, with_rules=False)
    return verdict.valid, verdict.connector_valid, [issue.dotted for issue in verdict.issues]


def _disagreements(name: str, write: Callable[[Any], str]) -> list[tuple[str, tuple[bool, bool, list[str]]]]:
    wrong = []
    for vector in _vectors():
        found = _verdict(name, write(vector["config"]))
        if found != (vector["accepted"], vector["accepted"], vector["paths"]):
            wrong.append((vector["id"], found))
    return wrong


def test_the_connector_verdict_agrees_with_every_recorded_case_read_as_json(record_property: Record) -> None:
    wrong = _disagreements("case.json", json.dumps)
    total = len(_vectors())
    record_property("agreement", f"guard, as JSON: {total - len(wrong)} of {total}")
    assert wrong == []
    assert total == 620


def test_the_connector_verdict_agrees_with_every_recorded_case_read_as_yaml(record_property: Record) -> None:
    wrong = _disagreements("case.yaml", lambda config: yaml.dump(config, Dumper=_Quoting, allow_unicode=True))
    total = len(_vectors())
    record_property("agreement", f"guard, as YAML: {total - len(wrong)} of {total}")
    assert wrong == []
    assert total == 620


def test_a_broken_guard_would_be_noticed() -> None:
    broken = [
        vector for vector in _vectors() if vector["accepted"] and guard({**vector["config"], "host": 1})
    ]
    accepted = [vector for vector in _vectors() if vector["accepted"]]
    assert len(broken) == len(accepted) > 100


@pytest.mark.parametrize(
    ("auth", "issues"),
    [
        ({}, []),
        ({"user": "u"}, []),
        ({"type": "login"}, []),
        ({"user": "u", "pass": "p", "method": "PLAIN"}, []),
        ({"user": "u", "pass": 1234}, []),
        ({"type": "oauth2", "user": "u"}, []),
        ({"type": "oauth2", "user": "u", "pass": "p"}, []),
        ({"type": "oauth2", "user": "u", "serviceClient": "c"}, []),
        ({"user": "u", "serviceClient": "c", "privateKey": {"key": "k"}}, []),
        ({"user": "u", "serviceClient": "c", "privateKey": "k"}, []),
        ({"type": "login", "user": "u", "method": "X"}, ["auth: Unrecognized key(s) in object: 'method'"]),
        (
            {"user": "u", "accessToken": "t", "expires": "1"},
            ["auth: Unrecognized key(s) in object: 'accessToken', 'expires'"],
        ),
        ({"user": None, "pass": "p"}, ["auth: Invalid input"]),
        (None, ["auth: Invalid input"]),
        ("x", ["auth: Invalid input"]),
        ([], ["auth: Invalid input"]),
        ({"type": "LoGiN", "user": "u"}, ["auth: Invalid input"]),
        ({"type": "Oauth2", "user": "u"}, ["auth: Invalid input"]),
        ({"type": "oauth2"}, ["auth: Invalid input"]),
    ],
)
def test_the_union_of_logins_is_judged_as_zod_does(auth: Any, issues: list[str]) -> None:
    assert [describe(issue) for issue in guard({**CONFIG, "auth": auth})] == issues


@pytest.mark.parametrize(
    ("key", "value", "issues"),
    [
        ("host", "", []),
        ("fromEmail", "", []),
        ("port", float("inf"), []),
        ("port", 465.5, []),
        ("port", -1, []),
        ("port", "465", ["port: Expected number, received string"]),
        ("port", float("nan"), ["port: Expected number, received nan"]),
        ("port", True, ["port: Expected number, received boolean"]),
        ("secure", "true", ["secure: Expected boolean, received string"]),
        ("secure", None, ["secure: Expected boolean, received null"]),
        ("secure", 0, ["secure: Expected boolean, received number"]),
        ("replyTo", None, ["replyTo: Expected string, received null"]),
        ("tls", {"anything": [1, None]}, []),
        ("tls", None, ["tls: Invalid input"]),
        ("tls", [], ["tls: Invalid input"]),
        ("customHeaders", {}, []),
        ("customHeaders", {"a": []}, []),
        ("customHeaders", {"a": 1}, ["customHeaders.a: Invalid input"]),
        ("customHeaders", {"a": ["x", 1]}, ["customHeaders.a: Invalid input"]),
        ("customHeaders", None, ["customHeaders: Expected object, received null"]),
        ("templates", {}, ["templates: Expected array, received object"]),
        (
            "templates",
            [],
            [
                "templates: Template with UsageType (Register, SignIn, ForgotPassword, Generic)"
                " should be provided!"
            ],
        ),
        ("unknown", {"x": None}, []),
        ("__proto__", 1, []),
    ],
)
def test_the_other_keys_are_judged_as_zod_does(key: str, value: Any, issues: list[str]) -> None:
    assert [describe(issue) for issue in guard({**CONFIG, key: value})] == issues


def test_one_malformed_template_keeps_the_check_for_required_types_from_running() -> None:
    issues = guard({**CONFIG, "templates": [{**TEMPLATES[0], "contentType": "text/HTML"}]})
    assert [issue.dotted for issue in issues] == ["templates.0.contentType"]


def test_an_empty_object_lacks_five_keys_in_the_order_of_the_guard() -> None:
    assert [issue.dotted for issue in guard({})] == ["host", "port", "auth", "fromEmail", "templates"]


@pytest.mark.parametrize(
    ("root", "message"),
    [
        (None, "Expected object, received null"),
        ([], "Expected object, received array"),
        ("x", "Expected object, received string"),
        (1, "Expected object, received number"),
        (False, "Expected object, received boolean"),
    ],
)
def test_a_root_that_is_no_object_is_one_issue_without_a_path(root: Any, message: str) -> None:
    (issue,) = guard(root)
    assert (issue.dotted, describe(issue)) == ("", message)


def test_a_refused_union_is_explained_by_the_option_it_comes_closest_to() -> None:
    issues = explain_union(AUTH, {"type": "oauth2"}, ("auth",))
    assert [describe(issue) for issue in issues] == ["auth.user: Required"]


def test_judging_leaves_the_config_as_it_was() -> None:
    before = copy.deepcopy(CONFIG)
    guard(CONFIG)
    assert before == CONFIG
