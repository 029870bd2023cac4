"""The client's certificates and keys, each loaded by itself as Node does, and refused where Node throws.

Sources: Node 22 lib/internal/tls/secure-context.js `setCerts`, `setKey`; OpenSSL 3.5 ssl/ssl_rsa.c
`SSL_CTX_use_certificate_chain_file`, `ssl_set_pkey`.
"""

from __future__ import annotations

import base64
import os
import re
import ssl
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from smtp_verify.errors import NO_TEMPORARY_FILE, ConfigError, OutputError
from smtp_verify.javascript import is_truthy
from smtp_verify.smtp.tls.certificate import readable_pem

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----.*?(?:-----END [^\n-]*-----|\Z)", re.DOTALL)
_OTHER_KIND = "NO_CERTIFICATE_ASSIGNED"
"""OpenSSL's reason where the key is of another kind than the certificate: RSA and EC stand side by side."""
_MISMATCH = "KEY_VALUES_MISMATCH"


class _Key(NamedTuple):
    text: str
    passphrase: str


def load(context: ssl.SSLContext, options: dict[str, Any]) -> None:
    """Give a context the certificates and keys of a config's `tls`, of which the types are right.

    Raises:
        ConfigError: a value that Node throws on.
        OutputError: there is no place to hand OpenSSL a key at.
    """
    chains = _parts(options.get("cert"))
    keys = list(_keys(options))
    for chain in chains:
        if not _holds_certificates(chain):
            raise ConfigError(f"tls.cert: holds no {_what(chain, 'certificate that OpenSSL can read')}")
    for key in keys:
        if not _is_key(key):
            wanted = "private key that OpenSSL can read with the passphrase"
            raise ConfigError(f"tls.key: holds no {_what(key.text, wanted)}")
    for key in keys:
        _pair(context, chains, key)


def _what(text: str, wanted: str) -> str:
    return wanted if "-----BEGIN " in text else "PEM text, on which Node throws"


def _parts(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [value] if is_truthy(value) else []


def _keys(options: dict[str, Any]) -> Iterator[_Key]:
    shared = options.get("passphrase")
    listed = isinstance(options.get("key"), list)
    for part in _parts(options.get("key")):
        own = part if listed and isinstance(part, dict) else {"pem": part}
        passphrase = own.get("passphrase", shared)
        if not (passphrase is None or isinstance(passphrase, str)):
            raise ConfigError("tls.passphrase: must be a string")
        yield _Key(str(own["pem"]), passphrase or "")


def _holds_certificates(text: str) -> bool:
    """Whether OpenSSL reads every certificate in a text, and there is one."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=readable_pem(text))
    except (ssl.SSLError, ValueError):
        return False
    return True


def _is_key(key: _Key) -> bool:
    """Whether a private key in a text can be read: OpenSSL takes the first that can."""
    return any(_is_readable(block[0], key.passphrase) for block in _KEY.finditer(key.text))


def _is_readable(block: str, passphrase: str) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key

    secret = passphrase.encode() if "ENCRYPTED" in block else None
    try:
        try:
            load_pem_private_key(block.encode(), secret)
        except ValueError:
            # OpenSSL goes by what is in it, whatever stands in its first line.
            load_der_private_key(base64.b64decode("".join(block.splitlines()[1:-1])), secret)
    except (ValueError, TypeError):
        return False
    except UnsupportedAlgorithm:
        # OpenSSL may still know it; it says so where the key meets its certificate.
        return True
    return True


def _pair(context: ssl.SSLContext, chains: list[Any], key: _Key) -> None:
    """Load a key with the last certificate of its kind; a key without one is never shown."""
    for chain in reversed(chains):
        with _readable(chain.encode()) as chain_path, _readable(key.text.encode()) as key_path:
            try:
                context.load_cert_chain(chain_path, key_path, password=key.passphrase)
            except ssl.SSLError as error:
                if error.reason == _OTHER_KIND:
                    continue
                why = "key values mismatch" if error.reason == _MISMATCH else "cannot be read together"
                raise ConfigError(f"tls.cert, tls.key: {why}") from None
            except (OSError, ValueError):
                raise ConfigError("tls.cert, tls.key: cannot be read together") from None
            return


@contextmanager
def _readable(data: bytes) -> Iterator[str]:
    """A path to read a secret at: memory that ends with the process if the system has that, else a file."""
    in_memory = hasattr(os, "memfd_create") and os.path.isdir("/proc/self/fd")
    with ExitStack() as stack:
        try:
            if in_memory:
                stream: Any = stack.enter_context(os.fdopen(os.memfd_create("smtp-verify"), "wb", 0))
            else:
                stream = stack.enter_context(tempfile.NamedTemporaryFile(prefix="smtp-verify-", buffering=0))
            stream.write(data)
        except OSError:
            raise OutputError(NO_TEMPORARY_FILE) from None
        yield f"/proc/self/fd/{stream.fileno()}" if in_memory else stream.name
