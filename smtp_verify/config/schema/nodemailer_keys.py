"""Keys that the connector's guard does not know, but nodemailer and Node do.

Sources: nodemailer 8.0.4, and `tls.connect` in Node's documentation:
https://nodejs.org/docs/latest-v22.x/api/tls.html
"""

from __future__ import annotations

from smtp_verify.config.schema.kinds import ANYTHING, BOOLEAN, NUMBER, STRING, STRINGS, KeyRow, RecordKind

_MECHANISMS = ("LOGIN", "CRAM-MD5")
_DKIM = {"domainName": "example.com", "keySelector": "<selector>", "privateKey": "<private-key>"}

NODEMAILER_ROWS = (
    KeyRow(
        "service", STRING, "a well-known service, which sets host, port and secure", examples=("SendGrid",)
    ),
    KeyRow(
        "url",
        STRING,
        "an SMTP URL that replaces the whole config",
        secret=True,
        examples=("smtps://<user>:<password>@<smtp-host>",),
    ),
    KeyRow("authMethod", STRING, "forces an AUTH mechanism", examples=_MECHANISMS),
    KeyRow("forceAuth", BOOLEAN, "logs in even where AUTH is not advertised", default=False),
    KeyRow("opportunisticTLS", BOOLEAN, "continues in cleartext if STARTTLS is refused", default=False),
    KeyRow("proxy", STRING, "an HTTP or SOCKS proxy", secret=True, examples=("http://<proxy-host>:3128",)),
    KeyRow("dkim", ANYTHING, "signs each mail", secret=True, examples=(_DKIM,)),
    KeyRow("lmtp", BOOLEAN, "speaks LMTP", default=False),
    KeyRow("pool", BOOLEAN, "keeps connections open", default=False),
    KeyRow("maxConnections", NUMBER, "with pool: how many connections at most", default=5),
    KeyRow("maxMessages", NUMBER, "with pool: how many mails over one connection", default=100),
    KeyRow("maxRequeues", NUMBER, "with pool: how often a mail waits again after its connection closed"),
    KeyRow("rateDelta", NUMBER, "with pool: the milliseconds that rateLimit counts in", default=1000),
    KeyRow("rateLimit", NUMBER, "with pool: how many mails in rateDelta; 0 is any number", default=0),
    KeyRow("transactionLog", BOOLEAN, "logs the traffic without the body", default=False),
    KeyRow("component", STRING, "the name in the log", examples=("logto-mail",)),
    KeyRow(
        "allowInternalNetworkInterfaces",
        BOOLEAN,
        "resolves names over internal interfaces too",
        default=False,
    ),
    KeyRow("attachDataUrls", BOOLEAN, "turns data: images into attachments", default=False),
    KeyRow("streamTransport", BOOLEAN, "sends nothing: another transport", default=False),
    KeyRow("jsonTransport", BOOLEAN, "sends nothing: another transport", default=False),
    KeyRow("sendmail", ANYTHING, "runs sendmail: another transport", default=False),
    KeyRow("path", STRING, "with sendmail: the program", default="sendmail"),
    KeyRow("args", ANYTHING, "with sendmail: its arguments", examples=(["-t"],)),
    KeyRow(
        "newline",
        STRING,
        "with streamTransport: the line ends, windows or unix",
        examples=("windows", "unix"),
    ),
    KeyRow("buffer", BOOLEAN, "with streamTransport: the mail as one piece", default=False),
    KeyRow("SES", ANYTHING, "uses Amazon's API: another transport"),
)
NODEMAILER_AUTH_ROWS = (
    KeyRow("method", STRING, "forces an AUTH mechanism", examples=_MECHANISMS),
    KeyRow("options", ANYTHING, "options of a custom mechanism"),
    KeyRow("service", STRING, "stands for user in OAuth2", examples=("<your-address>",)),
    KeyRow("scope", STRING, "the scope of a service account's token", default="https://mail.google.com/"),
    KeyRow("customParams", RecordKind(ANYTHING), "more fields for the token request"),
    KeyRow("customHeaders", RecordKind(ANYTHING), "more headers for the token request"),
    KeyRow("timeout", NUMBER, "how many seconds accessToken is good for", examples=(3600,)),
    KeyRow(
        "serviceRequestTimeout",
        NUMBER,
        "how many seconds a service account's assertion is good for",
        default=300,
    ),
    KeyRow("tls", RecordKind(ANYTHING), "TLS options for the token request"),
)
TLS_ROWS = (
    KeyRow("rejectUnauthorized", BOOLEAN, "only false, as a boolean, turns verification off", default=True),
    KeyRow("ca", STRINGS, "PEM texts that replace the trusted roots", examples=("<ca-certificate>",)),
    KeyRow("cert", STRINGS, "the client certificate as PEM text", examples=("<client-certificate>",)),
    KeyRow("key", ANYTHING, "its private key as PEM text", secret=True, examples=("<private-key>",)),
    KeyRow("passphrase", STRING, "what opens key or pfx", secret=True, examples=("<passphrase>",)),
    KeyRow("pfx", ANYTHING, "client certificate and key in one", secret=True),
    KeyRow(
        "servername", STRING, "the name for SNI and for the certificate check", examples=("smtp.example.com",)
    ),
    KeyRow("minVersion", STRING, "the lowest TLS version", default="TLSv1.2", examples=("TLSv1.3",)),
    KeyRow("maxVersion", STRING, "the highest TLS version", default="TLSv1.3", examples=("TLSv1.2",)),
    KeyRow("ciphers", STRING, "an OpenSSL cipher list", examples=("DEFAULT@SECLEVEL=0",)),
    KeyRow(
        "secureProtocol",
        STRING,
        "a legacy choice of the TLS version; write minVersion and maxVersion instead",
        examples=("TLS_method",),
        deprecated=True,
    ),
    KeyRow("secureOptions", NUMBER, "OpenSSL option bits"),
    KeyRow("sigalgs", STRING, "signature algorithms", examples=("RSA+SHA384",)),
    KeyRow("ecdhCurve", STRING, "the curves, by name", default="auto", examples=("P-521:P-384:P-256",)),
    KeyRow("dhparam", ANYTHING, "for servers; no effect here"),
    KeyRow("crl", STRINGS, "revocation lists as PEM texts", examples=("<revocation-list>",)),
    KeyRow("honorCipherOrder", BOOLEAN, "for servers; no effect here"),
    KeyRow("ALPNProtocols", ANYTHING, "protocols to offer", examples=(["smtp"],)),
    KeyRow("minDHSize", NUMBER, "the smallest DH parameter to accept, in bits", default=1024),
    KeyRow("session", ANYTHING, "a session to resume"),
    KeyRow("sessionTimeout", NUMBER, "for servers; no effect here"),
    KeyRow("allowPartialTrustChain", BOOLEAN, "trusts an intermediate in ca", default=False),
    KeyRow("host", STRING, "overrides host with implicit TLS", examples=("smtp.example.com",)),
    KeyRow("port", NUMBER, "overrides port with implicit TLS", examples=(465,)),
    KeyRow("family", NUMBER, "the family of addresses, 4 or 6", examples=(4, 6)),
    KeyRow("localAddress", STRING, "the local address with implicit TLS", examples=("<local-ip-address>",)),
    KeyRow("localPort", NUMBER, "the local port with implicit TLS"),
    KeyRow("timeout", NUMBER, "the timeout of the socket, in milliseconds", examples=(10_000,)),
    KeyRow("enableTrace", BOOLEAN, "prints TLS packets", default=False),
    KeyRow("highWaterMark", NUMBER, "how many bytes the socket buffers"),
)
