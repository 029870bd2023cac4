"""Configs that go wrong at random, in layouts that people write: what the fixes are tried on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

_FAULTS: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("host", ("smtp.example.com", "smtp://smtp.example.com", "smtp.example.com:465", "h.example.com;", 5)),
    ("port", (465, 587, "465", " 587", "0465", 2525, 80, None, "<port>", 1e3)),
    ("secure", (True, False, "true", "False", "yes", 1, None)),
    ("requireTLS", (True, "on", False)),
    ("ignoreTLS", (True, False)),
    ("connectionTimeout", (30, 30000, "30000", "soon")),
    ("replyTo", ("me@example.com", 5, "")),
    ("logger", ("false", True)),
    ("tls", ({"rejectUnauthorized": "true"}, {"minVersion": "1.2", "rejectUnauthorized": "no"}, {"prot": 1})),
    ("fromEmail", ("me@example.com", "Me <me@example.com>", 7, "{{a}}")),
)
SECRET = "S3cr3tPa55w0rd"
"""In every password, token and key."""
_TOKENS = {"clientId": "c", "clientSecret": f"{SECRET}1", "refreshToken": f"{SECRET}2"}
_AUTH: tuple[dict[str, Any], ...] = (
    {"user": "me@example.com", "pass": SECRET},
    {"user": " me@example.com", "pass": f" {SECRET}"},
    {"user": "me", "pass": 123456},
    {"user": 5, "pasword": SECRET},
    {"username": "me", "password": 1.50, "typ": "login"},
    {"type": "oauth2", "user": "u", **_TOKENS, "accessToken": 1},
    {"user": "u", **_TOKENS},
    {
        "type": "OAuth2",
        "user": "u",
        "serviceClient": 1,
        "privateKey": f"-----BEGIN K-----\\n{SECRET}\\n-----END",
    },
)
_USAGES = (
    "SignIn",
    "signin",
    "Register",
    "REGISTER",
    "ForgotPassword",
    "forgot_password",
    "Generic",
    "Other",
    0,
)
_TYPES = ("text/plain", "TEXT/HTML", "html", "text/html", "plain", 1)
_CONTENTS = ("Your code is {{code}}.", "<p>{{code}}</p>", "Line\nof {{code}} # no comment", "")


def broken_config(chosen: random.Random) -> dict[str, Any]:
    """A config whose keys and values are right or wrong at random."""
    config = {
        _misspelt(key, chosen): chosen.choice(values) for key, values in _FAULTS if chosen.random() < 0.8
    }
    config["auth"] = dict(chosen.choice(_AUTH))
    config["templates"] = [
        {
            _misspelt("usageType", chosen): chosen.choice(_USAGES),
            "contentType": chosen.choice(_TYPES),
            _misspelt("subject", chosen): chosen.choice(("s", 1)),
            "content": chosen.choice(_CONTENTS),
        }
        for _ in range(chosen.randrange(6))
    ]
    keys = list(config)
    chosen.shuffle(keys)
    shuffled = {key: config[key] for key in keys}
    return {"id": "x", "config": shuffled} if "host" not in config and chosen.random() < 0.5 else shuffled


def _misspelt(key: str, chosen: random.Random) -> str:
    at = chosen.randrange(len(key))
    wrong = (
        key.lower(),
        key.upper(),
        key[:at] + key[at + 1 :],
        key + "s",
        key[:at] + key[at:].replace("e", "_e"),
    )
    return chosen.choice(wrong) if chosen.random() < 0.15 else key


def as_json(config: dict[str, Any], chosen: random.Random) -> str:
    """As some editor or program lays it out."""
    indent = chosen.choice((None, 2, "\t", 1))
    separators = chosen.choice(((",", ":"), (", ", ": "), (" ,\n", " : "))) if indent is None else None
    text = json.dumps(config, indent=indent, separators=separators, ensure_ascii=chosen.random() < 0.5)
    return chosen.choice(("", "\n", " ")) + text + chosen.choice(("", "\n", "\r\n\n"))


def as_yaml(config: dict[str, Any], chosen: random.Random) -> str:
    """In blocks and braces, with comments, blank lines, anchors and the one or the other line end."""
    lines = [*_block(config, "", chosen)]
    if chosen.random() < 0.3:
        lines = ["---  # begins here", *lines, "..."]
    text = "\n".join(lines) + chosen.choice(("", "\n", "\n\n# the end"))
    return text.replace("\n", chosen.choice(("\n", "\n", "\r\n")))


def _block(value: dict[str, Any], indent: str, chosen: random.Random) -> list[str]:
    lines = []
    for number, (key, each) in enumerate(value.items()):
        if chosen.random() < 0.2:
            lines += chosen.choice(([f"{indent}# about {number}: {{x}}"], [""]))
        name = chosen.choice((key, key, f'"{key}"', f"'{key}'"))
        colon = chosen.choice((": ", ": ", " :  ", ":\t"))
        if isinstance(each, dict) and each and chosen.random() < 0.6:
            lines += [f"{indent}{name}:{_comment(chosen)}", *_block(each, f"{indent}  ", chosen)]
        elif isinstance(each, list) and each and chosen.random() < 0.6:
            lines += [f"{indent}{name}:{_comment(chosen)}", *_items(each, f"{indent}  ", chosen)]
        else:
            lines.append(f"{indent}{name}{colon}{_flow(each, chosen)}{_comment(chosen)}")
    return lines


def _items(values: list[Any], indent: str, chosen: random.Random) -> list[str]:
    lines = []
    for each in values:
        first, *rest = _block(each, f"{indent}  ", chosen)
        while not first.strip() or first.lstrip().startswith("#"):
            lines.append(first)
            first, *rest = rest
        lines += [f"{indent}- {first.lstrip()}", *rest]
    return lines


def _comment(chosen: random.Random) -> str:
    return chosen.choice(("", "", f"  # note {chosen.randrange(1000)}", " #"))


def _flow(value: Any, chosen: random.Random) -> str:
    """In braces and brackets, or one value."""
    gap = chosen.choice(("", " "))
    if isinstance(value, dict):
        return (
            "{" + gap + ", ".join(f"{key}: {_flow(each, chosen)}" for key, each in value.items()) + gap + "}"
        )
    if isinstance(value, list):
        return "[" + gap + ", ".join(_flow(each, chosen) for each in value) + gap + "]"
    if isinstance(value, str):
        return _string(value, chosen)
    return chosen.choice(("", "", "", "&it ")) + json.dumps(value)


def _string(value: str, chosen: random.Random) -> str:
    quoted = [json.dumps(value), json.dumps(value)]
    if "\n" not in value:
        quoted.append("'" + value.replace("'", "''") + "'")
    if value.replace("@", "").replace(".", "").replace("/", "").isalnum():
        quoted += [value] * 4
    return chosen.choice(quoted)
