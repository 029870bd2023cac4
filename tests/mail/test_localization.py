"""Localized templates: both shapes of the file, and the order in which Logto looks."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.errors import ConfigError, RenderError, SourceError
from smtp_verify.mail.localization import NONE, Localization, load
from smtp_verify.mail.template import choose, render
from smtp_verify.report.mail.json import render_json

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_verify.config.document import Document

NEEDS = "a localized template needs languageTag, templateType and details"


def entry(tag: str, usage_type: str, **details: Any) -> dict[str, Any]:
    """A localized template whose subject names it."""
    usual = {"subject": f"{usage_type} in {tag}", "content": "c"}
    return {"languageTag": tag, "templateType": usage_type, "details": {**usual, **details}}


def written(folder: Path, value: Any, name: str = "i18n.json") -> str:
    path = folder / name
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return str(path)


def loaded(
    folder: Path, *entries: dict[str, Any], locale: str | None = None, fallback: str = "en"
) -> Localization:
    return load(written(folder, list(entries)), locale, fallback)


def config(**changes: Any) -> Document:
    usual = {
        "fromEmail": "Acme <a@b.co>",
        "replyTo": "replies@b.co",
        "templates": [
            {"usageType": "Generic", "contentType": "text/plain", "subject": "the config's", "content": "c"}
        ],
    }
    return load_source(Source("a.json", json.dumps({**usual, **changes})))[0]


# The file -----------------------------------------------------------------------------------------------


def test_the_body_of_put_and_the_answer_of_get_are_read_alike(tmp_path: Path) -> None:
    entries = [entry("en", "SignIn"), {**entry("fr", "Generic"), "id": "x", "tenantId": "y", "createdAt": 1}]
    bare = load(written(tmp_path, entries, "get.json"), "fr", "en")
    wrapped = load(written(tmp_path, {"templates": entries, "more": 1}, "put.json"), "fr", "en")
    for found, above in ((bare, ()), (wrapped, ("templates",))):
        assert [(each.locale, each.usage_type, each.path) for each in found.templates] == [
            ("en", "SignIn", (*above, 0, "details")),
            ("fr", "Generic", (*above, 1, "details")),
        ]
        assert found.templates[0].details == {"subject": "SignIn in en", "content": "c"}
        assert (found.locale, found.fallback) == ("fr", "en")


def test_yaml_is_read_too(tmp_path: Path) -> None:
    text = "- languageTag: no\n  templateType: SignIn\n  details: {subject: s, content: c}\n"
    (found,) = load(written(tmp_path, text, "i18n.yaml"), None, "en").templates
    assert found.locale == "no"


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    assert load(written(tmp_path, []), None, "en").templates == ()
    assert load(written(tmp_path, {"templates": []}), None, "en").templates == ()


@pytest.mark.parametrize("value", [{}, {"templates": None}, {"templates": {}}, "5", "null", '"x"'])
def test_a_file_without_a_list_is_an_error(tmp_path: Path, value: Any) -> None:
    path = written(tmp_path, value)
    with pytest.raises(ConfigError) as caught:
        load(path, None, "en")
    assert caught.value.message == f"{path}: holds no list of localized templates"


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ("null", 3),
        ('"x"', 3),
        ("{}", 3),
        ('{"languageTag": "en", "templateType": "SignIn"}', 4),
        ('{"languageTag": "en", "details": {}}', 4),
        ('{"templateType": "SignIn", "details": {}}', 4),
        ('{"languageTag": 5, "templateType": "SignIn", "details": {}}', 4),
        ('{"languageTag": "en", "templateType": null, "details": {}}', 4),
        ('{"languageTag": "en", "templateType": "SignIn", "details": []}', 4),
    ],
)
def test_an_element_that_is_none_is_an_error_with_its_place(tmp_path: Path, wrong: str, column: int) -> None:
    good = json.dumps(entry("en", "SignIn"))
    path = written(tmp_path, f'{{"templates": [\n  {good},\n  {wrong}\n]}}')
    with pytest.raises(ConfigError) as caught:
        load(path, None, "en")
    assert caught.value.message == f"{path}:3:{column}: {NEEDS}"


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        load(str(tmp_path / "none.json"), None, "en")


# The lookup ---------------------------------------------------------------------------------------------

LOCALE = entry("fr", "SignIn")
FALLBACK = entry("en", "SignIn")
GENERIC = entry("en", "Generic")
OTHERS = [entry("fr", "Generic"), entry("de", "SignIn"), entry("fr", "Register"), entry("en", "Register")]


@pytest.mark.parametrize(
    ("entries", "locale", "subject"),
    [
        ([GENERIC, FALLBACK, LOCALE, *OTHERS], "fr", "SignIn in fr"),
        ([GENERIC, FALLBACK, *OTHERS], "fr", "SignIn in en"),
        ([*OTHERS, GENERIC], "fr", "Generic in en"),
        # Generic in the recipient's own language is not looked for.
        (OTHERS, "fr", None),
        ([], "fr", None),
        # Without a locale the fallback steps alone run.
        ([LOCALE, GENERIC, FALLBACK], None, "SignIn in en"),
        ([LOCALE, GENERIC], None, "Generic in en"),
        ([LOCALE], None, None),
        # Tags are compared exactly.
        ([LOCALE], "FR", None),
        ([LOCALE], "fr-CA", None),
        ([entry("fr-CA", "SignIn")], "fr", None),
        ([LOCALE], "fr ", None),
        ([entry("EN", "Generic")], "fr", None),
        # The first of two counts.
        ([entry("fr", "SignIn", subject="one"), entry("fr", "SignIn", subject="two")], "fr", "one"),
    ],
)
def test_the_lookup_is_logtos(
    tmp_path: Path, entries: list[dict[str, Any]], locale: str | None, subject: str | None
) -> None:
    found = loaded(tmp_path, *entries, locale=locale).find("SignIn")
    assert (found.details["subject"] if found else None) == subject


def test_the_fallback_language_is_what_it_is_set_to(tmp_path: Path) -> None:
    found = loaded(tmp_path, GENERIC, entry("pt-BR", "Generic"), locale="fr", fallback="pt-BR").find("SignIn")
    assert found is not None
    assert found.locale == "pt-BR"


def test_without_a_localized_template_the_configs_own_is_taken() -> None:
    template = choose(config(), "SignIn", NONE)
    assert (template.index, template.locale, template.fallback) == (0, None, True)


# The mail -----------------------------------------------------------------------------------------------


def test_a_localized_mail_has_its_own_sender_and_reply_address_rendered(tmp_path: Path) -> None:
    details = {
        "content": "<p>{{code}}</p>",
        "sendFrom": "{{application.name}} <app@b.co>",
        "replyTo": "{{user.name}} <user@b.co>",
    }
    template = choose(config(), "SignIn", loaded(tmp_path, entry("fr", "SignIn", **details), locale="fr"))
    mail = render(config(), template, {"code": "482913", "application": {"name": "Acme"}})
    assert (mail.subject, mail.content) == ("SignIn in fr", "<p>482913</p>")
    assert (mail.sender, mail.reply_to) == ("Acme <app@b.co>", "{{user.name}} <user@b.co>")
    assert mail.unresolved == ("user.name",)
    assert (template.index, template.locale, template.location.line) == (None, "fr", 1)


def test_without_its_own_the_configs_sender_and_reply_address_stand(tmp_path: Path) -> None:
    template = choose(config(), "SignIn", loaded(tmp_path, GENERIC))
    mail = render(config(), template, {})
    assert (mail.sender, mail.reply_to) == ("Acme <a@b.co>", "replies@b.co")
    assert template.fallback


@pytest.mark.parametrize(
    ("details", "content_type", "is_text"),
    [
        ({}, "text/html", False),
        ({"contentType": "text/plain"}, "text/plain", True),
        ({"contentType": "text/html"}, "text/html", False),
    ],
)
def test_no_content_type_means_html(
    tmp_path: Path, details: dict[str, Any], content_type: str, is_text: bool
) -> None:
    template = choose(config(), "SignIn", loaded(tmp_path, entry("en", "SignIn", **details)))
    mail = render(config(), template, {})
    assert (mail.content_type, mail.is_text) == (content_type, is_text)


def test_a_field_that_is_no_string_is_an_error_with_its_place(tmp_path: Path) -> None:
    localization = loaded(tmp_path, entry("en", "SignIn", content=5))
    with pytest.raises(RenderError) as caught:
        render(config(), choose(config(), "SignIn", localization), {})
    place = f"{tmp_path / 'i18n.json'}:1:100"
    assert caught.value.message == f"{place}: [0].details.content is no string: Logto answers HTTP 500 here"


def test_json_says_where_a_localized_mail_comes_from(tmp_path: Path) -> None:
    path = written(tmp_path, "[\n" + json.dumps(entry("en", "Generic")) + "\n]")
    template = choose(config(), "BindMfa", load(path, "fr", "en"))
    (told,) = json.loads(render_json([render(config(), template, {})], 0))["templates"]
    assert told == {
        "index": None,
        "line": 2,
        "source": "email-templates",
        "locale": "en",
        "usageType": "Generic",
        "requested": "BindMfa",
        "fallback": True,
        "shadowed": False,
        "contentType": "text/html",
        "subject": "Generic in en",
        "content": "c",
        "from": "Acme <a@b.co>",
        "replyTo": "replies@b.co",
        "unresolved": [],
        "logto": {"version": "1.43", "differs": []},
    }


def test_a_lookup_with_nothing_loaded_finds_nothing() -> None:
    assert NONE.find("SignIn") is None
    assert replace(NONE, locale="fr").find("SignIn") is None
