"""Node's `tls` options as an SSLContext, and what can be told of a channel.

Sources: Node 20 lib/internal/tls/secure-context.js `configSecureContext`; doc/api/tls.md
`tls.createSecureContext`, `tls.connect`; crypto.constants.defaultCoreCipherList.
"""

from __future__ import annotations

import json
import os
import re
import ssl
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smtp_verify.errors import ConfigError
from smtp_verify.javascript import is_truthy
from smtp_verify.smtp.tls import certificate, node_options
from smtp_verify.smtp.wire.transcript import TlsDetails

_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
# Node's own list up to TLS 1.2, at its security level; Python's default is a level stricter.
_NODE_CIPHERS = (
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"
    ":ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA256"
    ":ECDHE-RSA-AES256-SHA384:DHE-RSA-AES256-SHA384:ECDHE-RSA-AES256-SHA256:DHE-RSA-AES256-SHA256:HIGH:!aNULL"
    ":!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA"
)
_METHOD = re.compile(r"(?P<name>SSLv23|SSLv2|SSLv3|TLS|TLSv1|TLSv1_1|TLSv1_2)(_client|_server)?_method")
"""The names that Node knows; the server's fail at the handshake alone."""
_METHOD_VERSIONS = {
    "SSLv23": (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2),
    "TLS": (ssl.TLSVersion.MINIMUM_SUPPORTED, ssl.TLSVersion.TLSv1_3),
    "TLSv1": (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1),
    "TLSv1_1": (ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1),
    "TLSv1_2": (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2),
}
"""The least and the most version of each, by running Node 22."""
_SUITES = frozenset(
    (
        "TLS_AES_128_GCM_SHA256",
        "TLS_AES_256_GCM_SHA384",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_AES_128_CCM_SHA256",
        "TLS_AES_128_CCM_8_SHA256",
    )
)
"""Those of TLS 1.3 (RFC 8446 appendix B.4)."""
_SUITE_MARKS = ("TLS_", "!TLS_")
_USUAL_SUITES = frozenset(
    ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
)
"""Those that are on for Python, which cannot choose among them."""
_NIST_CURVES = {"P-256": "prime256v1", "P-384": "secp384r1", "P-521": "secp521r1"}
_LONGEST_QUOTED = 40
_ALL_OPTIONS = 0x7FFFFFFF
_SECURITY_LEVEL = "@SECLEVEL=1"
_NOT_FOLLOWED = (
    "pfx",
    "sigalgs",
    "crl",
    "minDHSize",
    "session",
)


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """A context, and the options that Logto would follow and this run does not."""

    context: ssl.SSLContext
    not_followed: tuple[str, ...]
    hopeless: str = ""
    """Why OpenSSL ends any handshake with what Node takes, in its own words; empty where it does not."""


def settings(options: dict[str, Any], implicit: bool = False) -> TlsSettings:
    """The context for a config's `tls`, as with implicit TLS or with STARTTLS.

    Raises:
        ConfigError: a value that Node's tls.connect throws on.
    """
    made = prepared(options, implicit)
    load_roots(made.context, options)
    return made


