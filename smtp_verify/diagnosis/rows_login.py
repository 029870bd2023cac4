"""Rows about logging in at any provider."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING

from smtp_verify.config.path import Assignment
from smtp_verify.config.schema.keys import AUTH_KEYS
from smtp_verify.config.schema.unfilled import is_stand_in
from smtp_verify.diagnosis import patches
from smtp_verify.diagnosis.row import Match, Row, issue
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Symptom


def _has_oauth2_keys(symptom: Symptom) -> bool:
    """OAuth2's keys, and no `type` that says so."""
    auth = symptom.config.get("auth")
    keys = ("refreshToken", "accessToken", "serviceClient", "clientId")
    return isinstance(auth, dict) and not auth.get("type") and any(auth.get(key) for key in keys)


def _has_unknown_keys(symptom: Symptom) -> bool:
    """A user or a password is missing, and may stand under another key."""
    auth = symptom.config.get("auth")
    if not isinstance(auth, dict) or (auth.get("user") and auth.get("pass")):
        return False
    return any(key not in AUTH_KEYS for key in auth)


_BY_TOKEN = attrgetter("is_oauth2")


def _has_stand_in(symptom: Symptom) -> bool:
    """A user or a password was never filled in, or is still encrypted."""
    auth = symptom.config.get("auth")
    values = [auth.get("user"), auth.get("pass")] if isinstance(auth, dict) else []
    return any(isinstance(each, str) and is_stand_in(each) for each in values)


def _is_backend(symptom: Symptom) -> bool:
    """The server cannot check a login, and says nothing of a limit."""
    text = symptom.text.lower()
    failed = "authentication failure" in text or "authentication server" in text
    return failed and not re.search(r"too many|\brate|limit", text)


def _to_oauth2(_: Symptom) -> tuple[Assignment, ...]:
    return (Assignment(("auth", "type"), "OAuth2"),)


