"""Every field that reaches a message or a command, with a payload in it: what is asked for, what must come.

The refusals are the conformance table's, a rule for each field; all else is sent as nodemailer reads it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.payloads import HIDING_WORDS, PAYLOADS
from tests.smtpd import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

FROM, TO, CODE = "sender@example.com", "to@example.com", "123456"
EHLO = "client.example"
BODY = "Code {{code}}"
USUAL = (
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Content-Transfer-Encoding",
    "Date",
    "MIME-Version",
    "Content-Type",
)
USAGE, NO_HOST, CONFIG = 2, 68, 78


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run of `test-send`."""

    config: dict[str, Any] = field(default_factory=dict)
    template: dict[str, Any] = field(default_factory=dict)
    """Laid over every template."""
    localized: dict[str, Any] | None = None
    usage: str = "Generic"
    to: str = TO
    code: str | None = CODE
    var: list[str] = field(default_factory=list)
    vars: dict[str, Any] | None = None
    overrides: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """What must come of it."""

    exit_code: int = 0
    """Other than 0, it comes before anything is connected."""
    named: str = ""
    """The field, in the message of a refusal."""
    headers: tuple[str, ...] = USUAL
    body: str = f"Code {CODE}"
    ehlo: str = EHLO
    login: tuple[str, str] | None = None
    """The user, and the password or the token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A field, and how a payload gets there."""

    lay: Callable[[str, str], Attempt]
    """From the payload, and the payload in its frame."""
    frame: str
    """The field's text; the payload takes the place of the `*`."""
    rule: Callable[[str], int]
    """The exit code for a text."""
    named: str = ""
    is_template: bool = False
    """Variables are replaced in it."""
    headers: tuple[str, ...] = ()
    """Besides the usual ones."""
    becomes: Callable[[str], dict[str, Any]] = lambda _: {}
    """What of the expectations the text makes other than usual."""

    def attempt(self, payload: str) -> Attempt:
        """The run with this payload."""
        return self.lay(payload, self.frame.replace("*", payload))

    def meant(self, payload: str) -> Meant:
        """What must come of it."""
        text = self.frame.replace("*", payload)
        if self.is_template:
            text = text.replace("{{code}}", CODE)
        usual = Meant(headers=(*USUAL, *self.headers), named=self.named, exit_code=self.rule(text))
        return replace(usual, **self.becomes(text))


# The rules of the conformance table -----------------------------------------------------------------------


def sent(_: str) -> int:
    """Always: base64, a body or a name that no header holds."""
    return 0


def refused(_: str) -> int:
    """Always."""
    return CONFIG


def is_host(text: str) -> int:
    """Another host's name, once IDNA has left out what nobody sees."""
    return 0 if text.strip("\u200b\ufeff") == LOOPBACK else NO_HOST


def is_address(text: str) -> int:
    """`fromEmail` and `replyTo`, the templates' own among them: no control character of any kind."""
    control = any(unicodedata.category(character) == "Cc" for character in text)
    return CONFIG if control else is_header(text)


def is_header(text: str) -> int:
    """A subject, or a custom header: CR and LF become a space, unless an encoded word hides them."""
    return CONFIG if any(word in text for word in HIDING_WORDS.values()) else 0


def is_recipients(text: str) -> int:
    """A header that adds recipients. DEL would reach a command, and nodemailer removes all like it."""
    return CONFIG if "\x7f" in text else is_header(text)


def is_header_name(text: str) -> int:
    """RFC 5322 section 2.2, once JavaScript has trimmed it."""
    return 0 if re.fullmatch(r"[!-9;-~]+", trimmed(text)) else CONFIG


def trimmed(text: str) -> str:
    """Without JavaScript's white space around it; a line break is no part of a name anywhere."""
    return text.strip("\t\v\f \u00a0\u3000\ufeff\u2028\u2029")


def is_ehlo_name(text: str) -> int:
    """ASCII without spaces."""
    return 0 if re.fullmatch("[!-~]+", text) else CONFIG


