"""Keys that other products have: the right one is named, wherever it belongs, and no other is guessed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.fixes.making import fixed
from smtp_verify.lint.structure import check
from smtp_verify.lint.verdict import everything
from tests.auth_forms import config_with

NAMED: list[tuple[dict[str, Any], str]] = [
    ({"secureConnection": True}, "did you mean secure?"),
    ({"useSSL": True}, "did you mean secure?"),
    ({"starttls_required": True}, "did you mean requireTLS?"),
    ({"username": "u@example.com"}, "did you mean auth.user?"),
    ({"password": "hunter2hunter2"}, "did you mean auth.pass?"),
    ({"from_address": "no-reply@example.com"}, "did you mean fromEmail?"),
    ({"smtp_host": "mail.example.com"}, "did you mean host?"),
    ({"tlsOptions": {}}, "did you mean tls?"),
    ({"rejectUnauthorized": False}, "did you mean tls.rejectUnauthorized?"),
    ({"authentication": {"user": "u"}}, "did you mean auth?"),
    ({"requiresAuth": True}, "remove the key: auth with user and pass is what logs in"),
    ({"protocol": "smtp"}, "remove the key: the connector speaks SMTP and nothing else"),
    (
        {"encryption": "tls"},
        "write secure: true for implicit TLS (465), or requireTLS: true for STARTTLS (587)",
    ),
    ({"from_name": "Acme"}, "write the name into fromEmail: Example App <me@example.com>"),
    ({"hots": "mail.example.com"}, "did you mean host?"),
    ({"tls": {"ciphres": "HIGH"}}, "did you mean ciphers?"),
    # Never a boolean for a text, nor a text for a number.
    ({"secur": "mail.example.com"}, ""),
    ({"prot": True}, ""),
    ({"localAdress": 5}, ""),
    ({"colour": "red"}, ""),
]


@pytest.mark.parametrize(("keys", "help_"), NAMED, ids=lambda value: str(value)[:40])
def test_what_was_meant_is_named(keys: dict[str, Any], help_: str) -> None:
    (document,) = load_source(Source("a.json", json.dumps({**config_with({}), **keys})))
    assert [each.help for each in check(document, Schema.DOCUMENTED) if each.code == "SV104"] == [help_]


@pytest.mark.parametrize(
    "keys",
    [
        {"from_name": "no-reply@example.com"},
        {"username": "me@example.com"},
        {"protocol": "smtp"},
        {"requiresAuth": True},
        {"rejectUnauthorized": False},
        {"secur": "mail.example.com"},
    ],
    ids=str,
)
def test_no_fix_renames_what_belongs_elsewhere(keys: dict[str, Any]) -> None:
    (document,) = load_source(Source("a.json", json.dumps({**config_with({}), **keys})))
    after = fixed(document, Schema.DOCUMENTED, False, everything, True)
    assert after.document is not None
    assert after.document.data == document.data


def test_a_form_of_auth_that_a_provider_refuses_is_not_proposed() -> None:
    for host, proposed in (("mail.example.com", True), ("smtp.gmail.com", False)):
        (document,) = load_source(Source("a.json", json.dumps({**config_with("text"), "host": host})))
        (help_,) = (each.help for each in check(document, Schema.CONNECTOR) if each.pointer == "/auth")
        assert ("{type: login}" in help_) is proposed


def test_what_ansible_encrypted_does_not_become_the_password() -> None:
    text = "auth:\n  pass: !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    6162\n"
    (finding,) = load_source(Source("a.yaml", text))[0].findings
    assert (finding.code, "in quotes" in finding.help, "--set" in finding.help) == ("SV008", False, True)


@pytest.mark.parametrize("host", ["[SMTP_SERVER]", "<[HOST]>:465"])
def test_a_host_that_stands_for_one_is_left_alone(host: str) -> None:
    (document,) = load_source(Source("a.json", json.dumps({**config_with({}), "host": host})))
    after = fixed(document, Schema.DOCUMENTED, False, everything, True)
    assert after.document is not None
    assert after.document.data["host"] == host
