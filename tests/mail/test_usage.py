"""Usage types and the variables Logto gives them."""

from __future__ import annotations

import pytest

from smtp_verify.mail import usage

ROOTS = {
    "SignIn": ["application", "locale", "organization", "uiLocales"],
    "Register": ["application", "locale", "organization", "uiLocales"],
    "ForgotPassword": ["application", "locale", "organization", "uiLocales"],
    "OrganizationInvitation": ["inviter", "link", "organization"],
    "Generic": [],
    "UserPermissionValidation": ["application", "locale", "uiLocales", "user"],
    "BindNewIdentifier": ["application", "locale", "uiLocales", "user"],
    "MfaVerification": ["application", "locale", "organization", "uiLocales"],
    "BindMfa": ["application", "locale", "organization", "uiLocales", "user"],
}


def test_logto_has_nine_usage_types() -> None:
    assert sorted(usage.USAGE_TYPES) == sorted(ROOTS)


@pytest.mark.parametrize("usage_type", ROOTS)
def test_a_sample_has_the_variables_logto_gives_the_type(usage_type: str) -> None:
    assert sorted(usage.sample(usage_type)) == ROOTS[usage_type]


@pytest.mark.parametrize("usage_type", [*ROOTS, "Custom"])
def test_no_sample_has_the_code_or_the_users_ip_address(usage_type: str) -> None:
    assert not {"code", "ip"} & usage.sample(usage_type).keys()


def test_a_type_that_logto_does_not_have_has_no_sample() -> None:
    assert usage.sample("Custom") == {}
    assert not usage.is_known("Custom")
    assert not usage.is_known("signin")
