"""After a failed send at a terminal: what may be done next, and doing it."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from smtp_verify.cli import options
from smtp_verify.cli.boundary import say
from smtp_verify.smtp.transcript import Ending, Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.cli.runner import Job
    from smtp_verify.config.document import Document
    from smtp_verify.redaction import Redactor
    from smtp_verify.report.session import SendReport
    from smtp_verify.report.style import ColorMode
    from smtp_verify.smtp.transcript import Result

_BEFORE_LOGIN = (Stage.CONNECT, Stage.TLS, Stage.GREETING, Stage.EHLO, Stage.STARTTLS)
_SECONDS = 30.0
_QUESTION = "Probe the server's other ports now? Nothing is sent [Y/n]: "


def may_help(result: Result) -> bool:
    """Whether a probe can find out more: the session reached a host, and ended before it saw a login."""
    return result.stage in _BEFORE_LOGIN or result.ending is Ending.CLEARTEXT


def offer_probe(
    job: Job, reports: Sequence[SendReport], redact: Redactor, color: ColorMode, no_input: bool
) -> None:
    """Ask at the terminal, probe, and tell on standard error what was found; elsewhere nothing happens.

    The result of the send stands: standard output and the exit code are its own.
    """
    helped = job.sandbox or not any(may_help(report.result) for report in reports)
    if helped or not options.can_ask(no_input) or not _agreed():
        return
    from smtp_verify.cli.probing import probed
    from smtp_verify.report.probe_text import probe_text
    from smtp_verify.report.style import style_for

    report = probed(job.document, job.config, timeout=_SECONDS, allow_cleartext=job.allow_cleartext)
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
