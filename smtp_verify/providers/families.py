"""Which names of servers are whose: one table for the diagnosis and the sender's domain.

A name that ends so is the provider's own; less may be known of its settings (`table`, by whole names).
"""

from __future__ import annotations

import re
from functools import cache

FAMILIES = {
    "gmail": r"smtp\.gmail\.com|googlemail\.com",
    "google-workspace-relay": r"smtp-relay\.gmail\.com",
    "microsoft": r"office365\.com|outlook\.com",
    "icloud": r"mail\.me\.com|mail\.icloud\.com",
    "yahoo": r"yahoo\.com|aol\.com",
    "fastmail": r"fastmail\.com|messagingengine\.com",
    "zoho": r"zoho\.(?:com|eu|in|jp|com\.au|com\.cn)|zohocloud\.ca",
    "yandex": r"yandex\.(?:ru|com|net)",
    "mailru": r"mail\.ru",
    "qq": r"qq\.com",
    "netease": r"163\.com|126\.com",
    "sendgrid": r"sendgrid\.net",
    "aliyun-directmail": r"smtpdm(?:-[a-z0-9-]+)?\.aliyun(?:cs)?\.com",
    "aliyun-mail": r"qiye\.aliyun\.com|mxhichina\.com",
    "ses": r"email-smtp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com",
    "mailgun": r"mailgun\.org",
    "mailjet": r"mailjet\.com",
    "postmark": r"postmarkapp\.com",
    "brevo": r"brevo\.com|sendinblue\.com",
    "resend": r"resend\.com",
}
"""By name, the ends of the names of its servers, as a regular expression."""


def is_of(host: str, families: tuple[str, ...]) -> bool:
    """Whether a server is one of these families' by its name."""
    name = host.lower().rstrip(".")
    return any(_pattern(family).search(name) for family in families)


@cache
def _pattern(family: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|\.)(?:{FAMILIES[family]})$")
