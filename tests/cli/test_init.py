"""`init`: the file it writes, what it refuses, and what it asks for."""

from __future__ import annotations

import errno
import json
import os
import pty
import select
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.cli.terminal.output import write_new_file
from smtp_verify.errors import OutputError
from smtp_verify.providers.table import PROVIDERS
from tests.conftest import ROOT, clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Runner

PASSWORD = "abcd efgh ijkl mnop"
LIST = """\
provider                host                                port              user
gmail                   smtp.gmail.com                      465 implicit TLS  your address
google-workspace-relay  smtp-relay.gmail.com                587 STARTTLS      your address
microsoft365            smtp.office365.com                  587 STARTTLS      your address
outlook.com             smtp-mail.outlook.com               587 STARTTLS      your address, OAuth2 alone
icloud                  smtp.mail.me.com                    587 STARTTLS      your address
yahoo                   smtp.mail.yahoo.com                 465 implicit TLS  your address
fastmail                smtp.fastmail.com                   465 implicit TLS  your address
zoho                    smtp.zoho.com                       465 implicit TLS  your address
yandex                  smtp.yandex.ru                      465 implicit TLS  your address
mailru                  smtp.mail.ru                        465 implicit TLS  your address
qq                      smtp.qq.com                         465 implicit TLS  your address
exmail                  smtp.exmail.qq.com                  465 implicit TLS  your address
163                     smtp.163.com                        465 implicit TLS  your address
126                     smtp.126.com                        465 implicit TLS  your address
sendgrid                smtp.sendgrid.net                   587 STARTTLS      the word apikey
aliyun                  smtpdm.aliyun.com                   465 implicit TLS  sender address
aliyun-intl             smtpdm-ap-southeast-1.aliyuncs.com  465 implicit TLS  sender address
ses                     email-smtp.us-east-1.amazonaws.com  587 STARTTLS      smtp username
mailgun                 smtp.mailgun.org                    587 STARTTLS      smtp user
mailjet                 in-v3.mailjet.com                   587 STARTTLS      api key
postmark                smtp.postmarkapp.com                587 STARTTLS      server token
brevo                   smtp-relay.brevo.com                587 STARTTLS      smtp login
resend                  smtp.resend.com                     465 implicit TLS  the word resend
mailpit                 localhost                           1025 no TLS       none
generic                 <smtp-host>                         587 STARTTLS      username
"""


# The list ------------------------------------------------------------------------------------------------


def test_the_list_names_each_provider_with_its_host_port_and_user(run: Runner) -> None:
    done = run("init", "--list")
    assert (done.code, done.stdout, done.stderr) == (0, LIST, "")


def test_the_list_as_json_has_one_entry_for_each_provider(run: Runner) -> None:
    done = run("init", "--list", "--format", "json")
    document = json.loads(done.stdout)
    assert (done.code, done.stderr, document["version"]) == (0, "", 1)
    assert [each["name"] for each in document["providers"]] == [each.name for each in PROVIDERS]
    assert document["providers"][0] == {
        "name": "gmail",
        "title": "Gmail or Google Workspace",
        "aliases": ["google", "googlemail", "google-mail", "workspace"],
        "host": "smtp.gmail.com",
        "regions": [],
        "ports": [{"port": 465, "security": "implicit TLS"}, {"port": 587, "security": "STARTTLS"}],
        "user": "<your-address>",
        "password": "<app-password>",
        "fromEmail": "<your-address>",
        "oauth2": True,
        "page": "https://support.google.com/a/answer/176600",
    }
    assert document["providers"][-1]["host"] is None


def test_a_list_that_cannot_be_written_is_told_as_json_too(run: Runner) -> None:
    done = run("init", "--list", "--format", "json", "-o", "no/such/folder")
    assert done.code == 73
    assert json.loads(done.stdout)["providers"] == []


# The file ------------------------------------------------------------------------------------------------


