"""What is left of a config once Logto has saved it: the Test button sends with it whole, Save strips it.

Source: Logto's packages/core routes/connector/index.ts `cleanDeep(config)`; clean-deep 3.4.0. It drops empty
strings, empty objects, empty arrays and null, at every depth, after the guard has accepted the config.
"""

from __future__ import annotations

from typing import Any

from smtp_verify.config.schema import guard


def clean_deep(value: Any) -> Any:
    """The value without anything empty in it."""
    if isinstance(value, dict):
        return {key: clean for key, item in value.items() if not _is_empty(clean := clean_deep(item))}
    if isinstance(value, list):
        return [item for item in map(clean_deep, value) if not _is_empty(item)]
    return value


def holds_empty(value: dict[str, Any] | list[Any]) -> bool:
    """Whether there is anything that Save would drop; most configs have nothing."""
    for item in value.values() if isinstance(value, dict) else value:
        if _is_empty(item) or (isinstance(item, (dict, list)) and holds_empty(item)):
            return True
    return False


def breaks_on_save(config: Any) -> str:
    """Why a config that passes Logto's test would fail once it is saved; empty where it would not."""
    if guard.guard(config):
        return ""
    return "; ".join(guard.describe(issue) for issue in guard.guard(clean_deep(config)))


def _is_empty(value: Any) -> bool:
    return value is None or (not value and isinstance(value, (str, dict, list)))
