"""Secrets that are hard to hide, the forms in which they may turn up, and the search for them."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

USER = "me.and-others@example.com"
PASSWORD = "Pä\"s\\s%41w+r/d 'é=1!xyz"
ACCESS = "ya29.Ac\"c\\e%2Fss+T/ok 'ên=~end"
ISSUED = "ya29.Is\"s\\u%2Bed+T/ok 'én=~end"
REFRESH = "1//0gRe\"f\\r%5Cesh+T/ok 'èn=~end"
CLIENT_SECRET = "GOCSPX-\"c\\l%22ient+S/ec 'rét=~end"
PASSPHRASE = "op\"e\\n%27s+the/ke 'ÿ=~end"
CHALLENGE = b"<1896.697170952@mx.example>"
"""What `tests/smtpd.py` asks in CRAM-MD5."""
_HALF = 10
"""Characters: half of a form counts as a hit where it has as many."""


def _pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


KEY = _pem()
SECRETS = (PASSWORD, ACCESS, ISSUED, REFRESH, CLIENT_SECRET, PASSPHRASE, KEY)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _json(secret: str) -> list[str]:
    return [json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]]


def _cram_md5(secret: str) -> list[str]:
    digest = hmac.new(secret.encode(), CHALLENGE, hashlib.md5).hexdigest()
    return [_base64(f"{USER} {digest}"), digest]


def _lines(secret: str) -> list[str]:
    lines = secret.splitlines()
    return [line for line in lines if not line.startswith("---")] if len(lines) > 1 else []


def _each(secret: str, form: str) -> str:
    return "".join(form.format(byte) for byte in secret.encode())


def _bare(secret: str) -> str:
    """Without what stands between the letters of one that is spelt out."""
    return re.sub(r"[\s,]", "", secret)


FORMS: dict[str, Callable[[str], list[str]]] = {
    "plain": lambda secret: [secret],
    "JSON": _json,
    "URL": lambda secret: [quote(secret, safe="")],
    "URL with plus signs": lambda secret: [quote_plus(secret)],
    "Python": lambda secret: [repr(secret)[1:-1]],
    "base64": lambda secret: [_base64(secret)],
    "AUTH PLAIN": lambda secret: [_base64(f"\0{USER}\0{secret}")],
    "AUTH LOGIN": lambda secret: [_base64(USER), _base64(secret)],
    "AUTH CRAM-MD5": _cram_md5,
    "AUTH XOAUTH2": lambda secret: [_base64(f"user={USER}\x01auth=Bearer {secret}\x01\x01")],
    "form": lambda secret: [urlencode({name: secret}) for name in ("refresh_token", "client_secret")],
    "lines of a key": _lines,
    "assertion": lambda secret: [],
    "hex": lambda secret: [secret.encode().hex(), secret.encode().hex().upper()],
    "hex with blanks": lambda secret: [secret.encode().hex(" ")],
    "hex with colons": lambda secret: [secret.encode().hex(":").upper()],
    "xxd": lambda secret: [secret.encode().hex(" ", -2)],
    "0x": lambda secret: [", ".join(f"0x{byte:02x}" for byte in secret.encode())],
    "\\x": lambda secret: [_each(secret, "\\x{:02x}")],
    "percent": lambda secret: [_each(secret, "%{:02X}")],
    "quoted-printable": lambda secret: [_each(secret, "={:02X}")],
    "decimal": lambda secret: [" ".join(map(str, secret.encode())), ",".join(map(str, secret.encode()))],
    "octal": lambda secret: [_each(secret, "\\{:03o}"), _each(secret, "{:03o} ")],
    "HTML": lambda secret: ["".join(f"&#{ord(character)};" for character in secret)],
    "spelt out": lambda secret: [" ".join(_bare(secret)), ", ".join(_bare(secret))],
    "capitals": lambda secret: [secret.upper(), secret.swapcase()],
    "base32": lambda secret: [base64.b32encode(secret.encode()).decode().rstrip("=")],
    "base64 of URLs": lambda secret: [base64.urlsafe_b64encode(secret.encode()).decode()],
    "base64 twice": lambda secret: [_base64(_base64(secret)).rstrip("=")],
    "UTF-16": lambda secret: [base64.b64encode(secret.encode("utf-16-le")).decode().rstrip("=")],
}
"""An assertion differs from run to run: it is given to `hits`."""


EXCHANGED = ("AUTH LOGIN", "AUTH CRAM-MD5")
"""What is known to a server only where that mechanism was used."""


def echo(secret: str, exchanged: str = "") -> str:
    """Every form of a secret on one line, as a server would have it that repeats all it has heard."""
    forms = [form for name, form in FORMS.items() if name not in EXCHANGED or name == exchanged]
    return " ".join(text.replace("\n", " ") for form in forms for text in form(secret))


def hits(text: str, assertions: Iterable[str] = ()) -> list[str]:
    """The forms that a text holds, each with what was found."""
    views = "\n".join(_views(text))
    needles = [*_needles(), *(("assertion", piece) for each in assertions for piece in _pieces(each))]
    return sorted({f"{form}: {needle}" for form, needle in needles if needle in views})


def _views(text: str) -> Iterator[str]:
    """The text as it is, its escapes undone, and what its base64 and hex stand for."""
    yield text
    for match in re.finditer(r'"(?:[^"\\\n]|\\.)*"', text):
        try:
            yield json.loads(match[0])
        except ValueError:
            continue
    for run in re.findall(r"[A-Za-z0-9+/]{16,}", text):
        yield _lenient(run).decode("utf-8", "replace")
    for run in re.findall(r"[0-9a-fA-F]{16,}", text):
        yield bytes.fromhex(run[: len(run) // 2 * 2]).decode("utf-8", "replace")


def _lenient(run: str) -> bytes:
    """Base64 that may have lost its end."""
    whole = run[:-1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + "=" * (-len(whole) % 4))


@functools.cache
def _needles() -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted({(form, text) for form in FORMS for secret in SECRETS for text in _given(form, secret)})
    )


def _given(form: str, secret: str) -> set[str]:
    """A form of a secret, and its halves, unless they would be the same for another secret as long."""
    other = FORMS[form]("x" * len(secret.encode()))
    usual = {half for text in other for half in _halves(text)}
    texts = FORMS[form](secret)
    return {*texts, *(half for text in texts for half in _halves(text) if half not in usual)}


def _halves(text: str) -> tuple[str, ...]:
    """What gives a form away; one that is cut off or broken in two is still half there."""
    middle = len(text) // 2
    return (text[:middle], text[middle:]) if middle >= _HALF else (text,)


def _pieces(assertion: str) -> Iterator[str]:
    """The claims and the signature; the header is the same for everybody."""
    for piece in assertion.split(".")[1:]:
        yield from _halves(piece)
