"""SV7xx: keys that nodemailer acts on and Logto's form does not know."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smtp_verify.config.path import dotted
from smtp_verify.config.schema import placeholders
from smtp_verify.config.schema.suggestions import did_you_mean
from smtp_verify.javascript import is_truthy
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View

_NO_TRANSPORT = ("streamTransport", "jsonTransport")
_OTHER_TRANSPORTS = ("sendmail", "SES")
_REPLACED_BY_URL = ("host", "port", "secure", "auth", "requireTLS", "ignoreTLS", "tls", "servername", "name")


def sends_nothing(view: View) -> Iterator[Problem]:
    """`streamTransport` and `jsonTransport` send nothing, and Logto reports success.

    The connector's guard lets unknown keys through, and nodemailer takes these as the choice of another
    transport, one for tests: it keeps the message to itself.

    Bad:
        jsonTransport: true

    Good:
        host: smtp.example.com

    Stops: everywhere.

    Source: nodemailer 8.0.4 lib/nodemailer.js `createTransport`
    """
    for key in _NO_TRANSPORT:
        if is_truthy(view.config.get(key)):
            message = f"{key}: nodemailer reports success and sends nothing"
            yield Problem((key,), message, "remove the key", at_key=True, stops=True)


def other_transport(view: View) -> Iterator[Problem]:
    """`sendmail` and `SES` make nodemailer use another way than SMTP.

    The connector's guard lets unknown keys through. With these nodemailer runs a program, or calls Amazon's
    API, and looks at neither host nor port; in Logto's container there is neither the program nor the client.

    Bad:
        sendmail: true

    Good:
        host: smtp.example.com

    Source: nodemailer 8.0.4 lib/nodemailer.js `createTransport`
    """
    for key in _OTHER_TRANSPORTS:
        if is_truthy(view.config.get(key)):
            from smtp_verify.smtp.transport import NOT_FOLLOWED

            yield Problem(
                (key,), f"{key}: nodemailer would {NOT_FOLLOWED[key]}", "remove the key", at_key=True
            )


def url_replaces(view: View) -> Iterator[Problem]:
    """`url` replaces host, port, security and login.

    nodemailer takes all of the connection from it. The keys beside it, which the connector's guard insists
    on, are not used: with a login in `auth` and none in the URL, mails leave without one.

    Bad:
        url: smtps://smtp.example.com:465

    Good:
        host: smtp.example.com
        port: 465
        secure: true

    Stops: where nodemailer cannot read the URL.

    Source: nodemailer 8.0.4 lib/nodemailer.js `createTransport`, lib/shared/index.js `parseConnectionUrl`
    """
    url = view.config.get("url")
    if url and not placeholders.is_placeholder(url):
        yield from _unreadable_url(view)
        unused = ", ".join(key for key in _REPLACED_BY_URL if key in view.config)
        message = f"url replaces the connection's settings: {unused or 'host and port'} have no effect"
        yield Problem(("url",), message, "remove url, or know that it alone counts", at_key=True)


def _unreadable_url(view: View) -> Iterator[Problem]:
    from smtp_verify.errors import ConfigError
    from smtp_verify.smtp.connection_url import parse_url

    url = view.config["url"]
    try:
        if isinstance(url, str):
            parse_url(url, view.document.logto.nodemailer)
    except ConfigError:
        message = "nodemailer cannot read url, and throws: Logto answers 500"
        yield Problem(("url",), message, "percent-encode what is not a letter or a digit", stops=True)


def service_overrides(view: View) -> Iterator[Problem]:
    """`service` overrides host and port.

    nodemailer knows some services by name, and takes host, port and at most of them `secure` from its own
    table, whatever the config says.

    Bad:
        host: smtp.example.com
        service: SendPulse

    Good:
        host: smtp.example.com

    Source: nodemailer 8.0.4 lib/well-known/services.json, lib/smtp-transport/index.js
    """
    service = view.text("service")
    if not service:
        return
    from smtp_verify.providers.nodemailer_services import well_known

    settings = well_known(service, view.document.logto.nodemailer).items()
    differing = [f"{key} {json.dumps(value)}" for key, value in settings if view.config.get(key) != value]
    if differing:
        message = f"service {service} overrides the config: nodemailer takes {', '.join(differing)}"
        yield Problem(("service",), message, "remove service, and write host and port")


def unknown_service(view: View) -> Iterator[Problem]:
    """Nodemailer ignores a `service` that it does not know.

    It does not say so, and uses host and port.

    Bad:
        service: Gmial

    Good:
        host: smtp.example.com

    Source: nodemailer 8.0.4 lib/well-known/index.js
    """
    service = view.text("service")
    if not service:
        return
    from smtp_verify.providers.nodemailer_services import KEYS, well_known

    if not well_known(service, view.document.logto.nodemailer):
        message = f"nodemailer does not know the service {service} and ignores it"
        yield Problem(("service",), message, did_you_mean(service, KEYS) or "remove the key")


def proxy_unusable(view: View) -> Iterator[Problem]:
    """A `proxy` that is not http: or https: fails.

    For SOCKS nodemailer needs a module that Logto does not give it: "Socks module not loaded". It knows no
    other scheme: "Unknown proxy configuration".

    Bad:
        proxy: socks5://proxy.example.com:1080

    Good:
        proxy: http://proxy.example.com:3128

    Stops: everywhere.

    Source: nodemailer 8.0.4 lib/mailer/index.js `setupProxy`
    """
    proxy = view.text("proxy")
    scheme = proxy.partition(":")[0].lower()
    if proxy and scheme not in ("http", "https"):
        known = scheme.startswith("socks")
        why = "Logto gives nodemailer no SOCKS module" if known else "nodemailer knows no such scheme"
        message = f"the proxy cannot be used: {why}"
        yield Problem(("proxy",), message, "write http:// or https://", stops=True)


def pool(view: View) -> Iterator[Problem]:
    """`pool` only leaves connections open.

    Logto makes a transport for every mail, so that each has a pool of its own: no connection is used twice,
    and none is closed.

    Bad:
        pool: true

    Good:
        host: smtp.example.com

    Source: @logto/connector-smtp 1.5.4 lib/index.js; nodemailer 8.0.4 lib/smtp-pool/index.js
    """
    if view.config.get("pool"):
        message = "pool leaves a connection open with every mail: each has a pool of its own"
        yield Problem(("pool",), message, "remove the key", at_key=True)


def opportunistic(view: View) -> Iterator[Problem]:
    """`opportunisticTLS` continues in cleartext if STARTTLS fails, and without a login.

    nodemailer does not read the server's answer to EHLO again then, finds no AUTH in it, and sends the code
    in cleartext and without the login.

    Bad:
        port: 587
        secure: false
        requireTLS: true
        opportunisticTLS: true

    Good:
        port: 587
        secure: false
        requireTLS: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionSTARTTLS`
    """
    if view.config.get("opportunisticTLS") and view.endpoint is not None and not view.endpoint.implicit_tls:
        message = "where STARTTLS is refused, messages are sent in cleartext and without a login"
        yield Problem(("opportunisticTLS",), message, "remove the key", at_key=True)


def unusable_option(view: View) -> Iterator[Problem]:
    """An option of nodemailer's that only a program can use, or of the wrong type, stops every send.

    The guard lets unknown keys through. nodemailer throws at these, waits without end, or ends the whole
    Logto process, because nothing catches what it throws then.

    Bad:
        dnsTimeout: 1500.5

    Good:
        dnsTimeout: 1500

    Stops: everywhere.

    Source: nodemailer 9.0.5 lib/nodemailer.js `createTransport`; lib/smtp-connection/index.js
    """
    from smtp_verify.smtp import raw_options

    for path, why in raw_options.refused(view.config, view.options):
        if path[0] in view.refused:
            continue
        if view.at(*path) is not None and not placeholders.is_placeholder(view.at(*path)):
            yield Problem(path, f"{dotted(path)} {why}", "remove the key", stops=True)


def codes_in_log(view: View) -> Iterator[Problem]:
    """With `debug` and `logger` every code stands in Logto's log.

    `logger: true` writes the session to the console, and `debug: true` the whole message with it. Whoever
    reads the log can sign in with the code.

    Bad:
        logger: true
        debug: true

    Good:
        logger: true

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js; https://nodemailer.com/smtp/
    """
    if view.config.get("debug") is True and view.config.get("logger") is True:
        message = "with logger and debug the codes stand in Logto's log"
        yield Problem(("debug",), message, "remove debug once you have seen enough", at_key=True)
