"""Where results go: standard output in every state, and files."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.cli.terminal.output import check_stdout, write_file
from smtp_verify.errors import OutputError

if TYPE_CHECKING:
    from tests.conftest import Runner, WriteConfig

pytestmark = pytest.mark.process

HOSTILE = "\x1b[31m\x1b]52;c;aGk=\x07\x9b2J\u202e\u2066\u061c\x7f\r\0\ud800"
FULL = "smtp-verify: standard output cannot be written: No space left on device\n"
CLOSED = "smtp-verify: standard output is closed\n"


def shell(line: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `$SV` is the program; what it prints, and its exit code."""
    variables = {
        **os.environ,
        "SV": f"{sys.executable} -m smtp_verify",
        "PYTHONPATH": str(_root()),
        **environment,
    }
    variables = {name: value for name, value in variables.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return subprocess.run(
        ["/bin/bash", "-c", line], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )


def _root() -> Path:
    return Path(__file__).resolve().parent.parent.parent


def with_many_templates(write_config: WriteConfig) -> None:
    """More text than a pipe holds."""
    long = {"contentType": "text/plain", "subject": "s", "content": "x" * 2000}
    write_config("big.json", templates=[{"usageType": f"T{number}", **long} for number in range(400)])


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command", ["validate a.json", "render a.json", "render a.json --format json", "--help", "--version"]
)
def test_a_full_standard_output_is_73(
    write_config: WriteConfig, tmp_path: Path, command: str, unbuffered: str
) -> None:
    write_config()
    done = shell(f"$SV {command} >/dev/full", tmp_path, PYTHONUNBUFFERED=unbuffered)
    assert (done.returncode, done.stderr) == (73, FULL)


@pytest.mark.parametrize(
    ("command", "code", "stderr"),
    [
        ("validate a.json", 73, CLOSED),
        ("validate a.json --format json", 73, CLOSED),
        ("validate -q a.json", 0, ""),
        ("render a.json -o out", 0, ""),
        ("render missing --format json", 66, "smtp-verify: missing: no such file or directory\n"),
    ],
)
def test_a_closed_standard_output_is_73_where_something_had_to_be_written(
    write_config: WriteConfig, tmp_path: Path, command: str, code: int, stderr: str
) -> None:
    write_config()
    done = shell(f"$SV {command} >&-", tmp_path)
    assert (done.returncode, done.stderr) == (code, stderr)


def test_a_closed_standard_error_changes_nothing_else(write_config: WriteConfig, tmp_path: Path) -> None:
    write_config()
    assert shell("$SV render missing 2>&-", tmp_path).returncode == 66
    assert shell("$SV render missing >&- 2>&-", tmp_path).returncode == 66
    assert shell("$SV validate a.json 2>&-", tmp_path).stdout == ("a.json: Logto accepts this config\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_a_reader_that_has_gone_is_141_and_silent(
    write_config: WriteConfig, tmp_path: Path, format_: str, unbuffered: str
) -> None:
    with_many_templates(write_config)
    line = f"$SV render big.json --all --format {format_} | head -1; echo ${{PIPESTATUS[0]}}"
    done = shell(line, tmp_path, PYTHONUNBUFFERED=unbuffered)
    assert done.stdout.split("\n")[-2] == "141"
    assert done.stderr == ""


def test_a_reader_that_takes_all_it_wants_from_a_short_report_is_0(
    write_config: WriteConfig, tmp_path: Path
) -> None:
    write_config()
    done = shell("$SV validate a.json | head -1; echo ${PIPESTATUS[0]}", tmp_path)
    assert done.stdout == "a.json: Logto accepts this config\n0\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_long_report_reaches_a_slow_reader_whole(
    run: Runner, write_config: WriteConfig, tmp_path: Path, unbuffered: str
) -> None:
    with_many_templates(write_config)
    line = "$SV render big.json --all --format json | { sleep 0.3; cat; }"
    assert shell(line, tmp_path, PYTHONUNBUFFERED=unbuffered).stdout == (
        run("render", "big.json", "--all", "--format", "json").stdout
    )


@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1", "cp1252"])
def test_no_encoding_of_standard_output_makes_it_fail(
    write_config: WriteConfig, tmp_path: Path, encoding: str
) -> None:
    content = {"contentType": "text/plain", "subject": HOSTILE, "content": "测试 " + HOSTILE}
    write_config(templates=[{"usageType": "Generic", **content}])
    for command in ("validate a.json", "render a.json", "render a.json --all", "render a.json --format json"):
        done = shell(f"$SV {command} >/dev/null", tmp_path, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, "")


def hidden(text: str) -> list[str]:
    """The characters of a text that text output may not hold."""
    return [
        character
        for character in text
        if (ord(character) < 0x20 and character not in "\n\t")
        or 0x7F <= ord(character) <= 0x9F
        or character in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
        or 0xD800 <= ord(character) <= 0xDFFF
    ]


