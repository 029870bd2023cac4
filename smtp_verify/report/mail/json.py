"""Rendered templates as the contract's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smtp_verify.report.formats.json_document import VERSION, dumps
from smtp_verify.report.versions import versions_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smtp_verify.mail.template import Rendered


def render_json(mails: Iterable[Rendered], exit_code: int) -> str:
    """Every rendered template, in order, and what the process ends with."""
    templates = [_template(mail) for mail in mails]
    return dumps({"version": VERSION, "exitCode": int(exit_code), "templates": templates})


def _template(mail: Rendered) -> dict[str, Any]:
    template = mail.template
    return {
        "index": template.index,
        "line": template.location.line or None,
        "source": "config" if template.locale is None else "email-templates",
        "locale": template.locale,
        "usageType": template.usage_type,
        "requested": template.requested,
        "fallback": template.fallback,
        "shadowed": template.shadowed,
        "contentType": mail.content_type,
        "subject": mail.subject,
        "content": mail.content,
        "from": mail.sender,
        "replyTo": mail.reply_to,
        "unresolved": list(mail.unresolved),
        "logto": versions_json(mail.logto, ()),
    }
