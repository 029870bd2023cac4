"""Runs the steps of action.yml as GitHub does: inputs filled in, each script in a bash of its own.

Source: docs.github.com, "Workflow syntax for GitHub Actions", jobs.<job_id>.steps[*].shell.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import yaml

from tests.conftest import ROOT, Run, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
INSTALL, VALIDATE = (step for step in ACTION["runs"]["steps"] if "run" in step)
_BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
_EXPRESSION = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


def run_step(step: dict[str, Any], folder: Path, **given: str) -> Run:
    """Run one step in `folder`, the checkout of whoever uses the action.

    Args:
        step: one of ACTION's.
        folder: holds the configs; what the runner keeps between steps is `.runner` in it.
        given: the inputs that are not left at their defaults.
    """
    assert step["shell"] == "bash"
    inputs = {name: given.get(name, each.get("default", "")) for name, each in ACTION["inputs"].items()}
    variables = {
        name: _EXPRESSION.sub(lambda found: inputs[found[1]], value)
        for name, value in step.get("env", {}).items()
    }
    runner = folder / ".runner"
    runner.mkdir(exist_ok=True)
    script = runner / "script.sh"
    script.write_text(_EXPRESSION.sub(lambda found: inputs[found[1]], step["run"]), encoding="utf-8")
    variables |= {"RUNNER_TEMP": str(runner), "GITHUB_ACTION_PATH": str(ROOT)}
    done = subprocess.run(
        (*_BASH, str(script)),
        cwd=folder,
        env=clean_environment(variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return Run(done.returncode, done.stdout, done.stderr)
