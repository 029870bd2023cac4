"""SARIF 2.1.0, what every log of ours has in common: one run, its results, the rules that fired.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub's code scanning reads of it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify import __version__
from smtp_verify.finding import Location, Severity
from smtp_verify.report.formats.json_pieces import array, block
from smtp_verify.report.formats.places import BASE, uri_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smtp_verify.report.formats.rule import ReportedRule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_FINGERPRINT = "codeAndPointer/v1"
_BASES = {BASE: {"description": {"text": "The directory that smtp-verify was run in."}}}
# Section 3.11.5: `{0}` is a placeholder. Other braces stay as they are, though it wants all of them doubled:
# viewers show `{{code}}` as it is written, and nobody should copy `{{{{code}}}}` into a template.
_PLACEHOLDER = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class SarifResult:
    """One result: a rule that fired at a place."""

    rule: ReportedRule
    severity: Severity
    message: str
    place: Location
    pointer: str
    """RFC 6901; empty where it is the whole document, or none of it."""
    fingerprint: str
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Invocation:
    """How the run ended."""

    exit_code: int
    successful: bool
    """Whether the run came to its end, whatever it found."""
    notifications: Sequence[str] = ()
    """What there is to say that is no result."""


def log(results: Iterable[SarifResult], invocation: Callable[[], Invocation]) -> Iterator[str]:
    """A log with one run, piece by piece.

    Results come first, so that nobody has to hold them: which rules fired is known behind the last.

    Args:
        results: in order.
        invocation: is called once they have all passed.
    """
    rules: dict[str, ReportedRule] = {}
    yield f'{{\n  "$schema": "{_SCHEMA}",\n  "version": "2.1.0",\n  "runs": [\n    {{\n'
    yield '      "columnKind": "unicodeCodePoints",\n'
    yield f'      "originalUriBaseIds": {block(_BASES, 6)},\n      "results": '
    yield from array((_result(each, rules) for each in results), 6)
    yield f',\n      "tool": {block({"driver": _driver(rules.values())}, 6)}'
    yield f',\n      "invocations": {block([_invocation(invocation())], 6)}\n    }}\n  ]\n}}\n'


def plain(text: str) -> str:
    """A text as a plain message, in which nothing is a link or a placeholder."""
    # Section 3.11.6: `[text](destination)` is a link, and no file may make one.
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))


def _result(each: SarifResult, rules: dict[str, ReportedRule]) -> dict[str, Any]:
    rules.setdefault(each.rule.code, each.rule)
    location: dict[str, Any] = {"physicalLocation": _physical(each.place)}
    if each.pointer:
        location["logicalLocations"] = [{"fullyQualifiedName": each.pointer}]
    return {
        "ruleId": each.rule.code,
        "ruleIndex": list(rules).index(each.rule.code),
        "level": _LEVELS[each.severity],
        "message": {"text": plain(each.message)},
        "locations": [location],
        "partialFingerprints": {_FINGERPRINT: each.fingerprint},
        "properties": each.properties,
    }


def _physical(place: Location) -> dict[str, Any]:
    uri, relative = uri_of(place.path)
    artifact = {"uri": uri, "uriBaseId": BASE} if relative else {"uri": uri}
    if place.given:
        return {"artifactLocation": artifact}
    region = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    return {"artifactLocation": artifact, "region": region}


def _driver(rules: Iterable[ReportedRule]) -> dict[str, Any]:
    return {"name": "smtp-verify", "semanticVersion": __version__, "rules": [_rule(rule) for rule in rules]}


def _rule(rule: ReportedRule) -> dict[str, Any]:
    told = {
        "id": rule.code,
        "shortDescription": {"text": plain(rule.summary)},
        "fullDescription": {"text": plain(rule.why)},
        "help": {"text": plain(rule.help)},
    }
    return {**told, "helpUri": rule.link} if rule.link else told


def _invocation(ended: Invocation) -> dict[str, Any]:
    told: dict[str, Any] = {"executionSuccessful": ended.successful, "exitCode": int(ended.exit_code)}
    if ended.notifications:
        told["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": plain(text)}} for text in ended.notifications
        ]
    return told
