"""What a provider's error means, and what to do about it."""

from __future__ import annotations

import base64
import json

import pytest

from smtp_verify.providers.oauth2_errors import advice, challenge, with_advice

ADVICE: list[tuple[str, str]] = [
    ("invalid_grant", "the refresh token is no longer good"),
    ("invalid_grant: Token has been expired or revoked.", "Consent again"),
    ("invalid_client: Unauthorized", "auth.clientId or auth.clientSecret are wrong"),
    ("unauthorized_client", "a service account's delegation"),
    ("invalid_scope: no", "check auth.scope or auth.customParams.scope"),
    ("invalid_request: Missing refresh_token", "check clientId, clientSecret and refreshToken"),
    # Microsoft's own code says more than the standard's word.
    (
        "invalid_grant: AADSTS700082: The refresh token has expired due to inactivity.",
        "not used for too long",
    ),
    ("invalid_grant: AADSTS50173: revoked", "the grant was revoked"),
    ("invalid_client: AADSTS7000215: Invalid client secret", "use the secret's value, not its id"),
    ("unauthorized_client: AADSTS700016: not found", "check auth.clientId and the tenant"),
    ("invalid_request: AADSTS90002: Tenant not found", "check the tenant in auth.accessUrl"),
    ("invalid_grant: AADSTS12345: new", "see https://login.microsoftonline.com/error?code=12345"),
]


@pytest.mark.parametrize(("words", "part"), ADVICE)
def test_a_known_error_has_advice_behind_the_providers_own_words(words: str, part: str) -> None:
    assert part in advice(words)
    assert with_advice(words) == f"{words.removesuffix('.')}; {advice(words)}"


@pytest.mark.parametrize("words", ["", "No access token", "server_error: invalid_grant", "AADSTS: none"])
def test_an_unknown_error_stays_as_it_is(words: str) -> None:
    assert advice(words) == ""
    assert with_advice(words) == words


def encoded(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (encoded({"status": "400", "schemes": "Bearer"}), "status 400, schemes Bearer"),
        (
            encoded({"status": 401, "scope": "https://mail.google.com/"}),
            "status 401, scope https://mail.google.com/",
        ),
        (encoded({}), ""),
        (encoded(["400"]), ""),
        (encoded("400"), ""),
        ("", ""),
        ("Username:", ""),
        ("e30", ""),
        ("/////w==", ""),
        (base64.b64encode(b"not json").decode(), ""),
        (base64.b64encode(b"[" * 100_000).decode(), ""),
        ("ünï", ""),
    ],
)
def test_a_challenge_is_told_where_it_is_an_object_in_json(text: str, words: str) -> None:
    assert challenge(text) == words
