"""What Logto's Save leaves of a config that its Test button sends with whole."""

from __future__ import annotations

from typing import Any

import pytest

from smtp_verify.config.schema.saved import breaks_on_save, clean_deep, holds_empty

USUAL: dict[str, Any] = {
    "host": "h",
    "port": 25,
    "auth": {"user": "u", "pass": "p"},
    "fromEmail": "a@b.co",
    "templates": [
        {"usageType": each, "contentType": "text/plain", "subject": "s", "content": "c"}
        for each in ("SignIn", "Register", "ForgotPassword", "Generic")
    ],
}
MISSING = "Required"


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"auth": {}}, {}),
        ({"auth": {"user": "", "pass": ""}}, {}),
        ({"auth": {"type": "login", "user": "", "pass": ""}}, {"auth": {"type": "login"}}),
        ({"tls": {}}, {}),
        ({"a": "", "b": ["", "x"], "c": []}, {"b": ["x"]}),
        ({"secure": False, "port": 0}, {"secure": False, "port": 0}),
        ({"a": None, "b": [None, [], {}, [""]]}, {}),
        ({"a": " ", "b": 0.0, "c": [False, 0]}, {"a": " ", "b": 0.0, "c": [False, 0]}),
        ({"a": {"b": {"c": {"d": ""}}}}, {}),
        ([{}, {"a": ""}, {"a": 1}], [{"a": 1}]),
        ("", ""),
    ],
)
def test_what_is_empty_goes_at_every_depth(value: Any, left: Any) -> None:
    found = clean_deep(value)
    assert not isinstance(value, (dict, list)) or holds_empty(value) == (found != value)
    assert found == left
    assert repr(found) == repr(left)


def test_the_config_itself_stays_whole() -> None:
    config = {"auth": {"user": "", "list": [""]}}
    clean_deep(config)
    assert config == {"auth": {"user": "", "list": [""]}}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, ""),
        ({"auth": {}}, "auth: Invalid input"),
        ({"auth": {"user": "", "pass": ""}}, "auth: Invalid input"),
        ({"auth": {"type": "login", "user": "", "pass": ""}}, ""),
        ({"auth": {"user": "u", "pass": ""}}, ""),
        ({"host": ""}, "host: Required"),
        ({"fromEmail": ""}, "fromEmail: Required"),
        ({"host": "", "fromEmail": ""}, "host: Required; fromEmail: Required"),
        ({"tls": {}, "replyTo": "", "customHeaders": {}}, ""),
        ({"port": 0, "secure": False}, ""),
    ],
)
def test_a_config_that_passes_the_test_may_break_on_save(changes: dict[str, Any], why: str) -> None:
    assert breaks_on_save({**USUAL, **changes}) == why


@pytest.mark.parametrize("key", ["subject", "content"])
def test_a_template_without_a_text_breaks_on_save(key: str) -> None:
    first, *others = USUAL["templates"]
    assert (
        breaks_on_save({**USUAL, "templates": [{**first, key: ""}, *others]})
        == f"templates[0].{key}: Required"
    )


@pytest.mark.parametrize("config", [{}, None, [], {**USUAL, "port": "25"}, {**USUAL, "auth": None}])
def test_a_config_that_the_connector_rejects_anyway_has_nothing_to_lose(config: Any) -> None:
    assert breaks_on_save(config) == ""
