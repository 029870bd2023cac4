"""The client's certificates and keys, each loaded by itself as Node does, and refused where Node throws.

Sources: Node 22 lib/internal/tls/secure-context.js `setCerts`, `setKey`; OpenSSL 3.5 ssl/ssl_rsa.c
`SSL_CTX_use_certificate_chain_file`, `ssl_set_pkey`.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from smtp_verify.errors import NO_TEMPORARY_FILE, ConfigError, OutputError
from smtp_verify.javascript import is_truthy, to_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

_MISMATCH = "KEY_VALUES_MISMATCH"
_OTHER_KIND = ("NO_CERTIFICATE_ASSIGNED", "NO_PRIVATE_KEY_ASSIGNED", "KEY_TYPE_MISMATCH")
"""OpenSSL's reasons where the key is of another kind than the certificate: RSA and EC stand side by side."""


class _Key(NamedTuple):
    text: bytes
    passphrase: bytes


class _Stranger(NamedTuple):
    """A certificate of nobody, and its key: what is loaded beside one of them is read, and does not fit."""

    chain: bytes
    key: _Key


def load(context: ssl.SSLContext, options: dict[str, Any]) -> None:
    """Give a context the certificates and keys of a config's `tls`, of which the types are right.

    Raises:
        ConfigError: a value that Node throws on.
        OutputError: there is no place to hand OpenSSL a key at.
    """
    chains = [to_utf8(chain) for chain in _parts(options.get("cert"))]
    keys = list(_keys(options))
    scratch = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    scratch.set_ciphers(f"DEFAULT:@SECLEVEL={context.security_level}")
    stranger = _stranger()
    for chain in chains:
        if _paired(scratch, chain, stranger.key) not in (_MISMATCH, *_OTHER_KIND):
            raise ConfigError(f"tls.cert: holds no {_what(chain, 'certificate that OpenSSL can read')}")
    for key in keys:
        if _paired(scratch, stranger.chain, key) not in (_MISMATCH, *_OTHER_KIND):
            wanted = "private key that OpenSSL can read with the passphrase"
            raise ConfigError(f"tls.key: holds no {_what(key.text, wanted)}")
    for key in keys:
        _load(context, chains, key)


def _what(text: bytes, wanted: str) -> str:
    return wanted if b"-----BEGIN " in text else "PEM text, on which Node throws"


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
        yield _Key(to_utf8(own["pem"]), to_utf8(passphrase or ""))


def _stranger() -> _Stranger:
    from datetime import UTC, datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name, now = ec.generate_private_key(ec.SECP256R1()), x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now)
    chain = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _Stranger(chain, _Key(text, b""))


def _paired(context: ssl.SSLContext, chain: bytes, key: _Key) -> str:
    """Load the two together; OpenSSL's reason where it does not, and nothing where it does."""
    with _readable(chain) as chain_path, _readable(key.text) as key_path:
        try:
            context.load_cert_chain(chain_path, key_path, password=key.passphrase)
        except ssl.SSLError as error:
            return error.reason or "UNREADABLE"
        except (OSError, ValueError):
            return "UNREADABLE"
    return ""


def _load(context: ssl.SSLContext, chains: list[bytes], key: _Key) -> None:
    """Load a key with the last certificate of its kind; a key without one is never shown."""
    for chain in reversed(chains):
        why = _paired(context, chain, key)
        if why in _OTHER_KIND:
            continue
        if why:
            told = "key values mismatch" if why == _MISMATCH else "cannot be read together"
            raise ConfigError(f"tls.cert, tls.key: {told}")
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
