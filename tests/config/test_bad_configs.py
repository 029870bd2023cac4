"""Every bad config gives a classified error with its place, in little time and little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify import codes
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.finding import Severity
from smtp_verify.lint import verdict
from tests.config.bad_configs import BadConfig, every
from tests.conftest import clean_environment
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smtp_verify.finding import Finding
    from tests.conftest import Runner

ALL = every()
SECOND, MEBIBYTES = 1.0, 200


def judged(path: Path) -> tuple[list[verdict.Verdict], float]:
    """The verdicts on a file's documents, and the seconds of work they took."""
    before = time.process_time()
    verdicts = list(verdict.judge([str(path)], Schema.DOCUMENTED, False, None, with_rules=False))
    return verdicts, time.process_time() - before


def is_told(bad: BadConfig, verdicts: list[verdict.Verdict]) -> bool:
    """What the file says is wrong is the last thing told, at its place."""
    last = verdicts[-1]
    if bad.code is None:
        values = tuple(each.document.data for each in verdicts if each.document is not None)
        return last.readable and bad.values in (None, values)
    (error,) = (finding for finding in last.findings if finding.severity is Severity.ERROR)
    place = (error.location.line, error.location.column)
    return not (last.readable or last.valid) and (error.code, *place) == (bad.code, bad.line, bad.column)


