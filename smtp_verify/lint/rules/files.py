"""SV90x: the file itself, and what was to be filled into it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.config.schema import placeholders, unfilled
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
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
_LOGTOS = ("fromEmail", "replyTo", "customHeaders")
"""Where {{…}} is Logto's own."""
_FILL_IN = "write the value itself, or a placeholder such as <value> and --set {}=env:NAME"
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
    path = next((path for path in _SECRETS if _is_secret(view.text(*path))), None)
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


def _is_secret(text: str) -> bool:
    """Neither a sample is one, nor what stands for a secret."""
    return len(text) >= _SHORTEST and not unfilled.is_stand_in(text)


def unfilled_variable(view: View) -> Iterator[Problem]:
    """A variable of a shell, a template or a CI that nobody fills in.

    Logto takes every value as it is written: `${SMTP_PASSWORD}` is then the password itself, and the server
    answers 535. Fill it in before the config is saved, or write a placeholder and give the value with
    `--set auth.pass=env:SMTP_PASSWORD`.

    Bad:
        auth:
          user: me@example.com
          pass: ${SMTP_PASSWORD}

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: @logto/connector-smtp 1.5.4; https://www.gnu.org/software/gettext/manual/html_node/envsubst-Invocation.html
    """
    for path, text in _values(view.config, ()):
        if placeholders.is_variable(text, templated=path[0] not in _LOGTOS):
            name = dotted(path)
            message = f"{name} is a variable that nobody fills in: Logto takes it as it is written"
            yield Problem(path, message, _FILL_IN.format(name))


def unfilled_value(view: View) -> Iterator[Problem]:
    """A value that still says that it is to be replaced.

    `changeme`, `YOUR_PASSWORD`, `[SMTP_SERVER]`, `@SMTP_HOST@`, `__TOKEN__`, `REDACTED` or `********` come
    from a template, a build or a log. Logto sends them as they are written. Only `<…>` is a placeholder,
    which smtp-verify never sends.

    Bad:
        auth:
          user: me@example.com
          pass: YOUR_PASSWORD

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: @logto/connector-smtp 1.5.4; https://docs.logto.io/integrations/smtp
    """
    for path, text in _own_values(view):
        if unfilled.is_unfilled(text):
            name = dotted(path)
            message = f"{name} was never filled in: Logto sends it as it is written"
            yield Problem(path, message, _FILL_IN.format(name))


def foreign_value(view: View) -> Iterator[Problem]:
    """A value that another program was to decrypt or to fetch.

    SOPS, Ansible Vault, 1Password, vals and their like replace such values before a program reads them. Logto
    does not know them: the server gets the text as it is written, and answers 535.

    Bad:
        auth:
          user: me@example.com
          pass: op://mail/smtp/password

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: https://getsops.io/docs/; https://docs.ansible.com/ansible/latest/vault_guide/;
    https://developer.1password.com/docs/cli/secret-references/; https://github.com/helmfile/vals
    """
    for path, text in _own_values(view):
        what = unfilled.foreign_form(text)
        # A path in the place of a key has a rule of its own.
        if what and not (path[-1] == "privateKey" and text.startswith("/")):
            name = dotted(path)
            yield Problem(path, f"{name} is {what}: it is sent as it is written", _FILL_IN.format(name))


def _own_values(view: View) -> Iterator[tuple[Path, str]]:
    """The values that people fill in: a header may say anything, and a variable has a rule of its own."""
    for path, text in _values(view.config, ()):
        if path[0] != "customHeaders" and not placeholders.is_variable(text):
            yield path, text


def _values(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every text but those of the templates."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, each in value.items():
            if path or key != "templates":
                yield from _values(each, (*path, key))
