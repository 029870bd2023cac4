"""Configs of 4 KiB, each a little different: what a benchmark reads."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

USAGE_TYPES = ("SignIn", "Register", "ForgotPassword", "Generic")
WORDS = (
    "enter this code to sign in it is valid for ten minutes if you did not try ignore the email and share it"
).split()
_WORDS = {True: "true", False: "false"}
BODY = 780
"""Characters of a template's body: four of them, with all around them, make 4 KiB."""


def write_files(folder: Path, suffix: str, count: int, finding: bool) -> None:
    """Fill a new folder with configs, `finding` decides whether there is something to say of each.

    Only the owner may read them: there is a finding about the mode of a file with a password in it.
    """
    folder.mkdir()
    chosen = random.Random(4)  # noqa: S311 - the same files every time
    for number in range(count):
        config = _config(number, chosen, finding)
        text = json.dumps(config, indent=2) + "\n" if suffix == "json" else _yaml(config)
        path = folder / f"{number:05}.{suffix}"
        path.write_text(text, encoding="utf-8")
        os.chmod(path, 0o600)


def _config(number: int, chosen: random.Random, finding: bool) -> dict[str, Any]:
    user = f"noreply-{number}@mail.example.com"
    return {
        "host": f"smtp{number}.example.com",
        "port": 587,
        "secure": False,
        "requireTLS": True,
        "auth": {"user": user, "pass": "<app-password>" if finding else f"secret-{number:06}"},
        "fromEmail": f"Example App <{user}>",
        "templates": [_template(usage_type, chosen) for usage_type in USAGE_TYPES],
    }


def _template(usage_type: str, chosen: random.Random) -> dict[str, str]:
    lines = ['<!doctype html>\n<html lang="en">\n<body style="margin: 0; padding: 24px">']
    while sum(map(len, lines)) < BODY - 90:
        lines.append(f"<p>{' '.join(chosen.choices(WORDS, k=12))}</p>")
    lines.append('<p style="font-size: 32px">{{code}}</p>\n</body>\n</html>\n')
    return {
        "usageType": usage_type,
        "contentType": "text/html",
        "subject": "{{code}} is your code",
        "content": "\n".join(lines),
    }


def _yaml(config: dict[str, Any]) -> str:
    """As people write it: no quotes but where they are needed, and bodies as blocks."""
    plain = {key: value for key, value in config.items() if not isinstance(value, (dict, list))}
    lines = [f"{key}: {_WORDS.get(value, value)}" for key, value in plain.items()]
    lines += ["auth:", *(f"  {key}: {value}" for key, value in config["auth"].items()), "templates:"]
    for template in config["templates"]:
        lines.append(f"  - usageType: {template['usageType']}")
        lines.append(f"    contentType: {template['contentType']}")
        lines.append(f'    subject: "{template["subject"]}"')
        lines.append("    content: |")
        lines += [f"      {line}" for line in template["content"].splitlines()]
    return "\n".join(lines) + "\n"
