"""Thirty ways in which a config of this connector fails, as people have reported them: each is told.

Those that end a session are played on a server that listens. The others are told where they can be seen:
by `validate`, by `render`, by `init`, or beside a send that works.
"""

from __future__ import annotations

import json
import socket
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.inside import run_inside
from tests.configs import SOON, TEMPLATES, config_for, write
from tests.diagnosis.playing import lead_here, test_send
from tests.smtp.tokens import serve_tokens
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ELSEWHERE = "other.example"
LOGIN = {"user": "me@example.com", "pass": "p"}
OAUTH2 = {"type": "OAuth2", "user": "me@example.com", "clientId": "i", "clientSecret": "s"}
MINE = {"auth": ["PLAIN"], "user": "me@example.com"}
GMAIL_PASSWORD = (
    "535-5.7.8 Username and Password not accepted. For more information, go to\n"
    "535 5.7.8  https://support.google.com/mail/?p=BadCredentials x9 - gsmtp"
)
GMAIL_BROWSER = (
    "534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in\n"
    "534-5.7.14 via your web browser and then try again.\n"
    "534 5.7.14  https://support.google.com/mail/answer/78754 x9 - gsmtp"
)
DMARC = (
    "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n"
    "550 5.7.26  https://support.google.com/mail/answer/81126 x9 - gsmtp"
)
TOO_OLD = b"\x15\x03\x01\x00\x02\x02\x46"
"""A fatal alert, protocol_version (RFC 8446 section 6)."""
M365 = "535 5.7.139 Authentication unsuccessful, "
SES_SANDBOX = "554 Message rejected: Email address is not verified. The following identities failed the check"
SEND_AS = "550 5.7.60 SMTP; Client does not have permissions to send as this sender"
NOT_VERIFIED = "550 The from address does not match a verified Sender Identity."


def refused(reply: str, **knobs: Any) -> dict[str, Any]:
    """A server that says this to a login."""
    return {**MINE, "auth_reply": reply, **knobs}


