"""A patch that is offered makes the next run succeed, and never makes it less safe."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.diagnosis.patches import to_certificate_name, to_user
from smtp_verify.diagnosis.row import Symptom
from smtp_verify.diagnosis.table import ROWS
from smtp_verify.smtp import endpoint, network
from smtp_verify.smtp.wire.transcript import Ending, Stage
from tests.configs import SOON, config_for
from tests.diagnosis.playing import lead_here, patched, test_send
from tests.smtp.tokens import serve_tokens
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

LOGIN = {"user": "me@example.com", "pass": "p"}
ELSEWHERE = "other.example"
"""A name that leads to this machine, and is not known to; the `wronghost` certificate is its own."""
ITS_OWN = {"cert": "wronghost", "user": "me@example.com", "auth": ["PLAIN"]}


@pytest.fixture(autouse=True)
def _another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is the loopback alone to test on: nobody is told that it is."""
    monkeypatch.setattr(network, "is_loopback", lambda _: False)


# The servers by port, what the config says besides, the row, and the patch.
Case = tuple[dict[int, dict[str, Any]], dict[str, Any], str, dict[str, Any]]
STARTTLS: dict[str, Any] = {**ITS_OWN, "starttls": True, "auth_after_tls": True}
IMPLICIT: dict[str, Any] = {**ITS_OWN, "implicit_tls": True}
IN_CLEAR: dict[str, Any] = {**ITS_OWN}
AT_GMAIL = {"host": "smtp.gmail.com", "tls.servername": ELSEWHERE}
CASES: dict[str, Case] = {
    "587 with implicit TLS": (
        {587: STARTTLS},
        {"port": 587, "secure": True},
        "SD101",
        {"secure": False, "requireTLS": True},
    ),
    "587 with implicit TLS, and what would let STARTTLS go": (
        {587: STARTTLS},
        {"port": 587, "secure": True, "ignoreTLS": True, "opportunisticTLS": True},
        "SD101",
        {"secure": False, "requireTLS": True, "ignoreTLS": False, "opportunisticTLS": False},
    ),
    "2525 with implicit TLS": (
        {2525: STARTTLS},
        {"port": 2525, "secure": True, "requireTLS": True},
        "SD101",
        {"secure": False},
    ),
    "465 without": (
        {465: IMPLICIT},
        {"port": 465, "secure": False, "greetingTimeout": SOON},
        "SD102",
        {"secure": True},
    ),
    "2465, where secure does not follow the port": (
        {2465: IMPLICIT},
        {"port": 2465, "greetingTimeout": SOON},
        "SD102",
        {"secure": True},
    ),
    "ignoreTLS, and a login": (
        {587: {**STARTTLS, "auth_after_tls": False}},
        {"port": 587, "ignoreTLS": True},
        "SD121",
        {"ignoreTLS": False, "requireTLS": True},
    ),
    "ignoreTLS beside requireTLS": (
        {587: {**STARTTLS, "auth_after_tls": False}},
        {"port": 587, "ignoreTLS": True, "requireTLS": True},
        "SD121",
        {"ignoreTLS": False},
    ),
    "a port without encryption, where the provider names another": (
        {2525: IN_CLEAR, 465: IMPLICIT},
        {**AT_GMAIL, "port": 2525},
        "SD117",
        {"port": 465, "secure": True},
    ),
    "requireTLS at a port without it, where the provider names another": (
        {2525: {**IN_CLEAR, "starttls_reply": "502 5.5.1 no"}, 465: IMPLICIT},
        {**AT_GMAIL, "port": 2525, "requireTLS": True},
        "SD115",
        {"port": 465, "secure": True},
    ),
    "a silent port, where the provider names another": (
        {2525: {"greeting": None}, 465: IMPLICIT},
        {**AT_GMAIL, "port": 2525, "greetingTimeout": SOON},
        "SD103",
        {"port": 465, "secure": True},
    ),
    "a port of something else, where the provider names another": (
        {2222: {"greeting": "SSH-2.0-OpenSSH_9.6"}, 465: IMPLICIT},
        {**AT_GMAIL, "port": 2222},
        "SD119",
        {"port": 465, "secure": True},
    ),
    "a host with a scheme": (
        {587: STARTTLS},
        {"host": f"smtp://{ELSEWHERE}:587/", "port": 587},
        "SD108",
        {"host": ELSEWHERE},
    ),
    "an address, and a certificate for a name": (
        {587: STARTTLS},
        {"host": "192.0.2.1", "port": 587},
        "SD112",
        {"tls.servername": ELSEWHERE},
    ),
    "a certificate for another name of the same domain, with implicit TLS": (
        {465: IMPLICIT},
        {"host": f"smtp.{ELSEWHERE}", "port": 465, "secure": True},
        "SD112",
        {"tls.servername": ELSEWHERE},
    ),
    "the word for a user name that SendGrid wants": (
        {
            587: {
                **STARTTLS,
                "user": "apikey",
                "auth_refusal": "535 Authentication failed: The provided authorization grant is invalid",
            }
        },
        {"host": "smtp.sendgrid.net", "tls.servername": ELSEWHERE, "port": 587},
        "SD451",
        {"auth.user": "apikey"},
    ),
    "the account's name at SendGrid": (
        {
            587: {
                **STARTTLS,
                "user": "apikey",
                "auth_refusal": "535 Authentication failed: Bad username / password",
            }
        },
        {"host": "smtp.sendgrid.net", "tls.servername": ELSEWHERE, "port": 587},
        "SD456",
        {"auth.user": "apikey"},
    ),
    "the word for a user name that Resend wants": (
        {465: {**IMPLICIT, "user": "resend", "auth_refusal": "535 Invalid username"}},
        {"host": "smtp.resend.com", "tls.servername": ELSEWHERE, "port": 465},
        "SD611",
        {"auth.user": "resend"},
    ),
    "a sender who is not the user": (
        {587: {**STARTTLS, "by_sender": {"sender@example.com": "553 5.7.1 not owned by auth user"}}},
        {"port": 587, "fromEmail": "Acme, Inc. <sender@example.com>"},
        "SD301",
        {"fromEmail": "Acme, Inc. <me@example.com>"},
    ),
    "a sender who is not the user, at Aliyun": (
        {
            465: {
                **IMPLICIT,
                "by_sender": {
                    "sender@example.com": "440 mail from account doesn't conform with authentication"
                },
            }
        },
        {"host": "smtpdm.aliyun.com", "tls.servername": ELSEWHERE, "port": 465},
        "SD461",
        {"fromEmail": "me@example.com"},
    ),
    "AUTH PLAIN that is offered and not there": (
        {587: {**STARTTLS, "auth": ["PLAIN", "LOGIN"], "by_mechanism": {"PLAIN": "504 5.7.4 no PLAIN"}}},
        {"port": 587},
        "SD206",
        {"authMethod": "LOGIN"},
    ),
}


