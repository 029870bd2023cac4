"""The options nodemailer connects with: every row was read off nodemailer 8.0.4 itself."""

from __future__ import annotations

from typing import Any

import pytest

from smtp_verify.smtp.transport import effective, not_followed, sends_nothing


def test_a_url_replaces_every_option_of_the_config() -> None:
    raw = {"url": "smtp://relay.example:25", "host": "h", "port": 465, "secure": True, "auth": {"user": "u"}}
    assert effective(raw) == {"secure": False, "host": "relay.example", "port": 25}


@pytest.mark.parametrize("url", ["", None, 5, {}])
def test_what_is_no_url_replaces_nothing(url: object) -> None:
    assert effective({"url": url, "host": "h"}) == {"url": url, "host": "h"}


@pytest.mark.parametrize(
    "name",
    ["Gmail", "gmail", " GMAIL ", "g-mail", "Google Mail", "gmail.com", "googlemail.com", "me@gmail.com"],
)
def test_a_service_goes_by_its_name_an_alias_a_domain_or_an_address(name: str) -> None:
    found = effective({"service": name, "host": "h", "port": 25, "secure": False, "auth": {"user": "u"}})
    if name == "g-mail":
        assert found["host"] == "h"
        return
    expected = {"host": "smtp.gmail.com", "port": 465, "secure": True, "auth": {"user": "u"}}
    assert found == {"service": name, **expected}


@pytest.mark.parametrize("name", ["nobody", "", 5, None, ["Gmail"], "gmail.example"])
def test_a_service_that_nodemailer_does_not_know_changes_nothing(name: object) -> None:
    assert effective({"service": name, "host": "h"}) == {"service": name, "host": "h"}


def test_a_service_that_says_nothing_of_secure_keeps_the_configs_own() -> None:
    assert effective({"service": "SendGrid", "host": "h", "port": 465, "secure": True}) == {
        "service": "SendGrid",
        "host": "smtp.sendgrid.net",
        "port": 587,
        "secure": True,
    }


def test_a_service_without_a_port_or_a_host_keeps_the_configs_own() -> None:
    assert effective({"service": "hot.ee", "host": "h", "port": 26})["port"] == 26
    assert effective({"service": "Maildev", "host": "h"}) == {
        "service": "Maildev",
        "host": "h",
        "port": 1025,
        "ignoreTLS": True,
    }


def test_a_service_in_a_url_overrides_its_host() -> None:
    assert effective({"url": "smtp://u:p@h:25?service=Zoho"}) == {
        "service": "Zoho",
        "auth": {"user": "u", "pass": "p"},
        "host": "smtp.zoho.com",
        "port": 465,
        "secure": True,
        "authMethod": "LOGIN",
    }


def test_the_config_itself_stays_as_it_is() -> None:
    raw = {"service": "Gmail", "host": "h"}
    effective(raw)["host"] = "changed"
    assert raw == {"service": "Gmail", "host": "h"}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, ()),
        ({"pool": False, "proxy": "", "lmtp": 0, "dkim": None}, ()),
        ({"proxy": "http://p:3128"}, ("Logto would connect through the proxy; this run did not",)),
        ({"sendmail": True}, ("Logto would run sendmail instead of speaking SMTP; this run did not",)),
        (
            {"dkim": {"domainName": "b.co"}, "lmtp": True},
            (
                "Logto would speak LMTP; this run did not",
                "Logto would sign the message with DKIM; this run did not",
            ),
        ),
    ],
)
def test_what_logto_would_do_besides_is_told(options: dict[str, Any], told: tuple[str, ...]) -> None:
    assert not_followed(options) == told


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({}, ""),
        ({"streamTransport": False, "sendmail": True, "SES": {}}, ""),
        ({"streamTransport": True}, "streamTransport: nodemailer reports success and sends nothing"),
        ({"jsonTransport": 1}, "jsonTransport: nodemailer reports success and sends nothing"),
    ],
)
def test_a_transport_that_sends_nothing_is_named(options: dict[str, Any], why: str) -> None:
    assert sends_nothing(options) == why
