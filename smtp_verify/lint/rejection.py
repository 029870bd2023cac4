"""The guard's issues as findings: in words that say where, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.path import Path, dotted, value_at
from smtp_verify.config.schema import guard, keys, placeholders, secret_keys
from smtp_verify.config.schema.kinds import BOOLEAN, NUMBER, OneOf, Primitive, Union
from smtp_verify.config.schema.suggestions import did_you_mean
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.unknown_keys import NO_COLON_HELP, key_pointer

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.schema.guard import Issue

NUMERIC = re.compile(r"\s*[0-9]+\s*")
"""What the documentation calls a port, and the connector a string."""
_ABSENT = object()


def type_name(value: Any) -> str:
    """What JSON calls the type of a value, with its article."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")


def rejection(document: Document, issue: Issue, severity: Severity) -> Finding:
    """One of the guard's issues as a finding; as a warning it says that Logto rejects the file for it."""
    code, message, help_ = _in_words(document, issue)
    if severity is Severity.WARNING:
        message += "; Logto rejects the config for it"
    if issue.keys:
        value = value_at(document.config, issue.path, _ABSENT)[issue.keys[0]]
        pointer = key_pointer(document, issue.path, issue.keys[0], value)
        return Finding(_place(document, issue), code, severity, message, help_, pointer)
    place = _place(document, _deepest(document, issue))
    return Finding(place, code, severity, message, help_, document.pointer(issue.path))


def _place(document: Document, issue: Issue) -> Location:
    """Where to point: at the first of the keys that are not recognized, else at the value."""
    if issue.keys:
        return document.key_location((*issue.path, issue.keys[0]))
    return document.location(issue.path)


def _deepest(document: Document, issue: Issue) -> Issue:
    """Inside a refused union, what is at fault in the option that comes closest."""
    if issue.code is not guard.IssueCode.INVALID_UNION:
        return issue
    row = keys.row_at(issue.path)
    if row is None or not isinstance(row.kind, Union):
        return issue
    return guard.explain_union(row.kind, value_at(document.config, issue.path, _ABSENT), issue.path)[0]


def _in_words(document: Document, issue: Issue) -> tuple[str, str, str]:
    """The code, the message and the help for an issue."""
    kind = guard.IssueCode
    name = dotted(issue.path) or "the config"
    value = value_at(document.config, issue.path, _ABSENT)
    if issue.code is kind.CUSTOM:
        missing = guard.missing_usage_types(value)
        help_ = (
            f"add {'a template' if len(missing) == 1 else 'templates'} with usageType {', '.join(missing)}"
        )
        return codes.MISSING_USAGE_TYPES, f"no template for {', '.join(missing)}", help_
    if issue.code is kind.UNRECOGNIZED_KEYS:
        return (
            codes.UNKNOWN_KEY,
            f"{name}: {issue.message}",
            _unrecognized_help(issue.keys[0], value),
        )
    if value is _ABSENT:
        row = keys.row_at(issue.path)
        help_ = _union_help(issue, document) or (f"add {issue.path[-1]}: {row.doc}" if row else "")
        return codes.MISSING_KEY, f"{name} is missing", help_
    if issue.code is kind.INVALID_UNION:
        return codes.WRONG_TYPE, f"{name}: {_union_reason(issue, value)}", _union_help(issue, document)
    if issue.code is kind.INVALID_ENUM_VALUE:
        row = keys.row_at(issue.path)
        choices = row.kind.values if row and isinstance(row.kind, OneOf) else ()
        return codes.WRONG_VALUE, f"{name}: {issue.message}", did_you_mean(str(value), choices)
    if issue.path == ("port",) and isinstance(value, str) and NUMERIC.fullmatch(value):
        return codes.STRING_PORT, "port is a string", _port_help(value.strip())
    return codes.WRONG_TYPE, f"{name}: {issue.message}", _guard_help(issue, value)


def _unrecognized_help(key: str, auth: dict[str, Any]) -> str:
    if secret_keys.hides_key(("auth",), key, auth[key]):
        return NO_COLON_HELP
    if key in keys.AUTH_KEYS and "type" in auth:
        return "remove the key, or remove type"
    return did_you_mean(key, keys.AUTH_KEYS) or "remove the key"


def _port_help(digits: str) -> str:
    return f"write {int(digits)} without quotes" if len(digits) <= 5 else "write a number from 1 to 65535"


BOOLEAN_WORDS = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}
"""What people write for a boolean, in small letters."""


def _guard_help(issue: Issue, value: Any) -> str:
    if isinstance(value, str) and "boolean" in issue.message and value.lower() in BOOLEAN_WORDS:
        return f"write {BOOLEAN_WORDS[value.lower()]} without quotes"
    row = keys.row_at(issue.path)
    if row is None or placeholders.is_placeholder(value):
        return ""
    if value is None and not row.required:
        return "remove the key: an optional key may be absent, not null"
    if issue.path == ("secure",):
        return (
            "write true for TLS from the first byte (465), or false and requireTLS: true for STARTTLS (587)"
        )
    return _wanted(row.kind, issue.path, value) if isinstance(row.kind, Primitive) else ""


def _wanted(kind: Primitive, path: Path, value: Any) -> str:
    """What a key takes, in a value's place."""
    if kind == BOOLEAN:
        return "write true or false"
    if kind == NUMBER:
        return "write a number, without quotes"
    if isinstance(value, (bool, int, float)):
        return "put it in quotes"
    several = isinstance(value, list) and path[-1] in ("fromEmail", "replyTo")
    return "write one text, with commas between several addresses" if several else "write a text"


def _union_reason(issue: Issue, value: Any) -> str:
    row = keys.row_at(issue.path)
    if row is None or not isinstance(row.kind, Union):
        return f"must be an object, and is {type_name(value)}"
    reasons = guard.explain_union(row.kind, value, issue.path)
    return "none of its forms fits; closest: " + ", ".join(guard.describe(reason) for reason in reasons)


def _union_help(issue: Issue, document: Document) -> str:
    if issue.path == ("auth",):
        ways = (
            "write {user, pass}, or {type: OAuth2, user, clientId, clientSecret, refreshToken}, or"
            " {type: OAuth2, user, serviceClient, privateKey}"
        )
        return ways if _requires_login(document) else f"{ways}, or {{type: login}} to send without a login"
    if issue.path == ("tls",):
        return (
            "it holds Node's TLS options; what turns TLS on is secure: true (465) or requireTLS: true (587)"
        )
    return "write a string or an array of strings" if issue.path[:1] == ("customHeaders",) else ""


def _requires_login(document: Document) -> bool:
    """Whether the host is known to take no mail without a login."""
    from smtp_verify.providers.table import provider_of

    host = document.config.get("host") if isinstance(document.config, dict) else None
    provider = provider_of(host) if isinstance(host, str) else None
    return provider is not None and provider.requires_login
