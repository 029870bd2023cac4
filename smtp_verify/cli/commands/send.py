"""What `test-send` does, from its request to the exit code."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from smtp_verify.cli.commands import loading
from smtp_verify.cli.commands import request as requested
from smtp_verify.cli.commands.guide import offer_probe
from smtp_verify.cli.terminal.clock import Clock
from smtp_verify.cli.terminal.output import (
    check_distinct,
    check_file,
    check_stdout,
    forget_stdout,
    is_stdout,
    write_result,
)
from smtp_verify.cli.terminal.say import say
from smtp_verify.config import secrets
from smtp_verify.errors import ConfigError, OutputError, UsageError
from smtp_verify.exit_code import ExitCode
from smtp_verify.finding import Severity
from smtp_verify.mail import payload
from smtp_verify.mail import template as templates
from smtp_verify.mail import usage as usages
from smtp_verify.mail.recipient import recipient
from smtp_verify.redaction import Redactor
from smtp_verify.report.session.text import session_text, verdict_line
from smtp_verify.report.style import is_terminal, style_for
from smtp_verify.runs import readiness
from smtp_verify.runs.sends import Job, run_sessions
from smtp_verify.runs.signals import Terminated, catch_termination, signal_code
from smtp_verify.smtp.sandbox import fill_placeholders
from smtp_verify.smtp.wire.transcript import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smtp_verify.cli.arguments.send import SendRequest
    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding
    from smtp_verify.mail.template import Template
    from smtp_verify.report.live import LiveView
    from smtp_verify.report.style import Style
    from smtp_verify.runs.send_report import SendReport


def send_all(request: SendRequest) -> int:
    """Send to every recipient, report, and return the exit code."""
    _leave_no_core()
    recipients = [_recipient(to) for to in request.to]
    _check_outputs(request)
    total = request.total_timeout
    limit = "--timeout" if total is None or request.timeout <= total else "--total-timeout"
    clock = Clock(min(request.timeout, total or request.timeout), limit)
    started = time.monotonic()
    with clock.running():
        job = _prepared(request, recipients)
    left = None if total is None else max(total - (time.monotonic() - started), 0.001)
    with readiness.placed(job.document):
        reports, interrupted = run_sessions(replace(job, total=left))
    catch_termination()
    code = interrupted or _exit_code(reports)
    redact = Redactor(job.secrets)
    told = _deliver_report(request, job, reports, redact, code)
    if not (interrupted or told or request.quiet or request.formatter is not None):
        offer_probe(job, reports, redact, request.color, request.no_input)
    return interrupted or told or code


def _prepared(request: SendRequest, recipients: list[str]) -> Job:
    """What is to be sent, read and checked."""
    document = as_given = requested.load(request)
    localization = requested.localization(request)
    # Before asking for a password.
    templates.choose(document, request.usage, localization)
    document, filled = _settled(request, document)
    template = templates.choose(document, request.usage, localization)
    stopping = _stopping(as_given) if request.sandbox else ()
    job = _job(request, document, template, filled, recipients)
    return replace(job, findings=stopping)


def _stopping(document: Document) -> tuple[Finding, ...]:
    """The errors that `validate` finds: they would stop a real send, but the sandbox still accepts it."""
    from smtp_verify.config.schema.kinds import Schema
    from smtp_verify.lint.verdict import judge_document

    verdict = judge_document(document, Schema.DOCUMENTED, strict=False)
    return tuple(each for each in verdict.findings if each.severity is Severity.ERROR)


def _leave_no_core() -> None:
    """A crash of the interpreter must not write the credentials to a disk."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _check_outputs(request: SendRequest) -> None:
    """Before anything is sent: what is to be written can be.

    Raises:
        UsageError: an output that would overwrite another, or an input.
        OutputError: standard output or a file takes nothing.
    """
    if is_stdout(request.transcript) and (request.quiet or request.formatter is not None):
        raise UsageError("--transcript: standard output is taken by the result; give it a file")
    check_distinct({"-o": request.output, "--transcript": request.transcript}, requested.inputs(request))
    check_stdout()
    for path in (request.output, request.transcript):
        if path is not None:
            check_file(path)


def _deliver_report(
    request: SendRequest, job: Job, reports: list[SendReport], redact: Redactor, code: int
) -> int:
    """The mail has left: what became of it is told even where the report cannot be written."""
    try:
        _report(request, job, reports, redact, code)
    except BrokenPipeError:
        forget_stdout()
    except (KeyboardInterrupt, Terminated) as ending:
        forget_stdout()
        _say_verdicts(reports, redact)
        return signal_code(ending)
    except (OutputError, OSError) as error:
        message = error.message if isinstance(error, OutputError) else f"the report: {error.strerror}"
        say(f"smtp-verify: {message}")
        _say_verdicts(reports, redact)
        _tell_on_stdout(request, reports, redact, message)
        return ExitCode.CANNOT_CREATE
    return ExitCode.OK


