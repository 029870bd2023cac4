"""`<…>`: a value that is still to be filled in."""

from __future__ import annotations

import pytest

from smtp_verify.config.schema.placeholders import Placeholder, find, is_placeholder


@pytest.mark.parametrize(
    "value",
    [
        "<user>",
        "<your password>",
        "<パスワード>",
        "<пароль>",
        "<a-b_c.d/e|f>",
        "< >",
        "<a\nb>",
        "<😀>",
        '<"x">',
    ],
)
def test_a_whole_value_in_angle_brackets_is_a_placeholder(value: str) -> None:
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "<>",
        "<a",
        "a>",
        " <a>",
        "<a> ",
        "<a>\n",
        "<<a>>",
        "<a><b>",
        "<a@example.com>",
        "<https://x>",
        "<{{code}}>",
        "<{a>",
        "Name <a>",
        None,
        1,
        True,
        ["<a>"],
        {"<a>": 1},
    ],
)
def test_anything_else_is_none(value: object) -> None:
    assert not is_placeholder(value)


def test_placeholders_are_found_under_any_key_but_custom_headers_in_document_order() -> None:
    config = {
        "host": "<host>",
        "port": "<port>",
        "auth": {"user": "u", "pass": "<password>", "<key>": 1},
        "customHeaders": {"X-Id": "<id>", "X-List": ["<a>"]},
        "templates": [{"usageType": "<type>", "subject": "<subject>", "content": "<b>bold</b>"}],
        "tls": {"ca": ["<pem>"]},
        "unknown": {"customHeaders": "<x>"},
    }
    assert list(find(config)) == [
        Placeholder(("host",), "<host>"),
        Placeholder(("port",), "<port>"),
        Placeholder(("auth", "pass"), "<password>"),
        Placeholder(("templates", 0, "usageType"), "<type>"),
        Placeholder(("templates", 0, "subject"), "<subject>"),
        Placeholder(("tls", "ca", 0), "<pem>"),
        Placeholder(("unknown", "customHeaders"), "<x>"),
    ]


@pytest.mark.parametrize("config", ["<root>", None, [], {}, 1])
def test_a_config_without_keys_has_none(config: object) -> None:
    assert list(find(config)) == []


@pytest.mark.parametrize(
    ("placeholder", "in_text"),
    [
        (Placeholder(("templates", 0, "subject"), "<x>"), True),
        (Placeholder(("templates", 0, "content"), "<x>"), True),
        (Placeholder(("templates", 0, "usageType"), "<x>"), False),
        (Placeholder(("subject",), "<x>"), False),
        (Placeholder(("auth", "pass"), "<x>"), False),
        (Placeholder(("auth", "user"), "<x>"), False),
        (Placeholder(("auth", "privateKey", "key"), "<x>"), False),
        (Placeholder(("url",), "<x>"), False),
    ],
)
def test_a_placeholder_knows_whether_it_is_text(placeholder: Placeholder, in_text: bool) -> None:
    assert placeholder.in_text is in_text
