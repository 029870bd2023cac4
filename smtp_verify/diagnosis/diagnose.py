"""From a failed session to its causes, the likeliest first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp_verify.diagnosis import replies
from smtp_verify.diagnosis.row import Diagnosis, Row, Symptom
from smtp_verify.diagnosis.table import ROWS, UNKNOWN_REPLY

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Assignment, Path
    from smtp_verify.smtp.endpoint import Endpoint
    from smtp_verify.smtp.wire.transcript import Reply, Result

OUT_OF_TIME = "the time of --"
"""In a reason: our own limit ended the session."""
_MOST = 3
"""A longer list helps nobody."""
_REFUSALS = 400
_REACH = ("host", "port", "secure")
"""The keys that say where the server is and how it is spoken to first."""
_OF_LOGTO = ("fromEmail", "replyTo", "customHeaders", "templates")
"""The keys of which the connector itself makes a message: no `url` replaces them."""


def symptom_of(
    result: Result, endpoint: Endpoint, config: dict[str, Any], names: tuple[str, ...] = ()
) -> Symptom:
    """What a failed session shows.

    Args:
        result: how the session ended.
        endpoint: where it led.
        config: the options of nodemailer.
        names: those in the certificate, where it was one for another name.
    """
    # What a password happens to be must not hide what the server says.
    reply = result.reply.heard or result.reply if result.reply else None
    text = "\n".join(filter(None, (_words(reply), result.reason, result.nodemailer)))
    code, enhanced = (reply.code, reply.enhanced) if reply else (None, "")
    transcript = result.transcript
    return Symptom(
        result.ending,
        result.stage,
        code,
        enhanced,
        text,
        endpoint,
        config,
        transcript.keywords,
        names,
        logged_in="authentication" in transcript.proven,
        seconds=transcript.timings.get(result.stage, 0.0) if OUT_OF_TIME in result.reason else None,
    )


def diagnose(symptom: Symptom, document: Document) -> tuple[Diagnosis, ...]:
    """The rows that apply, those with most in their favour first; causes are ranked, never merged."""
    weighed = [(row.match.weight(symptom), row) for row in ROWS]
    best = max(weight for weight, _ in weighed)
    # What has much less in its favour is another case, or the same one told in general.
    found = [each for each in weighed if each[0] and each[0] * 2 > best]
    found.sort(key=lambda each: -each[0])
    rows = [row for _, row in found[:_MOST]] or _by_its_reply(symptom)
    first, *others = [_applied(row, symptom, document) for row in rows] or (None,)
    # Another row with the same patch is the same advice in other words.
    apart = [each for each in others if first is None or not each.changes or each.changes != first.changes]
    return (first, *apart) if first is not None else ()


def _words(reply: Reply | None) -> str:
    """A reply as it came, and unwrapped: servers break their sentences at any word."""
    return f"{reply.raw}\n{' '.join(reply.text.split())}" if reply else ""


def _by_its_reply(symptom: Symptom) -> list[Row]:
    """What the codes of a reply say that no row knows; the reply itself is told whole."""
    if symptom.code is None or symptom.code < _REFUSALS:
        return []
    says = replies.of_enhanced(symptom.enhanced) if symptom.enhanced else replies.of_code(symptom.code)
    cause = f"the server's reply is {symptom.code}: {says}"
    fix = "try again later" if 400 <= symptom.code < 500 else UNKNOWN_REPLY.fix
    return [replace(UNKNOWN_REPLY, cause=cause, fix=fix)]


def _applied(row: Row, symptom: Symptom, document: Document) -> Diagnosis:
    path = _deciding(row.path, symptom, document)
    place = document.location(path) if path else None
    pointer = document.pointer(path) if path else ""
    patch = row.patch(symptom) if row.patch else ()
    changes = patch if _count(patch, symptom, document) else ()
    return Diagnosis(replace(row, path=path), place, pointer, changes, not document.has(path))


def _deciding(path: Path, symptom: Symptom, document: Document) -> Path:
    """The key that nodemailer uses where a row names another, which `url` or `service` replaces."""
    raw = document.config
    if not path or not isinstance(raw, dict) or path[0] in _OF_LOGTO:
        return path
    if raw.get("url"):
        return ("url",)
    by_service = path[0] in _REACH and symptom.config.get(path[0]) != raw.get(path[0])
    return ("service",) if by_service and document.has(("service",)) else path


def _count(changes: tuple[Assignment, ...], symptom: Symptom, document: Document) -> bool:
    """Whether it is these keys that nodemailer uses, and none that replace them."""
    raw = document.config
    if not isinstance(raw, dict) or raw.get("url"):
        return False
    elsewhere = raw.get("service") or any(symptom.endpoint.tls.get(key) for key in ("host", "port"))
    return not (elsewhere and any(change.path[0] in _REACH for change in changes))
