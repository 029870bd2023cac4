"""Which keys hold a secret, by their path and their name, and values that hold a login."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema import keys
from smtp_verify.config.schema.kinds import STRING

if TYPE_CHECKING:
    from smtp_verify.config.path import Path


# `smtps://user:password@host`, wherever it stands.
_URL_WITH_LOGIN = re.compile(r"[\w+.-]++://[^\s/@:]*:\S*@\S*")
# `user:password@host`, at `host`; a name alone may be a password too.
_HOST_WITH_LOGIN = re.compile(r"\S+@\S+")
# The same under any other key, which may be a misspelled `host`.
_LOGIN_AT_HOST = re.compile(r"(?!mailto:)[^\s@:/<>]+:[^\s@]+@[^\s@<>]+")
_PRIVATE_KEY = "PRIVATE KEY-----"
_NAME = re.compile(r"(?:[^\W\d]|-)+")


@lru_cache(maxsize=1024)  # the same few paths in every file
def hides(path: Path, base: int = 0) -> bool:
    """Whether the value at a path from the root must never show; the config lies `base` keys deep."""
    named = any(isinstance(token, str) and SOUNDS_SECRET.search(token) for token in path)
    inner = path[base:]
    return named or keys.is_secret(inner) or _is_misspelled_secret(inner) or _is_misplaced_key(inner)


def hides_key(above: Path, key: str, value: Any) -> bool:
    """Whether a key may be a password itself: `{user: me, pass hunter2}` is a key with no value."""
    if above == ("auth",) and key not in keys.AUTH_KEYS:
        return value is None or not _NAME.fullmatch(key)
    return value is None and bool(re.search(r"\s", key) and SOUNDS_SECRET.search(key))


def without_secret_keys(path: Path, base: int = 0) -> Path:
    """A path from the root up to the secret that it leads into: `pass: {hunter2: 1}` has it as a key."""
    for length in range(1, len(path)):
        if hides(path[:length], base):
            row = keys.row_at(path[base:length])
            has_keys = row is not None and row.kind != STRING
            return path if has_keys else path[:length]
    return path


def _is_misspelled_secret(path: Path) -> bool:
    """Under `auth`, a key that nobody knows may be a misspelled one: `pas`, `pwd`."""
    return len(path) > 1 and path[0] == "auth" and path[1] not in keys.AUTH_KEYS


def _is_misplaced_key(path: Path) -> bool:
    """Under `tls`, a `key` is a private one however deep it stands."""
    return path[:1] == ("tls",) and "key" in path


def holds_secret(path: Path, value: Any) -> bool:
    """Whether a value is a secret wherever it stands: it holds a login, or a private key (RFC 7468)."""
    if not isinstance(value, str):
        return False
    if _PRIVATE_KEY in value:
        return True
    if "@" not in value:
        return False
    at_host = path[-1:] == ("host",) and _HOST_WITH_LOGIN.fullmatch(value)
    return bool(at_host or _URL_WITH_LOGIN.fullmatch(value) or _LOGIN_AT_HOST.fullmatch(value))


SOUNDS_SECRET = re.compile(
    r"pass|secret|token|private[-_]?key|api[-_]?key|pfx|credential|authorization|assertion"
    r"|pwd|psw|парол|密码|授权码",
    re.IGNORECASE,
)
"""In the name of a key; in Russian and Chinese too."""
