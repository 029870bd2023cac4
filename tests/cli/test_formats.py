"""`validate` in its machine formats, as a process: whole documents, the same bytes, the same exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

from smtp_verify.cli.arguments.validate import FindingsReportFormat
from tests.conftest import clean_environment
from tests.program import await_reader
from tests.report import formats
from tests.report.formats import sarif_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Runner, WriteConfig

# Without anything that a rule would remark on.
VALID = formats.VALID.replace("port: 25", "port: 465").replace("auth: {}", "auth: {user: u, pass: p}")
BROKEN = VALID.replace("a@b.co", "5").replace("port: 465", 'port: "465"')
NAMES = (
    "a b.yaml",
    "100%.yaml",
    "a:b,c.yaml",
    "почта.yaml",
    "邮件.yaml",
    "x\n::error::y.yaml",
    "]]>&<.yaml",
    "a\\b.yaml",
    "\u202eb.yaml",
    "\x1b[2J.yaml",
    "\udcff.yaml",
)


def a_log(text: str) -> int:
    return len(sarif_run(text)["results"])


def marks(text: str) -> int:
    assert all(line.startswith(("::error ", "::warning ")) for line in text.splitlines())
    return len(text.splitlines())


def a_list(text: str) -> int:
    return len(json.loads(text))


def xml(text: str) -> int:
    suites = ElementTree.fromstring(text)  # noqa: S314 - our own
    return int(suites.attrib["failures"]) + int(suites.attrib["errors"])


def findings(text: str) -> int:
    document = json.loads(text)
    return sum(len(file["findings"]) for file in document["files"]) + ("error" in document)


READERS: dict[str, Callable[[str], int]] = {
    "json": findings,
    "sarif": a_log,
    "github": marks,
    "gitlab": a_list,
    "junit": xml,
}
"""Each reads one document, fails where it is none, and counts what is wrong according to it."""


def test_every_format_but_text_has_a_reader() -> None:
    assert {*READERS, "text"} == {each.value for each in FindingsReportFormat}


@pytest.mark.parametrize("format_", [*READERS, "text"])
def test_the_exit_code_does_not_depend_on_the_format(
    run: Runner, write_config: WriteConfig, tmp_path: Path, format_: str
) -> None:
    write_config("good.json")
    write_config("warned.json", port="587")
    (tmp_path / "bad.yaml").write_text(BROKEN)
    cases: list[tuple[tuple[str, ...], int]] = [
        (("good.json",), 0),
        (("warned.json",), 0),
        (("--strict", "warned.json"), 1),
        (("bad.yaml", "good.json"), 1),
        (("bad.yaml", "missing.yaml"), 66),
    ]
    for arguments, code in cases:
        done = run("validate", "--format", format_, *arguments)
        missing = "smtp-verify: missing.yaml: no such file or directory\n"
        assert (done.code, done.stderr) == (code, missing if code == 66 else "")
        quiet = run("validate", "--format", format_, "-q", *arguments)
        assert (quiet.code, quiet.stdout) == (code, "")


@pytest.mark.parametrize("format_", READERS)
def test_hostile_names_leave_one_document_with_the_same_bytes_each_time(
    run: Runner, tmp_path: Path, format_: str
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(BROKEN)
    first, second = (
        run("validate", "d", "--format", format_, env={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    )
    assert first == second
    assert first.code == 1
    assert READERS[format_](first.stdout) == len(NAMES) * (1 if format_ == "junit" else 2)
    assert not {"\x1b", "\u202e", "\r"} & set(first.stdout)


@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab", "junit"])
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_no_encoding_of_standard_output_spoils_a_document(
    run: Runner, tmp_path: Path, format_: str, encoding: str
) -> None:
    (tmp_path / "é密.yaml").write_text(BROKEN)
    done = run("validate", ".", "--format", format_, env={"PYTHONIOENCODING": f"{encoding}:backslashreplace"})
    assert READERS[format_](done.stdout) > 0
    assert done.stdout.isascii()


@pytest.mark.parametrize("format_", READERS)
def test_a_failure_is_one_document_of_the_format_too(
    run: Runner, write_config: WriteConfig, format_: str
) -> None:
    write_config()
    done = run("validate", "a.json", "--format", format_, "-o", "no/such/folder")
    assert done.code == 73
    assert done.stderr.startswith("smtp-verify: no/such/folder: cannot be written: ")
    if format_ == "sarif":
        run_ = sarif_run(done.stdout)
        assert run_["invocations"][0]["exitCode"] == 73
        assert not run_["invocations"][0]["executionSuccessful"]
    else:
        assert READERS[format_](done.stdout) == 1


@pytest.mark.parametrize("format_", READERS)
def test_a_file_takes_the_document_that_standard_output_would_get(
    run: Runner, write_config: WriteConfig, tmp_path: Path, format_: str
) -> None:
    write_config(port="1", host=None)
    shown = run("validate", "a.json", "--format", format_).stdout
    done = run("validate", "a.json", "--format", format_, "-o", "report", "-q")
    assert (done.code, done.stdout) == (1, "")
    assert (tmp_path / "report").read_text() == shown


@pytest.mark.parametrize("format_", READERS)
def test_what_is_interrupted_midway_is_one_document_that_says_so(tmp_path: Path, format_: str) -> None:
    for number in range(60):
        (tmp_path / f"{number}.yaml").write_text(BROKEN)
    # The last input is never there: everything before it has been judged by then.
    command = [sys.executable, "-m", "smtp_verify", "validate", "--format", format_, ".", "-"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        await_reader(process.stdin)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=20)[0].decode()
    assert process.returncode == 130
    if format_ == "sarif":
        assert sarif_run(told)["invocations"][0]["exitCode"] == 130
    else:
        assert READERS[format_](told) == 1
    assert "130" in told


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads VmHWM of Linux")
@pytest.mark.parametrize("format_", ["json", "sarif", "gitlab"])
def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path, format_: str) -> None:
    for number in range(800):
        (tmp_path / f"{number}.yaml").write_text(BROKEN + "x: 1\ny: 2\nz: 3\n" * 4)
    few, many = (_peak(tmp_path, pattern, format_) for pattern in ("[0-4].yaml", "."))
    assert many[1] > 4_000_000
    assert many[0] - few[0] < 8_000


PEAK = """\
import sys
from smtp_verify.cli.app import app
try:
    app(sys.argv[1:], prog_name="smtp-verify")
except SystemExit:
    peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(peak[0], file=sys.stderr)
"""


def _peak(folder: Path, pattern: str, format_: str) -> tuple[int, int]:
    """The most memory a run had, in kilobytes, and the size of its document."""
    done: Any = subprocess.run(
        [sys.executable, "-c", PEAK, "validate", pattern, "--format", format_],
        cwd=folder,
        env=clean_environment(),
        capture_output=True,
        check=True,
        timeout=60,
    )
    return int(done.stderr.split()[-1]), len(done.stdout)


def test_a_valid_file_leaves_nothing_to_say(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(VALID)
    for format_, reader in READERS.items():
        assert reader(run("validate", "a.yaml", "--format", format_).stdout) == 0
