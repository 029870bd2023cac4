"""`probe`: the real program against servers that really listen."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.runs.probes import may_help
from smtp_verify.smtp.wire.transcript import Ending, Result, Stage, Transcript
from tests.configs import SOON, TEMPLATES, config_for, write
from tests.conftest import ROOT
from tests.program import on_a_terminal, read_until, started
from tests.smtp.test_reach import closed_port
from tests.smtpd import serve
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Runner
    from tests.smtpd import Server

PASSWORD = "correct-horse-battery"
LOGIN = {"user": "u", "pass": PASSWORD}


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(starttls=True, auth=["PLAIN"], password=PASSWORD) as listening:
        yield listening


def document_of(text: str) -> dict[str, Any]:
    """The JSON document of a probe."""
    document = json.loads(text)
    assert isinstance(document, dict)
    return document


def test_the_text_says_what_answers_and_that_it_works(server: Server, run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(server, auth=LOGIN))
    done = run("probe", config, "--to", "to@example.com")
    assert (done.code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "127.0.0.1"
    assert lines[2].split() == ["port", "security", "connection", "answer", "with", "this", "config"]
    assert lines[3].startswith(f"*  {server.port}")
    assert lines[3].endswith("220 mx.example ESMTP  works")
    assert lines[-1] == "works: up to and including the recipient; nothing was sent"
    assert server.log.messages == []
    assert PASSWORD not in done.stdout


def test_json_is_one_document_with_every_rung(server: Server, run: Runner, tmp_path: Path) -> None:
    done = run("probe", write(tmp_path, config_for(server, auth=LOGIN)), "--format", "json")
    document = document_of(done.stdout)
    assert (done.code, document["works"], document["exitCode"]) == (0, True, 0)
    assert (document["host"], document["askedFor"], document["dns"]) == ("127.0.0.1", "auth", [])
    (port,) = document["ports"]
    assert port["connections"][0]["state"] == "open"
    assert port["greeting"] == "220 mx.example ESMTP"
    assert port["ehlo"] == ["8BITMIME", "SMTPUTF8", "AUTH PLAIN"]
    assert port["tls"]["verified"] is True
    assert port["mechanism"] == "PLAIN"
    assert port["changes"] == []
    assert document["proposal"] is document["diagnosis"] is document["domain"] is None
    assert PASSWORD not in done.stdout


def test_the_lines_that_would_work_are_told_and_do_work(server: Server, run: Runner, tmp_path: Path) -> None:
    config = config_for(server, auth=LOGIN, secure=True)
    done = run("probe", write(tmp_path, config), "--format", "json")
    document = document_of(done.stdout)
    assert (done.code, document["works"]) == (76, False)
    assert document["diagnosis"]["code"] == "SD101"
    assert document["proposal"] == [
        {"path": "secure", "value": False},
        {"path": "requireTLS", "value": True},
    ]
    changed = {**config, **{each["path"]: each["value"] for each in document["proposal"]}}
    again = run("probe", write(tmp_path, changed, "changed.json"), "--format", "json")
    assert (again.code, document_of(again.stdout)["works"]) == (0, True)
    told = run("probe", tmp_path / "config.json").stdout
    assert "write  secure: false\n            requireTLS: true\n" in told
    assert f"tried  port {server.port} with STARTTLS works, up to and including login" in told
    assert told.splitlines()[-1].startswith("does not work: at tls: wrong version number")


@pytest.mark.parametrize("authority", [True, False], ids=["trusted", "not trusted"])
def test_a_port_that_speaks_tls_after_all_is_the_cause(authority: bool, run: Runner, tmp_path: Path) -> None:
    with serve(implicit_tls=True, auth=["PLAIN"], password=PASSWORD) as server:
        config = config_for(server, auth=LOGIN, secure=False, greetingTimeout=SOON)
        config["tls"] = config["tls"] if authority else {}
        document = document_of(run("probe", write(tmp_path, config), "--format", "json").stdout)
    assert (document["diagnosis"]["code"], document["diagnosis"]["others"]) == ("SD102", [])
    proposal = [{"path": "secure", "value": True}]
    assert document["proposal"] == (proposal if authority else None)


def test_a_server_that_wants_starttls_first_is_tried_with_it(run: Runner, tmp_path: Path) -> None:
    first = "530 5.7.0 Must issue a STARTTLS command first"
    with serve(starttls=True, auth=["PLAIN"], auth_after_tls=True, password=PASSWORD, mail=first) as server:
        config = write(tmp_path, config_for(server, auth=LOGIN, ignoreTLS=True))
        done = run("probe", config, "--to", "to@example.com", "--format", "json")
    document = document_of(done.stdout)
    assert document["diagnosis"]["code"] == "SD120"
    changes = [{"path": "ignoreTLS", "value": False}, {"path": "requireTLS", "value": True}]
    tried = next(each for each in document["ports"] if each["changes"] == changes)
    # This server refuses the sender all the same; the login it has taken there.
    assert (tried["mechanism"], server.log.mechanism) == ("PLAIN", "PLAIN")


@pytest.mark.parametrize(
    ("knobs", "changes", "code"),
    [
        ({"greeting": "554 go away"}, {}, 69),
        ({"auth": ["PLAIN"]}, {"auth": {"user": "u", "pass": "wrong-one"}}, 77),
        ({"rcpt": "550 5.1.1 nobody"}, {}, 67),
        ({"mail": "451 later"}, {}, 75),
        ({"starttls_reply": "502 5.5.1 no"}, {"requireTLS": True}, 76),
        ({}, {"port": "many"}, 69),
    ],
)
def test_the_exit_code_is_that_of_test_send(
    knobs: dict[str, Any], changes: dict[str, Any], code: int, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        config = {**config_for(server), **changes}
        if changes.get("port"):
            config["port"] = closed_port()
        words = ("probe", write(tmp_path, config), "--to", "to@example.com", "--timeout", "8")
        assert run(*words).code == code


def test_a_port_that_is_not_open_has_its_cause_and_its_cure(run: Runner, tmp_path: Path, deaf: int) -> None:
    ports = {closed_port(): ("SD105", "nothing listens there"), deaf: ("SD104", "nothing answers")}
    for port, (code, cause) in ports.items():
        config = write(tmp_path, config_for(port, connectionTimeout=SOON))
        assert document_of(run("probe", config, "--format", "json").stdout)["diagnosis"]["code"] == code
        told = run("probe", config).stdout
        assert f"     cause  {cause}" in told
        assert "       fix  " in told


def test_where_nothing_is_encrypted_it_says_so_and_not_to_run_a_probe(run: Runner, tmp_path: Path) -> None:
    """The cure is the way to a port with encryption, and there is none."""
    with serve(auth=["PLAIN"], starttls_reply="502 5.5.1 not implemented") as server:
        told = run("probe", write(tmp_path, config_for(server, auth=LOGIN, requireTLS=True))).stdout
    assert "tried  the other ports too, and none works: nothing there is encrypted\n" in told
    assert "fix  remove requireTLS\n" in told
    assert "cause  " in told
    assert "run smtp-verify probe" not in told


def test_that_no_port_works_is_not_said_where_a_patch_is_offered(run: Runner, tmp_path: Path) -> None:
    """What is wrong there is the name in the certificate, on whichever port."""
    with serve(starttls=True, cert="wronghost") as server:
        told = run("probe", write(tmp_path, config_for(server))).stdout
    assert "     write  tls.servername: " in told
    assert "tried  " not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "nobody"), "--to 'nobody'"),
        (("--timeout", "nan"), "--timeout"),
        (("--timeout", "1e10"), "--timeout"),
        (("--dns", "--nameserver", "localhost"), "--nameserver localhost"),
    ],
)
def test_what_cannot_be_meant_is_2_before_anything_is_connected(
    words: tuple[str, ...], told: str, server: Server, run: Runner, tmp_path: Path
) -> None:
    done = run("probe", write(tmp_path, config_for(server)), *words)
    assert (done.code, done.stdout, server.log.connections) == (2, "", 0)
    assert told in done.stderr


def test_placeholders_that_a_probe_meets_stop_it_and_others_do_not(
    server: Server, run: Runner, tmp_path: Path
) -> None:
    unfilled = config_for(server, auth={"user": "<user>", "pass": "<password>"}, fromEmail="<sender>")
    config = write(tmp_path, {**unfilled, "replyTo": "<reply-to>"})
    done = run("probe", config, "--format", "json")
    assert (done.code, server.log.connections) == (78, 0)
    error = document_of(done.stdout)["error"]
    assert [each["pointer"] for each in error["findings"]] == ["/auth/user", "/auth/pass"]
    assert document_of(done.stdout)["ports"] == []
    assert run("probe", config, "--no-auth").code == 0
    assert run("probe", config, "--no-auth", "--to", "to@example.com").code == 78


def test_a_config_that_the_guard_refuses_can_be_probed(server: Server, run: Runner, tmp_path: Path) -> None:
    config = {
        key: value for key, value in config_for(server).items() if key not in ("templates", "fromEmail")
    }
    assert run("probe", write(tmp_path, {**config, "auth": LOGIN})).code == 0


@pytest.mark.parametrize("host", [5, ["a"], {"a": 1}])
def test_a_host_that_is_no_text_is_78(host: object, server: Server, run: Runner, tmp_path: Path) -> None:
    done = run("probe", write(tmp_path, config_for(server, host=host)), "--format", "json")
    error = document_of(done.stdout)["error"]
    assert (done.code, error["findings"][0]["pointer"]) == (78, "/host")
    assert error["message"].endswith(": host: no text; write the name of the server")


def test_set_reaches_a_probe_too(server: Server, run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
    done = run("probe", config, "--set", "auth.pass=env:PW", env={"PW": PASSWORD})
    assert (done.code, server.log.mechanism) == (0, "PLAIN")
    assert PASSWORD not in done.stdout


def test_at_a_terminal_it_asks_and_says_what_it_does(server: Server, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(server, auth={"user": "u", "pass": "<password>"}))
    with on_a_terminal("probe", config, cwd=tmp_path) as (terminal, process):
        read_until(terminal, "auth.pass <password>")
        os.write(terminal, PASSWORD.encode() + b"\n")
        shown = read_until(terminal, f"asking port {server.port}")
        assert process.wait(30) == 0
    assert PASSWORD not in shown


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_within_a_second(number: signal.Signals, code: int, tmp_path: Path) -> None:
    with (
        serve(hang="ehlo") as server,
        started("probe", write(tmp_path, config_for(server)), "--format", "json", cwd=tmp_path) as process,
    ):
        server.wait_for("EHLO")
        with within(1):
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (code, b"")
    assert json.loads(stdout)["error"]["exitCode"] == code


def test_the_report_goes_to_a_file_of_the_owner_alone(server: Server, run: Runner, tmp_path: Path) -> None:
    done = run("probe", write(tmp_path, config_for(server)), "-o", "report.txt")
    assert (done.code, done.stdout) == (0, "")
    assert (tmp_path / "report.txt").stat().st_mode & 0o777 == 0o600


def test_a_server_cannot_move_the_cursor(run: Runner, tmp_path: Path) -> None:
    with serve(greeting=b"220 \x1b[2J\x9b31m mx\r\n", caps=("\x1b]0;x\x07", "8BITMIME")) as server:
        done = run("probe", write(tmp_path, config_for(server)))
    assert not [character for character in done.stdout if ord(character) < 32 and character != "\n"]


def test_a_password_that_a_server_repeats_is_masked(run: Runner, tmp_path: Path) -> None:
    with serve(greeting=f"220 hello {PASSWORD}", auth=["PLAIN"], auth_reply=f"535 not {PASSWORD}") as server:
        config = write(tmp_path, config_for(server, auth=LOGIN))
        for format_ in ("text", "json"):
            done = run("probe", config, "--format", format_)
            assert done.code == 77
            assert PASSWORD not in done.stdout + done.stderr


def test_a_login_that_is_not_offered_is_not_said_to_work(run: Runner, tmp_path: Path) -> None:
    with serve(starttls=True) as server:
        config = write(tmp_path, config_for(server, auth=LOGIN))
        done = run("probe", config)
        document = document_of(run("probe", config, "--format", "json").stdout)
        there = run("probe", config, "--to", "to@example.com")
    assert done.code == 0
    assert "  no login is offered there\n" in done.stdout
    told = "works: up to and including TLS, and no login is offered there; nothing was sent"
    assert done.stdout.splitlines()[-1] == told
    assert (document["works"], document["exitCode"]) == (None, 0)
    told = "works: up to and including the recipient, and no login is offered there; nothing was sent"
    assert there.stdout.splitlines()[-1] == told


@pytest.mark.parametrize(
    ("knobs", "changes", "told"),
    [
        ({}, {"auth": LOGIN}, "up to EHLO, not encrypted, and no login is offered there"),
        ({}, {"auth": {"type": "login"}}, "up to EHLO, not encrypted; the config holds no credentials"),
        ({}, {}, "up to EHLO, not encrypted; the config holds no credentials"),
        ({"starttls": True}, {}, "up to and including TLS; the config holds no credentials"),
        (
            {"auth": ["PLAIN"], "starttls": True, "starttls_reply": "454 no"},
            {"auth": LOGIN, "opportunisticTLS": True},
            "up to EHLO, not encrypted; after a refused STARTTLS nodemailer ignores what is offered, so"
            " the credentials were never tried",
        ),
    ],
    ids=["no AUTH", "type only", "no credentials", "no credentials, TLS", "opportunistic"],
)
def test_what_was_not_reached_is_not_said_to_work(
    knobs: dict[str, Any], changes: dict[str, Any], told: str, run: Runner, tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        done = run("probe", write(tmp_path, config_for(server, **changes)))
    assert done.stdout.splitlines()[-1] == f"works: {told}; nothing was sent"


def test_a_short_time_leaves_some_for_the_other_ports(deaf: int, run: Runner, tmp_path: Path) -> None:
    """What was not waited for is not called silent."""
    config = write(tmp_path, config_for(deaf, auth=LOGIN))
    done = run("probe", config, "--timeout", "4", "--format", "json")
    ports = document_of(done.stdout)["ports"]
    waited = [each["connections"][0]["seconds"] for each in ports if each["connections"]]
    assert len(ports) > 2
    assert waited[0] < 3
    told = run("probe", config, "--timeout", "0.001").stdout
    # A slow machine has not even read the file by then, and shows no table.
    table = "".join(told.split("\n\n")[1:2])
    assert "silent" not in table or "not tried" in told


def test_what_a_url_decides_is_not_told_as_keys_beside_it(
    server: Server, run: Runner, tmp_path: Path
) -> None:
    url = f"smtps://u:{PASSWORD}@127.0.0.1:{server.port}?tls.rejectUnauthorized=false"
    config = write(tmp_path, config_for(1, url=url))
    document = document_of(run("probe", config, "--format", "json").stdout)
    told = run("probe", config).stdout
    assert (document["proposal"], document["diagnosis"]["patch"]) == (None, [])
    assert document["diagnosis"]["cure"].startswith(f"change url: it leads elsewhere than port {server.port}")
    assert "     write  " not in told
    assert "change url" in told


def test_templates_of_the_config_are_not_needed(server: Server, run: Runner, tmp_path: Path) -> None:
    broken = [{**TEMPLATES[0], "content": 5}]
    assert run("probe", write(tmp_path, config_for(server, templates=broken))).code == 0


# After a failed test-send ---------------------------------------------------------------------------------


def test_a_send_that_failed_at_a_terminal_offers_the_probe_and_shows_what_works(
    server: Server, tmp_path: Path
) -> None:
    config = write(tmp_path, config_for(server, auth=LOGIN, secure=True), "my config.json")
    with on_a_terminal(config, "--to", "to@example.com", cwd=tmp_path) as (terminal, process):
        read_until(terminal, "Nothing is sent [Y/n]: ")
        os.write(terminal, b"\n")
        shown = read_until(terminal, "--write")
        assert process.wait(30) == 76
        stdout = process.stdout.read() if process.stdout else b""
    assert "secure: false" in shown
    assert f"smtp-verify probe '{config}' --write" in " ".join(shown.split())
    assert b"does not work" not in stdout
    assert (server.log.messages, server.log.verbs.count("AUTH")) == ([], 1)


def interrupted(process: subprocess.Popen[bytes]) -> int:
    """The exit code after Ctrl-C; one that comes right before the system is asked to read is not noticed."""
    for _ in range(30):
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(1)
    return process.wait(1)


@pytest.mark.parametrize("answer", [b"n\n", b"\x04", signal.SIGINT])
def test_the_offer_can_be_declined(answer: bytes | signal.Signals, server: Server, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(server, auth=LOGIN, secure=True))
    with on_a_terminal(config, "--to", "to@example.com", cwd=tmp_path) as (terminal, process):
        read_until(terminal, "Nothing is sent [Y/n]: ")
        connections = server.log.connections
        if isinstance(answer, bytes):
            os.write(terminal, answer)
            assert process.wait(30) == 76
        else:
            assert interrupted(process) == 76
    assert server.log.connections == connections


@pytest.mark.parametrize(
    ("knobs", "changes", "options"),
    [
        ({"rcpt": "550 nobody"}, {}, ()),
        ({"auth": ["PLAIN"]}, {"auth": {"user": "u", "pass": "wrong-one"}}, ()),
        ({}, {"secure": True}, ("--no-input",)),
        ({}, {"secure": True}, ("--quiet",)),
        ({}, {"secure": True}, ("--format", "json")),
    ],
)
def test_a_probe_is_not_offered_where_it_tells_no_more_or_nobody_asked_to_be_asked(
    knobs: dict[str, Any], changes: dict[str, Any], options: tuple[str, ...], tmp_path: Path
) -> None:
    with serve(**knobs) as server:
        config = write(tmp_path, config_for(server, **changes))
        with on_a_terminal(config, "--to", "to@example.com", *options, cwd=tmp_path) as (_, process):
            assert process.wait(30) in (67, 76, 77)


@pytest.mark.parametrize(
    ("stage", "helps"),
    [(Stage.DNS, False), (Stage.CONNECT, True), (Stage.STARTTLS, True), (Stage.RCPT, False)],
)
def test_a_probe_of_a_host_that_has_no_address_is_not_offered(stage: Stage, helps: bool) -> None:
    """It would look the same name up again."""
    assert may_help(Result(Ending.DEFERRED, stage, "", None, Transcript())) is helps


def test_the_readme_shows_what_a_probe_prints(run: Runner, tmp_path: Path) -> None:
    with serve(implicit_tls=True, auth=["PLAIN", "LOGIN"]) as server:
        write(tmp_path, json.dumps(config_for(server, auth={"user": "u", "pass": "p"})), "my.yaml")
        shown = run("probe", "my.yaml").stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = readme.partition("$ smtp-verify probe my.yaml\n")[2].partition("```")[0]
    assert settled(shown, str(server.port)) == settled(block, "36117")


def settled(text: str, port: str) -> list[list[str]]:
    """Words without what differs from one run to the next."""
    text = re.sub(r"\d+ ms", "<time>", text.replace(port, "<port>"))
    return [line.split() for line in text.splitlines()]


# --write --------------------------------------------------------------------------------------------------


def config_for_people(server: Server, folder: Path, more: str = "", host: str = "") -> Path:
    """A config with comments and a wrong `secure`."""
    authority = json.dumps(config_for(server)["tls"]["ca"])
    lines = (
        "# our relay",
        f"host: {host or server.host} # in the cellar",
        f"port: {server.port}   # do not change",
        *more.splitlines(),
        "secure: true # as always",
        "",
        f"auth: {{user: u, pass: {PASSWORD}}}",
        "fromEmail: sender@example.com",
        f"tls: {{ca: {authority}}}",
    )
    path = folder / "my.yaml"
    path.write_bytes("\r\n".join(lines).encode())
    return path


def test_what_was_proven_is_written_and_works_from_then_on(
    server: Server, run: Runner, tmp_path: Path
) -> None:
    path = config_for_people(server, tmp_path)
    path.chmod(0o640)
    before = path.read_bytes()
    done = run("probe", "my.yaml", "--write")
    assert (done.code, done.stderr) == (0, "")
    assert "\n   written  my.yaml\n" in done.stdout
    assert done.stdout.splitlines()[-1] == "works now: up to and including login; nothing was sent"
    after = path.read_bytes()
    assert after == before.replace(
        b"secure: true # as always\r\n", b"secure: false # as always\r\nrequireTLS: true\r\n"
    )
    assert path.stat().st_mode & 0o7777 == 0o640
    again = run("probe", "my.yaml", "--write")
    assert (again.code, again.stdout.splitlines()[-1]) == (
        0,
        "works: up to and including login; nothing was sent",
    )
    assert path.read_bytes() == after


def test_the_answer_of_logto_is_written_into_below_its_config(
    server: Server, run: Runner, tmp_path: Path
) -> None:
    wrapped: dict[str, Any] = {"id": "x", "config": config_for(server, auth=LOGIN, secure=True)}
    path = write(tmp_path, wrapped)
    done = run("probe", path, "--write", "--format", "json")
    document = document_of(done.stdout)
    assert (done.code, document["exitCode"], document["written"]) == (0, 0, str(path))
    assert document["notWritten"] is None
    assert json.loads(path.read_text())["config"] == {
        **wrapped["config"],
        "secure": False,
        "requireTLS": True,
    }
    assert run("probe", path).code == 0


@pytest.mark.parametrize(
    ("more", "words", "env", "why"),
    [
        (
            "url: smtps://127.0.0.1:{port}?tls.rejectUnauthorized=false",
            (),
            {},
            "url decides where to connect: change it there",
        ),
        ("", ("--set", "secure=true"), {}, "secure comes from --set or the environment: change it there"),
        (
            "",
            (),
            {"SMTP_VERIFY_SET_SECURE": "true"},
            "secure comes from --set or the environment: change it there",
        ),
        ("a: &a 1", ("--set", "host=127.0.0.1"), {}, None),
        ("<<: {name: mail.example}", (), {}, "the config: has a merge key"),
        ("requireTLS: !!bool false", (), {}, "requireTLS: has a tag"),
    ],
)
def test_what_cannot_be_written_is_left_as_it_is_with_the_reason(
    more: str, words: tuple[str, ...], env: dict[str, str], why: str | None, run: Runner, tmp_path: Path
) -> None:
    with serve(starttls=True, auth=["PLAIN"], password=PASSWORD) as server:
        path = config_for_people(server, tmp_path, more.replace("{port}", str(server.port)))
        before = path.read_bytes()
        done = run("probe", "my.yaml", "--write", "--format", "json", *words, env=env)
    document = document_of(done.stdout)
    if why is None:
        assert (done.code, document["written"]) == (0, "my.yaml")
        return
    assert (document["written"], document["notWritten"]) == (None, why)
    assert (done.code, path.read_bytes()) == (76, before)


def test_what_works_with_another_host_than_the_file_has_is_not_written(
    server: Server, run: Runner, tmp_path: Path
) -> None:
    path = config_for_people(server, tmp_path, host="mx.example")
    before = path.read_bytes()
    done = run("probe", "my.yaml", "--write", "--set", "host=127.0.0.1")
    assert (done.code, path.read_bytes()) == (76, before)
    told = "what was tried depends on more than the file: on --set, the environment or an answer"
    assert f"not written  {told}\n" in done.stdout


def test_a_file_that_changed_meanwhile_is_not_written(run: Runner, tmp_path: Path) -> None:
    with serve(starttls=True, auth=["PLAIN"], password=PASSWORD, greeting_delay=1.5) as server:
        path = config_for_people(server, tmp_path)
        with started("probe", "my.yaml", "--write", "--format", "json", cwd=tmp_path) as process:
            while not server.log.connections:
                time.sleep(0.01)
            changed = path.read_bytes() + b"\r\n# another hand\r\n"
            path.write_bytes(changed)
            stdout, _ = process.communicate(timeout=30)
    document = document_of(stdout.decode())
    assert (document["written"], document["notWritten"]) == (None, "my.yaml: has changed since it was read")
    assert (process.returncode, path.read_bytes()) == (76, changed)


@pytest.mark.parametrize(("path", "code"), [("-", 2), ("/dev/null", 66), (".", 66)])
def test_what_is_no_file_is_told_before_anything_is_connected(path: str, code: int, run: Runner) -> None:
    assert run("probe", path, "--write").code == code


def test_nothing_is_written_where_nothing_works(run: Runner, tmp_path: Path) -> None:
    with serve(greeting="554 go away") as server:
        path = config_for_people(server, tmp_path)
        before = path.read_bytes()
        done = run("probe", "my.yaml", "--write", "--format", "json", "--timeout", "8")
    document = document_of(done.stdout)
    assert (document["proposal"], document["written"], document["notWritten"]) == (None, None, None)
    assert path.read_bytes() == before
