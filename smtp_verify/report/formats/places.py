"""A path as the readers of a repository want it: relative, with `/`, and in a URI percent-encoded."""

from __future__ import annotations

import os

BASE = "%SRCROOT%"
"""What relative URIs are relative to, as CodeQL calls it: the root of the checkout."""


def in_tree(path: str) -> str:
    """The path without a leading `./`, which is no part of a name in a repository."""
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path


def uri_of(path: str) -> tuple[str, bool]:
    """The path as a URI, and whether that is relative.

    A colon in a relative one is encoded too: it would end a scheme (RFC 3986 section 4.2).
    """
    from urllib.parse import quote

    shown = in_tree(path)
    if not os.path.isabs(shown):
        return quote(_bytes_of(shown)), True
    return "file://" + ("" if shown.startswith("/") else "/") + quote(_bytes_of(shown), safe="/:"), False


def _bytes_of(path: str) -> bytes:
    """The bytes of a name that was decoded from the system's, whatever they were."""
    try:
        return path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass")
