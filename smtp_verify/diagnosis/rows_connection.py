"""Rows about the way to the server: name, port, TLS, EHLO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.diagnosis.row import Change, Match, Row
from smtp_verify.smtp.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom

_SUBMISSION_PORTS = (25, 587, 2525)
_IMPLICIT_PORTS = (465, 2465)
_SILENCE = "nothing|never received|closed|reset"


def _issue(project: str, number: int) -> str:
    return f"https://github.com/{project}/issues/{number}"


def _plain_port(symptom: Symptom) -> bool:
    return symptom.endpoint.implicit_tls and symptom.endpoint.port not in _IMPLICIT_PORTS


def _tls_port(symptom: Symptom) -> bool:
    return not symptom.endpoint.implicit_tls and symptom.endpoint.port in _IMPLICIT_PORTS


def _to_starttls(_: Symptom) -> tuple[Change, ...]:
    return Change(("secure",), value=False), Change(("requireTLS",), value=True)


def _to_implicit(_: Symptom) -> tuple[Change, ...]:
    return (Change(("secure",), value=True),)


def _cleaned(host: str) -> str:
    """The host name in what was written: without a scheme, a path, a port, quotes, spaces and a semicolon."""
    text = re.sub(r"^[a-z]+://", "", host.strip().strip("\"';, "), flags=re.IGNORECASE)
    return re.sub(r"[/:].*$", "", text).strip("\"';, ")


def _is_dirty(symptom: Symptom) -> bool:
    written = symptom.config.get("host")
    return isinstance(written, str) and _cleaned(written) not in ("", written)


def _to_clean(symptom: Symptom) -> tuple[Change, ...]:
    return (Change(("host",), _cleaned(str(symptom.config.get("host")))),)


def _is_loopback(symptom: Symptom) -> bool:
    return symptom.host in ("localhost", "127.0.0.1", "::1")


ROWS = (
    Row(
        code="SD101",
        symptom="wrong version number",
        match=Match(endings=(Ending.TLS_FAILED,), words="wrong version number", when=_plain_port),
        cause="secure is true, and the port speaks no TLS from the first byte",
        cure="write secure: false with requireTLS: true, or take port 465",
        source=_issue("nodemailer/nodemailer", 1172),
        path=("secure",),
        patch=_to_starttls,
    ),
    Row(
        code="SD102",
        symptom="Greeting never received, on a port of implicit TLS",
        match=Match(endings=(Ending.NO_GREETING,), words=_SILENCE, when=_tls_port),
        cause="secure is false, and the port waits for TLS from the first byte",
        cure="write secure: true, or take port 587",
        source=_issue("nodemailer/nodemailer", 441),
        path=("secure",),
        patch=_to_implicit,
    ),
    Row(
        code="SD103",
        symptom="Greeting never received",
        match=Match(endings=(Ending.NO_GREETING,), words=_SILENCE),
        cause="the port is taken by something that is no mail server, or a firewall holds the connection",
        cure="check host and port; from a cloud host, ask whether outgoing mail is blocked",
        source=_issue("nodemailer/nodemailer", 638),
        path=("port",),
    ),
    Row(
        code="SD104",
        symptom="Connection timeout",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="timeout|ETIMEDOUT|time of --timeout"),
        cause=(
            "nothing answers: the port is blocked on the way (cloud hosts block 25, some 465 and "
            "587), or wrong"
        ),
        cure="try port 2525 or 587 where the provider has it, or have the port unblocked",
        source=_issue("logto-io/logto", 6191),
        path=("port",),
    ),
    Row(
        code="SD105",
        symptom="connect ECONNREFUSED, on this machine",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ECONNREFUSED", when=_is_loopback),
        cause="nothing listens there; inside a container, localhost is the container itself",
        cure="write the server's own name, or the name of its service in the container network",
        source=_issue("nodemailer/nodemailer", 1454),
        path=("host",),
    ),
    Row(
        code="SD106",
        symptom="connect ECONNREFUSED",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ECONNREFUSED"),
        cause="the host is there, and nothing listens on this port",
        cure="check the port: 465 is implicit TLS, 587 is STARTTLS",
        source=_issue("nodemailer/nodemailer", 745),
        path=("port",),
    ),
    Row(
        code="SD107",
        symptom="connect ENETUNREACH or EHOSTUNREACH",
        match=Match(endings=(Ending.NOT_CONNECTED,), words="ENETUNREACH|EHOSTUNREACH"),
        cause="there is no route to the address: often IPv6 without a way out",
        cure=(
            "check the network, or write an address that can be reached, with servername for the certificate"
        ),
        source=_issue("nodemailer/nodemailer", 1743),
        path=("host",),
    ),
    Row(
        code="SD108",
        symptom="getaddrinfo ENOTFOUND, for a host with more in it than a name",
        match=Match(endings=(Ending.NO_SUCH_HOST,), when=_is_dirty),
        cause="host holds a scheme, a port, quotes or spaces besides the name",
        cure="write the name alone",
        source=_issue("nodemailer/nodemailer", 1422),
        path=("host",),
        patch=_to_clean,
    ),
    Row(
        code="SD109",
        symptom="getaddrinfo ENOTFOUND",
        match=Match(endings=(Ending.NO_SUCH_HOST,)),
        cause="the name does not exist, or this machine's resolver does not know it",
        cure="check the spelling of host",
        source=_issue("nodemailer/nodemailer", 1153),
        path=("host",),
    ),
    Row(
        code="SD110",
        symptom="getaddrinfo EAI_AGAIN",
        match=Match(endings=(Ending.DNS_FAILED,)),
        cause="the resolver did not answer: in a container, its DNS is often what is broken",
        cure="try again, and check the resolver of this machine",
        source=_issue("nodemailer/nodemailer", 1153),
    ),
    Row(
        code="SD111",
        symptom="self-signed certificate, unable to verify the first certificate",
        match=Match(endings=(Ending.TLS_FAILED,), words="self.signed|unable to (?:get|verify)|local issuer"),
        cause=(
            "nobody whom Node trusts vouches for the certificate: a private CA, or a chain with a "
            "part missing"
        ),
        cure="put the CA's PEM into tls.ca, or into NODE_EXTRA_CA_CERTS of the Logto container",
        source=_issue("nodemailer/smtp-server", 115),
        path=("tls", "ca"),
    ),
    Row(
        code="SD112",
        symptom="Hostname/IP does not match certificate's altnames",
        match=Match(endings=(Ending.TLS_FAILED,), words="altnames|mismatch|not valid for"),
        cause="host is an address or another name than those in the certificate",
        cure="write the certificate's name as host, or as servername",
        source=_issue("nodemailer/nodemailer", 1391),
        path=("host",),
    ),
    Row(
        code="SD113",
        symptom="certificate has expired",
        match=Match(endings=(Ending.TLS_FAILED,), words="expired"),
        cause="the server's certificate has run out",
        cure="renew it on the server; tls.rejectUnauthorized: false would accept anybody's",
        source="https://nodejs.org/api/tls.html#x509-certificate-error-codes",
        path=("tls",),
    ),
    Row(
        code="SD114",
        symptom="unsupported protocol, alert protocol version, dh key too small",
        match=Match(
            endings=(Ending.TLS_FAILED,),
            words=(
                "unsupported protocol|protocol version|no protocols|dh key too small|inappropriate fallback"
            ),
        ),
        cause="the server speaks only TLS that is too old or too weak for Node",
        cure="upgrade the server; until then tls.minVersion: TLSv1 with tls.ciphers: DEFAULT@SECLEVEL=0",
        source=_issue("nodemailer/nodemailer", 1076),
        path=("tls", "minVersion"),
    ),
    Row(
        code="SD115",
        symptom="requireTLS, and no STARTTLS",
        match=Match(endings=(Ending.TLS_FAILED,), words="does not offer STARTTLS|there is no STARTTLS"),
        cause="requireTLS is set, and the server has no STARTTLS on this port",
        cure="take port 465 with secure: true; without requireTLS everything travels in clear",
        source="https://nodemailer.com/smtp/#tls-options",
        path=("requireTLS",),
    ),
    Row(
        code="SD116",
        symptom="Invalid HELO: the name of the client is refused",
        match=Match(codes=(501, 550, 504, 554), stages=(Stage.EHLO,)),
        cause="the server refuses the name we greet it with: name, or this machine's own",
        cure="write a name with a dot in ASCII, such as mail.example.com, as name",
        source=_issue("logto-io/logto", 8333),
        path=("name",),
    ),
    Row(
        code="SD117",
        symptom="credentials would travel in clear",
        match=Match(endings=(Ending.CLEARTEXT,)),
        cause="the session is not encrypted, and the server asks for a login",
        cure="write secure: true with port 465, or requireTLS: true with port 587",
        source="https://www.rfc-editor.org/rfc/rfc8314#section-3",
        path=("secure",),
    ),
)
