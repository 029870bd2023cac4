"""What `probe` does, from its request to the exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.cli import options
from smtp_verify.cli.boundary import catch_termination, say
from smtp_verify.cli.clock import Clock
from smtp_verify.cli.output import check_distinct, check_file, check_stdout, write_result
from smtp_verify.cli.runner import secrets_of
from smtp_verify.diagnosis.diagnose import diagnose, symptom_of
from smtp_verify.errors import ConfigError, MissingExtraError, UsageError
from smtp_verify.mail import message
from smtp_verify.mail.recipient import recipient
from smtp_verify.redaction import Redactor
from smtp_verify.report.probe import ProbeReport
from smtp_verify.report.style import style_for
from smtp_verify.smtp import probe, transport, variants

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.domain.check import DomainReport
    from smtp_verify.report.style import ColorMode

_NOT_ASKED = ("templates", "customHeaders", "replyTo")
"""Keys that a probe does not use: a placeholder in them holds nobody up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the command line asks for."""

    config: str
    to: str | None
    ports: bool
    login: bool
    overrides: list[str] = field(repr=False)
    write: bool
    dns: bool
    selectors: list[str]
    nameservers: list[str]
    timeout: float
    allow_cleartext: bool
    json: bool
    output: str | None
    input_format: InputFormat | None
    document: int | None
    color: ColorMode
    no_input: bool


def probe_config(request: Request) -> int:
    """Probe, report, and return the exit code."""
    _check(request)
    clock = Clock(request.timeout)
    with clock.running():
        document = options.load_config(request.config, request.input_format, request.document)
        document = options.overridden(document, request.overrides, request.no_input)
        config = _settled(request, document)
        question = _question(request, config, clock.left)
    report = _probed(request, document, config, question)
    catch_termination()
    redact = Redactor(list(question.secrets))
    _tell(request, report, redact)
    return report.exit_code


def _check(request: Request) -> None:
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
    if request.dns:
        _check_dns(request)
    check_distinct({"-o": request.output}, [request.config])
    check_stdout()
    if request.output is not None:
        check_file(request.output)


def _check_dns(request: Request) -> None:
    """The extra is there, and so are servers that can be asked.

    Raises:
        MissingExtraError: dnspython is not installed.
        UsageError: a server that is no address.
    """
    from importlib.util import find_spec

    from smtp_verify.domain.resolver import parse_nameserver

    if find_spec("dns") is None:
        raise MissingExtraError("dns", "dnspython")
    for each in request.nameservers:
        parse_nameserver(each)


def _settled(request: Request, document: Document) -> dict[str, Any]:
    """The config with the placeholders settled that a probe meets."""
    config = document.config
    if not isinstance(config, dict):
        raise ConfigError(f"{document.path}: holds no config")
    unused = set(_NOT_ASKED)
    if not request.login:
        unused.add("auth")
    if request.to is None and not request.dns:
        unused.add("fromEmail")
    used = {key: value for key, value in config.items() if key not in unused}
    asked: dict[str, Any] = options.ask_for_placeholders(document, used, request.no_input)
    return {**config, **asked}


def _question(request: Request, config: dict[str, Any], left: float) -> probe.Question:
    effective = transport.effective(config)
    origin = variants.configured(effective)
    envelope = None
    if request.to is not None:
        mail = message.Mail(request.to, config.get("fromEmail"), None, "", "", True, {})
        envelope = message.build(mail, message.Stamp.now()).envelope
    return probe.Question(
        origin=origin,
        ports=variants.ports_of(origin.endpoint.host),
        all_ports=request.ports,
        login=request.login,
        envelope=envelope,
        allow_cleartext=request.allow_cleartext,
        secrets=tuple(secrets_of(config)),
        timeout=left,
    )


def _probed(
    request: Request, document: Document, config: dict[str, Any], question: probe.Question
) -> ProbeReport:
    async def ask() -> tuple[probe.Probe, DomainReport | None]:
        asked = _domain(request, config, question)
        return await asyncio.gather(probe.run(question, _note()), asked)

    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(lambda loop, context: None)
        found, domain = runner.run(ask())
    return ProbeReport(found, _diagnoses(found, document), domain)


async def _domain(request: Request, config: dict[str, Any], question: probe.Question) -> DomainReport | None:
    if not request.dns:
        return None
    from smtp_verify.domain.examine import check_domain
    from smtp_verify.domain.resolver import parse_nameserver

    return await check_domain(
        str(config.get("fromEmail") or ""),
        question.origin.endpoint.host,
        selectors=request.selectors,
        nameservers=[parse_nameserver(each) for each in request.nameservers],
        deadline=question.timeout,
    )


def _diagnoses(found: probe.Probe, document: Document) -> tuple[Diagnosis, ...]:
    attempt = found.configured
    if attempt.arrived:
        return ()
    symptom = symptom_of(attempt.result, attempt.variant.endpoint, attempt.variant.options)
    return diagnose(symptom, document)


def _note() -> Any:
    """Says what is being done, to a person who waits."""
    if sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        return lambda _: None
    return lambda words: say(f"{words} …")


def _tell(request: Request, report: ProbeReport, redact: Redactor) -> None:
    if request.json:
        from smtp_verify.report.probe_json import probe_json

        write_result(probe_json(report, redact), request.output, private=True)
        return
    from smtp_verify.report.probe_text import probe_text

    style = style_for(None if request.output else sys.stdout, request.color)
    write_result(probe_text(report, style, redact), request.output, private=True)
