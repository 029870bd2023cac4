"""`smtp-verify render`, as a process."""

from __future__ import annotations

import email
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Runner, WriteConfig

RULE = "─" * 72


def made(usage_type: Any, subject: str = "s", content: str = "c", **more: Any) -> dict[str, Any]:
    return {
        "usageType": usage_type,
        "contentType": "text/plain",
        "subject": subject,
        "content": content,
        **more,
    }


def templates(run: Run) -> list[dict[str, Any]]:
    """The templates of the one JSON document on standard output."""
    assert run.code == 0
    assert run.stdout.isascii()
    report = json.loads(run.stdout)
    assert list(report) == ["version", "exitCode", "templates"]
    return list(report["templates"])


def test_a_mail_is_shown_as_its_recipient_would_get_it(run: Runner, write_config: WriteConfig) -> None:
    write_config(
        templates=[made("SignIn", "Code {{code}}", "Hi {{who}}: {{code}}\n")], replyTo="r@example.com"
    )
    done = run("render", "a.json", "--usage", "SignIn")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == (
        "── SignIn (templates[0], line 1)\n"
        "From: Acme <no-reply@example.com>\n"
        "To: recipient@example.com\n"
        "Reply-To: r@example.com\n"
        "Subject: Code 123456\n"
        "\n"
        "Hi {{who}}: 123456\n"
        "\n"
        f"{RULE}\n"
        "Type: text/plain (text)\n"
        "Unresolved: {{who}}\n"
    )


def test_json_has_the_keys_of_the_contract(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "fromEmail: a@b.co\n"
        "templates:\n"
        "  - {usageType: Generic, contentType: text/html, subject: g, content: g}\n"
        "  - usageType: SignIn\n"
        "    contentType: text/plain\n"
        "    subject: S {{code}}\n"
        "    content: C {{missing}}\n"
        "    sendFrom: '{{application.name}} <n@b.co>'\n"
    )
    assert templates(run("render", "a.yaml", "--usage", "SignIn", "--format", "json")) == [
        {
            "index": 1,
            "line": 4,
            "source": "config",
            "locale": None,
            "usageType": "SignIn",
            "requested": "SignIn",
            "fallback": False,
            "shadowed": False,
            "contentType": "text/plain",
            "subject": "S 123456",
            "content": "C {{missing}}",
            "from": "Example App <n@b.co>",
            "replyTo": None,
            "unresolved": ["missing"],
            "logto": {"version": "1.43", "differs": []},
        }
    ]


