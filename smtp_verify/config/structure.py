"""The two verdicts on a document's structure: `documented` and `connector`."""

from __future__ import annotations

import difflib
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

from smtp_verify.config import codes, guard, placeholders, schema
from smtp_verify.config.document import Document, Mapping, Path, Scalar, dotted
from smtp_verify.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.guard import Issue

_MOST_SUGGESTIONS = 200
"""Keys of one object, templates of one list: looking for a resemblance is slow, and no config has as many."""
_NUMERIC = re.compile(r"\s*[0-9]+\s*")


class Schema(Enum):
    """Which schema decides what is an error."""

    DOCUMENTED = "documented"
    CONNECTOR = "connector"


def check(document: Document, against: Schema) -> list[Finding]:
    """All that is wrong with a document's structure, reading it included, sorted by place."""
    if document.root is None:
        return list(document.findings)
    issues = guard.guard(document.config)
    if against is Schema.CONNECTOR:
        verdict = [_connector_finding(document, issue, Severity.ERROR) for issue in issues]
    else:
        verdict = list(_documented(document, issues))
    found = {finding.pointer for finding in verdict if finding.code == codes.UNKNOWN_KEY}
    unknown = [finding for finding in unknown_keys(document) if finding.pointer not in found]
    return sorted({*document.findings, *verdict, *unknown, *_placeholder_findings(document)})


def is_valid(findings: Iterable[Finding], strict: bool) -> bool:
    """No error, and with `strict` no warning either."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return not any(finding.severity in failing for finding in findings)


def _finding(
    document: Document, path: Path, code: str, severity: Severity, message: str, help_: str = ""
) -> Finding:
    return Finding(document.location(path), code, severity, message, help_, document.pointer(path))


# The documented schema -----------------------------------------------------------------------------------


def _documented(document: Document, issues: tuple[Issue, ...]) -> Iterator[Finding]:
    config = document.config
    if not isinstance(config, dict):
        yield _connector_finding(document, issues[0], Severity.ERROR)
        return
    errors = [*_documented_root(document, config), *_documented_templates(document, config)]
    yield from errors
    settled = {finding.pointer for finding in errors} | set(_placeholder_pointers(document))
    for issue in issues:
        if document.pointer(issue.path) not in settled:
            yield _connector_finding(document, issue, Severity.WARNING)


def _documented_root(document: Document, config: dict[str, Any]) -> Iterator[Finding]:
    for key in ("host", "port", "fromEmail", "templates"):
        if key not in config:
            yield _missing(document, (key,))
    for key in ("host", "fromEmail"):
        if key in config and not isinstance(config[key], str):
            yield _mistyped(document, (key,), "a string", config[key])
    if "port" in config and not _is_port(config["port"]):
        yield _mistyped(document, ("port",), "a number", config["port"])
    templates = config.get("templates", [])
    if not isinstance(templates, list) and not placeholders.is_placeholder(templates):
        yield _mistyped(document, ("templates",), "an array of templates", templates)


def _is_port(value: Any) -> bool:
    """A number, or what the documentation calls a port: a string of digits."""
    if isinstance(value, str):
        return bool(_NUMERIC.fullmatch(value)) or placeholders.is_placeholder(value)
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _documented_templates(document: Document, config: dict[str, Any]) -> Iterator[Finding]:
    templates = config.get("templates")
    if not isinstance(templates, list):
        return
    for index, template in enumerate(templates):
        path: Path = ("templates", index)
        if isinstance(template, dict):
            yield from _documented_template(document, path, template)
        elif not placeholders.is_placeholder(template):
            yield _mistyped(document, path, "a template object", template)


def _documented_template(document: Document, path: Path, template: dict[str, Any]) -> Iterator[Finding]:
    for row in schema.TEMPLATE.rows:
        field = (*path, row.key)
        if row.key not in template:
            yield _missing(document, field)
        elif not isinstance(template[row.key], str):
            yield _mistyped(document, field, "a string", template[row.key])
        elif not placeholders.is_placeholder(template[row.key]):
            yield from _documented_choice(document, field, template[row.key])


def _documented_choice(document: Document, path: Path, value: str) -> Iterator[Finding]:
    choices = {"usageType": schema.USAGE_TYPES, "contentType": schema.CONTENT_TYPES}.get(str(path[-1]))
    if choices is None or value in choices:
        return
    code = codes.UNKNOWN_USAGE_TYPE if path[-1] == "usageType" else codes.WRONG_VALUE
    message = f"{dotted(path)} is none of {', '.join(choices)}"
    help_ = _did_you_mean(value, choices) if int(path[1]) < _MOST_SUGGESTIONS else ""
    yield _finding(document, path, code, Severity.ERROR, message, help_)


def _missing(document: Document, path: Path) -> Finding:
    row = schema.row_at(path)
    help_ = f"add {path[-1]}: {row.doc}" if row else ""
    message = f"{dotted(path)} is missing"
    return _finding(document, path, codes.MISSING_KEY, Severity.ERROR, message, help_)


def _mistyped(document: Document, path: Path, wanted: str, value: Any) -> Finding:
    message = f"{dotted(path)} is {_type_name(value)}; it must be {wanted}"
    return _finding(document, path, codes.WRONG_TYPE, Severity.ERROR, message, _retyped(wanted, path, value))


def _retyped(wanted: str, path: Path, value: Any) -> str:
    if wanted == "a string" and isinstance(value, (int, float)) and not schema.is_secret(path):
        return f'write "{str(value).lower()}"'
    if wanted == "a number":
        return "write it as a number: 587"
    return ""


def _type_name(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array"}
    return "null" if value is None else names.get(type(value), "an object")


# The connector's schema ----------------------------------------------------------------------------------


def _connector_finding(document: Document, issue: Issue, severity: Severity) -> Finding:
    """One of the guard's issues as a finding; as a warning it says that Logto rejects the file for it."""
    code, message, help_ = _in_words(document, issue, severity)
    path = _deepest(document, issue)
    if severity is Severity.WARNING:
        message += "; Logto's connector rejects the file for it"
    return Finding(document.location(path), code, severity, message, help_, document.pointer(issue.path))


