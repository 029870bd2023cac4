"""A starter config, once filled in, is a config that nobody objects to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config import overrides
from smtp_verify.config.loader import InputFormat, load_source
from smtp_verify.config.path import Assignment
from smtp_verify.config.reading.source import Source, read_source
from smtp_verify.config.schema import guard, placeholders
from smtp_verify.config.schema.keys import USAGE_TYPES
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.config.schema.saved import breaks_on_save
from smtp_verify.lint.verdict import judge_document
from smtp_verify.mail import payload, usage
from smtp_verify.mail import template as templates
from smtp_verify.providers.provider import Port, Provider, Security
from smtp_verify.providers.table import PROVIDERS, find
from smtp_verify.smtp.endpoint import derive
from smtp_verify.starter.starter import LANGUAGES, Starter, as_json

if TYPE_CHECKING:
    from smtp_verify.config.document import Document

SAMPLES = Path(__file__).parent.parent.parent / "sample-configs"
NAMES = [provider.name for provider in PROVIDERS]
VALUES = {"host": "smtp.example.com", "accessUrl": "https://login.example.com/token"}


def starter(
    name: str, language: str = "en", html: bool = True, oauth2: bool = False, port: Port | None = None
) -> Starter:
    provider = find(name)
    return Starter(
        provider=provider,
        host=provider.host,
        port=port or provider.port,
        oauth2=oauth2 or provider.password is None,
        language=LANGUAGES[language],
        html=html,
    )


def filled(config: dict[str, Any]) -> dict[str, Any]:
    """The config with a value in the place of each placeholder."""
    found = list(placeholders.find(config))
    values = [VALUES.get(str(each.path[-1]), f"{each.path[-1]}@example.com") for each in found]
    given = [Assignment(each.path, value) for each, value in zip(found, values, strict=True)]
    done: dict[str, Any] = overrides.apply(config, given)
    return done


def read(text: str, input_format: InputFormat) -> Document:
    (document,) = load_source(Source("starter", text), input_format)
    return document


def findings(document: Document, schema: Schema = Schema.DOCUMENTED) -> list[str]:
    verdict = judge_document(document, schema, strict=True, with_rules=False)
    assert verdict.valid == (not verdict.findings)
    return [f"{finding.code} {finding.pointer}" for finding in verdict.findings]


@pytest.mark.parametrize("html", [True, False], ids=["html", "text"])
@pytest.mark.parametrize("input_format", InputFormat, ids=lambda each: each.value)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_once_filled_in_it_has_no_finding_and_every_mail_renders(
    name: str, language: str, input_format: InputFormat, html: bool
) -> None:
    made = starter(name, language, html)
    config = filled(made.config())
    text = as_json(config) if input_format is InputFormat.JSON else made.as_yaml(config)
    document = read(text, input_format)
    assert document.config == config
    assert [findings(document, schema) for schema in Schema] == [[], []]
    assert guard.guard(document.config) == ()
    assert breaks_on_save(document.config) == ""
    mails = [
        templates.render(document, template, variables(template.requested))
        for template in templates.every(document)
    ]
    assert sorted(mail.template.usage_type for mail in mails) == sorted(USAGE_TYPES)
    assert [mail.unresolved for mail in mails] == [()] * len(USAGE_TYPES)
    for mail in mails:
        link = mail.template.usage_type == "OrganizationInvitation"
        assert ("https://example.com/invitations/42" if link else usage.SAMPLE_CODE) in mail.content
        assert link or usage.SAMPLE_CODE in mail.subject


def variables(usage_type: str) -> dict[str, Any]:
    """What Logto gives: no code with an invitation."""
    code = None if usage_type == "OrganizationInvitation" else usage.SAMPLE_CODE
    return payload.build(usage.sample(usage_type), [], code)


@pytest.mark.parametrize("name", NAMES)
def test_before_that_only_its_placeholders_are_found(name: str) -> None:
    made = starter(name)
    document = read(made.as_yaml(made.config()), InputFormat.YAML)
    left = [f"SV901 /{'/'.join(map(str, each.path))}" for each in placeholders.find(made.config())]
    assert findings(document) == left
    assert left or name == "mailpit"


def ways() -> list[tuple[Provider, Port]]:
    return [(provider, port) for provider in PROVIDERS for port in provider.ports]


@pytest.mark.parametrize(
    ("provider", "port"), ways(), ids=lambda each: getattr(each, "name", None) or each.number
)
def test_each_port_is_encrypted_as_the_table_says(provider: Provider, port: Port) -> None:
    made = starter(provider.name, port=port)
    document = read(made.as_yaml(filled(made.config())), InputFormat.YAML)
    assert findings(document) == []
    endpoint = derive(document.config)
    assert endpoint.port == port.number
    assert endpoint.implicit_tls == (port.security is Security.IMPLICIT)
    assert endpoint.require_tls == (port.security is Security.STARTTLS)


@pytest.mark.parametrize("name", [provider.name for provider in PROVIDERS if provider.oauth2])
def test_a_login_with_oauth2_is_one_that_the_guard_takes(name: str) -> None:
    made = starter(name, oauth2=True)
    document = read(made.as_yaml(filled(made.config())), InputFormat.YAML)
    assert findings(document) == []
    assert document.config["auth"]["type"] == "OAuth2"
    assert "pass" not in document.config["auth"]


# What goes with the samples -------------------------------------------------------------------------------


def sample(name: str) -> Any:
    (document,) = load_source(read_source(str(SAMPLES / name)))
    return document.config


def without_templates(config: Any) -> dict[str, Any]:
    return {key: value for key, value in config.items() if key != "templates"}


def mails_of(config: Any) -> dict[str, Any]:
    return {template["usageType"]: template for template in config["templates"]}


@pytest.mark.parametrize(
    ("name", "file", "oauth2", "port"),
    [
        ("gmail", "gmail.yaml", False, None),
        ("gmail", "gmail-starttls.yaml", False, Port(587, Security.STARTTLS)),
        ("gmail", "gmail-oauth2.yaml", True, None),
        ("sendgrid", "sendgrid.json", False, None),
        ("aliyun", "aliyun-directmail.yaml", False, None),
    ],
)
def test_it_has_the_settings_of_the_sample(name: str, file: str, oauth2: bool, port: Port | None) -> None:
    made = starter(name, oauth2=oauth2, port=port)
    assert without_templates(made.config()) == without_templates(sample(file))


@pytest.mark.parametrize(
    ("language", "html", "file", "usage_types"),
    [
        ("en", True, "gmail.yaml", ("Register", "SignIn", "ForgotPassword", "Generic")),
        ("en", True, "every-option.yaml", ("Register", "SignIn", "ForgotPassword")),
        ("en", False, "every-option.yaml", ("Generic", "UserPermissionValidation", "BindNewIdentifier")),
        ("en", False, "every-option.yaml", ("MfaVerification", "BindMfa")),
        ("zh", True, "aliyun-directmail.yaml", ("Register", "SignIn", "ForgotPassword")),
        ("zh", False, "aliyun-directmail.yaml", ("Generic",)),
    ],
)
def test_it_says_what_the_samples_say(
    language: str, html: bool, file: str, usage_types: tuple[str, ...]
) -> None:
    ours, theirs = mails_of(starter("gmail", language, html).config()), mails_of(sample(file))
    for usage_type in usage_types:
        assert ours[usage_type] == theirs[usage_type]


# What a phone shows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_a_page_fits_a_phone_and_asks_nothing_of_the_network(language: Any) -> None:
    for template in starter("gmail", language.name).config()["templates"]:
        page = template["content"]
        assert f'<html lang="{language.tag}">' in page
        assert 'name="viewport" content="width=device-width, initial-scale=1"' in page
        assert "max-width: 420px" in page
        assert not re.search(r"<(img|script|link|style|iframe)\b|src=|url\(|\bwidth=\"", page)


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_each_language_has_its_own_words_for_every_usage_type(language: Any) -> None:
    assert [mail.usage_type for mail in language.mails] == [mail.usage_type for mail in LANGUAGES["en"].mails]
    assert [mail.usage_type for mail in language.mails][:4] == [
        "Register",
        "SignIn",
        "ForgotPassword",
        "Generic",
    ]
    letters = {"en": "[a-z]", "ru": "[а-яё]", "zh": "[\u4e00-\u9fff]"}[language.name]
    for mail in language.mails:
        for words in (mail.subject, mail.heading, mail.lead, mail.note):
            assert re.search(letters, re.sub(r"\{\{.*?\}\}", "", words)), words


def test_json_keeps_every_letter_as_it_is() -> None:
    text = as_json(starter("mailru", "ru").config())
    assert "Вход в {{application.name}}" in text
    assert json.loads(text) == starter("mailru", "ru").config()