# Which of the thirty; the server; what the config says besides; the row, the place and the patch.
Case = tuple[str, dict[str, Any], dict[str, Any], str, str | None, dict[str, Any]]
# fmt: off
CASES: list[Case] = [
    ("1 wrong version number", {"starttls": True}, {"host": ELSEWHERE, "port": 587, "secure": True},
     "SD101", "/secure", {"secure": False, "requireTLS": True}),
    ("1 on 465", {}, {"host": ELSEWHERE, "port": 465}, "SD118", "/port", {}),
    ("2 greeting never received", {"implicit_tls": True},
     {"host": ELSEWHERE, "port": 465, "secure": False, "greetingTimeout": SOON},
     "SD102", "/secure", {"secure": True}),
    ("2 no mail server", {"greeting": None}, {"greetingTimeout": SOON}, "SD103", "/port", {}),
    ("4 no app password", refused(GMAIL_PASSWORD), {"host": "smtp.gmail.com", "auth": LOGIN},
     "SD402", "/auth/pass", {}),
    ("5 log in via your web browser", refused(GMAIL_BROWSER), {"host": "smtp.gmail.com", "auth": LOGIN},
     "SD403", "/auth/pass", {}),
    ("6 too many logins", refused("454 4.7.0 Too many login attempts, please try again later"),
     {"auth": LOGIN}, "SD207", None, {}),
    ("6 too many connections", {"greeting": "421 4.7.0 Too many concurrent SMTP connections"}, {},
     "SD211", None, {}),
    ("7 SMTP AUTH is off for the tenant",
     refused(M365 + "SmtpClientAuthentication is disabled for the Tenant."),
     {"host": "smtp.office365.com", "auth": LOGIN}, "SD421", None, {}),
    ("7 no passwords", refused(M365 + "basic authentication is disabled."),
     {"host": "smtp.office365.com", "auth": LOGIN}, "SD422", "/auth/type", {}),
    ("8 Microsoft 365", refused("535 5.7.3 Authentication unsuccessful [DB6P18901CA0015]"),
     {"host": "smtp.office365.com", "auth": LOGIN}, "SD425", "/auth/pass", {}),
    ("8 an Exchange of one's own", refused("535 5.7.3 Authentication unsuccessful"),
     {"auth": LOGIN}, "SD212", "/auth/user", {}),
    ("9 no PLAIN", {"auth": ["PLAIN", "LOGIN"],
                    "by_mechanism": {"PLAIN": "504 5.7.4 Unrecognized authentication type"}},
     {"auth": LOGIN}, "SD206", "/authMethod", {"authMethod": "LOGIN"}),
    ("9 nothing that nodemailer has", {"auth": ["NTLM"]}, {"auth": LOGIN}, "SD206", "/authMethod", {}),
    ("9 encryption first", {"auth": ["PLAIN"], "auth_after_tls": True, "starttls": True,
                            "mail": "530 5.7.0 Must issue a STARTTLS command first"},
     {"auth": LOGIN, "ignoreTLS": True}, "SD120", "/ignoreTLS", {"ignoreTLS": False, "requireTLS": True}),
    ("10 no password", {"auth": ["PLAIN"]}, {"auth": {"user": "u", "pass": ""}}, "SD202", "/auth", {}),
    ("10 nothing but a type", {"auth": ["PLAIN"]}, {"auth": {"type": "login"}}, "SD202", "/auth", {}),
    ("10 OAuth2 without its type", {"auth": ["PLAIN"]}, {"auth": {"user": "u", "accessToken": "t"}},
     "SD201", "/auth", {"auth.type": "OAuth2"}),
    ("11 no token", {"auth": ["XOAUTH2"]}, {"auth": {"type": "OAuth2", "user": "u"}}, "SD203", "/auth", {}),
    ("13 a private CA", {"starttls": True, "cert": "selfsigned"}, {}, "SD111", "/tls/ca", {}),
    ("14 an address", {"starttls": True, "cert": "wronghost"}, {"host": "192.0.2.1", "port": 587},
     "SD112", "/host", {"tls.servername": ELSEWHERE}),
    ("15 too old", {"greeting": TOO_OLD}, {"secure": True}, "SD114", "/tls/minVersion", {}),
    ("19 nothing listens here", {}, {"host": "", "port": 1}, "SD105", "/host", {}),
    ("20 no name of a host", {"ehlo_ok": False, "ehlo_reply": "501 5.5.4 HELO/EHLO argument invalid",
                              "helo_ok": False, "helo_reply": "501 5.5.4 HELO/EHLO argument invalid"},
     {"name": "Acme"}, "SD116", "/name", {}),
    ("20 Invalid HELO", {"ehlo_ok": False, "helo_ok": False, "helo_reply": "550 Invalid HELO name"}, {},
     "SD116", "/name", {}),
    ("21 QQ", {**MINE, "mail": "501 mail from address must be same as authorization user."},
     {"host": "smtp.qq.com", "auth": LOGIN}, "SD552", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("21 163", {**MINE, "mail": "553 Mail from must equal authorized user"},
     {"host": "smtp.163.com", "auth": LOGIN}, "SD563", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("21 Yandex", {**MINE, "mail": "553 5.7.1 Sender address rejected: not owned by auth user."},
     {"host": "smtp.yandex.ru", "auth": LOGIN}, "SD531", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("21 another", {**MINE, "mail": "553 5.7.1 <sender@example.com>: not owned by user me@example.com"},
     {"auth": LOGIN}, "SD301", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("22 Send As", {**MINE, "dot": SEND_AS},
     {"host": "smtp.office365.com", "auth": LOGIN}, "SD427", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("22 SendAsDenied", {**MINE, "dot": "554 5.2.252 SendAsDenied; me@example.com not allowed to send as x"},
     {"auth": LOGIN}, "SD302", "/fromEmail", {"fromEmail": "me@example.com"}),
    ("23 SendGrid", {**MINE, "user": "apikey", "dot": NOT_VERIFIED},
     {"host": "smtp.sendgrid.net", "auth": {"user": "apikey", "pass": "p"}}, "SD454", "/fromEmail", {}),
    ("26 the sandbox of SES", {**MINE, "dot": SES_SANDBOX},
     {"host": "email-smtp.us-east-1.amazonaws.com", "auth": LOGIN}, "SD474", "/fromEmail", {}),
    ("27 DMARC", {"dot": DMARC}, {}, "SD304", "/fromEmail", {}),
    ("29 2465, and no secure", {"implicit_tls": True},
     {"host": "smtp.resend.com", "port": 2465, "greetingTimeout": SOON},
     "SD102", "/secure", {"secure": True}),
    ("29 not the word resend", {**MINE, "auth_refusal": "535 Invalid username"},
     {"host": "smtp.resend.com", "auth": {"user": "you", "pass": "p"}},
     "SD611", "/auth/user", {"auth.user": "resend"}),
]
# fmt: on


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_what_ends_a_session(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, knobs, says, code, pointer, patch = case
    with serve(**knobs) as server:
        config = config_for(server, **says)
        if config["host"] != server.host and config["host"]:
            lead_here(monkeypatch, {config["port"]: server.port})
        result = test_send(tmp_path, config)
    assert_told(result, code, pointer, patch)
    assert_in_the_file(tmp_path, result)


def assert_told(result: Mapping[str, Any], code: str, pointer: str | None, patch: Mapping[str, Any]) -> None:
    """The cause, the place and the patch."""
    diagnosis = result["diagnosis"]
    assert (diagnosis["code"], diagnosis["pointer"]) == (code, pointer)
    assert {each["path"]: each["value"] for each in diagnosis["patch"]} == patch
    assert code not in [each["code"] for each in diagnosis["others"]]


def assert_in_the_file(folder: Path, result: Mapping[str, Any]) -> None:
    """The line is that of the key; of the closest above it, where there is none."""
    diagnosis = result["diagnosis"]
    if diagnosis["pointer"] is None:
        assert diagnosis["line"] is None
        return
    lines = (folder / "config.json").read_text().split("\n")
    data: Any = json.loads("\n".join(lines))
    keys = diagnosis["pointer"].split("/")[1:]
    for key in keys:
        if key not in data:
            break
        data = data[key]
        if not isinstance(data, dict):
            assert f'"{key}": ' in lines[diagnosis["line"] - 1]
            assert lines[diagnosis["line"] - 1][diagnosis["column"] - 1 :].startswith(json.dumps(data))
    assert diagnosis["path"] == "config.json"


def test_3_connection_timeout(deaf: int, tmp_path: Path) -> None:
    result = test_send(tmp_path, config_for(deaf, connectionTimeout=SOON))
    assert_told(result, "SD104", "/port", {})


@pytest.mark.parametrize(
    ("error", "code", "pointer"),
    [("invalid_grant", "SD204", "/auth/refreshToken"), ("invalid_client", "SD205", "/auth/clientId")],
)
def test_12_a_token_endpoint_that_refuses(error: str, code: str, pointer: str, tmp_path: Path) -> None:
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": {"error": error}, "status": 400}) as url:
        auth = {**OAUTH2, "refreshToken": "r", "accessUrl": url}
        result = test_send(tmp_path, config_for(server, auth=auth))
    assert_told(result, code, pointer, {})


@pytest.mark.parametrize(
    ("number", "host", "code", "patch"),
    [
        (socket.EAI_NONAME, "smtp.gmial.com", "SD109", {"host": "smtp.gmail.com"}),
        (socket.EAI_NONAME, '"smtp.gmail.com";', "SD108", {"host": "smtp.gmail.com"}),
        (socket.EAI_NONAME, "smtp://smtp.gmail.com", "SD108", {"host": "smtp.gmail.com"}),
        (socket.EAI_AGAIN, "smtp.gmail.com", "SD110", {}),
    ],
)
def test_16_and_17_a_name_that_is_not_found(
    number: int, host: str, code: str, patch: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    result = test_send(tmp_path, config_for(587, host=host))
    assert_told(result, code, None if code == "SD110" else "/host", patch)
    if code == "SD110":
        assert "/etc/resolv.conf before it looks into /etc/hosts" in result["diagnosis"]["cure"]


def test_18_no_way_to_the_address(tmp_path: Path) -> None:
    """Nobody can be connected to at the address of everybody: the system has no route, as without IPv6."""
    result = test_send(tmp_path, config_for(25, host="255.255.255.255"))
    assert_told(result, "SD107", "/host", {})


# What ends no session ------------------------------------------------------------------------------------


def findings(folder: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """What `validate` tells of a config: the place of each code."""
    write(folder, config)
    done = run_inside("validate", "config.json", "--format", "json", cwd=folder)
    (file,) = json.loads(done.stdout)["files"]
    return {each["code"]: each["pointer"] for each in file["findings"]}


def test_20_a_name_that_cannot_be_said(tmp_path: Path) -> None:
    config = config_for(587, name="Acme Mail")
    assert findings(tmp_path, config)["SV410"] == "/name"
    done = run_inside("test-send", "config.json", "--to", "to@example.com", cwd=tmp_path)
    assert (done.code, b"put a display name into fromEmail" in done.stderr) == (78, True)


@pytest.mark.parametrize(
    ("auth", "code"), [({}, "SV702"), ({"user": "", "pass": ""}, "SV701"), ({"type": "login"}, None)]
)
def test_24_what_save_strips(auth: dict[str, str], code: str | None, tmp_path: Path) -> None:
    """It passes Logto's test, and a send here: beside that stands what happens once it is saved."""
    with serve() as server:
        config = config_for(server, auth=auth)
        told = findings(tmp_path, config)
        result = test_send(tmp_path, config)
    assert result["outcome"] == "accepted"
    assert (result["logto"]["breaksOnSave"] is not None) == (code is not None)
    assert {"SV701", "SV702"} & told.keys() == ({code} if code else set())


def test_25_null_in_the_place_of_a_timeout(tmp_path: Path) -> None:
    config = config_for(587, connectionTimeout=None)
    assert findings(tmp_path, config)["SV101"] == "/connectionTimeout"
    done = run_inside("test-send", "config.json", "--to", "to@example.com", "--format", "json", cwd=tmp_path)
    error = json.loads(done.stdout)["error"]
    assert (done.code, error["exitCode"]) == (78, 78)
    assert "connectionTimeout: Expected number, received null" in json.dumps(error)


def test_28_a_localized_template_comes_before_the_configs_own(tmp_path: Path) -> None:
    write(tmp_path, config_for(587))
    details = {"subject": "Ваш код", "content": "{{code}}"}
    texts = [{"languageTag": "ru", "templateType": "SignIn", "details": details}]
    write(tmp_path, texts, "texts.json")
    shown = (
        "render",
        "config.json",
        "--usage",
        "SignIn",
        "--format",
        "json",
        "--email-templates",
        "texts.json",
    )
    for locale, source, subject in (("ru", "texts.json", "Ваш код"), ("ru-RU", "config", "Your SignIn code")):
        done = run_inside(*shown, "--locale", locale, cwd=tmp_path)
        (template,) = json.loads(done.stdout)["templates"]
        assert (template["subject"], template["source"] == "config") == (subject, source == "config")


def test_29_a_config_for_resend(tmp_path: Path) -> None:
    done = run_inside("init", "resend", "--no-input", "-o", "config.json", cwd=tmp_path)
    assert done.code == 0
    config = json.loads((tmp_path / "config.json").read_text())
    wanted = ("smtp.resend.com", 465, True, "resend")
    assert (config["host"], config["port"], config["secure"], config["auth"]["user"]) == wanted
    assert "SV803" in findings(tmp_path, {**config, "auth": {"user": "you@example.com", "pass": "p"}})


def test_30_a_mail_has_one_part(tmp_path: Path) -> None:
    """As the connector sends it; `render` shows what the recipient gets."""
    html = [{**each, "contentType": "text/html", "content": "<p>{{code}}</p>"} for each in TEMPLATES]
    write(tmp_path, config_for(587, templates=html))
    done = run_inside("render", "config.json", "--usage", "SignIn", "--format", "eml", cwd=tmp_path)
    message = message_from_bytes(done.stdout)
    assert (message.get_content_type(), message.is_multipart()) == ("text/html", False)


def test_each_of_the_thirty_is_here() -> None:
    played = {int(case[0].split()[0]) for case in CASES}
    names = [name.split("_") for name in globals() if name.startswith("test_")]
    told = {int(word) for name in names for word in name if word.isdecimal()}
    assert played | told == set(range(1, 31))
