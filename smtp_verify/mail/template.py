"""Which template a mail is made from, and what is in it once its variables are filled in.

Source: @logto/connector-kit 5.1 `getConfigTemplateByType`; @logto/connector-smtp 1.5.4 `buildMailOptions`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import dotted
from smtp_verify.errors import ConfigError, RenderError, UsageError
from smtp_verify.javascript import is_truthy
from smtp_verify.logto_versions import NEWEST
from smtp_verify.mail import handlebars, usage
from smtp_verify.mail.localization import NONE, Localization
from smtp_verify.mail.message import Mail

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.finding import Location
    from smtp_verify.logto_versions import LogtoVersion

_TEXT = "text/plain"
_HTML = "text/html"


@dataclass(frozen=True, slots=True)
class Template:
    """One element of `templates`, or a localized template, chosen for a usage type."""

    document: Document = field(repr=False)
    """The file it comes from: the config, or the localized templates."""
    path: Path
    raw: dict[str, Any] = field(repr=False)
    requested: str
    """The usage type that was asked for; empty where a template of `--all` has none."""
    usage_type: Any
    """The type the template says it is for."""
    shadowed: bool = False
    """An earlier template has the same usage type, so Logto never takes this one."""
    locale: str | None = None
    """The language of a localized template."""

    @property
    def index(self) -> int | None:
        """Where it stands in the config's list, from 0; None for a localized one."""
        return int(self.path[-1]) if self.locale is None else None

    @property
    def location(self) -> Location:
        """Where it starts."""
        return self.document.location(self.path)

    @property
    def name(self) -> str:
        """What a person would call it: `templates[1]`."""
        return dotted(self.path)

    @property
    def fallback(self) -> bool:
        """Whether it stands in for a type that has no template of its own."""
        return bool(self.requested and self.usage_type != self.requested)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A template with its variables filled in: the strings that Logto hands to nodemailer."""

    template: Template
    content_type: Any
    subject: str
    content: str
    sender: str | None
    reply_to: str | None
    unresolved: tuple[str, ...]
    inherited: tuple[str, ...]
    """Names left as written because every JavaScript object has them; Logto would not leave them."""
    logto: LogtoVersion = NEWEST
    """The version of Logto whose mail it is."""

    @property
    def is_text(self) -> bool:
        """Any content type but exactly `text/plain` goes out as HTML."""
        return bool(self.content_type == _TEXT)

    def mail(self, to: str, headers: dict[str, Any]) -> Mail:
        """What Logto hands to nodemailer for one recipient."""
        sender_key = "sendFrom" if self.template.raw.get("sendFrom") else "fromEmail"
        return Mail(
            to,
            self.sender,
            self.reply_to,
            self.subject,
            self.content,
            self.is_text,
            headers,
            sender_key,
            self.logto.nodemailer,
        )


def templates_of(document: Document) -> list[Any]:
    """The list under `templates`.

    Raises:
        ConfigError: there is none.
    """
    config = document.config
    templates = config.get("templates") if isinstance(config, dict) else None
    if not isinstance(templates, list):
        raise ConfigError(f"{document.path}: has no list of templates")
    return templates


def choose(document: Document, requested: str, localization: Localization = NONE) -> Template:
    """The template Logto takes for a usage type.

    A localized one where there is any; else the first of that type in the config; else the first Generic one.

    Raises:
        UsageError: neither Logto nor the file knows the type.
        ConfigError: there is no template for it.
    """
    check_requested(document, requested)
    localized = localization.find(requested)
    if localized is not None:
        return Template(
            document=localized.document,
            path=localized.path,
            raw=localized.details,
            requested=requested,
            usage_type=localized.usage_type,
            locale=localized.locale,
        )
    templates = templates_of(document)
    for wanted in (requested, usage.DEFAULT):
        for index, raw in enumerate(templates):
            if isinstance(raw, dict) and raw.get("usageType") == wanted:
                return _template(document, index, raw, requested)
    listed = ", ".join(_present_types(templates)) or "none"
    raise ConfigError(f"{document.path}: no template for {requested} and no Generic one; present: {listed}")


def check_requested(document: Document, requested: str) -> None:
    """Refuse a usage type that neither Logto nor the file knows.

    Raises:
        UsageError: with a suggestion.
    """
    present = _present_types(templates_of(document))
    if not usage.is_known(requested) and requested not in present:
        raise UsageError(f"no usage type {requested!r}{_suggestion(requested, present)}")


def every(document: Document) -> list[Template]:
    """One template for each element of the list, in file order.

    Raises:
        ConfigError: an element is no object.
    """
    seen: list[Any] = []
    found = []
    for index, raw in enumerate(templates_of(document)):
        if not isinstance(raw, dict):
            raise RenderError(f"{_place(document, ('templates', index))}: templates[{index}] is no template")
        usage_type = raw.get("usageType")
        requested = usage_type if isinstance(usage_type, str) else ""
        found.append(_template(document, index, raw, requested, usage_type in seen))
        seen.append(usage_type)
    return found


def render(document: Document, template: Template, payload: dict[str, Any]) -> Rendered:
    """Fill in the variables of a template.

    Raises:
        RenderError: a field that is no string; Logto would answer HTTP 500.
    """
    config = document.config
    subject = _substituted(template, "subject", payload)
    content = _substituted(template, "content", payload)
    # An empty string counts as absent here, as in JavaScript.
    sender = _substituted(template, "sendFrom", payload) if is_truthy(template.raw.get("sendFrom")) else None
    reply_to = _substituted(template, "replyTo", payload) if is_truthy(template.raw.get("replyTo")) else None
    from_field = sender or _as_written(config.get("fromEmail"))
    reply_field = reply_to or _as_written(config.get("replyTo"))
    fields = [field for field in (subject, content, from_field, reply_field) if field is not None]
    unresolved = dict.fromkeys(name for field in fields for name in field.unresolved)
    sources = [template.raw.get(key) for key in ("subject", "content", "sendFrom", "replyTo")]
    inherited = (name for text in sources if text for name in handlebars.inherited_names(text))
    return Rendered(
        template,
        template.raw.get("contentType", None if template.locale is None else _HTML),
        subject.text,
        content.text,
        from_field.text if from_field else None,
        reply_field.text if reply_field else None,
        tuple(unresolved),
        tuple(dict.fromkeys(inherited)),
        document.logto,
    )


def _template(
    document: Document, index: int, raw: dict[str, Any], requested: str, shadowed: bool = False
) -> Template:
    return Template(document, ("templates", index), raw, requested, raw.get("usageType"), shadowed)


def _substituted(template: Template, key: str, payload: dict[str, Any]) -> handlebars.Substitution:
    text = template.raw.get(key)
    if not isinstance(text, str):
        what = "is no string" if key in template.raw else "is missing"
        place = _place(template.document, (*template.path, key))
        raise RenderError(f"{place}: {template.name}.{key} {what}: Logto answers HTTP 500 here")
    return handlebars.substitute(text, payload)


def _as_written(value: Any) -> handlebars.Substitution | None:
    """`fromEmail` and `replyTo` of the config are not rendered: names in them stay."""
    if not isinstance(value, str):
        return None
    return handlebars.Substitution(value, handlebars.names(value))


def _place(document: Document, path: tuple[str | int, ...]) -> str:
    return document.location(path).shown


def _present_types(templates: list[Any]) -> list[str]:
    types = (raw.get("usageType") for raw in templates if isinstance(raw, dict))
    return list(dict.fromkeys(each for each in types if isinstance(each, str)))


def _suggestion(requested: str, present: list[str]) -> str:
    choices = {choice.lower(): choice for choice in (*usage.USAGE_TYPES, *present)}
    close = difflib.get_close_matches(requested.lower(), choices, n=1)
    if close:
        return f"; did you mean {choices[close[0]]}?"
    return f"; Logto has {', '.join(usage.USAGE_TYPES)}"
