"""The values that must never show, in every encoding they may take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.fragments import SHORTEST, Fragments, is_armour

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"


class Redactor:
    """Replaces known secrets in strings."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        secrets = list(secrets)
        pieces = [piece for secret in secrets for piece in _pieces(secret)]
        forms = {form for piece in pieces for form in _forms(piece)}
        # The longest first: a form may contain another.
        self._forms = sorted((form for form in forms if len(form) >= SHORTEST), key=len, reverse=True)
        self._fragments = Fragments(piece for piece in pieces if not _holds_more(piece, secrets))

    def __call__(self, text: str) -> str:
        """The text without any of the secrets."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return self._without_fragments(text)

    def _without_fragments(self, text: str) -> str:
        """What a server has cut short or broken apart is still the greater part of a secret."""
        shown, done = [], 0
        for start, end in self._fragments.spans(text):
            shown += [text[done:start], MASK]
            done = end
        return "".join([*shown, text[done:]])

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the secrets stand in a text, in order; they may overlap."""
        whole = (found.span() for form in self._forms for found in re.finditer(re.escape(form), text))
        return sorted([*self._fragments.spans(text), *whole])

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._forms)} forms>"


def _pieces(secret: str) -> Iterable[str]:
    """The secret, and its lines where it has several."""
    lines = [line.strip() for line in secret.splitlines()] if "\n" in secret else []
    # What begins and ends PEM is the same for everybody.
    return (piece for piece in (secret, *lines) if len(piece) >= SHORTEST and not is_armour(piece))


def _holds_more(piece: str, secrets: Iterable[str]) -> bool:
    """Whether parts of it are no secret: a URL has a host, and what AUTH PLAIN says the user's name."""
    import base64

    try:
        said = base64.b64decode(piece, validate=True)
    except ValueError:
        return "://" in piece
    long = (secret.encode("utf-8", "replace") for secret in secrets if len(secret) >= SHORTEST)
    return any(secret in said for secret in long)


def _forms(secret: str) -> Iterable[str]:
    import html
    import json
    from urllib.parse import quote, quote_plus

    written = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        # PHP's json_encode.
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        repr(secret)[1:-1],
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
        # Python's `quote`; JavaScript's encodeURIComponent and encodeURI; HTML; Go's json.Marshal.
        quote(secret, errors="replace"),
        quote(secret, safe="!'()*", errors="replace"),
        quote(secret, safe=";,/?:@&=+$!'()*#", errors="replace"),
        html.escape(secret),
        html.escape(secret, quote=False),
        _go_escaped(json.dumps(secret)[1:-1]),
    }
    written |= {_lower_percent(text) for text in written if "%" in text}
    yield from written
    yield from _seldom_forms(secret)
    for text in written:
        yield from _encoded_forms(text.encode("utf-8", "replace"))


def _seldom_forms(secret: str) -> Iterable[str]:
    """In what a server may write a string that it did not expect."""
    import base64

    data = secret.encode("utf-8", "replace")
    yield from (secret.upper(), secret.lower())
    # Latin-1 that was read as UTF-8.
    yield secret.encode("latin-1", "replace").decode("utf-8", "replace")
    # xtext (RFC 3461 section 4), and quoted-printable (RFC 2045 section 6.7) with its blanks and without.
    for mark, kept in (("+", b""), ("=", b""), ("=", b" ")):
        escaped = "".join(
            chr(byte) if byte in kept or (33 <= byte <= 126 and byte != ord(mark)) else f"{mark}{byte:02X}"
            for byte in data
        )
        yield from (escaped, re.sub(f"[{mark}][0-9A-F]{{2}}", lambda found: found[0].lower(), escaped))
    for form in (data.hex(" "), data.hex(":"), *(_each(data, mark) for mark in ("%", "\\x"))):
        yield from (form, form.upper())
    yield "".join(f"&#{ord(character)};" for character in secret)
    for digits in ("x", "X"):
        yield "".join(f"&#x{ord(character):{digits}};" for character in secret)
        yield "".join(f"\\u{ord(character):04{digits}}" for character in secret)
    yield base64.b32encode(data).decode().rstrip("=")
    # Microsoft's protocols write UTF-16.
    for twice in (base64.b64encode(data), secret.encode("utf-16-le", "replace")):
        yield base64.b64encode(twice).decode().rstrip("=")


def _each(data: bytes, mark: str) -> str:
    return "".join(f"{mark}{byte:02x}" for byte in data)


def _go_escaped(text: str) -> str:
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _lower_percent(text: str) -> str:
    """`%2b`, as .NET writes it."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), text)


def _encoded_forms(secret: bytes) -> Iterable[str]:
    """In hex and base64: alone, and behind 0, 1 or 2 other bytes, as AUTH PLAIN and XOAUTH2 carry it."""
    for form in _base64_forms(secret):
        yield form
        # The alphabet of URLs (RFC 4648 section 5).
        yield form.replace("+", "-").replace("/", "_")
    yield secret.hex()
    yield secret.hex().upper()


def _base64_forms(secret: bytes) -> Iterable[str]:
    import base64

    yield base64.b64encode(secret).decode()
    for lead in range(3):
        encoded = base64.b64encode(bytes(lead) + secret).decode()
        # Six bits a character: only those that the secret alone decides.
        yield encoded[(lead * 8 + 5) // 6 : (lead + len(secret)) * 8 // 6]
