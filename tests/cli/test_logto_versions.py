"""`--logto`: whose behavior is reported, and which versions do something else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.logto_versions import NAMES, VERSIONS, version_of
from tests.configs import config_for, write
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TO = ("--to", "to@example.com")
QUOTED = {"fromEmail": '"a@b"@example.com'}
NEWEST = NAMES[-1]


@pytest.mark.parametrize(
    ("text", "name"),
    [("1.40", "1.40"), ("1.42.0", "1.42"), ("v1.41.3", "1.41"), ("1.43.0", "1.43"), ("v1.43", "1.43")],
)
def test_a_patch_number_does_not_matter(text: str, name: str) -> None:
    assert version_of(text).name == name


@pytest.mark.parametrize(
    "text", ["", "1", "1.39", "1.44", "1.4", "2.40", "1.43.x", "newest", "1.43.0.0", "١.٤٣"]
)
def test_another_version_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"use one of 1\.40, 1\.41, 1\.42, 1\.43"):
        version_of(text)


@pytest.mark.parametrize(
    "words", [("validate",), ("render",), ("probe",), ("test-send", *TO)], ids=lambda words: words[0]
)
def test_an_unknown_version_is_2_and_lists_those_there_are(
    words: tuple[str, ...], run: Runner, tmp_path: Path
) -> None:
    command, *options = words
    path = write(tmp_path, config_for(1))
    done = run(command, path, *options, "--logto", "1.39", "--format", "json")
    assert (done.code, done.stdout) == (2, "")
    assert "--logto: '1.39'" in done.stderr
    assert "1.40, 1.41, 1.42, 1.43" in done.stderr


def logto_of(command: str, document: dict[str, Any]) -> dict[str, Any]:
    """The part of a JSON document that says which version it is about."""
    places = {"validate": "files", "render": "templates", "test-send": "results"}
    entry = document[places[command]][0] if command in places else document
    found = entry["logto"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", ["validate", "render", "probe", "test-send"])
def test_every_command_says_which_version_it_reports(
    command: str, name: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        path = write(tmp_path, config_for(server))
        to = TO if command == "test-send" else ()
        done = run(command, path, *to, "--logto", name, "--format", "json")
        default = run(command, path, *to, "--format", "json")
    assert logto_of(command, json.loads(done.stdout)).get("version") == name
    assert logto_of(command, json.loads(done.stdout))["differs"] == []
    assert logto_of(command, json.loads(default.stdout))["version"] == NEWEST


def test_the_sender_is_the_one_of_the_version(run: Runner, tmp_path: Path) -> None:
    senders = {}
    for version in VERSIONS:
        with serve() as server:
            path = write(tmp_path, config_for(server, **QUOTED))
            done = run("test-send", path, *TO, "--logto", version.name, "--format", "json")
        senders[version.name] = server.log.envelopes[0][0]
        (differs,) = json.loads(done.stdout)["results"][0]["logto"]["differs"]
        others = ["1.43"] if version.name != NEWEST else ["1.40", "1.41", "1.42"]
        assert differs["versions"] == others
        assert differs["what"].startswith("writes MAIL FROM:<")
    bare, quoted = "MAIL FROM:<a@b@example.com>", 'MAIL FROM:<"a@b"@example.com>'
    assert senders == {"1.40": bare, "1.41": bare, "1.42": bare, "1.43": quoted}


def test_a_service_that_only_some_know_is_told_by_every_command(run: Runner, tmp_path: Path) -> None:
    path = write(tmp_path, config_for(465, service="TurboSMTP", secure=True))
    told = "Logto 1.40, 1.41, 1.42: connects to 127.0.0.1, port 465, with implicit TLS, and does not log in"
    assert f"      {told}\n" in run("validate", path).stdout
    older = run("validate", path, "--logto", "1.42").stdout
    assert "Logto 1.43: connects to pro.turbo-smtp.com, port 465" in older
    assert "SV707 nodemailer does not know the service TurboSMTP" in older


def test_a_version_that_trusts_any_token_endpoint_is_told(run: Runner, tmp_path: Path) -> None:
    """1.40 has nodemailer 8.0.7, which takes a token from whoever answers."""
    with serve(starttls=True, auth=["XOAUTH2"]) as server, serve() as other:
        auth = {"type": "oauth2", "user": "u", "refreshToken": "r"}
        with serve(implicit_tls=True, cert="selfsigned") as tokens:
            auth["accessUrl"] = f"https://127.0.0.1:{tokens.port}/"
            path = write(tmp_path, config_for(server, auth=auth))
            newest = json.loads(run("test-send", path, *TO, "--format", "json").stdout)["results"][0]
            oldest = json.loads(run("test-send", path, *TO, "--format", "json", "--logto", "1.40").stdout)[
                "results"
            ][0]
    assert other.log.connections == 0
    assert (newest["exitCode"], newest["logto"]["sends"]) == (76, False)
    assert newest["logto"]["differs"] == [
        {"versions": ["1.40"], "what": "does not verify the certificate of the token endpoint, and goes on"}
    ]
    assert (oldest["exitCode"], oldest["logto"]["sends"], oldest["logto"]["differs"]) == (76, None, [])
    assert "8.0.7 does not verify the certificate" in oldest["logto"]["because"]


def test_settings_name_the_version_for_all_commands(run: Runner, tmp_path: Path) -> None:
    (tmp_path / ".smtp-verify.yaml").write_text('logto-version: "1.41"\n')
    with serve() as server:
        path = write(tmp_path, config_for(server))
        for command, to in (("validate", ()), ("render", ()), ("probe", ()), ("test-send", TO)):
            told = logto_of(command, json.loads(run(command, path, *to, "--format", "json").stdout))
            assert told["version"] == "1.41"
            over = run(command, path, *to, "--logto", "1.40", "--format", "json")
            assert logto_of(command, json.loads(over.stdout))["version"] == "1.40"
    isolated = run("validate", path, "--isolated", "--format", "json")
    assert logto_of("validate", json.loads(isolated.stdout))["version"] == NEWEST


@pytest.mark.parametrize("value", ["1.43", '"1.39"', "[]"])
def test_settings_with_no_such_version_are_2(value: str, run: Runner, tmp_path: Path) -> None:
    """Without quotes it is a number: 1.40 would be 1.4."""
    (tmp_path / ".smtp-verify.yaml").write_text(f"logto-version: {value}\n")
    done = run("validate", write(tmp_path, config_for(1)))
    assert done.code == 2
    assert '.smtp-verify.yaml:1: logto-version must be one of "1.40", "1.41", "1.42", "1.43"' in done.stderr


def test_no_difference_shows_a_custom_header_which_may_hold_a_secret(run: Runner, tmp_path: Path) -> None:
    headers = {"X-Key": "hush-hush-\x07-hush"}
    done = run("validate", write(tmp_path, config_for(1, customHeaders=headers)), "--format", "json")
    (differs,) = logto_of("validate", json.loads(done.stdout))["differs"]
    assert differs == {"versions": ["1.40", "1.41", "1.42"], "what": "writes another X-Key"}


CRASHES = [
    ({"auth": ["XOAUTH2"]}, {"user": "u", "pass": "p"}, 77, "SD213"),
    ({"auth": ["CRAM-MD5"], "password": "1234"}, {"user": "u", "pass": 1234}, 77, "SD216"),
    ({"auth": ["CRAM-MD5"], "password": "1234"}, {"user": "u", "pass": {"a": 1}}, 77, "SD216"),
    ({"auth": ["XOAUTH2"]}, {"type": "oauth2", "user": "u", "serviceClient": "c"}, 78, None),
]


@pytest.mark.parametrize(("knobs", "auth", "code", "diagnosis"), CRASHES)
def test_what_ends_the_process_of_logto_is_said_so(
    knobs: dict[str, Any], auth: dict[str, Any], code: int, diagnosis: str | None, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        done = run("test-send", write(tmp_path, config_for(server, auth=auth)), *TO, "--format", "json")
    assert (done.code, server.log.messages) == (code, [])
    assert "the whole Logto process exits" in done.stdout
    document = json.loads(done.stdout)
    if diagnosis is not None:
        (result,) = document["results"]
        assert (result["logto"]["sends"], result["diagnosis"]["code"]) == (False, diagnosis)
