"""The contract's outcome table: every row is played by a server that really listens."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from typing import Any

import pytest

from tests.configs import PATIENCE
from tests.smtp.sending import deliver, message, plan, send
from tests.smtpd import serve

LOGIN = {"user": "u", "pass": "p"}
OAUTH2 = {"type": "oauth2", "user": "u"}
SILENCE = 600
"""Milliseconds until a server that says nothing is given up."""

CHANNELS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "clear": ({}, {}),
    "STARTTLS": ({"starttls": True}, {}),
    "implicit TLS": ({"implicit_tls": True}, {"secure": True}),
}

# What the server does, what the config says besides, and: outcome, stage, exit code.
Row = tuple[dict[str, Any], dict[str, Any], str, str, int]

ACCEPTED: list[Row] = [
    ({"dot": "250 2.0.0 queued"}, {}, "accepted", "dot", 0),
    ({"dot": "250-2.0.0 queued\n250 2.0.0 as 1"}, {}, "accepted", "dot", 0),
    ({"dot": "200 fine"}, {}, "accepted", "dot", 0),
    ({"dot": b"250\r\n"}, {}, "accepted", "dot", 0),
    ({"dot": b"250 lines end in LF alone\n"}, {}, "accepted", "dot", 0),
    ({"quit": "hang"}, {}, "accepted", "dot", 0),
    ({"quit": "drop"}, {}, "accepted", "dot", 0),
    ({"quit": "550 never"}, {}, "accepted", "dot", 0),
    ({"surplus": {"dot": b"550 5.0.0 not really\r\n"}}, {}, "accepted", "dot", 0),
    ({"ehlo_ok": False}, {"ignoreTLS": True}, "accepted", "dot", 0),
    ({"greeting": "220-mx.example\n220 ready"}, {}, "accepted", "dot", 0),
    ({"greeting_delay": 0.1}, {}, "accepted", "dot", 0),
    ({"auth": ["PLAIN"]}, {"auth": LOGIN}, "accepted", "dot", 0),
    ({"auth": ["LOGIN"]}, {"auth": LOGIN}, "accepted", "dot", 0),
    ({"auth": ["CRAM-MD5"]}, {"auth": LOGIN}, "accepted", "dot", 0),
    ({"auth": ["XOAUTH2"]}, {"auth": {**OAUTH2, "accessToken": "good-token"}}, "accepted", "dot", 0),
    ({"auth": []}, {"auth": LOGIN}, "accepted", "dot", 0),
]

ON_EVERY_CHANNEL: list[Row] = [
    # greeting 4xx, silence, end of stream
    ({"greeting": "421 4.3.2 busy"}, {}, "deferred", "greeting", 75),
    ({"greeting": "450 later"}, {}, "deferred", "greeting", 75),
    ({"greeting": None}, {"greetingTimeout": SILENCE}, "deferred", "greeting", 75),
    ({"drop": "connect"}, {}, "deferred", "greeting", 75),
    # greeting 5xx
    ({"greeting": "554 5.7.1 go away"}, {}, "refused", "greeting", 69),
    # AUTH 5xx
    ({"auth": ["PLAIN"], "password": "other"}, {"auth": LOGIN}, "refused", "auth", 77),
    ({"auth": ["LOGIN"], "password": "other"}, {"auth": LOGIN}, "refused", "auth", 77),
    ({"auth": ["CRAM-MD5"], "password": "other"}, {"auth": LOGIN}, "refused", "auth", 77),
    ({"auth": ["XOAUTH2"]}, {"auth": {**OAUTH2, "accessToken": "expired"}}, "refused", "auth", 77),
    ({"auth": ["NTLM", "GSSAPI"]}, {"auth": LOGIN}, "refused", "auth", 77),
    ({"auth": ["PLAIN"], "auth_reply": "534 5.7.9 app password"}, {"auth": LOGIN}, "refused", "auth", 77),
    # missing credentials, no token, no mechanism in common
    ({"auth": ["PLAIN"]}, {"auth": {"user": "u"}}, "failed", "auth", 77),
    ({"auth": ["PLAIN"]}, {"auth": {"type": "login"}}, "failed", "auth", 77),
    ({"auth": ["XOAUTH2"]}, {"auth": OAUTH2}, "failed", "auth", 77),
    ({"auth": ["XOAUTH2"]}, {"auth": LOGIN}, "failed", "auth", 77),
    ({"auth": ["PLAIN"]}, {"auth": LOGIN, "authMethod": "NTLM"}, "failed", "auth", 77),
    # RCPT 5xx
    ({"rcpt": "550 5.1.1 unknown"}, {}, "refused", "rcpt", 67),
    # EHLO and HELO, MAIL, DATA, final dot: 5xx
    ({"ehlo_ok": False, "helo_ok": False}, {}, "refused", "ehlo", 69),
    ({"mail": "553 5.1.8 not you"}, {}, "refused", "mail", 69),
    ({"data": "554 5.5.1 no"}, {}, "refused", "data", 69),
    ({"dot": "554 5.7.1 spam"}, {}, "refused", "dot", 69),
    # any other 4xx
    ({"ehlo_ok": False, "ehlo_reply": "421 closing"}, {}, "deferred", "ehlo", 75),
    ({"ehlo_ok": False, "helo_ok": False, "helo_reply": "451 later"}, {}, "deferred", "ehlo", 75),
    ({"auth": ["PLAIN"], "auth_reply": "454 4.7.0 later"}, {"auth": LOGIN}, "deferred", "auth", 75),
    ({"auth": ["PLAIN"], "auth_reply": "421 4.3.2 closing"}, {"auth": LOGIN}, "deferred", "auth", 75),
    ({"mail": "451 4.3.0 later"}, {}, "deferred", "mail", 75),
    ({"rcpt": "450 4.2.0 greylisted"}, {}, "deferred", "rcpt", 75),
    ({"data": "421 4.3.2 closing"}, {}, "deferred", "data", 75),
    ({"dot": "452 4.3.1 full"}, {}, "deferred", "dot", 75),
    # loss before the final dot
    ({"drop": "ehlo"}, {}, "deferred", "ehlo", 75),
    ({"drop": "auth", "auth": ["PLAIN"]}, {"auth": LOGIN}, "deferred", "auth", 75),
    ({"auth_reply": "drop", "auth": ["PLAIN"]}, {"auth": LOGIN}, "deferred", "auth", 75),
    ({"drop": "mail"}, {}, "deferred", "mail", 75),
    ({"drop": "rcpt"}, {}, "deferred", "rcpt", 75),
    ({"drop": "data"}, {}, "deferred", "data", 75),
    # a malformed or surplus reply before the final dot
    ({"greeting": "hello"}, {}, "failed", "greeting", 76),
    ({"greeting": "250 odd"}, {}, "failed", "greeting", 76),
    ({"greeting": b"220-a\r\n250 b\r\n"}, {}, "failed", "greeting", 76),
    ({"surplus": {"greeting": b"250 early\r\n"}}, {}, "failed", "ehlo", 76),
    ({"surplus": {"ehlo": b"250 early\r\n"}}, {"ignoreTLS": True}, "failed", "mail", 76),
    ({"surplus": {"mail": b"250 early\r\n"}}, {}, "failed", "rcpt", 76),
    ({"surplus": {"rcpt": b"354 early\r\n"}}, {}, "failed", "data", 76),
    ({"mail": "fine"}, {}, "failed", "mail", 76),
    ({"mail": "354 go"}, {}, "failed", "mail", 76),
    ({"mail": b"2500 ok\r\n"}, {}, "failed", "mail", 76),
    ({"mail": b"-50 ok\r\n"}, {}, "failed", "mail", 76),
    ({"mail": b" 250 ok\r\n"}, {}, "failed", "mail", 76),
    ({"mail": b"250\tok\r\n"}, {}, "failed", "mail", 76),
    ({"mail": b"199 ok\r\n"}, {}, "failed", "mail", 76),
    ({"mail": b"\r\n"}, {}, "failed", "mail", 76),
    ({"rcpt": "<html>"}, {}, "failed", "rcpt", 76),
    ({"data": b"999 what\r\n"}, {}, "failed", "data", 76),
    # anything but a well-formed reply after the final dot
    ({"drop": "dot"}, {}, "unknown", "dot", 74),
    ({"hang": "dot"}, {"socketTimeout": SILENCE}, "unknown", "dot", 74),
    ({"dot": "fine"}, {}, "unknown", "dot", 74),
    ({"dot": b"2500 fine\r\n"}, {}, "unknown", "dot", 74),
    ({"dot": "354 go on"}, {}, "unknown", "dot", 74),
    ({"dot": b"250-2.0.0 half\r\n550 5.0.0 and half\r\n"}, {}, "unknown", "dot", 74),
    # the config
    ({}, {"localAddress": "203.0.113.77"}, "failed", "connect", 78),
]  # fmt: skip

TLS: list[Row] = [
    # the config, which Node reads only for a session that is encrypted
    ({}, {"tls": {"minVersion": "1.2"}}, "accepted", "dot", 0),
    ({"starttls": True}, {"tls": {"minVersion": "1.2"}}, "failed", "config", 78),
    ({"implicit_tls": True}, {"secure": True, "tls": {"ciphers": "NONE-SUCH"}}, "failed", "config", 78),
    # wrong version number
    ({}, {"secure": True}, "failed", "tls", 76),
    ({"starttls": True}, {"secure": True}, "failed", "tls", 76),
    ({"starttls": "garbage"}, {}, "failed", "starttls", 76),
    # certificate
    ({"starttls": True, "cert": "selfsigned"}, {}, "failed", "starttls", 76),
    ({"implicit_tls": True, "cert": "selfsigned"}, {"secure": True}, "failed", "tls", 76),
    ({"starttls": True, "cert": "expired"}, {}, "failed", "starttls", 76),
    ({"implicit_tls": True, "cert": "expired"}, {"secure": True}, "failed", "tls", 76),
    ({"starttls": True, "cert": "wronghost"}, {}, "failed", "starttls", 76),
    ({"implicit_tls": True, "cert": "wronghost"}, {"secure": True}, "failed", "tls", 76),
    ({"starttls": True}, {"tls": {}}, "failed", "starttls", 76),
    # STARTTLS missing though required, or 5xx to it
    ({"starttls_reply": "502 5.5.1 no"}, {"requireTLS": True}, "failed", "starttls", 76),
    ({"ehlo_ok": False}, {"requireTLS": True}, "failed", "ehlo", 76),
    ({"starttls": True, "starttls_reply": "554 5.7.0 no"}, {}, "failed", "starttls", 76),
    # STARTTLS 4xx
    ({"starttls": True, "starttls_reply": "454 4.7.0 later"}, {}, "deferred", "starttls", 75),
    # loss, silence and surplus at STARTTLS
    ({"starttls": True, "drop": "starttls"}, {}, "deferred", "starttls", 75),
    ({"starttls": True, "hang": "starttls"}, {"socketTimeout": SILENCE}, "deferred", "starttls", 75),
    ({"starttls": True, "surplus": {"starttls": b"250 injected\r\n"}}, {}, "failed", "starttls", 76),
    ({"starttls": True, "surplus": {"starttls": b"25"}}, {}, "failed", "starttls", 76),
    # a plain session on a port of implicit TLS waits for a greeting that never comes
    ({"implicit_tls": True}, {"greetingTimeout": SILENCE}, "deferred", "greeting", 75),
]  # fmt: skip

SILENT: list[Row] = [
    ({"hang": "ehlo"}, {"socketTimeout": SILENCE}, "deferred", "ehlo", 75),
    ({"hang": "auth", "auth": ["PLAIN"]}, {"auth": LOGIN, "socketTimeout": SILENCE}, "deferred", "auth", 75),
    ({"hang": "mail"}, {"socketTimeout": SILENCE}, "deferred", "mail", 75),
    ({"hang": "rcpt"}, {"socketTimeout": SILENCE}, "deferred", "rcpt", 75),
    ({"hang": "data"}, {"socketTimeout": SILENCE}, "deferred", "data", 75),
]


def name(row: object) -> str | None:
    """A row by what its server and its config say."""
    if not isinstance(row, tuple):
        return None
    knobs, changes, outcome, stage, _ = row
    said = [*(f"{key}={value}" for key, value in {**knobs, **changes}.items()), outcome, stage]
    return " ".join(said)[:100]


def check(row: Row, channel: str = "clear") -> None:
    """Play a row over a channel."""
    knobs, changes, outcome, stage, exit_code = row
    server_side, client_side = CHANNELS[channel]
    with serve(**server_side, **knobs) as server:
        result = send(server, **{**client_side, **changes})
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == (outcome, stage, exit_code), result.reason
    if outcome == "accepted":
        assert len(server.log.messages) == 1
        # ignoreTLS and a server without EHLO leave out STARTTLS alone.
        assert server.log.tls is (
            channel == "implicit TLS" or (channel == "STARTTLS" and not changes.get("ignoreTLS"))
        )
    elif outcome == "unknown":
        assert "." in server.log.commands
    else:
        assert server.log.messages == []
    assert bool(result.reason) is (outcome != "accepted")


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("row", ACCEPTED, ids=name)
def test_a_well_formed_2xx_to_the_final_dot_is_accepted(row: Row, channel: str) -> None:
    check(row, channel)


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("row", ON_EVERY_CHANNEL, ids=name)
def test_what_happens_decides_the_outcome_on_every_channel(row: Row, channel: str) -> None:
    check(row, channel)


@pytest.mark.parametrize("row", TLS, ids=name)
def test_what_goes_wrong_with_tls_ends_the_session(row: Row) -> None:
    check(row)


@pytest.mark.parametrize("cert", ["selfsigned", "expired", "wronghost"])
@pytest.mark.parametrize("channel", ["STARTTLS", "implicit TLS"])
def test_no_credentials_follow_a_bad_certificate(cert: str, channel: str) -> None:
    server_side, client_side = CHANNELS[channel]
    with serve(**server_side, cert=cert, auth=["PLAIN"]) as server:
        send(server, auth=LOGIN, **client_side)
    assert "AUTH" not in server.log.verbs


@pytest.mark.parametrize("row", SILENT, ids=name)
def test_a_silence_before_the_final_dot_is_deferred(row: Row) -> None:
    check(row)


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("end", ["drop", "hang"])
def test_a_loss_before_the_dot_has_left_is_deferred(end: str, channel: str) -> None:
    # More than any kernel takes from a sender whose receiver does not read: the dot cannot have left.
    server_side, client_side = CHANNELS[channel]
    large = message(
        content="seventy letters a line, sixteen megabytes of them, all of them the same\n" * 240_000
    )
    with serve(**server_side, **{end: "body"}) as server:
        job = plan(server, **client_side, socketTimeout=SILENCE if end == "hang" else PATIENCE)
        result = deliver(replace(job, message=large))
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == ("deferred", "data", 75)
    assert "." not in server.log.commands


@pytest.mark.parametrize("status", ["4xx", "5xx"])
def test_one_refusal_for_now_among_refused_recipients_defers_the_message(status: str) -> None:
    replies = {"0": "550 5.1.1 unknown", "1": "450 4.2.0 later" if status == "4xx" else "550 5.1.1 unknown"}
    with serve(multi_rcpt=replies) as server:
        result = deliver(replace(plan(server), message=message(Cc="other@example.com")))
    assert result.ending.exit_code == (75 if status == "4xx" else 67)


def test_a_refused_connection_is_deferred_with_69() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        result = send(unused.getsockname()[1])
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == ("deferred", "connect", 69)
    assert "ECONNREFUSED" in result.reason


def test_a_connection_that_times_out_is_deferred_with_69(deaf: int) -> None:
    result = send(deaf, connectionTimeout=300)
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == ("deferred", "connect", 69)
    assert "Connection timeout" in result.reason


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "empty..label.example"])
def test_a_host_whose_name_cannot_exist_fails_with_68(host: str) -> None:
    result = send(1, host=host)
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == ("failed", "dns", 68)
    assert result.nodemailer == f"getaddrinfo ENOTFOUND {host}"


@pytest.mark.parametrize(
    ("number", "ended"),
    [
        (socket.EAI_NONAME, ("failed", "dns", 68)),
        (socket.EAI_AGAIN, ("deferred", "dns", 75)),
        (socket.EAI_FAIL, ("deferred", "dns", 75)),
        (socket.EAI_MEMORY, ("deferred", "dns", 75)),
    ],
)
def test_the_answer_of_the_systems_resolver_decides(
    number: int, ended: tuple[str, str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver is the system's, and not ours to script: its answers are put in its place."""

    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "what the resolver says")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    result = send(1, host="mx.example")
    assert (result.ending.outcome.value, result.stage.value, result.ending.exit_code) == ended


def test_a_resolver_that_does_not_answer_is_deferred_with_75(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def getaddrinfo(*_: object, **__: object) -> list[object]:
        over.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    result = send(1, host="mx.example", dnsTimeout=200)
    over.set()
    ended = (result.ending.outcome.value, result.stage.value, result.ending.exit_code)
    assert ended == ("deferred", "dns", 75)
