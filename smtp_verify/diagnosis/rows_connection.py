"""Rows about the way to the server: name, port, greeting, EHLO."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from smtp_verify.config.path import Assignment
from smtp_verify.diagnosis import patches
from smtp_verify.diagnosis.row import Match, Row, issue
from smtp_verify.javascript import is_number
from smtp_verify.smtp.endpoint import bare_host
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom

_OUR_ADDRESS = r"reverse|client host rejected|block.?list|blocked|black.?list|\bdnsbl\b|your ip\b|\bptr\b"
_OUR_NAME = r"\b(?:helo|ehlo|fqdn)\b|host ?name|fully|syntax|argument"
_LIMITS = {
    Stage.DNS: "dnsTimeout",
    Stage.CONNECT: "connectionTimeout",
    Stage.GREETING: "greetingTimeout",
}
_SHORTEST = 300
"""Milliseconds: many servers on the internet need longer."""
_SILENCE = "nothing|did not finish|never received|closed|reset"


def _silent_tls_port(symptom: Symptom) -> bool:
    """A server that has begun a reply does not wait for TLS."""
    begun = "did not finish" in symptom.text
    return not begun and not symptom.endpoint.implicit_tls and patches.wants_tls(symptom)


def _no_tls_seen(symptom: Symptom) -> bool:
    return not symptom.speaks_tls


def _is_dirty(symptom: Symptom) -> bool:
    written = symptom.config.get("host")
    return isinstance(written, str) and bare_host(written) not in ("", written)


def _to_clean(symptom: Symptom) -> tuple[Assignment, ...]:
    return (Assignment(("host",), bare_host(str(symptom.config.get("host")))),)


def _is_loopback(symptom: Symptom) -> bool:
    return symptom.is_local


def _is_cut(symptom: Symptom) -> bool:
    """No reply of the server's ended it, and it was the server that was waited for."""
    return symptom.code is None and not _had_no_time(symptom) and "token endpoint" not in symptom.text


def _had_no_time(symptom: Symptom) -> bool:
    return symptom.was_cut_short or _limit_of_config(symptom)


def _limit_of_config(symptom: Symptom) -> bool:
    """Whether the config gives the stage less time than any server needs."""
    key = _LIMITS.get(symptom.stage, "socketTimeout")
    value = symptom.config.get(key)
    return is_number(value) and 0 < value < _SHORTEST and symptom.code is None


def _blames_address(symptom: Symptom) -> bool:
    """Whether a refusal is about our address, or says nothing of the name that we gave."""
    if re.search(_OUR_ADDRESS, symptom.text, re.IGNORECASE):
        return True
    return symptom.code not in (501, 504) and not re.search(_OUR_NAME, symptom.text, re.IGNORECASE)


