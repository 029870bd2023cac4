"""Every recorded send of Logto's connector, played again: the same server, the same config, the same mail."""

from __future__ import annotations

import functools
import itertools
import json
import re
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from smtp_verify.config import guard
from smtp_verify.config.loader import load_source
from smtp_verify.config.source import Source
from smtp_verify.errors import ConfigError
from smtp_verify.mail import message, readiness
from smtp_verify.mail import template as templates
from smtp_verify.mail.localization import NONE, Localization, Localized
from smtp_verify.mail.recipient import recipient
from smtp_verify.smtp import endpoint, mechanisms, session, transport
from smtp_verify.smtp.transcript import Ending, Outcome
from tests.smtp.sending import deliver
from tests.smtp.tokens import serve_tokens
from tests.smtpd import Log, certificates, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sampling import Sample

VECTORS = Path(__file__).parent.parent / "vectors" / "sends.jsonl"
CASES = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").split("\n") if line]
PATIENCE, SOON = 20_000, 300

# Where this program differs on purpose, and what it does there.
REFUSED_RECIPIENTS = {f"to-{n}" for n in (7, 8, 12, 13, 15, 16, 17, 18, 19, 26, 27, 31)}
REFUSED_CONFIGS = {"from-17", "from-18", "name-unicode", "name-space"}


def group_of(case: dict[str, Any]) -> str:
    return str(case["id"]).split("-")[0]


GROUPS = sorted({group_of(case) for case in CASES})


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
    config: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": str(port) if case["server"].get("port_as_string") else port,
        "auth": {},
        "fromEmail": "sender@example.com",
        "greetingTimeout": SOON if silent else PATIENCE,
        "templates": [{"usageType": usage_type, **template} for usage_type in required],
        **json.loads(json.dumps(case["config"]).replace('"@RSA"', json.dumps(rsa_pem()))),
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


def play(case: dict[str, Any], caps: tuple[str, ...], pipelining: bool) -> tuple[Ending, str, Log]:
    """The ending, why Logto rejects the config, and what the server saw."""
    knobs = {key: value for key, value in case["server"].items() if key not in ("port_as_string", "closed")}
    if knobs.get("greeting", "") is None:
        knobs["greeting"] = None
    knobs["caps"] = (*knobs.get("caps", ("8BITMIME", "SMTPUTF8")), *caps)
    if case["cert"]:
        knobs["cert"] = case["cert"]
    with serve(**knobs) as server, serve_tokens(case["token"]) as access_url:
        config = config_of(case, server.port, access_url)
        document = load_source(Source("config.json", json.dumps(config)))[0]
        template = templates.choose(document, case["type"], localization_of(case))
        ready = readiness.judge(config, template, sandbox=False)
        readiness.refuse(document, ready)
        rendered = templates.render(document, template, case["payload"])
        mail = rendered.mail(case["to"], config.get("customHeaders") or {})
        options = transport.effective(config)
        plan = session.Plan(
            endpoint.derive(options),
            message.build(mail, message.Stamp.now()),
            mechanisms.login_of(options),
            options["auth"],
            pipelining=pipelining,
        )
        return deliver(plan).ending, ready.logto_refuses, server.log


def settled(text: str) -> str:
    text = re.sub(r"(?m)^Message-ID:\s+<[0-9a-f-]{36}@", "Message-ID: <id@", text)
    return re.sub(r"(?m)^Date: \w{3}, \d{2} \w{3} 20.*$", "Date: now", text)


def parts(raw: bytes) -> tuple[str, bytes]:
    """The header section without what differs from one moment to the next, and the decoded body."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("utf-8")
    body = message_from_bytes(raw).get_payload(decode=True)
    assert isinstance(body, bytes)
    # Only CRLF leaves here; the connector left a bare CR as it was.
    return settled(head), re.sub(rb"\r\n|\r|\n", b"\n", body).rstrip(b"\n")


def disagreements(case: dict[str, Any], ending: Ending, log: Log) -> Iterator[str]:
    """What this program did otherwise than the connector."""
    outcome = case["outcome"]
    if (ending.outcome is Outcome.ACCEPTED) != outcome["ok"]:
        yield f"{ending.name}, where the connector said {outcome['detail']!r}"
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
        if parts(ours) != parts(theirs.encode("utf-8")):
            yield f"message {ours!r}"


def differs_on_purpose(case: dict[str, Any]) -> bool:
    """Whether the case is one of the deliberate differences, which then must be as the table says."""
    name = case["id"]
    if name in REFUSED_RECIPIENTS or address_refuses(case["to"]):
        with pytest.raises(ConfigError):
            recipient(case["to"])
    elif name in REFUSED_CONFIGS:
        with pytest.raises(ConfigError):
            play(case, (), pipelining=True)
    elif "crashed" in case["outcome"]["detail"]:
        ending, _, log = play(case, (), pipelining=True)
        assert (ending, log.messages) == (Ending.NO_CREDENTIALS, [])
    elif name == "port-string":
        ending, refuses, _ = play(case, (), pipelining=True)
        assert (ending, refuses) == (Ending.ACCEPTED, "port: Expected number, received string")
    elif name == "drop-dot":
        assert play(case, (), pipelining=True)[0] is Ending.UNKNOWN
    else:
        return False
    return True


def address_refuses(to: str) -> bool:
    """The recording also sent to what is no address at all; nodemailer found no recipient there."""
    try:
        recipient(to)
    except ConfigError:
        return True
    return False


@pytest.mark.parametrize("group", GROUPS)
def test_each_recorded_send_ends_as_the_connector_ended_it(
    group: str, record_property: Callable[[str, object], None]
) -> None:
    cases = [case for case in CASES if group_of(case) == group]
    wrong = {}
    for case in cases:
        if not differs_on_purpose(case):
            ending, _, log = play(case, (), pipelining=True)
            found = list(disagreements(case, ending, log))
            if found:
                wrong[case["id"]] = found
    record_property("agreement", f"sends, {group}: {len(cases) - len(wrong)} of {len(cases)}")
    assert wrong == {}


@pytest.mark.parametrize("group", GROUPS)
def test_pipelining_changes_no_outcome(group: str, sample: Sample) -> None:
    cases = sample(case for case in CASES if group_of(case) == group)
    for case in (case for case in cases if not differs_on_purpose(case)):
        ended = [play(case, ("PIPELINING",), pipelining) for pipelining in (True, False)]
        (grouped, _, seen), (single, _, log) = ended
        assert (grouped, seen.envelopes, seen.mechanism) == (single, log.envelopes, log.mechanism), case["id"]
        assert list(disagreements(case, grouped, seen)) == [], case["id"]


def test_every_recorded_config_is_judged_as_it_was() -> None:
    refused = [case["id"] for case in CASES if guard.guard(config_of(case, 25, None))]
    assert refused == ["port-string"]


def test_the_groups_hold_every_case() -> None:
    counted = itertools.chain.from_iterable(
        [case["id"] for case in CASES if group_of(case) == group] for group in GROUPS
    )
    assert len(list(counted)) == len(CASES) == 214
