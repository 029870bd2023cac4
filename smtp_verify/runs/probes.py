"""Probes: the ladder of ways to a server, the sender's domain beside it, and what they say together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smtp_verify.diagnosis.after_probe import after_probe
from smtp_verify.diagnosis.diagnose import diagnose, symptom_of
from smtp_verify.mail import message
from smtp_verify.runs import readiness
from smtp_verify.runs.loop import run_until_signal
from smtp_verify.runs.probe_report import ProbeReport
from smtp_verify.smtp import transport
from smtp_verify.smtp.differences import differences, unverified_token_endpoint
from smtp_verify.smtp.ladder import probe, variants
from smtp_verify.smtp.login.secrecy import secrets_of
from smtp_verify.smtp.login.token_endpoint import UNVERIFIED
from smtp_verify.smtp.wire.transcript import Ending

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.document import Document
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.domain.check import DomainReport
    from smtp_verify.smtp.wire.transcript import Result


@dataclass(frozen=True, slots=True)
class DnsRequest:
    """How to ask for the sender's domain."""

    selectors: list[str]
    nameservers: list[tuple[str, int]]
    """Without any, those of the system."""


def probed(
    document: Document,
    *,
    timeout: float,
    allow_cleartext: bool,
    login: bool = True,
    all_ports: bool = False,
    to: str | None = None,
    dns: DnsRequest | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> ProbeReport:
    """Climb the ladder, and ask for the sender's domain beside it.

    Args:
        document: the config, with the placeholders settled that a probe meets.
        timeout: seconds for everything.
        allow_cleartext: credentials may be sent in cleartext.
        login: log in, where the config holds credentials.
        all_ports: try the usual other ports even where the config works.
        to: a recipient to ask for.
        dns: how to ask for the sender's domain; None does not.
        note: is told what is being done.

    Raises:
        ConfigError: nodemailer could not connect with the config.
    """
    config: dict[str, Any] = document.config
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
        return await asyncio.gather(probe.run(question, note), _domain(dns, config, question))

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


def may_help(result: Result) -> bool:
    """Whether a probe can find out more: the session reached a host, and ended before it saw a login."""
    return result.stage in probe.ENCRYPTION or result.ending is Ending.CLEARTEXT
