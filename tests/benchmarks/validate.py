"""What `validate` takes for many files and for one, beside check-jsonschema with the schema we export.

python -m tests.benchmarks.validate
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.benchmarks.files import write_files

ROUNDS = 5
FILES = 1_000
MANY = 10_000
OURS = (sys.executable, "-m", "smtp_verify", "validate")
THEIRS = (sys.executable, "-m", "check_jsonschema", "--schemafile")


class Cost(NamedTuple):
    """Of one run of a program, startup included."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds."""
    memory: float
    """The most it had at once, in MiB."""


def cost(command: tuple[str, ...]) -> Cost:
    """Run a program, its results thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)


def alternately(commands: dict[str, tuple[str, ...]]) -> dict[str, Cost]:
    """The medians of several rounds; in each the programs take turns, so that a busy machine slows all."""
    runs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name].append(cost(command))
    return {
        name: Cost(*(median(values) for values in zip(*each, strict=True))) for name, each in runs.items()
    }


def commands_for(paths: list[str], schema: str) -> dict[str, tuple[str, ...]]:
    """The programs that are compared; they are told the same files."""
    return {
        "validate": (*OURS, *paths),
        "validate --schema connector": (*OURS, "--schema", "connector", *paths),
        "check-jsonschema": (*THEIRS, schema, *paths),
    }


def tell(title: str, costs: dict[str, Cost], files: int) -> None:
    """Print a table; beside by CPU, which other work on the machine changes least: each is one thread."""
    print(f"\n{title}")  # noqa: T201
    theirs = costs["check-jsonschema"]
    for name, each in costs.items():
        beside = "" if each is theirs else f"{theirs.cpu / each.cpu:5.1f} times as fast"
        print(  # noqa: T201
            f"  {name:28} {files / each.wall:8.0f} files/s {each.cpu:7.3f} s of CPU"
            f" {each.memory:6.1f} MiB  {beside}".rstrip()
        )


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        schema = str(folder / "connector.schema.json")
        subprocess.run(
            (sys.executable, "-m", "smtp_verify", "schema", "--schema", "connector", "-o", schema), check=True
        )
        for suffix in ("yaml", "json"):
            for finding in (False, True):
                files = folder / f"{suffix}-{finding}"
                write_files(files, suffix, FILES, finding)
                paths = sorted(map(str, files.iterdir()))
                what = "a finding in each" if finding else "nothing to find"
                costs = alternately(commands_for(paths, schema))
                tell(f"{FILES:,} {suffix.upper()} files of 4 KiB, {what}", costs, FILES)
            tell(f"one {suffix.upper()} file", alternately(commands_for(paths[:1], schema)), 1)
        many = folder / "many"
        write_files(many, "json", MANY, finding=True)
        for format_ in ("text", "json"):
            growing = alternately(
                {
                    f"{FILES:,} files": (*OURS, "--format", format_, str(folder / "json-True")),
                    f"{MANY:,} files": (*OURS, "--format", format_, str(many)),
                }
            )
            print(f"\nmemory, --format {format_}")  # noqa: T201
            for name, each in growing.items():
                print(f"  {name:28} {each.memory:6.1f} MiB")  # noqa: T201


if __name__ == "__main__":
    main()
