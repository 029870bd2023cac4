"""Nothing that stands in a field gets out of it: no command, header, recipient or message is forged."""

from __future__ import annotations

import base64
import binascii
import json
import re
import socket
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import pytest

from smtp_verify.cli.arguments.send import SendReportFormat, SendRequest
from smtp_verify.cli.commands.send import send_all
from smtp_verify.errors import SmtpVerifyError
from smtp_verify.exit_code import exit_code_of
from smtp_verify.javascript import to_utf8
from smtp_verify.report.style import ColorMode
from tests.cli.injections import (
    ADDRESSES,
    CONNECTION,
    EHLO,
    FROM,
    HEADERS,
    RECIPIENTS,
    TEXTS,
    TO,
    Attempt,
    Meant,
    Spot,
)
from tests.configs import PATIENCE, config_for, write
from tests.conftest import VECTORS
from tests.payloads import PAYLOADS
from tests.smtp.tokens import serve_tokens
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import Runner
    from tests.sampling import Sample
    from tests.smtpd import Script, Server

SPOTS: dict[str, Spot] = {**CONNECTION, **ADDRESSES, **RECIPIENTS, **TEXTS, **HEADERS}
RECORDED_WITH = "1.42"
"""The version of Logto with the nodemailer of the record."""
RECORDED = {
    (row["field"], row["payload"]): row
    for line in (VECTORS / "injection.jsonl").read_text(encoding="utf-8").split("\n")
    if line
    for row in [json.loads(line)]
}
"""What nodemailer 8.0.4 reads in an address field, where that is not the usual sender, recipient and From."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Takes pipelining, so that as much as can be is said at once."""
    with serve(caps=("8BITMIME", "SMTPUTF8", "PIPELINING")) as listening:
        yield listening


