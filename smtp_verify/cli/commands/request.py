"""What `render` and `test-send` are both asked for, and the steps that both begin with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.commands import loading
from smtp_verify.errors import UsageError
from smtp_verify.mail import payload

if TYPE_CHECKING:
    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.mail.localization import Localization
    from smtp_verify.report.style import ColorMode

_STDIN = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRequest:
    """A config, one of its templates and the variables to fill it with."""

    config: str
    usage: str
    code: str | None
    var: list[str]
    vars: str | None
    overrides: list[str] = field(repr=False)
    locale: str | None
    fallback_locale: str
    email_templates: str | None
    output: str | None
    input_format: InputFormat | None
    document: int | None
    color: ColorMode
    no_input: bool
    logto: str | None

    def load(self) -> Document:
        """The config, with the fields of the environment and of --set in their places.

        Raises:
            UsageError: an override that is none, or two inputs that would read standard input.
            SourceError: the path cannot be read.
            ConfigError: the text cannot be read.
        """
        readers = (self.config, self.code, self.vars, self.email_templates)
        if readers.count(_STDIN) > 1:
            raise UsageError("- can stand for only one of CONFIG, --code, --vars and --email-templates")
        document = loading.load_config(self.config, self.input_format, self.document, self.logto)
        return loading.overridden(document, self.overrides, self.no_input)

    def inputs(self) -> tuple[str | None, ...]:
        """The files that are read."""
        from smtp_verify.config import overrides

        return self.config, self.vars, self.email_templates, *overrides.files(self.overrides, os.environ)

    def localization(self) -> Localization:
        """The localized templates of --email-templates; without it there are none.

        Raises:
            SourceError: the path cannot be read.
            ConfigError: it holds no localized templates.
        """
        return loading.load_localization(self.email_templates, self.locale, self.fallback_locale)

    def variables(self) -> dict[str, Any] | None:
        """The variables of --vars, or None where samples are to be taken.

        Raises:
            SourceError: the path cannot be read.
            ConfigError: it holds no variables.
        """
        return None if self.vars is None else payload.load_variables(self.vars)
