"""Change a module and see that one of its tests fails: python -m tests.mutants.run SAMPLE [NAME]…

SAMPLE mutants of each module are chosen, the same ones every time. NAME is a module, as `address`, or one of
its mutants, as `address:31`. In pyproject.toml, `tool.mutants` names the modules, and what pytest
is told to run for the mutants of each.
"""

from __future__ import annotations

import difflib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from tests.mutants.made import mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED = ("smtp_verify", "tests", "sample-configs", "pyproject.toml")
ENOUGH = 85
"""Per cent that must not live."""
AT_ONCE = 2
SEED = 0
MEMORY = 4 * 1024**3
"""Octets for a run: a mutant may fill what there is."""
# With `CI` set hypothesis draws the same examples every time, and keeps none from one mutant to the next.
_ENVIRONMENT = {**os.environ, "CI": "true"}
# Bytecode would be taken for that of the next mutant that is as long, and written within the same second.
_NO_BYTECODE = ["-B"]


@dataclass(frozen=True, slots=True)
class Subject:
    """A module, and the mutants of it that are run."""

    path: Path
    arguments: list[str]
    """For pytest: the tests that belong to the module."""
    source: str
    mutants: dict[int, str]
    """By their place among all mutants of the module."""


@dataclass(slots=True)
class Tally:
    """What became of the mutants of a module."""

    killed: int = 0
    timed_out: int = 0
    lived: int = 0

    @property
    def score(self) -> float:
        """Per cent that did not live."""
        return 100 * (1 - self.lived / (self.killed + self.timed_out + self.lived))


def main() -> int:
    """1 where more lived than may."""
    sample, *names = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    tallies = {subject.path.stem: _run(subject) for subject in _subjects(int(sample), names)}
    _say(f"{'':<14}{'killed':>8}{'timed out':>11}{'lived':>7}{'score':>8}")
    for name, tally in tallies.items():
        _say(f"{name:<14}{tally.killed:>8}{tally.timed_out:>11}{tally.lived:>7}{tally.score:>7.1f}%")
    return 1 if any(tally.score < ENOUGH for tally in tallies.values()) else 0


def _subjects(sample: int, names: list[str]) -> Iterator[Subject]:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mutants"]
    for path, arguments in ((Path(name), arguments) for name, arguments in tables.items()):
        wanted = [name.partition(":")[2] for name in names if name.partition(":")[0] == path.stem]
        if names and not wanted:
            continue
        mutants = mutants_of(ROOT / path)
        chosen = [int(number) for number in wanted if number] or _chosen(len(mutants), sample)
        yield Subject(path, arguments, (ROOT / path).read_text(), {each: mutants[each] for each in chosen})


def _chosen(count: int, sample: int) -> list[int]:
    return sorted(random.Random(SEED).sample(range(count), min(sample, count)))  # noqa: S311 - to repeat it


def _run(subject: Subject) -> Tally:
    """Run every mutant in a tree of its own, and tell of those that lived as they are found."""
    tally = Tally()
    with _trees() as trees, ThreadPoolExecutor(AT_ONCE) as pool:
        took = _compile(subject, trees)
        _say(f"{subject.path}: {len(subject.mutants)} mutants, their tests take {took:.1f} s")

        def code_of(mutant: str) -> int | None:
            tree = trees.get()
            try:
                return _code(subject, tree, mutant, took)
            finally:
                trees.put(tree)

        codes = pool.map(code_of, subject.mutants.values())
        for (number, mutant), code in zip(subject.mutants.items(), codes, strict=True):
            tally.killed += code not in (0, None)
            tally.timed_out += code is None
            tally.lived += code == 0
            if code == 0:
                _say(f"{subject.path.stem}:{number} lived", *_difference(subject.source, mutant))
    return tally


def _compile(subject: Subject, trees: SimpleQueue[Path]) -> float:
    """Seconds that the tests take where nothing is changed; bytecode of all but the module is left behind."""
    took = 0.0
    for _ in range(AT_ONCE):
        tree = trees.get()
        took = _time(subject, tree, [])
        trees.put(tree)
    return took


def _code(subject: Subject, tree: Path, mutant: str, took: float) -> int | None:
    """Pytest's exit code for a mutant; None where it hangs, and what is not changed would have been done."""
    while True:
        patience = 3 * took + 5
        (tree / subject.path).write_text(mutant)
        code = _tested(tree, _NO_BYTECODE, subject.arguments, patience)
        if code is not None:
            return code
        (tree / subject.path).write_text(subject.source)
        took = _time(subject, tree, _NO_BYTECODE)
        if took <= patience / 2:
            return None


def _time(subject: Subject, tree: Path, options: list[str]) -> float:
    start = time.monotonic()
    if _tested(tree, options, subject.arguments, 600) != 0:
        sys.exit(f"the tests of {subject.path} fail where nothing is changed")
    return time.monotonic() - start


@contextmanager
def _trees() -> Iterator[SimpleQueue[Path]]:
    """Copies of what the tests need: the mutants never touch the tree itself."""
    queue: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for number in range(AT_ONCE):
            tree = Path(folder, str(number))
            tree.mkdir()
            for name in NEEDED:
                copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
                copy(ROOT / name, tree / name)
            queue.put(tree)
        yield queue


def _tested(tree: Path, options: list[str], arguments: list[str], longest: float) -> int | None:
    """Pytest's exit code for the code in a tree; None where it took too long."""
    with subprocess.Popen(
        [sys.executable, *options, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=tree,
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as run:
        try:
            return run.wait(longest)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)


def _difference(source: str, mutant: str) -> list[str]:
    lines = difflib.unified_diff(source.splitlines(), mutant.splitlines(), lineterm="", n=0)
    return [f"    {line}" for line in list(lines)[2:]]


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
