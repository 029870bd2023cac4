"""Access tokens, from a token endpoint that really listens."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from smtp_verify.smtp.login import token_endpoint
from smtp_verify.smtp.login.mechanisms import CannotLogIn
from smtp_verify.smtp.login.oauth2 import access_token
from smtp_verify.smtp.login.token_endpoint import (
    TokenEndpointDown,
    TokenEndpointMoved,
    UntrustedTokenEndpoint,
)
from tests.smtp.sending import send
from tests.smtpd import Script, certificates, serve, server_context
from tests.timing import within

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PKCS8 = serialization.PrivateFormat.PKCS8
PEM = serialization.Encoding.PEM
PLAIN_PEM = KEY.private_bytes(PEM, PKCS8, serialization.NoEncryption()).decode()
LOCKED_PEM = KEY.private_bytes(PEM, PKCS8, serialization.BestAvailableEncryption(b"opens")).decode()


@dataclass
class Endpoint:
    """A token endpoint: its answer (ASSERTION and PIECES stand for the one it was sent), and its forms."""

    answer: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    url: str = ""
    forms: list[dict[str, str]] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)
    """The headers of the last request."""


@contextmanager
def endpoint(
    answer: object,
    status: int = 200,
    slowly: bool = False,
    context: ssl.SSLContext | None = None,
    **headers: str,
) -> Iterator[Endpoint]:
    """Listens while the block lasts."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    seen = Endpoint(body, status, headers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(
                self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True
            )
            seen.sent = dict(self.headers)
            seen.forms.append({key: value for key, (value,) in form.items()})
            assertion = seen.forms[-1].get("assertion", "").encode()
            answer = seen.answer.replace(b"ASSERTION", assertion)
            answer = answer.replace(b"PIECES", assertion.replace(b".", b" "))
            self.send_response(seen.status)
            for name, value in {"Content-Length": str(len(answer)), **seen.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                for octet in [answer[i : i + 1] for i in range(len(answer))] if slowly else [answer]:
                    self.wfile.write(octet)
                    time.sleep(0.1 if slowly else 0)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    seen.url = f"http://127.0.0.1:{server.server_address[1]}/token"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()


def token(renew: bool = False, **auth: Any) -> str:
    """The token for this `auth`."""
    return asyncio.run(access_token({"type": "oauth2", "user": "u", **auth}, renew))


IN_2100 = 4_102_444_800_000
REFRESH: dict[str, Any] = {"refreshToken": "refresh-me", "clientId": "id", "clientSecret": "hush-hush"}


@pytest.mark.parametrize(
    ("auth", "asks"),
    [
        ({"accessToken": "own"}, False),
        ({"accessToken": "own", "expires": 0}, False),
        ({"accessToken": "own", "expires": IN_2100}, False),
        ({"accessToken": "own", "expires": 1000}, True),
        ({"accessToken": "own", "expires": "1000"}, True),
        ({"accessToken": "own", "expires": "soon"}, False),
        ({"accessToken": "own", "renew": True}, True),
        ({}, True),
    ],
    ids=repr,
)
def test_the_configs_token_is_used_until_it_expires_or_is_refused(auth: dict[str, Any], asks: bool) -> None:
    with endpoint({"access_token": "new"}) as seen:
        got = token(**REFRESH, **auth, accessUrl=seen.url)
    assert (got, len(seen.forms)) == (("new", 1) if asks else ("own", 0))


def test_an_expired_token_that_cannot_be_renewed_is_used_all_the_same() -> None:
    assert token(accessToken="own", expires=1000) == "own"


def test_a_refresh_sends_the_form_of_rfc_6749() -> None:
    with endpoint({"access_token": "new"}) as seen:
        token(**REFRESH, customParams={"scope": "mail", "n": 1}, accessUrl=seen.url)
    assert seen.forms == [
        {
            "client_id": "id",
            "client_secret": "hush-hush",
            "refresh_token": "refresh-me",
            "grant_type": "refresh_token",
            "scope": "mail",
            "n": "1",
        }
    ]


@pytest.mark.parametrize(
    "key", [PLAIN_PEM, {"key": LOCKED_PEM, "passphrase": "opens"}], ids=["plain", "locked"]
)
def test_a_service_account_signs_its_assertion(key: object) -> None:
    with endpoint({"access_token": "new"}) as seen:
        assert token(serviceClient="service", privateKey=key, accessUrl=seen.url) == "new"
    (form,) = seen.forms
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert jwt.get_unverified_header(form["assertion"])["alg"] == "RS256"
    claims = jwt.decode(form["assertion"], KEY.public_key(), algorithms=["RS256"], audience=seen.url)
    assert claims["exp"] - claims["iat"] == 300
    assert abs(claims["iat"] - time.time()) < 60
    del claims["exp"], claims["iat"]
    assert claims == {"iss": "service", "scope": "https://mail.google.com/", "sub": "u", "aud": seen.url}


@pytest.mark.parametrize(
    ("asked", "seconds"), [(60, 60), (99999, 3600), (0, 300), (-5, 300), ("abc", 300), (None, 300), ([], 300)]
)
def test_an_assertion_lives_as_long_as_asked_and_an_hour_at_most(asked: object, seconds: int) -> None:
    with endpoint({"access_token": "new"}) as seen:
        token(serviceClient="s", privateKey=PLAIN_PEM, serviceRequestTimeout=asked, accessUrl=seen.url)
    claims = jwt.decode(seen.forms[0]["assertion"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        ({}, "Can't create new access token for user"),
        ({"serviceClient": "s"}, "privateKey"),
        ({"serviceClient": "s", "privateKey": "no key"}, "Can't generate token. Check your auth options"),
        ({"serviceClient": "s", "privateKey": LOCKED_PEM}, "Can't generate token. Check your auth options"),
        (
            {"serviceClient": "s", "privateKey": {"key": LOCKED_PEM, "passphrase": "wrong"}},
            "Can't generate token. Check your auth options",
        ),
    ],
    ids=["nothing", "no key", "garbage", "no passphrase", "wrong passphrase"],
)
def test_what_no_token_can_be_got_with_is_said(auth: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotLogIn) as caught:
        token(**auth, accessUrl="http://127.0.0.1:1/")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ({"error": "invalid_grant"}, 400, "invalid_grant"),
        ({"error": "invalid_grant", "error_description": "it expired"}, 400, "invalid_grant: it expired"),
        ({"error": "e", "error_description": "d", "error_uri": "https://x/"}, 200, "e: d (https://x/)"),
        ({}, 200, "No access token"),
        ({"access_token": ""}, 200, "No access token"),
        ([], 200, "Invalid authentication response"),
        (None, 200, "Invalid authentication response"),
        ("token", 200, "Invalid authentication response"),
        (b"<html>", 200, "JSON"),
        (b"", 500, "JSON"),
        (b"\xff\xfe{}", 200, "JSON"),
        (b"[" * 100_000, 200, "JSON"),
        (b'\xef\xbb\xbf{"access_token": "x"}', 200, "JSON"),
        (b'{"access_token": "x", "a": NaN}', 200, "JSON"),
        (b" " * (1024 * 1024 + 1), 200, "too long"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_an_answer_without_a_token_is_told(answer: object, status: int, words: str) -> None:
    with endpoint(answer, status) as seen, pytest.raises(CannotLogIn) as caught:
        token(**REFRESH, accessUrl=seen.url)
    assert words in str(caught.value)


def test_the_status_says_nothing() -> None:
    with endpoint({"access_token": "new"}, 500) as seen:
        assert token(**REFRESH, accessUrl=seen.url) == "new"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with (
        endpoint({"access_token": "stolen"}) as elsewhere,
        endpoint(b"", status, Location=elsewhere.url) as seen,
    ):
        with pytest.raises(TokenEndpointMoved, match=f"redirects to {elsewhere.url}"):
            token(**REFRESH, accessUrl=seen.url)
        assert elsewhere.forms == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "data:application/json,{}", "ftp://127.0.0.1/", "no-url", "http://[::1/", "http://127.0.0.1:99999/"],
)  # fmt: skip
def test_what_is_no_url_of_a_token_endpoint_is_refused(url: str) -> None:
    with pytest.raises(CannotLogIn, match="accessUrl"):
        token(**REFRESH, accessUrl=url)


