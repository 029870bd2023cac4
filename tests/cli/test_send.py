"""`test-send`: the real program against a server that really listens."""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import TEMPLATES, config_for, write
from tests.conftest import ROOT, clean_environment
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run, Runner
    from tests.smtpd import Server

TO = ("--to", "to@example.com")
PASSWORD = "correct-horse-battery"
CODE = re.compile(r"[0-9]{6}")


def result_of(run: Run) -> dict[str, Any]:
    """The one result of a JSON document."""
    (result,) = json.loads(run.stdout)["results"]
    assert isinstance(result, dict)
    return result


def argv(*args: str | Path) -> list[str]:
    """The command line of the program."""
    return [sys.executable, "-m", "smtp_verify", "test-send", *map(str, args)]


@contextmanager
def started(*args: str | Path, cwd: Path, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """The program while it runs; it is gone when the block ends."""
    usual = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(
        argv(*args), cwd=cwd, **{"env": clean_environment(), **usual, **streams}
    ) as process:
        try:
            yield process
        finally:
            process.kill()


# What is told ---------------------------------------------------------------------------------------------


def test_text_ends_with_the_verdict_and_names_the_code_that_was_sent(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO)
    assert done.code == 0
    assert done.stderr == ""
    verdict = done.stdout.splitlines()[-1]
    match = re.fullmatch("accepted: to@example.com, code ([0-9]{6})", verdict)
    assert match
    assert server.log.messages[0].endswith(f"\r\n\r\nCode {match[1]}\r\n".encode())


def test_json_is_the_contracts_document(run: Runner, tmp_path: Path) -> None:
    with serve(starttls=True, auth=["PLAIN"]) as server:
        config = config_for(server, auth={"user": "u", "pass": "p"})
        done = run("test-send", write(tmp_path, config), *TO, "--format", "json", "--usage", "SignIn")
    assert done.code == 0
    assert json.loads(done.stdout)["version"] == 1
    result = result_of(done)
    code, message_id, tls = result["code"], result["messageId"], result["tls"]
    assert CODE.fullmatch(code)
    assert f"Message-ID: {message_id}\r\n".encode() in server.log.messages[0]
    assert tls["version"] == "TLSv1.3"
    assert tls["verified"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", tls["notAfter"])
    stages = "dns connect greeting ehlo starttls auth mail rcpt data dot".split()
    assert set(result["timings"]) == set(stages)
    expected = {
        "to": "to@example.com",
        "outcome": "accepted",
        "exitCode": 0,
        "stage": "dot",
        "usageType": "SignIn",
        "reply": {"code": 250, "enhanced": "2.0.0", "text": "queued as 1"},
        "proven": "connection tls certificate authentication sender recipient message".split(),
        "notProven": [{"what": "dns", "why": "host is an address, no name"}],
        "diagnosis": None,
    }
    assert (result["logto"]["sends"], result["logto"]["because"]) == (True, None)
    assert {key: result[key] for key in expected} == expected


def test_jsonl_is_one_line_for_each_recipient(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        done = run("test-send", write(tmp_path, config_for(server)), *both, "--format", "jsonl")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result["to"] for result in results] == ["a@example.com", "b@example.com"]
    assert len(server.log.messages) == 2
    assert results[0]["code"] != results[1]["code"] or results[0]["messageId"] != results[1]["messageId"]


def test_quiet_prints_the_code_alone_once_accepted(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "-q")
    assert done.code == 0
    assert re.fullmatch(r"[0-9]{6}\n", done.stdout)
    assert f"Code {done.stdout.strip()}\r\n".encode() in server.log.messages[0]


def test_quiet_prints_nothing_where_nothing_was_accepted(run: Runner, tmp_path: Path) -> None:
    with serve(dot="554 5.7.1 spam") as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "-q")
    assert (done.code, done.stdout) == (69, "")
    verdict = "refused: at dot: message refused (exit code 69)"
    assert done.stderr == f"smtp-verify: to@example.com: {verdict}\n"


def test_quiet_and_a_file_leave_the_code_and_the_report(run: Runner, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    with serve() as server:
        words = (write(tmp_path, config_for(server)), *TO, "-q", "--format", "json", "-o", report)
        done = run("test-send", *words)
    (result,) = json.loads(report.read_text())["results"]
    assert done.stdout == f"{result['code']}\n"
    assert result["outcome"] == "accepted"


def test_quiet_prints_one_line_for_each_accepted_recipient(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        done = run("test-send", write(tmp_path, config_for(server)), *both, "-q")
    assert re.fullmatch(r"[0-9]{6}\n[0-9]{6}\n", done.stdout)


def test_a_report_goes_to_a_file_of_the_owner_alone(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        done = run("test-send", config, *TO, "--format", "json", "-o", tmp_path / "report.json")
    assert (done.code, done.stdout) == (0, "")
    report = tmp_path / "report.json"
    assert json.loads(report.read_text())["results"][0]["outcome"] == "accepted"
    assert report.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("knobs", "outcome", "stage", "code"),
    [
        ({"rcpt": "550 5.1.1 unknown"}, "refused", "rcpt", 67),
        ({"greeting": "554 no"}, "refused", "greeting", 69),
        ({"drop": "dot"}, "unknown", "dot", 74),
        ({"mail": "451 later"}, "deferred", "mail", 75),
        ({"starttls": "garbage"}, "failed", "starttls", 76),
        ({"starttls": True, "cert": "expired"}, "failed", "starttls", 76),
    ],
)
def test_the_exit_code_is_the_outcomes(
    knobs: dict[str, Any], outcome: str, stage: str, code: int, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        config = write(tmp_path, config_for(server))
        told = run("test-send", config, *TO, "--format", "json")
        read = run("test-send", config, *TO)
    assert (told.code, read.code) == (code, code)
    result = result_of(told)
    assert (result["outcome"], result["stage"], result["exitCode"]) == (outcome, stage, code)
    assert read.stdout.splitlines()[-1].startswith(f"{outcome}: ")


def test_an_unknown_outcome_names_the_message_to_look_for(run: Runner, tmp_path: Path) -> None:
    with serve(drop="dot") as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO)
    verdict = done.stdout.splitlines()[-1]
    assert "to@example.com may have it, and sending again may deliver it twice" in verdict
    assert re.search(r"look for Message-ID <[0-9a-f-]+@example\.com>", verdict)


# Several recipients ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("knobs", "code"),
    [({}, 0), ({"rcpt": "550 no"}, 67), ({"mail": "451 later"}, 75), ({"drop": "dot"}, 74)],
)
def test_recipients_that_end_alike_give_that_code(
    knobs: dict[str, Any], code: int, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        done = run("test-send", write(tmp_path, config_for(server)), *both)
    assert done.code == code
    assert server.log.connections == 2


def test_recipients_that_end_differently_give_1(run: Runner, tmp_path: Path) -> None:
    with serve(by_address={"bad@example.com": "550 5.1.1 unknown"}) as server:
        both = ("--to", "good@example.com", "--to", "bad@example.com")
        done = run("test-send", write(tmp_path, config_for(server)), *both, "--format", "json")
    assert done.code == 1
    assert [result["exitCode"] for result in json.loads(done.stdout)["results"]] == [0, 67]
    assert [to for _, to in server.log.envelopes] == [("RCPT TO:<good@example.com>",)]


# What is sent ---------------------------------------------------------------------------------------------


def body_of(server: Server) -> str:
    """The body of the one message."""
    (message,) = server.log.messages
    return message.decode().partition("\r\n\r\n")[2].strip()


def test_a_given_code_is_sent(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--code", "007007", "-q")
    assert (done.stdout, body_of(server)) == ("007007\n", "Code 007007")


def test_a_code_is_read_from_standard_input(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--code", "-", stdin="990099\n")
    assert (done.code, body_of(server)) == (0, "Code 990099")


def test_standard_input_can_stand_for_one_thing_only(run: Runner) -> None:
    for command, more in (("test-send", TO), ("render", ())):
        done = run(command, "-", *more, "--code", "-", stdin="{}")
        assert (done.code, done.stdout) == (2, "")
        assert "only one of CONFIG, --code, --vars and --email-templates" in done.stderr


def test_no_code_on_standard_input_is_a_usage_error(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--code", "-")
    assert (done.code, server.log.connections) == (2, 0)


def test_a_config_is_read_from_standard_input(run: Runner) -> None:
    with serve() as server:
        done = run("test-send", "-", *TO, stdin=json.dumps(config_for(server)))
    assert (done.code, len(server.log.messages)) == (0, 1)


def test_an_answer_of_logtos_api_is_unwrapped(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, {"id": "x", "config": config_for(server)}), *TO)
    assert done.code == 0
    assert done.stderr.endswith("reading the config under /config\n")


TEXTS = [{**each, "content": "{{code}} {{application.name}} {{nothing}}"} for each in TEMPLATES[:3]] + [
    {**TEMPLATES[3], "content": "generic {{code}}"}
]


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (("--usage", "SignIn", "--code", "1", "--var", "application.name=Shop"), "1 Shop {{nothing}}"),
        (("--usage", "SignIn", "--code", "1", "--var", "nothing=all"), None),
        (("--usage", "SignIn", "--var", "code=22"), None),
        (("--usage", "MfaVerification", "--code", "333"), "generic 333"),
        (("--code", "4444"), "generic 4444"),
    ],
)
def test_variables_fill_the_template_that_was_asked_for(
    options: tuple[str, ...], body: str | None, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server, templates=TEXTS)), *TO, *options)
    assert done.code == 0
    if body is not None:
        assert body_of(server) == body
    elif "nothing=all" in options:
        assert body_of(server).endswith(" all")
    else:
        assert body_of(server).startswith("22 ")


def test_variables_from_a_file_stand_alone_and_get_a_random_code(run: Runner, tmp_path: Path) -> None:
    variables = write(tmp_path, {"application": {"name": "Shop"}}, "vars.json")
    with serve() as server:
        config = write(tmp_path, config_for(server, templates=TEXTS))
        done = run("test-send", config, *TO, "--usage", "SignIn", "--vars", variables)
    assert done.code == 0
    assert re.fullmatch(r"[0-9]{6} Shop \{\{nothing\}\}", body_of(server))


def test_a_code_in_a_file_of_variables_is_sent(run: Runner, tmp_path: Path) -> None:
    variables = write(tmp_path, 'code: "048291"', "vars.yaml")
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--vars", variables, "-q")
    assert (done.stdout, body_of(server)) == ("048291\n", "Code 048291")


def test_the_fallback_to_generic_is_told(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--usage", "BindMfa")
    assert "BindMfa, by the Generic template" in done.stdout


@pytest.mark.parametrize("options", [("--usage", "SignInn"), ("--var", "x"), ("--code", "1", "--code")])
def test_a_usage_error_prints_nothing_on_standard_output(
    options: tuple[str, ...], run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--format", "json", *options)
    assert (done.code, done.stdout, server.log.connections) == (2, "", 0)


@pytest.mark.parametrize(
    "to",
    ["", "nobody", "@example.com", "a@", "a@b@example.com", "a b@example.com", "a@example.com, b@example.com",
     "a@example.com\r\nBcc: x@example.com", "friends: a@example.com;", "a\x07@example.com"],
)  # fmt: skip
def test_a_malformed_recipient_is_2_and_nothing_is_connected(to: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        done = run("test-send", config, "--to", "good@example.com", "--to", to)
    assert (done.code, done.stdout, server.log.connections) == (2, "", 0)
    assert not re.search("[\x00-\x09\x0b-\x1f]", done.stderr)


# Overrides and secrets ------------------------------------------------------------------------------------


def secret_sources(folder: Path) -> dict[str, str]:
    """The ways to give a secret that keep it out of the command line."""
    (folder / "secret").write_text(PASSWORD + "\n")
    return {
        "env": "auth.pass=env:MAIL_PASSWORD",
        "file": f"auth.pass=file:{folder / 'secret'}",
        "cmd": f"auth.pass=cmd:cat '{folder / 'secret'}'",
    }


@pytest.mark.parametrize("source", ["env", "file", "cmd"])
def test_set_takes_a_secret_from_elsewhere(source: str, run: Runner, tmp_path: Path) -> None:
    with serve(auth=["PLAIN"], password=PASSWORD) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        given = secret_sources(tmp_path)[source]
        done = run("test-send", config, *TO, "--set", given, env={"MAIL_PASSWORD": PASSWORD})
    assert (done.code, server.log.mechanism) == (0, "PLAIN")
    assert PASSWORD not in done.stdout + done.stderr


def test_a_variable_of_the_environment_equals_set_and_set_wins(run: Runner, tmp_path: Path) -> None:
    with serve(auth=["PLAIN"], password=PASSWORD) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        given = run("test-send", config, *TO, env={"SMTP_VERIFY_SET_AUTH__PASS": PASSWORD})
        beaten = run(
            "test-send", config, *TO, "--set", secret_sources(tmp_path)["file"],
            env={"SMTP_VERIFY_SET_AUTH__PASS": "wrong-one"},
        )  # fmt: skip
    assert (given.code, beaten.code) == (0, 0)


@pytest.mark.parametrize(
    "assignment",
    [f"auth.pass={PASSWORD}", f'auth={{"user":"u","pass":"{PASSWORD}"}}', f"auth.clientSecret={PASSWORD}",
     f"auth.refreshToken={PASSWORD}", f"auth.privateKey={PASSWORD}", f'tls.key="{PASSWORD}"',
     f"tls.key={PASSWORD}", f"customHeaders.X-Auth-Token={PASSWORD}"],
)  # fmt: skip
def test_a_literal_secret_is_refused(assignment: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--set", assignment)
    assert (done.code, done.stdout, server.log.connections) == (2, "", 0)
    assert "env:NAME" in done.stderr
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("auth.pass=env:NO_SUCH", "NO_SUCH"),
        ("auth.pass=file:/no/such", "/no/such"),
        ("auth.pass=cmd:false", "exit code 1"),
        ("auth.pass=cmd:/no/such", "cannot be run"),
        ("auth.pass=ask:", "needs a terminal"),
        ("port", "PATH=VALUE"),
        ("hots=x", "there is no key hots in a config; did you mean host?"),
        ("auth.user_name=x", "there is no key user_name in a config; did you mean user?"),
        ("port=many", "number"),
        ("secure=yes", "true or false"),
    ],
)
def test_an_override_that_cannot_be_had_is_2(
    assignment: str, words: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--set", assignment)
    assert (done.code, server.log.connections) == (2, 0)
    assert words in done.stderr


def test_set_reaches_into_arrays(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        done = run("test-send", config, *TO, "--set", "templates.3.content=other {{code}}", "--code", "1")
    assert (done.code, body_of(server)) == (0, "other 1")


# Placeholders ---------------------------------------------------------------------------------------------

UNFILLED = """\
host: 127.0.0.1
port: {port}
auth:
  user: <user>
  pass: '<app password>'
fromEmail: <user>
templates: {templates}
"""


def unfilled(folder: Path, port: int) -> Path:
    """A config with three placeholders, two of them the same."""
    return write(folder, UNFILLED.format(port=port, templates=json.dumps(TEMPLATES)), "config.yaml")


def test_placeholders_off_a_terminal_stop_the_send_with_their_lines(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", unfilled(tmp_path, server.port), *TO, "--format", "json")
    assert (done.code, server.log.connections) == (78, 0)
    error = json.loads(done.stdout)["error"]
    assert json.loads(done.stdout)["results"] == []
    assert error["exitCode"] == 78
    places = [(each["pointer"], each["line"]) for each in error["findings"]]
    assert places == [("/auth/user", 4), ("/auth/pass", 5), ("/fromEmail", 6)]
    assert "line 5: auth.pass is still <app password>" in done.stderr


@contextmanager
def on_a_terminal(*args: str | Path, cwd: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The program with a terminal as its standard input and error, and our end of that terminal."""
    ours, theirs = pty.openpty()
    try:
        with started(*args, cwd=cwd, stdin=theirs, stderr=theirs, start_new_session=True) as process:
            os.close(theirs)
            yield ours, process
    finally:
        os.close(ours)


def read_until(terminal: int, words: str) -> str:
    """What the terminal shows until these words are there."""
    shown = b""
    end = time.monotonic() + 30
    while words.encode() not in shown:
        assert select.select([terminal], [], [], max(0, end - time.monotonic()))[0], f"only: {shown!r}"
        shown += os.read(terminal, 4096)
    return shown.decode()


def test_placeholders_are_asked_for_once_at_a_terminal_and_secrets_are_not_shown(tmp_path: Path) -> None:
    with (
        serve(auth=["PLAIN"], user="me@example.com", password=PASSWORD) as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, "-q", cwd=tmp_path) as (terminal, process),
    ):
        shown = read_until(terminal, "auth.user <user> (line 4): ")
        os.write(terminal, b"me@example.com\n")
        shown += read_until(terminal, "auth.pass <app password> (line 5): ")
        os.write(terminal, PASSWORD.encode() + b"\n")
        stdout = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0
    assert re.fullmatch(r"[0-9]{6}\n", stdout)
    assert "fromEmail" not in shown
    assert PASSWORD not in shown + stdout
    assert server.log.envelopes == [("MAIL FROM:<me@example.com>", ("RCPT TO:<to@example.com>",))]


def test_an_answer_that_cannot_be_one_is_asked_for_again(tmp_path: Path) -> None:
    with (
        serve(auth=["PLAIN"], user="me@example.com", password=PASSWORD) as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, "-q", cwd=tmp_path) as (terminal, process),
    ):
        read_until(terminal, "(line 4): ")
        os.write(terminal, b"<user>\n")
        assert "that is the placeholder itself" in read_until(terminal, "(line 4): ")
        os.write(terminal, b"  me@example.com \n")
        read_until(terminal, "(line 5): ")
        os.write(terminal, b"\xe9\xff\n")
        assert "encoding" in read_until(terminal, "(line 5): ")
        os.write(terminal, PASSWORD.encode() + b"\n")
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert len(server.log.messages) == 1


def test_a_number_is_asked_for_until_it_is_one(tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, {**config_for(server), "port": "<port>"})
        with on_a_terminal(config, *TO, "-q", cwd=tmp_path) as (terminal, process):
            read_until(terminal, "port <port> (line 1): ")
            os.write(terminal, b"many\n")
            assert "write a number" in read_until(terminal, "port <port> (line 1): ")
            os.write(terminal, str(server.port).encode() + b"\n")
            process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [(("--usage", "Sgin"), 2, "did you mean SignIn?"), (("-o", "no/such/file"), 73, "cannot be written")],
)
def test_what_is_wrong_besides_is_told_before_anybody_is_asked(
    options: tuple[str, str], code: int, words: str, tmp_path: Path
) -> None:
    with on_a_terminal(unfilled(tmp_path, 1), *TO, *options, cwd=tmp_path) as (terminal, process):
        shown = read_until(terminal, words)
        process.communicate(timeout=30)
    assert process.returncode == code
    assert "(line 4): " not in shown


def test_sigterm_at_a_question_ends_with_its_code_and_one_document(tmp_path: Path) -> None:
    words = (unfilled(tmp_path, 1), *TO, "--format", "json")
    with on_a_terminal(*words, cwd=tmp_path) as (terminal, process):
        read_until(terminal, "(line 4): ")
        os.write(terminal, b"me\n")
        read_until(terminal, "(line 5): ")
        process.send_signal(signal.SIGTERM)
        stdout = process.communicate(timeout=30)[0]
        assert termios.tcgetattr(terminal)[3] & termios.ECHO
    assert process.returncode == 143
    assert json.loads(stdout)["error"] == {"exitCode": 143, "message": "terminated", "findings": []}


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_question_can_be_left(key: bytes, tmp_path: Path) -> None:
    with (
        serve() as server,
        on_a_terminal(unfilled(tmp_path, server.port), *TO, cwd=tmp_path) as (terminal, process),
    ):
        read_until(terminal, "(line 4): ")
        if key == b"\x03":
            process.send_signal(signal.SIGINT)
        else:
            os.write(terminal, key)
        assert process.wait(30) == 130
    assert server.log.connections == 0


# The guard ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"port": "smtp"}, {"port": None}, {"host": 5}, {"fromEmail": None}, {"auth": {"type": "nonsense"}},
     {"secure": "false"}, {"templates": [{"usageType": "Generic"}]}],
)  # fmt: skip
def test_what_the_guard_refuses_is_not_sent(changes: dict[str, Any], run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server, **changes))
        done = run("test-send", config, *TO, "--format", "json")
    assert (done.code, server.log.connections) == (78, 0)
    assert json.loads(done.stdout)["error"]["findings"]


SENDER_OF_ITS_OWN = [*TEMPLATES[:3], {**TEMPLATES[3], "sendFrom": "own@example.com"}]


@pytest.mark.parametrize(
    "case", ["string port", "missing types", "no auth", "no fromEmail", "other template"]
)
def test_three_breaches_of_the_guard_are_sent_all_the_same(case: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = config_for(server)
        match case:
            case "string port":
                config["port"] = str(server.port)
            case "missing types":
                config["templates"] = TEMPLATES[3:]
            case "no auth":
                del config["auth"]
            case "no fromEmail":
                del config["fromEmail"]
                config["templates"] = SENDER_OF_ITS_OWN
            case _:
                config["templates"] = [{"usageType": "SignIn", "contentType": "text/plain"}, *TEMPLATES[1:]]
        done = run("test-send", write(tmp_path, config), *TO, "--format", "json")
    assert done.code == 0
    logto = result_of(done)["logto"]
    assert logto["sends"] is False
    assert logto["because"].startswith("its connector rejects the config: ")
    assert len(server.log.messages) == 1


# How far, how long ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "verbs", "reply"),
    [
        ("connect", [], None),
        ("greeting", ["QUIT"], 220),
        ("tls", ["EHLO", "STARTTLS", "EHLO", "QUIT"], None),
        ("auth", ["EHLO", "STARTTLS", "EHLO", "AUTH", "QUIT"], 235),
        ("mail", ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "QUIT"], 250),
        ("rcpt", ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "QUIT"], 250),
        ("data", ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"], 354),
    ],
)
def test_a_session_stops_where_it_was_asked_to(
    stage: str, verbs: list[str], reply: int | None, run: Runner, tmp_path: Path
) -> None:
    with serve(starttls=True, auth=["PLAIN"]) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "p"}))
        done = run("test-send", config, *TO, "--stop-after", stage, "--format", "json")
    result = result_of(done)
    assert (done.code, result["outcome"], result["stage"]) == (0, "stopped", stage)
    assert result["logto"]["sends"] is None
    assert (result["reply"] and result["reply"]["code"]) == reply
    assert server.log.verbs == verbs
    assert server.log.messages == []


@pytest.mark.parametrize(
    ("stage", "lacking"),
    [
        ("tls", "tls is not proven: the server does not offer STARTTLS"),
        ("auth", "authentication is not proven: the config holds no credentials"),
    ],
)
def test_a_stop_says_what_the_session_went_on_without(
    stage: str, lacking: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--stop-after", stage)
    verdict = f"stopped: after {stage}, as asked; {lacking}; nothing was sent to to@example.com"
    assert (done.code, done.stdout.splitlines()[-1]) == (0, verdict)


def test_the_timeout_holds_for_the_whole_command(run: Runner, tmp_path: Path) -> None:
    with serve(hang="mail") as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        start = time.monotonic()
        done = run(
            "test-send", write(tmp_path, config_for(server)), *both, "--timeout", "1.5", "--format", "json"
        )
    assert time.monotonic() - start < 15
    assert done.code == 75
    assert [result["stage"] for result in json.loads(done.stdout)["results"]] == ["mail", "dns"]
    assert "--timeout" in json.loads(done.stdout)["results"][0]["reason"]


def test_the_timeout_after_the_dot_is_unknown(run: Runner, tmp_path: Path) -> None:
    with serve(hang="dot") as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--timeout", "2")
    assert done.code == 74


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan", "inf"])
def test_a_timeout_that_is_none_is_2(timeout: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--timeout", timeout)
    assert (done.code, server.log.connections) == (2, 0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    ("stage", "verb", "outcome"),
    [
        ("ehlo", "EHLO", "deferred"),
        ("starttls", "STARTTLS", "deferred"),
        ("auth", "AUTH", "deferred"),
        ("mail", "MAIL", "deferred"),
        ("rcpt", "RCPT", "deferred"),
        ("data", "DATA", "deferred"),
        ("dot", ".", "unknown"),
    ],
)
def test_a_signal_ends_one_send_within_a_second(
    number: signal.Signals, code: int, stage: str, verb: str, outcome: str, tmp_path: Path
) -> None:
    login = {"user": "u", "pass": "p"}
    with (
        serve(hang=stage, starttls=stage == "starttls", auth=["PLAIN"]) as server,
        started(
            write(tmp_path, config_for(server, auth=login)), *TO, "--format", "json", cwd=tmp_path
        ) as process,
    ):
        server.wait_for(verb)
        time.sleep(0.1)
        start = time.monotonic()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=30)
        took = time.monotonic() - start
    assert (process.returncode, stderr) == (code, b"")
    (result,) = json.loads(stdout)["results"]
    assert (result["outcome"], result["stage"]) == (outcome, stage)
    assert took < 1


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_crash_would_leave_no_core_with_the_credentials(tmp_path: Path) -> None:
    with (
        serve(hang="mail") as server,
        started(write(tmp_path, config_for(server)), *TO, cwd=tmp_path) as process,
    ):
        server.wait_for("MAIL")
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)


def test_a_signal_at_the_goodbye_leaves_the_message_accepted(tmp_path: Path) -> None:
    with (
        serve(hang="quit") as server,
        started(write(tmp_path, config_for(server)), *TO, "--format", "json", cwd=tmp_path) as process,
    ):
        server.wait_for("QUIT")
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert json.loads(stdout)["results"][0]["outcome"] == "accepted"


STUCK = "import socket, time\nsocket.getaddrinfo = lambda *_, **__: time.sleep(60)\n"


@pytest.mark.parametrize("number", [None, signal.SIGINT, signal.SIGTERM])
def test_a_resolver_that_never_answers_does_not_hold_the_process(
    number: signal.Signals | None, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(STUCK)
    config = write(tmp_path, {**config_for(1), "host": "mx.example"})
    words = (config, *TO, "--format", "json", "--timeout", "1.5")
    paths = os.pathsep.join((str(tmp_path), str(ROOT)))
    with started(*words, cwd=tmp_path, env={**clean_environment(), "PYTHONPATH": paths}) as process:
        start = time.monotonic()
        if number is not None:
            time.sleep(1)
            process.send_signal(number)
        stdout, _ = process.communicate(timeout=30)
        took = time.monotonic() - start
    code = {None: 75, signal.SIGINT: 130, signal.SIGTERM: 143}[number]
    (result,) = json.loads(stdout)["results"]
    assert (process.returncode, result["outcome"], result["stage"]) == (code, "deferred", "dns")
    assert took < 1.5 + 1 + 1.5  # the timeout, its second, and the start of the program on a slow machine


def test_after_a_signal_no_other_recipient_is_tried(tmp_path: Path) -> None:
    both = ("--to", "a@example.com", "--to", "b@example.com")
    with (
        serve(hang="mail") as server,
        started(write(tmp_path, config_for(server)), *both, "--format", "jsonl", cwd=tmp_path) as process,
    ):
        server.wait_for("MAIL")
        process.send_signal(signal.SIGINT)
        stdout, _ = process.communicate(timeout=30)
    assert (process.returncode, server.log.connections) == (130, 1)
    results = [json.loads(line) for line in stdout.splitlines()]
    assert [(each["to"], each["outcome"], each["stage"]) for each in results] == [
        ("a@example.com", "deferred", "mail"),
        ("b@example.com", "deferred", "config"),
    ]
    assert results[1]["reason"] == "interrupted before its turn"


# Standard output ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [(), ("-q",), ("--format", "json")], ids=["text", "quiet", "json"])
@pytest.mark.parametrize("redirection", [">&-", ">/dev/full"])
def test_an_output_that_takes_nothing_is_told_before_anything_is_sent(
    redirection: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    with serve() as server:
        words = argv(write(tmp_path, config_for(server)), *TO, *options)
        command = ["sh", "-c", f'exec "$@" {redirection}', "sh", *words]
        done = subprocess.run(
            command, stderr=subprocess.PIPE, env=clean_environment(), cwd=tmp_path, timeout=60, check=False
        )
    assert (done.returncode, server.log.connections) == (73, 0)
    assert b"standard output" in done.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("-o", "config.json"), "-o config.json: would overwrite a file that is read"),
        (("--transcript", "config.json"), "--transcript config.json: would overwrite a file that is read"),
        (("-o", "x", "--transcript", "./x"), "--transcript ./x: would overwrite -o"),
        (("-o", ""), "-o: the name of the file is empty"),
        (("--transcript", "-", "-q"), "--transcript: standard output is taken"),
        (("--transcript", "/dev/stdout", "--format", "json"), "--transcript: standard output is taken"),
    ],
)
def test_outputs_that_would_be_lost_in_each_other_are_refused(
    options: tuple[str, ...], words: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        text = config.read_text()
        done = run("test-send", "config.json", *TO, *options)
    assert (done.code, done.stdout, server.log.connections) == (2, "", 0)
    assert words in done.stderr
    assert config.read_text() == text


@pytest.mark.parametrize("command", ["validate", "render"])
def test_no_command_overwrites_the_config(command: str, run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(1))
    assert run(command, config, "-o", config).code == 2
    assert json.loads(config.read_text()) == config_for(1)


@pytest.mark.parametrize("to", ["b\udcff@example.com", "\udcff@example.com"])
def test_an_address_that_is_not_utf8_is_2_before_anything_is_sent(
    to: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--to", to)
    assert (done.code, server.log.connections) == (2, 0)


def test_a_lone_surrogate_in_the_sender_is_sent_as_nodemailer_does(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server, fromEmail="\ud800@example.com"))
        done = run("test-send", config, *TO)
    assert done.code == 0
    assert server.log.envelopes[0][0] == "MAIL FROM:<\ufffd@example.com> SMTPUTF8"


@pytest.mark.parametrize(
    ("text", "code"), [("{", 78), (None, 66), ('{"host": "<host>", "templates": []}', 78)]
)
def test_a_failure_in_json_lines_is_one_line(
    text: str | None, code: int, run: Runner, tmp_path: Path
) -> None:
    path = tmp_path / "c.json" if text is None else write(tmp_path, text, "c.json")
    done = run("test-send", path, *TO, "--format", "jsonl")
    (line,) = done.stdout.splitlines()
    assert (done.code, json.loads(line)["error"]["exitCode"]) == (code, code)


def test_a_failed_send_names_its_recipient_in_the_text(run: Runner, tmp_path: Path) -> None:
    with serve(by_address={"b@example.com": "550 5.1.1 no"}) as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        done = run("test-send", write(tmp_path, config_for(server)), *both)
    assert [line.split() for line in done.stdout.splitlines() if line.lstrip().startswith("to ")] == [
        ["to", "a@example.com"],
        ["to", "b@example.com"],
    ]


@pytest.mark.parametrize(
    ("reply", "outcome", "code"),
    [("550 5.1.1 unknown", "refused", 67), ("450 4.2.0 later", "deferred", 75)],
)
@pytest.mark.parametrize("caps", [(), ("PIPELINING",)], ids=["one by one", "grouped"])
def test_a_message_that_went_to_the_copies_alone_is_not_accepted(
    caps: tuple[str, ...], reply: str, outcome: str, code: int, run: Runner, tmp_path: Path
) -> None:
    with serve(by_address={"to@example.com": reply}, caps=caps) as server:
        config = config_for(server, customHeaders={"Cc": "copy@example.com"})
        done = run("test-send", write(tmp_path, config), *TO, "--format", "json")
    result = result_of(done)
    assert (done.code, result["outcome"], result["stage"]) == (code, outcome, "rcpt")
    assert result["reason"] == "recipient refused; the message went to the other recipients"
    assert result["logto"]["sends"] is True
    assert len(server.log.messages) == 1


@pytest.mark.parametrize("options", [{"lmtp": True}, {"proxy": "http://127.0.0.1:1"}])
def test_where_logto_would_reach_the_server_otherwise_its_verdict_is_open(
    options: dict[str, Any], run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server, **options)), *TO, "--format", "json")
    assert (done.code, result_of(done)["logto"]["sends"]) == (0, None)
    assert result_of(done)["logto"]["because"].startswith("it would ")


def test_nobody_listening_on_standard_error_costs_nobody_the_result(tmp_path: Path) -> None:
    with serve(by_address={"b@example.com": "550 5.1.1 no"}) as server, Path("/dev/full").open("wb") as full:
        words = (write(tmp_path, config_for(server)), *TO, "--to", "b@example.com", "-q")
        with started(*words, cwd=tmp_path, stderr=full) as process:
            stdout, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert re.fullmatch(rb"[0-9]{6}\n", stdout)


def test_a_pipe_takes_the_report_once_the_message_is_sent(run: Runner, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with serve() as server:
        config = write(tmp_path, config_for(server))
        reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
        done = run("test-send", config, *TO, "--format", "json", "-o", pipe)
        told = reader.communicate(timeout=30)[0]
        alone = run("test-send", config, *TO, "-o", pipe)
    assert done.code == 0
    assert json.loads(told)["results"][0]["outcome"] == "accepted"
    assert alone.code == 73
    assert "cannot be written" in alone.stderr


@pytest.mark.parametrize("caps", [(), ("PIPELINING",)], ids=["one by one", "grouped"])
def test_an_answer_to_quit_that_is_none_is_told(caps: tuple[str, ...], run: Runner, tmp_path: Path) -> None:
    with serve(dot=b"250 ok\r\n550 really no\r\n", caps=caps, quit=b"") as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--format", "json")
    assert result_of(done)["outcome"] == "accepted"
    assert result_of(done)["defects"]


@pytest.mark.parametrize("option", ["-o", "--transcript"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_sent(
    option: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, option, tmp_path / "no" / "report")
    assert (done.code, server.log.connections) == (73, 0)
    assert done.stderr == f"smtp-verify: {tmp_path}/no/report: cannot be written: No such file or directory\n"


@pytest.mark.parametrize("option", ["-o", "--transcript"])
def test_a_report_that_cannot_be_written_is_73_and_the_results_are_told_all_the_same(
    option: str, run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        words = (write(tmp_path, config_for(server)), *TO, "--format", "json", option, "/dev/full")
        done = run("test-send", *words)
    assert (done.code, len(server.log.messages)) == (73, 1)
    assert "to@example.com: accepted: to@example.com, code " in done.stderr
    told = json.loads(done.stdout)
    assert told["error"] == {
        "exitCode": 73,
        "message": "/dev/full: cannot be written: No space left on device",
        "findings": [],
    }
    assert [result["outcome"] for result in told["results"]] == ["accepted"]


def test_a_reader_that_has_gone_does_not_change_that_the_work_is_done(tmp_path: Path) -> None:
    with serve(greeting_delay=0.3) as server:
        words = write(tmp_path, config_for(server))
        with started(words, *TO, cwd=tmp_path) as process:
            assert process.stdout is not None
            process.stdout.close()
            assert process.stderr is not None
            stderr = process.stderr.read()
            assert process.wait(30) == 0
    assert stderr == b""
    assert len(server.log.messages) == 1


# What must never show -------------------------------------------------------------------------------------


def forms_of(secret: str, user: str = "u") -> list[str]:
    """A secret as it is, and as AUTH carries it."""
    messages = [secret, f"\0{user}\0{secret}", f"user={user}\x01auth=Bearer {secret}\x01\x01"]
    return [secret, *(base64.b64encode(each.encode()).decode() for each in messages)]


ECHO = " ".join(forms_of(PASSWORD))
LOGIN = {"user": "u", "pass": PASSWORD}
TOKEN = {"type": "oauth2", "user": "u", "accessToken": PASSWORD}
LEAKS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"auth": ["PLAIN"], "password": PASSWORD}, LOGIN),
    ({"auth": ["PLAIN"], "auth_reply": f"535 5.7.8 no {ECHO}"}, LOGIN),
    ({"auth": ["LOGIN"], "auth_reply": f"535-{PASSWORD}\n535 {ECHO}"}, LOGIN),
    ({"auth": ["CRAM-MD5"], "auth_reply": f"454 {ECHO}"}, LOGIN),
    ({"auth": ["PLAIN"], "auth_reply": f"{PASSWORD} is wrong"}, LOGIN),
    ({"auth": ["XOAUTH2"], "auth_reply": f"535 {ECHO}"}, TOKEN),
    ({"auth": ["PLAIN"], "password": PASSWORD, "dot": f"554 {ECHO}"}, LOGIN),
    ({"greeting": f"554 {ECHO}"}, LOGIN),
    ({"mail": ECHO}, LOGIN),
]


@pytest.mark.parametrize(("knobs", "auth"), LEAKS)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_secrets_show_nowhere_even_where_a_server_repeats_them(
    knobs: dict[str, Any], auth: dict[str, Any], format_: str, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        config = write(tmp_path, config_for(server, auth=auth))
        done = run("test-send", config, *TO, "--format", format_, env={"PYTHONASYNCIODEBUG": "1"})
    for form in forms_of(PASSWORD):
        assert form not in done.stdout + done.stderr


def command_line(pid: int) -> bytes:
    """What every user of this machine sees of a process."""
    listed = Path(f"/proc/{pid}/cmdline")
    if listed.exists():
        return listed.read_bytes()
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, check=True).stdout


def test_no_secret_stands_in_the_list_of_processes(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PASSWORD)
    with serve(auth=["PLAIN"], password=PASSWORD, hang="mail") as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
        secret = ("--set", f"auth.pass=file:{tmp_path / 'secret'}")
        with started(config, *TO, *secret, cwd=tmp_path) as process:
            server.wait_for("MAIL")
            shown = command_line(process.pid)
    assert b"auth.pass=file:" in shown
    assert PASSWORD.encode() not in shown


NASTY = "a\x1b[31mb\x07c\x9b2Jd\u202ee\x7ff\x00g\u2066h[link=http://x]i[/nope]"


@pytest.mark.parametrize(
    "knobs",
    [
        {"greeting": f"554 {NASTY}"},
        {"ehlo_ok": False, "helo_ok": False, "helo_reply": f"500 {NASTY}"},
        {"mail": f"550 {NASTY}"},
        {"rcpt": f"550-{NASTY}\n550 {NASTY}"},
        {"dot": f"250 {NASTY}"},
        {"dot": NASTY},
        {"mail": b"550 \xff\xfe\x80\r\n"},
    ],
)
def test_control_characters_of_a_server_are_shown_as_escapes(
    knobs: dict[str, Any], run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        config = write(tmp_path, config_for(server))
        text = run("test-send", config, *TO)
        machine = run("test-send", config, *TO, "--format", "json")
    hidden = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
    assert not hidden.search(text.stdout + text.stderr + machine.stdout + machine.stderr)
    if "\x1b" in str(knobs):
        assert r"\x1b[31m" in text.stdout
