"""The JSON Schema that editors read: it refuses what the verdicts refuse, and explains every key."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
import yaml

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema import keys
from smtp_verify.config.schema.auth_keys import LOGIN, OAUTH2_KEY, OAUTH2_TOKEN
from smtp_verify.config.schema.guard import guard
from smtp_verify.config.schema.json_schema import JsonSchema, json_schema
from smtp_verify.config.schema.kinds import Object, RecordKind, Schema
from smtp_verify.lint.verdict import judge_document
from tests.conftest import ROOT, VECTORS

if TYPE_CHECKING:
    from tests.sampling import Sample

Keep = Callable[[str, object], None]

BOTH = pytest.mark.parametrize("against", Schema)
TEMPLATES = [
    {"usageType": usage_type, "contentType": "text/plain", "subject": "Your code", "content": "{{code}}"}
    for usage_type in keys.REQUIRED_USAGE_TYPES
]
CONFIG: dict[str, Any] = {
    "host": "smtp.example.com",
    "port": 587,
    "auth": {"user": "u", "pass": "p"},
    "fromEmail": "a@example.com",
    "templates": TEMPLATES,
}
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    465.5,
    "",
    "587",
    " 587 ",
    "587x",
    "text",
    "text/html",
    "SignIn",
    "<yours>",
    "<a> b",
    "<a@b>",
    "OAuth2",
    "login",
    [],
    ["text"],
    [1],
    {},
    {"text": "text"},
    {"text": 1},
    {"key": "k"},
    {"key": "k", "passphrase": "p"},
)
"""A value of every type, and strings that mean something to one key or another."""


def _vectors() -> list[dict[str, Any]]:
    lines = (VECTORS / "guard.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _validator(against: Schema) -> Any:
    return jsonschema.Draft202012Validator(json_schema(against))


def _valid_to_us(config: Any) -> bool:
    """What `validate` says, asked for the documented schema."""
    (document,) = load_source(Source("a.json", json.dumps(config)))
    return judge_document(document, Schema.DOCUMENTED, strict=False, with_rules=False).valid


def _valid_to_the_guard(config: Any) -> bool:
    return not guard(config)


_JUDGES = {Schema.DOCUMENTED: _valid_to_us, Schema.CONNECTOR: _valid_to_the_guard}


def test_check_jsonschema_gives_the_verdict_of_the_guard_on_every_recorded_case(
    tmp_path: Path, record_property: Keep
) -> None:
    vectors = _vectors()
    for vector in vectors:
        (tmp_path / f"{vector['id']}.json").write_text(json.dumps(vector["config"]))
    (tmp_path / "schema").write_text(json.dumps(json_schema(Schema.CONNECTOR)))
    command = ["check_jsonschema", "--schemafile", "schema", "--output-format", "json", "--verbose"]
    done = subprocess.run(
        [sys.executable, "-m", *command, *(f"{vector['id']}.json" for vector in vectors)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    refused = {Path(error["filename"]).stem for error in report["errors"]}
    accepted = {Path(name).stem for name in report["successes"]}
    wrong = [
        vector["id"]
        for vector in vectors
        if vector["id"] not in (accepted if vector["accepted"] else refused)
    ]
    record_property("agreement", f"guard, by check-jsonschema: {len(vectors) - len(wrong)} of {len(vectors)}")
    assert (done.returncode, report["parse_errors"], wrong) == (1, [], [])
    assert len(accepted) + len(refused) == len(vectors) == 620


def test_the_documented_schema_agrees_with_validate_on_every_recorded_case() -> None:
    """On all of them: no rule beyond the table makes an error of a document that is JSON."""
    validator = _validator(Schema.DOCUMENTED)
    verdicts = {vector["id"]: _valid_to_us(vector["config"]) for vector in _vectors()}
    assert {vector["id"]: validator.is_valid(vector["config"]) for vector in _vectors()} == verdicts
    assert list(verdicts.values()).count(False) > 100


def test_a_schema_that_judges_otherwise_would_be_noticed() -> None:
    validator = _validator(Schema.DOCUMENTED)
    wrong = [vector for vector in _vectors() if validator.is_valid(vector["config"]) != vector["accepted"]]
    assert len(wrong) > 300


AUTHS: dict[str, dict[str, Any]] = {
    "none": {},
    "login": {"user": "u", "pass": "p"},
    "login by type": {"type": "login", "user": "u"},
    "token": {"type": "oauth2", "user": "u", "refreshToken": "t"},
    "key": {"type": "OAuth2", "user": "u", "serviceClient": "c", "privateKey": "k"},
}


def _odd_configs() -> Iterator[dict[str, Any]]:
    """A config for each key, known and unknown, with each odd value, wherever keys stand."""
    for value in ODD:
        for key in (*keys.CONFIG_KEYS, "nonsense"):
            yield {**CONFIG, key: value}
        for key in (*keys.TLS_KEYS, "nonsense"):
            yield {**CONFIG, "tls": {key: value}}
        for key in (*keys.AUTH_KEYS, "nonsense"):
            for auth in AUTHS.values():
                yield {**CONFIG, "auth": {**auth, key: value}}
        for key in (*keys.TEMPLATE_KEYS, "nonsense"):
            yield {**CONFIG, "templates": [*TEMPLATES, {**TEMPLATES[0], key: value}]}
        yield {**CONFIG, "customHeaders": {"X-Tag": value}}
        yield {**CONFIG, "templates": [*TEMPLATES, value]}
        yield value


@BOTH
def test_it_gives_our_verdict_whatever_stands_at_a_key(against: Schema, sample: Sample) -> None:
    validator, judge = _validator(against), _JUDGES[against]
    configs = list(_odd_configs())
    wrong = [config for config in sample(configs) if validator.is_valid(config) != judge(config)]
    assert wrong == []
    assert len(configs) > 4000


@pytest.mark.parametrize("keys", [("host",), ("auth",), ("templates",), ("port", "fromEmail")])
def test_both_schemas_give_our_verdicts_on_what_is_missing(keys: tuple[str, ...]) -> None:
    config = {key: value for key, value in CONFIG.items() if key not in keys}
    assert not _validator(Schema.CONNECTOR).is_valid(config)
    assert _validator(Schema.DOCUMENTED).is_valid(config) is _valid_to_us(config) is (keys == ("auth",))


def test_a_required_usage_type_is_missed_by_the_connector_alone() -> None:
    config = {**CONFIG, "templates": TEMPLATES[1:]}
    (error,) = _validator(Schema.CONNECTOR).iter_errors(config)
    assert list(error.absolute_path) == ["templates"]
    assert _validator(Schema.DOCUMENTED).is_valid(config)


# The documents -------------------------------------------------------------------------------------------


@BOTH
def test_it_is_a_schema_of_2020_12(against: Schema) -> None:
    document = json_schema(against)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"urn:smtp-verify:schema:{against.value}"
    jsonschema.Draft202012Validator.check_schema(document)


def _objects(part: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a document, and itself."""
    if isinstance(part, dict):
        yield part
    for value in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _objects(value)


