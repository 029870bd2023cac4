"""`test-send` against mail servers that other people wrote: in every mode, with every mechanism."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.mail.message import Mail, Stamp, build
from tests.configs import config_for, write
from tests.interop.launch import MODES, PATIENCE
from tests.interop.peers import CHALLENGING, MECHANISMS, PIPELINING, REFUSED, TOKEN, USER, secret_for
from tests.smtp.tokens import serve_tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Run, Runner
    from tests.interop.conftest import Peers
    from tests.interop.peers import Peer

SENDER = "Ærlig Afsender <sender@example.com>"
TO = "to@example.com"
CODE = "482913"
WRONG = "wr0ng-Passwort-ß"
LOGINS = [(server, mechanism) for server, known in MECHANISMS.items() for mechanism in known]
SECOND_TRY = {"type": "OAuth2", "user": USER, "clientId": "c", "clientSecret": "s", "refreshToken": "r"}


@dataclass(frozen=True, slots=True)
class Template:
    """What is sent, and the transfer encoding it must travel in."""

    content_type: str
    subject: str
    content: str
    encoding: str


# Each has lines of a dot alone, of two, and that start with one: what SMTP has to stuff.
DOTS = ".\n..\n.hidden\n...three\n. \n"
TEXT = Template(
    "text/plain", "Ihr Code für Grüße", f"Grüße! Ihr Code: {{{{code}}}}\n{DOTS}Ende.\n.", "quoted-printable"
)
HTML = Template(
    "text/html",
    "Grüße – <b>nicht</b> fett",
    f"<p>Grüße! Ihr Code: <b>{{{{code}}}}</b></p>\n{DOTS}<p>{'Sehr lange Zeile. ' * 70}</p>\n.</p>\n",
    "quoted-printable",
)
ASCII = Template("text/plain", "Your code", f"Your code: {{{{code}}}}\n{DOTS}\n\n.\n", "7bit")
CYRILLIC = Template(
    "text/plain", "Ваш код 😀", f"Здравствуйте! Ваш код: {{{{code}}}}\n{DOTS}До свидания\n", "base64"
)


def config_of(peer: Peer, mode: str, auth: dict[str, Any], template: Template = TEXT) -> dict[str, Any]:
    """A config that reaches a server in one mode."""
    written = {"contentType": template.content_type, "subject": template.subject, "content": template.content}
    usage_types = ("SignIn", "Register", "ForgotPassword", "Generic")
    return config_for(
        peer.ports[mode],
        secure=mode == "tls",
        auth=auth,
        fromEmail=SENDER,
        templates=[{"usageType": usage_type, **written} for usage_type in usage_types],
    )


def auth_for(mechanism: str, secret: str) -> dict[str, Any]:
    """How a config logs in with a mechanism, where the server offers that one alone."""
    if mechanism == "XOAUTH2":
        return {"type": "OAuth2", "user": USER, "accessToken": secret}
    return {"user": USER, "pass": secret}


@dataclass(frozen=True, slots=True)
class Session:
    """What one run of the program left behind, here and on the server."""

    run: Run
    peer: Peer
    result: dict[str, Any]
    transcript: str
    said: list[str]
    """The client's lines, as the server saw them."""
    taken: list[bytes]
    """The messages that the server took."""

    @property
    def attempts(self) -> list[str]:
        """The mechanisms that the server saw, in order."""
        return attempts_in(self.said)


def attempts_in(said: list[str]) -> list[str]:
    """The mechanisms that a client tried."""
    return [match[1] for line in said if (match := re.match(r"AUTH ([\w-]+)", line))]


def hold(
    run: Runner, peer: Peer, folder: Path, config: dict[str, Any], *options: str, to: str = TO
) -> Session:
    """One session."""
    lines, messages = len(peer.said()), peer.taken()
    path, transcript = write(folder, config), folder / "transcript"
    usual = ("--to", to, "--code", CODE, "--format", "json", "--no-input", "--transcript", transcript)
    done = run("test-send", path, *usual, *options, timeout=90)
    (result,) = json.loads(done.stdout)["results"]
    shown = transcript.read_text("utf-8")
    # A server may deliver after it has answered, and write its log later still.
    if done.code == 0:
        wait_until(lambda: peer.taken() > messages, peer)
    wait_until(lambda: len(attempts_in(peer.said()[lines:])) >= shown.count("C: AUTH "), peer)
    taken = [each.read_bytes() for each in peer.taken() - messages]
    return Session(done, peer, result, shown, peer.said()[lines:], taken)


