"""Sends for people: what was said, what was proven, what Logto would do; the verdict comes last."""

from __future__ import annotations

from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from smtp_verify.report.diagnoses import diagnosis_rows
from smtp_verify.report.folding import folded
from smtp_verify.report.html_text import html_to_text
from smtp_verify.report.session import SendReport, logto_verdict
from smtp_verify.report.style import Style
from smtp_verify.report.visible import visible, visible_line
from smtp_verify.smtp.certificate import ISSUER, NAMES, NOT_AFTER, SUBJECT
from smtp_verify.smtp.transcript import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.redaction import Redactor
    from smtp_verify.smtp.sandbox import Received
    from smtp_verify.smtp.transcript import Reply, TlsDetails

_COLORS = {
    Outcome.ACCEPTED: "good",
    Outcome.STOPPED: "good",
    Outcome.REFUSED: "error",
    Outcome.FAILED: "error",
    Outcome.DEFERRED: "warning",
    Outcome.UNKNOWN: "warning",
}
_MOST_NAMES = 5
_RULE = "─" * 72


def session_text(reports: Iterable[SendReport], style: Style, redact: Redactor) -> Iterator[str]:
    """The report on each send."""
    for number, report in enumerate(reports):
        if number:
            yield "\n"
        if report.received is not None:
            yield redact("".join(_received(report.received, style)))
        # Folded once no secret is in it: a broken line would hide one from the redactor.
        yield folded(redact("".join(_report(report, style))), style.width)


def verdict_line(report: SendReport) -> str:
    """The verdict on one send, with its recipient, in a line."""
    return f"{visible_line(report.to)}: {_verdict(report, Style())}"


def _report(report: SendReport, style: Style) -> Iterator[str]:
    rows = [*_session_rows(report), *_verdict_rows(report, style)]
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        yield f"{style('dim', name.rjust(width))}  {value}\n"
    yield _verdict(report, style) + "\n"


def _session_rows(report: SendReport) -> Iterator[tuple[str, str]]:
    endpoint, transcript = report.endpoint, report.result.transcript
    yield "to", visible_line(report.to)
    server = f"{visible_line(endpoint.host)}:{endpoint.port}, {endpoint.security}"
    if transcript.peer and transcript.peer != f"{endpoint.host}:{endpoint.port}":
        server += f" ({transcript.peer})"
    if report.replaced:
        server += ", the sandbox"
    yield "server", server
    if report.replaced:
        yield "replaced", ", ".join(map(visible_line, report.replaced))
    if transcript.timings:
        yield (
            "stages",
            " · ".join(f"{stage.value} {in_seconds(took)}" for stage, took in transcript.timings.items()),
        )
    if transcript.tls is not None:
        yield "tls", tls_line(transcript.tls)
    if transcript.mechanism:
        yield "auth", transcript.mechanism
    rendered = report.rendered
    template = rendered.template
    type_ = template.requested + (", by the Generic template" if template.fallback else "")
    type_ += f", localized for {template.locale}" if template.locale is not None else ""
    yield "template", f"{visible_line(type_)} ({template.location.in_words})"
    if rendered.unresolved:
        yield "unresolved", ", ".join("{{" + visible_line(name) + "}}" for name in rendered.unresolved)
    if report.result.reply is not None:
        yield from _reply(report.result.reply)
    for defect in transcript.defects:
        yield "note", visible_line(defect)


def _verdict_rows(report: SendReport, style: Style) -> Iterator[tuple[str, str]]:
    transcript = report.result.transcript
    yield "proven", ", ".join(transcript.proven) or "nothing"
    reasons: dict[str, list[str]] = {}
    for each in transcript.not_proven(report.result.stage):
        reasons.setdefault(each.why, []).append(each.what)
    for why, layers in reasons.items():
        yield "not proven", f"{', '.join(layers)}: {visible_line(why)}"
    verdict = logto_verdict(report)
    words = {
        True: "sends it, to a server like the sandbox" if report.replaced else "sends it",
        False: style("error", "does not send it"),
        None: "not told by this run",
    }
    because = f": {visible_line(verdict.because)}" if verdict.because else ""
    yield "logto", words[verdict.sends] + because
    yield from diagnosis_rows(report.diagnoses)
    if report.breaks_on_save:
        lost = f"Save strips what is empty, and Logto then rejects the config: {report.breaks_on_save}"
        yield "on save", style("warning", visible_line(lost))


