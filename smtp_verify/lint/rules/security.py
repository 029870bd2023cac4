"""SV21x: encryption and trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema import placeholders
from smtp_verify.finding import Severity
from smtp_verify.lint.rules.console import after_later_save
from smtp_verify.lint.view import Problem
from smtp_verify.providers.provider import Security

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View
    from smtp_verify.smtp.endpoint import Endpoint

_IMPLICIT_TLS_PORTS = (465, 2465)
_STARTTLS_PORTS = (25, 587, 2525, 2587)
_REGISTERED_PORTS = (25, 465, 587)
_SUBMISSION_PORTS = (587, 2525, 2587)
_FLAGS = ("secure", "requireTLS")
_TLS_VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_PEM = "-----BEGIN "


def cleartext_on_tls_port(view: View) -> Iterator[Problem]:
    """On port 465 without implicit TLS the server never greets.

    Port 465 speaks TLS from the first byte (RFC 8314). With `secure: false` nodemailer waits there for a
    cleartext greeting while the server waits for a handshake, until both give up: "Greeting never received".
    Without the key, nodemailer takes implicit TLS on 465. The Console writes `secure: false` at the first
    Save, and each later Save drops it again: such a config fails with the Test button, and works once it is
    saved twice. On 2465 `secure: true` is needed.

    Bad:
        port: 465
        secure: false

    Good:
        port: 465
        secure: true

    Stops: at a provider that is known to use implicit TLS on that port.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js (constructor);
    https://github.com/nodemailer/nodemailer/issues/441
    """
    endpoint = view.endpoint
    if endpoint is not None and endpoint.port in _IMPLICIT_TLS_PORTS and not endpoint.implicit_tls:
        path = view.origin("secure") if "secure" in view.options else view.origin("port")
        speaks = "speaks TLS" if is_known(view, endpoint) else "usually speaks TLS"
        message = f"port {endpoint.port} {speaks} from the first byte: without it the server never greets"
        later = after_later_save(view, "secure")
        help_ = "write secure: true, or take port 587" + (f"; {later}" if later else "")
        yield Problem(path, message, help_, stops=_contradicts(view, endpoint))


def tls_on_starttls_port(view: View) -> Iterator[Problem]:
    """`secure: true` on port 587, 25 or 2525 fails with "wrong version number".

    These ports begin in cleartext and change to TLS with STARTTLS. With `secure: true` nodemailer starts a
    TLS handshake, and reads the greeting as a broken answer to it.

    Bad:
        port: 587
        secure: true

    Good:
        port: 587
        secure: false
        requireTLS: true

    Stops: at a provider that is known to use STARTTLS on that port.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js (constructor);
    https://github.com/logto-io/logto/issues/8333
    """
    endpoint = view.endpoint
    if endpoint is not None and endpoint.port in _STARTTLS_PORTS and endpoint.implicit_tls:
        begins = "begins" if is_known(view, endpoint) else "usually begins"
        message = (
            f"port {endpoint.port} {begins} in cleartext:"
            ' with secure: true it fails with "wrong version number"'
        )
        help_ = "write secure: false with requireTLS: true, or take port 465"
        yield Problem(view.origin("secure"), message, help_, stops=_contradicts(view, endpoint))


def is_known(view: View, endpoint: Endpoint) -> bool:
    """Whether a registration (RFC 8314, RFC 6409) or the provider's table says how the port is encrypted."""
    return endpoint.port in _REGISTERED_PORTS or _contradicts(view, endpoint)


def _contradicts(view: View, endpoint: Endpoint) -> bool:
    """Whether the provider is known to speak otherwise at this port."""
    port = view.provider.port_at(endpoint.port) if view.provider is not None else None
    return port is not None and (port.security is Security.IMPLICIT) is not endpoint.implicit_tls


