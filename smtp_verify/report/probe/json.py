"""A probe as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.report.formats.json_document import VERSION, dumps
from smtp_verify.report.session.diagnoses import diagnosis_json
from smtp_verify.report.session.json import masked, reply_json, tls_json
from smtp_verify.report.versions import versions_json
from smtp_verify.runs.probe_report import ProbeReport, works
from smtp_verify.smtp.ladder.probe import greeting

if TYPE_CHECKING:
    from smtp_verify.redaction import Redactor
    from smtp_verify.smtp.ladder.probe import Attempt
    from smtp_verify.smtp.ladder.reach import Knock, Lookup
    from smtp_verify.smtp.wire.transcript import Result


def probe_json(report: ProbeReport, redact: Redactor) -> str:
    """The document."""
    return dumps({"version": VERSION, **masked(_document(report), redact)})


def _document(report: ProbeReport) -> dict[str, Any]:
    from smtp_verify.report.probe.domain import domain_json

    probe = report.probe
    proposal = probe.proposal
    return {
        "host": probe.host,
        "exitCode": report.exit_code,
        "works": works(probe.configured, probe.goal),
        "askedFor": probe.goal.value,
        "dns": [_lookup(each) for each in probe.lookups],
        "ports": [_attempt(each, report) for each in probe.attempts],
        "proposal": None if proposal is None or report.decided_by else _changes(proposal),
        "diagnosis": diagnosis_json(report.diagnoses),
        "written": report.written or None,
        "notWritten": report.not_written or None,
        "logto": versions_json(report.logto, report.differs),
        "domain": None if report.domain is None else domain_json(report.domain),
    }


def _lookup(lookup: Lookup) -> dict[str, Any]:
    return {
        "type": lookup.type,
        "addresses": list(lookup.addresses),
        "seconds": round(lookup.seconds, 6),
        "problem": lookup.problem or None,
    }


def _attempt(attempt: Attempt, report: ProbeReport) -> dict[str, Any]:
    endpoint = attempt.variant.endpoint
    return {
        "port": endpoint.port,
        "security": endpoint.security,
        "configured": attempt.variant.configured,
        "changes": _changes(attempt),
        "works": works(attempt, report.probe.goal),
        "connections": [_knock(each, report) for each in attempt.knocks],
        "certificate": tls_json(attempt.certificate),
        **_session(attempt.result),
    }


def _knock(knock: Knock, report: ProbeReport) -> dict[str, Any]:
    state = report.states[knock.address]
    return {"address": knock.address.shown, "state": state.value, "seconds": round(knock.seconds, 6)}


def _session(result: Result) -> dict[str, Any]:
    transcript = result.transcript
    return {
        "outcome": result.ending.outcome.value,
        "exitCode": result.ending.exit_code,
        "stage": result.stage.value,
        "reason": result.reason or None,
        "reply": reply_json(result.reply),
        "greeting": greeting(result) or None,
        "ehlo": list(result.transcript.keywords),
        "tls": tls_json(transcript.tls),
        "mechanism": transcript.mechanism or None,
        "proven": list(transcript.proven),
        "notProven": [{"what": each.what, "why": each.why} for each in transcript.not_proven(result.stage)],
        "timings": {stage.value: round(seconds, 6) for stage, seconds in transcript.timings.items()},
        "defects": list(transcript.defects),
    }


def _changes(attempt: Attempt) -> list[dict[str, Any]]:
    return [{"path": key, "value": value} for key, value in attempt.variant.changes.items()]
