"""A starter config: a provider's settings, placeholders for what only its owner knows, all nine templates."""

from __future__ import annotations

import json
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.config.schema.keys import USAGES
from smtp_verify.providers.provider import Security
from smtp_verify.starter import layout
from smtp_verify.starter.chinese import CHINESE
from smtp_verify.starter.english import ENGLISH
from smtp_verify.starter.russian import RUSSIAN
from smtp_verify.starter.yaml_text import Comments, yaml_text

if TYPE_CHECKING:
    from smtp_verify.config.path import Path
    from smtp_verify.providers.provider import Port, Provider
    from smtp_verify.starter.wording import Language

LANGUAGES = {language.name: language for language in (ENGLISH, RUSSIAN, CHINESE)}
_WIDTH = 108
_SECURITY: dict[Security, tuple[dict[str, bool], str]] = {
    Security.IMPLICIT: ({"secure": True}, "true: TLS from the start"),
    Security.STARTTLS: (
        {"secure": False, "requireTLS": True},
        "false: TLS by STARTTLS, which must then be offered",
    ),
    Security.CLEAR: ({"secure": False, "ignoreTLS": True}, "no TLS: for a server on this machine"),
}
"""The keys of each, and what is said behind `secure`."""
_PURPOSES = {
    **USAGES,
    "Generic": f"{USAGES['Generic']} It has the code and no name.",
    "OrganizationInvitation": f"{USAGES['OrganizationInvitation']} There is no code; {{{{link}}}} is what the"
    " call of the Management API gives in messagePayload.",
}
_TEMPLATES_PAGE = "https://docs.logto.io/connectors/email-connectors/email-templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """What a starter config is made for."""

    provider: Provider
    host: str
    port: Port
    oauth2: bool
    """Whether to log in with OAuth2 instead of a password."""
    language: Language
    html: bool

    def config(self) -> dict[str, Any]:
        """The config, placeholders in it."""
        security, _ = _SECURITY[self.port.security]
        return {
            "host": self.host,
            "port": self.port.number,
            **security,
            "auth": self._auth(),
            "fromEmail": self.provider.sender.value,
            "templates": self._templates(),
        }

    def as_yaml(self, config: dict[str, Any]) -> str:
        """The text of the config, or of one made from it, with comments."""
        return yaml_text(config, self._head(), self.comments())

    def _auth(self) -> dict[str, str]:
        provider = self.provider
        if self.oauth2 and provider.oauth2 is not None and provider.user is not None:
            return {
                "type": "OAuth2",
                "user": provider.user.value,
                "clientId": "<client-id>",
                "clientSecret": "<client-secret>",
                "refreshToken": "<refresh-token>",
                "accessUrl": provider.oauth2.token_endpoint,
            }
        if provider.user is None or provider.password is None:
            # Not {}: Logto drops what is empty when it saves a connector.
            return {"type": "login"}
        return {"user": provider.user.value, "pass": provider.password.value}

    def _templates(self) -> list[dict[str, str]]:
        lay_out = layout.page if self.html else layout.text
        return [
            {
                "usageType": mail.usage_type,
                "contentType": "text/html" if self.html else "text/plain",
                "subject": mail.subject,
                "content": lay_out(mail, self.language),
            }
            for mail in self.language.mails
        ]

    # The comments ------------------------------------------------------------------------------------------

    def _head(self) -> tuple[str, ...]:
        provider = self.provider
        title = f"{provider.title}: port {self.port.number}, {self.port.security.value}."
        limit = (f"It takes at most {provider.limit}.",) if provider.limit else ()
        return _wrapped(title, *limit, *provider.notes, f"More on these settings: {provider.page}")

    def comments(self) -> Comments:
        """What is said beside the keys of the config."""
        before: dict[Path, tuple[str, ...]] = {
            ("host",): self._on_host(),
            ("port",): self._on_port(),
            **self._on_auth(),
            ("fromEmail",): (*_wrapped(f"The sender: {self.provider.sender.about}"), _ON_NAMES),
            ("templates",): _ON_TEMPLATES,
        }
        items: list[Path] = [("templates", index) for index in range(len(self.language.mails))]
        for path, mail in zip(items, self.language.mails, strict=True):
            before[path] = _wrapped(_PURPOSES[mail.usage_type])
        apart = frozenset({("host",), ("auth",), ("fromEmail",), ("templates",), *items[1:]})
        return Comments(before, {("secure",): _SECURITY[self.port.security][1]}, apart)

    def _on_host(self) -> tuple[str, ...]:
        regions = self.provider.regions
        if not regions:
            return ()
        if any(not region.title for region in regions):
            names = " ".join(region.name for region in regions)
            return ("The host of your region, its name in the place of this one:", *_wrapped(names))
        widest = max(len(region.title) for region in regions)
        return ("The host of your region:", *(f"  {each.title:{widest}}  {each.host}" for each in regions))

    def _on_port(self) -> tuple[str, ...]:
        others = [port for port in self.provider.ports if port != self.port]
        kinds = dict.fromkeys(port.security for port in others)
        ways = [_way([port.number for port in others if port.security is kind], kind) for kind in kinds]
        return _wrapped(f"Or {'; or '.join(ways)}.") if ways else ()

    def _on_auth(self) -> dict[Path, tuple[str, ...]]:
        provider = self.provider
        if provider.user is None:
            return {("auth",): ("No login. Not {}: Logto drops an empty auth when it saves the connector.",)}
        user: dict[Path, tuple[str, ...]] = {("auth", "user"): _wrapped(provider.user.about)}
        if self.oauth2 and provider.oauth2 is not None:
            return {**user, **_on_oauth2(provider)}
        if provider.password is None:
            return user
        return {**user, ("auth", "pass"): _wrapped(provider.password.about)}


def _way(ports: list[int], security: Security) -> str:
    """Some ports, and what is to be written with them."""
    keys = [f"{key}: {str(value).lower()}" for key, value in _SECURITY[security][0].items()]
    return f"{' or '.join(map(str, ports))} with {' and '.join(keys)}"


def _on_oauth2(provider: Provider) -> dict[Path, tuple[str, ...]]:
    oauth2 = provider.oauth2
    if oauth2 is None:
        return {}
    endpoint = "Where the refresh token is exchanged for access tokens."
    if oauth2.token_endpoint.startswith("<"):
        endpoint += " For Microsoft: https://login.microsoftonline.com/TENANT-ID/oauth2/v2.0/token"
    return {
        ("auth", "type"): ("Without the type, the keys below are not used.",),
        ("auth", "clientId"): _wrapped(oauth2.about),
        ("auth", "refreshToken"): _wrapped(f"Issued to this client, for the scope {oauth2.scope}"),
        ("auth", "accessUrl"): _wrapped(endpoint),
    }


def as_json(config: dict[str, Any]) -> str:
    """The text of a config as JSON, which has no comments."""
    return json.dumps(config, ensure_ascii=False, indent=2) + "\n"


def _wrapped(*paragraphs: str) -> tuple[str, ...]:
    return tuple(
        line
        for paragraph in paragraphs
        for line in textwrap.wrap(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)
    )


_ON_NAMES = "A name may stand before it: 'Example App <you@example.com>'."
_ON_TEMPLATES = (
    "Where answers go, if not to the sender:",
    "replyTo: 'Support <support@example.com>'",
    "",
    "Headers for every mail:",
    "customHeaders:",
    "  Auto-Submitted: auto-generated",
    "",
    *_wrapped(
        "One template for each kind of mail; the first four are required. {{code}} is the verification code."
        f" What else a mail can say: {_TEMPLATES_PAGE}"
    ),
)