def test_the_file_is_named_after_the_provider_and_tells_what_is_left(run: Runner, tmp_path: Path) -> None:
    done = run("init", "gmail")
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr == (
        "smtp-verify: wrote gmail.yaml\n"
        "to fill in: auth.user <your-address> (line 11)\n"
        "to fill in: auth.pass <app-password> (line 14)\n"
        "to fill in: fromEmail <your-address> (line 18)\n"
        "next: smtp-verify test-send gmail.yaml --to you@example.com --sandbox\n"
    )
    assert os.listdir(tmp_path) == ["gmail.yaml"]
    assert stat.S_IMODE((tmp_path / "gmail.yaml").stat().st_mode) == 0o600
    lines = (tmp_path / "gmail.yaml").read_text().splitlines()
    assert lines[:18] == [
        "# Gmail or Google Workspace: port 465, implicit TLS.",
        "# More on these settings: https://support.google.com/a/answer/176600",
        "",
        "host: smtp.gmail.com",
        "# Or 587 with secure: false and requireTLS: true.",
        "port: 465",
        "secure: true # true: TLS from the start",
        "",
        "auth:",
        "  # The whole address you sign in to Gmail with, not an alias.",
        "  user: '<your-address>'",
        "  # An app password, not the password of the account: 16 letters, written without the spaces that"
        " Google shows.",
        "  # Turn on 2-Step Verification first, then create one:"
        " https://support.google.com/accounts/answer/185833",
        "  pass: '<app-password>'",
        "",
        "# The sender: the same address.",
        "# A name may stand before it: 'Example App <you@example.com>'.",
        "fromEmail: '<your-address>'",
    ]


def test_the_next_command_works_as_it_is_told(run: Runner) -> None:
    told = run("init", "gmail", "--lang", "ru").stderr.splitlines()[-1]
    command = told.removeprefix("next: smtp-verify ").split()
    done = run(*command)
    assert (done.code, done.stderr) == (0, "")
    assert "Subject: " in done.stdout
    assert "код подтверждения" in done.stdout


def test_values_given_beforehand_are_filled_in(run: Runner, tmp_path: Path) -> None:
    given = ("auth.user=me@example.com", "fromEmail=me@example.com", "auth.pass=env:P")
    done = run("init", "gmail", *(f"--set={each}" for each in given), env={"P": PASSWORD})
    assert done.code == 0
    assert done.stderr == (
        "smtp-verify: wrote gmail.yaml\nnext: smtp-verify test-send gmail.yaml --to you@example.com\n"
    )
    assert run("validate", "--strict", "gmail.yaml").code == 0
    assert f"  pass: '{PASSWORD}'\n" in (tmp_path / "gmail.yaml").read_text()


@pytest.mark.parametrize(
    ("given", "sender"),
    [
        (("auth.user=me@example.com",), "me@example.com"),
        (("auth.user=me@example.com", "fromEmail=other@example.com"), "other@example.com"),
    ],
)
def test_a_value_is_given_once_for_all_that_ask_for_the_same(
    run: Runner, tmp_path: Path, given: tuple[str, ...], sender: str
) -> None:
    """As at the terminal: Gmail's sender is the address that logs in."""
    done = run("init", "gmail", *(f"--set={each}" for each in given))
    assert done.stderr.splitlines()[1:] == [
        "to fill in: auth.pass <app-password> (line 14)",
        "next: smtp-verify test-send gmail.yaml --to you@example.com --sandbox",
    ]
    assert f"fromEmail: '{sender}'\n" in (tmp_path / "gmail.yaml").read_text()


