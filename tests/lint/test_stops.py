"""Findings that stop: Logto accepts the config, and no message can leave with it as it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Severity
from smtp_verify.lint.pages import page_of, pages
from smtp_verify.lint.registry import RULES
from smtp_verify.lint.verdict import Verdict, judge_document
from tests.configs import TEMPLATES

LOGIN = {"user": "me@gmail.com", "pass": "abcdabcdabcdabcd"}
GMAIL: dict[str, Any] = {"host": "smtp.gmail.com", "port": 465, "auth": LOGIN}
ELSEWHERE: dict[str, Any] = {"host": "mail.example.com", "port": 465, "auth": LOGIN}
RELAY: dict[str, Any] = {"host": "smtp-relay.gmail.com", "port": 587, "auth": LOGIN}


def judged(config: dict[str, Any], schema: Schema = Schema.DOCUMENTED) -> Verdict:
    text = json.dumps({"fromEmail": "me@gmail.com", "templates": TEMPLATES, **config})
    return judge_document(load_source(Source("a.json", text))[0], schema, strict=False)


def stopping(config: dict[str, Any]) -> set[str]:
    return {finding.code for finding in judged(config).findings if finding.stops}


STOPS: list[tuple[str, dict[str, Any]]] = [
    ("SV201", {"host": "smtp://smtp.gmail.com:465"}),
    ("SV201", {"host": "[SMTP_SERVER]"}),
    ("SV202", {"port": 70000}),
    ("SV202", {"port": 465.5}),
    ("SV204", {"localAddress": "logto.example.com"}),
    ("SV211", {"port": 465, "secure": False}),
    ("SV212", {"port": 587, "secure": True}),
    ("SV219", {"tls": {"cert": "/etc/cert.pem", "key": "/etc/key.pem"}}),
    ("SV220", {"tls": {"minVersion": "1.2"}}),
    ("SV222", {"tls": {"ciphers": "NOPE"}}),
    ("SV224", {"tls": {"ecdhCurve": "secp256"}}),
    ("SV714", {"socketTimeout": -1}),
    ("SV714", {"service": 5}),
    ("SV714", {"connection": 1}),
    ("SV205", {"connectionTimeout": -1}),
    ("SV223", {"tls": {"secureProtocol": "TLSv1.2"}}),
    ("SV301", {"auth": {"user": "me@gmail.com", "pass": ""}}),
    ("SV301", {"auth": {"user": "me@gmail.com"}}),
    ("SV301", {"auth": {"type": "login"}}),
    ("SV301", {"auth": {}}),
    ("SV301", {"auth": {"user": "", "pass": ""}}),
    ("SV303", {"auth": {"user": "me@gmail.com", "refreshToken": "r", "clientId": "c", "clientSecret": "s"}}),
    ("SV305", {"auth": {"type": "OAuth2", "user": "me@gmail.com"}}),
    ("SV308", {"auth": {"type": "OAuth2", "user": "me@gmail.com", "serviceClient": "c"}}),
    ("SV313", {"auth": {**LOGIN, "method": "NTLM"}}),
    ("SV703", {"jsonTransport": True}),
    ("SV705", {"url": "smtp://h?tls=5&tls.a=1"}),
    ("SV708", {"proxy": "socks5://127.0.0.1:1"}),
]


def test_what_logto_refuses_never_ends_its_process() -> None:
    """The config does not get as far as nodemailer: the schema's own finding says all."""
    found = {finding.code for finding in judged({**GMAIL, "socketTimeout": "soon"}).findings}
    assert "SV101" in found
    assert "SV714" not in found


EVERYWHERE = {
    "SV708",
    "SV201",
    "SV202",
    "SV204",
    "SV219",
    "SV220",
    "SV222",
    "SV223",
    "SV308",
    "SV703",
    "SV705",
    "SV205",
    "SV714",
    "SV224",
}


@pytest.mark.parametrize(("code", "changes"), STOPS)
def test_at_a_provider_it_stops_and_is_an_error_to_the_documentation_alone(
    code: str, changes: dict[str, Any]
) -> None:
    assert stopping({**GMAIL, **changes}) == {code}
    documented, connector = (judged({**GMAIL, **changes}, schema) for schema in Schema)
    for verdict, severity in ((documented, Severity.ERROR), (connector, Severity.WARNING)):
        assert {each.severity for each in verdict.findings if each.stops} == {severity}
        assert verdict.stops
    assert (documented.valid, connector.valid) == (False, True)


@pytest.mark.exhaustive(one_in=2)
@pytest.mark.parametrize(("code", "changes"), STOPS)
def test_elsewhere_what_a_server_may_take_stays_a_warning(code: str, changes: dict[str, Any]) -> None:
    assert stopping({**ELSEWHERE, **changes}) == ({code} if code in EVERYWHERE else set())


@pytest.mark.parametrize("auth", [{}, {"type": "login"}, {"user": "u"}, {"user": "", "pass": ""}])
def test_a_relay_that_may_trust_an_address_is_not_known_to_ask_for_a_login(auth: dict[str, str]) -> None:
    assert stopping({**RELAY, "auth": auth}) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"port": 0},
        {"auth": {"user": "<your-address>", "pass": "<app-password>"}},
        {"host": "<smtp-host>"},
        {"name": "Acme App"},
        {"fromEmail": "a\nb@example.com"},
        {"customHeaders": {"a b": "x"}},
        {"port": 587, "secure": False, "ignoreTLS": True, "tls": {"ciphers": "NOPE"}},
        {"tls": {"ca": "garbage"}},
        {"connectionTimeout": 1},
        {"host": "smtp://x", "url": "smtps://me:pw@smtp.gmail.com"},
    ],
)
def test_what_logto_sends_with_does_not_stop(changes: dict[str, Any]) -> None:
    """Placeholders are to be filled in, and where we refuse what Logto sends is no matter of Logto's."""
    assert stopping({**GMAIL, **changes}) == set()


def test_tls_that_is_never_come_to_stops_nothing() -> None:
    optional = {"host": "mail.example.com", "port": 587, "secure": False, "tls": {"ciphers": "NOPE"}}
    assert stopping({**ELSEWHERE, **optional}) == set()
    assert stopping({**ELSEWHERE, **optional, "requireTLS": True}) == {"SV222"}


def test_where_logto_rejects_the_config_nothing_else_stops() -> None:
    verdict = judged({**GMAIL, "port": "465", "auth": {"type": "OAuth2", "user": "u", "serviceClient": "c"}})
    assert not verdict.stops
    assert not any(finding.stops for finding in verdict.findings)
    assert "SV308" in {finding.code for finding in verdict.findings}


def test_every_page_says_where_its_code_stops() -> None:
    told = {page.code for page in pages() if page.stops}
    assert told == {code for code, _ in STOPS}
    assert {rule.code for rule in RULES} >= told
    page = page_of("SV308")
    assert page is not None
    assert page.stops == "everywhere."
