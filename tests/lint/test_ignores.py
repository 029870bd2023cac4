"""Comments that ignore findings: what they reach, and what is wrong with them."""

from __future__ import annotations

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source, decode
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.lint.selection.choice import kept
from smtp_verify.lint.verdict import Verdict, judge_document
from tests.timing import computed_within

NOTHING: frozenset[str] = frozenset()
TEMPLATES = """\
templates:
  - {usageType: SignIn, contentType: text/plain, subject: a, content: "{{code}}"}
  - {usageType: Register, contentType: text/plain, subject: a, content: "{{code}}"}
  - {usageType: ForgotPassword, contentType: text/plain, subject: a, content: "{{code}}"}
  - {usageType: Generic, contentType: text/plain, subject: a, content: "{{code}}"}
"""
TOP = "auth: {user: me@example.com, pass: an-app-password}\nfromEmail: me@example.com\n" + TEMPLATES
HEAD = "host: smtp.example.com\nport: 465\nsecure: true\n" + TOP


def verdicts(
    text: str, without: frozenset[str] = NOTHING, against: Schema = Schema.DOCUMENTED
) -> list[Verdict]:
    documents = load_source(Source("a.yaml", text))
    return [
        judge_document(each, against, False, lambda d, found: kept(d, found, without, against))
        for each in documents
    ]


def told(text: str) -> list[str]:
    """The findings of the one document, each as its line and its code."""
    (verdict,) = verdicts(text)
    return [f"{finding.location.line} {finding.code}" for finding in verdict.findings]


def test_the_config_of_these_tests_has_no_finding() -> None:
    assert told(HEAD) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Beside the finding.
        ('port: "465" # smtp-verify: ignore[SV110] documented so\n', []),
        ('port: "465" #smtp-verify:ignore[SV110]\n', []),
        ('port: "465" # of old # smtp-verify: ignore[string-port]\n', []),
        ('port: "465" # smtp-verify: ignore[SV206, sv11]\n', ["1 SV911"]),
        ('port: "465" # smtp-verify: ignore[SV2]\n', ["1 SV110", "1 SV911"]),
        # Above it, and above what it lies in.
        ('# smtp-verify: ignore[SV110]\nport: "465"\n', []),
        ('# smtp-verify: ignore[SV110]\n\n  # more\n\nport: "465"\n', []),
        ('# smtp-verify: ignore[SV110]\nname: a.example\nport: "465"\n', ["1 SV911", "3 SV110"]),
        (
            'name: a.example\n# smtp-verify: ignore[SV110]\nzz: 1\nport: "465"\n',
            ["2 SV911", "3 SV104", "4 SV110"],
        ),
        ("port: 465\n# smtp-verify: ignore[SV104]\ntls:\n  a: 1\n  zz:\n    - {b: 2}\nyy: 1\n", ["7 SV104"]),
        ("port: 465\ntls:\n  # smtp-verify: ignore[SV104]\n  a: 1\n  zz: 2\nyy: 1\n", ["5 SV104", "6 SV104"]),
        # Beside a key it reaches its line alone.
        ("port: 465\ntls: # smtp-verify: ignore[SV104]\n  a: 1\n", ["2 SV911", "3 SV104"]),
        # Flow style.
        ("port: 465\n# smtp-verify: ignore[SV104]\ntls: {a: 1,\n  zz: 2}\n", []),
        ("port: 465\ntls: {a: 1, # smtp-verify: ignore[SV104]\n  zz: 2}\n", ["3 SV104"]),
        ("port: 465\ntls: {a: 1,\n  # smtp-verify: ignore[SV104]\n  zz: 2, yy: 3}\n", ["2 SV104"]),
        # The whole document, from wherever it stands.
        ("port: '465'\nzz: 1\n# smtp-verify: ignore-file[SV110,SV1] of old\n", []),
        ("port: '465'\ntls: {a: 1} # smtp-verify: ignore-file[SV110]\n", ["2 SV104"]),
        ("# smtp-verify: ignore-file[SV110]\nport: 465\n", ["1 SV911"]),
        # No comments.
        ("port: '465'\nname: 'a.example # smtp-verify: ignore-file[SV110]'\n", ["1 SV110"]),
        ("port: '465'\nzz: |\n  # smtp-verify: ignore-file[SV110]\n", ["1 SV110", "2 SV104"]),
        ('port: "465"\n# see smtp-verify: ignore[SV110]\n', ["1 SV110"]),
        ('port: "465" # smtp-verify: see the wiki\n', ["1 SV110"]),
        # Layouts.
        ('  # smtp-verify: ignore[SV110]\n"port"  :   "465"\n', []),
        ('# smtp-verify: ignore[SV110]\n? port\n: "465"\n', []),
        ('port: "465"# smtp-verify: ignore[SV110]\n', []),
        ('port: &p "465" # smtp-verify: ignore[SV110]\nzz: *p # smtp-verify: ignore[SV104]\n', []),
        ('# smtp-verify: ignore[SV110]\n# smtp-verify: ignore[SV104]\nport: "465"\n', ["2 SV911"]),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_comment_reaches_its_line_or_what_begins_below_it(text: str, expected: list[str], end: str) -> None:
    whole = text + "host: smtp.example.com\nsecure: true\n" + TOP
    found = [each for each in told(whole.replace("\n", end)) if not each.endswith(("SV201", "SV410"))]
    assert found == expected