# Where a text is laid -------------------------------------------------------------------------------------


def _config(key: str) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(config={key: text})


def _auth(**keys: str) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(
        config={"auth": {key: value.replace("*", text) for key, value in keys.items()}}
    )


def _template(key: str) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(template={key: text})


def _localized(key: str) -> Callable[[str, str], Attempt]:
    usual = {"subject": "Your code", "content": BODY, "contentType": "text/plain"}
    return lambda _, text: Attempt(localized={**usual, key: text})


def _header(name: str) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(config={"customHeaders": {name: text}})


def _set(path: str) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(overrides=[f"{path}={text}"])


def _environment(name: str, **config: Any) -> Callable[[str, str], Attempt]:
    return lambda _, text: Attempt(environment={f"SMTP_VERIFY_SET_{name}": text}, config=config)


def _variable(key: str, frame: str, **more: Any) -> Spot:
    """`--var`, in a field of a template; its value is not searched for variables again."""

    def lay(payload: str, _: str) -> Attempt:
        template = {key: frame.replace("*", "{{application.name}}")}
        return Attempt(template=template, var=[f"application.name={payload}"])

    return Spot(lay=lay, frame=frame, **more)


def _variables_file(payload: str, _: str) -> Attempt:
    template = {"subject": "Hello {{user.name}}", "content": "Hello {{user.name}}"}
    return Attempt(template=template, code=None, vars={"user": {"name": payload}, "code": CODE})


def _code(payload: str, _: str) -> Attempt:
    return Attempt(template={"subject": BODY}, code=payload)


def _body(text: str) -> dict[str, Any]:
    return {"body": text}


def _ehlo(text: str) -> dict[str, Any]:
    return {"ehlo": text}


# The fields -----------------------------------------------------------------------------------------------

_ACME, _SENDER, _BEHIND = "Acme* <sender@example.com>", "sen*der@example.com", "sender@example.com*"
_ANSWERS = "answers@example.com*"

CONNECTION = {
    "host": Spot(lay=_config("host"), frame="127.0.0.1*", rule=is_host),
    "localAddress": Spot(lay=_config("localAddress"), frame="127.0.0.1*", rule=refused, named="localAddress"),
    "name": Spot(
        lay=_config("name"), frame="client*.example", rule=is_ehlo_name, named="name", becomes=_ehlo
    ),
    "auth.user": Spot(
        lay=_auth(user="*", **{"pass": "p"}),
        frame="u*",
        rule=sent,
        becomes=lambda text: {"login": (text, "p")},
    ),
    "auth.pass": Spot(
        lay=_auth(user="u", **{"pass": "*"}),
        frame="p*",
        rule=sent,
        becomes=lambda text: {"login": ("u", text)},
    ),
    "auth.accessToken": Spot(
        lay=_auth(type="OAuth2", user="u*", accessToken="t*"),
        frame="*",
        rule=sent,
        becomes=lambda text: {"login": (f"u{text}", f"t{text}")},
    ),
}

