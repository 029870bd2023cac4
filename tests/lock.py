"""Write constraints.txt: an exact version of everything that is installed, for Python 3.11 to 3.13."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "constraints.txt"
EDITABLE = "editables"
"""What hatchling asks for where it builds an editable install (its `get_requires_for_build_editable`)."""
HEAD = """\
# The exact versions that `make demo`, `make test` and CI install, for Python 3.11 to 3.13. `make lock` renews
# them. What smtp-verify itself accepts is in pyproject.toml: `make latest` and `make floors` test both ends.
"""
_MARKER = r"[a-z_]+ [=<>!~]+ '[^']+'"
PIN = re.compile(rf"[a-z0-9-]+==[0-9][a-z0-9.]*( ; {_MARKER}( (and|or) {_MARKER})*)?")


def resolved() -> list[str]:
    """The newest versions that go together, on every system and Python at once."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    builders = "\n".join([*project["build-system"]["requires"], EDITABLE])
    asked = "uv pip compile pyproject.toml - --all-extras --universal --python-version 3.11"
    options = "--no-header --no-annotate --quiet"
    command = [sys.executable, "-m", *asked.split(), *options.split()]
    done = subprocess.run(command, cwd=ROOT, input=builders, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def main() -> None:
    """Resolve, check that there are names, versions and markers only, and write the file."""
    lines = resolved()
    odd = [line for line in lines if not PIN.fullmatch(line)]
    if odd:
        sys.exit(f"not a plain version: {odd}")
    FILE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"constraints.txt: {len(lines)} versions")  # noqa: T201 - says what was done


if __name__ == "__main__":
    main()
