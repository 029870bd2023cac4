"""Configs with every form that `auth` can have, and values for every key of a config."""

from __future__ import annotations

from typing import Any

from smtp_verify.config.schema import keys
from smtp_verify.config.schema.kinds import BOOLEAN, NUMBER, STRING
from tests.configs import TEMPLATES

ABSENT = object()
FORMS: dict[str, Any] = {
    "absent": ABSENT,
    "null": None,
    "text": "secret",
    "list": [{"user": "u"}],
    "empty": {},
    "password": {"user": "u@example.com", "pass": "S3cr3tPa55w0rd"},
    "type alone": {"type": "login"},
    "login": {"type": "login", "user": "u@example.com", "pass": "S3cr3tPa55w0rd"},
    "unknown type": {"type": "cram", "user": "u@example.com", "pass": "S3cr3tPa55w0rd"},
    "refresh token": {
        "type": "OAuth2",
        "user": "u@example.com",
        "clientId": "c",
        "clientSecret": "S3cr3tPa55w0rd",
        "refreshToken": "S3cr3tPa55w0rd",
    },
    "service account": {
        "type": "oauth2",
        "user": "u@example.com",
        "serviceClient": "c",
        "privateKey": {"key": "S3cr3tPa55w0rd", "passphrase": "S3cr3tPa55w0rd"},
    },
    "unknown keys": {"user": "u@example.com", "pas": "S3cr3tPa55w0rd", "mechanism": "PLAIN"},
}
KEYS: list[tuple[str | int, ...]] = [
    *(("auth", key) for key in keys.AUTH_KEYS),
    *(("auth", "privateKey", key) for key in keys.PRIVATE_KEY_KEYS),
    ("auth",),
    *((key,) for key in keys.CONFIG_KEYS if key != "auth"),
    *(("tls", key) for key in keys.TLS_KEYS),
    *(("templates", 0, key) for key in keys.TEMPLATE_KEYS),
    ("customHeaders", "X-A"),
    ("customHeaders", 1),
]
"""Each has a value that can be given from outside."""


def config_with(auth: Any, **keys: Any) -> dict[str, Any]:
    """A config with this `auth`, or with none."""
    usual = {"host": "127.0.0.1", "port": 25, "fromEmail": "a@example.com", "templates": TEMPLATES, **keys}
    return usual if auth is ABSENT else {**usual, "auth": auth}


def value_for(path: tuple[str | int, ...]) -> str:
    """A value as it is given, right by its type and wrong by its meaning where that can be."""
    row = keys.row_at(path)
    if row is None or row.kind == STRING or keys.wants_string(path):
        return "wrong"
    if row.kind == NUMBER:
        return "70000"
    return "true" if row.kind == BOOLEAN else '{"wrong": null}'