def prepared(options: dict[str, Any], implicit: bool) -> TlsSettings:
    """The context without its roots, which take the most time; `load_roots` adds them.

    Raises:
        ConfigError: a value that Node's tls.connect throws on.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.sslobject_class = certificate.SSLObject
    # `identity` does, by Node's rules.
    context.check_hostname = False
    for key, why in node_options.refused(options, implicit):
        raise ConfigError(f"tls.{key}: {why}", path=("tls", key))
    _check_protocol(options)
    _set_versions(context, options)
    _set_options(context, options.get("secureOptions"))
    _set_ciphers(context, options.get("ciphers"))
    if is_truthy(options.get("cert")) or is_truthy(options.get("key")):
        _load_client_certificate(context, options)
    if options.get("rejectUnauthorized") is False:
        context.verify_mode = ssl.CERT_NONE
    if is_truthy(options.get("allowPartialTrustChain")):
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    not_followed = tuple(f"tls.{key}" for key in _NOT_FOLLOWED if is_truthy(options.get(key)))
    if not _set_curve(context, options.get("ecdhCurve")):
        not_followed += ("tls.ecdhCurve",)
    if implicit and is_truthy(options.get("localPort")):
        not_followed += ("tls.localPort",)
    if _chooses_suites(options.get("ciphers") or ""):
        not_followed += ("tls.ciphers",)
    return TlsSettings(context, not_followed, _hopeless(context, options))


def _hopeless(context: ssl.SSLContext, options: dict[str, Any]) -> str:
    method = options.get("secureProtocol")
    if isinstance(method, str) and method.endswith("_server_method"):
        return "called a function you should not call"
    suites, _ = _divided(options.get("ciphers") or "")
    reaches_1_3 = context.maximum_version is not ssl.TLSVersion.TLSv1_2
    if suites and reaches_1_3 and not _SUITES.intersection(map(str.strip, suites)):
        return "no ciphers available"
    curves = options.get("ecdhCurve")
    return "no suitable groups" if isinstance(curves, str) and not curves.strip() else ""


def details(channel: ssl.SSLObject, context: ssl.SSLContext) -> TlsDetails:
    """What the handshake settled."""
    cipher = channel.cipher()
    shown = certificate.read(channel)
    until = shown.not_after if shown else None
    return TlsDetails(
        version=channel.version() or "",
        cipher=cipher[0] if cipher else "",
        subject=shown.subject if shown else "",
        issuer=shown.issuer if shown else "",
        not_after=until.isoformat().replace("+00:00", "Z") if until else "",
        days_left=(until - datetime.now(UTC)).days if until else None,
        names=shown.names if shown else (),
        verified=context.verify_mode is ssl.CERT_REQUIRED,
        unread=shown.unread if shown else (),
    )


def is_wrong_version(error: ssl.SSLError) -> bool:
    """Whether the server did not speak TLS at all."""
    return error.reason in (
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "BAD_RECORD_TYPE",
    )


def _set_versions(context: ssl.SSLContext, options: dict[str, Any]) -> None:
    least = _version(options.get("minVersion"), "TLSv1.2", "minVersion")
    most = _version(options.get("maxVersion"), "TLSv1.3", "maxVersion")
    method = options.get("secureProtocol")
    known = _METHOD.fullmatch(method) if isinstance(method, str) else None
    if known is not None:
        least, most = _METHOD_VERSIONS[known["name"]]
    with warnings.catch_warnings():
        # Python warns of TLS 1.0 and 1.1; the config still asks for them.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = least, most


def _set_options(context: ssl.SSLContext, value: Any) -> None:
    """OpenSSL's own numbers, which are the same for Node and for Python."""
    if value:
        with warnings.catch_warnings():
            # Python warns of those that turn a version off; the config still asks for them.
            warnings.simplefilter("ignore", DeprecationWarning)
            # More bits than there are mean nothing.
            context.options |= int(value) & _ALL_OPTIONS


def _set_curve(context: ssl.SSLContext, value: Any) -> bool:
    """Whether it is as the config says; Python has no way to set several curves."""
    if value is None or value == "auto":
        return True
    try:
        context.set_ecdh_curve(_NIST_CURVES.get(value, value))
    except (ValueError, TypeError, ssl.SSLError):
        return False
    return True


def _version(value: Any, default: str, key: str) -> ssl.TLSVersion:
    name = default if value is None else value
    if not isinstance(name, str) or name not in _VERSIONS:
        which = "minimum" if key == "minVersion" else "maximum"
        message = f"tls.{key}: {_quoted(name)} is not a valid {which} TLS protocol version"
        raise ConfigError(f"{message}; write one of {', '.join(_VERSIONS)}", path=("tls", key))
    return _VERSIONS[name]


def _quoted(value: Any) -> str:
    """A value as JSON; one that is too long for a version, and may be anything, is not repeated."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_QUOTED else "what is written there"


def refuses_ciphers(ciphers: Any) -> str:
    """Why Node throws at a list of ciphers; empty where it does not.

    Source: Node 20 lib/internal/tls/secure-context.js `processCiphers`, `configSecureContext`.
    """
    if ciphers is None or ciphers == "":
        return ""
    if not isinstance(ciphers, str):
        return "must be a string"
    suites, names = _divided(ciphers)
    older = ":".join(names)
    if not (names or suites) or (suites and not any(map(_is_suite, suites))):
        return "no cipher match"
    return "no cipher match" if older and not _are_known(older) else ""


def _chooses_suites(ciphers: str) -> bool:
    """Whether Node would offer other suites of TLS 1.3, or other groups, than Python can be made to."""
    suites = {name.strip() for name in _divided(ciphers)[0]}
    return "SUITEB" in ciphers or (bool(suites) and not suites >= _USUAL_SUITES)


def _divided(ciphers: str) -> tuple[list[str], list[str]]:
    """The suites of TLS 1.3 in a list, and the rest of it, which is OpenSSL's language up to TLS 1.2."""
    names = [name for name in ciphers.split(":") if name]
    suites = [name for name in names if name.startswith(_SUITE_MARKS)]
    return suites, [name for name in names if not name.startswith(_SUITE_MARKS)]


