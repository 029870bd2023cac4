"""SV6xx: subjects and bodies as their readers get them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smtp_verify.lint.rules.variables import NAME, parts
from smtp_verify.lint.view import Problem
from smtp_verify.mail import usage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.lint.view import View

_TAG = (
    r"<(?:!doctype\s[^<>]*|/?(?:html|head|body|div|p|br|a|h[1-6]|table|tr|td|strong|b|em|span|img|ul|ol|li)"
    r"(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?)>"
)
_ANY_TAG = r"</?[A-Za-z!][^<>]*>"
_WIDEST_SUBJECT = 78
_NO_CONTROLS = bytes({*b"\t\n\f\r", *range(0x20, 0x100)} - {0x7F})
"""Leaving out these bytes of UTF-8 is ten times as fast as looking for the others with a pattern."""


def html_in_text(view: View) -> Iterator[Problem]:
    """HTML in a text/plain mail is shown with its tags.

    Mail programs show text/plain letter by letter.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "<p>Your code is <b>{{code}}</b>.</p>"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/html
            subject: Your code
            content: "<p>Your code is <b>{{code}}</b>.</p>"

    Source: RFC 2046 section 4.1.3
    """
    for template in view.templates:
        tag = re.search(_TAG, template.content, re.IGNORECASE) if "<" in template.content else None
        if template.content_type == "text/plain" and tag:
            message = "HTML in a text/plain mail: its reader sees the tags"
            help_ = "write contentType: text/html, or take the tags out"
            yield Problem((*template.path, "content"), message, help_, word=tag[0])


def text_in_html(view: View) -> Iterator[Problem]:
    """Plain text in a text/html mail runs together.

    Without tags a mail program shows every line break as a space.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/html
            subject: Your code
            content: |
              Your code:
              {{code}}

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: |
              Your code:
              {{code}}

    Source: https://html.spec.whatwg.org/multipage/rendering.html
    """
    for template in view.templates:
        if template.content_type != "text/html" or re.search(_ANY_TAG, template.content):
            continue
        if len(template.content.strip().splitlines()) > 1:
            message = "plain text in a text/html mail: its lines run together"
            help_ = "write contentType: text/plain, or put tags around the lines"
            yield Problem((*template.path, "contentType"), message, help_)


def long_subject(view: View) -> Iterator[Problem]:
    """A subject wider than 78 columns is cut in most lists of mails.

    Chinese, Japanese and Korean letters and most emoji take two columns, so that a subject of 40 letters can
    be too wide. A code at its end is then not seen.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "您正在登录示例应用程序，请在十分钟之内输入以下六位验证码，切勿告诉任何人：{{code}}"
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "登录验证码：{{code}}"
            content: "{{code}}"

    Source: RFC 5322 section 2.1.1
    """
    for template in view.templates:
        if len(template.subject) * 2 > _WIDEST_SUBJECT and _width(template.subject) > _WIDEST_SUBJECT:
            message = (
                f"the subject is {_width(template.subject)} columns wide, and is cut in most lists of mails"
            )
            yield Problem((*template.path, "subject"), message, "write a shorter one, the code first")


def _width(text: str) -> int:
    """In columns of a terminal, the code filled in."""
    filled = re.sub(NAME, usage.SAMPLE_CODE, text)
    if filled.isascii():
        return len(filled)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in filled)


def encoded_subject(view: View) -> Iterator[Problem]:
    """An encoded word in a subject reaches the reader decoded.

    nodemailer passes `=?UTF-8?B?…?=` on, so that what is seen is not what is written, and a variable inside
    it is filled in before it is decoded.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: =?UTF-8?B?5rWL6K+V?=
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: 测试
            content: "{{code}}"

    Source: nodemailer 8.0.4 lib/mime-node/index.js `_encodeHeaderValue`; RFC 2047
    """
    for template in view.templates:
        if "=?" in template.subject:
            from smtp_verify.mail.cautions import encoded_word

            word = encoded_word(template.subject)
            if word:
                message = "an encoded word in the subject, which the reader sees decoded"
                yield Problem((*template.path, "subject"), message, "write the text itself", word=word)


def control_character(view: View) -> Iterator[Problem]:
    """A NUL or another control character in a mail.

    Many servers refuse a message with a NUL, and mail programs show nothing or a box for the others.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "\\a{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: Your code
            content: "{{code}}"

    Source: RFC 5321 section 4.5.2; RFC 5322 section 4.1
    """
    for template in view.templates:
        for key, text in parts(template):
            controls = text.encode("utf-8", "surrogatepass").translate(None, _NO_CONTROLS)
            if controls:
                message = f"{key} holds the control character U+{controls[0]:04X}"
                yield Problem((*template.path, key), message, "remove it")


def subject_line_break(view: View) -> Iterator[Problem]:
    """A line break in a subject becomes a space.

    A subject is one line. nodemailer joins several with spaces.

    Bad:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: |
              Your code
              {{code}}
            content: "{{code}}"

    Good:
        templates:
          - usageType: SignIn
            contentType: text/plain
            subject: "Your code {{code}}"
            content: "{{code}}"

    Source: nodemailer 8.0.4 lib/mime-node/index.js `_encodeHeaderValue`
    """
    for template in view.templates:
        if re.search(r"[\r\n]", template.subject.strip()):
            message = "a line break in the subject, which becomes a space"
            yield Problem((*template.path, "subject"), message, "write the subject on one line")