def _described(against: Schema) -> list[tuple[str, JsonSchema]]:
    """Every key that a document describes, as often as it does."""
    return [
        (key, described)
        for part in _objects(json_schema(against))
        for key, described in part.get("properties", {}).items()
        # What the list of templates must hold is no description.
        if "const" not in described
    ]


@BOTH
def test_every_key_has_a_title_and_a_description(against: Schema) -> None:
    properties = _described(against)
    tables = (keys.CONFIG_KEYS, keys.AUTH_KEYS, keys.TEMPLATE_KEYS, keys.TLS_KEYS)
    known = {key for table in (*tables, keys.PRIVATE_KEY_KEYS) for key in table}
    assert {key for key, _ in properties} == known
    for key, property_ in properties:
        assert property_["title"][0].isupper(), key
        assert len(property_["description"]) > 8, key
        assert property_["description"].endswith("."), key


@BOTH
def test_every_example_and_default_is_valid_where_it_stands(against: Schema) -> None:
    count = 0
    for _, part in _described(against):
        for value in [*part.get("examples", []), *([part["default"]] if "default" in part else [])]:
            count += 1
            jsonschema.Draft202012Validator(part).validate(value)
    assert count > 80


@BOTH
def test_a_secret_is_only_written_and_its_examples_are_placeholders(against: Schema) -> None:
    secrets = [part for _, part in _described(against) if part.get("writeOnly")]
    marked = {"pass", "clientSecret", "refreshToken", "accessToken", "privateKey", "url", "proxy", "dkim"}
    assert {key for key, part in _described(against) if part.get("writeOnly")} >= marked
    for part in secrets:
        assert "default" not in part
        for example in part.get("examples", []):
            assert "<" in json.dumps(example)


