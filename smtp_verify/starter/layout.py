"""A mail's words as a text and as a page.

The page is one column with its styles on the elements: mail programs drop style sheets, and phones set a
width of their own. Colours stand on text and ground alike, so that a dark mode turns both or neither. The
heading comes first, as an inbox shows the first words beside the subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_verify.starter.wording import Language, MailWording

_PAGE = """\
<!doctype html>
<html lang="{tag}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{heading}</title>
  </head>
  <body style="margin: 0; padding: 24px 12px; background: #f3f4f6; color: #1f2937; font: 16px/1.5 {font}">
    <div style="max-width: 420px; margin: 0 auto; padding: 28px 24px; background: #ffffff;\
 border-radius: 8px">
      <h1 style="margin: 0 0 12px; font-size: 20px; line-height: 1.3">{heading}</h1>
{middle}
      <p style="margin: 0; color: #6b7280; font-size: 14px">{note}</p>
    </div>
  </body>
</html>
"""
_CODE = """\
      <p style="margin: 0 0 12px">{lead}</p>
      <p style="margin: 0 0 12px; font-size: 32px; font-weight: bold; letter-spacing: 4px">{{{{code}}}}</p>
      <p style="margin: 0 0 20px">{validity}</p>"""
_LINK = """\
      <p style="margin: 0 0 20px">{lead}</p>
      <p style="margin: 0 0 20px">
        <a href="{{{{link}}}}" style="display: inline-block; padding: 12px 20px; background: #1d4ed8;\
 color: #ffffff; border-radius: 6px; text-decoration: none">{accept}</a>
      </p>
      <p style="margin: 0 0 20px; font-size: 14px; word-break: break-word">{link_hint} {{{{link}}}}</p>"""


def has_link(mail: MailWording) -> bool:
    """Whether a mail brings a link in place of a code; Logto sends no code with an invitation."""
    return mail.usage_type == "OrganizationInvitation"


def page(mail: MailWording, language: Language) -> str:
    """The mail as HTML."""
    middle = (_LINK if has_link(mail) else _CODE).format(
        lead=mail.lead, validity=language.validity, accept=language.accept, link_hint=language.link_hint
    )
    return _PAGE.format(
        tag=language.tag, font=language.font, heading=mail.heading, middle=middle, note=mail.note
    )


def text(mail: MailWording, language: Language) -> str:
    """The mail as plain text."""
    if has_link(mail):
        return f"{mail.lead}\n\n{language.accept}:\n\n{{{{link}}}}\n\n{mail.note}\n"
    return f"{mail.lead}\n\n{{{{code}}}}\n\n{language.validity}\n\n{mail.note}\n"