def _deepest(document: Document, issue: Issue) -> Path:
    """Where to point: inside a refused union, at the part that is at fault."""
    if issue.code is not guard.IssueCode.INVALID_UNION:
        return issue.path
    row = schema.row_at(issue.path)
    if row is None or not isinstance(row.kind, schema.Union):
        return issue.path
    reasons = guard.explain_union(row.kind, _value_at(document, issue.path), issue.path)
    return reasons[0].path


def _in_words(document: Document, issue: Issue, severity: Severity) -> tuple[str, str, str]:
    """The code, the message and the help for an issue."""
    kind = guard.IssueCode
    name = dotted(issue.path) or "the config"
    value = _value_at(document, issue.path)
    if issue.code is kind.CUSTOM:
        missing = guard.missing_usage_types(value)
        help_ = (
            f"add {'a template' if len(missing) == 1 else 'templates'} with usageType {', '.join(missing)}"
        )
        return codes.MISSING_USAGE_TYPES, f"no template for {', '.join(missing)}", help_
    if issue.code is kind.UNRECOGNIZED_KEYS:
        return codes.UNKNOWN_KEY, f"{name}: {issue.message}", "remove the key, or remove type"
    if value is _ABSENT:
        row = schema.row_at(issue.path)
        help_ = _union_help(issue) or (f"add {issue.path[-1]}: {row.doc}" if row else "")
        return codes.MISSING_KEY, f"{name} is missing", help_
    if issue.code is kind.INVALID_UNION:
        return codes.WRONG_TYPE, f"{name}: {_union_reason(issue, value)}", _union_help(issue)
    if issue.code is kind.INVALID_ENUM_VALUE:
        row = schema.row_at(issue.path)
        choices = row.kind.values if row and isinstance(row.kind, schema.OneOf) else ()
        return codes.WRONG_VALUE, f"{name}: {issue.message}", _did_you_mean(str(value), choices)
    if issue.path == ("port",) and isinstance(value, str) and _NUMERIC.fullmatch(value):
        return codes.STRING_PORT, "port is a string", _port_help(value.strip())
    return codes.WRONG_TYPE, f"{name}: {issue.message}", _guard_help(issue, value)


def _port_help(digits: str) -> str:
    return f"write {int(digits)} without quotes" if len(digits) <= 5 else "write a number from 1 to 65535"


_BOOLEAN_WORDS = {
    "true": "true",
    "yes": "true",
    "on": "true",
    "false": "false",
    "no": "false",
    "off": "false",
}


def _guard_help(issue: Issue, value: Any) -> str:
    if isinstance(value, str) and "boolean" in issue.message and value.lower() in _BOOLEAN_WORDS:
        return f"write {_BOOLEAN_WORDS[value.lower()]} without quotes"
    row = schema.row_at(issue.path)
    if value is None and row is not None and not row.required:
        return "remove the key: an optional key may be absent, not null"
    return ""


