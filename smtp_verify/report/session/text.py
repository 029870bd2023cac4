"""Sends for people: what was said, what was proven, what Logto would do; the verdict comes last."""

from __future__ import annotations

from collections import Counter
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from smtp_verify.report.formats.lines import Line, folded, labelled
from smtp_verify.report.mail.html_text import html_to_text
from smtp_verify.report.session.diagnoses import diagnosis_rows
from smtp_verify.report.session.words import in_seconds, tls_line
from smtp_verify.report.style import Style
from smtp_verify.report.versions import versions_lines
from smtp_verify.report.visible import visible, visible_line
from smtp_verify.runs.send_report import SendReport, logto_verdict
from smtp_verify.smtp.wire.transcript import Outcome, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.redaction import Redactor
    from smtp_verify.smtp.sandbox import Received
    from smtp_verify.smtp.wire.transcript import Reply

_COLORS = {
    Outcome.ACCEPTED: "good",
    Outcome.STOPPED: "good",
    Outcome.REFUSED: "error",
    Outcome.FAILED: "error",
    Outcome.DEFERRED: "warning",
    Outcome.UNKNOWN: "warning",
}
_RULE = "─" * 72


def session_text(
    reports: Sequence[SendReport], style: Style, redact: Redactor, exit_code: int
) -> Iterator[str]:
    """The report on each send; of several, what they share once, and a summary.

    Args:
        reports: in the order of the recipients.
        style: the colors and the width.
        redact: masks secrets.
        exit_code: what the process ends with.
    """
    for report in reports:
        if report.received is not None:
            yield redact("".join(_received(report.received, style)))
    told = _one(reports[0], style, exit_code) if len(reports) == 1 else _several(reports, style, exit_code)
    yield folded(told, style.width, redact)


def verdict_line(report: SendReport) -> str:
    """The verdict on one send, with its recipient, in a line."""
    return f"{visible_line(report.to)}: {_verdict(report, Style(), report.result.ending.exit_code)}"


def _one(report: SendReport, style: Style, exit_code: int) -> Iterator[Line]:
    yield from labelled(_rows(report, style), style)
    yield Line(_verdict(report, style, exit_code))


def _several(reports: Sequence[SendReport], style: Style, exit_code: int) -> Iterator[Line]:
    """What is the same for all, then each recipient with what is its own, then how many ended how."""
    every = [_rows(report, style) for report in reports]
    shared = [row for row in every[0] if all(row in rows for rows in every[1:])]
    yield from labelled(shared, style)
    for report, rows in zip(reports, every, strict=True):
        yield Line(f"{visible_line(report.to)}: {_verdict_of_one(report, style)}")
        own = [row for row in rows if row not in shared and row[0] not in _SHOWN_BY_VERDICT]
        yield from labelled([] if report.accepted else own, style)
    counts = Counter(report.result.ending.outcome for report in reports)
    listed = ", ".join(
        f"{counts[each]} {style(_COLORS[each], each.value)}" for each in _COLORS if counts[each]
    )
    yield Line(f"{len(reports)} messages: {listed}{_exit(exit_code)}{_left(reports[0])}")


def _verdict_of_one(report: SendReport, style: Style) -> str:
    """Of several: behind its recipient's address."""
    if not report.accepted:
        return _verdict(report, style, report.result.ending.exit_code)
    by = " by the sandbox" if report.sandbox else ""
    word = style(_COLORS[Outcome.ACCEPTED], Outcome.ACCEPTED.value)
    return f"{word}{by}, code {visible_line(report.code or 'none')}{_unsent(report)}"


_SHOWN_BY_VERDICT = ("to", "stages")
"""Rows of one recipient that the line with its verdict makes up for."""


def _rows(report: SendReport, style: Style) -> list[tuple[str, str]]:
    return [*_session_rows(report), *_verdict_rows(report, style)]


def _session_rows(report: SendReport) -> Iterator[tuple[str, str]]:
    endpoint, transcript = report.endpoint, report.result.transcript
    yield "to", visible_line(report.to)
    server = f"{visible_line(endpoint.host)}:{endpoint.port}, {endpoint.security}"
    if transcript.peer and transcript.peer != f"{endpoint.host}:{endpoint.port}":
        server += f" ({transcript.peer})"
    if report.sandbox:
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
    yield "proven", ", ".join(report.proven) or "nothing"
    reasons: dict[str, list[str]] = {}
    for each in report.not_proven:
        reasons.setdefault(each.why, []).append(each.what)
    for why, layers in reasons.items():
        yield "not proven", f"{', '.join(layers)}: {visible_line(why)}"
    verdict = logto_verdict(report)
    words = {
        True: "sends it, to a server like the sandbox" if report.sandbox else "sends it",
        False: style("error", "does not send it"),
        None: "not told by this run",
    }
    because = f": {visible_line(verdict.because)}" if verdict.because else ""
    yield "logto", words[verdict.sends] + because
    for line in versions_lines(report.differs):
        yield "versions", line
    yield from diagnosis_rows(report.diagnoses)
    if report.breaks_on_save:
        lost = f"Save strips what is empty, and Logto then rejects the config: {report.breaks_on_save}"
        yield "on save", style("warning", visible_line(lost))


def _verdict(report: SendReport, style: Style, exit_code: int) -> str:
    outcome = report.result.ending.outcome
    word = style(_COLORS[outcome], outcome.value)
    if report.sandbox and report.accepted:
        # Whether Logto would send it stands above: of the real server the sandbox knows nothing.
        return f"{word} by the sandbox, code {visible_line(report.code or 'none')}{_left(report)}"
    return f"{word}: {_words(report)}{_unsent(report)}{_exit(exit_code)}{_left(report)}"


def _exit(exit_code: int) -> str:
    return f" (exit code {exit_code})" if exit_code else ""


def _left(report: SendReport) -> str:
    return "; nothing left this machine" if report.sandbox else ""


def _unsent(report: SendReport) -> str:
    """Where what was accepted is not what Logto would have done."""
    verdict = logto_verdict(report)
    if report.sandbox or not report.accepted or verdict.sends is not False:
        return ""
    return f"; but Logto would not send it: {visible_line(verdict.because or '')}"


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
