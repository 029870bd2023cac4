"""`test-send` and the places where its report goes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from trustme import LeafCert

from tests.configs import config_for, write
from tests.conftest import clean_environment
from tests.program import argv, started
from tests.smtpd import certificates, serve

if TYPE_CHECKING:
    from tests.conftest import Run, Runner

pytestmark = pytest.mark.process

TO = ("--to", "to@example.com")


def result_of(run: Run) -> dict[str, Any]:
    """The one result of a JSON document."""
    (result,) = json.loads(run.stdout)["results"]
    assert isinstance(result, dict)
    return result


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
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"2 messages: 1 accepted, 1 refused \(exit code 1\)", lines[-1])
    assert any(re.fullmatch(r"a@example\.com: accepted, code \d{6}", line) for line in lines)
    assert any(line.startswith("b@example.com: refused: at rcpt: ") for line in lines)


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
    assert re.fullmatch(rb"to@example\.com\t[0-9]{6}\n", stdout)


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
    assert alone.stderr == f"smtp-verify: {pipe}: cannot be written: nobody reads it\n"
    assert len(server.log.messages) == 1


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


@pytest.mark.parametrize("option", [("--sandbox",), ()], ids=["sandbox", "client certificate"])
def test_no_temporary_directory_is_73(option: tuple[str, ...], tmp_path: Path) -> None:
    """Whatever directory is tried, nothing can be written into its files."""
    chain = certificates().chains["trusted"]
    assert isinstance(chain, LeafCert)
    pair = {"cert": chain.cert_chain_pems[0].bytes().decode(), "key": chain.private_key_pem.bytes().decode()}
    with serve(starttls=True) as server:
        config = write(tmp_path, config_for(server, tls={"ca": certificates().ca, **pair}))
        words = [*argv(config, *TO), *option, "--format", "json"]
        done = subprocess.run(
            ["bash", "-c", 'ulimit -f 0; exec "$@"', "bash", *words],
            capture_output=True, env=clean_environment(), cwd=tmp_path, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 73
    assert "set TMPDIR" in json.loads(done.stdout)["error"]["message"]
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("limit", [5, 6])
def test_too_few_files_at_once_is_75_in_a_sentence(limit: int, tmp_path: Path) -> None:
    with serve() as server:
        words = [*argv(write(tmp_path, config_for(server)), *TO), "--format", "json"]
        done = subprocess.run(
            ["bash", "-c", f'ulimit -n {limit}; exec "$@"', "bash", *words],
            capture_output=True, env=clean_environment(), cwd=tmp_path, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, server.log.connections) == (75, 0)
    assert json.loads(done.stdout)["error"]["message"].endswith("raise the limit (ulimit -n)")
    assert b"Traceback" not in done.stderr


def test_a_file_that_a_value_comes_from_is_not_overwritten(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("p")
    with serve() as server:
        config = write(tmp_path, config_for(server))
        for words, environment in (
            (("--set", "auth.pass=file:secret"), {}),
            ((), {"SMTP_VERIFY_SET_AUTH__PASS": f"file:{tmp_path}/secret"}),
        ):
            done = run("test-send", config, *TO, *words, "-o", "secret", env=environment)
            assert (done.code, server.log.connections) == (2, 0)
            assert "would overwrite a file that is read" in done.stderr
    assert (tmp_path / "secret").read_text() == "p"
