"""Run the tests on other versions than the pinned ones: the newest, the lowest, or another Python.

    python -m tests.versions latest|floors|pinned [--python PYTHON] [PYTEST OPTION ...]

Each has an environment of its own below .versions/, which the next run uses again where nothing has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".versions"
PROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "constraints.txt"
TESTED = ("dns", "dev")
"""The extras that the tests install."""
_FLOOR = re.compile(r"(?P<name>[\w-]+)\s*>=\s*(?P<version>[\w.]+)")


def floors(project: dict[str, Any]) -> list[str]:
    """The lowest version of each direct dependency, as constraints."""
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(each for extra in TESTED for each in extras[extra])]
    found = [_FLOOR.match(each) for each in wanted if not each.startswith(project["name"])]
    return [f"{match['name']}=={match['version']}" for match in found if match]


def constraints(kind: str) -> str:
    """What pip may install: all of it, the pinned versions, or the floors."""
    if kind == "pinned":
        return CONSTRAINTS.read_text(encoding="utf-8")
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return "\n".join(floors(project)) + "\n" if kind == "floors" else ""


def installed(kind: str, python: str) -> Path:
    """The Python of an environment with these versions."""
    asked = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    release = subprocess.run(asked, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    folder = FOLDER / f"{kind}-{release}"
    ours, stamp, limits = folder / "bin" / "python", folder / "installed", folder / "constraints.txt"
    text = constraints(kind)
    mark = hashlib.sha256(PROJECT.read_bytes() + text.encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != mark:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        limits.write_text(text, encoding="utf-8")
        pip = [str(ours), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
        environment = {**os.environ, "PIP_CONSTRAINT": str(limits), "PIP_BUILD_CONSTRAINT": str(limits)}
        subprocess.run([*pip, "--editable", ".[dev]"], cwd=ROOT, env=environment, check=True)
        stamp.write_text(mark)
    return ours


def as_laid_out(text: str) -> str:
    """A text that Typer made; by another release than the pinned one, which lays it out anew, its words."""
    import typer

    pinned = f"typer=={typer.__version__}" in CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    return text if pinned else " ".join(re.sub(r"[\[\]{}<>]|\\f.", "", text).split())


def main() -> int:
    """Install, say what, and run the tests."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("latest", "floors", "pinned"))
    parser.add_argument("--python", default=sys.executable)
    options, for_pytest = parser.parse_known_args()
    python = installed(options.kind, options.python)
    subprocess.run([python, "-m", "pip", "list", "--format=freeze", "--exclude-editable"], check=True)
    return subprocess.run(
        [python, "-m", "pytest", "-n", "auto", *for_pytest], cwd=ROOT, check=False
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
