"""The table of providers, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.report.formats.json_document import VERSION, dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.providers.provider import Provider


def providers_text(providers: Sequence[Provider]) -> str:
    """One line a provider: name, host, the recommended port, what `auth.user` is."""
    rows = [(each.name, each.host, _port(each), _user(each)) for each in providers]
    rows.insert(0, ("provider", "host", "port", "user"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "".join(
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])) + "\n"
        for row in rows
    )


def providers_json(providers: Sequence[Provider]) -> str:
    """All that the table knows and a program may want."""
    document = {"version": VERSION, "providers": [_object(each) for each in providers]}
    return dumps(document)


def _port(provider: Provider) -> str:
    return f"{provider.port.number} {provider.port.security.value}"


def _user(provider: Provider) -> str:
    if provider.user is None:
        return "none"
    return provider.user.kind if provider.password is not None else f"{provider.user.kind}, OAuth2 alone"


def _object(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "title": provider.title,
        "aliases": list(provider.aliases),
        "host": provider.host if provider.hosts else None,
        "regions": [{"name": each.name, "host": each.host} for each in provider.regions],
        "ports": [{"port": each.number, "security": each.security.value} for each in provider.ports],
        "user": None if provider.user is None else provider.user.value,
        "password": None if provider.password is None else provider.password.value,
        "fromEmail": provider.sender.value,
        "oauth2": provider.oauth2 is not None,
        "page": provider.page,
    }