ITEM = """\
templates:
  # smtp-verify: ignore[SV601, SV105]
  - usageType: Welcome
    contentType: text/plain
    subject: Welcome
    content: Hello
  - usageType: Wellcome
    contentType: text/plain
    subject: Welcome
    content: Hello
"""


def test_above_an_item_it_reaches_the_whole_item_and_no_other() -> None:
    assert [each for each in told(HEAD.replace("templates:\n", ITEM)) if "SV105" in each] == ["12 SV105"]
    item = ITEM.replace("  - usageType: Welcome\n  ", "  -\n    usageType: Welcome\n  ")
    assert [each for each in told(HEAD.replace("templates:\n", item)) if "SV105" in each] == ["13 SV105"]


def block(comment: str) -> str:
    return HEAD.replace(
        TEMPLATES.split("\n")[1] + "\n",
        "  - usageType: SignIn\n    contentType: text/plain\n    subject: a\n"
        f"    content: |{comment}\n      Hello {{{{nope}}}}\n"
        "      # smtp-verify: ignore[SV604]\n      {{code}}\n",
    )


def test_beside_the_header_of_a_block_it_reaches_the_text() -> None:
    assert told(block("")) == ["11 SV604"]
    assert told(block("  # smtp-verify: ignore[SV604] the welcome mail's")) == []
    assert told(block("  # smtp-verify: ignore[SV605]")) == ["10 SV911", "11 SV604"]


def test_at_the_end_of_a_quoted_text_it_reaches_all_its_lines() -> None:
    text = 'content: "{{nope}}\n      {{code}}"} # smtp-verify: ignore[SV604]\n'
    whole = HEAD.replace('content: "{{code}}"}\n', text, 1)
    assert told(whole) == []
    assert told(whole.replace("SV604]", "SV605]")) == ["7 SV604", "8 SV911"]


@pytest.mark.parametrize(
    ("comment", "column", "message", "help_"),
    [
        ("ignore[SV6O1]", 23, "there is no finding 'SV6O1'", "did you mean SV"),
        ("ignore[no-codes]", 23, "there is no finding 'no-codes'", "did you mean no-code?"),
        ("ignore", 16, "a comment that names no code to ignore", "write # smtp-verify: ignore[SV601]"),
        ("ignore[]", 16, "a comment that names no code to ignore", "write # smtp-verify: ignore[SV601]"),
        ("ignore SV601", 16, "a comment that names no code to ignore", "write # smtp-verify: ignore[SV601]"),
        (
            "ignroe[SV601]",
            16,
            "ignroe must be one of ignore, ignore-file",
            "write # smtp-verify: ignore[SV601]",
        ),
        ("ignored", 16, "ignored must be one of ignore, ignore-file", "write # smtp-verify: ignore[SV601]"),
    ],
)
def test_a_comment_that_names_nothing_is_a_finding(
    comment: str, column: int, message: str, help_: str
) -> None:
    (verdict,) = verdicts(f"# smtp-verify: {comment}\n{HEAD}")
    (finding,) = verdict.findings
    assert (finding.code, finding.location.line, finding.location.column) == ("SV912", 1, column)
    assert finding.message == message
    assert finding.help.startswith(help_)
    assert verdict.valid