def ignore_beats_require(view: View) -> Iterator[Problem]:
    """`ignoreTLS` beats `requireTLS`: with both, nothing is encrypted.

    nodemailer looks at `ignoreTLS` first, and never sends STARTTLS where it is true. The login and the codes
    in the messages are sent in cleartext, although `requireTLS` stands there.

    Bad:
        port: 587
        secure: false
        requireTLS: true
        ignoreTLS: true

    Good:
        port: 587
        secure: false
        requireTLS: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionEHLO`; https://nodemailer.com/smtp/
    """
    endpoint = view.endpoint
    if endpoint is not None and not endpoint.implicit_tls and endpoint.ignore_tls and endpoint.require_tls:
        message = "ignoreTLS beats requireTLS: nothing would be encrypted"
        yield Problem(view.origin("ignoreTLS"), message, "remove ignoreTLS")


def login_in_clear(view: View) -> Iterator[Problem]:
    """With `ignoreTLS` the username and the password are sent in cleartext.

    Anyone on the way can read them, and send mail with them. A server on a private network is exempt, as
    Mailpit is, which often offers no TLS.

    Bad:
        port: 587
        secure: false
        ignoreTLS: true

    Good:
        port: 587
        secure: false
        requireTLS: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionEHLO`; https://nodemailer.com/smtp/
    """
    endpoint = view.endpoint
    if endpoint is None or endpoint.implicit_tls or view.is_nearby or not view.logs_in:
        return
    if endpoint.ignore_tls and not endpoint.require_tls and endpoint.port not in _IMPLICIT_TLS_PORTS:
        message = "with ignoreTLS the credentials are sent in cleartext"
        yield Problem(view.origin("ignoreTLS"), message, "remove ignoreTLS, and write requireTLS: true")


def starttls_optional(view: View) -> Iterator[Problem]:
    """`secure: false` without `requireTLS`: the credentials may be sent in cleartext.

    nodemailer encrypts where the server offers STARTTLS. Someone on the way who takes the offer out of the
    server's answer gets the password in cleartext unnoticed; `requireTLS: true` refuses to go on then.
    On port 587 without either key there is no finding: servers there offer STARTTLS, as RFC 6409 has it. Nor
    is there one for a server on a private network, such as Mailpit, which often offers none.

    Bad:
        port: 587
        secure: false

    Good:
        port: 587
        secure: false
        requireTLS: true

    Source: RFC 3207 section 6; https://nodemailer.com/smtp/
    """
    endpoint = view.endpoint
    if endpoint is None or endpoint.implicit_tls or endpoint.ignore_tls or endpoint.require_tls:
        return
    told = endpoint.port not in _SUBMISSION_PORTS or not view.config.keys().isdisjoint(_FLAGS)
    if told and endpoint.port not in _IMPLICIT_TLS_PORTS and view.logs_in and not view.is_nearby:
        message = (
            "STARTTLS is used where it is offered: without the offer the credentials are sent in cleartext"
        )
        path = view.origin("secure") if "secure" in view.config else view.origin("port")
        yield Problem(path, message, "write requireTLS: true")


def starttls_keys_without_effect(view: View) -> Iterator[Problem]:
    """`requireTLS` and `ignoreTLS` speak of STARTTLS, and have no effect with implicit TLS.

    With `secure: true`, and on port 465 without the key, the channel is encrypted from the first byte;
    nodemailer then looks at neither.

    Bad:
        port: 465
        secure: true
        ignoreTLS: true

    Good:
        port: 465
        secure: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionEHLO`; https://nodemailer.com/smtp/
    """
    endpoint = view.endpoint
    if endpoint is None or not endpoint.implicit_tls or endpoint.port in _STARTTLS_PORTS:
        return
    for key in ("ignoreTLS", "requireTLS"):
        if view.config.get(key) is True:
            message = f"{key} has no effect with implicit TLS"
            yield Problem((key,), message, "remove the key", at_key=True)


