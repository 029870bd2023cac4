"""`explain`: every code has a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smtp_verify import codes
from smtp_verify.cli.commands.explain import index, page
from smtp_verify.diagnosis.replies import REPLY_CODES
from smtp_verify.diagnosis.table import ROWS
from smtp_verify.exit_code import MEANINGS, ExitCode
from smtp_verify.lint.pages import FAMILIES, pages
from smtp_verify.lint.registry import RULES
from smtp_verify.report.pages.page import page_markdown, page_text

if TYPE_CHECKING:
    from tests.conftest import Runner

FINDINGS = [value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)]


@pytest.mark.parametrize(
    "code",
    [
        *FINDINGS,
        *(rule.code for rule in RULES),
        *(row.code for row in ROWS),
        *map(str, REPLY_CODES),
        *map(str, ExitCode),
    ],
)
def test_every_code_has_a_page_in_both_forms(code: str) -> None:
    for form in (page_text, page_markdown):
        lines = list(form(page(str(int(code)) if code.isdecimal() else code)))
        assert code in lines[0]
        assert sum(map(len, lines)) > len(code) + 20


def test_a_finding_has_the_fact_why_both_examples_and_the_source(run: Runner) -> None:
    done = run("explain", "sv213")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (
        "SV213: `ignoreTLS` beats `requireTLS`: with both, nothing is encrypted.\n"
        "\n"
        "nodemailer looks at `ignoreTLS` first, and never sends STARTTLS where it is\n"
        "true. The login and the codes in the messages are sent in cleartext, although\n"
        "`requireTLS` stands there.\n"
        "\n"
        "Bad:\n"
        "  port: 587\n"
        "  secure: false\n"
        "  requireTLS: true\n"
        "  ignoreTLS: true\n"
        "\n"
        "Good:\n"
        "  port: 587\n"
        "  secure: false\n"
        "  requireTLS: true\n"
        "\n"
        "Fix: Write `ignoreTLS: false`. Unsafe: a server that does not offer STARTTLS no longer"
        " gets email.\n"
        "Source: nodemailer 8.0.4 lib/smtp-connection/index.js `_actionEHLO`; https://nodemailer.com/smtp/\n"
    )
    assert run("explain", "ignore-beats-require").stdout == done.stdout


def test_markdown_says_the_same(run: Runner) -> None:
    assert run("explain", "SV213", "--format", "markdown").stdout == (
        "# SV213: `ignoreTLS` beats `requireTLS`: with both, nothing is encrypted.\n"
        "\n"
        "nodemailer looks at `ignoreTLS` first, and never sends STARTTLS where it is true. The login and the"
        " codes in the messages are sent in cleartext, although `requireTLS` stands there.\n"
        "\n"
        "**Bad:**\n\n```yaml\nport: 587\nsecure: false\nrequireTLS: true\nignoreTLS: true\n```\n"
        "\n"
        "**Good:**\n\n```yaml\nport: 587\nsecure: false\nrequireTLS: true\n```\n"
        "\n"
        "**Fix:** Write `ignoreTLS: false`. Unsafe: a server that does not offer STARTTLS no longer"
        " gets email.\n"
        "\n"
        "**Source:** nodemailer 8.0.4 lib/smtp-connection/index.js `_actionEHLO`; https://nodemailer.com/smtp/\n"
    )
    commands = run("explain", "SV003", "--format", "markdown").stdout
    assert "```console\n$ head -c 1048577 /dev/zero" in commands
    listed = run("explain", "530", "--format", "markdown").stdout
    assert (
        "| code | meaning |\n|---|---|\n"
        "| SD120 | Must issue a STARTTLS command first, with ignoreTLS |\n"
        "| SD210 | authentication required |\n"
    ) in listed


def test_without_a_code_all_of_them_are_listed(run: Runner) -> None:
    done = run("explain")
    assert (done.code, done.stderr) == (0, "")
    for each in pages():
        assert f"  {each.code}  {each.fact}\n" in done.stdout
    for row in ROWS:
        assert f"  {row.code}  {row.symptom}\n" in done.stdout
    assert [f"{title}:" in done.stdout.split("\n") for _, title in FAMILIES] == [True] * len(FAMILIES)


def test_a_prefix_lists_its_family(run: Runner) -> None:
    done = run("explain", "--list", "sv70")
    assert {line.split()[0] for line in done.stdout.split("\n") if line.startswith("  ")} == {
        rule.code for rule in RULES if rule.code.startswith("SV70")
    }
    assert run("explain", "--list", "XY").code == 2
    assert len(index("").parts) == len(FAMILIES) + 2


def test_every_exit_code_has_its_meaning() -> None:
    assert list(MEANINGS) == sorted(ExitCode)


def test_a_diagnosis_says_why_and_what_to_do(run: Runner) -> None:
    done = run("explain", "sd101")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (
        "SD101: wrong version number\n"
        "\n"
        "Cause: secure is true, and the port speaks no TLS from the first byte.\n"
        "Fix: write secure: false with requireTLS: true, or take port 465 (look at secure).\n"
        "More: https://github.com/nodemailer/nodemailer/issues/1172\n"
        'Known by: it says "wrong version number" (8); config and session fit the symptom (4); it ended so:'
        " wrong version number, certificate, STARTTLS missing or refused (1). All of it must hold. Causes are"
        " ranked by weight; half the weight of the best is too little.\n"
    )


def test_a_reply_code_lists_its_diagnoses(run: Runner) -> None:
    assert run("explain", "530").stdout == (
        "reply code 530\n"
        "\n"
        "Says: a login, or encryption, comes first (RFC 4954 section 6, RFC 3207).\n"
        "\n"
        "Comes with:\n"
        "  SD120  Must issue a STARTTLS command first, with ignoreTLS\n"
        "  SD210  authentication required\n"
        "  SD426  530 5.7.57 Client not authenticated to send mail\n"
        "  SD473  530 Authentication required\n"
        "  SD480  530 Must issue a STARTTLS command first\n"
        "  SD601  530 5.7.1 Authentication required\n"
        "  SD523  530 5.5.1 Authentication Required.\n"
        "  SD532  530 5.7.7 Email sending without SSL/TLS encryption is not allowed.\n"
    )


def test_an_enhanced_status_code_is_taken_apart(run: Runner) -> None:
    assert run("explain", "5.7.8").stdout == (
        "enhanced status code 5.7.8 (RFC 3463)\n"
        "\n"
        "Says: a permanent failure, about security or policy, the credentials are not valid (RFC 4954).\n"
        "\n"
        "Comes with:\n"
        "  SD402  535 5.7.8 Username and Password not accepted …\n"
        "  SD621  535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6\n"
    )


def test_an_exit_code_is_told(run: Runner) -> None:
    assert run("explain", "75").stdout == (
        "exit code 75\n\nDeferred: nothing was sent, and trying again later is safe.\n"
    )


@pytest.mark.parametrize("code", ["SD1O1", "SV999", "x", "99", "5.7", "600"])
def test_a_code_that_is_none_is_2(code: str, run: Runner) -> None:
    done = run("explain", code)
    assert (done.code, done.stdout) == (2, "")
    assert f"there is no code {code!r}; write one such as" in done.stderr