def test_the_table_marks_the_same_keys_secret_as_the_schema_writes_only() -> None:
    properties = _described(Schema.CONNECTOR)
    tables = (keys.CONFIG_KEYS, keys.AUTH_KEYS, keys.TLS_KEYS, keys.PRIVATE_KEY_KEYS)
    secret = {key for table in tables for key, row in table.items() if row.secret}
    assert {key for key, part in properties if part.get("writeOnly")} == secret


@BOTH
def test_every_choice_is_explained(against: Schema) -> None:
    explained = [part for part in _objects(json_schema(against)) if "enumDescriptions" in part]
    assert [part["enum"] for part in explained] == [list(keys.USAGE_TYPES), list(keys.CONTENT_TYPES)]
    assert all(len(part["enum"]) == len(part["enumDescriptions"]) for part in explained)


def test_what_is_deprecated_says_what_to_write() -> None:
    parts = [part for part in _objects(json_schema(Schema.DOCUMENTED)) if part.get("deprecated")]
    assert [part["description"] for part in parts] == [
        "A port as text, as the documentation has it: Logto rejects it.",
        "A legacy choice of the TLS version; write minVersion and maxVersion instead.",
    ]


def test_the_rows_of_the_guard_are_parted_from_those_beside_them() -> None:
    for kind in (keys.CONFIG, keys.TEMPLATE, LOGIN, OAUTH2_KEY, OAUTH2_TOKEN):
        assert isinstance(kind, Object)
        assert not {row.key for row in kind.rows} & {row.key for row in kind.others}
    tls = keys.CONFIG_KEYS["tls"].kind
    assert isinstance(tls, RecordKind)
    assert {row.key for row in tls.others} == set(keys.TLS_KEYS)


SAMPLES = sorted(path for path in (ROOT / "sample-configs").iterdir() if path.suffix != ".md")


@BOTH
@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_the_samples_are_valid(path: Path, against: Schema) -> None:
    _validator(against).validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def test_the_beginning_of_the_documented_schema() -> None:
    document = json_schema(Schema.DOCUMENTED)
    assert list(document) == ["$schema", "$id", "title", "description", "type", "required", "properties"]
    assert document["required"] == ["host", "port", "fromEmail", "templates"]
    assert document["properties"]["port"] == {
        "title": "Port",
        "description": "Its port, a number such as 587; the documentation says string.",
        "examples": [587, 465],
        "oneOf": [
            {"type": "number"},
            {
                "description": "A port as text, as the documentation has it: Logto rejects it.",
                "type": "string",
                "pattern": r"^\s*[0-9]+\s*$",
                "deprecated": True,
            },
            {"type": "string", "pattern": "^<[^<>@:{}]+>$"},
        ],
    }
    assert document["properties"]["greetingTimeout"] == {
        "title": "Greeting timeout",
        "description": "Milliseconds for the greeting. Default: 30000.",
        "default": 30_000,
        "anyOf": [{"type": "number"}, {}],
    }


def test_a_password_in_the_schema_of_the_connector() -> None:
    auth = json_schema(Schema.CONNECTOR)["properties"]["auth"]
    titles = ["User name and password", "OAuth2 with a service account", "OAuth2 with a refresh token"]
    assert [way["title"] for way in auth["anyOf"]] == titles
    login = auth["anyOf"][0]
    assert login["additionalProperties"] is False
    assert login["properties"]["pass"] == {
        "title": "Pass",
        "description": "The password, or the app password.",
        "examples": ["<app-password>"],
        "writeOnly": True,
        "type": "string",
    }