def certificate_unchecked(view: View) -> Iterator[Problem]:
    """`tls.rejectUnauthorized: false` trusts any server.

    The certificate is not checked, neither its issuer nor its name: anyone on the way can answer for the
    server, and gets the password. A private CA is better named in `tls.ca`, another name in `servername`.

    Bad:
        tls:
          rejectUnauthorized: false

    Good:
        tls:
          rejectUnauthorized: true

    Source: https://nodejs.org/api/tls.html#tlsconnectoptions-callback; https://nodemailer.com/smtp/
    """
    if view.tls.get("rejectUnauthorized") is False and not view.is_local:
        message = "the server's certificate is not checked: anyone on the way can answer for it"
        help_ = "remove it; name a private CA in tls.ca, and the name in the certificate in servername"
        yield Problem(("tls", "rejectUnauthorized"), message, help_)


def reject_unauthorized_type(view: View) -> Iterator[Problem]:
    """Only the boolean `false` turns the check of the certificate off.

    The connector passes `tls` on unread. With `"false"`, `0` or null Node still checks, and the send fails as
    it did before ("self-signed certificate").

    Bad:
        tls:
          rejectUnauthorized: "false"

    Good:
        tls:
          rejectUnauthorized: true

    Source: https://nodejs.org/api/tls.html#tlsconnectoptions-callback
    """
    value = view.tls.get("rejectUnauthorized", True)
    if not isinstance(value, bool) and not placeholders.is_placeholder(value):
        message = "tls.rejectUnauthorized is no boolean: the certificate is still checked"
        help_ = "write true or false without quotes; a private CA is better named in tls.ca"
        yield Problem(("tls", "rejectUnauthorized"), message, help_)


def pem_text(view: View) -> Iterator[Problem]:
    """`tls.ca`, `tls.cert` and `tls.key` hold PEM text, not the path of a file.

    Node ignores a `ca` without a certificate and then trusts nobody: "self-signed certificate",
    "unable to verify the first certificate". A `cert` or `key` that is none stops the connection.

    Bad:
        tls:
          ca: /etc/ssl/certs/private-ca.pem

    Good:
        tls:
          ca: |
            -----BEGIN CERTIFICATE-----
            MIIB…
            -----END CERTIFICATE-----

    Stops: `cert` and `key`, where the session comes to a TLS handshake.

    Source: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """
    for key in ("ca", "cert", "key"):
        value = view.tls.get(key)
        for index, text in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(text, str) and not placeholders.is_placeholder(text) and _PEM not in text:
                path = ("tls", key, index) if isinstance(value, list) else ("tls", key)
                help_ = "write the text of the file, not its path"
                stops = key != "ca" and view.uses_tls
                yield Problem(path, f"tls.{key} holds no PEM text", help_, stops=stops)


def tls_versions(view: View) -> Iterator[Problem]:
    """`tls.minVersion` and `tls.maxVersion` are written as Node writes them: TLSv1.2.

    Any other text stops the handshake: '"1.2" is not a valid minimum TLS protocol version'. A lowest version
    above the highest one leaves none.

    Bad:
        tls:
          minVersion: "1.2"

    Good:
        tls:
          minVersion: TLSv1.2

    Stops: where the session comes to a TLS handshake.

    Source: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions
    """
    known = True
    for key in ("minVersion", "maxVersion"):
        value = view.tls.get(key)
        if value and value not in _TLS_VERSIONS and not placeholders.is_placeholder(value):
            known = False
            message = f"tls.{key} must be one of {', '.join(_TLS_VERSIONS)}"
            version = meant_version(value)
            help_ = f"write {version}" if version else ""
            yield Problem(("tls", key), message, help_, stops=view.uses_tls)
    lowest, highest = (view.text("tls", key) for key in ("minVersion", "maxVersion"))
    if known and lowest and highest and _TLS_VERSIONS.index(lowest) > _TLS_VERSIONS.index(highest):
        message = "tls.minVersion is above tls.maxVersion: no version is left"
        yield Problem(("tls", "minVersion"), message, stops=view.uses_tls)


def meant_version(value: Any) -> str:
    """The version as Node writes it: `1.2`, `TLS1.2`, `tlsv1.2` are the same to people; empty for none."""
    digits = "".join(character for character in str(value) if character.isdigit() or character == ".")
    meant = {"1": "TLSv1", "1.0": "TLSv1", **{name.removeprefix("TLSv"): name for name in _TLS_VERSIONS}}
    return meant.get(digits, "")