def test_half_a_surrogate_pair_is_asked_with_as_node_writes_it() -> None:
    with endpoint({"access_token": "new"}) as seen:
        params = {"a\ud800": "\udc00"}
        token(refreshToken="r\ud800", clientId="i\udfff", customParams=params, accessUrl=f"{seen.url}?\ud800")
    assert seen.forms == [
        {
            "client_id": "i\ufffd",
            "client_secret": "",
            "refresh_token": "r\ufffd",
            "grant_type": "refresh_token",
            "a\ufffd": "\ufffd",
        }
    ]


def test_headers_of_the_request_are_sent_in_latin_1() -> None:
    with endpoint({"access_token": "new"}) as seen:
        custom = {"X-A": " caf\u00e9\t", "X-B": 1}
        assert token(**REFRESH, accessUrl=seen.url, customHeaders=custom) == "new"
    assert (seen.sent["X-A"], seen.sent["X-B"]) == ("caf\u00e9", "1")


@pytest.mark.parametrize(
    "custom",
    [
        {"X-A": "a\r\nX-B: b"},
        {"X-A": "a\nb"},
        {"X-A": "\0"},
        {"X-A": "\x7f"},
        {"X-A": "\u010d\u010aX-B: b"},
        {"X-A": "\ud800"},
        {"X A": "a"},
        {"X-A:": "a"},
        {"X-A\r\nX-B": "a"},
        {"\u00e9": "a"},
        {"": "a"},
    ],
)
def test_a_header_that_no_request_can_hold_is_refused_and_nothing_asked(custom: dict[str, str]) -> None:
    with endpoint({"access_token": "new"}) as seen, pytest.raises(CannotLogIn, match="customHeaders"):
        token(**REFRESH, accessUrl=seen.url, customHeaders=custom)
    assert seen.forms == []


