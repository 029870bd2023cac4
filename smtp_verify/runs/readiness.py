"""Whether a config can be sent with: what the guard refuses, less what this send can do without."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config.path import dotted
from smtp_verify.config.schema import guard, placeholders
from smtp_verify.errors import ConfigError
from smtp_verify.finding import Finding, Severity
from smtp_verify.lint.rejection import NUMERIC, rejection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.schema.guard import Issue
    from smtp_verify.mail.template import Template


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the guard says of a config, seen from one send."""

    stopping: tuple[Issue, ...]
    tolerated: tuple[Issue, ...]
    """Logto would refuse the config for these; the send goes on, and says so."""

    @property
    def logto_refuses(self) -> str:
        """Why Logto would not send with this config; empty where it would."""
        return "; ".join(guard.describe(issue) for issue in (*self.tolerated, *self.stopping))


def judge(config: dict[str, Any], template: Template, sandbox: bool) -> Readiness:
    """Sort the guard's issues into those that stop this send and those that do not.

    A numeric string as port, missing required usage types, and missing keys that this send does not use
    do not; with `sandbox`, host and port are not used.
    """
    stopping: list[Issue] = []
    tolerated: list[Issue] = []
    for issue in guard.guard(config):
        (tolerated if _tolerable(issue, config, template, sandbox) else stopping).append(issue)
    return Readiness(tuple(stopping), tuple(tolerated))


def refuse(document: Document, readiness: Readiness) -> None:
    """Stop where the guard does.

    Raises:
        ConfigError: with a finding for each issue.
    """
    if not readiness.stopping:
        return
    findings = [
        replace(rejection(document, issue, Severity.ERROR), code=codes.CONNECTOR_REJECTS)
        for issue in readiness.stopping
    ]
    places = "; ".join(f"{finding.location.shown}: {finding.message}" for finding in findings)
    more = f"; smtp-verify validate {document.path} says what to write" if document.path != "-" else ""
    raise ConfigError(f"Logto rejects this config: {places}{more}", findings)


@contextmanager
def placed(document: Document) -> Iterator[None]:
    """What nothing can be sent with gets its place in the file.

    Raises:
        ConfigError: the one that came, with its finding.
    """
    try:
        yield
    except ConfigError as error:
        if error.findings or not error.path:
            raise
        place = document.location(error.path)
        pointer = document.pointer(error.path)
        finding = Finding(place, codes.UNSENDABLE, Severity.ERROR, error.message, pointer=pointer)
        raise ConfigError(f"{place.shown}: {error.message}", [finding]) from None


def refuse_placeholders(document: Document, config: Any) -> None:
    """Stop where something is still to be filled in, naming each place.

    Raises:
        ConfigError: with a finding for each placeholder.
    """
    left = [each for each in placeholders.find(config) if not each.in_text]
    if not left:
        return
    findings = []
    for each in left:
        place = document.location(each.path)
        message = f"{dotted(each.path)} is still {each.text}"
        findings.append(
            Finding(place, codes.PLACEHOLDER, Severity.ERROR, message, "", document.pointer(each.path))
        )
    listed = "; ".join(f"{finding.location.in_words}: {finding.message}" for finding in sorted(findings))
    raise ConfigError(
        f"{document.path}: {listed}. Write your own values, or give them with --set", sorted(findings)
    )


def _tolerable(issue: Issue, config: dict[str, Any], template: Template, sandbox: bool) -> bool:
    if issue.code is guard.IssueCode.CUSTOM:
        return True
    if not isinstance(config, dict):
        return False
    match issue.path:
        case ("port",):
            return (sandbox and "port" not in config) or _is_numeric(config.get("port"))
        case ("host",):
            return sandbox and "host" not in config
        case ("auth",):
            return "auth" not in config
        case ("fromEmail",):
            return "fromEmail" not in config and bool(template.raw.get("sendFrom"))
        case ("templates", int() as index, str()):
            return index != template.index and issue.message == "Required"
    return False


def _is_numeric(value: Any) -> bool:
    return isinstance(value, str) and bool(NUMERIC.fullmatch(value))