@pytest.mark.parametrize(
    ("arguments", "name", "expected"),
    [
        (("--format", "json"), "ses.json", {"host": "email-smtp.us-east-1.amazonaws.com", "port": 587}),
        (("-o", "x.json"), "x.json", {"secure": False, "requireTLS": True}),
        (("-o", "x.conf", "--port", "2465"), "x.conf", {"port": 2465, "secure": True}),
        (("--region", "eu-west-1"), "ses.yaml", {"host": "email-smtp.eu-west-1.amazonaws.com"}),
        (("--set", "replyTo=help@example.com"), "ses.yaml", {"replyTo": "help@example.com"}),
        (("--set", "port=2587", "--set", "secure=false"), "ses.yaml", {"port": 2587, "secure": False}),
    ],
)
def test_options_choose_format_host_and_port(
    run: Runner, tmp_path: Path, arguments: tuple[str, ...], name: str, expected: dict[str, Any]
) -> None:
    done = run("init", "ses", *arguments)
    assert done.code == 0
    assert os.listdir(tmp_path) == [name]
    report = run("render", name, "--format", "json", "--all")
    assert len(json.loads(report.stdout)["templates"]) == 9
    text = (tmp_path / name).read_text()
    for key, value in expected.items():
        written = json.dumps(value) if text.startswith("{") else str(value).lower()
        assert (
            f'"{key}": {written}' in text if text.startswith("{") else f"{key}: " in text and written in text
        )


def test_text_templates_are_plain(run: Runner) -> None:
    done = run("init", "qq", "--text", "--lang", "zh", "-o", "-")
    assert done.code == 0
    assert "text/html" not in done.stdout
    assert done.stdout.count("contentType: text/plain") == 9
    assert "您的验证码是：" in done.stdout
    assert done.stderr.startswith("to fill in: auth.user <your-address>")


def test_any_server_takes_any_port(run: Runner, tmp_path: Path) -> None:
    assert run("init", "generic", "--port", "10025").code == 0
    assert "port: 10025\nsecure: false" in (tmp_path / "generic.yaml").read_text()


def test_a_provider_is_found_by_another_name(run: Runner, tmp_path: Path) -> None:
    assert run("init", "Office365", "--oauth2").code == 0
    assert "accessUrl: '<token-endpoint>'" in (tmp_path / "microsoft365.yaml").read_text()


# What is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gmial",), "there is no provider 'gmial'; did you mean gmail?"),
        ((), "name a provider; init --list names them"),
        (("gmail", "--list"), "--list takes no provider"),
        (("--list", "--format", "yaml"), "--list takes no provider, and writes text or json"),
        (("gmail", "--format", "text"), "--format text is for --list"),
        (("gmail", "--region", "eu"), "--region: gmail has none"),
        (("mailgun", "--region", "ue"), "mailgun has no such region"),
        (("ses", "--region", "eu-wst-1"), "did you mean eu-west-1?"),
        (("gmail", "--port", "25"), "--port 25: gmail listens on 465, 587"),
        (("generic", "--port", "65536"), "--port 65536"),
        (("sendgrid", "--oauth2"), "--oauth2: sendgrid is not known to take it"),
        (("gmail", "-o", "x.json", "--format", "yaml"), "the name says JSON"),
        (("gmail", "-o", ""), "the name of the file is empty"),
        (("gmail", "--set", "port=587"), "give the port with --port"),
        (("gmail", "--set", "auth.pass=hunter2hunter2"), "a secret in the command line"),
        (("gmail", "--set", "auth.pass=env:P", "-o", "-"), "a secret, which is not printed"),
        (("gmail", "--set", "auth.pass=env:P", "-o", "/dev/stdout"), "a secret, which is not printed"),
        (("gmail", "--set", "auth.pass=env:P", "-o", "/dev/stderr"), "a secret, which is not printed"),
        (("gmail", "--set", "auth.pass=ask:"), "needs a terminal"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run: Runner, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    done = run("init", *arguments, env={"P": PASSWORD})
    assert (done.code, done.stdout) == (2, "")
    assert message in done.stderr
    assert PASSWORD not in done.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("templates=[]", "no template for Register, SignIn, ForgotPassword, Generic"),
        ("templates=7", "templates is a number"),
        ("connectionTimeout=1e999", "cannot be written into a config"),
    ],
)
def test_a_value_that_makes_no_config(run: Runner, tmp_path: Path, given: str, message: str) -> None:
    done = run("init", "gmail", "--set", given)
    if message.startswith("no template"):
        assert (done.code, os.listdir(tmp_path)) == (0, ["gmail.yaml"])
        assert "warning: " in done.stderr
    else:
        assert (done.code, os.listdir(tmp_path)) == (78, [])
    assert message in done.stderr


