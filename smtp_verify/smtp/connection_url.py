"""The connection URL of nodemailer, as the parser of each release reads it.

Sources: nodemailer 8.0.11 and 9.0.5 lib/shared/index.js `parseConnectionUrl`; 9.0.5 lib/shared/url.js; Node
22 lib/url.js `Url.prototype.parse`; the WHATWG's URL Standard, sections 3 (hosts) and 4.4 (parser), for
schemes that are not special.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_to_bytes

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.host_names import to_ascii

if TYPE_CHECKING:
    from smtp_verify.logto_versions import Nodemailer

_NUMBER = re.compile(
    r"\s*(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Infinity"
    r"|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+)?\s*"
)
_SCHEME = re.compile(r"[a-zA-Z0-9.+-]+:")
_WHATWG_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_SLASHED = ("http:", "https:", "ftp:", "gopher:", "file:", "ws:", "wss:")
_DEFAULT_PORTS = {"http:": "80", "https:": "443", "ftp:": "21", "ws:": "80", "wss:": "443"}
_ONLY_A_PATH = re.compile(r"//?(?!/)[^?\s]*(?:\?\S*)?")
_HAS_HOST = re.compile(r"//[^@/]+@[^@/]+")
_ENDS_HOST = frozenset("#/?")
_NEVER_IN_HOST = frozenset(" \"%';<>\\^`{|}")
_PORT = re.compile(r":([0-9]*)$")
_FORBIDDEN = re.compile(r"[\0\t\n\r #%/:<>?@\[\\\]^|]")
_FORBIDDEN_IN_IPV6 = re.compile(r"[\0\t\n\r #%/<>?@\\^|]")
_FORBIDDEN_IN_OPAQUE = re.compile(r"[\0\t\n\r #/:<>?@\[\\\]^|]")
_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_TRIMMED = "".join(map(chr, range(33))) + "\u00a0\ufeff"
_C0_OR_SPACE = "".join(map(chr, range(33)))
_LONGEST_HOST = 255
_LARGEST_PORT = 65535
_BARE_IN_USERINFO = "!$&'()*+,-.~%"
_BARE_IN_HOST = "".join(map(chr, range(0x21, 0x7F)))


class _UnreadableError(ValueError):
    """The parser gives up."""


@dataclass(slots=True)
class _Url:
    """The pieces that nodemailer looks at."""

    scheme: str = ""
    host: str = ""
    port: str = ""
    auth: str = field(default="", repr=False)
    query: str = field(default="", repr=False)


def parse_url(url: str, nodemailer: Nodemailer) -> dict[str, Any]:
    """The options in a connection URL; what it does not say is not taken from the config.

    Raises:
        ConfigError: nodemailer cannot read it, and throws.
    """
    try:
        return _options(_read(url, nodemailer))
    except ValueError:
        raise ConfigError("url: nodemailer cannot read it", path=("url",)) from None


def _read(url: str, nodemailer: Nodemailer) -> _Url:
    if nodemailer.parses_urls_as_whatwg:
        try:
            return _whatwg(url)
        except _UnreadableError:
            # lib/shared/url.js falls back to the older parser.
            return _legacy(url)
    return _legacy(url)


def _options(url: _Url) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if url.scheme in ("smtp:", "smtps:"):
        options["secure"] = url.scheme == "smtps:"
    elif url.scheme == "direct:":
        options["direct"] = True
    if url.port.strip("0"):
        # More digits than any port has: it is none, whatever they are.
        options["port"] = int(url.port.lstrip("0")[:9])
    if url.host:
        options["host"] = url.host
    if url.auth:
        user, _, password = url.auth.partition(":")
        options["auth"] = {"user": user, "pass": password}
    for key, values in _query(url.query).items():
        _set(options, key, _coerced(values[0]) if len(values) == 1 else values)
    return options


def _query(text: str) -> dict[str, list[str]]:
    """`querystring.parse` and `URLSearchParams`, which read alike what a URL may hold."""
    found: dict[str, list[str]] = {}
    for pair in filter(None, text.split("&")):
        key, _, value = pair.replace("+", " ").partition("=")
        found.setdefault(_decoded(key), []).append(_decoded(value))
    return found


def _set(options: dict[str, Any], key: str, value: Any) -> None:
    """`tls.x` is nested, other dotted keys are ignored, and what the URL has said before stays."""
    if key.startswith("tls."):
        inner = options["tls"] = options.get("tls") or {}
        if not isinstance(inner, (dict, list)):
            # JavaScript's `in` throws at what is no object.
            raise _UnreadableError
        if isinstance(inner, dict):
            inner.setdefault(key.removeprefix("tls."), value)
    elif "." not in key:
        options.setdefault(key, value)


def _coerced(value: str) -> Any:
    """Numbers and booleans, by JavaScript's rules."""
    if value in ("true", "false"):
        return value == "true"
    if not _NUMBER.fullmatch(value):
        return value
    text = value.strip()
    if text[:2].lower() in ("0x", "0b", "0o"):
        return int(text, 0)
    number = float(text or 0)
    return int(number) if number.is_integer() else number


# Node's older parser --------------------------------------------------------------------------------------


