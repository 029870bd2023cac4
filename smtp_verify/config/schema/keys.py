"""The schema as a table, one row a key; both verdicts, `--set` and the reference come from it.

Sources: @logto/connector-smtp 1.5.4 (`smtpConfigGuard` in lib/index.js), the connector's documentation, and
nodemailer 8.0.4 for the keys that the guard lets through and nodemailer honours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.config.schema.auth_keys import AUTH, LOGIN, OAUTH2_KEY, OAUTH2_TOKEN, PRIVATE_KEY
from smtp_verify.config.schema.kinds import (
    ANYTHING,
    BOOLEAN,
    NUMBER,
    STRING,
    STRINGS,
    KeyRow,
    Kind,
    ListOf,
    Object,
    OneOf,
    RecordKind,
    Union,
)
from smtp_verify.config.schema.nodemailer_keys import NODEMAILER_AUTH_ROWS, NODEMAILER_ROWS, TLS_ROWS

if TYPE_CHECKING:
    from smtp_verify.config.path import Path

USAGES = {
    "SignIn": "Sent to someone who signs in with a code.",
    "Register": "Sent to someone who creates an account.",
    "ForgotPassword": "Sent to someone who has forgotten the password.",
    "OrganizationInvitation": "Sent to someone who is invited to an organization.",
    "Generic": "Sent by the Test button, and in place of any mail that has no template of its own.",
    "UserPermissionValidation": "Sent to someone signed in who is about to do something that needs a check.",
    "BindNewIdentifier": "Sent to an address that someone signed in adds to the account.",
    "MfaVerification": "Sent as the second step of a sign-in.",
    "BindMfa": "Sent to someone who makes the email address a second step of signing in.",
}
"""Logto's usage types, and when a mail of each is sent."""
USAGE_TYPES = tuple(USAGES)
REQUIRED_USAGE_TYPES = ("Register", "SignIn", "ForgotPassword", "Generic")
CONTENTS = {"text/plain": "The body is text, shown as it is.", "text/html": "The body is a page."}
CONTENT_TYPES = tuple(CONTENTS)

CONNECTOR_TEMPLATE_ROWS = (
    KeyRow(
        "sendFrom",
        STRING,
        "the sender of this template; {{variables}} are replaced",
        examples=("Example App <invitations@example.com>",),
    ),
    KeyRow(
        "replyTo",
        STRING,
        "where answers to this template go; {{variables}} are replaced",
        examples=("{{inviter.primaryEmail}}",),
    ),
)
TEMPLATE = Object(
    (
        KeyRow(
            "usageType",
            STRING,
            "which mail this template is for",
            required=True,
            documented=True,
            choices=USAGES,
        ),
        KeyRow(
            "contentType",
            OneOf(CONTENT_TYPES),
            "the type of the body",
            required=True,
            documented=True,
            choices=CONTENTS,
        ),
        KeyRow(
            "subject",
            STRING,
            "the subject; {{variables}} are replaced",
            required=True,
            documented=True,
            examples=("{{code}} is your code",),
        ),
        KeyRow(
            "content",
            STRING,
            "the body; {{variables}} are replaced",
            required=True,
            documented=True,
            examples=("Enter this code to continue: {{code}}",),
        ),
    ),
    others=CONNECTOR_TEMPLATE_ROWS,
    title="Template",
)

CONFIG = Object(
    (
        KeyRow(
            "host",
            STRING,
            "the SMTP server's name or address",
            required=True,
            documented=True,
            examples=("smtp.example.com",),
        ),
        KeyRow(
            "port",
            NUMBER,
            "its port, a number such as 587; the documentation says string",
            required=True,
            documented=True,
            examples=(587, 465),
        ),
        KeyRow("auth", AUTH, "how to log in: user and pass, or OAuth2; {} does not log in", required=True),
        KeyRow(
            "fromEmail",
            STRING,
            "the sender, as an address or as Name <address>",
            required=True,
            documented=True,
            examples=("Example App <noreply@example.com>",),
        ),
        KeyRow("replyTo", STRING, "where answers go", examples=("support@example.com",)),
        KeyRow(
            "templates", ListOf(TEMPLATE), "one template for each usage type", required=True, documented=True
        ),
        KeyRow("logger", BOOLEAN, "log to Logto's console", default=False),
        KeyRow("debug", BOOLEAN, "log the whole SMTP traffic", default=False),
        KeyRow("disableFileAccess", BOOLEAN, "no effect on Logto's mails", default=False),
        KeyRow("disableUrlAccess", BOOLEAN, "no effect on Logto's mails", default=False),
        KeyRow("name", STRING, "the host name said in EHLO", examples=("logto.example.com",)),
        KeyRow(
            "localAddress", STRING, "the local IP address to connect from", examples=("<local-ip-address>",)
        ),
        KeyRow("connectionTimeout", NUMBER, "milliseconds for TCP and implicit TLS", default=120_000),
        KeyRow("greetingTimeout", NUMBER, "milliseconds for the greeting", default=30_000),
        KeyRow("socketTimeout", NUMBER, "milliseconds without a byte, at any later stage", default=600_000),
        KeyRow("dnsTimeout", NUMBER, "milliseconds for name resolution", default=30_000),
        KeyRow("secure", BOOLEAN, "implicit TLS; without the key, true on port 465 alone"),
        KeyRow("tls", RecordKind(ANYTHING, others=TLS_ROWS), "options of Node's tls.connect"),
        KeyRow(
            "servername",
            STRING,
            "the name for SNI and for the certificate check",
            examples=("smtp.example.com",),
        ),
        KeyRow("ignoreTLS", BOOLEAN, "never use STARTTLS; beats requireTLS", default=False),
        KeyRow("requireTLS", BOOLEAN, "insist on STARTTLS", default=False),
        KeyRow(
            "customHeaders",
            RecordKind(STRINGS),
            "headers added to every mail",
            examples=({"Auto-Submitted": "auto-generated"},),
        ),
    ),
    others=NODEMAILER_ROWS,
    title="Config of Logto's SMTP connector",
)


def _by_key(*groups: tuple[KeyRow, ...]) -> dict[str, KeyRow]:
    return {row.key: row for group in groups for row in group}


CONFIG_KEYS = _by_key(CONFIG.rows, CONFIG.others)
AUTH_KEYS = _by_key(OAUTH2_TOKEN.rows, OAUTH2_KEY.rows, LOGIN.rows, NODEMAILER_AUTH_ROWS)
TEMPLATE_KEYS = _by_key(TEMPLATE.rows, TEMPLATE.others)
TLS_KEYS = _by_key(TLS_ROWS)
PRIVATE_KEY_KEYS = _by_key(PRIVATE_KEY.rows)


def row_at(path: Path) -> KeyRow | None:
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
            return KeyRow(key, STRINGS, "a header")
        case ("customHeaders", str(key), int()):
            return KeyRow(key, STRING, "a header")
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


def rows_below(path: Path) -> dict[str, KeyRow]:
    """The keys of the object at a path; none where it is not known or may have any."""
    match path:
        case ():
            return CONFIG_KEYS
        case ("auth",):
            return AUTH_KEYS
        case ("auth", "privateKey"):
            return PRIVATE_KEY_KEYS
        case ("tls",):
            return TLS_KEYS
        case ("templates", int()):
            return TEMPLATE_KEYS
    return {}
