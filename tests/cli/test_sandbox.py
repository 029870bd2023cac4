"""`test-send --sandbox`: an embedded server in the place of the configured one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import TEMPLATES, write
from tests.conftest import ROOT
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Runner

SAMPLES = ROOT / "sample-configs"
TO = ("--to", "to@example.com", "--sandbox", "--no-input")

# What stands in for each sample's own values.
REPLACED = {
    "aliyun-directmail.yaml": "host, port, auth.user, auth.pass, fromEmail",
    "every-option.yaml": (
        "host, port, localAddress, servername, name, auth.user, auth.pass, fromEmail, replyTo,"
        " templates[4].sendFrom"
    ),
    "gmail-oauth2.yaml": (
        "host, port, auth.accessUrl, auth.user, auth.clientId, auth.clientSecret, auth.refreshToken,"
        " fromEmail"
    ),
    "gmail-starttls.yaml": "host, port, auth.user, auth.pass, fromEmail",
    "gmail.yaml": "host, port, auth.user, auth.pass, fromEmail",
    "relay-unauthenticated.json": "host, port, fromEmail",
    "sendgrid.json": "host, port, auth.pass, fromEmail",
}


def config(**changes: Any) -> dict[str, Any]:
    """A config whose host answers nobody."""
    usual = {
        "host": "mx.invalid",
        "port": 587,
        "auth": {"user": "u", "pass": "correct-horse"},
        "fromEmail": "sender@example.com",
        "templates": TEMPLATES,
    }
    return {**usual, **changes}


def result_of(run: Run) -> dict[str, Any]:
    (result,) = json.loads(run.stdout)["results"]
    assert isinstance(result, dict)
    return result


def test_every_sample_is_tried() -> None:
    assert {path.name for path in SAMPLES.iterdir()} - {"README.md"} == REPLACED.keys()


@pytest.mark.parametrize("name", REPLACED)
def test_a_sample_sends_as_it_is_and_shows_the_message(name: str, run: Runner) -> None:
    done = run("test-send", SAMPLES / name, *TO, "--code", "048291")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "accepted by the sandbox, code 048291; nothing left this machine"
    message, _, report = done.stdout.partition("─" * 72)
    assert "048291" in message.partition("\n\n")[2]
    assert re.search(r"^Subject: .*048291", message, re.MULTILINE)
    replaced = re.search(r"^ *replaced  (.*)$", report, re.MULTILINE)
    assert replaced
    assert set(replaced[1].split(", ")) == set(REPLACED[name].split(", "))


@pytest.mark.parametrize(
    ("changes", "version", "logs_in"),
    [
        ({"port": 465}, "TLSv1.3", True),
        ({"port": 465, "secure": True}, "TLSv1.3", True),
        ({"port": 587}, "TLSv1.3", True),
        ({"port": 587, "requireTLS": True}, "TLSv1.3", True),
        ({"port": 25, "ignoreTLS": True}, None, True),
        ({"tls": {"maxVersion": "TLSv1.2"}}, "TLSv1.2", True),
        ({"tls": {"rejectUnauthorized": False}}, "TLSv1.3", True),
        ({"auth": {}}, "TLSv1.3", False),
        ({"auth": {"type": "login"}}, "TLSv1.3", False),
        ({"auth": {"type": "oauth2", "user": "u", "accessToken": "a-token"}}, "TLSv1.3", True),
    ],
)
def test_security_and_credentials_are_the_configs_own(
    changes: dict[str, Any], version: str | None, logs_in: bool, run: Runner, tmp_path: Path
) -> None:
    done = run("test-send", write(tmp_path, config(**changes)), *TO, "--format", "json")
    result = result_of(done)
    assert done.code == 0, result["reason"]
    assert (result["tls"]["version"] if result["tls"] else None) == version
    assert ("auth" in result["timings"]) is logs_in
    assert (result["sandbox"], result["proven"]) == (True, ["message"])
    assert "starttls" in result["timings"] or version is None or changes.get("port") == 465


@pytest.mark.parametrize(
    ("changes", "code", "stage"),
    [
        ({"tls": {"maxVersion": "TLSv1.1"}}, 76, "starttls"),
        ({"tls": {"minVersion": "newest"}}, 78, "config"),
        ({"auth": {"user": "u"}}, 77, "auth"),
        ({"auth": {"user": "u", "pass": "p"}, "authMethod": "NTLM"}, 77, "auth"),
        ({"auth": {"type": "oauth2", "user": "u"}}, 77, "auth"),
        ({"auth": {"user": "u", "pass": "p"}, "authMethod": "CRAM-MD5"}, 77, "auth"),
    ],
)
def test_a_setting_that_is_wrong_is_wrong_here_too(
    changes: dict[str, Any], code: int, stage: str, run: Runner, tmp_path: Path
) -> None:
    done = run("test-send", write(tmp_path, config(**changes)), *TO, "--format", "json")
    assert done.code == code
    assert result_of(done)["stage"] == stage


@pytest.mark.parametrize(
    "auth",
    [
        {"refreshToken": "r" * 20, "clientId": "id", "clientSecret": "s" * 20},
        {"serviceClient": "service", "privateKey": "<private-key>"},
    ],
    ids=["refresh token", "service account"],
)
def test_tokens_come_from_an_endpoint_of_the_sandbox(
    auth: dict[str, str], run: Runner, tmp_path: Path
) -> None:
    auth = {"type": "oauth2", "user": "u", "accessUrl": "https://tokens.invalid/", **auth}
    done = run("test-send", write(tmp_path, config(auth=auth)), *TO, "--format", "json")
    result = result_of(done)
    assert done.code == 0, result["reason"]
    assert "auth.accessUrl" in result["replaced"]
    assert "auth" in result["timings"]


@pytest.mark.parametrize(
    "changes",
    [
        lambda port: {"host": "127.0.0.1", "port": port},
        lambda port: {"url": f"smtp://127.0.0.1:{port}"},
        lambda port: {"port": 465, "tls": {"host": "127.0.0.1", "port": port}},
        lambda port: {"proxy": f"http://127.0.0.1:{port}"},
        lambda port: {"auth": {"type": "oauth2", "user": "u", "refreshToken": "r", "accessUrl": f"http://127.0.0.1:{port}/"}},
    ],
    ids=["host", "url", "tls.host", "proxy", "accessUrl"],
)  # fmt: skip
def test_nothing_is_connected_but_the_sandbox(changes: Any, run: Runner, tmp_path: Path) -> None:
    with serve() as outside:
        done = run("test-send", write(tmp_path, config(**changes(outside.port))), *TO)
    assert done.code == 0
    assert outside.log.connections == 0


@pytest.mark.parametrize("format_", ["text", "json"])
def test_what_would_stop_a_real_send_is_said_first(format_: str, run: Runner, tmp_path: Path) -> None:
    path = write(tmp_path, config(host="smtp.gmail.com", auth={"type": "login"}))
    done = run("test-send", path, *TO, "--format", format_)
    assert done.code == 0
    if format_ == "json":
        logto = result_of(done)["logto"]
        assert (logto["sends"], "no user and no pass" in logto["because"]) == (False, True)
        return
    lines = done.stdout.splitlines()
    assert re.fullmatch(r".*config\.json:1:\d+: error SV301 auth has no user and no pass: .*", lines[0])
    assert re.fullmatch(r"accepted by the sandbox, code \d{6}; nothing left this machine", lines[-1])
    assert "does not send it" in done.stdout


def test_each_of_several_recipients_gets_a_message_of_its_own(run: Runner, tmp_path: Path) -> None:
    done = run("test-send", write(tmp_path, config()), *TO, "--to", "other@example.com")
    assert done.code == 0
    assert re.findall(r"^To: (.*)$", done.stdout, re.MULTILINE) == ["to@example.com", "other@example.com"]


@pytest.mark.parametrize("value", ["=?no-such-charset?Q?abc?=", "=?utf-8?B?a?=", "=?utf-8?Q?=1b[31m?="])
def test_an_encoded_word_that_cannot_be_read_is_shown_as_it_is(
    value: str, run: Runner, tmp_path: Path
) -> None:
    done = run("test-send", write(tmp_path, config(customHeaders={"X-Odd": value})), *TO)
    assert done.code == 0
    assert "\nX-Odd: " in done.stdout
    assert "\x1b" not in done.stdout


def test_control_characters_of_a_configs_keys_are_escaped(run: Runner, tmp_path: Path) -> None:
    done = run("test-send", write(tmp_path, config(**{"x\x1b[31m\u202e": "<something>"})), *TO)
    assert done.code == 0
    assert r"x\x1b[31m\u202e" in done.stdout
    assert not re.search("[\x1b\u202e]", done.stdout + done.stderr)