def test_an_endpoint_that_is_down_can_be_tried_again() -> None:
    with endpoint({}) as seen:
        url = seen.url
    with pytest.raises(TokenEndpointDown):
        token(**REFRESH, accessUrl=url)


def test_an_endpoint_whose_certificate_is_not_trusted_gets_no_secret() -> None:
    with serve(implicit_tls=True) as server, pytest.raises(UntrustedTokenEndpoint, match="certificate"):
        token(**REFRESH, accessUrl=f"https://127.0.0.1:{server.port}/")
    assert server.log.commands == []


def test_an_endpoint_that_speaks_no_tls_gets_no_secret() -> None:
    with endpoint({}) as seen, pytest.raises(UntrustedTokenEndpoint, match="speaks no TLS"):
        token(**REFRESH, accessUrl=seen.url.replace("http:", "https:"))
    assert seen.forms == []


def test_an_endpoint_is_verified_by_its_own_ca_under_its_own_name() -> None:
    context = server_context(Script())
    with endpoint({"access_token": "new"}, context=context) as seen:
        url = seen.url.replace("http://127.0.0.1", "https://localhost")
        assert token(**REFRESH, accessUrl=url, tls={"ca": certificates().ca}) == "new"


def test_an_endpoint_that_drips_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_endpoint, "TIMEOUT", 0.5)
    down = pytest.raises(TokenEndpointDown, match=r"within 0\.5 s")
    with endpoint({"access_token": "new"}, slowly=True) as seen, within(3), down:
        token(**REFRESH, accessUrl=seen.url)


@pytest.mark.parametrize(
    "auth",
    [
        {"customHeaders": {"X-A": "\u00e9"}},
        {"customHeaders": {"Content-Length": "3"}},
        {"clientId": "\ud800"},
        {"clientId": 5},
    ],
    ids=["Latin-1", "Content-Length", "a lone surrogate", "a number"],
)
def test_what_nodemailer_sends_all_the_same_is_sent(auth: dict[str, Any]) -> None:
    with endpoint({"access_token": "new"}) as seen:
        assert token(**{**REFRESH, **auth}, accessUrl=seen.url) == "new"
    assert len(seen.forms) == 1


@pytest.mark.parametrize("headers", [{"X A": "b"}, {"X-A": "b\r\nc: d"}, {"X-A": "\u0436"}])
def test_a_header_that_http_does_not_take_is_told(headers: dict[str, str]) -> None:
    with endpoint({}) as seen, pytest.raises(CannotLogIn, match="customHeaders"):
        token(**REFRESH, customHeaders=headers, accessUrl=seen.url)
    assert seen.forms == []


def test_an_answer_that_is_compressed_unasked_is_refused() -> None:
    with endpoint(gzip.compress(b"0" * 2**20)) as seen:
        seen.headers["Content-Encoding"] = "gzip"
        with pytest.raises(CannotLogIn, match="compressed"):
            token(**REFRESH, accessUrl=seen.url)
    assert seen.sent["Accept-Encoding"] == "identity"


def test_a_passphrase_for_a_key_that_has_none_does_no_harm() -> None:
    key = {"key": PLAIN_PEM, "passphrase": "x"}
    with endpoint({"access_token": "new"}) as seen:
        assert token(serviceClient="s", privateKey=key, accessUrl=seen.url) == "new"


