"""The schema as a table, one row a key; both verdicts, `--set` and the reference come from it.

Sources: @logto/connector-smtp 1.5.4 (`smtpConfigGuard` in lib/index.js), the connector's documentation, and
nodemailer 8.0.4 for the keys that the guard lets through and nodemailer honours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config.kinds import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    STRING,
    STRINGS,
    Kind,
    ListOf,
    Object,
    OneOf,
    Record,
    Row,
    Union,
)
from smtp_verify.config.nodemailer_keys import NODEMAILER_AUTH_ROWS, NODEMAILER_ROWS, TLS_ROWS

if TYPE_CHECKING:
    from smtp_verify.config.document import Path

LOGIN_TYPES = ("login", "Login", "LOGIN")
OAUTH2_TYPES = ("oauth2", "OAuth2", "OAUTH2")
USAGE_TYPES = (
    "SignIn",
    "Register",
    "ForgotPassword",
    "OrganizationInvitation",
    "Generic",
    "UserPermissionValidation",
    "BindNewIdentifier",
    "MfaVerification",
    "BindMfa",
)
REQUIRED_USAGE_TYPES = ("Register", "SignIn", "ForgotPassword", "Generic")
CONTENT_TYPES = ("text/plain", "text/html")

_OAUTH2_TYPE = Row("type", OneOf(OAUTH2_TYPES), "how to log in; without it nodemailer takes the login branch")
_OAUTH2_USER = Row("user", STRING, "the mailbox to send as", required=True)

LOGIN = Object(
    (
        Row("user", STRING, "the user name, at most providers the whole address"),
        Row("pass", STRING, "the password, or the app password", secret=True),
        Row("type", OneOf(LOGIN_TYPES), "login, the default"),
    ),
    strict=True,
)
OAUTH2_KEY = Object(
    (
        _OAUTH2_TYPE,
        _OAUTH2_USER,
        Row(
            "privateKey",
            Union(
                (
                    STRING,
                    Object(
                        (
                            Row("key", STRING, "the key as PEM text", required=True, secret=True),
                            Row("passphrase", STRING, "what opens the key", required=True, secret=True),
                        )
                    ),
                )
            ),
            "the service account's private key as PEM text",
            required=True,
            secret=True,
        ),
        Row("serviceClient", STRING, "the service account's client id", required=True),
    )
)
OAUTH2_TOKEN = Object(
    (
        _OAUTH2_TYPE,
        _OAUTH2_USER,
        Row("clientId", STRING, "the OAuth2 client's id"),
        Row("clientSecret", STRING, "the OAuth2 client's secret", secret=True),
        Row("refreshToken", STRING, "the token that buys access tokens", secret=True),
        Row("accessToken", STRING, "an access token to start with", secret=True),
        Row("expires", NUMBER, "when accessToken expires, in milliseconds since 1970"),
        Row("accessUrl", STRING, "the token endpoint", default="https://accounts.google.com/o/oauth2/token"),
    )
)
AUTH = Union((Union((LOGIN, OAUTH2_KEY)), OAUTH2_TOKEN))

TEMPLATE = Object(
    (
        Row("usageType", STRING, "which mail this template is for", required=True),
        Row("contentType", OneOf(CONTENT_TYPES), "the type of the body", required=True),
        Row("subject", STRING, "the subject; {{variables}} are replaced", required=True),
        Row("content", STRING, "the body; {{variables}} are replaced", required=True),
    )
)

CONFIG = Object(
    (
        Row("host", STRING, "the SMTP server's name or address", required=True),
        Row(
            "port",
            NUMBER,
            "its port, a number such as 587; the documentation says string",
            required=True,
        ),
        Row("auth", AUTH, "how to log in: user and pass, or OAuth2; {} does not log in", required=True),
        Row("fromEmail", STRING, "the sender, as an address or as Name <address>", required=True),
        Row("replyTo", STRING, "where answers go", documented=False),
        Row("templates", ListOf(TEMPLATE), "one template for each usage type", required=True),
        Row("logger", BOOLEAN, "log to Logto's console", default=False),
        Row("debug", BOOLEAN, "log the whole SMTP traffic", default=False),
        Row("disableFileAccess", BOOLEAN, "no effect on Logto's mails", default=False),
        Row("disableUrlAccess", BOOLEAN, "no effect on Logto's mails", default=False),
        Row("name", STRING, "the host name said in EHLO"),
        Row("localAddress", STRING, "the local IP address to connect from"),
        Row("connectionTimeout", NUMBER, "milliseconds for TCP and implicit TLS", default=120_000),
        Row("greetingTimeout", NUMBER, "milliseconds for the greeting", default=30_000),
        Row("socketTimeout", NUMBER, "milliseconds without a byte, at any later stage", default=600_000),
        Row("dnsTimeout", NUMBER, "milliseconds for name resolution", default=30_000),
        Row("secure", BOOLEAN, "implicit TLS; without the key, true on port 465 alone"),
        Row("tls", Record(ANYTHING), "options of Node's tls.connect"),
        Row("servername", STRING, "the name for SNI and for the certificate check"),
        Row("ignoreTLS", BOOLEAN, "never use STARTTLS; beats requireTLS", default=False),
        Row("requireTLS", BOOLEAN, "insist on STARTTLS", default=False),
        Row("customHeaders", Record(STRINGS), "headers added to every mail"),
    )
)

CONNECTOR_TEMPLATE_ROWS = (
    Row("sendFrom", STRING, "the sender of this template; {{variables}} are replaced", documented=False),
    Row("replyTo", STRING, "where answers to this template go; {{variables}} are replaced", documented=False),
)


def _by_key(*groups: tuple[Row, ...]) -> dict[str, Row]:
    return {row.key: row for group in groups for row in group}


CONFIG_KEYS = _by_key(CONFIG.rows, NODEMAILER_ROWS)
AUTH_KEYS = _by_key(OAUTH2_TOKEN.rows, OAUTH2_KEY.rows, LOGIN.rows, NODEMAILER_AUTH_ROWS)
TEMPLATE_KEYS = _by_key(TEMPLATE.rows, CONNECTOR_TEMPLATE_ROWS)
TLS_KEYS = _by_key(TLS_ROWS)
PRIVATE_KEY_KEYS = {
    "key": Row("key", STRING, "the key as PEM text", secret=True),
    "passphrase": Row("passphrase", STRING, "what opens the key", secret=True),
}


def row_at(path: Path) -> Row | None:
    """The row that speaks of the value at a path, or None where nothing is known of it."""
    match path:
        case (str(key),):
            return CONFIG_KEYS.get(key)
        case ("auth", str(key)):
            return AUTH_KEYS.get(key)
        case ("auth", "privateKey", str(key)):
            return PRIVATE_KEY_KEYS.get(key)
        case ("templates", int(), str(key)):
            return TEMPLATE_KEYS.get(key)
        case ("tls", str(key)):
            return TLS_KEYS.get(key)
        case ("customHeaders", str(key)):
            return Row(key, STRINGS, "a header", documented=False)
        case ("customHeaders", str(key), int()):
            return Row(key, STRING, "a header", documented=False)
    return None


def wants_string(path: Path) -> bool:
    """Whether the value at a path should be a string."""
    row = row_at(path)
    return row is not None and _takes_string(row.kind)


def is_secret(path: Path) -> bool:
    """Whether the value at a path must never show; all that lies below a secret is secret too."""
    rows = (row_at(path[:length]) for length in range(1, len(path) + 1))
    return any(row is not None and row.secret for row in rows)


def _takes_string(kind: Kind) -> bool:
    if isinstance(kind, Union):
        return any(_takes_string(option) for option in kind.options)
    return isinstance(kind, OneOf) or kind == STRING
