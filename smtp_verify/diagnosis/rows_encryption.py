"""Rows about encryption: how it begins, certificates, and what would be sent without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.diagnosis import patches
from smtp_verify.diagnosis.row import Match, Row, issue
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom


def _plain_port(symptom: Symptom) -> bool:
    return symptom.endpoint.implicit_tls and not patches.wants_tls(symptom)


ROWS = (
    Row(
        code="SD101",
        symptom="wrong version number",
        match=Match(endings=(Ending.TLS_FAILED,), words="wrong version number", when=_plain_port),
        cause="secure is true, and the port speaks no TLS from the first byte",
        fix="write secure: false with requireTLS: true, or take port 465",
        after_probe="ask the server administrator which port and which encryption to use",
        source=issue("nodemailer/nodemailer", 1172),
        path=("secure",),
        patch=patches.to_starttls,
    ),
    Row(
        code="SD118",
        symptom="wrong version number, where TLS is usual",
        match=Match(endings=(Ending.TLS_FAILED,), words="wrong version number"),
        cause="what answers there speaks no TLS: another service, or a proxy on the way",
        fix="check host and port; smtp-verify probe tells what answers, on the usual other ports too",
        after_probe="check host, and ask the server administrator for its port",
        source="https://www.rfc-editor.org/rfc/rfc8314#section-3.3",
        path=("port",),
    ),
    Row(
        code="SD111",
        symptom="self-signed certificate, unable to verify the first certificate",
        match=Match(endings=(Ending.TLS_FAILED,), words="self.signed|unable to (?:get|verify)|local issuer"),
        cause=(
            "Node.js does not trust the certificate: it comes from a private CA, or its chain is incomplete"
        ),
        fix=(
            "ask the server administrator for the PEM of its CA (a self-signed certificate is its own), and "
            "put it into tls.ca, or into NODE_EXTRA_CA_CERTS of the Logto container"
        ),
        source=issue("nodemailer/smtp-server", 115),
        path=("tls", "ca"),
    ),
    Row(
        code="SD112",
        symptom="Hostname/IP does not match certificate's altnames",
        match=Match(endings=(Ending.TLS_FAILED,), words="altnames|mismatch|not valid for"),
        cause="host is an address or another name than those in the certificate",
        fix=(
            "write the server's name in the certificate as host, or as tls.servername; smtp-verify probe"
            " shows the certificate"
        ),
        after_probe="write the server's name in the certificate as host, or as tls.servername",
        source=issue("nodemailer/nodemailer", 1391),
        path=("host",),
        patch=patches.to_certificate_name,
    ),
    Row(
        code="SD113",
        symptom="certificate has expired",
        match=Match(endings=(Ending.TLS_FAILED,), words="expired"),
        cause="the server's certificate has run out",
        fix="renew it on the server; tls.rejectUnauthorized: false would accept any certificate",
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
        fix="upgrade the server; until then tls.minVersion: TLSv1 with tls.ciphers: DEFAULT@SECLEVEL=0",
        source=issue("nodemailer/nodemailer", 1076),
        path=("tls", "minVersion"),
    ),
    Row(
        code="SD115",
        symptom="requireTLS, and no STARTTLS",
        match=Match(endings=(Ending.TLS_FAILED,), words="does not offer STARTTLS|there is no STARTTLS"),
        cause="requireTLS is set, and the server has no STARTTLS on this port",
        fix=(
            "run smtp-verify probe, which looks for a port with encryption, such as 465 with secure: true;"
            " without requireTLS everything is sent in cleartext"
        ),
        after_probe="ask the server administrator for a port with encryption",
        source="https://nodemailer.com/smtp/#tls-options",
        path=("requireTLS",),
        patch=patches.without_required_tls,
    ),
    Row(
        code="SD120",
        symptom="Must issue a STARTTLS command first, with ignoreTLS",
        match=Match(codes=(502, 503, 504, 523, 530, 538, 550, 554), when=patches.ignores_starttls),
        cause="ignoreTLS forbids STARTTLS, and the server wants it before the login or the mail",
        fix="take ignoreTLS out, and write requireTLS: true",
        after_probe="ask the server administrator for a port with encryption",
        source="https://www.rfc-editor.org/rfc/rfc3207#section-4",
        path=("ignoreTLS",),
        patch=patches.to_offered_starttls,
    ),
    Row(
        code="SD117",
        symptom="credentials would be sent in cleartext",
        match=Match(endings=(Ending.CLEARTEXT,)),
        cause="the session is not encrypted, and the server asks for a login",
        fix=(
            "run smtp-verify probe, which looks for a port with encryption: mostly 465 with secure: true, or"
            " 587 with requireTLS: true"
        ),
        after_probe="ask the server administrator for a port with encryption",
        source="https://www.rfc-editor.org/rfc/rfc8314#section-3",
        path=("secure",),
        patch=patches.to_encryption,
    ),
    Row(
        code="SD121",
        symptom="credentials would be sent in cleartext, with ignoreTLS",
        match=Match(endings=(Ending.CLEARTEXT,), when=patches.ignores_starttls),
        cause="the server offers STARTTLS, and ignoreTLS forbids it: the login would be sent in cleartext",
        fix="take ignoreTLS out, and write requireTLS: true",
        after_probe="ask the server administrator for a port with encryption",
        source="https://www.rfc-editor.org/rfc/rfc8314#section-3",
        path=("ignoreTLS",),
        patch=patches.to_offered_starttls,
    ),
    Row(
        code="SD122",
        symptom="accessUrl is http:",
        match=Match(endings=(Ending.CLEARTEXT,), words="accessUrl"),
        cause="the client's secret and the refresh token would be sent to the token endpoint in cleartext",
        fix="write the provider's https: address as auth.accessUrl",
        source="https://www.rfc-editor.org/rfc/rfc6749#section-3.2",
        path=("auth", "accessUrl"),
    ),
    Row(
        code="SD123",
        symptom="bytes behind the reply to STARTTLS",
        match=Match(endings=(Ending.PROTOCOL,), stages=(Stage.STARTTLS,)),
        cause="the server, or someone on the way, said more than that TLS may begin: it could be an attack",
        fix="look for a proxy or a virus scanner on the way; smtp-verify probe tries the other ports",
        after_probe="look for a proxy or a virus scanner on the way",
        source="https://www.rfc-editor.org/rfc/rfc3207#section-6",
        path=("port",),
    ),
    Row(
        code="SD127",
        symptom="no encryption",
        match=Match(endings=(Ending.TLS_FAILED,)),
        cause="the server and we found no way to encrypt the session; the reason above is all that is known",
        fix="run smtp-verify probe, which tries the other ports; the server's log may tell more",
        after_probe="look for the reason in the server's log",
        source="https://www.rfc-editor.org/rfc/rfc8314#section-3",
        path=("port",),
    ),
)
