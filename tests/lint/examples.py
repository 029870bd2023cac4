"""A config without faults, and what the pages of the rules lay over it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import clean_environment

if TYPE_CHECKING:
    from pathlib import Path

BASE = {
    "host": "host: smtp.example.com\n",
    "port": "port: 465\n",
    "secure": "secure: true\n",
    "auth": "auth:\n  user: me@example.com\n  pass: an-app-password\n",
    "fromEmail": "fromEmail: me@example.com\n",
}
REQUIRED = ("Register", "SignIn", "ForgotPassword", "Generic")
_TOP_KEY = re.compile(r"^(\w+):", re.MULTILINE)
_USAGE_TYPE = re.compile(r"usageType: (\w+)")


def laid_over(fragment: str) -> str:
    """The base with a fragment's keys in the place of its own; its templates come before those it lacks."""
    keys = _TOP_KEY.findall(fragment)
    blocks = [block for key, block in BASE.items() if key not in keys]
    before, has_templates, after = fragment.partition("templates:\n")
    present = _USAGE_TYPE.findall(after)
    missing = [_template(usage_type) for usage_type in REQUIRED if usage_type not in present]
    own = [before + "\n"] if before.strip() else []
    given = [after + "\n"] if has_templates else []
    return "".join([*own, *blocks, "templates:\n", *given, *missing])


def _template(usage_type: str) -> str:
    return (
        f"  - usageType: {usage_type}\n    contentType: text/plain\n"
        '    subject: Your code\n    content: "Your code is {{code}}."\n'
    )


def set_up(example: str, folder: Path) -> str:
    """Write an example as `config.yaml`, run the commands it has, and return what the last one prints."""
    lines = example.split("\n")
    commands = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
    path = folder / "config.yaml"
    path.write_text(laid_over("\n".join(line for line in lines if not line.startswith("$ "))), "utf-8")
    path.chmod(0o600)
    printed = ""
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command.replace("smtp-verify", f"{sys.executable} -m smtp_verify")],
            cwd=folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        printed = done.stdout + done.stderr
    return printed
