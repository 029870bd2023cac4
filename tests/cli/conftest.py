"""What the tests of the command line share: the program, in a process of its own where that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.inside import run_inside
from tests.conftest import Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import Runner


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path, process: Runner) -> Runner:
    """The program: within this process, which takes a tenth of the time, or in one of its own.

    A test or a module says `pytest.mark.process` where the interpreter is part of what it tests: streams that
    are closed or full, signals, start-up. A variable that steers the interpreter says so too.
    """
    apart = request.node.get_closest_marker("process") is not None

    def call(
        *args: str | Path,
        stdin: str | bytes = "",
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = 120,
    ) -> Run:
        if apart or any(name.startswith(("PYTHON", "LC_")) for name in env or {}):
            return process(*args, stdin=stdin, env=env, cwd=cwd, timeout=timeout)
        given = stdin if isinstance(stdin, bytes) else stdin.encode()
        done = run_inside(*args, cwd=cwd or tmp_path, env=env, stdin=given)
        return Run(done.code, done.stdout.decode(), done.stderr.decode())

    return call
