"""Times, TLS and certificates of a session, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.report.visible import visible_line
from smtp_verify.smtp.tls.certificate import ISSUER, NAMES, NOT_AFTER, SUBJECT

if TYPE_CHECKING:
    from smtp_verify.smtp.wire.transcript import TlsDetails


_MOST_NAMES = 5


def in_seconds(took: float) -> str:
    """A time as people read it: `12 ms`, `1.5 s`."""
    return f"{took * 1000:.0f} ms" if took < 1 else f"{took:.1f} s"


def tls_line(details: TlsDetails) -> str:
    """The channel and its certificate in a line."""
    checked = "verified" if details.verified else "not verified"
    unread = f"; its {', '.join(details.unread)} cannot be read" if details.unread else ""
    return f"{details.version}, {details.cipher}, {_certificate(details)}, {checked}{unread}"


def _certificate(details: TlsDetails) -> str:
    """What is known of the certificate; nothing is said of what could not be read."""
    names = ", ".join(details.names[:_MOST_NAMES]) or "no name"
    names += ", …" if len(details.names) > _MOST_NAMES else ""
    known = {
        SUBJECT: visible_line(details.subject or "no subject"),
        ISSUER: f"issued by {visible_line(details.issuer or 'nobody')}",
        NAMES: f"for {visible_line(names)}",
        NOT_AFTER: f"until {details.not_after[:10]} ({details.days_left} days)",
    }
    known = {detail: text for detail, text in known.items() if detail not in details.unread}
    subject = known.pop(SUBJECT, "a certificate")
    return f"{subject}, {' '.join(known.values())}" if known else subject
