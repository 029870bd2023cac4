"""What all tests share: the real program as a subprocess, and the tally of agreement at the end of a run."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "tests" / "vectors"
SECRET = "S3cr3tPa55w0rd"
"""The password of the configs that `write_config` writes."""
_COUNT = "count: "
_STEERING = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "SOURCE_DATE_EPOCH", "BROWSER")
"""Variables that change what the program prints: a test that wants one gives it."""


def pytest_configure() -> None:
    """A shell gives what it starts in the background an ignored SIGINT, and each process hands that on."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """Most of a test's time is waiting for a server or a process: more can run than there are cores."""
    return 2 * (os.cpu_count() or 1) + 1


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of the program left behind."""

    code: int
    stdout: str
    stderr: str


class Runner(Protocol):
    """Runs the program with these arguments."""

    def __call__(
        self,
        *args: str | Path,
        stdin: str | bytes = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Run:
        """The exit code and both streams, decoded as UTF-8."""


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what steers the program, and with `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _STEERING and not name.startswith(("SMTP_VERIFY_", "PYTHON"))
    }
    path = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    return {**kept, **path, **(extra or {})}


@pytest.fixture
def process(tmp_path: Path) -> Runner:
    """The real program in a process of its own, and in a directory of its own unless told otherwise."""

    def call(
        *args: str | Path,
        stdin: str | bytes = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Run:
        done = subprocess.run(
            [sys.executable, "-m", "smtp_verify", *map(str, args)],
            input=stdin if isinstance(stdin, bytes) else stdin.encode(),
            capture_output=True,
            env=clean_environment(env),
            cwd=cwd or tmp_path,
            timeout=timeout,
            check=False,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def run(process: Runner) -> Runner:
    """The real program."""
    return process


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port whose queue of connections is full: nobody is refused, and nobody gets in."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for each in waiting:
            each.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests have counted, each kind in a section of its own, whether they passed or not."""
    counts = sorted(_counts(terminalreporter).items())
    _write(terminalreporter, "agreement with Logto's connector", _agreement(terminalreporter))
    _write(
        terminalreporter,
        "played against servers and files that go wrong",
        [
            *(f"{name}: {count}" for name, count in counts),
            *_injections(terminalreporter),
            *_properties(terminalreporter, "hostile"),
        ],
    )
    _write(terminalreporter, "what must never show", _totals(terminalreporter))


def _write(reporter: pytest.TerminalReporter, title: str, lines: Iterable[str]) -> None:
    for number, line in enumerate(lines):
        if number == 0:
            reporter.section(title)
        reporter.write_line(line)


def _properties(reporter: pytest.TerminalReporter, wanted: str) -> Iterator[Any]:
    for outcome in ("passed", "failed"):
        for report in reporter.stats.get(outcome, ()):
            if getattr(report, "when", "") == "call":
                yield from (value for name, value in report.user_properties if name == wanted)


def _agreement(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """A line for each record, its groups together: how much of it comes out as recorded."""
    found: dict[str, list[int]] = {}
    for told in _properties(reporter, "agreement"):
        what, right, total = re.fullmatch(r"(.*): (\d+) of (\d+)", told).groups()  # type: ignore[union-attr]
        counts = found.setdefault(what, [0, 0])
        counts[0] += int(right)
        counts[1] += int(total)
    return (f"{what}: {right} of {total}" for what, (right, total) in sorted(found.items()))


def _totals(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """For each sentence: how much of what must never show did, and in how many cases it was looked for."""
    found: dict[str, list[int]] = {}
    for sentence, count in _properties(reporter, "never"):
        found.setdefault(sentence, []).append(count)
    for sentence, counts in found.items():
        yield sentence.format(sum(counts), len(counts))


def _injections(reporter: pytest.TerminalReporter) -> Iterator[str]:
    """One line for all fields together."""
    counts = list(_properties(reporter, "injection"))
    if counts:
        through, cases = (sum(numbers) for numbers in zip(*counts, strict=True))
        yield f"injection: {through} of {cases} cases got through"


def _counts(reporter: pytest.TerminalReporter) -> Counter[str]:
    """How many cases passed under each property whose name starts with `count: `."""
    counts: Counter[str] = Counter()
    for report in reporter.stats.get("passed", ()):
        if getattr(report, "when", "") == "call":
            for name, value in report.user_properties:
                if name.startswith(_COUNT):
                    counts[name.removeprefix(_COUNT)] += int(str(value))
    return counts


# Configs -------------------------------------------------------------------------------------------------


class WriteConfig(Protocol):
    """Writes a config that is valid to both schemas, with some keys other than usual."""

    def __call__(self, name: str = "a.json", **keys: Any) -> Path:
        """The file, in the directory that `run` runs in."""


@pytest.fixture
def write_config(tmp_path: Path) -> WriteConfig:
    """A writer of configs; a key set to None is left out."""

    def write(name: str = "a.json", **keys: Any) -> Path:
        usual = {"contentType": "text/plain", "subject": "Your code", "content": "Code {{code}}"}
        required = ("SignIn", "Register", "ForgotPassword", "Generic")
        config = {
            "host": "smtp.example.com",
            "port": 587,
            "auth": {"user": "u@example.com", "pass": SECRET},
            "fromEmail": "Acme <no-reply@example.com>",
            "templates": [{"usageType": each, **usual} for each in required],
            **keys,
        }
        path = tmp_path / name
        path.write_text(json.dumps({key: value for key, value in config.items() if value is not None}))
        # As a file with a password should be; there is a rule about it.
        path.chmod(0o600)
        return path

    return write
