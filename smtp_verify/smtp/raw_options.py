"""Options that no schema knows, and that nodemailer or Node throws on: Logto accepts them, and cannot send.

Recorded by running nodemailer 8.0.11 and 9.0.5 with each; sources: lib/nodemailer.js `createTransport`,
lib/smtp-connection/index.js, lib/smtp-transport/index.js, lib/smtp-pool/index.js, lib/dkim/sign.js,
lib/shared/index.js `resolveHostname`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.javascript import is_number, is_truthy
from smtp_verify.smtp.endpoint import is_address
from smtp_verify.smtp.refusal import PROCESS_EXITS, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator


_DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "rsa-sha1", "rsa-sha256", "rsa-sha512")
_FUNCTIONS = "takes a function, which no config can hold"
_CAN_NOT_BE_MADE = "nodemailer throws before it connects"


def refused(raw: dict[str, Any], options: dict[str, Any]) -> Iterator[Refusal]:
    """What nodemailer throws on, or waits for without end.

    Args:
        raw: the config as it is written.
        options: what `transport.effective` makes of it.
    """
    yield from _of_wrong_type(raw)
    yield from _objects(options)
    yield from _dkim(options.get("dkim"))
    yield from _times(options)
    yield from _pool(options)


def _of_wrong_type(raw: dict[str, Any]) -> Iterator[Refusal]:
    for key in ("url", "service"):
        value = raw.get(key)
        if is_truthy(value) and not isinstance(value, str):
            yield Refusal((key,), f"must be a string: {_CAN_NOT_BE_MADE}")
    auth = raw.get("auth")
    method = auth.get("method") if isinstance(auth, dict) else None
    if is_truthy(method) and not isinstance(method, str):
        yield Refusal(("auth", "method"), f"must be a string: {_CAN_NOT_BE_MADE}")


def _objects(options: dict[str, Any]) -> Iterator[Refusal]:
    if is_truthy(options.get("SES")):
        yield Refusal(("SES",), f"takes a client of Amazon's, which no config can hold; {PROCESS_EXITS}")
    if is_truthy(options.get("connection")):
        yield Refusal(("connection",), f"takes an open socket, which no config can hold; {PROCESS_EXITS}")
    if is_truthy(options.get("socket")):
        yield Refusal(("socket",), "takes a socket, which no config can hold")
    custom = options.get("customAuth")
    if isinstance(custom, dict) and custom:
        yield Refusal(("customAuth",), f"{_FUNCTIONS}; {PROCESS_EXITS}")


def _dkim(dkim: Any) -> Iterator[Refusal]:
    if not isinstance(dkim, dict):
        return
    for key in ("headerFieldNames", "skipFields"):
        if is_truthy(dkim.get(key)) and not isinstance(dkim[key], str):
            yield Refusal(("dkim", key), f"must be a string with colons between the names; {PROCESS_EXITS}")
    digest = dkim.get("hashAlgo")
    if is_truthy(digest) and str(digest).lower() not in _DIGESTS:
        yield Refusal(("dkim", "hashAlgo"), f"is a digest that OpenSSL does not know; {PROCESS_EXITS}")
    keys = dkim.get("keys")
    if isinstance(keys, list) and not all(isinstance(each, dict) for each in keys):
        yield Refusal(("dkim", "keys"), f"must be a list of objects; {PROCESS_EXITS}")


def _times(options: dict[str, Any]) -> Iterator[Refusal]:
    dns = options.get("dnsTimeout")
    looks_up = not is_address(str(options.get("host") or "localhost"))
    if is_truthy(dns) and looks_up and not _is_whole(dns):
        yield Refusal(("dnsTimeout",), f"must be a whole number; {PROCESS_EXITS}")
    silence = options.get("socketTimeout")
    if is_truthy(silence) and not (is_number(silence) and silence >= 0):
        yield Refusal(("socketTimeout",), f"must be a number above 0; {PROCESS_EXITS}")


def _pool(options: dict[str, Any]) -> Iterator[Refusal]:
    most = options.get("maxConnections")
    if is_truthy(options.get("pool")) and is_truthy(most) and not (is_number(most) and most >= 1):
        yield Refusal(("maxConnections",), "must be 1 or more: the pool opens no connection, and never ends")


def _is_whole(value: Any) -> bool:
    return is_number(value) and float(value).is_integer() and -1 <= value < 2**31