def _is_suite(name: str) -> bool:
    """Whether OpenSSL finds a suite of this name; one of TLS 1.2 is of no use where only 1.3 has its list."""
    older = _up_to_1_2(name)
    return name.strip() in _SUITES or (older != "" and _are_known(older))


def _up_to_1_2(name: str) -> str:
    """What OpenSSL calls a suite that IANA calls so; empty for those of TLS 1.3."""
    key_exchange, joint, cipher = name.removeprefix("TLS_").partition("_WITH_")
    if not joint:
        return ""
    cipher = (
        re.sub(r"(AES|CAMELLIA|ARIA)_(\d+)", r"\1\2", cipher).replace("_CBC", "").replace("CCM_8", "CCM8")
    )
    cipher = cipher.replace("3DES_EDE", "DES_CBC3").replace("POLY1305_SHA256", "POLY1305")
    way = "" if key_exchange == "RSA" else f"{key_exchange}-"
    return f"{way}{cipher}".replace("_", "-")


def _are_known(ciphers: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).set_ciphers(ciphers)
    except (ssl.SSLError, ValueError):
        return False
    return True


def _set_ciphers(context: ssl.SSLContext, ciphers: Any) -> None:
    """The list up to TLS 1.2; suites of TLS 1.3 are always on here."""
    why = refuses_ciphers(ciphers)
    if why:
        raise ConfigError(f"tls.ciphers: {why}", path=("tls", "ciphers"))
    suites, names = _divided(ciphers or _NODE_CIPHERS)
    if context.maximum_version is ssl.TLSVersion.TLSv1_2:
        names += filter(None, map(_up_to_1_2, suites))
    if not names:
        # Nothing is left of the list up to TLS 1.2, which Python does not let be empty.
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        return
    if not any("@SECLEVEL" in name for name in names):
        names.append(_SECURITY_LEVEL)
    context.set_ciphers(":".join(names))


def refuses_protocol(options: dict[str, Any]) -> str:
    """Why Node throws at a `secureProtocol`; empty where it does not.

    Source: Node 20 src/crypto/crypto_context.cc `SecureContext::Init`, lib/_tls_common.js `SecureContext`.
    """
    name = options.get("secureProtocol")
    if name != "" and not is_truthy(name):
        return ""
    if options.get("minVersion") or options.get("maxVersion"):
        return "conflicts with minVersion and maxVersion"
    method = _METHOD.fullmatch(name) if isinstance(name, str) else None
    if method is None:
        # Node looks at no other type.
        return "unknown method" if isinstance(name, str) else ""
    return f"{method['name']} methods disabled" if method["name"] in ("SSLv2", "SSLv3") else ""


def _check_protocol(options: dict[str, Any]) -> None:
    """What Node throws on."""
    why = refuses_protocol(options)
    if why:
        raise ConfigError(f"tls.secureProtocol: {why}", path=("tls", "secureProtocol"))


def load_roots(context: ssl.SSLContext, options: dict[str, Any]) -> None:
    """Load the CAs to trust: `ca` replaces Mozilla's roots, which Node has too; the system's do not count.

    A context that verifies nothing needs none but those that complete the chain of its own certificate.
    """
    ca = options.get("ca")
    if context.verify_mode is ssl.CERT_NONE and not (is_truthy(ca) and is_truthy(options.get("cert"))):
        return
    if not is_truthy(ca):
        import certifi

        context.load_verify_locations(cafile=certifi.where())
        extra = os.environ.get("NODE_EXTRA_CA_CERTS")
        # A pipe would block the program until data comes.
        if extra and os.path.isfile(extra):
            _ignore_garbage(context, cafile=extra)
        return
    for pem in ca if isinstance(ca, list) else [ca]:
        _ignore_garbage(context, cadata=certificate.readable_pem(str(pem)))


def _ignore_garbage(context: ssl.SSLContext, cafile: str | None = None, cadata: str | None = None) -> None:
    """Node ignores everything but certificates, comments in any script included; verification fails later."""
    try:
        context.load_verify_locations(cafile=cafile, cadata=cadata)
    except (ssl.SSLError, OSError, ValueError):
        return


def _load_client_certificate(context: ssl.SSLContext, options: dict[str, Any]) -> None:
    # Few configs have one, and its module is not light.
    from smtp_verify.smtp.tls import client_certificate

    client_certificate.load(context, options)
