"""Sends as the contract's JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema.keys import USAGE_TYPES
from smtp_verify.report.formats.json_document import VERSION, dumps, error_document
from smtp_verify.report.session.diagnoses import diagnosis_json
from smtp_verify.report.versions import versions_json
from smtp_verify.runs.send_report import SendReport, logto_verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smtp_verify.redaction import Redactor
    from smtp_verify.report.formats.formatter import Failure
    from smtp_verify.smtp.wire.transcript import Reply, TlsDetails

_OURS = frozenset({"code", "outcome", "stage", "askedFor", "proven", "what", "state", "verdict"})
"""Keys whose values neither a file nor a server has written, and the code, which is the result."""


@dataclass(frozen=True, slots=True)
class SessionJson:
    """One entry for each send."""

    def sends(
        self,
        reports: Sequence[SendReport],
        redact: Redactor,
        exit_code: int,
        failure: Failure | None = None,
    ) -> str:
        """The document; each entry has an exit code of its own."""
        return session_json(reports, redact, exit_code, failure)

    def failure(self, failure: Failure) -> str:
        """The document without any entry."""
        return error_document(failure.exit_code, failure.message, failure.findings, "results")


@dataclass(frozen=True, slots=True)
class SessionJsonLines:
    """A line for each send."""

    def sends(
        self,
        reports: Sequence[SendReport],
        redact: Redactor,
        exit_code: int,
        failure: Failure | None = None,
    ) -> str:
        """The lines, and one more for a failure."""
        told = session_json_lines(reports, redact)
        return told + self.failure(failure) if failure else told

    def failure(self, failure: Failure) -> str:
        """A line without any entry."""
        return error_document(failure.exit_code, failure.message, failure.findings, "results", one_line=True)


def session_json(
    reports: Iterable[SendReport], redact: Redactor, exit_code: int, failure: Failure | None = None
) -> str:
    """Every send, in order, and what the process ends with; `failure` is what went wrong afterwards."""
    results = [masked(_result(report), redact) for report in reports]
    head = {"version": VERSION, "exitCode": int(exit_code)}
    if failure is None:
        return dumps({**head, "results": results})
    error = {"exitCode": failure.exit_code, "message": failure.message, "findings": []}
    return dumps({**head, "error": error, "results": results})


def session_json_lines(reports: Iterable[SendReport], redact: Redactor) -> str:
    """One line of JSON for each send."""
    return "".join(json.dumps(masked(_result(report), redact)) + "\n" for report in reports)


def _result(report: SendReport) -> dict[str, Any]:
    result = report.result
    transcript = result.transcript
    verdict = logto_verdict(report)
    return {
        "to": report.to,
        "outcome": result.ending.outcome.value,
        "exitCode": result.ending.exit_code,
        "stage": result.stage.value,
        "code": report.code,
        "usageType": report.rendered.template.requested,
        "reply": reply_json(result.reply),
        "messageId": report.message_id,
        "sandbox": report.sandbox,
        "proven": list(report.proven),
        "notProven": [{"what": each.what, "why": each.why} for each in report.not_proven],
        "tls": tls_json(transcript.tls),
        "timings": {stage.value: round(seconds, 6) for stage, seconds in transcript.timings.items()},
        "reason": result.reason or None,
        "defects": list(transcript.defects),
        "replaced": list(report.replaced),
        "diagnosis": diagnosis_json(report.diagnoses),
        "logto": {
            "sends": verdict.sends,
            "because": verdict.because,
            "breaksOnSave": report.breaks_on_save or None,
            **versions_json(report.logto, report.differs),
        },
    }


def reply_json(reply: Reply | None) -> dict[str, Any] | None:
    """A reply, or null."""
    return (
        None
        if reply is None
        else {"code": reply.code, "enhanced": reply.enhanced or None, "text": reply.text}
    )


def tls_json(details: TlsDetails | None) -> dict[str, Any] | None:
    """The channel and its certificate, or null."""
    if details is None:
        return None
    return {
        "version": details.version,
        "cipher": details.cipher,
        "subject": details.subject,
        "issuer": details.issuer,
        "notAfter": details.not_after,
        "daysLeft": details.days_left,
        "names": list(details.names),
        "verified": details.verified,
        "unread": list(details.unread),
    }


def masked(value: Any, redact: Redactor) -> Any:
    """Every string without secrets, before anything is serialised."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [masked(item, redact) for item in value]
    if isinstance(value, dict):
        return {key: item if _is_ours(key, item) else masked(item, redact) for key, item in value.items()}
    return value


def _is_ours(key: str, value: Any) -> bool:
    """Whether it is a word of the contract, which tells nothing of a password that happens to be the same."""
    return key in _OURS or (key == "usageType" and value in USAGE_TYPES)
