"""Which template a mail is made from, and what is in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.errors import ConfigError, RenderError, UsageError
from smtp_verify.mail import template

if TYPE_CHECKING:
    from smtp_verify.config.document import Document


def made(usage_type: Any, subject: Any = "s", **more: Any) -> dict[str, Any]:
    return {"usageType": usage_type, "contentType": "text/plain", "subject": subject, "content": "c", **more}


def document(*templates: Any, **config: Any) -> Document:
    text = json.dumps({"fromEmail": "sender@example.com", **config, "templates": templates})
    return load_source(Source("a.json", text))[0]


def test_the_first_template_of_a_type_is_taken() -> None:
    chosen = template.choose(document(made("Generic"), made("SignIn", "1"), made("SignIn", "2")), "SignIn")
    assert (chosen.index, chosen.raw["subject"], chosen.fallback, chosen.shadowed) == (1, "1", False, False)


def test_the_first_generic_template_stands_in_for_a_type_that_has_none() -> None:
    chosen = template.choose(document(made("SignIn"), made("Generic", "1"), made("Generic", "2")), "BindMfa")
    assert (chosen.index, chosen.usage_type, chosen.requested, chosen.fallback) == (
        1,
        "Generic",
        "BindMfa",
        True,
    )


def test_a_type_of_the_file_alone_may_be_asked_for() -> None:
    assert template.choose(document(made("Generic"), made("Custom")), "Custom").index == 1


def test_no_template_and_no_generic_one_names_the_types_present() -> None:
    with pytest.raises(ConfigError) as caught:
        template.choose(document(made("SignIn"), made("Custom"), 5, made(None), made("SignIn")), "Register")
    assert (
        caught.value.message == "a.json: no template for Register and no Generic one; present: SignIn, Custom"
    )


@pytest.mark.parametrize(
    ("requested", "message"),
    [
        ("Sigin", "no usage type 'Sigin'; did you mean SignIn?"),
        ("signin", "no usage type 'signin'; did you mean SignIn?"),
        ("custon", "no usage type 'custon'; did you mean Custom?"),
        (
            "xyz",
            "no usage type 'xyz'; Logto has SignIn, Register, ForgotPassword, OrganizationInvitation,"
            " Generic, UserPermissionValidation, BindNewIdentifier, MfaVerification, BindMfa",
        ),
    ],
)
def test_an_unknown_type_is_a_usage_error_with_a_suggestion(requested: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        template.choose(document(made("Custom")), requested)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ["[]", "{}", '{"templates": {}}', '{"templates": null}', "5"])
def test_a_document_without_a_list_of_templates_cannot_be_rendered(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        template.choose(load_source(Source("a.json", text))[0], "Generic")
    assert caught.value.message == "a.json: has no list of templates"


def test_every_element_is_shown_in_file_order_shadowed_and_unknown_ones_too() -> None:
    found = template.every(document(made("SignIn"), made("Odd"), made("SignIn"), made(["x"]), made("Odd")))
    told = [(each.index, each.usage_type, each.requested, each.fallback, each.shadowed) for each in found]
    assert told == [
        (0, "SignIn", "SignIn", False, False),
        (1, "Odd", "Odd", False, False),
        (2, "SignIn", "SignIn", False, True),
        (3, ["x"], "", False, False),
        (4, "Odd", "Odd", False, True),
    ]


def test_an_element_that_is_no_object_stops_the_rendering_of_all() -> None:
    with pytest.raises(RenderError) as caught:
        template.every(document(made("SignIn"), 5))
    assert caught.value.message.endswith(": templates[1] is no template")


def render(raw: dict[str, Any], payload: dict[str, Any], **config: Any) -> template.Rendered:
    source = document(raw, **config)
    return template.render(source, template.every(source)[0], payload)


def test_subject_content_and_the_templates_own_addresses_are_rendered() -> None:
    mail = render(
        made(
            "SignIn",
            "Code {{code}}",
            content="<{{code}}>",
            sendFrom="{{app}} <n@x.co>",
            replyTo="{{user}}@x.co",
        ),
        {"code": "1", "app": "App", "user": "u"},
    )
    assert (mail.subject, mail.content, mail.sender, mail.reply_to) == (
        "Code 1",
        "<1>",
        "App <n@x.co>",
        "u@x.co",
    )


def test_the_addresses_of_the_config_are_not_rendered() -> None:
    mail = render(made("SignIn"), {"app": "App"}, fromEmail="{{app}} <n@x.co>", replyTo="{{app}}@x.co")
    assert (mail.sender, mail.reply_to) == ("{{app}} <n@x.co>", "{{app}}@x.co")
    assert mail.unresolved == ("app",)


def test_an_empty_address_of_a_template_counts_as_absent() -> None:
    mail = render(made("SignIn", sendFrom="", replyTo=""), {}, replyTo="r@x.co")
    assert (mail.sender, mail.reply_to) == ("sender@example.com", "r@x.co")


def test_unresolved_names_come_once_over_subject_content_from_and_reply_to() -> None:
    mail = render(
        made(
            "SignIn",
            "{{s}} {{x}}",
            content="{{c}} {{s}}",
            sendFrom="{{f}} <a@b.co>",
            replyTo="{{r}}{{c}}@x.co",
        ),
        {"x": 1},
    )
    assert mail.unresolved == ("s", "c", "f", "r")


def test_names_that_every_object_has_are_told_apart() -> None:
    mail = render(made("SignIn", "{{toString}}", content="{{user.constructor}} {{toString}}"), {"user": {}})
    assert (mail.subject, mail.content) == ("{{toString}}", "{{user.constructor}} {{toString}}")
    assert mail.inherited == ("toString", "user.constructor")


@pytest.mark.parametrize(
    ("content_type", "is_text"),
    [
        ("text/plain", True),
        ("text/html", False),
        ("TEXT/PLAIN", False),
        (None, False),
        (5, False),
        ("", False),
    ],
)
def test_any_content_type_but_exactly_text_plain_goes_out_as_html(content_type: Any, is_text: bool) -> None:
    assert render(made("SignIn") | {"contentType": content_type}, {}).is_text == is_text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (made("SignIn", 5), "templates[0].subject is no string: Logto answers HTTP 500 here"),
        (made("SignIn", None), "templates[0].subject is no string: Logto answers HTTP 500 here"),
        (made("SignIn", content=[]), "templates[0].content is no string: Logto answers HTTP 500 here"),
        (made("SignIn", sendFrom=7), "templates[0].sendFrom is no string: Logto answers HTTP 500 here"),
        (made("SignIn", replyTo={"a": 1}), "templates[0].replyTo is no string: Logto answers HTTP 500 here"),
        (
            {"usageType": "SignIn", "content": "c"},
            "templates[0].subject is missing: Logto answers HTTP 500 here",
        ),
    ],
)
def test_a_field_that_is_no_string_is_told_with_its_place(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(RenderError) as caught:
        render(raw, {})
    place, _, told = caught.value.message.partition(": ")
    assert place.startswith("a.json:1:")
    assert told == message
