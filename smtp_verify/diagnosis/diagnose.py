"""From a failed session to its causes, the likeliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.diagnosis import replies
from smtp_verify.diagnosis.row import Diagnosis, Match, Row, Symptom
from smtp_verify.diagnosis.table import ROWS

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.smtp.endpoint import Endpoint
    from smtp_verify.smtp.transcript import Result

UNKNOWN_REPLY = "SD900"
"""The code of a diagnosis that a reply's codes alone have made."""
_RFC = "https://www.rfc-editor.org/rfc/rfc3463#section-3"
_MOST = 3
"""A longer list helps nobody."""


def symptom_of(result: Result, endpoint: Endpoint, config: dict[str, Any]) -> Symptom:
    """What a failed session shows."""
    reply = result.reply
    text = "\n".join(filter(None, (reply.raw if reply else "", result.reason, result.nodemailer)))
    code, enhanced = (reply.code, reply.enhanced) if reply else (None, "")
    return Symptom(result.ending, result.stage, code, enhanced, text, endpoint, config)


def diagnose(symptom: Symptom, document: Document) -> tuple[Diagnosis, ...]:
    """The rows that apply, those with most in their favour first; causes are ranked, never merged."""
    weighed = [(row.match.weight(symptom), row) for row in ROWS]
    best = max(weight for weight, _ in weighed)
    # What has much less in its favour is another case, or the same one told in general.
    found = [each for each in weighed if each[0] and each[0] * 2 > best]
    found.sort(key=lambda each: -each[0])
    rows = [row for _, row in found[:_MOST]] or _by_its_reply(symptom)
    return tuple(_applied(row, symptom, document) for row in rows)


def _by_its_reply(symptom: Symptom) -> list[Row]:
    """What the codes of a reply say that no row knows; the reply itself is told whole."""
    if symptom.code is None:
        return []
    cause = replies.of_enhanced(symptom.enhanced) if symptom.enhanced else replies.of_code(symptom.code)
    cure = "try again later" if 400 <= symptom.code < 500 else "go by the words of the server's reply"
    words = f"the server's reply is {symptom.code}: {cause}"
    return [Row(code=UNKNOWN_REPLY, symptom="", match=Match(), cause=words, cure=cure, source=_RFC)]


def _applied(row: Row, symptom: Symptom, document: Document) -> Diagnosis:
    place = document.location(row.path) if row.path else None
    pointer = document.pointer(row.path) if row.path else ""
    return Diagnosis(row, place, pointer, row.patch(symptom) if row.patch else ())
