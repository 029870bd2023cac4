"""What `probe` does, from its request to the exit code."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from smtp_verify.cli import options
from smtp_verify.cli.boundary import say
from smtp_verify.cli.clock import Clock
from smtp_verify.cli.loop import run_until_signal
from smtp_verify.cli.output import check_distinct, check_file, check_stdout, write_result
from smtp_verify.cli.proposal import write_proposal
from smtp_verify.cli.rewriting import check_rewritable
from smtp_verify.cli.runner import secrets_of
from smtp_verify.config.overrides import overridden
from smtp_verify.diagnosis.after_probe import after_probe
from smtp_verify.diagnosis.diagnose import diagnose, symptom_of
from smtp_verify.errors import ConfigError, MissingExtraError, UsageError
from smtp_verify.mail import message, readiness
from smtp_verify.mail.recipient import recipient
from smtp_verify.redaction import Redactor
from smtp_verify.report.probe import ProbeReport
from smtp_verify.report.style import style_for
from smtp_verify.smtp import probe, transport, variants
from smtp_verify.smtp.differences import differences, unverified_token_endpoint
from smtp_verify.smtp.token_endpoint import UNVERIFIED

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
    logto: str | None


@dataclass(frozen=True, slots=True)
class DnsRequest:
    """How to ask for the sender's domain."""

    selectors: list[str]
    nameservers: list[tuple[str, int]]
    """None means those of the system."""


def probe_config(request: Request) -> int:
    """Probe, report, and return the exit code."""
    _check(request)
    dns = _dns(request) if request.dns else None
    clock = Clock(request.timeout)
    with clock.running():
        file = options.load_config(request.config, request.input_format, request.document, request.logto)
        if request.write:
            check_rewritable(request.config)
        given = options.given_overrides(request.overrides, request.no_input)
        document = overridden(file, given)
        config = _settled(request, document)
    report = probed(
        document,
        config,
        timeout=clock.left,
        allow_cleartext=request.allow_cleartext,
        login=request.login,
        all_ports=request.ports,
        to=request.to,
        dns=dns,
    )
    if request.write:
        report = write_proposal(report, request.config, file, {str(each.path[0]) for each in given})
    _tell(request, report, Redactor(secrets_of(config)))
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
    check_distinct({"-o": request.output}, [request.config])
    check_stdout()
    if request.output is not None:
        check_file(request.output)


def _dns(request: Request) -> DnsRequest:
    """Whom to ask for what.

    Raises:
        MissingExtraError: dnspython is not installed.
        UsageError: a server that is no address.
    """
    from importlib.util import find_spec

    from smtp_verify.domain.resolver import parse_nameserver

    if find_spec("dns") is None:
        raise MissingExtraError("dns", "dnspython")
    return DnsRequest(request.selectors, [parse_nameserver(each) for each in request.nameservers])


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


def probed(
    document: Document,
    config: dict[str, Any],
    *,
    timeout: float,
    allow_cleartext: bool,
    login: bool = True,
    all_ports: bool = False,
    to: str | None = None,
    dns: DnsRequest | None = None,
) -> ProbeReport:
    """Climb the ladder, and ask for the sender's domain beside it.

    Args:
        document: the config's file, which a diagnosis points into.
        config: the config with every placeholder settled.
        timeout: seconds for everything.
        allow_cleartext: credentials may travel in clear.
        login: log in, where the config holds credentials.
        all_ports: try the usual other ports even where the config works.
        to: a recipient to ask for.
        dns: how to ask for the sender's domain; None does not.

    Raises:
        ConfigError: nodemailer could not connect with the config.
    """
    with readiness.placed(document):
        transport.refuse(config, document.logto.nodemailer)
        origin = variants.configured(transport.effective(config, document.logto.nodemailer))
    mail = None if to is None else _mail(config, to, document)
    question = probe.Question(
        origin=origin,
        ports=variants.ports_of(origin.endpoint.host),
        all_ports=all_ports,
        login=login,
        envelope=None if mail is None else message.build(mail, message.Stamp.now()).envelope,
        allow_cleartext=allow_cleartext,
        secrets=tuple(secrets_of(config)),
        timeout=timeout,
    )

    async def ask() -> tuple[probe.Probe, DomainReport | None]:
        return await asyncio.gather(probe.run(question, _note()), _domain(dns, config, question))

    found, domain = run_until_signal(ask())
    differs = differences(document.logto, config, [] if mail is None else [mail])
    if found.configured.result.reason.startswith(UNVERIFIED):
        differs += unverified_token_endpoint(document.logto)
    return ProbeReport(
        found,
        _diagnoses(found, document),
        domain,
        decided_by=variants.decided_by(config),
        logto=document.logto,
        differs=differs,
    )


def _mail(config: dict[str, Any], to: str, document: Document) -> message.Mail:
    """What the envelope to ask for is made from."""
    sender = config.get("fromEmail")
    return message.Mail(to, sender, None, "", "", True, {}, nodemailer=document.logto.nodemailer)


async def _domain(
    dns: DnsRequest | None, config: dict[str, Any], question: probe.Question
) -> DomainReport | None:
    if dns is None:
        return None
    from smtp_verify.domain.examine import check_domain

    return await check_domain(
        str(config.get("fromEmail") or ""),
        question.origin.endpoint.host,
        selectors=dns.selectors,
        nameservers=dns.nameservers,
        deadline=question.timeout,
    )


def _diagnoses(found: probe.Probe, document: Document) -> tuple[Diagnosis, ...]:
    attempt = found.configured
    if attempt.arrived:
        return ()
    decided_by = variants.decided_by(document.config)
    told = after_probe(_diagnosed(attempt, found, document), found, decided_by)
    if found.furthest is None or found.proposal is not None:
        return told
    # What stops the config once it reaches the server in the right way.
    return (*told[:1], *_diagnosed(found.furthest, found, document))


def _diagnosed(attempt: probe.Attempt, found: probe.Probe, document: Document) -> tuple[Diagnosis, ...]:
    names = attempt.certificate.names if attempt.certificate is not None else ()
    symptom = symptom_of(attempt.result, attempt.variant.endpoint, attempt.variant.options, names)
    return diagnose(replace(symptom, speaks_tls=found.speaks_tls), document)


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
