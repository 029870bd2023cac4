"""What `probe` does, from its request to the exit code."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.arguments.probe import ProbeReportFormat
from smtp_verify.cli.commands import loading
from smtp_verify.cli.commands.proposal import write_proposal
from smtp_verify.cli.terminal.clock import Clock
from smtp_verify.cli.terminal.output import check_distinct, check_file, check_stdout, write_result
from smtp_verify.cli.terminal.progress import progress_note
from smtp_verify.cli.terminal.rewriting import check_rewritable
from smtp_verify.config.overrides import overridden
from smtp_verify.errors import ConfigError, MissingExtraError, UsageError
from smtp_verify.mail.recipient import recipient
from smtp_verify.redaction import Redactor
from smtp_verify.report.style import style_for
from smtp_verify.runs.probe_report import ProbeReport
from smtp_verify.runs.probes import DnsRequest, probed
from smtp_verify.smtp.login.secrecy import secrets_of

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.probe import ProbeRequest
    from smtp_verify.config.document import Document


_NOT_ASKED = ("templates", "customHeaders", "replyTo")
"""Keys that a probe does not use: a placeholder in them holds nobody up."""


def probe_config(request: ProbeRequest) -> int:
    """Probe, report, and return the exit code."""
    _check(request)
    dns = _dns(request) if request.dns else None
    clock = Clock(request.timeout)
    with clock.running():
        file = loading.load_config(request.config, request.input_format, request.document, request.logto)
        if request.write:
            check_rewritable(request.config)
        given = loading.given_overrides(request.overrides or [], request.no_input)
        document = _settled(request, overridden(file, given))
    report = probed(
        document,
        timeout=clock.left,
        allow_cleartext=request.allow_cleartext_auth,
        login=not request.no_auth,
        all_ports=request.ports,
        to=request.to,
        dns=dns,
        note=progress_note(),
    )
    if request.write:
        report = write_proposal(
            report, request.config, file, {str(each.assignment.path[0]) for each in given}
        )
    _tell(request, report, Redactor(secrets_of(document.config)))
    return report.exit_code


def _check(request: ProbeRequest) -> None:
    """Before anything is connected: what is asked for can be done.

    Raises:
        UsageError: a recipient that is none, or options that exclude each other.
        OutputError: nothing can be written there.
    """
    if request.to is not None:
        try:
            recipient(request.to)
        except ConfigError as error:
            raise UsageError(f"--to {request.to!r}: {error.message}") from None
    if request.write and request.config == "-":
        raise UsageError("--write needs a file; standard input cannot be written to")
    check_distinct({"-o": request.output}, [request.config])
    check_stdout()
    if request.output is not None:
        check_file(request.output)


def _dns(request: ProbeRequest) -> DnsRequest:
    """Whom to ask for what.

    Raises:
        MissingExtraError: dnspython is not installed.
        UsageError: a server that is no address.
    """
    from importlib.util import find_spec

    from smtp_verify.domain.resolver import parse_nameserver

    if find_spec("dns") is None:
        raise MissingExtraError("dns", "dnspython")
    return DnsRequest(request.selector or [], [parse_nameserver(each) for each in request.nameserver or []])


def _settled(request: ProbeRequest, document: Document) -> Document:
    """The document with the placeholders settled that a probe meets."""
    config = document.config
    if not isinstance(config, dict):
        raise ConfigError(f"{document.path}: holds no config")
    unused = set(_NOT_ASKED)
    if request.no_auth:
        unused.add("auth")
    if request.to is None and not request.dns:
        unused.add("fromEmail")
    used = {key: value for key, value in config.items() if key not in unused}
    asked: dict[str, Any] = loading.ask_for_placeholders(document, used, request.no_input)
    return replace(document, data=document.rewrapped({**config, **asked}))


def _tell(request: ProbeRequest, report: ProbeReport, redact: Redactor) -> None:
    if request.format is ProbeReportFormat.JSON:
        from smtp_verify.report.probe.json import probe_json

        write_result(probe_json(report, redact), request.output, private=True)
        return
    from smtp_verify.report.probe.text import probe_text

    style = style_for(None if request.output else sys.stdout, request.color)
    write_result(probe_text(report, style, redact), request.output, private=True)
