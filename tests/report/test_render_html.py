"""Rendered templates as a page."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from smtp_verify.report.mail.page import all_page, body_page

if TYPE_CHECKING:
    from tests.report.conftest import Maker

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
HOSTILE = [
    "<script>alert(1)</script>",
    "</iframe><script>alert(1)</script>",
    '"></iframe><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</dd></dl></section><script>alert(1)</script>",
    "<!--",
    "]]>",
    "&quot;><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<img src='http://127.0.0.1/pixel.png'>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1/'>",
    "<base href='http://127.0.0.1/'>",
    "<form action='http://127.0.0.1/'><input name=code></form>",
    "javascript:alert(1)",
]


class Page(HTMLParser):
    """The tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_an_html_body_is_the_page_itself(rendered: Maker) -> None:
    assert body_page(rendered(content_type="text/html", content="<p>\x1b&amp;")) == "<p>\x1b&amp;"


def test_a_text_body_becomes_preformatted_text(rendered: Maker) -> None:
    assert body_page(rendered(subject="<s>", content="a < b\n")) == (
        '<!doctype html>\n<html><head><meta charset="utf-8"><title>&lt;s&gt;</title></head>\n'
        '<body><pre style="white-space: pre-wrap">a &lt; b\n</pre></body></html>\n'
    )


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_a_page_of_all_mails_shuts_each_in_a_frame_where_nothing_runs_or_loads(
    rendered: Maker, hostile: str, content_type: str
) -> None:
    mail = rendered(
        content_type=content_type,
        subject=hostile,
        content=hostile,
        sender=hostile,
        reply_to=hostile,
        unresolved=(hostile,),
        raw={"usageType": hostile},
    )
    page = Page(all_page([mail, mail], hostile))
    assert [each["content"] for each in page.named("meta") if "http-equiv" in each] == [POLICY]
    frames = page.named("iframe")
    assert [(set(frame), frame["sandbox"], frame["srcdoc"]) for frame in frames] == [
        ({"sandbox", "title", "srcdoc"}, "", body_page(mail))
    ] * 2
    allowed = {
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "section",
        "dl",
        "dt",
        "dd",
        "iframe",
    }
    assert {tag for tag, _ in page.tags} == allowed
    assert page.text.count(hostile) >= 7


def test_a_section_names_its_template_and_leaves_out_what_is_absent(rendered: Maker) -> None:
    page = all_page([rendered(shadowed=True, sender=None, unresolved=("a", "b.c"))], "mails")
    assert "<h2>SignIn (line 10), never used</h2>" in page
    assert "<dl><dt>Subject</dt><dd>Code 123456</dd><dt>Unresolved</dt><dd>{{a}}, {{b.c}}</dd></dl>" in page
