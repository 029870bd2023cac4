"""The AUTH stage: OAuth2's second try, what the server's challenge says, and what never leaves."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import httpx
import pytest

from smtp_verify.smtp.login import token_endpoint
from smtp_verify.smtp.login.mechanisms import CannotLogIn
from smtp_verify.smtp.wire.transcript import Ending
from tests.smtp.sending import send
from tests.smtp.tokens import serve_tokens
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.smtp.wire.transcript import Result

REFRESH = "1//refresh-token-of-the-user"
OAUTH2 = {"type": "oauth2", "user": "u", "clientId": "id", "clientSecret": "client-secret-0"}
CHALLENGED = "login refused; the server's challenge says: status 401, schemes bearer"


def outcome(result: Result) -> tuple[str, str, int]:
    return result.ending.outcome.value, result.stage.value, result.ending.exit_code


def auths(result: Result) -> list[str]:
    """The commands of the stage, as the transcript shows them."""
    return [each.command for each in result.transcript.exchanges if each.stage.value == "auth"]


def everything(result: Result) -> str:
    return f"{result.reason} {result.nodemailer} {result.transcript}"


def test_a_token_that_is_refused_is_tried_twice_and_the_challenge_is_told() -> None:
    with serve(auth=["XOAUTH2"]) as server:
        result = send(server, auth={**OAUTH2, "accessToken": "bad-token-of-mine"})
    assert outcome(result) == ("refused", "auth", 77)
    assert result.reason == CHALLENGED
    assert result.nodemailer == "Invalid login: 535 5.7.8 no"
    assert auths(result) == ["AUTH XOAUTH2 ***", "***"] * 2
    assert "bad-token-of-mine" not in everything(result)


def test_the_second_try_is_with_a_renewed_token() -> None:
    renewed = {"reply": {"access_token": "good-token", "expires_in": 3600}}
    with serve(auth=["XOAUTH2"]) as server, serve_tokens(renewed) as url:
        auth = {**OAUTH2, "accessToken": "expired-token", "refreshToken": REFRESH, "accessUrl": url}
        result = send(server, auth=auth)
    assert outcome(result) == ("accepted", "dot", 0)
    assert server.log.mechanism == "XOAUTH2"
    assert auths(result) == ["AUTH XOAUTH2 ***", "***", "AUTH XOAUTH2 ***"]


def test_a_refusal_without_a_challenge_is_final() -> None:
    with serve(auth=["PLAIN"]) as server:
        result = send(server, auth={**OAUTH2, "accessToken": "bad-token"})
    assert outcome(result) == ("refused", "auth", 77)
    assert result.reason == "login refused"
    assert server.log.verbs.count("AUTH") == 1


def test_a_refused_password_has_no_challenge_in_its_reason() -> None:
    with serve(auth=["LOGIN"], password="other") as server:
        result = send(server, auth={"user": "u", "pass": "the-password-of-u"})
    assert result.reason == "login refused"
    assert server.log.verbs.count("AUTH") == 1
    assert "the-password-of-u" not in everything(result)


def test_a_secret_that_a_server_repeats_does_not_show() -> None:
    secret = "the-password-of-u"
    with serve(auth=["PLAIN"], auth_reply=f"535 5.7.8 {secret} is wrong") as server:
        result = send(server, auth={"user": "u", "pass": secret})
    assert result.reply is not None
    assert result.reply.lines == ("5.7.8 *** is wrong",)
    assert secret not in everything(result)


def test_a_challenge_that_holds_the_password_is_answered_as_it_came() -> None:
    login = {"user": "me@example.com", "pass": "mx.example"}
    with serve(auth=["CRAM-MD5"], user=login["user"], password=login["pass"]) as server:
        result = send(server, auth=login)
    assert result.ending is Ending.ACCEPTED


@pytest.mark.parametrize("user", ["u", "me@example.com"])
def test_a_digest_that_a_server_repeats_does_not_show(user: str) -> None:
    digest = hmac.new(b"the-password-of-u", b"<1896.697170952@mx.example>", hashlib.md5).hexdigest()
    coded = base64.b64encode(f"{user} {digest}".encode()).decode()
    with serve(auth=["CRAM-MD5"], auth_reply=f"535 {digest} or {coded}, {user}") as server:
        result = send(server, auth={"user": user, "pass": "the-password-of-u"})
    assert result.reply is not None
    assert result.reply.lines == (f"*** or ***, {user}",)
    assert digest not in everything(result)


@pytest.mark.parametrize(
    ("reply", "lines"),
    [
        ("535-the-pass\n535 word-of-u is wrong", ("*** is wrong",)),
        ("535-5.7.8 no the-pa\n535-5.7.8 ssword\n535 5.7.8 -of-u", ("5.7.8 no ***",)),
        ("535-5.7.8 no\n535 5.7.8 the-password-of-u", ("5.7.8 no", "5.7.8 ***")),
    ],
)
def test_a_secret_that_is_broken_over_lines_does_not_show(reply: str, lines: tuple[str, ...]) -> None:
    with serve(auth=["PLAIN"], auth_reply=reply) as server:
        result = send(server, auth={"user": "u", "pass": "the-password-of-u"})
    assert result.reply is not None
    assert result.reply.lines == lines


def test_what_is_no_reply_is_cut_short_only_without_the_secrets_in_it() -> None:
    with serve(auth=["PLAIN"], auth_reply="x" * 50 + "the-password-of-u" + "y" * 50) as server:
        result = send(server, auth={"user": "u", "pass": "the-password-of-u"})
    assert result.reason == f"not an SMTP reply: '{'x' * 50}***{'y' * 7}'"


def test_a_token_that_the_endpoint_repeats_at_the_second_try_does_not_show() -> None:
    error = {"error": "invalid_grant", "error_description": "the-token-of-mine is the last one"}
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": error}) as url:
        auth = {**OAUTH2, "accessToken": "the-token-of-mine", "refreshToken": REFRESH, "accessUrl": url}
        result = send(server, auth=auth)
    assert result.nodemailer == "invalid_grant: *** is the last one"


@pytest.mark.parametrize("key", ["access_token", "refresh_token", "id_token"])
def test_a_token_beside_an_error_that_repeats_it_does_not_show(key: str) -> None:
    new = "ya29/never-used"
    error = {"error": "server_error", "error_description": f"issued {new}", "extra": {key: new}, key: new}
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": error}) as url:
        result = send(server, auth={**OAUTH2, "refreshToken": REFRESH, "accessUrl": url})
    assert result.nodemailer == "server_error: issued ***"
    assert new not in everything(result)


def test_a_token_that_a_challenge_repeats_does_not_show() -> None:
    token = "ya29/renewed-by-the-provider"
    told = json.dumps({"status": "401", "token": token}).replace("/", "\\/")
    challenge = "334 " + base64.b64encode(told.encode()).decode()
    knobs: dict[str, Any] = {"auth": ["XOAUTH2"], "token": token, "auth_reply": challenge}
    with serve(**knobs) as server, serve_tokens({"reply": {"access_token": token}}) as url:
        result = send(server, auth={**OAUTH2, "refreshToken": REFRESH, "accessUrl": url})
    assert result.reason == "login refused; the server's challenge says: status 401, token ***"
    assert token not in everything(result)
    replies = [each.reply for each in result.transcript.exchanges if each.reply is not None]
    challenges = [json.loads(base64.b64decode(reply.text)) for reply in replies if reply.code == 334]
    assert challenges == [{"status": "401", "token": "***"}] * 2


# The token endpoint -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "words", "reason"),
    [
        (
            {"error": "invalid_client", "error_description": "no", "error_uri": "https://e.example"},
            "invalid_client: no (https://e.example)",
            "invalid_client: no (https://e.example); auth.clientId or auth.clientSecret are wrong,"
            " or not this provider's",
        ),
        (
            {"error": "invalid_client", "error_description": "AADSTS7000222: keys are expired"},
            "invalid_client: AADSTS7000222: keys are expired",
            "invalid_client: AADSTS7000222: keys are expired; auth.clientSecret has expired: make a new one",
        ),
        ({"error": "slow_down"}, "slow_down", "slow_down"),
        ({}, "No access token", "No access token"),
        ([], "Invalid authentication response", "Invalid authentication response"),
    ],
)
def test_a_providers_error_is_told_with_advice(reply: Any, words: str, reason: str) -> None:
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": reply, "status": 400}) as url:
        result = send(server, auth={**OAUTH2, "refreshToken": REFRESH, "accessUrl": url})
    assert outcome(result) == ("failed", "auth", 77)
    assert (result.nodemailer, result.reason) == (words, reason)
    assert "AUTH" not in server.log.verbs
    assert REFRESH not in everything(result)
    assert OAUTH2["clientSecret"] not in everything(result)


def test_an_endpoint_that_nobody_listens_at_is_deferred() -> None:
    with serve_tokens({"reply": {}}) as url:
        pass
    with serve(auth=["XOAUTH2"]) as server:
        result = send(server, auth={**OAUTH2, "refreshToken": REFRESH, "accessUrl": url})
    assert outcome(result) == ("deferred", "auth", 75)
    assert result.reason.startswith("the token endpoint cannot be reached (")


@contextmanager
def recording() -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, str]]]]]:
    """An endpoint that grants a token, and the headers and form fields of each request."""
    seen: list[tuple[dict[str, str], dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            seen.append((dict(self.headers), dict(parse_qsl(form, keep_blank_values=True))))
            body = json.dumps({"access_token": "good-token"}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing to log."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/token", seen
    finally:
        server.shutdown()
        server.server_close()


def test_custom_headers_and_parameters_reach_the_endpoint() -> None:
    more = {"customHeaders": {"X-Tenant": "acme"}, "customParams": {"scope": "s", "count": 2}}
    with serve(auth=["XOAUTH2"]) as server, recording() as (url, seen):
        result = send(server, auth={**OAUTH2, "refreshToken": REFRESH, "accessUrl": url, **more})
    assert outcome(result) == ("accepted", "dot", 0)
    ((headers, form),) = seen
    assert headers["X-Tenant"] == "acme"
    assert form == {
        "client_id": "id",
        "client_secret": OAUTH2["clientSecret"],
        "refresh_token": REFRESH,
        "grant_type": "refresh_token",
        "scope": "s",
        "count": "2",
    }


# In clear -----------------------------------------------------------------------------------------------


def check(scheme: str, host: str, allow: bool = False) -> None:
    """Addresses are only looked at: nothing connects."""
    shown = f"[{host}]" if ":" in host else host
    asyncio.run(token_endpoint._addresses(httpx.URL(f"{scheme}://{shown}/"), allow))


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "10.0.0.1", "0.0.0.0"])  # noqa: S104 - an address to refuse
def test_no_secret_goes_to_another_machine_in_clear(host: str) -> None:
    with pytest.raises(token_endpoint.CleartextToken):
        check("http", host)
    check("http", host, allow=True)
    check("https", host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost"])
def test_the_loopback_may_have_it_in_clear(host: str) -> None:
    check("http", host)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"])
def test_no_secret_goes_to_a_link_local_address(scheme: str, host: str) -> None:
    for allow in (False, True):
        with pytest.raises(CannotLogIn, match="accessUrl leads to a link-local address"):
            check(scheme, host, allow)


def test_a_session_stops_before_a_token_is_asked_for_in_clear() -> None:
    with serve(auth=["XOAUTH2"]) as server:
        auth = {**OAUTH2, "refreshToken": REFRESH, "accessUrl": "http://192.0.2.1/token"}
        result = send(server, auth=auth)
    assert outcome(result) == ("failed", "auth", 76)
    assert result.reason == (
        "accessUrl is http: and would send the secret in cleartext to another machine; Logto would have sent"
        " them (--allow-cleartext-auth does so here)"
    )
    assert "AUTH" not in server.log.verbs
