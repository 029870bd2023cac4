"""`test-send --format sarif|github`: a live check that fails marks the line of the config."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.configs import TEMPLATES
from tests.report.formats import sarif_run
from tests.smtpd import serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

PASSWORD = "correct-horse-battery"


def written(folder: Path, port: int, **keys: Any) -> Path:
    """A config whose password stands in line 5, behind a comment."""
    more = "".join(f"{key}: {json.dumps(value)}\n" for key, value in keys.items())
    path = folder / "my config.yaml"
    path.write_text(
        f"# ours\nhost: 127.0.0.1\nport: {port}\nauth:\n  user: u@example.com\n  pass: {PASSWORD}\n"
        f"fromEmail: a@example.com\ntemplates: {json.dumps(TEMPLATES)}\n{more}"
    )
    return path


def test_a_refused_login_marks_the_line_of_the_login(run: Runner, tmp_path: Path) -> None:
    refusal = f"535 5.7.8 Username and Password not accepted {PASSWORD}"
    with serve(auth=["PLAIN"], auth_reply=refusal) as server:
        written(tmp_path, server.port)
        send = ("test-send", "my config.yaml", "--to", "to@example.com", "--to", "b@example.com")
        github = run(*send, "--format", "github")
        sarif = run(*send, "--format", "sarif")
        as_json = run(*send, "--format", "json")
    assert github.code == sarif.code == as_json.code == 77
    causes = [result["diagnosis"] for result in json.loads(as_json.stdout)["results"]]
    results = sarif_run(sarif.stdout)["results"]
    lines = github.stdout.splitlines()
    ranked = [code for first in causes for code in (first["code"], *(o["code"] for o in first["others"]))]
    assert [result["ruleId"] for result in results] == ranked
    assert len(lines) == len(ranked)
    place = causes[0]
    assert place["line"] is not None
    region = results[0]["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (place["line"], place["column"])
    assert lines[0].startswith(f"::error file=my config.yaml,line={place['line']},col={place['column']},")
    assert f",title={place['code']}::to@example.com: refused at auth" in lines[0]
    assert place["cause"] in lines[0]
    assert place["cure"] in lines[0]
    assert PASSWORD not in github.stdout + github.stderr + sarif.stdout + sarif.stderr


def test_an_accepted_message_exits_with_0_and_marks_nothing(run: Runner, tmp_path: Path) -> None:
    with serve(auth=["PLAIN"], user="u@example.com", password=PASSWORD) as server:
        written(tmp_path, server.port)
        send = ("test-send", "my config.yaml", "--to", "to@example.com", "--code", "918273")
        github = run(*send, "--format", "github")
        sarif = run(*send, "--format", "sarif", "-o", "out.sarif")
        quiet = run(*send, "--format", "sarif", "-q")
    assert (github.code, github.stdout) == (0, "::notice title=test-send::to@example.com: accepted at dot\n")
    assert (sarif.code, sarif.stdout) == (0, "")
    assert sarif_run((tmp_path / "out.sarif").read_text())["results"] == []
    assert (quiet.code, quiet.stdout) == (0, "918273\n")


def test_a_config_that_does_not_allow_it_marks_its_lines(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, 25)
    path.write_text(path.read_text().replace(PASSWORD, "<app-password>").replace("u@example.com", "<user>"))
    send = ("test-send", "my config.yaml", "--to", "to@example.com", "--no-input")
    github = run(*send, "--format", "github")
    sarif = run(*send, "--format", "sarif")
    told = json.loads(run(*send, "--format", "json").stdout)["error"]
    assert github.code == sarif.code == told["exitCode"] == 78
    log = sarif_run(sarif.stdout)
    assert log["invocations"][0]["executionSuccessful"] is False
    assert [result["ruleId"] for result in log["results"]] == [each["code"] for each in told["findings"]]
    assert len(github.stdout.splitlines()) == 1 + len(told["findings"])
    assert github.stdout.startswith("::error title=smtp-verify%3A exit code 78::")


@pytest.mark.parametrize("format_", ["sarif", "github"])
def test_a_file_that_does_not_take_the_report_leaves_it_on_standard_output(
    run: Runner, tmp_path: Path, format_: str
) -> None:
    with serve(auth=["PLAIN"], user="u@example.com", password=PASSWORD) as server:
        written(tmp_path, server.port)
        send = ("test-send", "my config.yaml", "--to", "to@example.com", "--format", format_)
        done = run(*send, "-o", "/dev/full")
    assert done.code == 73
    assert "accepted" in done.stderr
    if format_ == "sarif":
        assert sarif_run(done.stdout)["invocations"][0]["exitCode"] == 73
    else:
        assert [line.split(" ")[0] for line in done.stdout.splitlines()] == ["::notice", "::error"]