@pytest.fixture(autouse=True)
def numbers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver knows addresses and no names: nothing leaves this machine."""
    real = socket.getaddrinfo

    def numeric(host: str, port: int, **options: Any) -> Any:
        return real(host, port, **options, flags=socket.AI_NUMERICHOST)

    monkeypatch.setattr(socket, "getaddrinfo", numeric)


# One run --------------------------------------------------------------------------------------------------


def config_of(attempt: Attempt, server: Server) -> dict[str, Any]:
    base = config_for(server, name=EHLO, socketTimeout=PATIENCE)
    templates = [{**each, "subject": "Your code", **attempt.template} for each in base["templates"]]
    if "usageType" in attempt.template:
        templates += base["templates"]
    return {**base, "templates": templates, **attempt.config}


def request_of(attempt: Attempt, server: Server, folder: Path) -> SendRequest:
    localized = variables = None
    if attempt.localized is not None:
        entry = {"languageTag": "en", "templateType": "Generic", "details": attempt.localized}
        localized = str(write(folder, [entry], "localized.json"))
    if attempt.vars is not None:
        variables = str(write(folder, attempt.vars, "vars.json"))
    return SendRequest(
        config=str(write(folder, config_of(attempt, server))),
        usage=attempt.usage,
        code=attempt.code,
        var=attempt.var,
        vars=variables,
        overrides=attempt.overrides,
        locale=None,
        fallback_locale="en",
        email_templates=localized,
        output=None,
        input_format=None,
        document=None,
        color=ColorMode.NEVER,
        no_input=True,
        to=[attempt.to],
        format=SendReportFormat.JSON,
        quiet=True,
        stop_after=None,
        timeout=PATIENCE / 1000,
        total_timeout=None,
        allow_cleartext_auth=False,
        no_pipelining=False,
        sandbox=False,
        transcript=None,
        logto=RECORDED_WITH,
    )


def outcome(request: SendRequest) -> tuple[int, str]:
    """The exit code, and the message of a refusal."""
    try:
        return send_all(request), ""
    except SmtpVerifyError as error:
        return int(exit_code_of(error)), error.message


# What must be seen ----------------------------------------------------------------------------------------


def expected_commands(spot: str, payload: str, meant: Meant) -> list[str]:
    """Every line of the session."""
    recorded = RECORDED.get((spot, payload), {})
    sender, recipients = recorded.get("from", FROM), recorded.get("to", [TO])
    utf8 = "" if "".join([sender, *recipients]).isascii() else " SMTPUTF8"
    return [
        f"EHLO {meant.ehlo}",
        *expected_login(spot, meant),
        f"MAIL FROM:<{sender}>{utf8}",
        *(f"RCPT TO:<{recipient}>" for recipient in recipients),
        "DATA",
        ".",
        "QUIT",
    ]


def expected_login(spot: str, meant: Meant) -> list[str]:
    if meant.login is None:
        return []
    user, secret = meant.login
    if "Token" in spot:
        return ["AUTH XOAUTH2 " + encoded(f"user={user}\x01auth=Bearer {secret}\x01\x01")]
    return ["AUTH PLAIN " + encoded(f"\0{user}\0{secret}")]


def encoded(text: str) -> str:
    return base64.b64encode(to_utf8(text)).decode()


def header_names(head: str) -> Counter[str]:
    lines = [line for line in head.split("\r\n") if line[:1] not in (" ", "\t")]
    return Counter(line.partition(":")[0].lower() for line in lines)


def decoded_body(head: str, body: bytes) -> str:
    """The text a reader sees, its line ends as line feeds."""
    encoding = re.findall(r"(?m)^Content-Transfer-Encoding: (.*?)\r$", head)
    if encoding == ["base64"]:
        body = base64.b64decode(body)
    elif encoding == ["quoted-printable"]:
        body = binascii.a2b_qp(body)
    return lines_of(body.decode())


def lines_of(text: str) -> str:
    return re.sub(r"\r\n|\r", "\n", to_utf8(text).decode()).rstrip("\n")


def faults(
    spot: str, payload: str, meant: Meant, commands: list[str], messages: list[bytes], logto: str | None
) -> Iterator[str]:
    """How what the server saw differs from what was meant.

    The record tells whom nodemailer 8 names. Nodemailer 9 names as many, each for what it is.
    """
    expected = expected_commands(spot, payload, meant)
    if commands != expected and (logto == RECORDED_WITH or verbs(commands) != verbs(expected)):
        yield f"said {commands}"
    if len(messages) != 1:
        yield f"{len(messages)} messages"
        return
    if re.search(rb"\r(?!\n)|(?<!\r)\n", messages[0]):
        yield "a bare CR or LF"
    head, _, body = messages[0].partition(b"\r\n\r\n")
    text = head.decode()
    without = Counter(RECORDED.get((spot, payload), {}).get("without", ()))
    if header_names(text) != Counter(map(str.lower, meant.headers)) - without:
        yield f"headers {header_names(text)}"
    if decoded_body(text, body) != lines_of(meant.body):
        yield f"body {body!r}"


def verbs(commands: list[str]) -> list[str]:
    return [command.partition(" ")[0] for command in commands]


class Bench:
    """Runs attempts against one server, and collects what was not as it should be."""

    def __init__(
        self, server: Server, folder: Path, patch: pytest.MonkeyPatch, logto: str | None = RECORDED_WITH
    ) -> None:
        self.logto = logto
        self.server = server
        self.folder = folder
        self.patch = patch
        self.cases = 0
        self.sent = 0
        self.wrong: dict[tuple[str, str], list[str]] = {}

    def run(self, spot: str, name: str) -> None:
        attempt, meant = SPOTS[spot].attempt(PAYLOADS[name]), SPOTS[spot].meant(PAYLOADS[name])
        if not can_stand_in_environment(attempt):
            return
        if self.logto != RECORDED_WITH and spot in ("Bcc", "Cc") and "\x7f" in PAYLOADS[name]:
            # nodemailer 9 takes it out of the address.
            return
        self.cases += 1
        found = list(self._judged(spot, name, attempt, meant))
        if found:
            self.wrong[spot, name] = found

    def _judged(self, spot: str, name: str, attempt: Attempt, meant: Meant) -> Iterator[str]:
        log = self.server.log
        commands, messages = len(log.commands), len(log.messages)
        with self.patch.context() as patch:
            for variable, value in attempt.environment.items():
                patch.setenv(variable, value)
            patch.setattr(self.server, "script", self.script(spot, meant))
            request = replace(request_of(attempt, self.server, self.folder), logto=self.logto)
            code, told = outcome(request)
        if code != meant.exit_code:
            yield f"exit code {code} {told}"
        elif code:
            yield from self._refused(meant, told, log.commands[commands:])
        else:
            self.sent += 1
            yield from faults(spot, name, meant, log.commands[commands:], log.messages[messages:], self.logto)

    def _refused(self, meant: Meant, told: str, commands: list[str]) -> Iterator[str]:
        if meant.named not in told:
            yield f"{meant.named} is not named: {told}"
        if commands:
            yield f"said {commands}"

    def script(self, spot: str, meant: Meant) -> Script:
        if meant.login is None:
            return self.server.script
        user, secret = (to_utf8(each).decode() for each in meant.login)
        auth = ("XOAUTH2",) if "Token" in spot else ("PLAIN",)
        return replace(self.server.script, auth=auth, user=user, password=secret, token=secret)


def can_stand_in_environment(attempt: Attempt) -> bool:
    """A variable holds no NUL, and no half of a surrogate pair."""
    return not re.search("[\0\ud800-\udfff]", "".join(attempt.environment.values()))


# The cases ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("logto", [RECORDED_WITH, None], ids=["as recorded", "newest"])
@pytest.mark.parametrize("spot", SPOTS)
def test_a_payload_is_refused_or_stays_in_its_field(
    spot: str,
    logto: str | None,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    sample: Sample,
    record_property: Callable[[str, object], None],
) -> None:
    connections = server.log.connections
    bench = Bench(server, tmp_path, monkeypatch, logto)
    for name in sample(PAYLOADS, one_in=20):
        bench.run(spot, name)
    record_property("injection", (len(bench.wrong), bench.cases))
    assert bench.wrong == {}
    assert server.log.connections - connections == bench.sent


def test_a_payload_in_an_oauth2_secret_stays_in_its_form_field(
    server: Server, tmp_path: Path, sample: Sample
) -> None:
    forms: list[bytes] = []
    payloads = sample(PAYLOADS.values())
    keys = {"clientId": "client_id", "clientSecret": "client_secret", "refreshToken": "refresh_token"}
    script = replace(server.script, auth=("XOAUTH2",), token="good-token")
    with (
        serve_tokens({"reply": {"access_token": "good-token"}}, forms) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(server, "script", script)
        for payload in payloads:
            auth = {"type": "OAuth2", "user": "u", "accessUrl": url, **dict.fromkeys(keys, f"x{payload}")}
            attempt = Attempt(config={"auth": auth})
            assert outcome(request_of(attempt, server, tmp_path)) == (0, ""), payload
    grant = {"grant_type": ["refresh_token"]}
    meant = [
        {**{field: [to_utf8(f"x{payload}").decode()] for field in keys.values()}, **grant}
        for payload in payloads
    ]
    assert [parse_qs(form.decode(), strict_parsing=True) for form in forms] == meant


@pytest.mark.parametrize("key", ["authMethod", "auth.method"])
def test_a_payload_in_the_name_of_a_mechanism_is_never_said(
    key: str, server: Server, tmp_path: Path, sample: Sample
) -> None:
    auth = {"user": "u", "pass": "p"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "script", replace(server.script, auth=("PLAIN",)))
        for payload in sample(PAYLOADS.values()):
            method = f"PLAIN{payload}x"
            config = {"auth": {**auth, "method": method}} if "." in key else {"auth": auth, key: method}
            said = len(server.log.commands)
            code, _ = outcome(request_of(Attempt(config=config), server, tmp_path))
            assert (code, server.log.commands[said:]) == (77, [f"EHLO {EHLO}"]), payload


# The real program -----------------------------------------------------------------------------------------

PROGRAM = [
    ("fromEmail, name", "CRLF and a header"),
    ("SMTP_VERIFY_SET_FROMEMAIL", "NEL"),
    ("--var in replyTo", "RCPT"),
    ("--var in subject", "word, q, CRLF"),
    ("--var in subject", "CRLF and a header"),
    ("--vars", "another variable"),
    ("--code", "a second mail"),
    ("content, a line", "end of data as '\\n.\\n'"),
    ("X-A, a value", "LF and a header"),
    ("a header's name", "CRLF"),
    ("Bcc", "list"),
    ("--set name", "SIZE"),
    ("localAddress", "ESC"),
    ("contentType", "CRLF"),
    ("localized subject", "a replacement of Python"),
    ("--to to@example.com*", "NOTIFY"),
    ("--to t*o@example.com", "RCPT"),
    ("--to t*o@example.com", "IDN"),
    ("SMTP_VERIFY_SET_AUTH__PASS", "CRLF"),
    ("auth.user", "lone surrogate"),
]


def words(request: SendRequest) -> list[str]:
    """The command line of a request."""
    given = [f"--{key}={value}" for key in ("usage", "code", "vars") if (value := getattr(request, key))]
    given += [f"--var={each}" for each in request.var or []]
    given += [f"--set={each}" for each in request.overrides or []]
    if request.email_templates:
        given.append(f"--email-templates={request.email_templates}")
    return ["test-send", request.config, f"--to={request.to[0]}", "--no-input", *given]


@pytest.mark.parametrize(("spot", "name"), PROGRAM)
def test_the_real_program_lets_nothing_through_either(
    spot: str, name: str, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Runner
) -> None:
    bench = Bench(server, tmp_path, monkeypatch)
    attempt, meant = SPOTS[spot].attempt(PAYLOADS[name]), SPOTS[spot].meant(PAYLOADS[name])
    monkeypatch.setattr(server, "script", bench.script(spot, meant))
    log = server.log
    commands, messages, connections = len(log.commands), len(log.messages), log.connections
    done = run(*words(request_of(attempt, server, tmp_path)), env=attempt.environment)
    assert done.code == meant.exit_code
    if meant.exit_code:
        assert meant.named in done.stderr
        assert log.connections == connections
    else:
        found = faults(spot, name, meant, log.commands[commands:], log.messages[messages:], None)
        assert list(found) == []