def test_no_control_character_of_a_file_reaches_text_output(run: Runner, write_config: WriteConfig) -> None:
    template = {"usageType": HOSTILE, "contentType": HOSTILE, "subject": HOSTILE, "content": HOSTILE}
    more = {"sendFrom": HOSTILE + "{{code}}", "replyTo": HOSTILE}
    generic = {**template, **more, "usageType": "Generic"}
    unknown: dict[str, Any] = {HOSTILE: HOSTILE, "fromEmail": HOSTILE, "host": 5}
    write_config(templates=[template, generic], **unknown)
    for command in (
        ["validate", "a.json"],
        ["validate", "--strict", "--schema", "connector", "a.json"],
        ["render", "a.json"],
        ["render", "a.json", "--all"],
        ["render", "a.json", "--usage", "x" + HOSTILE.replace("\0", "")[:4]],
        ["render", "a.json", "--format", "eml"],
        ["validate", "missing\x1b\u202e.json"],
    ):
        done = run(*command)
        assert hidden(done.stdout + done.stderr) == []


def test_json_is_ascii_and_keeps_every_character(run: Runner, write_config: WriteConfig) -> None:
    write_config(
        templates=[{"usageType": "Generic", "contentType": "x", "subject": HOSTILE, "content": "é测"}]
    )
    done = run("render", "a.json", "--format", "json")
    assert done.stdout.isascii()
    assert hidden(done.stdout) == []
    (told,) = json.loads(done.stdout)["templates"]
    assert (told["subject"], told["content"]) == (HOSTILE, "é测")


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize(
    ("options", "environment", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "always"], {"TERM": "dumb"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {"TERM": "xterm"}, False),
    ],
)
def test_colour_is_where_it_was_asked_for(
    run: Runner, write_config: WriteConfig, options: list[str], environment: dict[str, str], coloured: bool
) -> None:
    write_config()
    for command in ("validate", "render"):
        done = run(command, "a.json", *options, env=environment)
        assert ("\x1b[" in done.stdout) == coloured
        assert "\x1b" not in run(command, "a.json", "--format", "json", *options, env=environment).stdout


def on_a_terminal(folder: Path, **environment: str) -> str:
    """What `validate a.json` writes to a terminal."""
    ours, theirs = pty.openpty()
    variables = {**os.environ, "PYTHONPATH": str(_root()), **environment}
    variables = {name: value for name, value in variables.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "smtp_verify", "validate", "a.json"]
    with subprocess.Popen(command, cwd=folder, env=variables, stdout=theirs) as process:
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # Linux says EIO where the other end is closed
            while chunk := os.read(ours, 4096):
                written += chunk
        process.wait(30)
    os.close(ours)
    return written.decode()


def test_colour_is_on_a_terminal_and_not_on_a_dumb_one(write_config: WriteConfig, tmp_path: Path) -> None:
    write_config()
    assert "\x1b[1;32mLogto accepts this config\x1b[0m" in on_a_terminal(tmp_path, TERM="xterm")
    assert "\x1b" not in on_a_terminal(tmp_path, TERM="dumb")


# Files ---------------------------------------------------------------------------------------------------


def test_a_report_is_a_usual_file_and_keeps_the_mode_of_the_one_before(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    write_config()
    out = tmp_path / "out.txt"
    assert run("validate", "a.json", "-o", "out.txt").code == 0
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask
    out.chmod(0o640)
    assert run("validate", "a.json", "-o", "out.txt").code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert out.read_text() == "a.json: Logto accepts this config\n"


@pytest.mark.parametrize("path", ["missing/out", ".", "/dev/full", "a.json/out"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_an_output_that_cannot_be_written_is_73(
    run: Runner, write_config: WriteConfig, tmp_path: Path, path: str, format_: str
) -> None:
    write_config()
    done = run("validate", "a.json", "--format", format_, "-o", path)
    assert done.code == 73
    assert done.stderr.startswith(f"smtp-verify: {path}: cannot be written: ")
    if format_ == "json":
        assert json.loads(done.stdout)["error"]["exitCode"] == 73
    else:
        assert done.stdout == ""
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.json"]


def test_a_dash_and_dev_stdout_are_standard_output(write_config: WriteConfig, tmp_path: Path) -> None:
    write_config()
    report = "a.json: Logto accepts this config\n"
    for name in ("-", "/dev/stdout"):
        shell(f"{{ echo before; $SV validate a.json -o {name}; echo after; }} > log", tmp_path)
        assert (tmp_path / "log").read_text() == f"before\n{report}after\n"
    assert shell("$SV validate a.json -o >(cat) | cat; sleep 0.2", tmp_path).stdout == report


def test_what_was_there_before_is_whole_or_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("before")
    link = tmp_path / "link"
    link.symlink_to(out)
    write_file(str(link), (b"after",), private=True)
    assert link.is_symlink()
    assert out.read_text() == "after"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(OutputError) as caught:
        write_file(str(tmp_path / ("x" * 300)), (b"x",), private=False)
    assert caught.value.message.endswith(": cannot be written: File name too long")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["link", "out"]


def test_a_link_that_leads_nowhere_yet_gets_a_private_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "out")
    write_file(str(tmp_path / "link"), (b"mail",), private=True)
    assert (tmp_path / "out").read_bytes() == b"mail"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_standard_output_is_checked_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with capfd.disabled():
        check_stdout()
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(OutputError) as caught:
        check_stdout()
    assert caught.value.message == "standard output is closed"