def configured(says: Mapping[str, Any]) -> dict[str, Any]:
    """A config for `ELSEWHERE`, with dotted keys set within."""
    config = config_for(0, host=ELSEWHERE, auth=LOGIN)
    for path, value in says.items():
        *above, key = path.split(".")
        target = config
        for each in above:
            target = target[each]
        target[key] = value
    return config


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("case", CASES)
def test_a_patch_makes_the_next_run_succeed(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers, says, code, patch = CASES[case]
    config = configured(says)
    with ExitStack() as stack:
        listening = {port: stack.enter_context(serve(**knobs)) for port, knobs in servers.items()}
        lead_here(monkeypatch, {port: server.port for port, server in listening.items()})
        if "://" in config["host"]:
            _refuse_what_is_no_name(monkeypatch)
        failed = test_send(tmp_path, config)
        assert failed["diagnosis"]["code"] == code
        assert {each["path"]: each["value"] for each in failed["diagnosis"]["patch"]} == patch
        again = test_send(tmp_path, patched(config, failed))
    assert again["outcome"] == "accepted"
    # The credentials arrived, and by an encrypted way that was verified.
    assert {"tls", "certificate", "authentication", "message"} <= set(again["proven"])


def _refuse_what_is_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **options: Any) -> Any:
        if "/" in host:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return lookup(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_oauth2_without_its_type_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "is_loopback", lambda _: True)
    answer = {"reply": {"access_token": "good-token", "expires_in": 3600}}
    with serve(auth=["XOAUTH2"], user="me@example.com") as server, serve_tokens(answer) as url:
        auth = {"user": "me@example.com", "clientId": "i", "clientSecret": "s", "refreshToken": "r"}
        config = config_for(server, auth={**auth, "accessUrl": url})
        with serve(auth=["PLAIN", "XOAUTH2"]) as other:
            failed = test_send(tmp_path, {**config, "port": other.port})
        assert failed["diagnosis"]["code"] == "SD201"
        again = test_send(tmp_path, patched(config, failed))
    assert again["outcome"] == "accepted"
    assert server.log.mechanism == "XOAUTH2"


def test_this_machine_need_not_encrypt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a local inbox, which speaks no TLS at all."""
    monkeypatch.undo()
    with serve(starttls_reply="502 5.5.1 no") as server:
        for says in ({"secure": True}, {"requireTLS": True}):
            config = config_for(server, **says)
            again = test_send(tmp_path, patched(config, test_send(tmp_path, config)))
            assert again["outcome"] == "accepted"


def test_where_other_ports_must_be_asked_the_cure_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a server of which nothing is known."""
    cases: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"auth": ["PLAIN"]}, {}),
        ({"greeting": None}, {"greetingTimeout": SOON}),
        ({"greeting": "SSH-2.0-OpenSSH_9.6"}, {}),
        ({"starttls_reply": "502 5.5.1 no"}, {"requireTLS": True}),
        ({"starttls": "garbage"}, {}),
    ]
    for knobs, says in cases:
        with serve(**knobs) as server:
            lead_here(monkeypatch, {2525: server.port})
            result = test_send(tmp_path, configured({"port": 2525, **says}))
        assert "smtp-verify probe" in result["diagnosis"]["cure"]
        assert result["diagnosis"]["patch"] == []


