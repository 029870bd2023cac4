"""Values of `tls` that Node throws on before the handshake, each with the reason. Pure.

Recorded by running Node 22 with each; sources: Node lib/internal/tls/secure-context.js `configSecureContext`,
lib/_tls_wrap.js `tls.connect`, `TLSSocket`; lib/internal/tls/common.js.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smtp_verify.javascript import is_number, is_truthy, to_number, to_utf8, trim
from smtp_verify.smtp.endpoint import is_address
from smtp_verify.smtp.refusal import PROCESS_EXITS

if TYPE_CHECKING:
    from collections.abc import Iterator

Check = Callable[[Any], str]
"""Why Node throws at a value; empty where it does not."""
_ALGORITHM = re.compile(
    r"(?:RSA|RSA-PSS|PSS|DSA|ECDSA)\+SHA(?:1|224|256|384|512)|rsa_pkcs1_sha\d+|rsa_pss_(?:rsae|pss)_sha\d+"
    r"|ecdsa_secp\d+r1_sha\d+|ecdsa_sha1|ed25519|ed448",
    re.IGNORECASE,
)
_CURVES = frozenset(
    """
    prime256v1 P-256 secp256r1 secp384r1 P-384 secp521r1 P-521 X25519 X448 secp256k1 secp192r1 secp224r1 P-192
    P-224 sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 sect283r1
    sect409k1 sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 secp224k1 brainpoolP256r1
    brainpoolP384r1 brainpoolP512r1 brainpoolP256r1tls13 brainpoolP384r1tls13 brainpoolP512r1tls13 ffdhe2048
    ffdhe3072 ffdhe4096 ffdhe6144 ffdhe8192 MLKEM512 MLKEM768 MLKEM1024 X25519MLKEM768 SecP256r1MLKEM768
    SecP384r1MLKEM1024 DEFAULT
    """.lower().split()
)
"""Groups by their names in OpenSSL 3.5 (its manual page SSL_CTX_set1_groups_list)."""
_MOST_SECONDS = 2**31 - 1
_SAFE_INTEGER = 2**53 - 1
_LONGEST_PROTOCOL = 255
_LONGEST_CONTEXT = 32
_NO_OBJECT = "takes an object of Node's, which no config can hold"


def refused(options: dict[str, Any], implicit: bool) -> Iterator[tuple[str, str]]:
    """Each key that Node throws at, with the reason.

    Args:
        options: the config's `tls`.
        implicit: whether they go into `tls.connect` together with the host, as with implicit TLS; STARTTLS
            hands it an open socket instead.
    """
    checks = _WITH_IMPLICIT_TLS if implicit else _WITH_STARTTLS
    for key, value in options.items():
        check = checks.get(key)
        why = check(value) if check is not None else ""
        if why:
            yield key, why


# What is absent to Node --------------------------------------------------------------------------------


def _unless_null(check: Check) -> Check:
    return lambda value: "" if value is None else check(value)


def _unless_falsy(check: Check) -> Check:
    return lambda value: check(value) if is_truthy(value) else ""


# What a value must be ----------------------------------------------------------------------------------


def _object(_: Any) -> str:
    return _NO_OBJECT


def _session(value: Any) -> str:
    return "" if isinstance(value, str) else _NO_OBJECT


def _signal(value: Any) -> str:
    """With STARTTLS; the empty string and false are nothing to Node, and 0 is something."""
    return "" if value == "" or value is False else _NO_OBJECT


def _signatures(value: Any) -> str:
    known = isinstance(value, str) and all(map(_ALGORITHM.fullmatch, value.split(":")))
    return "" if known else "must be a list of signature algorithms that OpenSSL knows, such as RSA+SHA256"


def _curves(value: Any) -> str:
    if value == "auto" or (isinstance(value, str) and not value.strip()):
        # Node takes no name at all, and no handshake can be made with it.
        return ""
    known = isinstance(value, str) and all(map(_is_group, re.split("[:/]", value)))
    return "" if known else "must name curves that OpenSSL knows, such as auto or prime256v1"


def _is_group(name: str) -> bool:
    """Whether OpenSSL takes a name in its list, with the signs of 3.5 before it."""
    return "?" in name or name.strip().lstrip("*-").lower() in _CURVES


def _revocations(value: Any) -> str:
    texts = value if isinstance(value, list) else [value]
    is_pem = all(isinstance(text, str) and "-----BEGIN X509 CRL-----" in text for text in texts)
    return "" if is_pem else "must be PEM text with BEGIN X509 CRL"


def _texts(value: Any) -> str:
    """PEM text, or a list of it."""
    texts = value if isinstance(value, list) else [value]
    return "" if all(isinstance(text, str) for text in texts) else "must be PEM text"


def _keys(value: Any) -> str:
    """As `_texts`; a list may hold `{pem: …, passphrase: …}` as well."""
    if not isinstance(value, list):
        return _texts(value)
    return _texts([part["pem"] if isinstance(part, dict) and "pem" in part else part for part in value])


def _socket_path(value: Any) -> str:
    return "leads to a Unix socket instead of the server"


def _archive(value: Any) -> str:
    return "" if value == [] else "must be bytes (PKCS#12), which no config can hold"


def _protocols(value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return "must be a list of strings"
    if any(len(to_utf8(each)) > _LONGEST_PROTOCOL for each in value):
        return f"holds a name of more than {_LONGEST_PROTOCOL} bytes"
    return f"holds an empty string; {PROCESS_EXITS}" if "" in value else ""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be a string"


def _ending_text(value: Any) -> str:
    """A host, which Node looks up without a handler for what it throws."""
    return "" if isinstance(value, str) else f"must be a string; {PROCESS_EXITS}"


def _context(value: Any) -> str:
    return _text(value) or (
        f"is longer than {_LONGEST_CONTEXT} bytes" if len(to_utf8(value)) > _LONGEST_CONTEXT else ""
    )


def _engine(_: Any) -> str:
    return "names a key in an engine of OpenSSL's, which Node cannot load"


def _boolean(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _integer(value: Any) -> str:
    whole = is_number(value) and float(value).is_integer() and abs(value) <= _SAFE_INTEGER
    return "" if whole else "must be a whole number"


def _number(value: Any) -> str:
    return "" if is_number(value) else "must be a number"


def _positive(value: Any) -> str:
    return "" if is_number(value) and value > 0 else "must be a number above 0"


def _not_negative(value: Any) -> str:
    return "" if is_number(value) and value >= 0 else "must be a number of 0 or more"


def _size(value: Any) -> str:
    fits = is_number(value) and value >= 0 and float(value).is_integer()
    return "" if fits else "must be a whole number of 0 or more"


def _seconds(value: Any) -> str:
    return _integer(value) or ("" if 0 <= value <= _MOST_SECONDS else "must be a number of seconds")


def _milliseconds(value: Any) -> str:
    return _integer(value) or ("" if 1 <= value <= _MOST_SECONDS else "must be a whole number of 1 or more")


def _port(value: Any) -> str:
    """As Node's `validatePort`; a string counts as JavaScript reads it."""
    number = to_number(value) if isinstance(value, str) and trim(value) else value
    fits = is_number(number) and 0 <= number <= 65535 and float(number).is_integer()
    return "" if fits else "must be a number from 0 to 65535"


