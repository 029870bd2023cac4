"""The recorded sends of Logto's connector, played again: the same server, the same config, the same mail.

Each corpus is played as each version of Logto has it: the record of nodemailer 8.0.11, and for 9.0.5 the rows
that came out differently.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import replace
from email import message_from_bytes
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import LogtoVersion, version_of
from smtp_verify.mail import message
from smtp_verify.mail import template as templates
from smtp_verify.mail.localization import NONE, Localization, Localized
from smtp_verify.mail.recipient import recipient
from smtp_verify.runs import readiness
from smtp_verify.smtp import endpoint, transport
from smtp_verify.smtp.login import mechanisms
from smtp_verify.smtp.session import session
from smtp_verify.smtp.wire.transcript import Ending, Outcome
from tests.conftest import VECTORS
from tests.smtp.sending import deliver
from tests.smtp.tokens import serve_tokens
from tests.smtpd import Log, certificates, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE, SOON = 20_000, 300
CORPORA = {"sends": 214, "sends-extra": 77}
"""How many scenarios each holds."""
VERSIONS = ("1.42", "1.43")
"""Those with a record of their nodemailer: 8.0.11 and 9.0.5."""

# Where this program differs on purpose, and what it does there.
REFUSED_RECIPIENTS = {f"to-{n}" for n in (7, 8, 12, 13, 15, 16, 17, 18, 19, 26, 27, 31)}
REFUSED_RECIPIENTS |= {"x-maxrecipients", "x-recipients-101", "x-recipients-1001"}
REFUSED_CONFIGS = {"from-17", "from-18", "name-unicode", "name-space"}
REFUSED_CONFIGS |= {"x-reply-32", "x-head-16", "x-name-space", "x-name-crlf"}


class Played(NamedTuple):
    """One scenario, played."""

    ending: Ending
    logto_refuses: str
    otherwise: str
    """How Logto would have reached the server, where that is not as we did."""
    log: Log


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of a file of records."""
    lines = (VECTORS / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@functools.cache
def cases(corpus: str, version: str) -> tuple[dict[str, Any], ...]:
    """The scenarios of a corpus, with the outcomes of one version."""
    newer = version_of(version).nodemailer.major == 9
    differing = {row["id"]: row["outcome"] for row in rows("nodemailer-9")} if newer else {}
    return tuple({**case, "outcome": differing.get(case["id"], case["outcome"])} for case in rows(corpus))


def group_of(case: dict[str, Any]) -> str:
    """What a scenario is about."""
    return str(case["id"]).removeprefix("x-").split("-")[0]


@functools.cache
def rsa_pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def config_of(case: dict[str, Any], port: int, access_url: str | None) -> dict[str, Any]:
    """The config as the recording made it."""
    template = {"contentType": "text/plain", "subject": "Your code", "content": "Code {{code}}"}
    required = ("Register", "SignIn", "ForgotPassword", "Generic")
    silent = case["outcome"]["detail"].startswith("Greeting never")
    own = json.dumps(case["config"]).replace('"@RSA"', json.dumps(rsa_pem())).replace("@PORT", str(port))
    config: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": str(port) if case["server"].get("port_as_string") else port,
        "auth": {},
        "fromEmail": "sender@example.com",
        "greetingTimeout": SOON if silent else PATIENCE,
        "templates": [{"usageType": usage_type, **template} for usage_type in required],
        **json.loads(own),
    }
    if case["cert"]:
        config["tls"] = {"ca": certificates().ca, **config.get("tls", {})}
    if access_url is not None:
        config["auth"]["accessUrl"] = access_url
    return config


def localization_of(case: dict[str, Any]) -> Localization:
    if case["i18n"] is None:
        return NONE
    document = load_source(Source("i18n.json", json.dumps([{"details": case["i18n"]}])))[0]
    found = Localized(document, (0, "details"), "en", case["type"], case["i18n"])
    return Localization((found,), None, "en")


def _knobs(case: dict[str, Any], caps: tuple[str, ...]) -> dict[str, Any]:
    knobs = {key: value for key, value in case["server"].items() if key not in ("port_as_string", "closed")}
    # Several lines in one reply are sent as they are.
    knobs = {
        key: f"{value}\r\n".encode() if isinstance(value, str) and "\r\n" in value else value
        for key, value in knobs.items()
    }
    knobs["caps"] = (*knobs.get("caps", ("8BITMIME", "SMTPUTF8")), *caps)
    return {**knobs, "cert": case["cert"]} if case["cert"] else knobs