def test_generic_is_the_usual_type_and_stands_in_for_absent_ones(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config(templates=[made("SignIn"), made("Generic", "g")])
    (told,) = templates(run("render", "a.json", "--format", "json"))
    assert (told["index"], told["requested"], told["fallback"]) == (1, "Generic", False)
    (told,) = templates(run("render", "a.json", "--format", "json", "--usage", "BindMfa"))
    assert (told["index"], told["usageType"], told["requested"], told["fallback"]) == (
        1,
        "Generic",
        "BindMfa",
        True,
    )


def test_no_template_and_no_generic_one_is_78_and_names_the_types_present(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config(templates=[made("SignIn"), made("Custom")])
    message = "a.json: no template for Generic and no Generic one; present: SignIn, Custom"
    done = run("render", "a.json")
    assert (done.code, done.stdout, done.stderr) == (78, "", f"smtp-verify: {message}\n")
    done = run("render", "a.json", "--format", "json")
    assert (done.code, done.stderr) == (78, f"smtp-verify: {message}\n")
    assert json.loads(done.stdout) == {
        "version": 1,
        "exitCode": 78,
        "error": {"exitCode": 78, "message": message, "findings": []},
        "templates": [],
    }


def test_an_unknown_usage_type_is_2_with_a_suggestion(run: Runner, write_config: WriteConfig) -> None:
    write_config(templates=[made("Custom")])
    for usage, suggestion in (("Sigin", "SignIn"), ("custom", "Custom")):
        done = run("render", "a.json", "--usage", usage, "--format", "json")
        assert (done.code, done.stdout) == (2, "")
        assert done.stderr == f"smtp-verify: no usage type {usage!r}; did you mean {suggestion}?\n"
    assert run("render", "a.json", "--usage", "Custom").code == 0


def test_all_shows_every_element_in_file_order(run: Runner, write_config: WriteConfig) -> None:
    write_config(
        templates=[
            made("SignIn", "1"),
            made("Odd", "2"),
            made("SignIn", "3 {{code}} {{x}}"),
            made(["x"], "4"),
        ]
    )
    told = templates(run("render", "a.json", "--all", "--format", "json"))
    assert [(each["index"], each["usageType"], each["shadowed"], each["fallback"]) for each in told] == [
        (0, "SignIn", False, False),
        (1, "Odd", False, False),
        (2, "SignIn", True, False),
        (3, ["x"], False, False),
    ]
    text = run("render", "a.json", "--all").stdout
    assert "── SignIn, never used: an earlier template has the same type (templates[2], line 1)\n" in text
    assert text.endswith(
        "\n"
        "        code  x\n"
        "SignIn  ·     ·\n"
        "Odd     ·     ·\n"
        "SignIn  ✓     ✗\n"
        "['x']   ·     ·\n"
        "✓ filled in   ✗ left as it is   · not used\n"
    )


def test_each_type_is_rendered_with_its_own_sample(run: Runner, write_config: WriteConfig) -> None:
    content = "{{code}}|{{user.name}}|{{organization.name}}|{{link}}"
    write_config(templates=[made(each, content=content) for each in ("Generic", "SignIn", "BindMfa", "Odd")])
    told = templates(run("render", "a.json", "--all", "--format", "json"))
    assert [each["content"] for each in told] == [
        "123456|{{user.name}}|{{organization.name}}|{{link}}",
        "123456|{{user.name}}|Example Org|{{link}}",
        "123456|Ada Lovelace|Example Org|{{link}}",
        "123456|{{user.name}}|{{organization.name}}|{{link}}",
    ]


# The payload ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "stdin", "content"),
    [
        ([], "", "123456 Example App {{x}}"),
        (["--code", "048291"], "", "048291 Example App {{x}}"),
        (["--code", "-"], "048291\r\nmore", "048291 Example App {{x}}"),
        (["--code", ""], "", " Example App {{x}}"),
        (["--var", "code=1"], "", "1 Example App {{x}}"),
        (["--var", "code=1", "--code", "2"], "", "2 Example App {{x}}"),
        (["--var", "application.name=Acme", "--var", "x=a=b"], "", "123456 Acme a=b"),
        (["--vars", "v.yaml"], "", "{{code}} From file {{x}}"),
        (["--vars", "v.yaml", "--var", "x=1", "--code", "9"], "", "9 From file 1"),
        (["--vars", "c.json"], "", "007 {{application.name}} {{x}}"),
    ],
)
def test_the_payload_is_a_base_then_var_then_code(
    run: Runner, write_config: WriteConfig, tmp_path: Path, options: list[str], stdin: str, content: str
) -> None:
    write_config(templates=[made("SignIn", content="{{code}} {{application.name}} {{x}}")])
    (tmp_path / "v.yaml").write_text("application: {name: From file}\n")
    (tmp_path / "c.json").write_text('{"code": "007"}')
    (told,) = templates(
        run("render", "a.json", "--usage", "SignIn", "--format", "json", *options, stdin=stdin)
    )
    assert told["content"] == content


def test_an_unquoted_code_is_an_error_with_the_cure(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    write_config()
    (tmp_path / "v.yaml").write_text("link: x\ncode: 048291\n")
    done = run("render", "a.json", "--vars", "v.yaml")
    assert (done.code, done.stdout) == (78, "")
    assert done.stderr == (
        'smtp-verify: v.yaml:2:7: code 048291 is a number here, and would be sent as 48291; write "048291"\n'
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--var", "x"], 2),
        (["--var", "=x"], 2),
        (["--code", "-"], 2),
        (["--all", "--format", "eml"], 2),
        (["--vars", "missing.yaml"], 66),
        (["--vars", "."], 66),
        (["--vars", "list.json"], 78),
    ],
)
def test_a_payload_that_cannot_be_had_stops_the_command(
    run: Runner, write_config: WriteConfig, tmp_path: Path, options: list[str], code: int
) -> None:
    write_config()
    (tmp_path / "list.json").write_text("[]")
    done = run("render", "a.json", "--format", "json", *options)
    assert done.code == code
    assert done.stderr.startswith("smtp-verify: ")
    assert (done.stdout == "") == (code == 2)


def test_a_name_that_every_object_has_stays_whole_with_a_warning(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config(templates=[made("Generic", "{{toString}}", "{{code.constructor.name}} {{toString}}")])
    done = run("render", "a.json", "--format", "json")
    (told,) = templates(done)
    assert (told["subject"], told["content"]) == ("{{toString}}", "{{code.constructor.name}} {{toString}}")
    assert told["unresolved"] == ["toString", "code.constructor.name"]
    assert done.stderr == (
        "smtp-verify: warning: {{toString}} stays as written; Logto would put JavaScript's own text there\n"
        "smtp-verify: warning: {{code.constructor.name}} stays as written;"
        " Logto would put JavaScript's own text there\n"
    )


def test_a_field_that_is_no_string_is_78_with_its_place(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("templates:\n  - usageType: Generic\n    subject: 5\n    content: c\n")
    done = run("render", "a.yaml")
    assert (done.code, done.stdout) == (78, "")
    assert done.stderr == (
        "smtp-verify: a.yaml:3:14: templates[0].subject is no string: Logto answers HTTP 500 here\n"
    )


# The input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "a.yaml: has no list of templates"),
        ("[]", "a.yaml: has no list of templates"),
        ("templates: {}", "a.yaml: has no list of templates"),
        ("a: 1\n---\nb: 1\n", "a.yaml: holds 2 documents; choose one with --document N, from 0"),
    ],
)
def test_what_holds_no_templates_is_78(run: Runner, tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    done = run("render", "a.yaml")
    assert (done.code, done.stdout, done.stderr) == (78, "", f"smtp-verify: {message}\n")


def test_a_broken_file_is_78_with_its_findings(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"templates": [}')
    done = run("render", "a.json", "--format", "json")
    error = json.loads(done.stdout)["error"]
    assert (done.code, error["exitCode"]) == (78, 78)
    (finding,) = error["findings"]
    assert (finding["code"], finding["line"], finding["column"]) == ("SV006", 1, 16)
    assert error["message"] == f"a.json:1:16: {finding['message']}"


def test_one_document_of_several_can_be_chosen(run: Runner, tmp_path: Path) -> None:
    one = "templates: [{usageType: Generic, subject: '%s', content: c}]\n"
    (tmp_path / "a.yaml").write_text(f"{one % 'first'}---\n{one % 'second'}")
    (told,) = templates(run("render", "a.yaml", "--document", "1", "--format", "json"))
    assert (told["subject"], told["line"]) == ("second", 3)
    assert run("render", "a.yaml", "--document", "2").code == 78


def test_an_answer_of_logtos_api_is_read_at_config_and_said_on_stderr(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    (tmp_path / "w.json").write_text(
        json.dumps({"id": "x", "config": json.loads(write_config().read_text())})
    )
    done = run("render", "w.json", "--format", "json")
    assert templates(done)[0]["subject"] == "Your code"
    assert done.stderr == "smtp-verify: w.json: reading the config under /config\n"


def test_only_a_readable_list_of_templates_is_needed(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "host: 5\nport: x\ntemplates:\n  - {usageType: Generic, subject: s, content: c}\n"
    )
    (told,) = templates(run("render", "a.yaml", "--format", "json"))
    assert (told["contentType"], told["from"], told["replyTo"]) == (None, None, None)


# Pages and messages --------------------------------------------------------------------------------------


def test_an_html_body_is_written_unchanged(run: Runner, write_config: WriteConfig) -> None:
    write_config(templates=[made("Generic", content="<p>\x1b\u202e{{code}}", contentType="text/html")])
    assert run("render", "a.json", "--format", "html").stdout == "<p>\x1b\u202e123456"


def test_a_page_of_all_templates_shuts_each_in_a_sandboxed_frame(
    run: Runner, write_config: WriteConfig
) -> None:
    hostile = '</iframe><script>alert("1")</script>'
    write_config(templates=[made("Generic", hostile, hostile, contentType="text/html"), made(hostile)])
    page = run("render", "a.json", "--all", "--format", "html").stdout
    assert page.count('<iframe sandbox="" title="') == 2
    assert page.count("</iframe>") == 2
    assert "<script" not in page
    assert (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:;'
        " style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">"
    ) in page


def test_an_eml_is_the_message_and_the_same_for_the_same_input(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config(
        templates=[made("Generic", "Тема {{code}}", "Код {{code}}")],
        customHeaders={"X-A": "1", "Bcc": "hidden@example.com"},
    )
    first, second = (
        run("render", "a.json", "--format", "eml", env={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    )
    assert first == second
    assert first.code == 0
    assert "\n" not in first.stdout.replace("\r\n", "")
    message = email.message_from_string(first.stdout)
    assert message.keys() == [
        "X-A",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Content-Transfer-Encoding",
        "Date",
        "MIME-Version",
        "Content-Type",
    ]
    assert message["To"] == "recipient@example.com"
    assert message.get_payload(decode=True) == "Код 123456".encode()
    other = run("render", "a.json", "--format", "eml", "--code", "1")
    assert email.message_from_string(other.stdout)["Message-ID"] != message["Message-ID"]
    dated = run("render", "a.json", "--format", "eml", env={"SOURCE_DATE_EPOCH": "86400"})
    assert email.message_from_string(dated.stdout)["Date"] == "Fri, 02 Jan 1970 00:00:00 +0000"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"fromEmail": "a@b.co\r\nBcc: x@b.co"}, "fromEmail: a control character in an address"),
        ({"replyTo": "a@b.co\0"}, "replyTo: a control character in an address"),
        (
            {"customHeaders": {"X-A\r\nBcc": "x@b.co"}},
            r"customHeaders: 'X-A\r\nBcc' is no header name (RFC 5322 section 2.2)",
        ),
        (
            {"customHeaders": {"X-A": "=?utf-8?q?=0D=0ABcc:x?="}},
            "customHeaders.X-A: an encoded word that hides a line break",
        ),
    ],
)
def test_a_message_that_would_break_out_of_its_headers_is_78_with_the_field_named(
    run: Runner, write_config: WriteConfig, keys: dict[str, Any], message: str
) -> None:
    write_config(**keys)
    done = run("render", "a.json", "--format", "eml")
    assert (done.code, done.stdout, done.stderr) == (78, "", f"smtp-verify: {message}\n")


@pytest.mark.parametrize("format_", ["text", "json", "html", "eml"])
def test_a_saved_mail_is_for_its_owner_alone(
    run: Runner, write_config: WriteConfig, tmp_path: Path, format_: str
) -> None:
    write_config()
    printed = run("render", "a.json", "--format", format_)
    (tmp_path / "out").write_text("what was there before")
    done = run("render", "a.json", "--format", format_, "-o", "out")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out").read_bytes().decode() == printed.stdout
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.json", "out"]


def test_hostile_markup_does_not_hold_the_text_view_up(run: Runner, write_config: WriteConfig) -> None:
    write_config(
        templates=[made("Generic", content="<a " * 100_000 + "<![ " * 50_000, contentType="text/html")]
    )
    assert run("render", "a.json", timeout=10).code == 0


@pytest.mark.process
def test_open_shows_the_page_in_the_browser(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    write_config(templates=[made("Generic", content="<p>{{code}}", contentType="text/html")])
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    done = run("render", "a.json", "--open", "-o", "page.html", env={"BROWSER": f"{browser} %s"})
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "page.html").read_text() == "<p>123456"
    assert (tmp_path / "opened").read_text() == (tmp_path / "page.html").as_uri()
