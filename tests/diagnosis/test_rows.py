"""Each row of the table: a server that listens plays the failure; cause, place and patch are told."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.diagnosis import rows_google_microsoft, rows_mailboxes, rows_senders
from smtp_verify.diagnosis.diagnose import diagnose, symptom_of
from smtp_verify.diagnosis.table import ROWS, UNKNOWN_REPLY
from smtp_verify.smtp import endpoint
from tests.configs import SOON, config_for
from tests.conftest import VECTORS
from tests.smtp.sending import deliver, plan, send
from tests.smtp.tokens import serve_tokens
from tests.smtpd import serve

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Diagnosis
    from smtp_verify.smtp.wire.transcript import Result

LOGIN = {"user": "me@example.com", "pass": "p"}
OAUTH2 = {"type": "OAuth2", "user": "me@example.com", "clientId": "i", "clientSecret": "s"}


def diagnosed(result: Result, config: dict[str, Any]) -> tuple[Diagnosis, ...]:
    """What is made of a session with a config whose keys stand in lines of their own."""
    text = "\n".join(f"{key}: x" for key in config)
    document = load_source(Source("c.yaml", text))[0]
    return diagnose(symptom_of(result, endpoint.derive(config), config), document)


NOT_AS = "550 5.7.60 SMTP; Client does not have permissions to send as this sender"
NOT_FROM = "501 mail from address must be same as authorization user"

# Knobs of the server, what the config says besides, and: the row, the place, the patch.
Case = tuple[str, dict[str, Any], dict[str, Any], str, list[tuple[str, Any]]]
# fmt: off
CASES: list[Case] = [
    ("SD101", {}, {"secure": True}, "secure", [("secure", False)]),
    ("SD103", {"greeting": None}, {"greetingTimeout": SOON}, "port", []),
    ("SD130", {"greeting": None}, {"greetingTimeout": 5}, "connectionTimeout", []),
    ("SD131", {"ehlo_ok": False, "ehlo_reply": "550 Client host rejected: cannot find your reverse hostname",
               "helo_reply": "550 Client host rejected: cannot find your reverse hostname", "helo_ok": False},
     {}, "", []),
    ("SD217", {"auth": ["XOAUTH2"]}, {"auth": {**OAUTH2, "accessToken": "t"}}, "auth.user", []),
    ("SD219", {"auth": ["PLAIN"], "auth_reply": "454 4.7.0 Temporary authentication failure: lost"},
     {"auth": LOGIN}, "", []),
    ("SD313", {"rcpt": "450 4.1.8 <x>: Sender address rejected: Domain not found"}, {}, "fromEmail", []),
    ("SD314", {"auth": ["PLAIN"], "user": "me@example.com", "rcpt": "554 5.7.1 Relay access denied"},
     {"auth": LOGIN}, "fromEmail", []),
    ("SD103", {"drop": "connect"}, {}, "port", []),
    ("SD111", {"starttls": True, "cert": "selfsigned"}, {}, "tls.ca", []),
    ("SD112", {"starttls": True, "cert": "wronghost"}, {}, "host", []),
    ("SD113", {"starttls": True, "cert": "expired"}, {}, "tls", []),
    ("SD115", {"starttls_reply": "502 5.5.1 no"}, {"requireTLS": True}, "requireTLS",
     [("requireTLS", None)]),
    ("SD116", {"ehlo_ok": False, "helo_ok": False, "helo_reply": "550 Invalid HELO name"}, {}, "name", []),
    ("SD201", {"auth": ["PLAIN"]},
     {"auth": {"user": "u", "refreshToken": "r"}}, "auth", [("auth.type", "OAuth2")]),
    ("SD201", {"auth": ["XOAUTH2"]},
     {"auth": {"user": "u", "accessToken": "t"}}, "auth", [("auth.type", "OAuth2")]),
    ("SD202", {"auth": ["PLAIN"]}, {"auth": {"user": "u"}}, "auth", []),
    ("SD203", {"auth": ["XOAUTH2"]}, {"auth": {"type": "OAuth2", "user": "u"}}, "auth", []),
    ("SD206", {"auth": ["PLAIN"], "auth_reply": "504 5.7.4 Unrecognized authentication type"},
     {"auth": LOGIN}, "authMethod", []),
    ("SD214", {"auth": ["PLAIN"]}, {"auth": {"user": "u", "password": "p"}}, "auth", []),
    ("SD202", {"auth": ["PLAIN"]}, {"auth": {"user": "u", "pass": "", "type": "login"}}, "auth", []),
    ("SD207", {"auth": ["PLAIN"], "auth_reply": "454 4.7.0 Too many login attempts, please try again later"},
     {"auth": LOGIN}, "", []),
    ("SD208", {"auth": ["PLAIN"], "password": "other"}, {"auth": LOGIN}, "auth.pass", []),
    ("SD215", {"auth": ["PLAIN"], "password": "other"}, {"auth": {"user": "u", "pass": "${SMTP_PASSWORD}"}},
     "auth.pass", []),
    ("SD209", {"auth": ["PLAIN"], "auth_reply": "525 5.7.13 account disabled"},
     {"auth": LOGIN}, "auth.user", []),
    ("SD210", {"mail": "530 5.7.0 Authentication required"}, {}, "auth", []),
    ("SD213", {"auth": ["XOAUTH2"]}, {"auth": LOGIN}, "auth", []),
    ("SD120", {"starttls": True,
      "mail": "530 5.7.0 Must issue a STARTTLS command first"}, {"ignoreTLS": True},
     "ignoreTLS", [("ignoreTLS", False), ("requireTLS", True)]),
    ("SD120", {"starttls": True,
      "mail": "530 5.7.0 Authentication required"}, {"ignoreTLS": True, "auth": LOGIN},
     "ignoreTLS", [("ignoreTLS", False), ("requireTLS", True)]),
    ("SD301", {"auth": ["PLAIN"], "user": "me@example.com", "mail": NOT_FROM},
     {"auth": LOGIN}, "fromEmail", [("fromEmail", "me@example.com")]),
    ("SD302", {"auth": ["PLAIN"], "user": "me@example.com", "dot": NOT_AS},
     {"auth": LOGIN}, "fromEmail", [("fromEmail", "me@example.com")]),
    ("SD303", {"rcpt": "554 5.7.1 <to@example.com>: Relay access denied"}, {}, "auth", []),
    ("SD304", {"dot": "550-5.7.26 This mail is unauthenticated\n550 5.7.26 more"}, {}, "fromEmail", []),
    ("SD305", {"rcpt": "550 5.1.1 no such user"}, {}, "", []),
    ("SD306", {"rcpt": "450 4.2.0 Greylisted, come back later"}, {}, "", []),
    ("SD307", {"rcpt": "552 5.2.2 over quota"}, {}, "", []),
    ("SD309", {"rcpt": "550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.org"},
     {}, "", []),
    ("SD309", {"rcpt": "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using\nb.example"},
     {}, "", []),
    ("SD310", {"rcpt": "504 5.5.2 <Styx>: Helo command rejected: need fully-qualified hostname"},
     {"name": "Styx"}, "name", []),
    ("SD308", {"dot": "552 5.3.4 Error: message file too big"}, {}, "templates", []),
    ("SD308", {"mail": "552 Message size exceeds fixed maximum message size"}, {}, "templates", []),
]
# fmt: on


@pytest.mark.parametrize("whom", ["Tenant", "Mailbox"])
def test_microsoft_turns_logins_off_for_an_organisation_or_for_a_mailbox(whom: str) -> None:
    words = f"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the {whom}."
    changes = {"auth": LOGIN}
    with serve(auth=["PLAIN"], auth_reply=words) as server:
        result = send(server, **changes)
        first = diagnosed(result, config_for(server, **changes) | {"host": "smtp.office365.com"})[0]
    assert first.row.code == "SD421"
    assert f"({whom})" in first.row.cause


@pytest.mark.parametrize(
    ("code", "knobs", "changes", "path", "patch"),
    CASES,
    ids=[f"{case[0]}-{number}" for number, case in enumerate(CASES)],
)
def test_the_failure_is_known_with_its_place_and_its_patch(
    code: str, knobs: dict[str, Any], changes: dict[str, Any], path: str, patch: list[tuple[str, Any]]
) -> None:
    with serve(**knobs) as server:
        config = config_for(server, **changes)
        first = diagnosed(send(server, **changes), config)[0]
    assert first.row.code == code
    assert ".".join(map(str, first.row.path)) == path
    assert (first.place is not None) == bool(path)
    assert [(".".join(map(str, change.path)), change.value) for change in first.changes] == patch


def test_a_port_of_implicit_tls_without_secure_is_known() -> None:
    """The port cannot be 465 here: the endpoint is told that it is."""
    with serve(greeting=None) as server:
        result = send(server, greetingTimeout=SOON)
    first = diagnosed(result, {**config_for(465), "secure": False})[0]
    assert (first.row.code, first.changes[0].value) == ("SD102", True)


def test_a_port_where_nothing_listens_is_known() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        config = config_for(free.getsockname()[1])
        result = deliver(plan(config["port"]))
    assert diagnosed(result, config)[0].row.code == "SD105"
    assert diagnosed(result, {**config, "host": "mx.example"})[0].row.code == "SD106"


def test_a_silent_address_is_known(deaf: int) -> None:
    config = config_for(deaf, connectionTimeout=SOON)
    assert diagnosed(send(deaf, connectionTimeout=SOON), config)[0].row.code == "SD104"


@pytest.mark.parametrize(
    ("host", "code", "patch"),
    [
        ("smtp.invalid", "SD109", None),
        ("smtp.gmial.com", "SD109", "smtp.gmail.com"),
        ("smtp.sendgird.net", "SD109", "smtp.sendgrid.net"),
        ("mail.example.com", "SD109", None),
        ("smtp://smtp.example.invalid:587", "SD108", "smtp.example.invalid"),
        ('"smtp.invalid";', "SD108", "smtp.invalid"),
        (" smtp.invalid ", "SD108", "smtp.invalid"),
        ("[::1]", "SD108", "::1"),
        ("[2001:db8::25]:587", "SD108", "2001:db8::25"),
        ("smtp://me%40example.com:pa/ss@smtp.invalid:587", "SD109", None),
        ("smtp://me:secret@smtp.invalid:587/", "SD108", "smtp.invalid"),
        ("smtp://two words", "SD109", None),
    ],
)
def test_a_name_that_does_not_exist_is_known(
    host: str, code: str, patch: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver is the system's, and not ours to script: its answer is put in its place."""

    def no_such_name(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    first = diagnosed(send(25, host=host), config_for(25, host=host))[0]
    assert (first.row.code, first.changes[0].value if first.changes else None) == (code, patch)


def test_a_resolver_that_fails_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As above."""

    def fails(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    assert diagnosed(send(25, host="mx.example"), config_for(25, host="mx.example"))[0].row.code == "SD110"


@pytest.mark.parametrize(
    ("reply", "code"), [({"error": "invalid_grant"}, "SD204"), ({"error": "invalid_client"}, "SD205")]
)
def test_what_a_token_endpoint_refuses_is_known(reply: dict[str, str], code: str) -> None:
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": reply}) as url:
        auth = {**OAUTH2, "refreshToken": "r", "accessUrl": url}
        first = diagnosed(send(server, auth=auth), config_for(server, auth=auth))[0]
    assert first.row.code == code


def test_a_reply_that_no_row_knows_is_explained_by_its_codes() -> None:
    with serve(mail="452 4.3.1 Insufficient system storage") as server:
        (only,) = diagnosed(send(server), config_for(server))
    assert only.row.code == UNKNOWN_REPLY.code
    assert only.row.cause == (
        "the server's reply is 452: a transient failure: try again later, about the receiving mail system,"
        " the mail system is full"
    )


def test_codes_are_unique_and_every_row_has_its_source() -> None:
    codes = [row.code for row in ROWS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"SD[1-9][0-9]{2}", code) for code in codes)
    assert all(row.source.startswith("https://") and row.cause and row.fix and row.symptom for row in ROWS)


# Providers in their own words ----------------------------------------------------------------------------

REPLIES = [
    json.loads(line)
    for line in (VECTORS / "provider_replies.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]


def test_every_row_about_a_provider_has_its_reply() -> None:
    provided = {row.code for row in (*rows_google_microsoft.ROWS, *rows_senders.ROWS, *rows_mailboxes.ROWS)}
    assert {each["row"] for each in REPLIES} == provided


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("said", REPLIES, ids=lambda said: said["row"])
def test_a_providers_own_words_are_known(said: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider's name leads to the server of the test: the resolver is not ours to script."""
    found = socket.getaddrinfo("127.0.0.1", None, type=socket.SOCK_STREAM)[0]

    def loopback(host: str, port: int, **_: object) -> list[Any]:
        return [(*found[:4], ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", loopback)
    if said["stage"] == "token":
        reply = {"error": said["words"]}
        with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": reply}) as url:
            auth = {**OAUTH2, "refreshToken": "r", "accessUrl": url}
            config = config_for(server, auth=auth, host=said["host"])
            first = diagnosed(send(server, auth=auth, host=said["host"]), config)[0]
    else:
        text = " ".join(filter(None, (str(said["code"] or 550), said["enhanced"], said["words"])))
        stage = {"connect": "greeting", "auth": "auth_reply"}.get(said["stage"], said["stage"])
        with serve(auth=["PLAIN"], user="me@example.com", **{stage: text}) as server:
            config = config_for(server, auth=LOGIN, host=said["host"])
            first = diagnosed(send(server, auth=LOGIN, host=said["host"]), config)[0]
    assert first.row.code == said["row"]


@pytest.mark.parametrize(
    ("password", "reply"),
    [
        ("authentication", "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"),
        ("recognized", "504 5.7.4 Unrecognized authentication type"),
        ("login attempts", "454 4.7.0 Too many login attempts, please try again later"),
        ("DISABLED", "525 5.7.13 account disabled"),
    ],
)
def test_a_password_that_is_a_word_does_not_hide_the_cause(password: str, reply: str) -> None:
    rows = []
    for each in (password, "zebra crossing"):
        login = {"user": "u", "pass": each}
        with serve(auth=["PLAIN"], auth_reply=reply) as server:
            config = config_for(server, auth=login)
            result = send(server, auth=login)
        rows.append([found.row.code for found in diagnosed(result, config)])
        assert result.reply is not None
        assert ("***" in result.reply.text) == (each == password)
        assert each.lower() not in f"{result.nodemailer} {result.reply!r}".lower()
    assert rows[0] == rows[1] != ["SD900"]
