"""Sends for people, from sessions made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.redaction import Redactor
from smtp_verify.report.session.text import session_text
from smtp_verify.report.style import Style
from smtp_verify.runs.send_report import SendReport
from smtp_verify.smtp.endpoint import derive
from smtp_verify.smtp.sandbox import Received
from smtp_verify.smtp.wire.transcript import Ending, Exchange, Reply, Result, Stage, TlsDetails, Transcript

if TYPE_CHECKING:
    from tests.report.conftest import Maker

RULE = "─" * 72
SECRET = "correct-horse"
HOSTILE = "\x1b[2J\x9b\u202e\x07"
ESCAPED = "\\x1b[2J\\x9b\\u202e\\x07"

TLS = TlsDetails(
    version="TLSv1.3",
    cipher="TLS_AES_256_GCM_SHA384",
    subject="CN=mx.example",
    issuer="CN=Test CA",
    not_after="2027-01-02T03:04:05Z",
    days_left=365,
    names=("mx.example", "mail.example"),
    verified=True,
)
ALL = ["dns", "connection", "tls", "certificate", "authentication", "sender", "recipient", "message"]
NO_TLS = {"tls": "the server does not offer STARTTLS", "certificate": "the session was not encrypted"}


def session(
    ending: Ending, stage: Stage, reply: Reply | None = None, reason: str = "", **more: Any
) -> Result:
    """How a session ended; `nodemailer` and the fields of a transcript are what is usual unless given."""
    words = more.pop("nodemailer", "")
    usual = {"timings": {Stage.DNS: 0.0012, Stage.CONNECT: 1.25}, "peer": "192.0.2.1:587"}
    return Result(ending, stage, reason, reply, Transcript(**{**usual, **more}), words)


def accepted(**more: Any) -> Result:
    reply = Reply(250, ("2.0.0 queued as 1",))
    transcript = {"proven": ALL, "tls": TLS, "mechanism": "PLAIN", **more}
    return session(Ending.ACCEPTED, Stage.DOT, reply, **transcript)


def refused(**more: Any) -> Result:
    reply = Reply(550, ("5.1.1 unknown", "5.1.1 really"))
    words = "Can't send mail - all recipients were rejected: 550 5.1.1 unknown"
    transcript = {"proven": ["dns", "connection", "sender"], "reasons": NO_TLS, **more}
    return session(
        Ending.RECIPIENT_REFUSED, Stage.RCPT, reply, "recipient refused", nodemailer=words, **transcript
    )


def report(maker: Maker, result: Result, config: dict[str, Any] | None = None, **more: Any) -> SendReport:
    """A send of a template in line 10 to mx.example."""
    usual: dict[str, Any] = {
        "to": "to@example.com",
        "code": "482913",
        "rendered": maker(),
        "message_id": "<id@example.com>",
        "endpoint": derive({"host": "mx.example", "port": 587, "requireTLS": True, **(config or {})}),
        "result": result,
    }
    return SendReport(**{**usual, **more})


def text(*reports: SendReport, secrets: tuple[str, ...] = (), colour: bool = False, width: int = 0) -> str:
    code = max(each.result.ending.exit_code for each in reports)
    return "".join(session_text(reports, Style(colour, width), Redactor(secrets), code))


def test_a_terminal_gets_no_line_that_is_wider(rendered: Maker) -> None:
    told = text(report(rendered, accepted()), width=60)
    assert max(map(len, told.split("\n"))) <= 60
    assert "     tls  TLSv1.3, TLS_AES_256_GCM_SHA384, CN=mx.example,\n          issued by CN=Test CA" in told


def test_a_secret_is_masked_before_a_line_is_broken_in_it(rendered: Maker) -> None:
    secret = "correct horse battery staple"
    for width in range(30, 90):
        shown = text(
            report(rendered, refused(reasons={"tls": f"you said {secret}"})), secrets=(secret,), width=width
        )
        assert "horse" not in shown


def test_a_certificate_without_a_name_is_told_as_such(rendered: Maker) -> None:
    told = text(report(rendered, accepted(tls=replace(TLS, names=()))))
    assert "issued by CN=Test CA for no name until 2027-01-02" in told


def test_an_accepted_message_ends_with_its_code(rendered: Maker) -> None:
    assert text(report(rendered, accepted())) == (
        "      to  to@example.com\n"
        "  server  mx.example:587, STARTTLS (192.0.2.1:587)\n"
        "  stages  dns 1 ms · connect 1.2 s\n"
        "     tls  TLSv1.3, TLS_AES_256_GCM_SHA384, CN=mx.example, issued by CN=Test CA"
        " for mx.example, mail.example until 2027-01-02 (365 days), verified\n"
        "    auth  PLAIN\n"
        "template  SignIn (line 10)\n"
        "   reply  250 2.0.0 queued as 1\n"
        "  proven  dns, connection, tls, certificate, authentication, sender, recipient, message\n"
        "   logto  sends it\n"
        "accepted: to@example.com, code 482913\n"
    )


def test_a_refusal_says_what_was_proven_until_then_and_how_it_ends(rendered: Maker) -> None:
    assert text(report(rendered, refused())) == (
        "        to  to@example.com\n"
        "    server  mx.example:587, STARTTLS (192.0.2.1:587)\n"
        "    stages  dns 1 ms · connect 1.2 s\n"
        "  template  SignIn (line 10)\n"
        "     reply  550 5.1.1 unknown\n"
        "            really\n"
        "    proven  dns, connection, sender\n"
        "not proven  tls: the server does not offer STARTTLS\n"
        "not proven  certificate: the session was not encrypted\n"
        "not proven  authentication, recipient, message: the session ended at rcpt\n"
        "     logto  does not send it: Can't send mail - all recipients were rejected: 550 5.1.1 unknown\n"
        "refused: at rcpt: recipient refused (exit code 67)\n"
    )


def test_nothing_proven_is_said(rendered: Maker) -> None:
    result = session(
        Ending.NO_SUCH_HOST,
        Stage.DNS,
        None,
        "no such host: mx.example",
        timings={},
        peer="",
        nodemailer="ENOTFOUND",
    )
    assert text(report(rendered, result)) == (
        "        to  to@example.com\n"
        "    server  mx.example:587, STARTTLS\n"
        "  template  SignIn (line 10)\n"
        "    proven  nothing\n"
        "not proven  dns, connection, tls, certificate, authentication, sender, recipient, message:"
        " the session ended at dns\n"
        "     logto  does not send it: ENOTFOUND\n"
        "failed: at dns: no such host: mx.example (exit code 68)\n"
    )


REPLY_LATER = Reply(451, ("4.3.0 later",))
VERDICTS: list[tuple[Result, str, str]] = [
    (
        session(
            Ending.DEFERRED,
            Stage.MAIL,
            REPLY_LATER,
            "sender refused, for now",
            nodemailer="Mail command failed",
        ),
        "does not send it: Mail command failed",
        "deferred: at mail: sender refused, for now; nothing was sent, trying again is safe (exit code 75)",
    ),
    (
        session(Ending.UNKNOWN, Stage.DOT, None, "the server said nothing", nodemailer="Timeout"),
        "does not send it: Timeout",
        "unknown: the server said nothing; to@example.com may have it, and sending again may deliver it"
        " twice; look for Message-ID <id@example.com> (exit code 74)",
    ),
    (
        session(Ending.STOPPED, Stage.AUTH),
        "not told by this run: the session was stopped before the message",
        "stopped: after auth, as asked; nothing was sent to to@example.com",
    ),
    (
        session(Ending.CLEARTEXT, Stage.AUTH, None, "stopped before AUTH PLAIN"),
        "sends it: it would have sent the credentials in cleartext",
        "failed: at auth: stopped before AUTH PLAIN (exit code 76)",
    ),
    (
        session(Ending.PROTOCOL, Stage.DATA, None, "the server says more than it was asked"),
        "not told by this run: it stopped where Logto may go on",
        "failed: at data: the server says more than it was asked (exit code 76)",
    ),
]


@pytest.mark.parametrize(
    ("result", "logto", "verdict"), VERDICTS, ids=lambda row: getattr(row, "stage", None)
)
def test_the_last_lines_are_logtos_verdict_and_the_runs_own(
    rendered: Maker, result: Result, logto: str, verdict: str
) -> None:
    assert text(report(rendered, result)).splitlines()[-2:] == [f"     logto  {logto}", verdict]


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        (
            {"logto_refuses": "port: Expected number, received string"},
            [
                "logto  does not send it: its connector rejects the config: port: Expected number, received"
                " string"
            ],
        ),
        (
            {"logto_elsewhere": "streamTransport: nodemailer reports success and sends nothing"},
            ["logto  does not send it: streamTransport: nodemailer reports success and sends nothing"],
        ),
        (
            {"breaks_on_save": "auth: Invalid input"},
            [
                "logto  sends it",
                "on save  Save strips what is empty, and Logto then rejects the config: auth: Invalid input",
            ],
        ),
        ({"sandbox": True}, ["logto  sends it, to a server like the sandbox"]),
    ],
)
def test_what_logto_does_otherwise_is_said(rendered: Maker, more: dict[str, Any], rows: list[str]) -> None:
    shown = [line.strip() for line in text(report(rendered, accepted(), **more)).splitlines()]
    start = next(at for at, line in enumerate(shown) if line.startswith("logto"))
    assert shown[start:-1] == rows


def test_a_message_to_the_sandbox_is_shown_as_it_arrived(rendered: Maker) -> None:
    data = (
        b"From: Acme <a@b.co>\r\nTo: to@example.com\r\nSubject: =?UTF-8?Q?Your_c=C3=B6de?=\r\n"
        b"X-Odd: =?nope?Q?x?=\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Your code</p><p>=34=38 &amp; more</p>\r\n"
    )
    received = Received("a@b.co", ("to@example.com", "copy@example.com"), data)
    result = accepted(tls=None, mechanism="", defects=["a caution"], timings={}, peer="127.0.0.1:40000")
    sent = report(rendered, result, received=received, sandbox=True, replaced=("host", "port", "auth.pass"))
    sent = replace(sent, rendered=rendered(requested="BindMfa", unresolved=("user.name", "x")))
    assert text(sent) == (
        "── The message as it arrived\n"
        "Envelope: from <a@b.co> to <to@example.com>, <copy@example.com>\n"
        "From: Acme <a@b.co>\n"
        "To: to@example.com\n"
        "Subject: Your cöde\n"
        "X-Odd: =?nope?Q?x?=\n"
        "Content-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n"
        "\n"
        "Your code\n"
        "\n"
        "48 & more\n"
        f"{RULE}\n"
        "        to  to@example.com\n"
        "    server  mx.example:587, STARTTLS (127.0.0.1:40000), the sandbox\n"
        "  replaced  host, port, auth.pass\n"
        "  template  BindMfa, by the Generic template (line 10)\n"
        "unresolved  {{user.name}}, {{x}}\n"
        "     reply  250 2.0.0 queued as 1\n"
        "      note  a caution\n"
        "    proven  message\n"
        "not proven  dns, connection, tls, certificate, authentication, sender, recipient:"
        " the sandbox accepts any\n"
        "     logto  sends it, to a server like the sandbox\n"
        "accepted by the sandbox, code 482913; nothing left this machine\n"
    )


def test_a_localized_template_is_told_from_the_configs_own(rendered: Maker) -> None:
    mail = rendered()
    mail = replace(mail, template=replace(mail.template, locale="pt-BR"))
    shown = text(report(rendered, accepted(), rendered=mail))
    assert "\ntemplate  SignIn, localized for pt-BR (line 10)\n" in shown


def test_control_characters_of_a_server_become_escapes(rendered: Maker) -> None:
    result = session(
        Ending.REFUSED,
        Stage.DATA,
        Reply(554, (HOSTILE, HOSTILE)),
        HOSTILE,
        defects=[HOSTILE],
        reasons={"tls": HOSTILE},
        tls=replace(TLS, subject=HOSTILE, names=(HOSTILE,), verified=False),
        nodemailer=HOSTILE,
        timings={},
    )
    hostile = report(
        rendered,
        result,
        breaks_on_save=HOSTILE,
        replaced=(HOSTILE,),
        received=Received(HOSTILE, (HOSTILE,), f"Subject: {HOSTILE}\r\n\r\n{HOSTILE}\r\n".encode()),
    )
    shown = text(hostile)
    assert ESCAPED in shown
    assert not set(shown) & set(HOSTILE.replace("[2J", ""))


def test_secrets_are_masked_plain_and_encoded(rendered: Maker) -> None:
    reply = Reply(535, (f"5.7.8 {SECRET} is wrong", "Y29ycmVjdC1ob3JzZQ=="))
    result = session(
        Ending.NOT_AUTHENTICATED,
        Stage.AUTH,
        reply,
        f"login refused: {SECRET}",
        nodemailer=f"Invalid login: {SECRET}",
    )
    shown = text(report(rendered, result), secrets=(SECRET,))
    assert "reply  535 5.7.8 *** is wrong\n            ***\n" in shown
    assert shown.endswith("refused: at auth: login refused: *** (exit code 77)\n")
    assert SECRET not in shown


def test_of_several_sends_what_is_the_same_is_told_once_and_the_last_line_counts(rendered: Maker) -> None:
    one, other = report(rendered, accepted()), report(rendered, accepted(), to="b@example.com", code="123456")
    shared, _, rest = text(one, other, other).partition("to@example.com: ")
    assert "proven  dns" in shared
    assert rest.splitlines() == [
        "accepted, code 482913",
        "b@example.com: accepted, code 123456",
        "b@example.com: accepted, code 123456",
        "3 messages: 3 accepted",
    ]


def test_a_recipient_that_was_refused_among_others_keeps_its_reasons(rendered: Maker) -> None:
    lines = text(report(rendered, accepted()), report(rendered, refused(), to="b@example.com")).splitlines()
    assert lines[-1] == "2 messages: 1 accepted, 1 refused (exit code 67)"
    at = next(index for index, line in enumerate(lines) if line.startswith("b@example.com: refused: at rcpt"))
    assert any(line.strip().startswith("reply  550") for line in lines[at:])
    assert lines[at].endswith("(exit code 67)")


def test_what_logto_would_not_send_is_said_in_the_last_line(rendered: Maker) -> None:
    sent = report(rendered, accepted(), logto_refuses="port: Expected number, received string")
    words = "its connector rejects the config: port: Expected number, received string"
    assert text(sent).splitlines()[-1] == (
        f"accepted: to@example.com, code 482913; but Logto would not send it: {words}"
    )


def test_an_interrupted_run_names_the_code_that_it_ends_with(rendered: Maker) -> None:
    sent = report(rendered, session(Ending.DEFERRED, Stage.MAIL, None, "interrupted"))
    told = "".join(session_text([sent], Style(False), Redactor(()), 130))
    assert told.splitlines()[-1].endswith("(exit code 130)")


def test_a_sandbox_that_was_stopped_keeps_its_words(rendered: Maker) -> None:
    sent = report(rendered, refused(), sandbox=True)
    plain = text(replace(sent, sandbox=False)).splitlines()[-1]
    assert text(sent).splitlines()[-1] == f"{plain}; nothing left this machine"


def test_colours_are_only_where_they_are_wanted(rendered: Maker) -> None:
    one = report(rendered, accepted())
    assert "\x1b" not in text(one)
    assert "\x1b[1;32maccepted\x1b[0m: to@example.com" in text(one, colour=True)


def test_exchanges_do_not_show_here(rendered: Maker) -> None:
    exchange = Exchange(Stage.MAIL, "MAIL FROM:<a@b.co>", Reply(250, ("fine",)))
    assert text(report(rendered, accepted(exchanges=[exchange]))) == text(report(rendered, accepted()))
