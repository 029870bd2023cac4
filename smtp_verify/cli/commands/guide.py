"""After a failed send at a terminal: what may be done next, and doing it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from smtp_verify.cli.terminal import asking
from smtp_verify.cli.terminal.progress import progress_note
from smtp_verify.cli.terminal.say import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.config.document import Document
    from smtp_verify.redaction import Redactor
    from smtp_verify.report.style import ColorMode
    from smtp_verify.runs.send_report import SendReport
    from smtp_verify.runs.sends import Job


_SECONDS = 30.0
_QUESTION = "Probe the server's other ports now? Nothing is sent [Y/n]: "


def offer_probe(
    job: Job, reports: Sequence[SendReport], redact: Redactor, color: ColorMode, no_input: bool
) -> None:
    """Ask at the terminal, probe, and tell on standard error what was found; elsewhere nothing happens.

    The result of the send stands: standard output and the exit code are its own.
    """
    if job.sandbox or not asking.can_ask(no_input):
        return
    from smtp_verify.report.probe.text import probe_text
    from smtp_verify.report.style import style_for
    from smtp_verify.runs.probes import may_help, probed

    if not any(may_help(report.result) for report in reports) or not _agreed():
        return
    report = probed(
        job.document,
        timeout=_SECONDS,
        allow_cleartext=job.allow_cleartext,
        note=progress_note(),
    )
    style = style_for(sys.stderr, color)
    for piece in probe_text(report, style, redact):
        print(piece, end="", file=sys.stderr, flush=True)  # noqa: T201 - standard output has the send's result
    if report.probe.proposal is not None:
        say(f"to write it into the file: smtp-verify probe {_words(job.document)} --write")


def _words(document: Document) -> str:
    """The file as a shell wants it, and which document of it where it is not the first."""
    which = f" --document {document.index}" if document.index else ""
    return f"{shlex.quote(document.path)}{which}"


def _agreed() -> bool:
    try:
        print(_QUESTION, end="", file=sys.stderr, flush=True)  # noqa: T201 - a question is for people
        return input().strip().lower() in ("", "y", "yes")
    except (EOFError, KeyboardInterrupt):
        say("")
        return False