def _union_reason(issue: Issue, value: Any) -> str:
    row = schema.row_at(issue.path)
    if row is None or not isinstance(row.kind, schema.Union):
        return f"must be an object, and is {_type_name(value)}"
    reasons = guard.explain_union(row.kind, value, issue.path)
    return "none of its forms fits; closest: " + ", ".join(guard.describe(reason) for reason in reasons)


def _union_help(issue: Issue) -> str:
    if issue.path == ("auth",):
        return (
            "write {user, pass}, or {type: OAuth2, user, clientId, clientSecret, refreshToken}, or"
            " {type: OAuth2, user, serviceClient, privateKey}, or {} to send without logging in"
        )
    return "write a string or an array of strings" if issue.path[:1] == ("customHeaders",) else ""


_ABSENT = object()


def _value_at(document: Document, path: Path) -> Any:
    value = document.config
    for token in path:
        try:
            value = value[token]
        except (KeyError, IndexError, TypeError):
            return _ABSENT
    return value


# Keys and placeholders -----------------------------------------------------------------------------------


def unknown_keys(document: Document) -> Iterator[Finding]:
    """A warning for each key that neither Logto nor nodemailer knows, with a suggestion."""
    known: list[tuple[Path, dict[str, schema.Row]]] = [
        ((), schema.CONFIG_KEYS),
        (("auth",), schema.AUTH_KEYS),
        (("tls",), schema.TLS_KEYS),
    ]
    config = document.config
    templates = config.get("templates") if isinstance(config, dict) else None
    count = len(templates) if isinstance(templates, list) else 0
    known += [(("templates", index), schema.TEMPLATE_KEYS) for index in range(count)]
    for path, rows in known:
        node = document.node(path)
        if isinstance(node, Mapping):
            for number, entry in enumerate(node.entries):
                if entry.key.value not in rows and entry.key.value != "<<":
                    yield _unknown_key(document, path, entry.key, rows, number < _MOST_SUGGESTIONS)


def _unknown_key(
    document: Document, above: Path, key: Scalar, rows: dict[str, schema.Row], suggest: bool
) -> Finding:
    path = (*above, key.value)
    message = f"{dotted(path)} is a key that neither Logto nor nodemailer knows"
    help_ = (_did_you_mean(key.value, tuple(rows)) or _lives_elsewhere(key.value)) if suggest else ""
    return document.text.warning(
        codes.UNKNOWN_KEY, key.start, key.end, message, help_, document.pointer(path)
    )


def _lives_elsewhere(key: str) -> str:
    if key in schema.AUTH_KEYS:
        return f"did you mean auth.{key}?"
    if key in schema.TLS_KEYS:
        return f"did you mean tls.{key}?"
    return f"did you mean {key} at the top level?" if key in schema.CONFIG_KEYS else ""


_SYNONYMS = {
    "password": "pass",
    "username": "user",
    "login": "user",
    "hostname": "host",
    "server": "host",
    "from": "fromEmail",
    "sender": "fromEmail",
    "ssl": "secure",
    "starttls": "requireTLS",
    "headers": "customHeaders",
    "helo": "name",
    "body": "content",
    "html": "content",
    "text": "content",
    "title": "subject",
    "usage": "usageType",
    "mime": "contentType",
}
"""What other tools call these keys."""


def _did_you_mean(word: str, choices: tuple[str, ...]) -> str:
    folded = {_folded(choice): choice for choice in choices}
    folded |= {word: choice for word, choice in _SYNONYMS.items() if choice in choices and word not in folded}
    close = difflib.get_close_matches(_folded(word), folded, n=1, cutoff=0.65)
    return f"did you mean {folded[close[0]]}?" if close else ""


def _folded(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def _placeholder_pointers(document: Document) -> Iterator[str]:
    for placeholder in placeholders.find(document.config):
        yield document.pointer(placeholder.path)


def _placeholder_findings(document: Document) -> Iterator[Finding]:
    for placeholder in placeholders.find(document.config):
        what = "stays in the mail as it is" if placeholder.in_text else "is still to be filled in"
        message = f"{dotted(placeholder.path)}: the placeholder {placeholder.text} {what}"
        help_ = "write your own value" + ("" if placeholder.in_text else ", or give it with --set")
        yield _finding(document, placeholder.path, codes.PLACEHOLDER, Severity.WARNING, message, help_)
