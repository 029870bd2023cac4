"""The two verdicts on a document's structure: `documented` and `connector`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.path import Path, dotted
from smtp_verify.config.schema import keys, placeholders
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.suggestions import MOST_SUGGESTIONS, did_you_mean
from smtp_verify.finding import Finding, Severity
from smtp_verify.lint.rejection import NUMERIC, rejection, type_name
from smtp_verify.lint.unknown_keys import unknown_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.schema.guard import Issue


def check(document: Document, against: Schema) -> list[Finding]:
    """All that is wrong with a document's structure, reading it included, sorted by place."""
    if not document.readable:
        return sorted(document.findings)
    issues = document.issues
    if against is Schema.CONNECTOR:
        verdict = [rejection(document, issue, Severity.ERROR) for issue in issues]
        verdict += _never_sent(document)
    else:
        verdict = list(_documented(document, issues))
    found = {finding.pointer for finding in verdict if finding.code == codes.UNKNOWN_KEY}
    unknown = [finding for finding in unknown_keys(document) if finding.pointer not in found]
    more = (*unknown, *_password_not_text(document, issues), *_placeholder_findings(document))
    return sorted({*document.findings, *verdict, *more})


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
        yield rejection(document, issues[0], Severity.ERROR)
        return
    errors = [*_documented_root(document, config), *_documented_templates(document, config)]
    yield from errors
    if not issues:
        return
    settled = {finding.pointer for finding in errors} | set(_placeholder_pointers(document))
    for issue in issues:
        if document.pointer(issue.path) not in settled:
            yield rejection(document, issue, Severity.WARNING)


def _documented_root(document: Document, config: dict[str, Any]) -> Iterator[Finding]:
    for row in keys.CONFIG.rows:
        if row.documented and row.key not in config:
            yield _missing(document, (row.key,))
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
        return bool(NUMERIC.fullmatch(value)) or placeholders.is_placeholder(value)
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
    for row in keys.TEMPLATE.rows:
        value = template.get(row.key)
        if isinstance(value, str):
            if row.choices is not None and not placeholders.is_placeholder(value):
                yield from _documented_choice(document, (*path, row.key), value)
        elif row.key not in template:
            yield _missing(document, (*path, row.key))
        else:
            yield _mistyped(document, (*path, row.key), "a string", value)


def _documented_choice(document: Document, path: Path, value: str) -> Iterator[Finding]:
    choices = keys.TEMPLATE_KEYS[str(path[-1])].choices
    if choices is None or value in choices:
        return
    code = codes.UNKNOWN_USAGE_TYPE if path[-1] == "usageType" else codes.WRONG_VALUE
    message = f"{dotted(path)} must be one of {', '.join(choices)}"
    help_ = did_you_mean(value, choices) if int(path[1]) < MOST_SUGGESTIONS else ""
    yield _finding(document, path, code, Severity.ERROR, message, help_)


def _never_sent(document: Document) -> Iterator[Finding]:
    """The connector takes any usageType, and Logto asks for nine."""
    config = document.config
    templates = config.get("templates") if isinstance(config, dict) else None
    for index, template in enumerate(templates if isinstance(templates, list) else []):
        value = template.get("usageType") if isinstance(template, dict) else None
        if isinstance(value, str) and value and not placeholders.is_placeholder(value):
            for finding in _documented_choice(document, ("templates", index, "usageType"), value):
                yield replace(finding, severity=Severity.WARNING)


def _missing(document: Document, path: Path) -> Finding:
    row = keys.row_at(path)
    help_ = f"add {path[-1]}: {row.doc}" if row else ""
    message = f"{dotted(path)} is missing"
    return _finding(document, path, codes.MISSING_KEY, Severity.ERROR, message, help_)


def _mistyped(document: Document, path: Path, wanted: str, value: Any) -> Finding:
    message = f"{dotted(path)} is {type_name(value)}; it must be {wanted}"
    return _finding(document, path, codes.WRONG_TYPE, Severity.ERROR, message, _retyped(wanted, path, value))


def _retyped(wanted: str, path: Path, value: Any) -> str:
    if wanted == "a string" and isinstance(value, (int, float)) and not keys.is_secret(path):
        return f'write "{str(value).lower()}"'
    if wanted == "a number":
        return "write it as a number: 587"
    return ""


def _password_not_text(document: Document, issues: tuple[Issue, ...]) -> Iterator[Finding]:
    """Logto accepts a password that is not a string, where `auth.user` is one (smtpConfigGuard, 3rd branch).

    nodemailer makes a string of it for PLAIN and LOGIN. Node throws at it in CRAM-MD5
    (lib/smtp-connection/index.js `_handleAuth_CRAM_MD5`), and nothing catches that.
    """
    path = ("auth", "pass")
    auth = document.config.get("auth") if isinstance(document.config, dict) else None
    value = auth.get("pass") if isinstance(auth, dict) else None
    # What JavaScript takes for false is a missing password, which has a rule of its own.
    if (
        value in (None, False, 0)
        or isinstance(value, str)
        or any(issue.path[:1] == path[:1] for issue in issues)
    ):
        return
    message = (
        f"auth.pass is {type_name(value)}: Logto sends it as JavaScript writes it, and its process ends if"
        " the server offers only CRAM-MD5"
    )
    help_ = "put it in quotes" if isinstance(value, (int, float)) else "write the password as a string"
    yield _finding(document, path, codes.WRONG_TYPE, Severity.WARNING, message, help_)


# Placeholders -------------------------------------------------------------------------------------------


def _placeholder_pointers(document: Document) -> Iterator[str]:
    for placeholder in placeholders.find(document.config):
        yield document.pointer(placeholder.path)


def _placeholder_findings(document: Document) -> Iterator[Finding]:
    for placeholder in placeholders.find(document.config):
        what = "stays in the mail as it is" if placeholder.in_text else "is still to be filled in"
        message = f"{dotted(placeholder.path)}: the placeholder {placeholder.text} {what}"
        help_ = "write your own value" + ("" if placeholder.in_text else ", or give it with --set")
        yield _finding(document, placeholder.path, codes.PLACEHOLDER, Severity.WARNING, message, help_)
