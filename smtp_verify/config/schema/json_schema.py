"""The table of keys as a JSON Schema (2020-12), for editors and for other validators.

Both schemas describe every key that is known, and differ in what they refuse:

- `connector` refuses what the connector's guard refuses. Keys that the guard does not read are described, and
  may hold anything.
- `documented` refuses what `validate` calls an error: what its rows marked `documented` do not allow. All the
  rest is described, and may hold anything, as `validate` only warns of it.

A description that refuses nothing is `{"anyOf": [the description, {}]}`: editors complete and explain by it.

What a JSON Schema has no word for: a config inside an answer of Logto's API, which `validate` reads at
`/config`; keys that stand twice; values that YAML has and JSON has not.
"""

from __future__ import annotations

import json
import re
from typing import Any, TypeAlias, assert_never

from smtp_verify.config.schema.keys import CONFIG, REQUIRED_USAGE_TYPES, TEMPLATE
from smtp_verify.config.schema.kinds import (
    Anything,
    KeyRow,
    Kind,
    ListOf,
    Object,
    OneOf,
    Primitive,
    RecordKind,
    Schema,
    Union,
)
from smtp_verify.config.schema.placeholders import PLACEHOLDER

JsonSchema: TypeAlias = dict[str, Any]

_ABOUT = {
    Schema.DOCUMENTED: "What the documentation of Logto's SMTP connector asks for; every other known key is"
    " described, and not judged.",
    Schema.CONNECTOR: "What Logto's SMTP connector accepts: the guard of @logto/connector-smtp 1.5.4.",
}
_PLACEHOLDER: JsonSchema = {"type": "string", "pattern": f"^{PLACEHOLDER.pattern}$"}
_PORT_TEXT: JsonSchema = {
    "description": "A port as text, as the documentation has it: Logto rejects it.",
    "type": "string",
    "pattern": r"^\s*[0-9]+\s*$",
    "deprecated": True,
}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_ABBREVIATIONS = "ALPN CA CRL DH DKIM DNS ECDH ID LMTP PFX SES TLS URL".split()


def json_schema(against: Schema) -> JsonSchema:
    """The whole document: the same keys in the same order each time."""
    judged = _guarded(CONFIG) if against is Schema.CONNECTOR else _documented_object(CONFIG)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:smtp-verify:schema:{against.value}",
        "title": CONFIG.title,
        "description": _ABOUT[against],
        **judged,
    }


def _described(row: KeyRow, judged: JsonSchema) -> JsonSchema:
    """What a key is for, before what its value may be."""
    about: JsonSchema = {"title": _title(row.key), "description": description(row)}
    if row.default is not None:
        about["default"] = row.default
    if row.examples:
        about["examples"] = list(row.examples)
    if row.secret:
        about["writeOnly"] = True
    if row.deprecated:
        about["deprecated"] = True
    return {**about, **judged}


def description(row: KeyRow) -> str:
    """A row's line as sentences, its default among them: editors do not show `default`."""
    sentence = f"{row.doc[0].upper()}{row.doc[1:]}."
    return sentence if row.default is None else f"{sentence} Default: {json.dumps(row.default)}."


def _title(key: str) -> str:
    """A key's words: `minDHSize` is Min DH size."""
    words = [word.upper() if word.upper() in _ABBREVIATIONS else word.lower() for word in _WORD.findall(key)]
    return " ".join([f"{words[0][0].upper()}{words[0][1:]}", *words[1:]])


# What the guard refuses ----------------------------------------------------------------------------------


def _guarded(kind: Kind) -> JsonSchema:
    match kind:
        case Primitive(name):
            return {"type": name}
        case OneOf(values):
            return {"enum": list(values)}
        case Object():
            return _guarded_object(kind)
        case ListOf(item):
            return {"type": "array", "items": _guarded(item), **_required_types(item)}
        case RecordKind(value, others):
            known = {"properties": _hinted_rows(others)} if others else {}
            return {"type": "object", **known, "additionalProperties": _guarded(value)}
        case Union():
            return {"anyOf": [_guarded(option) for option in kind.flat]}
        case Anything():
            return {}
    assert_never(kind)


def _guarded_object(kind: Object) -> JsonSchema:
    required = [row.key for row in kind.rows if row.required]
    return {
        "title": kind.title,
        "type": "object",
        **({"required": required} if required else {}),
        "properties": {row.key: _guarded_row(row) for row in kind.rows} | _hinted_rows(kind.others),
        **({"additionalProperties": False} if kind.strict else {}),
    }


def _guarded_row(row: KeyRow) -> JsonSchema:
    if row.choices is None or isinstance(row.kind, OneOf):
        return _described(row, {**_guarded(row.kind), **_meanings(row)})
    return _described(row, {**_guarded(row.kind), "anyOf": [_choices(row), {}]})


def _required_types(item: Kind) -> JsonSchema:
    """The guard's refinement on the list of templates."""
    if item is not TEMPLATE:
        return {}
    return {
        "allOf": [
            {"contains": {"required": ["usageType"], "properties": {"usageType": {"const": usage_type}}}}
            for usage_type in REQUIRED_USAGE_TYPES
        ]
    }


def _choices(row: KeyRow) -> JsonSchema:
    return {"enum": list(row.choices or ()), **_meanings(row)}


def _meanings(row: KeyRow) -> JsonSchema:
    """What each choice means: no word of the standard, but one that editors read."""
    return {"enumDescriptions": list(row.choices.values())} if row.choices else {}


# What the documentation refuses ------------------------------------------------------------------------


def _documented(row: KeyRow) -> JsonSchema:
    """As `validate` judges it: a placeholder may stand wherever a value is to be filled in."""
    if row.choices is not None:
        return {"oneOf": [_choices(row), _PLACEHOLDER]}
    match row.kind:
        case Primitive("number"):
            return {"oneOf": [{"type": "number"}, _PORT_TEXT, _PLACEHOLDER]}
        case ListOf(Object() as item):
            items = {"oneOf": [_documented_object(item), _PLACEHOLDER]}
            return {"oneOf": [{"type": "array", "items": items}, _PLACEHOLDER]}
    return _guarded(row.kind)


def _documented_object(kind: Object) -> JsonSchema:
    rows = {
        row.key: _described(row, _documented(row)) if row.documented else _hinted_row(row)
        for row in kind.rows
    }
    return {
        "title": kind.title,
        "type": "object",
        "required": [row.key for row in kind.rows if row.documented and row.required],
        "properties": rows | _hinted_rows(kind.others),
    }


# What refuses nothing ------------------------------------------------------------------------------------


def _hinted_rows(rows: tuple[KeyRow, ...]) -> JsonSchema:
    return {row.key: _hinted_row(row) for row in rows}


def _hinted_row(row: KeyRow) -> JsonSchema:
    return _described(row, _hinted(row.kind))


def _hinted(kind: Kind) -> JsonSchema:
    match kind:
        case Object():
            return {"title": kind.title, "properties": _hinted_rows((*kind.rows, *kind.others))}
        case RecordKind(value, others):
            known = {"properties": _hinted_rows(others)} if others else {}
            return {**known, "additionalProperties": _hinted(value)}
        case Union() if any(isinstance(option, Object) for option in kind.flat):
            return {"anyOf": [_hinted(option) for option in kind.flat]}
        case Anything():
            return {}
    return {"anyOf": [_guarded(kind), {}]}