def test_a_file_that_is_there_is_left_alone(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "gmail.yaml").write_text("mine\n")
    done = run("init", "gmail")
    assert (done.code, done.stdout) == (73, "")
    assert done.stderr == (
        "smtp-verify: gmail.yaml: is there already; --force overwrites it, -o FILE writes another\n"
    )
    assert (tmp_path / "gmail.yaml").read_text() == "mine\n"
    assert os.listdir(tmp_path) == ["gmail.yaml"]


def test_a_link_to_nowhere_is_there_too(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "gmail.yaml").symlink_to("elsewhere.yaml")
    assert run("init", "gmail").code == 73
    assert os.listdir(tmp_path) == ["gmail.yaml"]


def test_with_force_it_is_overwritten_for_its_owner_alone(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "gmail.yaml").write_text("mine\n")
    (tmp_path / "gmail.yaml").chmod(0o644)
    assert run("init", "gmail", "--force").code == 0
    assert "smtp.gmail.com" in (tmp_path / "gmail.yaml").read_text()
    assert stat.S_IMODE((tmp_path / "gmail.yaml").stat().st_mode) == 0o600


def test_a_folder_that_is_not_there_is_told(run: Runner) -> None:
    done = run("init", "gmail", "-o", "no/such/gmail.yaml")
    assert done.code == 73
    assert "no/such/gmail.yaml: cannot be written" in done.stderr


def test_a_file_that_came_in_between_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "gmail.yaml"
    path.write_text("mine\n")
    with pytest.raises(OutputError, match="File exists"):
        write_new_file(str(path), b"ours")
    assert path.read_text() == "mine\n"
    assert os.listdir(tmp_path) == ["gmail.yaml"]


def test_a_file_system_without_links_takes_the_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "gmail.yaml"
    write_new_file(str(path), b"ours")
    assert path.read_bytes() == b"ours"
    assert os.listdir(tmp_path) == ["gmail.yaml"]
    with pytest.raises(OutputError, match="is there already"):
        write_new_file(str(path), b"more")
    assert os.listdir(tmp_path) == ["gmail.yaml"]
    assert path.read_bytes() == b"ours"


# At a terminal -------------------------------------------------------------------------------------------


@contextmanager
def at_a_terminal(folder: Path, *args: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The program with a terminal as its standard input and error, and our end of that terminal."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "smtp_verify", "init", *args]
    streams: dict[str, Any] = {"stdin": theirs, "stdout": subprocess.PIPE, "stderr": theirs}
    with subprocess.Popen(
        command, cwd=folder, env=clean_environment(), start_new_session=True, **streams
    ) as process:
        os.close(theirs)
        try:
            yield ours, process
        finally:
            process.kill()
            os.close(ours)


def answer(terminal: int, question: str, text: str) -> str:
    """Wait for a question, answer it, and return what was shown up to there."""
    shown = b""
    end = time.monotonic() + 30
    while question.encode() not in shown:
        assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], f"only: {shown!r}"
        shown += os.read(terminal, 4096)
    os.write(terminal, text.encode() + b"\n")
    return shown.decode()


def ended(terminal: int, process: subprocess.Popen[bytes]) -> str:
    """What is shown until the program ends."""
    shown = b""
    while True:
        try:
            more = os.read(terminal, 4096)
        except OSError:
            more = b""
        if not more:
            process.wait(30)
            return shown.decode()
        shown += more