def test_no_patch_for_keys_that_something_else_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(**STARTTLS) as server:
        lead_here(monkeypatch, {587: server.port})
        for says in (
            {"url": f"smtps://me%40example.com:p@{ELSEWHERE}:587"},
            {"service": "SendPulse", "secure": True},
            {"secure": True, "port": 465, "tls.port": 587},
        ):
            result = test_send(tmp_path, configured({"port": 587, **says}))
            assert result["diagnosis"]["patch"] == [], says


# The name in a certificate --------------------------------------------------------------------------------


def names_of(host: str, *names: str) -> list[Any]:
    """What is proposed for a host whose certificate holds these."""
    config = config_for(465, host=host)
    symptom = Symptom(Ending.TLS_FAILED, Stage.TLS, None, "", "", endpoint.derive(config), config, (), names)
    return [change.value for change in to_certificate_name(symptom)]


@pytest.mark.parametrize(
    ("host", "names", "proposed"),
    [
        ("192.0.2.1", ("mail.example.com",), ["mail.example.com"]),
        ("2001:db8::1", ("mail.example.com",), ["mail.example.com"]),
        ("mail", ("192.0.2.1", "*.example.com", "mail.example.com"), ["mail.example.com"]),
        ("smtp.example.com", ("mail.example.com",), ["mail.example.com"]),
        ("a.b.example.com", ("example.com",), ["example.com"]),
        ("smtp.example.com", ("mail.example.org",), []),
        ("smtp.example.com", ("mail.evilexample.com",), []),
        ("smtp.example.co.uk", ("mail.evil.co.uk",), []),
        ("smtp.example.co.uk", ("mail.example.co.uk",), ["mail.example.co.uk"]),
        ("mail.example.com", ("*.example.com", "192.0.2.1"), []),
        ("mail.example.com", (), []),
    ],
)
def test_a_name_is_proposed_where_it_may_be_the_same_owners(
    host: str, names: tuple[str, ...], proposed: list[str]
) -> None:
    """Anybody has a good certificate for a name of their own."""
    assert names_of(host, *names) == proposed


@pytest.mark.parametrize(
    ("sender", "patch"),
    [
        ("no-reply@example.com", ["me@example.com"]),
        ("Acme <no-reply@example.com>", ["Acme <me@example.com>"]),
        ("<no-reply@example.com>", ["me@example.com"]),
        ("Acme <ME@example.com>", []),
        ("me@example.com", []),
    ],
)
def test_the_senders_name_stays(sender: str, patch: list[str]) -> None:
    config = config_for(465, fromEmail=sender, auth=LOGIN)
    symptom = Symptom(Ending.REFUSED, Stage.MAIL, 553, "", "", endpoint.derive(config), config)
    assert [change.value for change in to_user(symptom)] == patch


# What no patch does ---------------------------------------------------------------------------------------


def _symptoms() -> Iterator[Symptom]:
    keywords = ("STARTTLS", "AUTH PLAIN LOGIN")
    for host in (ELSEWHERE, "127.example.com", "smtp.gmail.com", "smtp.sendgrid.net", "192.0.2.1"):
        for port in (25, 465, 587, 2525):
            for text in ({}, {"secure": True}, {"secure": False}, {"requireTLS": True}, {"ignoreTLS": True}):
                config = config_for(port, host=host, auth=LOGIN, opportunisticTLS=True, **text)
                derived = endpoint.derive(config)
                yield Symptom(
                    Ending.TLS_FAILED, Stage.TLS, 550, "", "", derived, config, keywords, (ELSEWHERE,)
                )


def test_no_patch_turns_a_check_off_or_lets_credentials_travel_in_clear() -> None:
    told = set()
    for symptom in _symptoms():
        for row in ROWS:
            for change in row.patch(symptom) if row.patch else ():
                key = ".".join(map(str, change.path))
                told.add((key, json.dumps(change.value)))
                assert key != "tls.rejectUnauthorized"
                assert (key, change.value) not in [
                    ("requireTLS", False),
                    ("ignoreTLS", True),
                    ("requireTLS", None),
                ]
                if key == "secure" and not change.value:
                    after = row.patch(symptom) if row.patch else ()
                    wanted = {each.path[0]: each.value for each in after}
                    assert wanted.get("requireTLS") or symptom.endpoint.require_tls
                    assert wanted.get("ignoreTLS") is False or not symptom.endpoint.ignore_tls
    assert {"secure", "requireTLS", "ignoreTLS", "port", "tls.servername"} <= {key for key, _ in told}