ADDRESSES = {
    "fromEmail, name": Spot(lay=_config("fromEmail"), frame=_ACME, rule=is_address, named="fromEmail"),
    "fromEmail, local part": Spot(
        lay=_config("fromEmail"), frame=_SENDER, rule=is_address, named="fromEmail"
    ),
    "fromEmail, behind": Spot(lay=_config("fromEmail"), frame=_BEHIND, rule=is_address, named="fromEmail"),
    "replyTo, behind": Spot(
        lay=_config("replyTo"), frame=_ANSWERS, rule=is_address, named="replyTo", headers=("Reply-To",)
    ),
    "sendFrom, name": Spot(
        lay=_template("sendFrom"), frame=_ACME, rule=is_address, named="sendFrom", is_template=True
    ),
    "sendFrom, behind": Spot(
        lay=_template("sendFrom"), frame=_BEHIND, rule=is_address, named="sendFrom", is_template=True
    ),
    "template.replyTo": Spot(
        lay=_template("replyTo"),
        frame=_ANSWERS,
        rule=is_address,
        named="replyTo",
        is_template=True,
        headers=("Reply-To",),
    ),
    "localized sendFrom": Spot(
        lay=_localized("sendFrom"), frame=_ACME, rule=is_address, named="sendFrom", is_template=True
    ),
    "--var in sendFrom": _variable("sendFrom", _ACME, rule=is_address, named="sendFrom"),
    "--var in replyTo": _variable(
        "replyTo", _ANSWERS, rule=is_address, named="replyTo", headers=("Reply-To",)
    ),
    "--set fromEmail": Spot(lay=_set("fromEmail"), frame=_ACME, rule=is_address, named="fromEmail"),
    "SMTP_VERIFY_SET_FROMEMAIL": Spot(
        lay=_environment("FROMEMAIL"), frame=_BEHIND, rule=is_address, named="fromEmail"
    ),
    "SMTP_VERIFY_SET_REPLYTO": Spot(
        lay=_environment("REPLYTO"), frame=_ANSWERS, rule=is_address, named="replyTo", headers=("Reply-To",)
    ),
    "Bcc": Spot(
        lay=_header("Bcc"), frame="hidden@example.com*", rule=is_recipients, named="customHeaders.Bcc"
    ),
    "Cc": Spot(
        lay=_header("Cc"),
        frame="co*py@example.com",
        rule=is_recipients,
        named="customHeaders.Cc",
        headers=("Cc",),
    ),
    "Reply-To": Spot(
        lay=_header("Reply-To"),
        frame=_ANSWERS,
        rule=is_header,
        named="customHeaders.Reply-To",
        headers=("Reply-To",),
    ),
    "Sender": Spot(
        lay=_header("Sender"),
        frame=_ACME,
        rule=is_header,
        named="customHeaders.Sender",
        headers=("Sender",),
    ),
}
"""What nodemailer reads addresses in: the recording says which ones, where they are not the usual."""

TEXTS = {
    "subject": Spot(
        lay=_template("subject"), frame="Your* code", rule=is_header, named="subject", is_template=True
    ),
    "content": Spot(lay=_template("content"), frame="Your* code", rule=sent, is_template=True, becomes=_body),
    "content, a line": Spot(
        lay=_template("content"), frame="Your\r\n*\r\ncode", rule=sent, is_template=True, becomes=_body
    ),
    "content, html": Spot(
        lay=lambda _, text: Attempt(template={"content": text, "contentType": "text/html"}),
        frame="<p>Your* code</p>",
        rule=sent,
        is_template=True,
        becomes=_body,
    ),
    "usageType": Spot(
        lay=lambda _, text: Attempt(template={"usageType": text}, usage=text), frame="SignIn*", rule=sent
    ),
    "contentType": Spot(lay=_template("contentType"), frame="text/plain*", rule=refused, named="contentType"),
    "localized subject": Spot(
        lay=_localized("subject"), frame="Your* code", rule=is_header, named="subject", is_template=True
    ),
    "localized content": Spot(
        lay=_localized("content"), frame="Your* code", rule=sent, is_template=True, becomes=_body
    ),
    "localized contentType": Spot(lay=_localized("contentType"), frame="text/plain*", rule=sent),
    "--var in subject": _variable("subject", "Hello *!", rule=is_header, named="subject"),
    "--var in content": _variable("content", "Hello *!", rule=sent, becomes=_body),
    "--vars": Spot(lay=_variables_file, frame="Hello *", rule=is_header, named="subject", becomes=_body),
    "--code": Spot(lay=_code, frame="Code *", rule=is_header, named="subject", becomes=_body),
    "--set name": Spot(
        lay=_set("name"), frame="client*.example", rule=is_ehlo_name, named="name", becomes=_ehlo
    ),
    "--set content": Spot(
        lay=_set("templates[3].content"), frame="Your* code", rule=sent, is_template=True, becomes=_body
    ),
    "--set customHeaders": Spot(
        lay=_set("customHeaders.X-A"),
        frame="x*",
        rule=is_header,
        named="customHeaders.X-A",
        headers=("X-A",),
    ),
    "SMTP_VERIFY_SET_NAME": Spot(
        lay=_environment("NAME"), frame="client*.example", rule=is_ehlo_name, named="name", becomes=_ehlo
    ),
    "SMTP_VERIFY_SET_TEMPLATES__3__SUBJECT": Spot(
        lay=_environment("TEMPLATES__3__SUBJECT"),
        frame="Your* code",
        rule=is_header,
        named="subject",
        is_template=True,
    ),
    "SMTP_VERIFY_SET_AUTH__PASS": Spot(
        lay=_environment("AUTH__PASS", auth={"user": "u"}),
        frame="p*",
        rule=sent,
        becomes=lambda text: {"login": ("u", text)},
    ),
}

