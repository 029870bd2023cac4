"""Where secrets may lie in a text that cannot be read: without a tree, more is hidden than need be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.config.schema import keys
from smtp_verify.config.schema.secret_keys import SOUNDS_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(
    r"""(?P<lead>(?:^|(?<=\r))[ \t{\[,?-]*)?(?<![\w.-])["']?(?P<name>[\w.-]+)["']?\s*(?P<sign>[:=])""",
    re.MULTILINE,
)
# A word at the start of a line or an entry with no colon behind it, and what was meant as its value.
_WORD = re.compile(r"""(?:^|(?<=\r)|[{,])[ \t]*["']?(?P<name>[\w.-]++)["']?(?=\s)""", re.MULTILINE)
_MEANT = re.compile(r"\s*[^\r\n:=]*")
# What looks like a directive of YAML and is none.
_DIRECTIVE = re.compile(r"^%(?!YAML[ \t]|TAG[ \t])[^\r\n]*", re.MULTILINE)

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END[^-]*-----|\Z)", re.DOTALL)
# What stands under `auth` itself, and how far that reaches: to a line that is indented no further.
_AUTH = re.compile(r"""^(?P<lead>[ \t{]*)["']?auth["']?\s*[:=]""", re.MULTILINE)
_ENTRY = re.compile(r"""(?:^|[{,])[ \t?-]*["']?(?P<name>[\w.-]++)["']?[ \t]*[:=]""")
_HARMLESS = frozenset(
    row.key
    for table in (keys.CONFIG_KEYS, keys.AUTH_KEYS, keys.TEMPLATE_KEYS)
    for row in table.values()
    if not row.secret
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """The stretches that may hold a secret, as offsets, in no order; they may overlap."""
    if not _KEY.search(text):
        yield 0, len(text)
        return
    yield from (directive.span() for directive in _DIRECTIVE.finditer(text))
    yield from (key.span() for key in _PRIVATE_KEY.finditer(text))
    yield from _behind_keys(text)
    yield from _behind_words(text)
    reach = 0
    for auth in _AUTH.finditer(text):
        if auth.start() >= reach:
            start, reach = _block_below(text, auth)
            yield from _unknown_lines(text, start, reach)


def _behind_keys(text: str) -> Iterator[tuple[int, int]]:
    """From each key that sounds secret to the key that ends it."""
    secret: re.Match[str] | None = None
    for key in _KEY.finditer(text):
        if secret is not None:
            if not _ends(secret, key):
                continue
            yield secret.end(), key.start()
        secret = key if _names_secret(key["name"]) else None
    if secret is not None:
        yield secret.end(), len(text)


def _behind_words(text: str) -> Iterator[tuple[int, int]]:
    """The values of keys whose colon was forgotten."""
    end = 0
    for word in _WORD.finditer(text):
        if word.end() >= end and SOUNDS_SECRET.search(word["name"]):
            meant = _MEANT.match(text, word.end())
            if meant is not None:
                end = meant.end()
                yield meant.span()


def _block_below(text: str, auth: re.Match[str]) -> tuple[int, int]:
    """From the line behind a key to the first that is indented no further."""
    start = at = _next_line(text, auth.end())
    while at < len(text):
        line = text[at : _next_line(text, at)]
        if line.strip() and _indent(line) <= _indent(auth["lead"]):
            break
        at += len(line)
    return start, at


def _unknown_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Every line but those of keys that are known to hold no secret, and not the brackets."""
    for line in text[start:end].splitlines(keepends=True):
        entry = _ENTRY.match(line)
        stop = start + len(line.rstrip())
        if entry is None and re.search(r"\w", line):
            yield start, stop
        elif entry is not None and entry["name"] not in _HARMLESS:
            yield start + entry.end(), stop
        start += len(line)


def _next_line(text: str, at: int) -> int:
    return text.find("\n", at) + 1 or len(text)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _ends(secret: re.Match[str], key: re.Match[str]) -> bool:
    """A colon deep inside a secret is no key; one that starts its line is, unless it is indented below."""
    if key["lead"] is None or key["sign"] == "=":
        return False
    below = secret["lead"] is not None and len(key["lead"]) > len(secret["lead"])
    return secret["name"] == "auth" or not below


def _names_secret(name: str) -> bool:
    return bool(SOUNDS_SECRET.search(name)) or name in ("key", "url", "proxy", "auth")
