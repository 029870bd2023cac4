"""Rendered templates as a page: one body as it is, or all of them, each shut in a sandboxed frame."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.mail.template import Rendered

# Nothing may run, and nothing may be fetched, inside the frames either: they inherit this.
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 48rem; padding: 0 1rem; }
  section { margin: 0 0 2.5rem; }
  h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0 0 .75rem; }
  dt { color: #666; } dd { margin: 0; overflow-wrap: anywhere; }
  iframe { width: 100%; height: 24rem; border: 1px solid #ccc; background: #fff; resize: vertical; }
"""


def body_page(mail: Rendered) -> str:
    """The body as a browser shows it: HTML as it is, text as preformatted text."""
    if not mail.is_text:
        return mail.content
    return (
        f'<!doctype html>\n<html><head><meta charset="utf-8"><title>{escape(mail.subject)}</title></head>\n'
        f'<body><pre style="white-space: pre-wrap">{escape(mail.content)}</pre></body></html>\n'
    )


def all_page(mails: Sequence[Rendered], title: str) -> str:
    """One page with every mail, its headers above its body."""
    sections = "\n".join(_section(mail) for mail in mails)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(title)}</h1>\n{sections}\n</body></html>\n"
    )


def _section(mail: Rendered) -> str:
    template = mail.template
    heading = f"{template.usage_type} ({template.location.in_words})" + (
        ", never used" if template.shadowed else ""
    )
    fields = [
        ("From", mail.sender),
        ("Reply-To", mail.reply_to),
        ("Subject", mail.subject),
        ("Unresolved", ", ".join("{{" + name + "}}" for name in mail.unresolved) or None),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in fields if value)
    return (
        f"<section><h2>{escape(heading)}</h2><dl>{listed}</dl>\n"
        f'<iframe sandbox="" title="{escape(heading)}" srcdoc="{escape(body_page(mail))}"></iframe></section>'
    )
