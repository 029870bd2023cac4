"""Keys that the connector's guard does not know, and nodemailer and Node honour all the same.

Sources: nodemailer 8.0.4, and `tls.connect` in Node's documentation:
https://nodejs.org/docs/latest-v22.x/api/tls.html
"""

from __future__ import annotations

from smtp_verify.config.schema.kinds import ANYTHING, BOOLEAN, NUMBER, STRING, STRINGS, Record, Row

_MECHANISMS = ("LOGIN", "CRAM-MD5")
_DKIM = {"domainName": "example.com", "keySelector": "<selector>", "privateKey": "<private-key>"}

NODEMAILER_ROWS = (
    Row("service", STRING, "a well-known service, which sets host, port and secure", examples=("SendGrid",)),
    Row(
        "url",
        STRING,
        "an SMTP URL that replaces the whole config",
        secret=True,
        examples=("smtps://<user>:<password>@<smtp-host>",),
    ),
    Row("authMethod", STRING, "forces an AUTH mechanism", examples=_MECHANISMS),
    Row("forceAuth", BOOLEAN, "logs in even where AUTH is not advertised", default=False),
    Row("opportunisticTLS", BOOLEAN, "goes on in clear where STARTTLS is refused", default=False),
    Row("proxy", STRING, "an HTTP or SOCKS proxy", secret=True, examples=("http://<proxy-host>:3128",)),
    Row("dkim", ANYTHING, "signs each mail", secret=True, examples=(_DKIM,)),
    Row("lmtp", BOOLEAN, "speaks LMTP", default=False),
    Row("pool", BOOLEAN, "keeps connections open", default=False),
    Row("maxConnections", NUMBER, "with pool: how many connections at most", default=5),
    Row("maxMessages", NUMBER, "with pool: how many mails over one connection", default=100),
    Row("maxRequeues", NUMBER, "with pool: how often a mail waits again after its connection closed"),
    Row("rateDelta", NUMBER, "with pool: the milliseconds that rateLimit counts in", default=1000),
    Row("rateLimit", NUMBER, "with pool: how many mails in rateDelta; 0 is any number", default=0),
    Row("transactionLog", BOOLEAN, "logs the traffic without the body", default=False),
    Row("component", STRING, "the name in the log", examples=("logto-mail",)),
    Row(
        "allowInternalNetworkInterfaces",
        BOOLEAN,
        "resolves names over internal interfaces too",
        default=False,
    ),
    Row("attachDataUrls", BOOLEAN, "turns data: images into attachments", default=False),
    Row("streamTransport", BOOLEAN, "sends nothing: another transport", default=False),
    Row("jsonTransport", BOOLEAN, "sends nothing: another transport", default=False),
    Row("sendmail", ANYTHING, "runs sendmail: another transport", default=False),
    Row("path", STRING, "with sendmail: the program", default="sendmail"),
    Row("args", ANYTHING, "with sendmail: its arguments", examples=(["-t"],)),
    Row(
        "newline",
        STRING,
        "with streamTransport: the line ends, windows or unix",
        examples=("windows", "unix"),
    ),
    Row("buffer", BOOLEAN, "with streamTransport: the mail as one piece", default=False),
    Row("SES", ANYTHING, "uses Amazon's API: another transport"),
)
NODEMAILER_AUTH_ROWS = (
    Row("method", STRING, "forces an AUTH mechanism", examples=_MECHANISMS),
    Row("options", ANYTHING, "options of a custom mechanism"),
    Row("service", STRING, "stands for user in OAuth2", examples=("<your-address>",)),
    Row("scope", STRING, "the scope of a service account's token", default="https://mail.google.com/"),
    Row("customParams", Record(ANYTHING), "more fields for the token request"),
    Row("customHeaders", Record(ANYTHING), "more headers for the token request"),
    Row("timeout", NUMBER, "how many seconds accessToken is good for", examples=(3600,)),
    Row(
        "serviceRequestTimeout",
        NUMBER,
        "how many seconds a service account's assertion is good for",
        default=300,
    ),
    Row("tls", Record(ANYTHING), "TLS options for the token request"),
)
TLS_ROWS = (
    Row("rejectUnauthorized", BOOLEAN, "only false, as a boolean, turns verification off", default=True),
    Row("ca", STRINGS, "PEM texts that replace the trusted roots", examples=("<ca-certificate>",)),
    Row("cert", STRINGS, "the client certificate as PEM text", examples=("<client-certificate>",)),
    Row("key", ANYTHING, "its private key as PEM text", secret=True, examples=("<private-key>",)),
    Row("passphrase", STRING, "what opens key or pfx", secret=True, examples=("<passphrase>",)),
    Row("pfx", ANYTHING, "client certificate and key in one", secret=True),
    Row(
        "servername", STRING, "the name for SNI and for the certificate check", examples=("smtp.example.com",)
    ),
    Row("minVersion", STRING, "the lowest TLS version", default="TLSv1.2", examples=("TLSv1.3",)),
    Row("maxVersion", STRING, "the highest TLS version", default="TLSv1.3", examples=("TLSv1.2",)),
    Row("ciphers", STRING, "an OpenSSL cipher list", examples=("DEFAULT@SECLEVEL=0",)),
    Row(
        "secureProtocol",
        STRING,
        "a legacy choice of the TLS version; write minVersion and maxVersion instead",
        examples=("TLS_method",),
        deprecated=True,
    ),
    Row("secureOptions", NUMBER, "OpenSSL option bits"),
    Row("sigalgs", STRING, "signature algorithms", examples=("RSA+SHA384",)),
    Row("ecdhCurve", STRING, "the curves, by name", default="auto", examples=("P-521:P-384:P-256",)),
    Row("dhparam", ANYTHING, "for servers; no effect here"),
    Row("crl", STRINGS, "revocation lists as PEM texts", examples=("<revocation-list>",)),
    Row("honorCipherOrder", BOOLEAN, "for servers; no effect here"),
    Row("ALPNProtocols", ANYTHING, "protocols to offer", examples=(["smtp"],)),
    Row("minDHSize", NUMBER, "the smallest DH parameter to accept, in bits", default=1024),
    Row("session", ANYTHING, "a session to resume"),
    Row("sessionTimeout", NUMBER, "for servers; no effect here"),
    Row("allowPartialTrustChain", BOOLEAN, "trusts an intermediate in ca", default=False),
    Row("host", STRING, "overrides host with implicit TLS", examples=("smtp.example.com",)),
    Row("port", NUMBER, "overrides port with implicit TLS", examples=(465,)),
    Row("family", NUMBER, "the family of addresses, 4 or 6", examples=(4, 6)),
    Row("localAddress", STRING, "the local address with implicit TLS", examples=("<local-ip-address>",)),
    Row("localPort", NUMBER, "the local port with implicit TLS"),
    Row("timeout", NUMBER, "the timeout of the socket, in milliseconds", examples=(10_000,)),
    Row("enableTrace", BOOLEAN, "prints TLS packets", default=False),
    Row("highWaterMark", NUMBER, "how many bytes the socket buffers"),
)