def tls_ciphers(view: View) -> Iterator[Problem]:
    """`tls.ciphers` that OpenSSL knows none of stop the handshake: "no cipher match".

    It is a list in OpenSSL's format, with colons between the names.

    Bad:
        tls:
          ciphers: NOPE

    Good:
        tls:
          ciphers: ECDHE-RSA-AES128-GCM-SHA256

    Stops: where the session comes to a TLS handshake.

    Source: https://nodejs.org/api/tls.html#modifying-the-default-tls-cipher-suite
    """
    ciphers = view.tls.get("ciphers")
    if ciphers is None or ciphers == "" or placeholders.is_placeholder(ciphers):
        return
    from smtp_verify.smtp.tls.secure_context import refuses_ciphers

    why = refuses_ciphers(ciphers)
    if why:
        help_ = "remove the key: Node has a list of its own"
        yield Problem(("tls", "ciphers"), f"tls.ciphers: {why}", help_, stops=view.uses_tls)


def tls_option(view: View) -> Iterator[Problem]:
    """A value of `tls` that Node throws on stops the handshake.

    The connector passes `tls` on unread. Some keys take an object that only a program can make, others a
    type or a name that Node checks: it throws before it has said anything.

    Bad:
        tls:
          ecdhCurve: secp256

    Good:
        tls:
          ecdhCurve: auto

    Stops: where the session comes to a TLS handshake.

    Source: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions; Node 20 lib/_tls_wrap.js
    """
    if not view.tls:
        return
    from smtp_verify.smtp.tls import node_options

    implicit = view.endpoint is None or view.endpoint.implicit_tls
    for key, why in node_options.refused(view.tls, implicit):
        if not placeholders.is_placeholder(view.tls[key]):
            yield Problem(("tls", key), f"tls.{key} {why}", "remove the key", stops=view.uses_tls)


def secure_protocol(view: View) -> Iterator[Problem]:
    """A `tls.secureProtocol` that OpenSSL does not know stops the handshake.

    It is an old way to name a version of TLS. At other names Node throws "Unknown method", for SSLv2 and
    SSLv3 "methods disabled", and beside `minVersion` or `maxVersion` it throws 'TLS protocol version
    "TLSv1.2" conflicts with secureProtocol'. Those two keys say the same, and are the ones to use.

    Bad:
        tls:
          secureProtocol: TLSv1.2

    Good:
        tls:
          minVersion: TLSv1.2

    Stops: where the session comes to a TLS handshake.

    Source: https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions; Node 20
    src/crypto/crypto_context.cc
    """
    name = view.tls.get("secureProtocol")
    if not name or placeholders.is_placeholder(name):
        return
    from smtp_verify.smtp.tls.secure_context import refuses_protocol

    why = refuses_protocol(view.tls)
    if why:
        help_ = "remove the key; minVersion and maxVersion say which versions are wanted"
        yield Problem(("tls", "secureProtocol"), f"tls.secureProtocol: {why}", help_, stops=view.uses_tls)


def tls_redirects(view: View) -> Iterator[Problem]:
    """`tls.host` and `tls.port` replace host and port with implicit TLS.

    nodemailer lays `tls` over the options of the connection, so that Logto connects to another place than
    `host` and `port` say; with STARTTLS they have no effect.

    Bad:
        tls:
          port: 8465

    Good:
        port: 8465
        secure: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `connect`
    """
    for key in ("host", "port"):
        value = view.tls.get(key)
        if value and value != view.config.get(key) and not placeholders.is_placeholder(value):
            implicit = view.endpoint is not None and view.endpoint.implicit_tls
            what = f"replaces {key}" if implicit else "has no effect with STARTTLS"
            severity = None if implicit else Severity.INFO
            yield Problem(("tls", key), f"tls.{key} {what}", f"write {key} alone", severity=severity)
