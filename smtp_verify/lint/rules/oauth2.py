"""SV3xx: the tokens of OAuth2, and how Logto would get them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.finding import Severity
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

_PEM = "-----BEGIN "
_EARLIEST_MILLISECONDS = 10**11
"""March 1973: a time below that was meant as seconds."""
_MICROSOFT = (".office365.com", ".outlook.com")
_LOOPBACK = ("http://localhost", "http://127.", "http://[::1]")


def no_token(view: View) -> Iterator[Problem]:
    """OAuth2 without a refresh token, an access token or a service account has nothing to log in with.

    nodemailer fails before it says a word to the server: "Can't create new access token for user".

    Bad:
        auth:
          type: OAuth2
          user: me@example.com

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Stops: at a provider that requires a login.

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `getToken`;
    https://github.com/nodemailer/nodemailer/issues/910
    """
    auth = view.auth
    if view.is_oauth2 and not any(auth.get(key) for key in ("refreshToken", "accessToken", "serviceClient")):
        message = "no refreshToken, accessToken or serviceClient: there is no token to log in with"
        help_ = "add refreshToken with clientId and clientSecret, or serviceClient with privateKey"
        yield Problem(("auth", "type"), message, help_, stops=view.must_log_in)


def access_token_alone(view: View) -> Iterator[Problem]:
    """An access token without a way to renew it ends within hours.

    At Google and Microsoft it is good for about an hour. nodemailer still uses it, and from
    then on every login is refused.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          accessToken: example-access-token

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `getToken`; https://nodemailer.com/smtp/oauth2/
    """
    if view.is_oauth2 and view.auth.get("accessToken") and not _renews(view.auth) and not _past(view.auth):
        message = "auth.accessToken cannot be renewed: once it has expired every login is refused"
        yield Problem(
            ("auth", "accessToken"), message, "add refreshToken with clientId and clientSecret", True
        )


def token_expired(view: View) -> Iterator[Problem]:
    """`expires` lies in the past: the access token has expired.

    It is in milliseconds since 1970; a number of seconds lies in the past too. With a refresh token
    nodemailer gets a new one for every mail; without, it logs in with the old one, and is refused.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          accessToken: example-access-token
          expires: 1700000000000

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `getToken`; https://nodemailer.com/smtp/oauth2/
    """
    auth = view.auth
    if not view.is_oauth2 or not auth.get("accessToken") or not _past(auth):
        return
    seconds = auth["expires"] < _EARLIEST_MILLISECONDS
    message = (
        "auth.expires is in milliseconds, and lies in 1970" if seconds else "auth.accessToken has expired"
    )
    help_ = "write milliseconds since 1970" if seconds else "add refreshToken, or write a new token"
    severity = Severity.INFO if _renews(auth) else None
    yield Problem(("auth", "expires"), message, help_, severity=severity)


def _renews(auth: dict[str, Any]) -> bool:
    return bool(auth.get("refreshToken") or auth.get("serviceClient"))


def _past(auth: dict[str, Any]) -> bool:
    import time

    expires = auth.get("expires")
    return isinstance(expires, (int, float)) and 0 < expires <= time.time() * 1000


def service_account_without_key(view: View) -> Iterator[Problem]:
    """`serviceClient` without `privateKey` ends the whole Logto process.

    The connector's guard lets it through as another form of OAuth2. nodemailer then has no key to sign with,
    and throws where nobody catches it: Logto's process exits, for everybody.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          serviceClient: "113600000000000000000"

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          serviceClient: "113600000000000000000"
          privateKey: |
            -----BEGIN PRIVATE KEY-----
            MIIE…
            -----END PRIVATE KEY-----

    Stops: everywhere.

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `generateToken`; https://nodemailer.com/smtp/oauth2/
    """
    if view.is_oauth2 and view.auth.get("serviceClient") and not view.auth.get("privateKey"):
        message = "auth.serviceClient without privateKey: the send ends Logto's process, for everybody"
        help_ = "add privateKey with the account's PEM text"
        yield Problem(("auth", "serviceClient"), message, help_, at_key=True, stops=True)


def private_key_form(view: View) -> Iterator[Problem]:
    """`privateKey` holds the PEM text of the service account's key.

    A path is not read, and a key whose line ends became the two characters `\\\\n` is none: "Can't generate
    token. Check your auth options".

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          serviceClient: "113600000000000000000"
          privateKey: /run/secrets/service-account.pem

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          serviceClient: "113600000000000000000"
          privateKey: |
            -----BEGIN PRIVATE KEY-----
            MIIE…
            -----END PRIVATE KEY-----

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `jwtSignRS256`; https://nodemailer.com/smtp/oauth2/
    """
    key = view.auth.get("privateKey")
    path: Path = ("auth", "privateKey", "key") if isinstance(key, dict) else ("auth", "privateKey")
    text = view.text(*path)
    if not text:
        return
    if _PEM not in text:
        yield Problem(
            path, "auth.privateKey is no PEM text", "write the key itself, not the path of its file"
        )
    elif "\\n" in text:
        message = "auth.privateKey holds \\n as two characters where its lines should end"
        yield Problem(path, message, "write real line ends: in YAML as a block after |, in JSON as one \\n")


def client_missing(view: View) -> Iterator[Problem]:
    """A refresh token buys nothing without the `clientId` and `clientSecret` it was given to.

    nodemailer sends empty strings in their place, and the token endpoint answers invalid_client or
    invalid_request. A public client at Microsoft has no secret.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          refreshToken: example-refresh-token

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `generateToken`;
    https://github.com/nodemailer/nodemailer/issues/951
    """
    auth = view.auth
    if not view.is_oauth2 or not auth.get("refreshToken") or auth.get("serviceClient"):
        return
    public = bool(auth.get("accessUrl")) and "google" not in str(auth["accessUrl"])
    missing = [key for key in ("clientId", "clientSecret") if not auth.get(key)]
    if missing and not (public and missing == ["clientSecret"]):
        message = f"auth.refreshToken without {' and '.join(missing)}: the token endpoint refuses it"
        yield Problem(("auth", "refreshToken"), message, f"add {' and '.join(missing)}", at_key=True)


def google_endpoint(view: View) -> Iterator[Problem]:
    """Without `accessUrl` the tokens of any provider are asked of Google.

    nodemailer's default token endpoint is Google's. It answers a refresh token of Microsoft with
    invalid_grant or invalid_client.

    Bad:
        host: smtp.office365.com
        port: 587
        secure: false
        requireTLS: true
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 00000000-0000-0000-0000-000000000000
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Good:
        host: smtp.office365.com
        port: 587
        secure: false
        requireTLS: true
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 00000000-0000-0000-0000-000000000000
          clientSecret: example-client-secret
          refreshToken: example-refresh-token
          accessUrl: https://login.microsoftonline.com/common/oauth2/v2.0/token

    Source: nodemailer 8.0.4 lib/xoauth2/index.js (constructor);
    https://github.com/nodemailer/nodemailer/issues/1048
    """
    auth = view.auth
    host = f".{view.endpoint.host.lower()}" if view.endpoint is not None else ""
    if (
        view.is_oauth2
        and auth.get("refreshToken")
        and not auth.get("accessUrl")
        and host.endswith(_MICROSOFT)
    ):
        help_ = "add accessUrl: https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token"
        message = "without accessUrl the token is asked of Google, which knows nothing of Microsoft's"
        yield Problem(("auth", "refreshToken"), message, help_, at_key=True)


def token_in_clear(view: View) -> Iterator[Problem]:
    """An `accessUrl` with http: sends the client's secret and the refresh token in cleartext.

    nodemailer takes http: as it takes https:. An endpoint on this machine is exempt.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token
          accessUrl: http://oauth2.example.com/token

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token
          accessUrl: https://oauth2.example.com/token

    Source: nodemailer 8.0.4 lib/xoauth2/index.js `postRequest`; https://nodemailer.com/smtp/oauth2/
    """
    url = view.text("auth", "accessUrl").lower()
    if view.is_oauth2 and url.startswith("http:") and not url.startswith(_LOOPBACK):
        message = "auth.accessUrl is http: the secrets would be sent to it in cleartext"
        yield Problem(("auth", "accessUrl"), message, "write https:")