ROWS = (
    Row(
        code="SD102",
        symptom="Greeting never received, on a port of implicit TLS",
        match=Match(
            endings=(Ending.NO_GREETING,), words=_SILENCE, when=_silent_tls_port, unless=_limit_of_config
        ),
        cause="secure is false, and the port waits for TLS from the first byte",
        fix="write secure: true, or take port 587; smtp-verify probe tells which of them works",
        after_probe="ask the server administrator which port and which encryption to use",
        source=issue("nodemailer/nodemailer", 441),
        path=("secure",),
        patch=patches.to_implicit,
    ),
    Row(
        code="SD103",
        symptom="Greeting never received",
        match=Match(
            endings=(Ending.NO_GREETING,), words=_SILENCE, when=_no_tls_seen, unless=_limit_of_config
        ),
        cause="the port is taken by something that is no mail server, or a firewall holds the connection",
        fix=(
            "check host and port; smtp-verify probe tells whether the port waits for TLS (secure: true), and"
            " which others answer"
        ),
        after_probe="check host, and ask the server administrator for its port",
        source=issue("nodemailer/nodemailer", 638),
        path=("port",),
        patch=patches.to_providers_port,
    ),
    Row(
        code="SD119",
        symptom="a greeting that is not SMTP",
        match=Match(endings=(Ending.PROTOCOL,), stages=(Stage.GREETING,)),
        cause="what answers on this port is no mail server: its first line is no reply of SMTP",
        fix="check host and port; smtp-verify probe tells which of the usual ports answer",
        after_probe="check host, and ask the server administrator for its port",
        source="https://www.rfc-editor.org/rfc/rfc5321#section-4.2",
        path=("port",),
        patch=patches.to_providers_port,
    ),
    Row(
        code="SD104",
        symptom="Connection timeout",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="timeout|ETIMEDOUT", unless=_had_no_time),
        cause=(
            "nothing answers: the port is blocked on the way (cloud hosts block 25, some 465 and "
            "587), or wrong"
        ),
        fix=(
            "run smtp-verify probe, which tells the ports that answer; take 587 or 2525 where the provider"
            " has it, or have the port unblocked"
        ),
        after_probe="check host, and ask the network administrator to unblock the port",
        source=issue("logto-io/logto", 6191),
        path=("port",),
        patch=patches.to_providers_port,
    ),
    Row(
        code="SD105",
        symptom="connect ECONNREFUSED, on this machine",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ECONNREFUSED", when=_is_loopback),
        cause="nothing listens there; inside a container, localhost is the container itself",
        fix="write the server's own name, or the name of its service in the container network",
        source=issue("nodemailer/nodemailer", 1454),
        path=("host",),
    ),
    Row(
        code="SD106",
        symptom="connect ECONNREFUSED",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ECONNREFUSED"),
        cause="the host is there, and nothing listens on this port",
        fix="check the port: smtp-verify probe tells which of the usual ones answer",
        after_probe="check host, and ask the server administrator for its port",
        source=issue("nodemailer/nodemailer", 745),
        path=("port",),
        patch=patches.to_providers_port,
    ),
    Row(
        code="SD107",
        symptom="connect ENETUNREACH or EHOSTUNREACH",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ENETUNREACH|EHOSTUNREACH"),
        cause="there is no route to the address: often IPv6 without a way out",
        fix=(
            "check the network, or write an address that can be reached, with servername for the certificate"
        ),
        source=issue("nodemailer/nodemailer", 1743),
        path=("host",),
    ),
    Row(
        code="SD108",
        symptom="getaddrinfo ENOTFOUND, for a host with more in it than a name",
        match=Match(endings=(Ending.NO_SUCH_HOST,), when=_is_dirty),
        cause="host holds a scheme, a port, quotes or spaces besides the name",
        fix="write the name alone",
        source=issue("nodemailer/nodemailer", 1422),
        path=("host",),
        patch=_to_clean,
    ),
    Row(
        code="SD109",
        symptom="getaddrinfo ENOTFOUND",
        match=Match(endings=(Ending.NO_SUCH_HOST,)),
        cause="the name does not exist, or this machine's resolver does not know it",
        fix="check the spelling of host",
        source=issue("nodemailer/nodemailer", 1153),
        path=("host",),
        patch=patches.to_providers_host,
    ),
    Row(
        code="SD110",
        symptom="getaddrinfo EAI_AGAIN",
        match=Match(endings=(Ending.DNS_FAILED,), unless=_had_no_time),
        cause="the resolver did not answer: in a container, its DNS is often what is broken",
        fix=(
            "try again, and check the resolver of this machine; nodemailer asks the servers of"
            " /etc/resolv.conf before it looks into /etc/hosts"
        ),
        source=issue("nodemailer/nodemailer", 1153),
    ),
    Row(
        code="SD116",
        symptom="Invalid HELO: the name of the client is refused",
        match=Match(codes=(501, 550, 504, 554), stages=(Stage.EHLO,), unless=_blames_address),
        cause="the server refuses the name we greet it with: name, or this machine's own",
        fix="write a name with a dot in ASCII, such as mail.example.com, as name",
        source=issue("logto-io/logto", 8333),
        path=("name",),
    ),
    Row(
        code="SD129",
        symptom="the time of --timeout or --total-timeout was up",
        match=Match(when=attrgetter("was_cut_short")),
        cause="the time limit of this run was up before the server could be expected to answer",
        fix="run it again with more time: --timeout, or --total-timeout",
        source="https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.2",
    ),
    Row(
        code="SD130",
        symptom="a timeout of a few milliseconds",
        match=Match(words="timeout|never received|did not answer|nothing", when=_limit_of_config),
        cause="a timeout in the config is in milliseconds, and these are over before a server answers",
        fix="remove connectionTimeout, greetingTimeout, socketTimeout and dnsTimeout, or write 30000",
        source="https://nodemailer.com/smtp/",
        path=("connectionTimeout",),
    ),
    Row(
        code="SD131",
        symptom="Client host rejected: cannot find your reverse hostname",
        match=Match(stages=(Stage.GREETING, Stage.EHLO), words=_OUR_ADDRESS),
        cause="the server refuses the address of this machine: it has no name in DNS, or is on a block list",
        fix="send from another address, or through a sending service; the address that counts is Logto's",
        source="https://www.rfc-editor.org/rfc/rfc8501#section-2",
    ),
    Row(
        code="SD125",
        symptom="Connection closed unexpectedly, Timeout",
        match=Match(endings=(Ending.DEFERRED,), words="closed|reset|Timeout|did not", when=_is_cut),
        cause="the server, or something on the way, ended the session or fell silent in the middle of it",
        fix=(
            "try again; if it keeps failing, run with --transcript and send the file to the server"
            " administrator"
        ),
        after_probe="try again; if it stays so, ask the server administrator",
        source="https://www.rfc-editor.org/rfc/rfc5321#section-3.8",
    ),
    Row(
        code="SD126",
        symptom="lost after the final dot",
        match=Match(endings=(Ending.UNKNOWN,)),
        cause="the message was handed over whole, and nothing came back that says what became of it",
        fix="look for its Message-ID at the recipient, or in the server's log, before it is sent again",
        source="https://www.rfc-editor.org/rfc/rfc1047",
    ),
    Row(
        code="SD124",
        symptom="a reply that breaks the protocol",
        match=Match(endings=(Ending.PROTOCOL,)),
        cause="the server, or something on the way, says what is no reply, or more than it was asked",
        fix="tell the server administrator; --transcript shows the session",
        after_probe="tell the server administrator what was said",
        source="https://www.rfc-editor.org/rfc/rfc5321#section-4.2",
    ),
    Row(
        code="SD128",
        symptom="554 in the place of a greeting",
        match=Match(endings=(Ending.GREETING_REFUSED,), codes=(554,)),
        cause="the server takes nothing from this machine: its address is blocked, or there is no service",
        fix="follow the reply; the address that counts is that of the machine Logto runs on",
        source="https://www.rfc-editor.org/rfc/rfc5321#section-3.1",
        path=("host",),
    ),
)