def _legacy(text: str) -> _Url:
    rest = _with_slashes(text.strip(_TRIMMED))
    if not {"#", "@"} & set(rest) and _ONLY_A_PATH.fullmatch(rest):
        return _Url(query=rest.partition("?")[2])
    url = _Url()
    scheme = _SCHEME.match(rest)
    if scheme:
        url.scheme = scheme[0].lower()
        rest = rest[scheme.end() :]
    slashes = (bool(scheme) or bool(_HAS_HOST.match(rest))) and rest.startswith("//")
    rest = rest[2:] if slashes else rest
    if slashes or (scheme and url.scheme not in _SLASHED):
        rest = _legacy_host(url, rest)
    url.query = rest.partition("#")[0].partition("?")[2]
    return url


def _with_slashes(text: str) -> str:
    """Backslashes are slashes, up to the query."""
    end = min((at for at in (text.find("?"), text.find("#")) if at >= 0), default=len(text))
    return text[:end].replace("\\", "/") + text[end:]


def _legacy_host(url: _Url, rest: str) -> str:
    """Read authority, host and port; returns what follows."""
    end = next((at for at, character in enumerate(rest) if character in _ENDS_HOST), len(rest))
    authority = re.sub("[\t\n\r]", "", rest[:end])
    auth, at, host = authority.rpartition("@")
    if at:
        url.auth = _strictly_decoded(auth)
    cut = next((at for at, character in enumerate(host) if character in _NEVER_IN_HOST), len(host))
    host, rest = host[:cut], host[cut:] + rest[end:]
    port = _PORT.search(host)
    if port:
        url.port, host = port[1], host[: port.start()]
    if host.startswith("[") and host.endswith("]"):
        if _FORBIDDEN_IN_IPV6.search(host):
            raise _UnreadableError
        url.host = host[1:-1].lower() if len(host) <= _LONGEST_HOST else ""
        return rest if rest.startswith("/") else f"/{rest}"
    name, colon, behind = host.partition(":")
    url.host = to_ascii(name.lower()) if len(name) <= _LONGEST_HOST else ""
    if _FORBIDDEN.search(url.host):
        raise _UnreadableError
    return f"/{colon}{behind}{rest}" if colon else rest


def _strictly_decoded(text: str) -> str:
    """`decodeURIComponent`, which throws."""
    if _PERCENT.search(text):
        raise _UnreadableError
    return unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8")


# The WHATWG's -----------------------------------------------------------------------------------------------


def _whatwg(text: str) -> _Url:
    scheme = _WHATWG_SCHEME.match(text)
    if scheme and not text.startswith("//", scheme.end()) and len(text) > scheme.end():
        text = f"{scheme[0]}//{text[scheme.end() :]}"
    text = re.sub("[\t\n\r]", "", text.strip(_C0_OR_SPACE))
    scheme = _WHATWG_SCHEME.match(text)
    if scheme is None:
        raise _UnreadableError
    if scheme[0].lower() in _SLASHED:
        return _without_default_port(_legacy(text))
    url = _Url(scheme[0].lower())
    rest = text[scheme.end() :].removeprefix("//")
    end = next((at for at, character in enumerate(rest) if character in _ENDS_HOST), len(rest))
    url.query = rest[end:].partition("#")[0].partition("?")[2]
    _whatwg_authority(url, rest[:end])
    return url


def _without_default_port(url: _Url) -> _Url:
    """A scheme of the web, which nobody writes for mail: both parsers read it much alike."""
    url.port = "" if url.port == _DEFAULT_PORTS.get(url.scheme) else url.port
    return url


def _whatwg_authority(url: _Url, authority: str) -> None:
    auth, at, host = authority.rpartition("@")
    user, _, password = auth.partition(":")
    url.auth = _leniently_decoded(user, _BARE_IN_USERINFO)
    if password:
        url.auth += f":{_leniently_decoded(password, _BARE_IN_USERINFO)}"
    port = _PORT.search(host)
    if port and "]" not in host[port.start() :]:
        url.port, host = port[1].lstrip("0"), host[: port.start()]
        if not host or len(url.port) > 5 or int(url.port or 0) > _LARGEST_PORT:
            raise _UnreadableError
    if at and not host:
        raise _UnreadableError
    url.host = _whatwg_host(host)


def _whatwg_host(host: str) -> str:
    if host.startswith("["):
        import ipaddress

        try:
            return str(ipaddress.IPv6Address(host[1:-1] if host.endswith("]") and "%" not in host else ""))
        except ValueError:
            raise _UnreadableError from None
    if _FORBIDDEN_IN_OPAQUE.search(host):
        raise _UnreadableError
    from smtp_verify.mail.address import to_ascii as punycode

    # A host that is not special is mapped to nothing else first.
    return punycode(_leniently_decoded(host, _BARE_IN_HOST))


def _leniently_decoded(text: str, bare: str) -> str:
    """Decoded, or left as the parser writes it where that is not possible (`safeDecode`)."""
    try:
        return _strictly_decoded(text)
    except ValueError:
        return quote(text.encode("utf-8", "replace"), safe=bare)


# Names ----------------------------------------------------------------------------------------------------


def _decoded(text: str) -> str:
    """Percent-decoded, with what is not UTF-8 replaced."""
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