def play(
    case: dict[str, Any], version: LogtoVersion, caps: tuple[str, ...] = (), pipelining: bool = True
) -> Played:
    """Send what the scenario sends, to a server that does what its server did."""
    with serve(**_knobs(case, caps)) as server, serve_tokens(case["token"]) as access_url:
        config = config_of(case, server.port, access_url)
        (document,) = load_source(Source("config.json", json.dumps(config)))
        document = replace(document, logto=version)
        template = templates.choose(document, case["type"], localization_of(case))
        ready = readiness.judge(config, template, sandbox=False)
        readiness.refuse(document, ready)
        rendered = templates.render(document, template, case["payload"])
        mail = rendered.mail(case["to"], config.get("customHeaders") or {})
        options = transport.effective(config, version.nodemailer)
        plan = session.Plan(
            endpoint.derive(options),
            message.build(mail, message.Stamp.now()),
            mechanisms.login_of(options),
            options.get("auth") or {},
            pipelining=pipelining,
        )
        otherwise = transport.reaches_otherwise(options)
        return Played(deliver(plan).ending, ready.logto_refuses, otherwise, server.log)


def settled(text: str) -> str:
    """A header section without what differs from one moment to the next."""
    text = re.sub(r"(?m)^Message-ID:\s+<[0-9a-f-]{36}@", "Message-ID: <id@", text)
    return re.sub(r"(?m)^Date: \w{3}, \d{2} \w{3} 20.*$", "Date: now", text)


def parts(raw: bytes) -> tuple[str, bytes]:
    """The header section, and the decoded body."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8")
    body = message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(body, bytes)
    # Only CRLF leaves here; the connector left a bare CR as it was.
    return settled(head), re.sub(rb"\r\n|\r|\n", b"\n", body).rstrip(b"\n")


def disagreements(case: dict[str, Any], played: Played) -> Iterator[str]:
    """What this program did otherwise than the connector."""
    outcome, log = case["outcome"], played.log
    if (played.ending.outcome is Outcome.ACCEPTED) != outcome["ok"]:
        yield f"{played.ending.name}, where the connector said {outcome['detail']!r}"
    if len(log.messages) != outcome["delivered"]:
        yield f"{len(log.messages)} messages"
    if log.mechanism != outcome["authed"]:
        yield f"AUTH {log.mechanism}"
    if outcome["ok"] and log.tls != outcome["tls"]:
        yield f"TLS {log.tls}"
    envelopes = [[sender, list(to)] for sender, to in log.envelopes]
    if envelopes != outcome["envelopes"]:
        yield f"envelopes {envelopes}"
    for ours, theirs in zip(log.messages, outcome["messages"], strict=False):
        if parts(ours) != parts(theirs.encode("utf-8", "surrogatepass")):
            yield f"message {ours!r}"


def differs_on_purpose(case: dict[str, Any], version: LogtoVersion) -> bool:
    """Whether it is one of the deliberate differences, which then must be as the table of README says."""
    name = case["id"]
    if name in REFUSED_RECIPIENTS or address_refuses(case["to"], version):
        with pytest.raises(ConfigError):
            recipient(case["to"], version.nodemailer)
    elif name in REFUSED_CONFIGS:
        with pytest.raises(ConfigError):
            play(case, version)
    elif "crashed" in case["outcome"]["detail"]:
        played = play(case, version)
        assert (played.ending, played.log.messages) == (Ending.NO_CREDENTIALS, [])
    elif name == "port-string":
        played = play(case, version)
        assert (played.ending, played.logto_refuses) == (
            Ending.ACCEPTED,
            "port: Expected number, received string",
        )
    elif name == "drop-dot":
        assert play(case, version).ending is Ending.UNKNOWN
    elif name == "x-lmtp":
        played = play(case, version)
        assert (played.ending, played.otherwise) == (Ending.ACCEPTED, "it would speak LMTP")
    else:
        return False
    return True


def address_refuses(to: str, version: LogtoVersion) -> bool:
    """The recording also sent to what is no address at all; nodemailer found no recipient there."""
    try:
        recipient(to, version.nodemailer)
    except ConfigError:
        return True
    return False


def played_wrong(corpus: str, version: str, group: str) -> dict[str, list[str]]:
    """The scenarios of a group that come out otherwise than recorded, and how."""
    logto = version_of(version)
    wrong = {}
    for case in cases(corpus, version):
        if group_of(case) == group and not differs_on_purpose(case, logto):
            found = list(disagreements(case, play(case, logto)))
            if found:
                wrong[case["id"]] = found
    return wrong


def groups(corpus: str) -> list[str]:
    """The groups of a corpus."""
    return sorted({group_of(case) for case in cases(corpus, VERSIONS[0])})
