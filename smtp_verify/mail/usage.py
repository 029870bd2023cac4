"""Usage types: which variables Logto gives each of them, with a sample of the values.

Source: Logto's packages/core: verification-code-helpers.ts, routes/verification, organization-invitation.ts,
utils/connectors/extra-information.ts. The user's IP address is never among them.
"""

from __future__ import annotations

from typing import Any

from smtp_verify.config.schema.keys import USAGE_TYPES as USAGE_TYPES

DEFAULT = "Generic"
INVITATION = "OrganizationInvitation"
SAMPLE_CODE = "123456"

_APPLICATION = {
    "id": "app-id",
    "name": "Example App",
    "displayName": "Example App",
    "branding": {
        "logoUrl": "https://example.com/logo.png",
        "darkLogoUrl": "https://example.com/logo-dark.png",
        "favicon": "https://example.com/favicon.ico",
        "darkFavicon": "https://example.com/favicon-dark.ico",
    },
}
_ORGANIZATION = {
    "id": "organization-id",
    "name": "Example Org",
    "branding": _APPLICATION["branding"],
}
_USER = {
    "id": "user-id",
    "avatar": "https://example.com/avatar.png",
    "name": "Ada Lovelace",
    "primaryEmail": "ada@example.com",
    "primaryPhone": "15550100",
    "username": "ada",
    "profile": {
        "familyName": "Lovelace",
        "givenName": "Ada",
        "middleName": "",
        "nickname": "Ada",
        "preferredUsername": "ada",
        "profile": "https://example.com/ada",
        "website": "https://example.com",
        "gender": "female",
        "birthdate": "1815-12-10",
        "zoneinfo": "Europe/London",
        "locale": "en",
        "address": {
            "formatted": "12 St James's Square, London",
            "streetAddress": "12 St James's Square",
            "locality": "London",
            "region": "England",
            "postalCode": "SW1Y 4JH",
            "country": "GB",
        },
    },
}
_SIGN_IN = {"locale": "en", "uiLocales": "en", "application": _APPLICATION, "organization": _ORGANIZATION}
_ACCOUNT = {"locale": "en", "uiLocales": "en", "user": _USER, "application": _APPLICATION}
_SAMPLES: dict[str, dict[str, Any]] = {
    "SignIn": _SIGN_IN,
    "Register": _SIGN_IN,
    "ForgotPassword": _SIGN_IN,
    "MfaVerification": _SIGN_IN,
    "BindMfa": {**_SIGN_IN, "user": _USER},
    "UserPermissionValidation": _ACCOUNT,
    "BindNewIdentifier": _ACCOUNT,
    # The caller's messagePayload adds what it likes; `link` is what the documentation suggests.
    INVITATION: {
        "organization": _ORGANIZATION,
        "inviter": _USER,
        "link": "https://example.com/invitations/42",
    },
    "Generic": {},
}


def sample(usage_type: str) -> dict[str, Any]:
    """The variables Logto gives this type, without the code; none for a type Logto does not have."""
    return _SAMPLES.get(usage_type, {})


def is_known(usage_type: str) -> bool:
    """Whether Logto sends mails of this type."""
    return usage_type in USAGE_TYPES