def _address(value: Any) -> str:
    return "" if isinstance(value, str) and is_address(value) else "must be an IP address"


_ALWAYS: dict[str, Check] = {
    "checkServerIdentity": _object,
    "ca": _unless_falsy(_texts),
    "sigalgs": _unless_null(_signatures),
    "ecdhCurve": _curves,
    "crl": _unless_null(_revocations),
    "dhparam": _unless_null(_text),
    "secureOptions": _unless_falsy(_integer),
    "minDHSize": _positive,
    "ALPNProtocols": _unless_falsy(_protocols),
    "cert": _unless_falsy(_texts),
    "key": _unless_falsy(_keys),
    "pfx": _unless_null(_archive),
    "servername": _unless_falsy(_text),
    "enableTrace": _unless_null(_boolean),
    "sessionTimeout": _unless_null(_seconds),
    "sessionIdContext": _unless_null(_context),
    "session": _unless_falsy(_session),
    "secureContext": _unless_falsy(_object),
    "pskCallback": _unless_falsy(_object),
    "clientCertEngine": _unless_null(_object),
    "ticketKeys": _unless_null(_object),
    "privateKeyIdentifier": _unless_null(_engine),
    "highWaterMark": _unless_null(_size),
}
_WITH_IMPLICIT_TLS: dict[str, Check] = {
    **_ALWAYS,
    "socket": _unless_falsy(_object),
    "signal": _unless_falsy(_object),
    "path": _unless_falsy(_socket_path),
    "host": _unless_falsy(_ending_text),
    "port": _port,
    "localAddress": _unless_falsy(_address),
    "localPort": _unless_falsy(_number),
    "timeout": _unless_falsy(_not_negative),
    "autoSelectFamily": _unless_null(_boolean),
    "autoSelectFamilyAttemptTimeout": _unless_null(_milliseconds),
}
_WITH_STARTTLS: dict[str, Check] = {
    **_ALWAYS,
    "socket": _object,
    "signal": _unless_null(_signal),
}
