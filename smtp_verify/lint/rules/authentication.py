"""SV3xx: which way Logto would log in, and with what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema import keys
from smtp_verify.lint.view import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.config.path import Path
    from smtp_verify.lint.view import View

_OAUTH2_KEYS = (
    "clientId",
    "clientSecret",
    "refreshToken",
    "accessToken",
    "expires",
    "accessUrl",
    "serviceClient",
    "privateKey",
)


def credentials_missing(view: View) -> Iterator[Problem]:
    """A login without `user` or without `pass` fails: "Missing credentials for PLAIN".

    nodemailer logs in wherever the server offers it. With an empty or missing half it stops there, and says
    nothing else. A relay that asks for no login is told with `{type: login}` alone; a provider that requires
    one refuses every mail then.

    Bad:
        auth:
          user: me@example.com
          pass: ""

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Stops: at a provider that requires a login.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `login`;
    https://github.com/nodemailer/nodemailer/issues/847
    """
    auth = view.auth
    if view.is_oauth2 or _only_oauth2_keys(auth) or not auth.keys() <= keys.AUTH_KEYS.keys():
        # OAuth2 has rules of its own, and of a misspelled key the structure speaks.
        return
    if not auth.get("user") and not auth.get("pass"):
        yield from _no_login(view)
        return
    for key, other in (("user", "pass"), ("pass", "user")):
        if not auth.get(key):
            path: Path = ("auth", key) if key in auth else ("auth", other)
            what = "is empty" if key in auth else "is missing"
            message = f'auth.{key} {what}: a server that offers a login gets none, "Missing credentials"'
            yield Problem(path, message, f"write auth.{key}", at_key=key not in auth, stops=view.must_log_in)


def _no_login(view: View) -> Iterator[Problem]:
    """Neither user nor password, as for a relay that asks for no login: this server asks for one."""
    if view.must_log_in and "auth" in view.config and view.provider is not None:
        message = f"auth has no user and no pass: {view.provider.title} takes no mail without a login"
        yield Problem(("auth",), message, "write auth.user and auth.pass", stops=True)


def _only_oauth2_keys(auth: dict[str, Any]) -> bool:
    """Without a type and a password, these keys mean OAuth2: that has a rule of its own."""
    return not auth.get("pass") and any(auth.get(key) for key in _OAUTH2_KEYS)


def login_without_credentials(view: View) -> Iterator[Problem]:
    """An empty `user` and `pass` beside `type: login` send without a login, to a relay that offers none.

    For a relay that trusts Logto's address `type: login` stands alone: Save would drop `{}`. Where the relay
    still offers AUTH, nodemailer stops: "Missing credentials for PLAIN".

    Bad:
        auth:
          type: login
          user: ""
          pass: ""

    Good:
        auth:
          type: login

    Source: nodemailer 8.0.4 lib/smtp-transport/index.js `getAuth`;
    https://github.com/logto-io/logto/issues/6754
    """
    auth = view.auth
    meant = auth.keys() == {"type"}
    if "type" in auth and not meant and not (view.is_oauth2 or auth.get("user") or auth.get("pass")):
        message = "no user and no pass: mails leave without a login, and only where the server offers none"
        yield Problem(("auth",), message, "write user and pass, or type: login alone for such a relay")


def oauth2_type_missing(view: View) -> Iterator[Problem]:
    """OAuth2 keys without `type: OAuth2` are not used.

    The type alone makes nodemailer take the OAuth2 branch. Without it there is a login without a password:
    "Missing credentials for PLAIN".

    Bad:
        auth:
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Good:
        auth:
          type: OAuth2
          user: me@example.com
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Stops: at a provider that requires a login.

    Source: nodemailer 8.0.4 lib/smtp-transport/index.js `getAuth`;
    https://github.com/nodemailer/nodemailer/issues/1641
    """
    auth = view.auth
    if "type" not in auth and _only_oauth2_keys(auth):
        key = next(key for key in _OAUTH2_KEYS if auth.get(key))
        message = f"auth.{key} is not used: without type: OAuth2 nodemailer looks for a password"
        yield Problem(("auth", key), message, "add type: OAuth2", at_key=True, stops=view.must_log_in)


def login_mixed_with_oauth2(view: View) -> Iterator[Problem]:
    """A password beside OAuth2 keys: one of them is not used.

    With `type: OAuth2` the password is never sent; without it, nor with `login`, are the tokens.

    Bad:
        auth:
          type: OAuth2
          user: me@example.com
          pass: an-app-password
          clientId: 42.apps.example.com
          clientSecret: example-client-secret
          refreshToken: example-refresh-token

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: nodemailer 8.0.4 lib/smtp-transport/index.js `getAuth`; https://nodemailer.com/smtp/oauth2/
    """
    auth = view.auth
    unused = [key for key in _OAUTH2_KEYS if auth.get(key)]
    if view.is_oauth2 and auth.get("pass") is not None:
        message = "auth.pass is not used: with type OAuth2 nodemailer logs in with a token"
        yield Problem(("auth", "pass"), message, "remove pass, or remove type and the tokens", at_key=True)
    elif not view.is_oauth2 and auth.get("pass") and unused:
        message = f"auth.{unused[0]} is not used: without type: OAuth2 nodemailer logs in with the password"
        yield Problem(("auth", unused[0]), message, "remove it, or write type: OAuth2", at_key=True)


def unknown_method(view: View) -> Iterator[Problem]:
    """`authMethod` and `auth.method` name one of PLAIN, LOGIN, CRAM-MD5 and XOAUTH2.

    nodemailer knows no other: "Unknown authentication method". The connector's guard reads neither key.

    Bad:
        auth:
          user: me@example.com
          pass: an-app-password
          method: NTLM

    Good:
        auth:
          user: me@example.com
          pass: an-app-password
          method: LOGIN

    Stops: at a provider that requires a login.

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `login`; https://nodemailer.com/smtp/
    """
    for path in (("auth", "method"), ("authMethod",)):
        value = view.text(*path)
        if not value or view.is_oauth2:
            continue
        from smtp_verify.smtp.login.mechanisms import ORDER

        if value.strip().upper() not in ORDER:
            message = f"{'.'.join(path)} must be one of {', '.join(ORDER)}"
            help_ = "remove the key: nodemailer takes the first that the server offers"
            yield Problem(path, message, help_, stops=view.must_log_in)
            return


def white_space(view: View) -> Iterator[Problem]:
    """Whitespace around `user` or `pass` is sent with it.

    Nothing trims the credentials. A line end at the end of a YAML block (`pass: |`) or of a pasted password
    is part of what the server compares, and it refuses the login.

    Bad:
        auth:
          user: me@example.com
          pass: |
            an-app-password

    Good:
        auth:
          user: me@example.com
          pass: an-app-password

    Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionAUTHComplete`
    """
    for key in ("user", "pass", "clientId", "clientSecret", "refreshToken", "accessToken"):
        value = view.auth.get(key)
        if isinstance(value, str) and value != value.strip() and value.strip():
            message = f"auth.{key} begins or ends with whitespace, which is sent with it"
            yield Problem(
                ("auth", key), message, "remove the whitespace; a YAML block ends without one after |-"
            )
