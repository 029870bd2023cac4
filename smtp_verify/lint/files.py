"""SV90x: the file itself."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View

_SECRETS = (
    ("auth", "pass"),
    ("auth", "clientSecret"),
    ("auth", "refreshToken"),
    ("auth", "accessToken"),
    ("auth", "privateKey"),
    ("auth", "privateKey", "key"),
    ("tls", "key"),
)
_SHORTEST = 6
"""Characters: what is shorter is a sample."""


def world_readable(view: View) -> Iterator[Problem]:
    """A file with a secret in it that everyone on the machine may read.

    Any user and any process can read the password then, and send mail with it. In a checkout that is how git
    writes every file: better than the mode is a placeholder in the file, and the secret given with `--set`.

    Bad:
        $ chmod 644 config.yaml

    Good:
        $ chmod 600 config.yaml

    Source: https://cwe.mitre.org/data/definitions/732.html
    """
    path = next((path for path in _SECRETS if len(view.text(*path)) >= _SHORTEST), None)
    if path is None or view.document.path == "-":
        return
    try:
        mode = os.stat(view.document.path).st_mode
    except (OSError, ValueError):
        # It came through a pipe, or has gone since.
        return
    if stat.S_ISREG(mode) and mode & stat.S_IROTH and os.name == "posix":
        message = f"{'.'.join(path)} stands in a file that everyone on this machine may read"
        yield Problem(
            path, message, "chmod 600 the file, or write a placeholder and give the value with --set"
        )
