"""`test-send`: the real program against a server that really listens."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import TEMPLATES, config_for, write
from tests.program import started
from tests.smtpd import serve
from tests.timing import within

if TYPE_CHECKING:
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
    stages = "connect greeting ehlo starttls auth mail rcpt data dot".split()
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
    assert re.fullmatch(r"a@example\.com\t[0-9]{6}\nb@example\.com\t[0-9]{6}\n", done.stdout)


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


@pytest.mark.parametrize(
    ("usage", "content", "told"),
    [
        ("Generic", "Welcome", True),
        ("Generic", "Welcome, {{code}}", False),
        ("OrganizationInvitation", "Come in", False),
    ],
)
def test_a_mail_that_does_not_show_its_code_is_told(
    usage: str, content: str, told: bool, run: Runner, tmp_path: Path
) -> None:
    """Who waits for that code would wait for ever."""
    templates = [*TEMPLATES[:3], {**TEMPLATES[3], "subject": "Hello", "content": content}]
    with serve() as server:
        config = write(tmp_path, config_for(server, templates=templates))
        done = run("test-send", config, *TO, "--usage", usage, "--format", "json")
    assert done.code == 0
    note = "the code is not in the mail: its template has no {{code}}"
    assert (note in result_of(done)["defects"]) is told


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
        ("host=env:NO_SUCH", "there is no environment variable NO_SUCH"),
        ("host=file:/no/such", "the file /no/such cannot be read"),
        ("auth.pass=env:NO_SUCH", "there is no environment variable NO_SUCH"),
        ("auth.pass=env:n0-such", "there is no environment variable of that name"),
        ("host=env:no_such", "there is no environment variable of that name"),
        ("auth.pass=file:/no/such", "that file cannot be read"),
        ("auth.pass=file:/tmp", "that file cannot be read"),
        ("auth.pass=cmd:false", "exit code 1"),
        ("auth.pass=cmd:/no/such", "cannot be run"),
        ("auth.pass=ask:", "needs a terminal"),
        ("port", "PATH=VALUE"),
        ("Correct-Horse=x", "there is no such key in a config"),
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


@pytest.mark.parametrize("source", ["env:", "file:", "file:/no/such/", "file:~nobody-of-that-name/"])
def test_a_password_where_a_name_belongs_is_not_repeated(source: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        done = run("test-send", config, *TO, "--set", f"auth.pass={source}{PASSWORD}")
    assert done.code == 2
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize("words", [("--set", "auth.pass=", PASSWORD), ("--set", f"{PASSWORD}=auth.pass")])
def test_a_password_that_slipped_to_another_place_is_not_repeated(
    words: tuple[str, ...], run: Runner, tmp_path: Path
) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, *words)
    assert (done.code, done.stdout) == (2, "")
    assert PASSWORD not in done.stderr


def test_set_reads_a_pipe_of_the_shell(tmp_path: Path) -> None:
    with serve(auth=["PLAIN"], password=PASSWORD) as server:
        config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "none"}))
        ours, theirs = os.pipe()
        words = ("--set", f"auth.pass=file:/dev/fd/{ours}")
        with started(config, *TO, *words, cwd=tmp_path, pass_fds=(ours,)) as process:
            os.close(ours)
            time.sleep(0.3)
            os.write(theirs, f"{PASSWORD}\n".encode())
            os.close(theirs)
            assert process.wait(30) == 0
    assert server.log.mechanism == "PLAIN"


@pytest.mark.parametrize("words", [("--set", "auth.pass=file:fifo"), ("--set", "auth.pass=cmd:sleep 60"),
                                   ("--code", "-"), ("-",)])  # fmt: skip
def test_the_timeout_holds_for_what_has_to_be_read_too(words: tuple[str, ...], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with serve() as server:
        config = write(tmp_path, config_for(server)) if words != ("-",) else "-"
        options = words if words != ("-",) else ()
        command: tuple[str | Path, ...] = (config, *TO, *options, "--timeout", "1", "--format", "json")
        with (
            within(1 + 1 + 1.5),
            started(*command, cwd=tmp_path, stdin=subprocess.PIPE) as process,
        ):
            assert process.stdout is not None
            stdout = process.stdout.read()
            assert process.wait(60) == 75
    assert json.loads(stdout)["error"]["exitCode"] == 75
    assert server.log.connections == 0


def test_set_reaches_into_arrays(run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        config = write(tmp_path, config_for(server))
        done = run("test-send", config, *TO, "--set", "templates.3.content=other {{code}}", "--code", "1")
    assert (done.code, body_of(server)) == (0, "other 1")


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


def test_what_the_guard_refuses_comes_with_what_to_write(run: Runner, tmp_path: Path) -> None:
    """As `validate` has it, for people and for machines."""
    auth = {"username": "u", "password": "p"}
    config = write(tmp_path, json.dumps(config_for(25, auth=auth), indent=1))
    told = run("test-send", "config.json", *TO, cwd=tmp_path)
    (finding,) = json.loads(run("test-send", config, *TO, "--format", "json").stdout)["error"]["findings"]
    assert told.stderr == (
        "smtp-verify: Logto rejects this config: config.json:5:3: auth: Unrecognized key(s) in "
        "object: 'username', 'password'; smtp-verify validate config.json says what to write\n"
        "      help: did you mean user?\n"
    )
    assert (finding["pointer"], finding["line"], finding["help"]) == (
        "/auth/username",
        5,
        "did you mean user?",
    )


@pytest.mark.parametrize("command", [("test-send", *TO), ("probe",)], ids=["test-send", "probe"])
@pytest.mark.parametrize(
    ("changes", "pointer", "place", "words"),
    [
        ({"name": "My App"}, "/name", "2:10", "name: what is said in EHLO"),
        ({"port": 70000}, "/port", "2:10", "port: 70000 is none"),
    ],
    ids=["name", "port"],
)
def test_what_nothing_can_be_sent_with_is_pointed_at(
    command: tuple[str, ...],
    changes: dict[str, Any],
    pointer: str,
    place: str,
    words: str,
    run: Runner,
    tmp_path: Path,
) -> None:
    config = {**changes, **{key: value for key, value in config_for(25).items() if key not in changes}}
    write(tmp_path, json.dumps(config, indent=1))
    done = run(command[0], "config.json", *command[1:], "--format", "json", cwd=tmp_path)
    (finding,) = json.loads(done.stdout)["error"]["findings"]
    assert done.code == 78
    assert (finding["code"], finding["pointer"]) == ("SV113", pointer)
    assert done.stderr.startswith(f"smtp-verify: config.json:{place}: {words}")


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


@pytest.mark.parametrize(
    ("option", "stages"), [("--timeout", ["mail", "mail"]), ("--total-timeout", ["mail", "config"])]
)
def test_one_limit_is_for_each_message_and_one_for_the_command(
    option: str, stages: list[str], run: Runner, tmp_path: Path
) -> None:
    with serve(hang="mail") as server:
        both = ("--to", "a@example.com", "--to", "b@example.com")
        with within(15):
            done = run(
                "test-send", write(tmp_path, config_for(server)), *both, option, "4", "--format", "json"
            )
    document = json.loads(done.stdout)
    assert (done.code, document["exitCode"]) == (75, 75)
    assert [result["stage"] for result in document["results"]] == stages
    assert f"the time of {option} is up" in document["results"][0]["reason"]


@pytest.mark.parametrize("option", ["--timeout", "--total-timeout"])
@pytest.mark.parametrize(
    ("knobs", "code", "said"),
    [
        ({"greeting": None}, "SD103", "the server said nothing"),
        ({"greeting": "220-mx.example"}, "SD103", "the server did not finish its reply"),
    ],
    ids=["silent", "half a greeting"],
)
def test_a_short_timeout_keeps_the_diagnosis(
    option: str, knobs: dict[str, Any], code: str, said: str, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, option, "1", "--format", "json")
    result = result_of(done)
    assert (done.code, result["stage"]) == (75, "greeting")
    assert result["reason"] == f"{said} before the time of {option} was up"
    assert result["diagnosis"]["code"] == code
    assert "smtp-verify probe" in result["diagnosis"]["cure"]


def test_the_timeout_after_the_dot_is_unknown(run: Runner, tmp_path: Path) -> None:
    with serve(hang="dot") as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--timeout", "2")
    assert done.code == 74


@pytest.mark.parametrize("timeout", ["0", "-1", "soon", "nan", "inf", "1e10", "1e300"])
def test_a_timeout_that_is_none_is_2(timeout: str, run: Runner, tmp_path: Path) -> None:
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--timeout", timeout)
    assert (done.code, server.log.connections) == (2, 0)


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


@pytest.mark.exhaustive(one_in=4)
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
