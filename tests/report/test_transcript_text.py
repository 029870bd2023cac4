"""The session line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.redaction import Redactor
from smtp_verify.report.session.transcript import transcript_text
from smtp_verify.smtp.wire.transcript import Ending, Exchange, Reply, Stage
from tests.report.test_session_text import ESCAPED, HOSTILE, SECRET, TLS, accepted, refused, report, session

if TYPE_CHECKING:
    from tests.report.conftest import Maker

GREETING = Exchange(Stage.GREETING, "", Reply(220, ("mx.example ESMTP",)))
EHLO = Exchange(Stage.EHLO, "EHLO client.example", Reply(250, ("mx.example", "PIPELINING", "AUTH PLAIN")))
AUTH = Exchange(Stage.AUTH, "AUTH PLAIN ***", Reply(235, ("2.7.0 welcome",)))
DOT = Exchange(Stage.DOT, ".", Reply(250, ("2.0.0 queued as 1",)))


def test_a_session_is_what_was_said_and_answered(rendered: Maker) -> None:
    sent = report(rendered, accepted(exchanges=[GREETING, EHLO, AUTH, DOT]))
    assert transcript_text([sent], Redactor()) == (
        "# to@example.com: accepted at dot\n"
        "# mx.example:587, STARTTLS, 192.0.2.1:587\n"
        "# TLSv1.3 TLS_AES_256_GCM_SHA384, CN=mx.example\n"
        "S: 220 mx.example ESMTP\n"
        "C: EHLO client.example\n"
        "S: 250-mx.example\n"
        "S: 250-PIPELINING\n"
        "S: 250 AUTH PLAIN\n"
        "C: AUTH PLAIN ***\n"
        "S: 235 2.7.0 welcome\n"
        "C: .\n"
        "S: 250 2.0.0 queued as 1\n"
    )


def test_the_reason_stands_at_the_end_and_what_has_no_reply_says_so(rendered: Maker) -> None:
    lost = session(
        Ending.DEFERRED,
        Stage.MAIL,
        None,
        "the server closed the connection",
        exchanges=[GREETING, Exchange(Stage.MAIL, "MAIL FROM:<a@b.co>", None)],
        peer="",
    )
    assert transcript_text([report(rendered, lost)], Redactor()) == (
        "# to@example.com: deferred at mail\n"
        "# mx.example:587, STARTTLS\n"
        "S: 220 mx.example ESMTP\n"
        "C: MAIL FROM:<a@b.co>\n"
        "# no reply\n"
        "# the server closed the connection\n"
    )


def test_several_sessions_are_apart(rendered: Maker) -> None:
    one, other = report(rendered, refused()), report(rendered, accepted(tls=None), to="b@example.com")
    assert transcript_text([one, other], Redactor()) == (
        "# to@example.com: refused at rcpt\n"
        "# mx.example:587, STARTTLS, 192.0.2.1:587\n"
        "# recipient refused\n"
        "\n"
        "# b@example.com: accepted at dot\n"
        "# mx.example:587, STARTTLS, 192.0.2.1:587\n"
    )


def test_control_characters_of_a_server_become_escapes(rendered: Maker) -> None:
    said = [Exchange(Stage.EHLO, f"EHLO {HOSTILE}", Reply(250, (f"a{HOSTILE}", f"b\tc{HOSTILE}")))]
    hostile = report(rendered, refused(exchanges=said, peer=""), to=HOSTILE)
    assert transcript_text([hostile], Redactor()) == (
        f"# {ESCAPED}: refused at rcpt\n"
        "# mx.example:587, STARTTLS\n"
        f"C: EHLO {ESCAPED}\n"
        f"S: 250-a{ESCAPED}\n"
        f"S: 250 b\\tc{ESCAPED}\n"
        "# recipient refused\n"
    )


def test_secrets_are_masked_plain_and_encoded(rendered: Maker) -> None:
    said = Exchange(Stage.AUTH, "***", Reply(535, (f"5.7.8 no {SECRET}", "AHUAY29ycmVjdC1ob3JzZQ==")))
    sent = report(rendered, refused(exchanges=[said], tls=TLS))
    shown = transcript_text([sent], Redactor([SECRET]))
    assert shown.splitlines()[3:] == [
        "C: ***",
        "S: 535-5.7.8 no ***",
        "S: 535 AHUA***",
        "# recipient refused",
    ]