def _say_verdicts(reports: list[SendReport], redact: Redactor) -> None:
    for report in reports:
        say(f"smtp-verify: {redact(verdict_line(report))}, Message-ID {report.message_id}")


def _tell_on_stdout(request: SendRequest, reports: list[SendReport], redact: Redactor, message: str) -> None:
    """A file did not take the report: in a machine format it goes to standard output, the error with it."""
    if request.formatter is None or request.quiet:
        return
    from smtp_verify.report.formats.formatter import Failure

    failure = Failure(int(ExitCode.CANNOT_CREATE), message)
    try:
        write_result(request.formatter.sends(reports, redact, failure.exit_code, failure), None)
    except (OutputError, BrokenPipeError):
        forget_stdout()


def _recipient(to: str) -> str:
    try:
        recipient(to)
    except ConfigError as error:
        raise UsageError(f"--to {to!r}: {error.message}") from None
    return to


def _settled(request: SendRequest, document: Document) -> tuple[Document, list[str]]:
    """The document with every placeholder settled, and the keys with stand-ins."""
    if request.sandbox:
        config, filled = fill_placeholders(document.config)
    else:
        config, filled = loading.ask_for_placeholders(document, document.config, request.no_input), []
    if not isinstance(config, dict):
        raise ConfigError(f"{document.path}: holds no config")
    return replace(document, data=document.rewrapped(config)), filled


def _job(
    request: SendRequest,
    document: Document,
    template: Template,
    filled: list[str],
    recipients: list[str],
) -> Job:
    """Everything a session needs, checked before anything is sent."""
    ready = readiness.judge(document.config, template, request.sandbox)
    readiness.refuse(document, ready)
    variables = requested.variables(request)
    base = usages.sample(template.requested) if variables is None else variables
    return Job(
        document=document,
        template=template,
        payload=payload.build(base, request.var or [], loading.read_code(request.code)),
        recipients=recipients,
        logto_refuses=ready.logto_refuses,
        sandbox=request.sandbox,
        filled=filled,
        stop_after=Stage(request.stop_after.value) if request.stop_after else None,
        allow_cleartext=request.allow_cleartext_auth,
        pipelining=not request.no_pipelining,
        timeout=request.timeout,
        total=None,
        live=_live(request),
    )


def _live(request: SendRequest) -> Callable[[str], LiveView] | None:
    """What shows each session on standard error as it happens; None where nobody looks on."""
    if request.quiet or not is_terminal(sys.stderr):
        return None
    from smtp_verify.report.live import LiveView

    color = style_for(sys.stderr, request.color).enabled
    return lambda to: LiveView(to, color)


def _report(request: SendRequest, job: Job, reports: list[SendReport], redact: Redactor, code: int) -> None:
    if request.transcript is not None:
        from smtp_verify.report.session.transcript import transcript_text

        write_result(transcript_text(reports, redact), request.transcript, private=True)
    if request.quiet:
        _quiet_report(reports, redact)
        if request.output is None:
            return
    if request.formatter is None:
        style = style_for(None if request.output else sys.stdout, request.color)
        pieces = chain(_findings(job, style, redact), session_text(reports, style, redact, code))
        write_result(pieces, request.output, private=True)
    else:
        write_result(request.formatter.sends(reports, redact, code), request.output, private=True)


def _findings(job: Job, style: Style, redact: Redactor) -> Iterator[str]:
    """Before the report of a sandbox: what would stop a real send."""
    if not job.findings:
        return
    from smtp_verify.report.findings.text import finding_text

    hidden = secrets.spans(job.document)
    for finding in job.findings:
        yield redact(finding_text(finding, job.document, style, hidden))
    yield "\n"


def _quiet_report(reports: list[SendReport], redact: Redactor) -> None:
    """The codes that arrived, and on standard error what became of the others.

    One code is a line of its own, for `code=$(…)`; of several each line says whose it is.
    """
    for report in reports:
        if not report.accepted:
            say(f"smtp-verify: {redact(verdict_line(report))}")
    lines = ((report.to, report.code or "") for report in reports if report.accepted)
    whose = len(reports) > 1
    write_result("".join(f"{to}\t{code}\n" if whose else f"{code}\n" for to, code in lines), None)


def _exit_code(reports: list[SendReport]) -> int:
    codes = {report.result.ending.exit_code for report in reports}
    return codes.pop() if len(codes) == 1 else ExitCode.NOT_VALID
