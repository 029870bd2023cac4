"""Values of `tls` that Node throws on before the handshake, each with the reason. Pure.

Recorded by running Node 20 with each; sources: Node lib/internal/tls/secure-context.js `configSecureContext`,
lib/_tls_wrap.js `tls.connect`, `TLSSocket`; lib/internal/tls/common.js.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smtp_verify.mail.javascript import is_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ALGORITHM = re.compile(
    r"(?:RSA|RSA-PSS|PSS|DSA|ECDSA)\+SHA(?:1|224|256|384|512)|rsa_pkcs1_sha\d+|rsa_pss_(?:rsae|pss)_sha\d+"
    r"|ecdsa_secp\d+r1_sha\d+|ecdsa_sha1|ed25519|ed448",
    re.IGNORECASE,
)
_CURVES = frozenset(
    (
        "auto prime256v1 P-256 secp384r1 P-384 secp521r1 P-521 X25519 X448 secp256k1 brainpoolP256r1"
        " brainpoolP384r1 brainpoolP512r1 secp224r1 P-224"
    )
    .lower()
    .split()
)
_MOST_SECONDS = 2**31 - 1


def refused(options: dict[str, Any], implicit: bool) -> Iterator[tuple[str, str]]:
    """Each key that Node throws at, with the reason.

    Args:
        options: the config's `tls`.
        implicit: whether they go into `tls.connect` together with the host, as with implicit TLS; STARTTLS
            hands it an open socket instead.
    """
    for key, value in options.items():
        why = _check(key, value)
        if why and (implicit or key not in _OF_THE_CONNECTION):
            yield key, why


def _check(key: str, value: Any) -> str:
    if value is None and key not in _NEVER_NULL:
        # Node takes it for an absent value.
        return ""
    if key in _OBJECTS:
        return "takes an object of Node's, which no config can hold"
    check = _CHECKS.get(key)
    return check(value) if check is not None else ""


def _signatures(value: Any) -> str:
    known = isinstance(value, str) and all(map(_ALGORITHM.fullmatch, value.split(":")))
    return "" if known else "must be a list of signature algorithms that OpenSSL knows, such as RSA+SHA256"


def _curves(value: Any) -> str:
    if value == "":
        # Node takes it, and no handshake can be made with it.
        return ""
    known = isinstance(value, str) and all(name.lower() in _CURVES for name in value.split(":"))
    return "" if known else "must name curves that OpenSSL knows, such as auto or prime256v1"


def _revocations(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    is_pem = all(isinstance(text, str) and "-----BEGIN X509 CRL-----" in text for text in texts)
    return "" if is_pem else "must be PEM text with BEGIN X509 CRL"


def _pem_parts(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    fits = all(isinstance(text, str) or (isinstance(text, dict) and "pem" in text) for text in texts)
    return "" if fits and not isinstance(value, dict) else "must be PEM text"


def _authorities(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    return "" if all(isinstance(text, str) for text in texts) else "must be PEM text"


def _socket_path(value: Any) -> str:
    return "leads to a Unix socket instead of the server" if value else ""


def _archive(value: Any) -> str:
    return "must be bytes (PKCS#12), which no config can hold"


def _protocols(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return "must be a list of strings"
    return "holds an empty string, which ends the whole Logto process" if "" in value else ""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be a string"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _integer(value: Any) -> str:
    return "" if is_number(value) and float(value).is_integer() else "must be a whole number"


def _positive(value: Any) -> str:
    return "" if is_number(value) and value > 0 else "must be a number above 0"


def _not_negative(value: Any) -> str:
    return "" if is_number(value) and value >= 0 else "must be a number of 0 or more"


def _seconds(value: Any) -> str:
    return _integer(value) or ("" if 0 <= value <= _MOST_SECONDS else "must be a number of seconds")


_OBJECTS = (
    *("checkServerIdentity", "secureContext", "pskCallback", "socket", "signal"),
    *("clientCertEngine", "ticketKeys", "session"),
)
_OF_THE_CONNECTION = ("path", "timeout", "autoSelectFamily")
_NEVER_NULL = ("checkServerIdentity", "ecdhCurve", "minDHSize")
_CHECKS: dict[str, Callable[[Any], str]] = {
    "path": _socket_path,
    "ca": _authorities,
    "sigalgs": _signatures,
    "ecdhCurve": _curves,
    "crl": _revocations,
    "dhparam": _text,
    "secureOptions": _integer,
    "minDHSize": _positive,
    "ALPNProtocols": _protocols,
    "cert": _pem_parts,
    "key": _pem_parts,
    "pfx": _archive,
    "servername": _text,
    "enableTrace": _boolean,
    "autoSelectFamily": _boolean,
    "highWaterMark": _not_negative,
    "timeout": _not_negative,
    "sessionTimeout": _seconds,
}
KEYS = (*_OBJECTS, *_CHECKS)
"""Every key that is looked at."""
