"""Keys that the connector's guard does not know, and nodemailer and Node honour all the same.

Sources: nodemailer 8.0.4, and `tls.connect` in Node's documentation:
https://nodejs.org/docs/latest-v22.x/api/tls.html
"""

from __future__ import annotations

from smtp_verify.config.kinds import ANYTHING, BOOLEAN, NUMBER, STRING, STRINGS, Record, Row

NODEMAILER_ROWS = tuple(
    Row(key, kind, doc, documented=False, secret=key in ("url", "proxy", "dkim"))
    for key, kind, doc in (
        ("service", STRING, "a well-known service, which sets host, port and secure"),
        ("url", STRING, "an SMTP URL that replaces the whole config"),
        ("authMethod", STRING, "forces an AUTH mechanism"),
        ("forceAuth", BOOLEAN, "logs in even where AUTH is not advertised"),
        ("opportunisticTLS", BOOLEAN, "goes on in clear where STARTTLS is refused"),
        ("proxy", STRING, "an HTTP or SOCKS proxy"),
        ("dkim", ANYTHING, "signs each mail"),
        ("lmtp", BOOLEAN, "speaks LMTP"),
        ("pool", BOOLEAN, "keeps connections open"),
        ("maxConnections", NUMBER, "of the pool"),
        ("maxMessages", NUMBER, "of the pool"),
        ("maxRequeues", NUMBER, "of the pool"),
        ("rateDelta", NUMBER, "of the pool"),
        ("rateLimit", NUMBER, "of the pool"),
        ("transactionLog", BOOLEAN, "logs the traffic without the body"),
        ("component", STRING, "the name in the log"),
        ("allowInternalNetworkInterfaces", BOOLEAN, "resolves names over internal interfaces too"),
        ("attachDataUrls", BOOLEAN, "turns data: images into attachments"),
        ("streamTransport", BOOLEAN, "sends nothing: another transport"),
        ("jsonTransport", BOOLEAN, "sends nothing: another transport"),
        ("sendmail", ANYTHING, "runs sendmail: another transport"),
        ("path", STRING, "of sendmail"),
        ("args", ANYTHING, "of sendmail"),
        ("newline", STRING, "of the stream transport"),
        ("buffer", BOOLEAN, "of the stream transport"),
        ("SES", ANYTHING, "uses Amazon's API: another transport"),
    )
)
NODEMAILER_AUTH_ROWS = tuple(
    Row(key, kind, doc, documented=False)
    for key, kind, doc in (
        ("method", STRING, "forces an AUTH mechanism"),
        ("options", ANYTHING, "of a custom mechanism"),
        ("service", STRING, "stands for user in OAuth2"),
        ("scope", STRING, "the scope of a service account's token"),
        ("customParams", Record(ANYTHING), "more fields for the token request"),
        ("customHeaders", Record(ANYTHING), "more headers for the token request"),
        ("timeout", NUMBER, "how many seconds accessToken is good for"),
        ("serviceRequestTimeout", NUMBER, "how many seconds a service account's assertion is good for"),
        ("tls", Record(ANYTHING), "TLS options for the token request"),
    )
)
TLS_ROWS = tuple(
    Row(key, kind, doc, documented=False, secret=key in ("key", "pfx", "passphrase"))
    for key, kind, doc in (
        ("rejectUnauthorized", BOOLEAN, "only false, as a boolean, turns verification off"),
        ("ca", STRINGS, "PEM texts that replace the trusted roots"),
        ("cert", STRINGS, "the client certificate as PEM text"),
        ("key", ANYTHING, "its private key as PEM text"),
        ("passphrase", STRING, "what opens key or pfx"),
        ("pfx", ANYTHING, "client certificate and key in one"),
        ("servername", STRING, "the name for SNI and for the certificate check"),
        ("minVersion", STRING, "the lowest TLS version, such as TLSv1.2"),
        ("maxVersion", STRING, "the highest TLS version"),
        ("ciphers", STRING, "an OpenSSL cipher list"),
        ("secureProtocol", STRING, "a legacy choice of the TLS version"),
        ("secureOptions", NUMBER, "OpenSSL option bits"),
        ("sigalgs", STRING, "signature algorithms"),
        ("ecdhCurve", STRING, "curves"),
        ("dhparam", ANYTHING, "of servers"),
        ("crl", STRINGS, "revocation lists as PEM texts"),
        ("honorCipherOrder", BOOLEAN, "of servers"),
        ("ALPNProtocols", ANYTHING, "protocols to offer"),
        ("minDHSize", NUMBER, "the smallest DH parameter to accept, in bits"),
        ("session", ANYTHING, "a session to resume"),
        ("sessionTimeout", NUMBER, "of servers"),
        ("allowPartialTrustChain", BOOLEAN, "trusts an intermediate in ca"),
        ("host", STRING, "overrides host with implicit TLS"),
        ("port", NUMBER, "overrides port with implicit TLS"),
        ("family", NUMBER, "4 or 6"),
        ("localAddress", STRING, "the local address with implicit TLS"),
        ("localPort", NUMBER, "the local port with implicit TLS"),
        ("timeout", NUMBER, "milliseconds"),
        ("enableTrace", BOOLEAN, "prints TLS packets"),
        ("highWaterMark", NUMBER, "of the socket"),
    )
)
