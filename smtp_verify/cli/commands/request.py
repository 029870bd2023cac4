"""The steps that `render` and `test-send` both begin with."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeAlias

from smtp_verify.cli.commands import loading
from smtp_verify.errors import UsageError
from smtp_verify.mail import payload

if TYPE_CHECKING:
    from smtp_verify.cli.arguments.render import RenderRequest
    from smtp_verify.cli.arguments.send import SendRequest
    from smtp_verify.config.document import Document
    from smtp_verify.mail.localization import Localization

    TemplateRequest: TypeAlias = RenderRequest | SendRequest
    """A config, one of its templates and the variables to fill it with."""

_STDIN = "-"


def load(request: TemplateRequest) -> Document:
    """The config, with the fields of the environment and of --set in their places.

    Raises:
        UsageError: an override that is none, or two inputs that would read standard input.
        SourceError: the path cannot be read.
        ConfigError: the text cannot be read.
    """
    readers = (request.config, request.code, request.vars, request.email_templates)
    if readers.count(_STDIN) > 1:
        raise UsageError("- can stand for only one of CONFIG, --code, --vars and --email-templates")
    document = loading.load_config(request.config, request.input_format, request.document, request.logto)
    return loading.overridden(document, request.overrides or [], request.no_input)


def inputs(request: TemplateRequest) -> tuple[str | None, ...]:
    """The files that are read."""
    from smtp_verify.config import overrides

    return (
        request.config,
        request.vars,
        request.email_templates,
        *overrides.files(request.overrides or [], os.environ),
    )


def localization(request: TemplateRequest) -> Localization:
    """The localized templates of --email-templates; without it there are none.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: it holds no localized templates.
    """
    return loading.load_localization(request.email_templates, request.locale, request.fallback_locale)


def variables(request: TemplateRequest) -> dict[str, Any] | None:
    """The variables of --vars, or None where samples are to be taken.

    Raises:
        SourceError: the path cannot be read.
        ConfigError: it holds no variables.
    """
    return None if request.vars is None else payload.load_variables(request.vars)
