"""`customHeaders` as nodemailer reads them: which fields they make, and in which case it writes their names.

Source: nodemailer 8.0.4 lib/mime-node/index.js `addHeader`, `_normalizeHeaderKey`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smtp_verify.javascript import to_string, trim

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LINE_BREAK = re.compile(r"\r?\n|\r")
_UPPER_IN_NAME = re.compile(r"^x-smtpapi$|^(?:mime|dkim|arc|bimi)\b|^[a-z]|-(?:spf|fbl|id|md5)$|-[a-z]")


def custom_headers(headers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The fields of `customHeaders`, an item of an array each, in JavaScript's order of keys."""
    if headers.get("key") and headers.get("value"):
        # nodemailer takes an object with these two keys for one header.
        headers = {to_string(headers["key"]): headers["value"]}
    for name in _in_javascript_order(headers):
        value = headers[name]
        for item in value if isinstance(value, list) else [value]:
            yield name, to_string(item)


def _in_javascript_order(keys: Iterable[str]) -> list[str]:
    """`Object.keys`: array indexes first, in ascending order, then the others as they were written."""
    indexes = {key for key in keys if re.fullmatch(r"0|[1-9][0-9]{0,9}", key) and int(key) < 2**32 - 1}
    return sorted(indexes, key=int) + [key for key in keys if key not in indexes]


def normalize_name(name: str) -> str:
    """Nodemailer's case for header names: Camel-Case, with some parts in capitals."""
    name = trim(_LINE_BREAK.sub(" ", name)).lower()
    name = _UPPER_IN_NAME.sub(lambda match: match[0].upper(), name)
    return "Content-features" if name == "Content-Features" else name
