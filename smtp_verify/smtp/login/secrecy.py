"""What of a config must not show, in every form in which a session may say it."""

from __future__ import annotations

from typing import Any

from smtp_verify.config import secrets
from smtp_verify.smtp import transport
from smtp_verify.smtp.login import mechanisms


def secrets_of(config: dict[str, Any]) -> list[str]:
    """What of a config must not show in a report, in every form in which it may be said."""
    login = mechanisms.login_of(transport.effective(config))
    found = secrets.values_of(config)
    if login is None:
        return found
    found.append(login.password)
    return [*found, *(form for secret in found for form in mechanisms.secrets_of(login, secret))]