# In a session


def oauth2(seen: Endpoint, **auth: Any) -> dict[str, Any]:
    return {"auth": {"type": "oauth2", "user": "u", **REFRESH, "accessUrl": seen.url, **auth}}


def test_a_token_that_is_refused_is_renewed_once() -> None:
    with endpoint({"access_token": "good-token"}) as seen, serve(auth=["XOAUTH2"]) as server:
        result = send(server, **oauth2(seen, accessToken="expired"))
    assert (result.ending.exit_code, server.log.verbs.count("AUTH"), len(seen.forms)) == (0, 2, 1)


def test_a_renewed_token_that_is_refused_too_is_not_renewed_again() -> None:
    with endpoint({"access_token": "still-bad"}) as seen, serve(auth=["XOAUTH2"]) as server:
        result = send(server, **oauth2(seen, accessToken="expired"))
    assert (result.ending.exit_code, server.log.verbs.count("AUTH"), len(seen.forms)) == (77, 2, 1)


def test_a_renewed_token_is_taken_after_one_more_challenge() -> None:
    """Nodemailer answers the second challenge, and goes by the verdict behind it."""
    with (
        endpoint({"access_token": "still-bad"}) as seen,
        serve(auth=["XOAUTH2"], auth_reply="235 ok") as server,
    ):
        result = send(server, **oauth2(seen, accessToken="expired"))
    assert (result.ending.exit_code, server.log.verbs.count("AUTH")) == (0, 2)


def test_options_of_the_endpoints_tls_that_node_refuses_name_their_place() -> None:
    with endpoint({}) as seen, serve(auth=["XOAUTH2"]) as server:
        url = seen.url.replace("http:", "https:")
        result = send(server, **oauth2(seen, accessUrl=url, tls={"minVersion": "1.2"}))
    assert result.ending.exit_code == 78
    assert result.reason.startswith("auth.tls.minVersion: ")


def test_a_redirect_leaves_logtos_verdict_open() -> None:
    with endpoint(b"", 302, Location="https://elsewhere.example/") as seen, serve(auth=["XOAUTH2"]) as server:
        result = send(server, **oauth2(seen))
    assert (result.ending.exit_code, result.nodemailer) == (77, "")


@pytest.mark.parametrize(
    ("answer", "outcome", "code"), [({"error": "invalid_grant"}, "failed", 77), (b"oops", "failed", 77)]
)
def test_no_token_means_no_login(answer: object, outcome: str, code: int) -> None:
    with endpoint(answer) as seen, serve(auth=["XOAUTH2"]) as server:
        result = send(server, **oauth2(seen))
    assert (result.ending.outcome.value, result.stage.value, result.ending.exit_code) == (
        outcome,
        "auth",
        code,
    )
    assert "AUTH" not in server.log.verbs


def test_a_token_endpoint_that_is_down_defers_the_message() -> None:
    with endpoint({}) as seen:
        config = oauth2(seen)
    with serve(auth=["XOAUTH2"]) as server:
        result = send(server, **config)
    assert (result.ending.outcome.value, result.stage.value, result.ending.exit_code) == (
        "deferred",
        "auth",
        75,
    )


def test_a_token_that_a_server_repeats_never_enters_the_transcript() -> None:
    fetched = "a-token-fetched-at-run-time"
    with (
        endpoint({"access_token": fetched}) as seen,
        serve(auth=["XOAUTH2"], auth_reply=f"535 5.7.8 not {fetched}") as server,
    ):
        result = send(server, **oauth2(seen))
    assert result.reply is not None
    assert result.reply.text == "not ***"
    assert fetched not in repr(result)


def test_an_assertion_that_the_endpoint_repeats_is_not_shown() -> None:
    with endpoint(b'{"error": "bad ASSERTION"}') as seen, pytest.raises(CannotLogIn) as caught:
        token(serviceClient="s", privateKey=PLAIN_PEM, accessUrl=seen.url)
    assert str(caught.value) == "bad ***"


def test_no_piece_of_an_assertion_is_shown() -> None:
    with endpoint(b'{"error": "bad PIECES"}') as seen, pytest.raises(CannotLogIn) as caught:
        token(serviceClient="s", privateKey=PLAIN_PEM, accessUrl=seen.url)
    assert len(seen.forms[0]["assertion"].split(".")) == 3
    assert str(caught.value) == "bad *** *** ***"