def test_at_a_terminal_values_are_asked_for_and_secrets_not_shown(run: Runner, tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "gmail") as (terminal, process):
        shown = answer(terminal, "auth.user <your-address>: ", "me@example.com")
        shown += answer(terminal, "auth.pass <app-password>: ", PASSWORD)
        shown += ended(terminal, process)
    assert process.returncode == 0
    assert "Gmail or Google Workspace: smtp.gmail.com, port 465" in shown
    assert "Enter leaves a value for later." in shown
    assert "The whole address you sign in to Gmail with" in shown
    assert "fromEmail" not in shown
    assert "next: smtp-verify test-send gmail.yaml --to you@example.com\r\n" in shown
    assert PASSWORD not in shown
    assert run("validate", "--strict", "gmail.yaml").code == 0
    text = (tmp_path / "gmail.yaml").read_text()
    assert "user: 'me@example.com'\n" in text
    assert f"pass: '{PASSWORD}'\n" in text
    assert "fromEmail: 'me@example.com'\n" in text


def test_enter_leaves_a_placeholder(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "sendgrid") as (terminal, process):
        answer(terminal, "auth.pass <api-key>: ", "")
        answer(terminal, "fromEmail <verified-sender-address>: ", "no-reply@example.com")
        shown = ended(terminal, process)
    assert process.returncode == 0
    assert "to fill in: auth.pass <api-key>" in shown
    text = (tmp_path / "sendgrid.yaml").read_text()
    assert "pass: '<api-key>'\n" in text
    assert "fromEmail: 'no-reply@example.com'\n" in text


def test_a_token_that_is_user_and_password_is_hidden_both_times(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "postmark") as (terminal, process):
        shown = answer(terminal, "auth.user <server-token>: ", PASSWORD)
        shown += answer(terminal, "auth.pass <server-token>: ", PASSWORD)
        shown += answer(terminal, "fromEmail <verified-sender-address>: ", "no-reply@example.com")
        shown += ended(terminal, process)
    assert process.returncode == 0
    assert PASSWORD not in shown
    assert (tmp_path / "postmark.yaml").read_text().count(PASSWORD) == 2


def test_a_file_that_is_there_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    (tmp_path / "gmail.yaml").write_text("mine\n")
    with at_a_terminal(tmp_path, "gmail") as (terminal, process):
        shown = ended(terminal, process)
    assert process.returncode == 73
    assert "<your-address>" not in shown


def test_an_interrupt_writes_nothing(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "gmail") as (terminal, process):
        answer(terminal, "auth.user <your-address>: ", "me@example.com")
        answer(terminal, "auth.pass <app-password>: ", "\x04")
        ended(terminal, process)
    assert process.returncode == 130
    assert os.listdir(tmp_path) == []


def test_with_no_input_nothing_is_asked(tmp_path: Path) -> None:
    with at_a_terminal(tmp_path, "gmail", "--no-input") as (terminal, process):
        shown = ended(terminal, process)
    assert process.returncode == 0
    assert "to fill in: auth.pass <app-password>" in shown


# Start-up ------------------------------------------------------------------------------------------------

REAL_RUN = """\
import sys
from smtp_verify.cli.app import app
try:
    app(sys.argv[1:], prog_name="smtp-verify")
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(folder: Path, *args: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", REAL_RUN, *args],
        cwd=folder,
        env={**clean_environment(), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def test_it_loads_nothing_heavy_and_no_other_command_loads_it(tmp_path: Path) -> None:
    ours = loaded(tmp_path, "init", "gmail")
    assert "smtp_verify.starter.starter" in ours
    assert ours & {"asyncio", "ssl", "aiosmtplib", "rich", "pydantic", "httpx", "email.message"} == set()
    # What `validate` knows of providers, its rules need.
    for command, rooms in (
        ("validate", "smtp_verify.starter"),
        ("render", ("smtp_verify.starter", "smtp_verify.providers.provider")),
    ):
        assert [name for name in loaded(tmp_path, command, "gmail.yaml") if name.startswith(rooms)] == []
