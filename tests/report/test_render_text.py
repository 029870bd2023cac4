"""Rendered templates for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.report.mail.text import coverage_matrix, render_text
from smtp_verify.report.style import Style

if TYPE_CHECKING:
    from smtp_verify.mail.template import Rendered
    from tests.report.conftest import Maker

PLAIN = Style(False)
RULE = "─" * 72


def text(*mails: Rendered, matrix: bool = False) -> str:
    return "".join(render_text(mails, "to@example.com", PLAIN, matrix))


def test_a_mail_is_shown_as_its_recipient_would_read_it(rendered: Maker) -> None:
    mail = rendered(reply_to="r@b.co", content="Hi {{name}}\n", unresolved=("name", "x.y"))
    assert text(mail) == (
        "── SignIn (templates[0], line 10)\n"
        "From: a@b.co\n"
        "To: to@example.com\n"
        "Reply-To: r@b.co\n"
        "Subject: Code 123456\n"
        "\n"
        "Hi {{name}}\n"
        "\n"
        f"{RULE}\n"
        "Type: text/plain (text)\n"
        "Unresolved: {{name}}, {{x.y}}\n"
    )


def test_html_is_shown_as_text_and_what_is_missing_is_said(rendered: Maker) -> None:
    mail = rendered(content_type="text/html", content="<p>Hi&nbsp;<b>you</b>", sender=None, subject="")
    assert text(mail) == (
        "── SignIn (templates[0], line 10)\n"
        "From: (none)\n"
        "To: to@example.com\n"
        "Subject: (none)\n"
        "\n"
        "Hi\u00a0you\n"
        f"{RULE}\n"
        "Type: text/html (HTML, shown as text)\n"
        "Unresolved: none\n"
    )


def test_the_title_says_what_stands_in_and_what_is_never_used(rendered: Maker) -> None:
    generic = {"usageType": "Generic"}
    assert text(rendered(raw=generic, requested="BindMfa")).split("\n")[0] == (
        "── Generic, standing in for BindMfa (templates[0], line 10)"
    )
    assert text(rendered(index=4, shadowed=True)).split("\n")[0] == (
        "── SignIn, never used: an earlier template has the same type (templates[4], line 14)"
    )
    assert text(rendered(raw={"usageType": None}, requested="")).split("\n")[0] == (
        "── None (templates[0], line 10)"
    )


def test_control_characters_become_escapes_and_only_line_ends_and_tabs_stay(rendered: Maker) -> None:
    hostile = "\x1b[2J\x9b\u202e\x07\ud800"
    escaped = "\\x1b[2J\\x9b\\u202e\\x07\\ud800"
    mail = rendered(
        subject=f"s\n{hostile}",
        content=f"a\r\nb\rc\t{hostile}",
        sender=hostile,
        reply_to=hostile,
        content_type=hostile,
        raw={"usageType": hostile},
        requested=hostile,
        unresolved=(hostile,),
    )
    assert text(mail) == (
        f"── {escaped} (templates[0], line 10)\n"
        f"From: {escaped}\n"
        "To: to@example.com\n"
        f"Reply-To: {escaped}\n"
        f"Subject: s\\n{escaped}\n"
        "\n"
        f"{_html_or_text(escaped)}\n"
        f"{RULE}\n"
        f"Type: {escaped} (HTML, shown as text)\n"
        "Unresolved: {{" + escaped + "}}\n"
    )


def _html_or_text(escaped: str) -> str:
    # Shown as a page, in which line ends and tabs are white space.
    return f"a b c {escaped}"


def test_the_line_ends_of_a_text_stay(rendered: Maker) -> None:
    assert "\n\na\nb\\x0dc\td\n" in text(rendered(content="a\r\nb\rc\td"))


def test_all_mails_end_in_the_coverage_matrix(rendered: Maker) -> None:
    mails = [
        rendered(raw={"content": "{{code}} {{user.name}}"}, unresolved=("user.name",)),
        rendered(1, raw={"usageType": "Register", "subject": "r", "content": "{{link}}"}),
        rendered(2, raw={"usageType": "Generic", "subject": "g", "sendFrom": "{{link}} <a@b.co>"}),
    ]
    assert text(*mails, matrix=True).endswith("\n\n" + coverage_matrix(mails, PLAIN))
    assert coverage_matrix(mails, PLAIN) == (
        "          code  user.name  link\n"
        "SignIn    ✓     ✗          ·\n"
        "Register  ·     ·          ✓\n"
        "Generic   ·     ·          ✓\n"
        "✓ filled in   ✗ left as it is   · not used\n"
    )


def test_without_variables_there_is_no_matrix(rendered: Maker) -> None:
    assert coverage_matrix([rendered(raw={"subject": "s"})], PLAIN) == "No template uses a variable.\n"
