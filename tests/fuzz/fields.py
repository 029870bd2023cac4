"""How a harness cuts the bytes it is given into the values it needs."""

from __future__ import annotations

SEPARATOR = b"\xff"
"""No text in UTF-8 holds it."""


def fields(data: bytes, least: int) -> list[str]:
    """The texts between the separators, and empty ones; what is not UTF-8 becomes a lone surrogate."""
    parts = [part.decode("utf-8", "surrogateescape") for part in data.split(SEPARATOR)]
    return parts + [""] * (least - len(parts))
