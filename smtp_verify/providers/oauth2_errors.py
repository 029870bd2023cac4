"""What an OAuth2 provider's error means, and what to do about it.

Sources: https://learn.microsoft.com/entra/identity-platform/reference-error-codes;
https://developers.google.com/identity/protocols/oauth2#expiration; RFC 6749 section 5.2.
"""

from __future__ import annotations

import base64
import binascii
import json
import re

_AADSTS = re.compile(r"AADSTS(\d+)")
_MICROSOFT = {
    "50034": "the user is not in this tenant: check auth.user and the tenant in auth.accessUrl",
    "50076": "the account needs multi-factor authentication: consent again, interactively",
    "50126": "username or password are wrong",
    "50173": "the grant was revoked, often by a new password: consent again, and store the new token",
    "65001": "nobody has consented to the application's permission: consent to SMTP.Send with offline_access",
    "70008": "the refresh token has expired: consent again, and store the new one",
    "70011": "the scope is not valid: set auth.customParams.scope to https://outlook.office.com/SMTP.Send",
    "700016": "the application is not in this tenant: check auth.clientId and the tenant in auth.accessUrl",
    "700082": "the refresh token was not used for too long: consent again, and store the new one",
    "700084": "the refresh token was issued to a single page app and has expired: register a web client",
    "7000215": "auth.clientSecret is wrong: use the secret's value, not its id",
    "7000222": "auth.clientSecret has expired: make a new one",
    "90002": "there is no such tenant: check the tenant in auth.accessUrl",
}
_STANDARD = {
    "invalid_grant": (
        "the refresh token is no longer good: it was revoked, not used for six months, or the password was"
        " changed; Google drops it after 7 days while the consent screen is in Testing. Consent again"
    ),
    "invalid_client": "auth.clientId or auth.clientSecret are wrong, or not this provider's",
    "unauthorized_client": "the client may not use this grant: check it, and a service account's delegation",
    "invalid_scope": "the provider does not know the scope: check auth.scope or auth.customParams.scope",
    "invalid_request": "something is missing in the request: check clientId, clientSecret and refreshToken",
}


def advice(words: str) -> str:
    """What to do about an error of a provider, or nothing where it is not known."""
    code = _AADSTS.search(words)
    if code and code[1] in _MICROSOFT:
        return _MICROSOFT[code[1]]
    if code:
        return f"see https://login.microsoftonline.com/error?code={code[1]}"
    return next((text for error, text in _STANDARD.items() if words.startswith(error)), "")


def with_advice(words: str) -> str:
    """The provider's own words, and what to do."""
    more = advice(words)
    return f"{words.rstrip('.')}; {more}" if more else words


def challenge(text: str) -> str:
    """What a 334 in XOAUTH2 says: JSON in base64, `{"status": "400", "schemes": "Bearer", …}`."""
    try:
        decoded = json.loads(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(decoded, dict):
        return ""
    return ", ".join(f"{key} {value}" for key, value in decoded.items())
