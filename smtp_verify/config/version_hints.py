"""Whether the versions of Logto could do different things with a config: cheap to ask, and mostly no."""

from __future__ import annotations

import re
from typing import Any

from smtp_verify.config.schema import placeholders

_PLAIN_ADDRESS = re.compile(
    r"(?:[A-Za-z0-9 +._-]*<)?[A-Za-z0-9+_-]+(?:\.[A-Za-z0-9+_-]+)*@[A-Za-z0-9.-]+>?", re.ASCII
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ADDRESSES = ("sendFrom", "replyTo")
_DECIDING = ("url", "service", "proxy", "customHeaders")


def may_differ(config: Any) -> bool:
    """Whether the versions are worth asking."""
    if not isinstance(config, dict):
        return False
    if any(config.get(key) for key in _DECIDING) or _tells(config.get("fromEmail"), config.get("replyTo")):
        return True
    templates = config.get("templates")
    found = (each for each in (templates if isinstance(templates, list) else ()) if isinstance(each, dict))
    return any(_tells(*map(each.get, _ADDRESSES)) or is_telling(each.get("subject")) for each in found)


def _tells(*addresses: Any) -> bool:
    return not all(map(is_plain_address, addresses))


def is_plain_address(value: Any) -> bool:
    """Whether every version reads the value as the same one address, or as none."""
    if not isinstance(value, str) or not value or placeholders.is_placeholder(value):
        # What will stand in the place of a placeholder is not known yet.
        return True
    return bool(_PLAIN_ADDRESS.fullmatch(value))


def is_telling(value: Any) -> bool:
    """Whether a header holds a control character, or one beyond U+FFFF: versions write those differently."""
    return isinstance(value, str) and bool(_CONTROL.search(value) or max(value, default="") > "\uffff")
