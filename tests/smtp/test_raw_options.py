"""Options that nodemailer or Node throws on: nothing is sent, and validate says so. Each was run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.smtp import raw_options
from smtp_verify.smtp.tls import node_options
from tests.configs import config_for, write
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

DKIM = {"domainName": "example.com", "keySelector": "s", "privateKey": "x"}
THROWS: list[tuple[str, dict[str, Any], bool]] = [
    ("url", {"url": 5}, False),
    ("url", {"url": {}}, False),
    ("service", {"service": True}, False),
    ("service", {"service": []}, False),
    ("auth.method", {"auth": {"user": "u", "pass": "p", "method": ["PLAIN"]}}, False),
    ("SES", {"SES": {}}, True),
    ("connection", {"connection": 1}, True),
    ("socket", {"socket": {}}, False),
    ("customAuth", {"customAuth": {"PLAIN": "x"}}, True),
    ("dkim.headerFieldNames", {"dkim": {**DKIM, "headerFieldNames": ["From"]}}, True),
    ("dkim.skipFields", {"dkim": {**DKIM, "skipFields": ["Date"]}}, True),
    ("dkim.hashAlgo", {"dkim": {**DKIM, "hashAlgo": "nope"}}, True),
    ("dkim.keys", {"dkim": {"keys": [None]}}, True),
    ("dnsTimeout", {"host": "localhost", "dnsTimeout": 1500.5}, True),
    ("socketTimeout", {"socketTimeout": -1}, True),
    ("maxConnections", {"pool": True, "maxConnections": -1}, False),
    ("url", {"url": "smtp://h?tls=5&tls.a=1"}, False),
]


@pytest.mark.parametrize(("key", "changes", "exits"), THROWS)
def test_what_nodemailer_throws_on_is_never_sent(
    key: str, changes: dict[str, Any], exits: bool, run: Runner, tmp_path: Path
) -> None:
    with serve(auth=["PLAIN"]) as server:
        config = write(tmp_path, config_for(server, **changes))
        sent = run("test-send", config, "--to", "to@example.com", "--format", "json")
        probed = run("probe", config, "--format", "json")
    assert (sent.code, probed.code, server.log.connections) == (78, 78, 0)
    message = json.loads(sent.stdout)["error"]["message"]
    assert f"{key}: " in message
    assert ("the whole Logto process exits" in message) is exits
    judged = json.loads(run("validate", config, "--format", "json").stdout)["files"][0]
    assert judged["connector"]["valid"] is True
    stopping = [each for each in judged["findings"] if each["stops"]]
    assert [each["pointer"] for each in stopping] == ["/" + key.replace(".", "/")]


@pytest.mark.parametrize(
    "options",
    [
        {"SES": None, "connection": 0, "socket": "", "customAuth": {}},
        {"dkim": {**DKIM, "headerFieldNames": "From:To", "hashAlgo": "sha256"}},
        {"host": "127.0.0.1", "dnsTimeout": 1500.5},
        {"host": "localhost", "dnsTimeout": -1},
        {"socketTimeout": 3e9},
        {"maxConnections": -1},
        {"pool": True, "maxConnections": 1},
        {"auth": {"user": "u", "pass": "p", "method": 0}},
    ],
    ids=str,
)
def test_what_nodemailer_takes_is_left_alone(options: dict[str, Any]) -> None:
    assert list(raw_options.refused(options, options)) == []


TLS: list[tuple[str, list[Any], list[Any]]] = [
    ("sigalgs", ["x", "", 5], ["RSA+SHA256", "rsa_pss_rsae_sha256:ECDSA+SHA384", "ed25519", None]),
    ("ecdhCurve", ["x", 5, None], ["auto", "prime256v1", "P-256:X25519", "secp256k1"]),
    ("crl", ["garbage", 5, ""], [None]),
    ("dhparam", [5], ["auto", None]),
    ("secureOptions", ["x", 1.5], [-1, 0, 4, None]),
    ("minDHSize", ["x", 0, -1, None], [1024]),
    ("ALPNProtocols", ["x", {}, [5], [""]], [["a"], [], None]),
    ("session", [5, {}], ["x", 0, None]),
    ("enableTrace", ["x"], [True, False, None]),
    ("highWaterMark", [-1, "x", 1.5], [5, None]),
    ("timeout", [-1, "x"], [0, 5, "", False, None]),
    ("sessionTimeout", ["x", -1, 1.5], [5, None]),
    ("cert", [5, {}, [5]], [None]),
    ("key", [5, {}, [5]], [None, [{"pem": "x"}]]),
    ("pfx", ["x", 5, {}, ""], [None]),
    ("ca", [5, {}, True], [[], "x", "", None]),
    ("servername", [{}, ["localhost"], 5], ["", None]),
    ("checkServerIdentity", [None, "x"], []),
    ("secureContext", ["x"], [None]),
    ("socket", ["x"], ["", 0, None]),
    ("host", [5, True, [], {}], ["", 0, "mail.example.com", None]),
    ("port", ["", "x", None, -1, 70000, 1.5, True, [5]], [0, 465, "465", "0x1d1"]),
    ("localAddress", ["x", 5, []], ["::1", "127.0.0.1", "", None]),
    ("localPort", ["5", [], True], [5, 0, None]),
    ("autoSelectFamilyAttemptTimeout", [0, -1, 1.5, "5"], [1, None]),
    ("sessionIdContext", [5, [], "a" * 33], ["a" * 32, "", None]),
    ("privateKeyIdentifier", ["x", 0], [None]),
]


@pytest.mark.parametrize(("key", "bad", "good"), TLS, ids=[each[0] for each in TLS])
def test_what_node_throws_on_is_known(key: str, bad: list[Any], good: list[Any]) -> None:
    """Recorded with Node 22: tls.connect throws at the former, and not at the latter."""
    assert [value for value in bad if not list(node_options.refused({key: value}, implicit=True))] == []
    assert [value for value in good if list(node_options.refused({key: value}, implicit=True))] == []


@pytest.mark.parametrize("options", [{"sigalgs": "RSA+SHA256"}, {"minDHSize": 2048}], ids=str)
def test_what_is_not_acted_on_leaves_open_what_logto_does(
    options: dict[str, Any], run: Runner, tmp_path: Path
) -> None:
    with serve(starttls=True) as server:
        config = config_for(server)
        path = write(tmp_path, {**config, "tls": {**config["tls"], **options}})
        done = run("test-send", path, "--to", "to@example.com", "--format", "json")
    (result,) = json.loads(done.stdout)["results"]
    assert (result["outcome"], result["logto"]["sends"]) == ("accepted", None)
    assert f"Logto would follow tls.{next(iter(options))}" in result["logto"]["because"]


TRUE = [
    ({"streamTransport": {}}, {}, 0, False),
    ({"jsonTransport": []}, {}, 0, False),
    ({"lmtp": []}, {}, 0, None),
    ({"opportunisticTLS": {}}, {"starttls": True, "starttls_reply": "454 no"}, 0, True),
    ({"authMethod": 0, "auth": {"user": "u", "pass": "p"}}, {"auth": ["PLAIN"]}, 0, True),
    ({"auth": {"user": "u", "pass": {}}}, {"auth": ["PLAIN"], "password": "[object Object]"}, 0, True),
    ({"proxy": 5}, {}, 0, True),
    ({"proxy": "socks5://127.0.0.1:1"}, {}, 0, False),
    ({"socketTimeout": 3e9}, {}, 0, True),
    ({"dnsTimeout": 1}, {}, 0, True),
]


@pytest.mark.parametrize(("changes", "knobs", "code", "sends"), TRUE, ids=[str(each[0]) for each in TRUE])
def test_what_is_true_to_javascript_acts(
    changes: dict[str, Any], knobs: dict[str, Any], code: int, sends: bool | None, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        path = write(tmp_path, config_for(server, **changes))
        done = run("test-send", path, "--to", "to@example.com", "--format", "json")
    (result,) = json.loads(done.stdout)["results"]
    assert (done.code, result["logto"]["sends"]) == (code, sends)
