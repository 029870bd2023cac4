"""The variables of one mail: a base, overlaid by --var, then by the code."""

from __future__ import annotations

import copy
import secrets
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config import loader
from smtp_verify.config.reading.tree import Scalar
from smtp_verify.errors import ConfigError, UsageError
from smtp_verify.finding import Finding, Severity
from smtp_verify.javascript import to_string

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.config.document import Document

_DIGITS = 6


def random_code() -> str:
    """Six digits, as Logto's codes are, from a source fit for secrets."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"


def build(base: dict[str, Any], assignments: Sequence[str], code: str | None) -> dict[str, Any]:
    """The payload: `base`, overlaid by each `KEY=VALUE`, then by the code.

    Raises:
        UsageError: an assignment without a key.
    """
    payload = copy.deepcopy(base)
    for assignment in assignments:
        key, equals, value = assignment.partition("=")
        if not equals or not key or "" in key.split("."):
            raise UsageError(f"--var {assignment!r}: write KEY=VALUE; dots in KEY reach inside")
        _assign(payload, key.split("."), value)
    if code is not None:
        payload["code"] = code
    return payload


def load_variables(path: str) -> dict[str, Any]:
    """The variables of a file, read by the rules of a config.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: it holds no object, or a code that lost its leading zeros by not being quoted.
    """
    document = loader.pick(loader.load(path), None)
    if not isinstance(document.data, dict):
        raise ConfigError(f"{document.path}: holds no object of variables")
    _check_code(document)
    return document.data


def _check_code(document: Document) -> None:
    node = document.node(("code",))
    if (
        not isinstance(node, Scalar)
        or isinstance(node.value, bool)
        or not isinstance(node.value, (int, float))
    ):
        return
    written = document.text.text[node.start : node.end]
    if to_string(node.value) == written:
        return
    place = document.text.location(node.start, node.end)
    message = f"code {written} is a number here, and would be sent as {to_string(node.value)}"
    fix = f'write "{written}"'
    finding = Finding(place, codes.WRONG_TYPE, Severity.ERROR, message, fix, "/code")
    raise ConfigError(f"{place.shown}: {message}; {fix}", [finding])


def _assign(payload: dict[str, Any], keys: list[str], value: str) -> None:
    *above, last = keys
    for key in above:
        inner = payload.get(key)
        if not isinstance(inner, dict):
            inner = payload[key] = {}
        payload = inner
    payload[last] = value