def test_a_comment_is_used_by_what_is_not_told() -> None:
    text = HEAD.replace("465", '"465" # smtp-verify: ignore[SV110]')
    (verdict,) = verdicts(text, frozenset({"SV110"}))
    assert verdict.findings == ()
    (verdict,) = verdicts(HEAD.replace("465", "465 # smtp-verify: ignore[SV110]"), frozenset({"SV911"}))
    assert verdict.findings == ()


def test_an_ignored_error_leaves_the_file_valid_and_the_connector_as_it_was() -> None:
    text = HEAD.replace("host: smtp", "host: 5 # smtp-verify: ignore[SV101] \n# smtp")
    (verdict,) = verdicts(text)
    assert (verdict.findings, verdict.valid, verdict.connector_valid) == ((), True, False)
    (verdict,) = verdicts(text, frozenset({"SV101"}), Schema.CONNECTOR)
    assert [finding.code for finding in verdict.findings] == ["SV101"]
    assert (verdict.valid, verdict.connector_valid) == (False, False)


def test_why_a_text_is_not_read_stays() -> None:
    (verdict,) = verdicts("# smtp-verify: ignore-file[SV]\na: [\n", frozenset({"SV006"}))
    assert [finding.code for finding in verdict.findings] == ["SV006"]
    assert not verdict.valid


def test_the_mode_of_a_file_may_differ_from_machine_to_machine() -> None:
    assert told("# smtp-verify: ignore-file[SV902] in a checkout\n" + HEAD) == []


def test_each_document_has_its_own_comments() -> None:
    ours = HEAD.replace("465", "'465' # smtp-verify: ignore-file[SV110]")
    first, second = verdicts(ours + "---\n" + HEAD.replace("465", "'465'"))
    assert (first.findings, [finding.code for finding in second.findings]) == ((), ["SV110"])


def test_behind_a_byte_order_mark_places_hold() -> None:
    text = '# smtp-verify: ignore[SV110]\nport: "465"\nsecure: true\nhost: h.example.com\n' + TOP
    (document,) = load_source(decode(b"\xef\xbb\xbf" + text.encode(), "a.yaml"))
    found = judge_document(
        document, Schema.DOCUMENTED, False, lambda d, f: kept(d, f, NOTHING, Schema.DOCUMENTED)
    )
    assert found.findings == ()


def test_json_has_no_comments() -> None:
    text = '{"host": "h.example.com", "port": "465", "x": "# smtp-verify: ignore-file[SV]"}'
    assert {"SV104", "SV110"} <= {each.split()[1] for each in told(text)}


@pytest.mark.exhaustive(one_in=3)
@pytest.mark.parametrize(
    "text",
    [
        "# smtp-verify: ignore[SV6]\n" * 30_000 + HEAD,
        "# smtp-verify: ignore[x%d]\n" * 20_000 % tuple(range(20_000)) + HEAD,
        "zz: 1 # smtp-verify: ignore[SV104]\n" * 15_000 + HEAD,
        "---\n# smtp-verify: ignore[SV104]\nzz: 1\n" * 3_000,
        f"# smtp-verify: ignore[{'SV6,' * 200_000}]\n" + HEAD,
    ],
    ids=["stacked", "unknown", "duplicates", "documents", "one comment"],
)
def test_a_text_full_of_comments_is_read_in_a_short_time(text: str) -> None:
    with computed_within(20):
        for verdict in verdicts(text):
            assert sum(finding.code in ("SV911", "SV912") for finding in verdict.findings) <= 400
