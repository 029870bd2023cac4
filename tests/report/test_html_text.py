"""An HTML body as readable text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smtp_verify.report.mail.html_text import html_to_text
from tests.timing import computed_within


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\n\ntwo"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("a <b>bold</b>\n  word", "a bold word"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<hr>", "----"),
        ("<table><tr><td>a<td>b</tr></table>", "a b"),
        ("&lt;b&gt; &amp; &#x41;&#66;&nbsp;&copy;", "<b> & AB\u00a0©"),
        ('<a href="https://x.co/?a=1&amp;b=2">click</a>', "click <https://x.co/?a=1&b=2>"),
        ("<a href='https://x.co'>https://x.co</a>", "https://x.co"),
        ("<a href=https://x.co>here</a>.", "here <https://x.co>."),
        ("<a>here</a>", "here"),
        ("<a href=x>one<a href=y>two</a>", "onetwo <y>"),
        ('<img alt="Logo" src=x.png> <img src=y.png> <img>', "[image: Logo] [image: y.png] [image: ]"),
        ("<head><title>no</title></head>yes", "yes"),
        ("<style>p > a { color: red }</style>yes", "yes"),
        ('<script>if (a < b) "</p>"</script>yes', "yes"),
        ("yes<script>never ends <p>no", "yes"),
        ("a<!-- <p>no</p> -->b", "ab"),
        ("a<!-- never ends <p>no", "a"),
        ("<!DOCTYPE html><?xml version='1'?>yes", "yes"),
        ("<![if !mso]>yes<![endif]>", "yes"),
        ("<![ bad>yes", "yes"),
        ("<![CDATA[no]]>yes", "yes"),
        ("5 < 6 <3 & 7", "5 < 6 <3 & 7"),
        ("</ x>yes</>", "yes"),
        ('<p title="a > b">yes</p>', "yes"),
        ("<p class=it's>yes</p>", "yes"),
        ("yes<b", "yes"),
        ("<pre>one\ntwo</pre>", "one\ntwo"),
        ("<noscript>no</noscript></noscript>yes", "yes"),
        ("<p><p><p>a<p><p><p>b", "a\n\nb"),
    ],
)
def test_a_page_is_read_as_a_person_reads_it(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text(alphabet="<>!/-[]?&;=\"' abpr\n", max_size=60))
def test_no_markup_makes_it_fail(html: str) -> None:
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize(
    "piece",
    [
        "<a ",
        "<!",
        "<!--",
        "<![",
        "</",
        "<?",
        "&",
        '<a href="',
        "<p>x",
        "<a href=x>y",
        "<script>",
        "<a b=",
        "&#",
        "  <p>",
    ],
)
def test_hostile_markup_takes_linear_time(piece: str) -> None:
    with computed_within(1):
        html_to_text(piece * 20_000)
