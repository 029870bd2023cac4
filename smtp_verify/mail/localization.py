"""Localized templates, which Logto looks at before the config's own.

Source: Logto's packages/core libraries/connector.ts `getI18nEmailTemplate`: (type, locale), then (type,
fallback language), then (Generic, fallback language). Tags are compared exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify import codes
from smtp_verify.config import loader
from smtp_verify.config.path import json_pointer
from smtp_verify.errors import ConfigError
from smtp_verify.finding import Finding, Severity
from smtp_verify.mail import usage

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path

DEFAULT_LOCALE = "en"


@dataclass(frozen=True, slots=True)
class Localized:
    """One localized template, with its place in the file it comes from."""

    document: Document
    path: Path
    """Of its `details`."""
    locale: str
    usage_type: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Localization:
    """The localized templates of a file, and the languages to look for."""

    templates: tuple[Localized, ...]
    locale: str | None
    fallback: str

    def find(self, usage_type: str) -> Localized | None:
        """The one Logto takes for a usage type, or None where it goes on to the config's own."""
        wanted = [(usage_type, self.fallback), (usage.DEFAULT, self.fallback)]
        if self.locale is not None:
            wanted.insert(0, (usage_type, self.locale))
        for key in wanted:
            for each in self.templates:
                if (each.usage_type, each.locale) == key:
                    return each
        return None


NONE = Localization((), None, DEFAULT_LOCALE)


def load(path: str, locale: str | None, fallback: str) -> Localization:
    """The localized templates of a file: the body of `PUT /api/email-templates`, or what `GET` answers.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: it holds no list of localized templates.
    """
    document = loader.pick(loader.load(path), None)
    above: Path = ("templates",) if isinstance(document.data, dict) else ()
    listed = document.data.get("templates") if above else document.data
    if not isinstance(listed, list):
        raise ConfigError(f"{document.path}: holds no list of localized templates")
    templates = (_localized(document, (*above, index), entry) for index, entry in enumerate(listed))
    return Localization(tuple(templates), locale, fallback)


def _localized(document: Document, path: Path, entry: Any) -> Localized:
    keys = entry if isinstance(entry, dict) else {}
    tag, usage_type, details = (keys.get(key) for key in ("languageTag", "templateType", "details"))
    if not (isinstance(tag, str) and isinstance(usage_type, str) and isinstance(details, dict)):
        place = document.location(path)
        message = "a localized template needs languageTag, templateType and details"
        finding = Finding(
            place, codes.MISSING_KEY, Severity.ERROR, message, "write all three", json_pointer(path)
        )
        raise ConfigError(f"{place.shown}: {message}", [finding])
    return Localized(document, (*path, "details"), tag, usage_type, details)
