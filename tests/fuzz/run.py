"""Run every harness for a while and tell how often it was run: python -m tests.fuzz.run SECONDS [NAME]…

What is found on the way stays in `.fuzz`, and the next run starts from it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

from tests.fuzz.harness import CORPUS, NAMES

FOLDER = Path(".fuzz")
LONGEST = 2048
"""Octets of an input; long ones are slow and rarely tell more."""
PATIENCE = 10
"""Seconds for one input: more is a hang."""
_EXECUTIONS = re.compile(r"stat::number_of_executed_units:\s*([0-9]+)")
_TRACEBACK = re.compile(r"=== Uncaught Python exception: ===\n(.*?)\n==[0-9]+==", re.DOTALL)


def main() -> int:
    """1 where an input broke a harness."""
    seconds, *names = sys.argv[1:]
    failed = [name for name in names or NAMES if not _hold(name, int(seconds))]
    return 1 if failed else 0


def _hold(name: str, seconds: int) -> bool:
    """Fuzz one harness; whether nothing broke it."""
    found, crashes = FOLDER / name, FOLDER / f"{name}-broken-by-"
    found.mkdir(parents=True, exist_ok=True)
    before = set(FOLDER.glob(f"{crashes.name}*"))
    start = time.monotonic()
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.fuzz.one", name),
            *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", f"-timeout={PATIENCE}"),
            *(f"-artifact_prefix={crashes}", "-print_final_stats=1", "-verbosity=0"),
            *(str(found), str(CORPUS / name)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    count = _EXECUTIONS.search(done.stdout)
    executions = int(count[1]) if count else 0
    rate = round(executions / (time.monotonic() - start))
    _say(f"{name:<14}{executions:>12,} executions{rate:>9,} a second")
    if done.returncode == 0:
        return True
    traceback = _TRACEBACK.search(done.stdout)
    _say((traceback[1] if traceback else done.stdout).strip())
    for path in sorted(set(FOLDER.glob(f"{crashes.name}*")) - before):
        _say(f"{name} is broken by {path}: {path.read_bytes()!r}")
    return False


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