HEADERS = {
    f"{name}, a value": Spot(
        lay=_header(name), frame=frame, rule=is_header, named=f"customHeaders.{name}", headers=headers
    )
    for name, frame, headers in (
        ("X-A", "x*", ("X-A",)),
        ("To", "other*@example.com", ()),
        ("Subject", "Another*", ()),
        ("Message-ID", "<one*@example.com>", ()),
        ("Date", "Fri, 02 Jan 2026 03:04:05 +0000*", ()),
        ("References", "<one@example.com>*", ("References",)),
        ("List-Unsubscribe", "<https://example.com/*>", ("List-Unsubscribe",)),
        ("Content-Type", "text/plain; name=x*", ("Content-Type",)),
        ("Content-Transfer-Encoding", "base64*", ()),
    )
} | {
    "X-A, an array": Spot(
        lay=lambda _, text: Attempt(config={"customHeaders": {"X-A": ["x", text]}}),
        frame="x*",
        rule=is_header,
        named="customHeaders.X-A",
        headers=("X-A", "X-A"),
    ),
    "a header's name": Spot(
        lay=lambda _, text: Attempt(config={"customHeaders": {text: "x"}}),
        frame="X-A*",
        rule=is_header_name,
        named="customHeaders",
        becomes=lambda text: {"headers": (*USUAL, trimmed(text))},
    ),
}

# Recipients -----------------------------------------------------------------------------------------------

# A --to is exactly one mailbox or refused. These payloads leave it one, and all others do not.
_LETTERS = {
    "a dot", "zero width", "override", "isolate", "homograph", "IDN", "punycode", "fullwidth dot",
    "fullwidth at", "emoji", "backslash", "comment", "bang path", "word, b, CRLF",
    "word, B, LF", "word, b, no padding", "word, UTF-16", "harmless word", "long word", "long, not ASCII",
    "code", "another variable", "what every object has", "a replacement of JavaScript", "a format",
}  # fmt: skip
_SPACES = {"line separator", "paragraph separator", "no-break space", "ideographic space", "byte order mark"}
_TAKEN = {
    # A name holds nearly everything, spaces, an unquoted @ and a merged comma among them.
    "Recipient* <to@example.com>": _LETTERS | _SPACES
    | {"at", "list", "SIZE", "percent hack", "word, Q, small hex", "long words"},
    # An address in brackets makes a name of all that is around it.
    "t*o@example.com": _LETTERS | {"second address"},
    # A comment without an end reaches to the end.
    "to@exam*ple.com": _LETTERS | {"second address", "open comment"},
    # What is trimmed, empty or quoted and empty behind an address is nothing.
    "to@example.com*": _LETTERS | _SPACES
    | {"second address", "open comment", "comma", "semicolon", "quote"},
}  # fmt: skip


def _recipient(frame: str) -> Spot:
    taken = {frame.replace("*", PAYLOADS[name]) for name in _TAKEN[frame]}

    def rule(text: str) -> int:
        return 0 if text in taken else USAGE

    return Spot(lay=lambda _, text: Attempt(to=text), frame=frame, rule=rule, named="--to")


RECIPIENTS = {f"--to {frame}": _recipient(frame) for frame in _TAKEN}
