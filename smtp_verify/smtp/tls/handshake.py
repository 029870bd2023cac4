"""A TLS handshake, and what its failures mean."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from smtp_verify.smtp.endpoint import is_address
from smtp_verify.smtp.tls import identity, secure_context
from smtp_verify.smtp.wire.channel import Ended
from smtp_verify.smtp.wire.protocol import ConnectionLost, ReplyTimeout
from smtp_verify.smtp.wire.transcript import Ending

if TYPE_CHECKING:
    from smtp_verify.smtp.endpoint import Endpoint

_CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_UNTRUSTED = (18, 19, 20, 21)
"""X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT and its kin: no trusted CA signed it."""


class Handshake:
    """Turns what a handshake raises into how the session ends; use it as a context manager."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint

    def __enter__(self) -> None:
        """The handshake begins."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """The handshake is over, one way or the other."""
        if isinstance(error, ssl.SSLCertVerificationError):
            raise self._certificate(error) from None
        if isinstance(error, ConnectionAbortedError):
            raise ReplyTimeout("the TLS handshake did not end in time") from None
        if isinstance(error, ssl.SSLError) and not isinstance(error, _CLOSED):
            raise self._not_tls(error) from None
        if isinstance(error, OSError):
            raise ConnectionLost("the server closed the connection during the TLS handshake") from None

    def identify(self, channel: ssl.SSLObject) -> None:
        """See that a certificate that was verified is that of the server that is meant.

        After all else, as in Node: of an old certificate for another name it says that it is old.

        Raises:
            Ended: the certificate is another server's.
        """
        if channel.context.verify_mode is ssl.CERT_NONE:
            return
        host = self.endpoint.server_name
        der = channel.getpeercert(binary_form=True)
        if der is None:
            # Anonymous ciphers: nobody has said who this is.
            words = "unable to get issuer certificate"
            reason = "certificate: the server shows none that can be read"
            raise Ended(Ending.TLS_FAILED, reason, nodemailer=words)
        why = identity.refuses(host, identity.names_in(der))
        if why:
            kind = "IP address" if is_address(host.removesuffix(".")) else "Hostname"
            reason = f"certificate: {kind} mismatch, certificate is not valid for {host!r}"
            words = f"Hostname/IP does not match certificate's altnames: {why}"
            advice = "set host, or tls.servername, to a name in it"
            raise Ended(Ending.TLS_FAILED, f"{reason}: {advice}", nodemailer=words)

    def _not_tls(self, error: ssl.SSLError) -> Ended:
        words = (error.reason or "handshake failed").replace("_", " ").lower()
        reason = f"TLS: {words}"
        if secure_context.is_wrong_version(error) and self.endpoint.implicit_tls:
            reason = f"wrong version number: port {self.endpoint.port} does not speak TLS from the first byte"
        elif secure_context.is_wrong_version(error):
            reason = "wrong version number: the server does not speak TLS after STARTTLS"
        return Ended(Ending.TLS_FAILED, reason, nodemailer=words)

    def _certificate(self, error: ssl.SSLCertVerificationError) -> Ended:
        words = reason = error.verify_message.rstrip(".")
        if error.verify_code in _UNTRUSTED and not self.endpoint.tls.get("ca"):
            # Node has its own list: a CA that this machine trusts may be unknown to Logto.
            reason = (
                f"{reason}: trusted are Mozilla's roots, as in Node, not this system's; put your own CA into"
                " tls.ca, or into NODE_EXTRA_CA_CERTS for Logto"
            )
        return Ended(Ending.TLS_FAILED, f"certificate: {reason}", nodemailer=words)