def test_every_bad_config_is_told_with_its_place(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    wrong, slowest = {}, 0.0
    for bad in ALL:
        path = tmp_path / bad.name
        path.write_bytes(bad.data)
        verdicts, seconds = judged(path)
        slowest = max(slowest, seconds)
        if not is_told(bad, verdicts):
            wrong[bad.name] = [finding for each in verdicts for finding in each.findings]
    told = f"bad configs: {len(ALL)} files, {len(wrong)} unclassified, slowest {slowest * 1000:.0f} ms"
    record_property("hostile", told)
    assert wrong == {}
    assert slowest < SECOND


def test_the_files_are_many_and_no_two_are_the_same() -> None:
    assert len({bad.name for bad in ALL}) == len(ALL)
    assert len({(bad.name.rpartition(".")[2], bad.data) for bad in ALL}) > 1_300


MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""A process inherits the peak of the one that starts it: a small one is put between."""


def test_all_of_them_at_once_fit_into_little_memory(tmp_path: Path) -> None:
    for bad in ALL:
        (tmp_path / bad.name).write_bytes(bad.data)
    report = tmp_path / "report"
    words = ["-m", "smtp_verify", "validate", "--format", "json", "-o", str(report), str(tmp_path)]
    argv = [sys.executable, "-c", MEASURED, sys.executable, *words]
    done = subprocess.run(argv, env=clean_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert int(done.stdout) / 1024 < MEBIBYTES
    told = {
        (entry["path"].rpartition("/")[2], entry["document"])
        for entry in json.loads(report.read_text())["files"]
    }
    assert {name for name, _ in told} == {bad.name for bad in ALL}


@pytest.mark.parametrize(
    "name", ["json structure 3 value.json", "yaml merge bomb.yaml", "utf-16.json", "json large.json"]
)
@pytest.mark.parametrize("command", [["render"], ["test-send", "--to", "a@example.com", "--no-input"]])
def test_nothing_is_rendered_or_sent_from_one(
    command: list[str], name: str, run: Runner, tmp_path: Path
) -> None:
    (bad,) = (each for each in ALL if each.name == name)
    (tmp_path / name).write_bytes(bad.data)
    done = run(command[0], tmp_path / name, *command[1:])
    assert (done.code, done.stdout) == (78, "")
    assert f"{name}:{bad.line}:{bad.column}: " in done.stderr


# Both readings -------------------------------------------------------------------------------------------

CONFIG = (
    "host: h\nport: {port}\nfromEmail: a@example.com\nauth: {{user: u, pass: {password}}}\n"
    "templates: [{{usageType: Generic, contentType: text/plain, subject: s, content: c}}]\n"
)


def of_line(number: int, tmp_path: Path, **changes: str) -> tuple[Any, list[Finding]]:
    """The config, and what is told of one of its lines."""
    path = tmp_path / "a.yaml"
    path.write_text(CONFIG.format(**{"port": "587", "password": "p"} | changes), encoding="utf-8")
    ((each,), _) = judged(path)
    assert each.document is not None
    return each.document.data, [finding for finding in each.findings if finding.location.line == number]


@pytest.mark.parametrize(
    ("port", "value", "readings"),
    [
        ("0465", 465, ("the number 465", "the number 309")),
        ("0o721", 465, ("the number 465", 'the string "0o721"')),
        ("22:22", "22:22", ('the string "22:22"', "the number 1342")),
        ("no", "no", ('the string "no"', "false")),
        ("On", "On", ('the string "On"', "true")),
        ("1_000", "1_000", ('the string "1_000"', "the number 1000")),
        ("5e2", 500, ("the number 500", 'the string "5e2"')),
        ("0b1", "0b1", ('the string "0b1"', "the number 1")),
        ("08", 8, ("the number 8", 'the string "08"')),
        ("2024-01-01", "2024-01-01", ('the string "2024-01-01"', "a date")),
    ],
)
def test_a_port_that_is_read_in_two_ways_is_told_with_both(
    port: str, value: Any, readings: tuple[str, str], tmp_path: Path
) -> None:
    data, findings = of_line(2, tmp_path, port=port)
    assert data["port"] == value
    new, old = readings
    assert f"{port}: YAML 1.2 reads {new}, YAML 1.1 reads {old}" in [each.message for each in findings]


@pytest.mark.parametrize("password", ["0123", "048291", "1e5", "no", "22:22", "1_000", "2024-01-01"])
def test_a_password_that_is_read_in_two_ways_is_taken_as_it_is_written_and_not_shown(
    password: str, tmp_path: Path
) -> None:
    data, findings = of_line(4, tmp_path, password=password)
    assert data["auth"]["pass"] == password
    (finding,) = findings
    assert finding.code == codes.AMBIGUOUS_SCALAR
    assert finding.message.endswith("; taken as the text that is written")
    assert f"{password}:" not in finding.message
    assert f'"{password}"' not in finding.message + finding.help


@pytest.mark.parametrize("password", ["123456", "0x1F", "1.50", "true"])
def test_a_password_that_is_no_text_in_either_reading_is_told(password: str, tmp_path: Path) -> None:
    _, findings = of_line(4, tmp_path, password=password)
    assert [finding.code for finding in findings] == [codes.WRONG_TYPE]


# What is no file ------------------------------------------------------------------------------------------


def no_files(folder: Path) -> dict[str, str]:
    """Paths that cannot be read, each with the reason that is told."""
    os.mkfifo(folder / "fifo.json")
    for link, target in (("loop", "loop"), ("one", "two"), ("two", "one"), ("dangling", "nowhere")):
        (folder / f"{link}.json").symlink_to(f"{target}.json")
    (folder / "file.json").write_text("{}", encoding="utf-8")
    names = {
        "fifo.json": "is a FIFO, not a regular file",
        "loop.json": "too many levels of symbolic links",
        "one.json": "too many levels of symbolic links",
        "dangling.json": "no such file or directory",
        "missing.json": "no such file or directory",
        "file.json/a.json": "not a directory",
        "n" * 300 + ".json": "file name too long",
    }
    devices = dict.fromkeys(
        ("/dev/null", "/dev/zero", "/dev/random"), "is a character device, not a regular file"
    )
    return {str(folder / name): why for name, why in names.items()} | devices


def test_what_is_no_file_is_told_and_held_up_by_nothing(run: Runner, tmp_path: Path) -> None:
    paths = no_files(tmp_path)
    with within(5):
        done = run("validate", "--format", "json", *paths)
    assert done.code == 66
    told = {entry["path"]: entry["findings"] for entry in json.loads(done.stdout)["files"]}
    assert {path: (finding["code"], finding["message"]) for path, (finding,) in told.items()} == {
        path: (codes.UNREADABLE, why) for path, why in paths.items()
    }


@pytest.mark.parametrize("kind", ["an empty directory", "a link to a directory above", "nothing"])
def test_a_directory_with_no_config_is_told(kind: str, run: Runner, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    if kind != "nothing":
        folder.mkdir()
    if kind == "a link to a directory above":
        (folder / "up").symlink_to("..")
    done = run("validate", folder)
    assert (done.code, "Traceback" in done.stderr) == (66, False)
    for command in (["render"], ["test-send", "--to", "a@example.com"]):
        assert run(command[0], folder, *command[1:]).code == 66


ODD_NAMES = (
    b"a b.json", b"-o.json", b"--help.yaml", b"[a].json", b"*.json", b"a?.json",
    b"'\".json", b"$(id).json", b"a;b.json",
    b"a\nb.json", b"\x1b[31m.json", b"\x07.yaml",
    "\u202egnp.json".encode(), "\u00e9.json".encode(), b"\xff.json",
    b"\xe9.yaml", b"%s.json", b"{}.json", b"\\.json", b"a:1:2.json",
)  # fmt: skip


def test_a_file_with_an_odd_name_is_told_like_any_other(run: Runner, tmp_path: Path) -> None:
    for name in ODD_NAMES:
        with open(os.path.join(os.fsencode(tmp_path), name), "wb") as stream:
            stream.write(b"[")
    done = run("validate", "--format", "json", tmp_path)
    assert (done.code, done.stderr) == (1, "")
    told = {os.fsencode(entry["path"].rpartition("/")[2]) for entry in json.loads(done.stdout)["files"]}
    assert told == set(ODD_NAMES)
    shown = run("validate", tmp_path)
    assert shown.code == 1
    assert not set(shown.stdout) & set("\x1b\x07\u202e")