def _verdict(report: SendReport, style: Style) -> str:
    result = report.result
    outcome = result.ending.outcome
    line = f"{style(_COLORS[outcome], outcome.value)}: {_words(report)}"
    return (
        line
        if outcome in (Outcome.ACCEPTED, Outcome.STOPPED)
        else f"{line} (exit code {result.ending.exit_code})"
    )


def _words(report: SendReport) -> str:
    result = report.result
    to = visible_line(report.to)
    where = f"at {result.stage.value}: {visible_line(result.reason)}"
    match result.ending.outcome:
        case Outcome.ACCEPTED:
            return f"{to}, code {visible_line(report.code or 'none')}"
        case Outcome.STOPPED:
            return f"after {result.stage.value}, as asked{_lacking(report)}; nothing was sent to {to}"
        case Outcome.UNKNOWN:
            lost = f"{visible_line(result.reason)}; {to} may have it, and sending again may deliver it twice"
            return f"{lost}; look for Message-ID {visible_line(report.message_id)}"
        case Outcome.DEFERRED:
            return f"{where}; nothing was sent, trying again is safe"
    return where


_ASKED_FOR = {Stage.TLS: "tls", Stage.AUTH: "authentication"}


def _lacking(report: SendReport) -> str:
    """What the session was to prove, and went on without, as Logto's does."""
    layer = _ASKED_FOR.get(report.result.stage)
    reason = report.result.transcript.reasons.get(layer) if layer else None
    return f"; {layer} is not proven: {visible_line(reason)}" if reason else ""


def in_seconds(took: float) -> str:
    """A time as people read it: `12 ms`, `1.5 s`."""
    return f"{took * 1000:.0f} ms" if took < 1 else f"{took:.1f} s"


def tls_line(details: TlsDetails) -> str:
    """The channel and its certificate in a line."""
    checked = "verified" if details.verified else "not verified"
    unread = f"; its {', '.join(details.unread)} cannot be read" if details.unread else ""
    return f"{details.version}, {details.cipher}, {_certificate(details)}, {checked}{unread}"


def _certificate(details: TlsDetails) -> str:
    """What is known of the certificate; nothing is said of what could not be read."""
    names = ", ".join(details.names[:_MOST_NAMES]) or "no name"
    names += ", …" if len(details.names) > _MOST_NAMES else ""
    known = {
        SUBJECT: visible_line(details.subject or "no subject"),
        ISSUER: f"issued by {visible_line(details.issuer or 'nobody')}",
        NAMES: f"for {visible_line(names)}",
        NOT_AFTER: f"until {details.not_after[:10]} ({details.days_left} days)",
    }
    known = {detail: text for detail, text in known.items() if detail not in details.unread}
    subject = known.pop(SUBJECT, "a certificate")
    return f"{subject}, {' '.join(known.values())}" if known else subject


def _reply(reply: Reply) -> Iterator[tuple[str, str]]:
    """All of it, a line for each of its lines."""
    first, *rest = reply.text.split("\n")
    yield "reply", " ".join(filter(None, (str(reply.code), reply.enhanced, visible_line(first))))
    yield from (("", visible_line(line)) for line in rest)


def _received(received: Received, style: Style) -> Iterator[str]:
    """The message as it arrived, its body as text."""
    message = message_from_bytes(received.data)
    yield f"{style('dim', '──')} {style('bold', 'The message as it arrived')}\n"
    yield f"{style('dim', 'Envelope:')} from <{visible_line(received.mail_from.strip('<>'))}> to "
    yield ", ".join(f"<{visible_line(each)}>" for each in received.rcpt_to) + "\n"
    for name, value in message.items():
        yield f"{style('dim', visible_line(name) + ':')} {visible_line(_decoded(value))}\n"
    payload = message.get_payload(decode=True)
    body = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    text = html_to_text(body) if message.get_content_type() == "text/html" else body
    yield f"\n{visible(text.replace(chr(13), '')).rstrip()}\n{style('dim', _RULE)}\n"


def _decoded(value: str) -> str:
    try:
        text = str(make_header(decode_header(value)))
    except (LookupError, ValueError, MessageError):
        # An encoded word in no charset we know, or in none at all, stays as it is.
        text = str(value)
    return text.replace("\n", " ").replace("\r", "")
