"""The values that must never show, in every encoding they may take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"
SHORTEST = 6
"""A shorter secret would mask common words; it is hidden by its place instead."""


class Redactor:
    """Replaces known secrets in strings."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {form for secret in secrets for form in _forms(secret)}
        # The longest first: a form may contain another.
        self._forms = sorted((form for form in forms if len(form) >= SHORTEST), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without any of the secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._forms)} forms>"


def _forms(secret: str) -> Iterable[str]:
    import json
    from urllib.parse import quote, quote_plus

    pieces = [secret, *(line.strip() for line in secret.splitlines())] if "\n" in secret else [secret]
    for piece in pieces:
        if len(piece) < SHORTEST:
            continue
        written = {
            piece,
            json.dumps(piece)[1:-1],
            json.dumps(piece, ensure_ascii=False)[1:-1],
            # PHP's json_encode.
            json.dumps(piece)[1:-1].replace("/", "\\/"),
            repr(piece)[1:-1],
            quote(piece, safe="", errors="replace"),
            quote_plus(piece, errors="replace"),
        }
        yield from written
        for text in written:
            yield from _encoded_forms(text.encode("utf-8", "replace"))


def _encoded_forms(secret: bytes) -> Iterable[str]:
    """In hex and base64: alone, and behind 0, 1 or 2 other bytes, as AUTH PLAIN and XOAUTH2 carry it."""
    import base64

    yield secret.hex()
    yield secret.hex().upper()
    yield base64.b64encode(secret).decode()
    for lead in range(3):
        encoded = base64.b64encode(bytes(lead) + secret).decode()
        # Six bits a character: only those that the secret alone decides.
        yield encoded[(lead * 8 + 5) // 6 : (lead + len(secret)) * 8 // 6]
