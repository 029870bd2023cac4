"""The session itself, line by line, with every secret masked: fit for a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.report.visible import visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.redaction import Redactor
    from smtp_verify.runs.send_report import SendReport
    from smtp_verify.smtp.wire.transcript import Exchange


def transcript_text(reports: Iterable[SendReport], redact: Redactor) -> str:
    """Every session: what was said and answered, C for the client and S for the server."""
    return redact("\n".join("".join(_session(report)) for report in reports))


def _session(report: SendReport) -> Iterator[str]:
    result = report.result
    transcript = result.transcript
    yield f"# {visible_line(report.to)}: {result.ending.outcome.value} at {result.stage.value}\n"
    yield f"# {visible_line(report.endpoint.host)}:{report.endpoint.port}, {report.endpoint.security}"
    yield f", {transcript.peer}\n" if transcript.peer else "\n"
    if transcript.tls is not None:
        details = transcript.tls
        yield f"# {details.version} {details.cipher}, {visible_line(details.subject)}\n"
    for exchange in transcript.exchanges:
        yield from _exchange(exchange)
    if result.reason:
        yield f"# {visible_line(result.reason)}\n"


def _exchange(exchange: Exchange) -> Iterator[str]:
    if exchange.command:
        yield f"C: {visible_line(exchange.command)}\n"
    if exchange.reply is None:
        yield "# no reply\n"
        return
    for line in exchange.reply.raw.split("\n"):
        yield f"S: {visible_line(line)}\n"