ROWS = (
    Row(
        code="SD201",
        symptom='Missing credentials for "PLAIN", with keys of OAuth2',
        match=Match(
            endings=(Ending.NO_CREDENTIALS,),
            words="Missing credentials|offers only XOAUTH2",
            when=_has_oauth2_keys,
        ),
        cause="auth holds the keys of OAuth2, and no type: nodemailer then looks for user and pass",
        fix="write type: OAuth2 under auth",
        source=issue("nodemailer/nodemailer", 847),
        path=("auth",),
        patch=_to_oauth2,
    ),
    Row(
        code="SD202",
        symptom='Missing credentials for "PLAIN"',
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="Missing credentials"),
        cause="the server wants a login, and auth.user or auth.pass is empty",
        fix="write both; for a relay that needs none, have it not offer AUTH to you",
        source=issue("nodemailer/nodemailer", 1641),
        path=("auth",),
    ),
    Row(
        code="SD214",
        symptom='Missing credentials for "PLAIN", with keys that nobody knows',
        match=Match(
            endings=(Ending.NO_CREDENTIALS,),
            words="Missing credentials",
            when=_has_unknown_keys,
        ),
        cause="auth lacks user or pass, and holds a key that nodemailer does not know",
        fix="call the keys user and pass; smtp-verify validate points at those that are not",
        source="https://nodemailer.com/smtp/",
        path=("auth",),
    ),
    Row(
        code="SD203",
        symptom="Can't create new access token for user",
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="Can't create new access token"),
        cause=(
            "auth.type is OAuth2, and there is neither a refreshToken, nor an accessToken, nor a "
            "serviceClient"
        ),
        fix="write refreshToken with clientId and clientSecret, or serviceClient with privateKey",
        source=issue("nodemailer/nodemailer", 910),
        path=("auth",),
    ),
    Row(
        code="SD204",
        symptom="invalid_grant",
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="invalid_grant"),
        cause="the refresh token has expired, was revoked, or belongs to another client",
        fix="go through the consent again with offline access, and write the new refreshToken",
        source=issue("nodemailer/nodemailer", 1048),
        path=("auth", "refreshToken"),
    ),
    Row(
        code="SD205",
        symptom="invalid_client, invalid_request",
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="invalid_client|invalid_request"),
        cause=(
            "clientId and clientSecret are not this provider's, or accessUrl is another one's "
            "(Google's by default)"
        ),
        fix="check clientId, clientSecret and accessUrl",
        source=issue("nodemailer/nodemailer", 647),
        path=("auth", "clientId"),
    ),
    Row(
        code="SD206",
        symptom="Unrecognized authentication type, AUTH PLAIN not implemented",
        match=Match(codes=(502, 504), stages=(Stage.AUTH,)),
        cause=("the server offers no mechanism of nodemailer's on this channel, and it still tried PLAIN"),
        fix="turn encryption on; where the server has LOGIN alone, write authMethod: LOGIN",
        source=issue("nodemailer/nodemailer", 189),
        path=("authMethod",),
        patch=patches.to_login,
    ),
    Row(
        code="SD207",
        symptom="Too many login attempts",
        match=Match(
            stages=(Stage.AUTH,),
            codes=(421, 450, 454),
            words="too many|try again|temporar|rate|limit",
            unless=_is_backend,
        ),
        cause="the provider limits logins, and Logto logs in for each mail",
        fix="wait, then send less often, or take a relay made for applications",
        source=issue("nodemailer/nodemailer", 1388),
    ),
    Row(
        code="SD219",
        symptom="454 Temporary authentication failure",
        match=Match(
            stages=(Stage.AUTH,),
            codes=(421, 450, 451, 454),
            words="temporar|try again|unavailable",
            when=_is_backend,
        ),
        cause="the server cannot check logins just now",
        fix="try again later; if it stays so, ask the server administrator",
        source="https://www.rfc-editor.org/rfc/rfc4954#section-6",
    ),
    Row(
        code="SD217",
        symptom="an access token that the server refuses",
        match=Match(endings=(Ending.NOT_AUTHENTICATED,), when=_BY_TOKEN),
        cause="the server does not accept the access token: for this mailbox, with this scope or at all",
        fix="check auth.user (the mailbox), the scope the token was asked for, and whether SMTP is allowed",
        source="https://developers.google.com/gmail/imap/xoauth2-protocol",
        path=("auth", "user"),
    ),
    Row(
        code="SD218",
        symptom="the token endpoint did not answer",
        match=Match(endings=(Ending.DEFERRED,), stages=(Stage.AUTH,), words="token endpoint"),
        cause="the token endpoint gave no usable answer; the mail server was not asked",
        fix="check auth.accessUrl, and whether this machine reaches it",
        source="https://www.rfc-editor.org/rfc/rfc6749#section-3.2",
        path=("auth", "accessUrl"),
    ),
    Row(
        code="SD211",
        symptom="421 too many connections",
        match=Match(
            codes=(421, 450, 451, 452), words="too many (?:concurrent |simultaneous )?(?:smtp )?conn"
        ),
        cause="the provider limits connections, and Logto opens one for each mail",
        fix="wait, then send less often, or take a relay made for applications",
        source=issue("nodemailer/nodemailer", 699),
    ),
    Row(
        code="SD212",
        symptom="535 5.7.3 Authentication unsuccessful",
        match=Match(codes=(535,), enhanced=("5.7.3",), endings=(Ending.NOT_AUTHENTICATED,)),
        cause="Exchange does not accept the login: the password, or the user without its domain",
        fix="write the user principal name, user@example.com, as auth.user, and check auth.pass",
        source=issue("nodemailer/nodemailer", 953),
        path=("auth", "user"),
    ),
    Row(
        code="SD215",
        symptom="Invalid login, with a variable for user or password",
        match=Match(endings=(Ending.NOT_AUTHENTICATED,), when=_has_stand_in),
        cause="auth.user or auth.pass is a variable that nobody has filled in: it was sent as it is written",
        fix="write the value itself, or a placeholder such as <password> and --set auth.pass=env:NAME",
        source="https://www.gnu.org/software/gettext/manual/html_node/envsubst-Invocation.html",
        path=("auth", "pass"),
    ),
    Row(
        code="SD216",
        symptom="CRAM-MD5 only, with a password that is not a string",
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="auth.pass is not a string"),
        cause="the server offers only CRAM-MD5, and Node cannot sign with a password that is not a string",
        fix="put auth.pass in quotes",
        source="https://nodejs.org/api/crypto.html#cryptocreatehmacalgorithm-key-options",
        path=("auth", "pass"),
    ),
    Row(
        code="SD208",
        symptom="Invalid login: 535",
        match=Match(endings=(Ending.NOT_AUTHENTICATED,), codes=(535,), unless=_BY_TOKEN),
        cause="the server does not accept username and password",
        fix=(
            "check auth.user (often the whole address) and auth.pass (often an app password, not "
            "the account's)"
        ),
        source=issue("nodemailer/nodemailer", 1656),
        path=("auth", "pass"),
    ),
    Row(
        code="SD209",
        symptom="Invalid login",
        match=Match(endings=(Ending.NOT_AUTHENTICATED,)),
        cause="the server refuses the login; its words say why",
        fix="check auth.user and auth.pass, and whether the account may send by SMTP",
        source="https://www.rfc-editor.org/rfc/rfc4954#section-6",
        path=("auth", "user"),
    ),
    Row(
        code="SD210",
        symptom="authentication required",
        match=Match(
            codes=(530,), stages=(Stage.MAIL, Stage.RCPT, Stage.DATA), unless=attrgetter("logged_in")
        ),
        cause="the server takes mail from those only who have logged in, and this session has not",
        fix="write auth.user and auth.pass; where AUTH is offered after STARTTLS alone, turn encryption on",
        source="https://www.rfc-editor.org/rfc/rfc4954#section-6",
        path=("auth",),
    ),
    Row(
        code="SD213",
        symptom="XOAUTH2 alone, with a password",
        match=Match(endings=(Ending.NO_CREDENTIALS,), words="offers only XOAUTH2"),
        cause="the server takes OAuth2 tokens alone, and auth has no type: OAuth2; Logto crashes there",
        fix="write type: OAuth2 with clientId, clientSecret and refreshToken, as the provider gives them",
        source="https://nodemailer.com/smtp/oauth2/",
        path=("auth",),
    ),
)
