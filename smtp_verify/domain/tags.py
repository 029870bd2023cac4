"""`tag=value; tag=value`, as DKIM keys and DMARC policies are written (RFC 6376 section 3.2)."""

from __future__ import annotations

import re

_TAG = re.compile(r"[ \t\r\n]*([A-Za-z][A-Za-z0-9_]*)[ \t\r\n]*=(.*)", re.DOTALL)


class TagError(ValueError):
    """A text that is no such list, or names a tag twice."""


def parse_tags(text: str) -> dict[str, str]:
    """The tags in order; names in lower case, values without the whitespace around them.

    Raises:
        TagError: a part has no name, or a name stands twice.
    """
    tags: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip(" \t\r\n"):
            continue
        match = _TAG.fullmatch(part)
        if match is None:
            raise TagError(f"{part.strip()} is no tag with a value")
        name = match[1].lower()
        if name in tags:
            raise TagError(f"{name}= stands twice")
        tags[name] = match[2].strip(" \t\r\n")
    return tags
