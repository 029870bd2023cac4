"""SV7xx: what Logto's Console does to a config with its Test button and with Save.

Sources: Logto packages/core routes/connector/index.ts `cleanDeep`; packages/console
utils/connector-form.ts `parseFormConfig`, pages/ConnectorDetails/ConnectorContent/index.tsx
`removeFalsyValues`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.config.schema import guard
from smtp_verify.config.schema.nodemailer_keys import NODEMAILER_ROWS
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

_TOLD_APART = (
    *("streamTransport", "jsonTransport", "sendmail", "SES"),
    *("url", "service", "proxy", "pool", "opportunisticTLS"),
)
"""Raw keys with rules of their own."""
_UNSAVABLE = re.compile("[\0\ud800-\udfff]")


def save_strips(view: View) -> Iterator[Problem]:
    """What is empty works in the Test button, and breaks once saved.

    Test sends with the config as it is. The API and each Save strip every empty string, object and array,
    after the guard has accepted them. The rest fails with invalid_config at every email.

    Bad:
        auth:
          user: ""
          pass: ""

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: Logto packages/core routes/connector/index.ts `cleanDeep`;
    https://github.com/logto-io/logto/issues/8888
    """
    for path in _lost_on_save(view):
        if path == ("auth",) and view.config.get("auth") == {}:
            continue
        what = f"{path[-1]} is empty" if view.at(*path) == "" else f"{path[-1]} holds nothing"
        if path == ("host",):
            what = "host is empty, which is localhost in the Test button"
        message = f"{what}: Save strips it, and then every mail fails with invalid_config"
        yield Problem(path, message, "write a value")


def empty_auth(view: View) -> Iterator[Problem]:
    """`auth: {}` sends without a login in the Test button, and breaks once saved.

    Save strips empty objects, and without `auth` every mail fails with invalid_config. `{type: login}` says
    the same and stays; it works as long as the relay does not offer AUTH to Logto.

    Bad:
        auth: {}

    Good:
        auth:
          type: login

    Source: Logto packages/core routes/connector/index.ts `cleanDeep`;
    https://github.com/logto-io/logto/issues/6754
    """
    if view.config.get("auth") == {}:
        message = "auth is empty: Save strips it, and then every mail fails with invalid_config"
        yield Problem(("auth",), message, "in a connector that is saved write {type: login}")


def _lost_on_save(view: View) -> Iterator[Path]:
    """What the guard misses once Save has stripped what is empty; templates have a rule of their own."""
    from smtp_verify.config.schema.saved import clean_deep, holds_empty

    if not holds_empty(view.config):
        return
    saved = clean_deep(view.config)
    before = {issue.path for issue in view.document.issues}
    for issue in guard.guard(saved):
        if issue.path not in before and issue.path[:1] != ("templates",):
            yield issue.path
    if view.config.get("templates") == [] and ("templates",) not in before:
        yield ("templates",)


def console_drops(view: View) -> Iterator[Problem]:
    """The Console's Test button sends without the keys that its form does not know.

    nodemailer acts on many more keys than Logto's form has. A config that came through the API keeps them,
    and every email is sent with them. Save in the Console keeps them too. Only its Test button sends without
    them, so it can fail where emails arrive, or succeed where they do not.

    Bad:
        authMethod: LOGIN

    Good:
        auth:
          user: me@example.com
          pass: an-app-password
          method: LOGIN

    Source: Logto packages/console utils/connector-form.ts `parseFormConfig`;
    pages/ConnectorDetails/ConnectorContent/index.tsx
    """
    for row in NODEMAILER_ROWS:
        if view.config.get(row.key) is not None and row.key not in _TOLD_APART:
            message = f"the Console's Test button sends without {row.key}; emails are sent with it"
            help_ = "test it with smtp-verify test-send, or with the Management API"
            yield Problem((row.key,), message, help_, at_key=True)


def unsavable(view: View) -> Iterator[Problem]:
    """Logto cannot save a string that holds U+0000 or half of a surrogate pair.

    The Test button sends with it. Save and the API answer 500 for U+0000, and 422 for a lone surrogate, as
    PostgreSQL has no such text. Both come from a program that cut or converted the value.

    Bad:
        auth:
          user: me@example.com
          pass: "an-app-\\0password"

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: Logto packages/core routes/connector/index.ts; PostgreSQL `jsonb`
    """
    for path, text, is_key in _strings(view.config, ()):
        found = _UNSAVABLE.search(text)
        if found:
            what = f"a key in {dotted(path) or 'the config'}" if is_key else dotted(path)
            status = 500 if found[0] == "\0" else 422
            message = f"{what} holds U+{ord(found[0]):04X}: Logto answers {status} when it is saved"
            yield Problem(path, message, "remove the character")


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str, bool]]:
    """Every string with its path, a key with the path of its object."""
    if isinstance(value, str):
        yield path, value, False
    elif isinstance(value, (dict, list)):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(key, str):
                yield path, key, True
            yield from _strings(each, (*path, key))


def after_later_save(view: View, key: str) -> str:
    """What a later Save in the Console does to a value that it drops; empty if the effect stays the same.

    The API and the first Save keep `false` and 0. Each later Save drops them at the top level.

    Source: Logto packages/console pages/ConnectorDetails/ConnectorContent/index.tsx `removeFalsyValues`
    """
    value = view.config.get(key)
    if value or not isinstance(value, (bool, int, float)):
        return ""
    effect = _effect_without(view, key)
    return f"a later Save in the Console drops {key}: {json.dumps(value)}, and {effect}" if effect else ""


def _effect_without(view: View, key: str) -> str:
    from smtp_verify.errors import ConfigError
    from smtp_verify.smtp import endpoint, transport

    rest = {other: value for other, value in view.config.items() if other != key}
    if (key,) in (issue.path for issue in guard.guard(rest)) and key not in view.refused:
        return "Logto then refuses the config"
    if view.endpoint is None:
        return ""
    try:
        after = endpoint.derive(
            {
                **transport.effective(rest, view.document.logto.nodemailer),
                "name": "localhost",
                "localAddress": None,
            }
        )
    except ConfigError:
        return ""
    return "" if after.security == view.endpoint.security else f"emails then use {after.security}"
