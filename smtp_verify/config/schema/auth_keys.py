"""The ways to log in, each with its keys, as the connector's guard parts them.

Sources: @logto/connector-smtp 1.5.4 (`smtpConfigGuard` in lib/index.js); nodemailer 8.0.4, lib/xoauth2.
"""

from __future__ import annotations

from smtp_verify.config.schema.kinds import NUMBER, STRING, KeyRow, Object, OneOf, Union
from smtp_verify.config.schema.nodemailer_keys import NODEMAILER_AUTH_ROWS

LOGIN_TYPES = ("login", "Login", "LOGIN")
OAUTH2_TYPES = ("oauth2", "OAuth2", "OAUTH2")

_OAUTH2_TYPE = KeyRow(
    "type", OneOf(OAUTH2_TYPES), "how to log in; without it nodemailer takes the login branch"
)
_OAUTH2_USER = KeyRow("user", STRING, "the mailbox to send as", required=True, examples=("<your-address>",))
_PASS = KeyRow("pass", STRING, "the password, or the app password", secret=True, examples=("<app-password>",))

LOGIN = Object(
    (
        KeyRow(
            "user", STRING, "the username, at most providers the whole address", examples=("<your-address>",)
        ),
        _PASS,
        KeyRow("type", OneOf(LOGIN_TYPES), "by username and password", default="login"),
    ),
    strict=True,
    title="User name and password",
)
PRIVATE_KEY = Object(
    (
        KeyRow("key", STRING, "the key as PEM text", required=True, secret=True, examples=("<private-key>",)),
        KeyRow(
            "passphrase", STRING, "what opens the key", required=True, secret=True, examples=("<passphrase>",)
        ),
    ),
    title="Encrypted key",
)
OAUTH2_KEY = Object(
    (
        _OAUTH2_TYPE,
        _OAUTH2_USER,
        KeyRow(
            "privateKey",
            Union((STRING, PRIVATE_KEY)),
            "the service account's private key as PEM text",
            required=True,
            secret=True,
            examples=("<private-key>",),
        ),
        KeyRow(
            "serviceClient",
            STRING,
            "the service account's client id",
            required=True,
            examples=("<client-id>",),
        ),
    ),
    others=NODEMAILER_AUTH_ROWS,
    title="OAuth2 with a service account",
)
OAUTH2_TOKEN = Object(
    (
        _OAUTH2_TYPE,
        _OAUTH2_USER,
        KeyRow("clientId", STRING, "the OAuth2 client's id", examples=("<client-id>",)),
        KeyRow(
            "clientSecret", STRING, "the OAuth2 client's secret", secret=True, examples=("<client-secret>",)
        ),
        KeyRow(
            "refreshToken",
            STRING,
            "the token that buys access tokens",
            secret=True,
            examples=("<refresh-token>",),
        ),
        KeyRow(
            "accessToken", STRING, "an access token to start with", secret=True, examples=("<access-token>",)
        ),
        KeyRow("expires", NUMBER, "when accessToken expires, in milliseconds since 1970"),
        KeyRow(
            "accessUrl", STRING, "the token endpoint", default="https://accounts.google.com/o/oauth2/token"
        ),
    ),
    # A password beside a key that the login branch refuses is read by this branch, which knows no `pass`.
    others=(_PASS, *NODEMAILER_AUTH_ROWS),
    title="OAuth2 with a refresh token",
)
AUTH = Union((Union((LOGIN, OAUTH2_KEY)), OAUTH2_TOKEN))