def wait_until(holds: Callable[[], bool], peer: Peer) -> None:
    """Return once it does; where it never does, the server's log may say why."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, peer.log.read_text("utf-8", "replace")
        time.sleep(0.01)


def assert_accepted(session: Session) -> None:
    """By a server whose certificate was verified, over TLS 1.3, after a login."""
    result = session.result
    assert (session.run.code, result["outcome"], result["stage"]) == (0, "accepted", "dot")
    proven = "connection tls certificate authentication sender recipient message"
    assert result["proven"] == proven.split()
    assert (result["tls"]["version"], result["tls"]["verified"]) == ("TLSv1.3", True)
    assert result["reply"]["code"] == 250
    assert session.run.stderr == ""


def assert_arrived(session: Session, template: Template) -> None:
    """One message was taken, and it is the one that was sent, decoded and byte for byte."""
    (stored,) = session.taken
    assert "\n" not in stored.decode("ascii").replace("\r\n", "")
    message = message_from_bytes(stored, policy=policy.default)
    assert message["Message-ID"] == session.result["messageId"]
    assert message["Content-Transfer-Encoding"] == template.encoding
    expected = (template.subject, SENDER, TO, template.content_type)
    assert (message["Subject"], message["From"], message["To"], message.get_content_type()) == expected
    content = template.content.replace("{{code}}", CODE)
    assert message.get_content().replace("\r\n", "\n").rstrip("\n") == content.rstrip("\n")
    sent = as_sent(session, template, message["Date"])
    assert stored.endswith(sent)
    assert set(message_from_bytes(stored.removesuffix(sent)).keys()) == session.peer.adds


def as_sent(session: Session, template: Template, date: str) -> bytes:
    """The bytes that were handed to the session."""
    content = template.content.replace("{{code}}", CODE)
    mail = Mail(TO, SENDER, None, template.subject, content, template.content_type == "text/plain", {})
    unique = session.result["messageId"].strip("<>").partition("@")[0]
    return build(mail, Stamp(parsedate_to_datetime(date), unique)).data


# Taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one-by-one"])
@pytest.mark.parametrize("template", [TEXT, HTML], ids=["text", "html"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("server", "mechanism"), LOGINS)
def test_a_message_arrives_as_it_was_sent(
    server: str,
    mechanism: str,
    mode: str,
    template: Template,
    pipelining: bool,
    peers: Peers,
    run: Runner,
    tmp_path: Path,
) -> None:
    peer = peers(server, mechanism)
    config = config_of(peer, mode, auth_for(mechanism, secret_for(mechanism)), template)
    session = hold(run, peer, tmp_path, config, *([] if pipelining else ["--no-pipelining"]))
    assert_accepted(session)
    assert session.attempts == [mechanism]
    assert_arrived(session, template)
    assert ("PIPELINING" in session.transcript) == (server in PIPELINING)


@pytest.mark.parametrize("template", [ASCII, CYRILLIC], ids=["7bit", "base64"])
@pytest.mark.parametrize("server", MECHANISMS)
def test_the_other_transfer_encodings_arrive_too(
    server: str, template: Template, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "PLAIN")
    config = config_of(peer, "tls", auth_for("PLAIN", secret_for("PLAIN")), template)
    session = hold(run, peer, tmp_path, config)
    assert_accepted(session)
    assert_arrived(session, template)


@pytest.mark.parametrize("server", CHALLENGING)
def test_a_stale_token_is_renewed_and_tried_again(
    server: str, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "XOAUTH2")
    with serve_tokens({"reply": {"access_token": TOKEN, "expires_in": 3600}}) as url:
        auth = {**SECOND_TRY, "accessToken": "ya29.stale-token", "accessUrl": url}
        session = hold(run, peer, tmp_path, config_of(peer, "starttls", auth))
    assert_accepted(session)
    assert session.attempts == ["XOAUTH2", "XOAUTH2"]
    assert_arrived(session, TEXT)


# Refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("server", "mechanism"), LOGINS)
def test_wrong_credentials_are_refused(
    server: str, mechanism: str, mode: str, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, mechanism)
    session = hold(run, peer, tmp_path, config_of(peer, mode, auth_for(mechanism, WRONG)))
    result = session.result
    assert (session.run.code, result["outcome"], result["stage"]) == (77, "refused", "auth")
    assert result["reply"]["code"] == 535
    assert result["proven"] == ["connection", "tls", "certificate"]
    # A token that was answered with a challenge is tried once more, as nodemailer does.
    again = mechanism == "XOAUTH2" and server in CHALLENGING
    assert session.attempts == [mechanism] * (2 if again else 1)
    assert session.taken == []
    shown = session.run.stdout + session.run.stderr + session.transcript
    assert WRONG not in shown
    assert json.dumps(WRONG).strip('"') not in shown


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("server", CHALLENGING)
def test_the_challenge_of_a_failed_xoauth2_is_answered(
    server: str, mode: str, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "XOAUTH2")
    with serve_tokens({"reply": {"access_token": "ya29.another-stale-token", "expires_in": 3600}}) as url:
        auth = {**SECOND_TRY, "accessToken": "ya29.stale-token", "accessUrl": url}
        session = hold(run, peer, tmp_path, config_of(peer, mode, auth))
    result = session.result
    assert (session.run.code, result["outcome"], result["reply"]["code"]) == (77, "refused", 535)
    assert re.findall(r"(?m)^S: (334|535)", session.transcript) == ["334", "535", "334", "535"]
    # As the server saw it: each AUTH is followed by a line that answers the challenge.
    exchange = session.said[-4:]
    assert [line.startswith("AUTH XOAUTH2") for line in exchange] == [True, False, True, False]
    assert session.attempts == ["XOAUTH2", "XOAUTH2"]
    assert "401" in result["reason"]
    assert session.taken == []


@pytest.mark.parametrize("pipelining", [True, False], ids=["pipelined", "one-by-one"])
@pytest.mark.parametrize("server", MECHANISMS)
def test_a_refused_recipient_ends_the_session(
    server: str, pipelining: bool, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "PLAIN")
    config = config_of(peer, "starttls", auth_for("PLAIN", secret_for("PLAIN")))
    session = hold(run, peer, tmp_path, config, *([] if pipelining else ["--no-pipelining"]), to=REFUSED)
    result = session.result
    assert (session.run.code, result["outcome"], result["stage"]) == (67, "refused", "rcpt")
    assert result["reply"]["code"] == 550
    assert "no such user" in result["reply"]["text"]
    assert result["proven"] == ["connection", "tls", "certificate", "authentication", "sender"]
    assert session.taken == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("server", MECHANISMS)
def test_a_certificate_for_another_host_ends_the_session_before_auth(
    server: str, mode: str, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "PLAIN", cert="wronghost")
    session = hold(run, peer, tmp_path, config_of(peer, mode, auth_for("PLAIN", secret_for("PLAIN"))))
    result = session.result
    assert (session.run.code, result["outcome"]) == (76, "failed")
    assert result["stage"] == ("starttls" if mode == "starttls" else "tls")
    assert {"tls", "certificate", "authentication"}.isdisjoint(result["proven"])
    assert session.attempts == []
    assert session.taken == []


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("server", MECHANISMS)
def test_that_certificate_is_taken_under_its_own_name(
    server: str, mode: str, peers: Peers, run: Runner, tmp_path: Path
) -> None:
    peer = peers(server, "PLAIN", cert="wronghost")
    config = config_of(peer, mode, auth_for("PLAIN", secret_for("PLAIN")))
    config["tls"]["servername"] = "other.example"
    session = hold(run, peer, tmp_path, config)
    assert_accepted(session)
    assert_arrived(session, TEXT)
