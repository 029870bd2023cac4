"""Localized templates, overrides and other transports, through the program itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import config_for, write
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Runner, WriteConfig

PASSWORD = "correct-horse-battery"
TO = ("--to", "to@example.com", "--no-input")


def entry(tag: str, usage_type: str, **details: Any) -> dict[str, Any]:
    usual = {"subject": f"{usage_type} in {tag}: {{{{code}}}}", "content": "<p>c</p>"}
    return {"languageTag": tag, "templateType": usage_type, "details": {**usual, **details}}


@pytest.fixture
def localized(tmp_path: Path) -> Path:
    """French SignIn, English Generic, German Generic."""
    sender = {"sendFrom": "{{application.name}} <app@example.com>"}
    entries = [entry("fr", "SignIn", **sender), entry("en", "Generic"), entry("de", "Generic")]
    return write(tmp_path, {"templates": entries}, "i18n.json")


def only(run: Run, key: str = "results") -> dict[str, Any]:
    assert run.code == 0, run.stderr
    (result,) = json.loads(run.stdout)[key]
    assert isinstance(result, dict)
    return result


@pytest.mark.parametrize(
    ("args", "subject"),
    [
        ((), "Generic in en: 123456"),
        (("--locale", "fr"), "SignIn in fr: 123456"),
        (("--locale", "fr-CA"), "Generic in en: 123456"),
        (("--locale", "es", "--fallback-locale", "de"), "Generic in de: 123456"),
        (("--fallback-locale", "fr"), "SignIn in fr: 123456"),
        (("--locale", "es", "--fallback-locale", "es"), "Your code"),
    ],
)
def test_render_takes_the_template_logto_would_take(
    run: Runner, write_config: WriteConfig, localized: Path, args: tuple[str, ...], subject: str
) -> None:
    write_config()
    usual = ("--usage", "SignIn", "--format", "json", "--email-templates", str(localized))
    done = run("render", "a.json", *usual, *args)
    told = only(done, "templates")
    assert told["subject"] == subject
    assert told["source"] == ("config" if subject == "Your code" else "email-templates")
    assert (told["index"] is None) is (subject != "Your code")


def test_render_shows_a_localized_mail(run: Runner, write_config: WriteConfig, localized: Path) -> None:
    write_config()
    args = ("--usage", "SignIn", "--locale", "fr", "--email-templates", localized)
    done = run("render", "a.json", *args)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith(
        "── SignIn, localized for fr (templates[0].details, line 1)\nFrom: Example App <app@example.com>\n"
    )


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("{}", 78, "i18n.json: holds no list of localized templates"),
        ("[\n  {}]", 78, "i18n.json:2:3: a localized template needs languageTag, templateType and details"),
        (None, 66, "none.json"),
    ],
)
def test_a_file_of_localized_templates_that_is_none_stops_both_commands(
    run: Runner, write_config: WriteConfig, tmp_path: Path, text: str | None, code: int, message: str
) -> None:
    write_config()
    if text is not None:
        write(tmp_path, text, "i18n.json")
    name = "none.json" if text is None else "i18n.json"
    for command in (("render", "a.json"), ("test-send", "a.json", "--sandbox", *TO)):
        done = run(*command, "--email-templates", name)
        assert (done.code, done.stdout) == (code, "")
        assert message in done.stderr


def test_a_localized_mail_is_sent(run: Runner, write_config: WriteConfig, localized: Path) -> None:
    write_config()
    args = ("--usage", "SignIn", "--locale", "fr", "--email-templates", localized, "--code", "482913")
    done = run("test-send", "a.json", "--sandbox", *TO, *args)
    assert (done.code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert "From: Example App <app@example.com>" in lines
    assert "Subject: SignIn in fr: 482913" in lines
    assert "Content-Type: text/html; charset=utf-8" in lines
    assert "  template  SignIn, localized for fr (line 1)" in lines


def test_without_the_file_a_locale_changes_nothing(run: Runner, write_config: WriteConfig) -> None:
    write_config()
    done = run("render", "a.json", "--locale", "fr", "--format", "json")
    assert only(done, "templates")["source"] == "config"


def test_render_takes_overrides(run: Runner, write_config: WriteConfig) -> None:
    write_config()
    args = ("--set", "fromEmail=New <new@example.com>", "--set", "templates.3.subject=Hello {{code}}")
    told = only(run("render", "a.json", "--format", "json", *args), "templates")
    assert (told["from"], told["subject"]) == ("New <new@example.com>", "Hello 123456")


# The transcript -----------------------------------------------------------------------------------------


def test_the_transcript_is_for_its_owner_alone_and_masks_the_secrets(run: Runner, tmp_path: Path) -> None:
    said = f"250 2.0.0 queued for {PASSWORD}"
    with serve(auth=["LOGIN"], password=PASSWORD, caps=["PIPELINING"], dot=said) as server:
        config = config_for(server, auth={"user": "u", "pass": PASSWORD}, name="client.example")
        done = run("test-send", write(tmp_path, config), *TO, "--transcript", "session.txt")
        port = server.port
    assert done.code == 0
    path = tmp_path / "session.txt"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text() == (
        "# to@example.com: accepted at dot\n"
        f"# 127.0.0.1:{port}, STARTTLS where offered, 127.0.0.1:{port}\n"
        "S: 220 mx.example ESMTP\n"
        "C: EHLO client.example\n"
        "S: 250-mx.example\n"
        "S: 250-PIPELINING\n"
        "S: 250 AUTH LOGIN\n"
        "C: AUTH LOGIN ***\n"
        "S: 334 VXNlcm5hbWU6\n"
        "C: ***\n"
        "S: 334 UGFzc3dvcmQ6\n"
        "C: ***\n"
        "S: 235 2.7.0 welcome\n"
        "C: MAIL FROM:<sender@example.com>\n"
        "S: 250 2.1.0 sender fine\n"
        "C: RCPT TO:<to@example.com>\n"
        "S: 250 2.1.5 recipient fine\n"
        "C: DATA\n"
        "S: 354 go\n"
        "C: .\n"
        "S: 250 2.0.0 queued for ***\n"
        "C: QUIT\n"
        "S: 221 2.0.0 bye\n"
    )
    assert PASSWORD not in done.stdout + done.stderr


def test_no_pipelining_says_one_command_at_a_time(run: Runner, tmp_path: Path) -> None:
    with serve(caps=["PIPELINING"], rcpt="550 5.1.1 unknown") as server:
        config = write(tmp_path, config_for(server))
        grouped = run("test-send", config, *TO)
        seen = server.log.verbs
        server.log.commands.clear()
        single = run("test-send", config, *TO, "--no-pipelining")
    assert (grouped.code, single.code) == (67, 67)
    assert (seen[-1], server.log.verbs[-1]) == ("DATA", "RCPT")


# Other transports ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "replaced", "stages"),
    [
        ({"url": f"smtps://u:{PASSWORD}@relay.invalid"}, ["host", "port", "url"], ["tls", "auth"]),
        ({"url": "smtp://relay.invalid:25"}, ["host", "port", "url"], ["tls"]),
        ({"service": "Gmail"}, ["host", "port", "service"], ["tls", "auth"]),
        ({"service": "Maildev"}, ["host", "port", "service"], ["auth"]),
    ],
)
def test_the_sandbox_takes_the_place_of_a_url_and_a_service(
    run: Runner, write_config: WriteConfig, keys: dict[str, Any], replaced: list[str], stages: list[str]
) -> None:
    write_config(**keys)
    done = run("test-send", "a.json", "--sandbox", *TO, "--format", "json")
    result = only(done)
    assert (result["outcome"], result["replaced"]) == ("accepted", replaced)
    done_in = {"starttls": "tls"}
    took_place = [done_in.get(stage, stage) for stage in result["timings"]]
    assert [each for each in took_place if each in ("tls", "auth")] == stages
    assert PASSWORD not in done.stdout + done.stderr


def test_what_breaks_on_save_is_said(run: Runner, write_config: WriteConfig) -> None:
    write_config(auth={})
    done = run("test-send", "a.json", "--sandbox", *TO)
    assert done.code == 0
    assert (
        "   on save  Save strips what is empty, and Logto then rejects the config: auth: Invalid input\n"
        in done.stdout
    )
