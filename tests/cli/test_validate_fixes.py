"""`validate --fix`, `--unsafe-fixes` and `--diff`: the real program on real files."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from smtp_verify.cli.commands.fix import written as left_after
from smtp_verify.codes import AMBIGUOUS_SCALAR
from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.lint.fixes.files import fixed_files
from smtp_verify.lint.fixes.registry import FIXERS
from smtp_verify.lint.pages import page_of
from smtp_verify.lint.selection.terms import Terms
from tests.conftest import SECRET, clean_environment
from tests.lint.examples import laid_over

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TEMPLATES = "".join(
    f"  - {{usageType: {each}, contentType: text/plain, subject: s, content: '{{{{code}}}}'}}\n"
    for each in ("Register", "SignIn", "ForgotPassword", "Generic")
)
BROKEN = f"""\
# our mail
host: smtp.example.com # in the cellar
port: "587"   # the port
secure: true
name: mail.example.com
auth: {{user: me@example.com, pass: {SECRET}}}
fromEmail: me@example.com
templates: # all of them
{TEMPLATES}"""
FIXED = BROKEN.replace('port: "587"', "port: 587").replace(
    "secure: true\n", "secure: false\nrequireTLS: true\n"
)
DIFF = """\
--- a.yaml
+++ a.yaml
@@ -1,7 +1,8 @@
 # our mail
 host: smtp.example.com # in the cellar
-port: "587"   # the port
-secure: true
+port: 587   # the port
+secure: false
+requireTLS: true
 name: mail.example.com
 auth: {user: me@example.com, pass: ***}
 fromEmail: me@example.com
"""


def written(folder: Path, text: str | bytes, name: str = "a.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(0o600)
    return path


def test_fix_writes_what_is_safe_and_reports_what_is_left(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN + "replyto: me@example.com\nurls: y\n")
    path.chmod(0o640)
    done = run("validate", "--fix", "a.yaml")
    assert path.read_text() == FIXED + "replyTo: me@example.com\nurls: y\n"
    assert (done.code, done.stderr) == (0, "")
    assert (
        done.stdout
        == """\
a.yaml:3:7: fixed SV110 port is a string; Logto rejects the config for it
a.yaml:4:9: fixed SV212 port 587 begins in cleartext: with secure: true it fails with "wrong version number"
a.yaml:13:1: fixed SV104 replyto is a key that neither Logto nor nodemailer knows
a.yaml:15:1: warning SV104 urls is a key that neither Logto nor nodemailer knows
   15 | urls: y
      | ^^^^
      help: did you mean url?
a.yaml: Logto accepts this config (1 warning)
3 fixed
"""
    )
    assert path.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_a_second_run_finds_nothing_to_fix_and_writes_nothing(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, FIXED)
    before = path.stat()
    done = run("validate", "--fix", "a.yaml")
    assert (done.code, done.stdout) == (0, "a.yaml: Logto accepts this config\n")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_diff_shows_it_and_writes_nothing(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN)
    for words in (("--diff",), ("--diff", "--fix"), ("--diff", "--unsafe-fixes")):
        done = run("validate", *words, "a.yaml")
        assert (done.code, done.stdout, done.stderr) == (1, DIFF, "2 would be fixed\n")
        assert path.read_text() == BROKEN
    assert run("validate", "--diff", "-q", "a.yaml").stdout == ""
    done = run("validate", "--diff", "-o", "out.diff", "a.yaml")
    assert (done.stdout, (tmp_path / "out.diff").read_text()) == ("", DIFF)


@pytest.mark.parametrize(
    ("text", "code", "stderr"),
    [
        (FIXED, 0, "0 would be fixed\n"),
        (
            FIXED.replace("host: smtp.example.com # in the cellar\n", ""),
            1,
            "0 would be fixed; 1 not valid even then\n",
        ),
        (BROKEN.replace("fromEmail: me@example.com\n", ""), 1, "2 would be fixed; 1 not valid even then\n"),
    ],
)
def test_the_exit_code_of_a_diff_says_whether_there_is_work(
    text: str, code: int, stderr: str, run: Runner, tmp_path: Path
) -> None:
    written(tmp_path, text)
    done = run("validate", "--diff", "a.yaml")
    assert (done.code, done.stderr) == (code, stderr)


def test_unsafe_fixes_are_made_where_they_are_asked_for(run: Runner, tmp_path: Path) -> None:
    text = FIXED.replace("requireTLS: true\n", "")
    path = written(tmp_path, text)
    assert run("validate", "--fix", "a.yaml").stdout.endswith("\n1 fixable with --fix --unsafe-fixes\n")
    assert path.read_text() == text
    assert run("validate", "--fix", "--unsafe-fixes", "a.yaml").stdout.endswith("\n1 fixed\n")
    assert path.read_text() == FIXED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BROKEN.replace("\n", "\r\n"), FIXED.replace("\n", "\r\n")),
        (BROKEN.rstrip("\n"), FIXED.rstrip("\n")),
        ("\ufeff" + BROKEN, "\ufeff" + FIXED),
        (BROKEN + "---\n" + BROKEN, FIXED + "---\n" + FIXED),
        ("--- # one\n" + BROKEN + "...\n", "--- # one\n" + FIXED + "...\n"),
    ],
)
def test_nothing_else_in_a_file_changes(before: str, after: str, run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, before)
    assert run("validate", "--fix", "a.yaml").code == 0
    assert path.read_bytes() == after.encode()


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_is_fixed_as_it_is_laid_out(indent: int | str | None, run: Runner, tmp_path: Path) -> None:
    config = {
        "host": "smtp.example.com",
        "port": "465",
        "secure": "true",
        "auth": {"user": "u", "pass": SECRET},
        "fromEmail": "a@example.com",
        "templates": [
            {"usageType": each, "contentType": "TEXT/plain", "subject": "s", "content": "{{code}}"}
            for each in ("Register", "SignIn", "ForgotPassword", "Generic")
        ],
    }
    before = json.dumps(config, indent=indent)
    path = written(tmp_path, before, "a.json")
    done = run("validate", "--fix", "--schema", "connector", "a.json")
    assert (done.code, done.stdout.splitlines()[-1]) == (0, "6 fixed")
    after = before.replace('"465"', "465").replace('"true"', "true").replace("TEXT/plain", "text/plain")
    assert path.read_text() == after


@pytest.mark.parametrize(
    "text",
    [
        BROKEN + "broken: [\n",
        BROKEN + "---\n{\n",
        BROKEN.encode() + b"\xff\n",
        BROKEN + "a: " + "[" * 80 + "]" * 80,
        BROKEN.replace('port: "587"', "port: &p '587'").replace("secure: true", "<<: {}"),
        "[1]",
        "",
    ],
)
def test_what_cannot_be_read_whole_or_edited_safely_stays(
    text: str | bytes, run: Runner, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    before = path.read_bytes()
    for words in (("--fix",), ("--fix", "--unsafe-fixes")):
        done = run("validate", *words, "a.yaml")
        assert " fixed" not in done.stdout
        assert path.read_bytes() == before


def test_standard_input_can_be_shown_and_not_written(run: Runner) -> None:
    done = run("validate", "--diff", "-", stdin=BROKEN)
    assert (done.code, done.stdout) == (1, DIFF.replace("a.yaml", "-"))
    done = run("validate", "--fix", "-", stdin=BROKEN)
    assert (done.code, done.stdout) == (2, "")
    assert "--diff shows what it would change" in done.stderr


@pytest.mark.parametrize("words", [("--unsafe-fixes",), ("--diff", "--format", "json")])
def test_options_that_say_nothing_together_are_2(words: tuple[str, ...], run: Runner, tmp_path: Path) -> None:
    written(tmp_path, BROKEN)
    done = run("validate", *words, "a.yaml")
    assert (done.code, done.stdout) == (2, "")


def test_a_directory_is_fixed_file_by_file_and_one_that_cannot_be_read_is_told(
    run: Runner, tmp_path: Path
) -> None:
    (tmp_path / "c").mkdir()
    paths = [written(tmp_path / "c", BROKEN, name) for name in ("a.yaml", "b.yaml")]
    done = run("validate", "--fix", "c", "missing.yaml")
    assert (done.code, done.stdout.splitlines()[-1]) == (66, "4 fixed")
    assert [path.read_text() for path in paths] == [FIXED, FIXED]
    paths = [written(tmp_path / "c", BROKEN, name) for name in ("a.yaml", "b.yaml")]
    done = run("validate", "--diff", "missing.yaml", "c")
    assert done.code == 66
    assert done.stderr == "smtp-verify: missing.yaml: no such file or directory\n4 would be fixed\n"
    assert done.stdout == "".join(DIFF.replace("a.yaml", f"c/{name}.yaml") for name in "ab")


def test_a_link_is_followed(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN)
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    assert run("validate", "--fix", "link.yaml").code == 0
    assert (path.read_text(), (tmp_path / "link.yaml").is_symlink()) == (FIXED, True)


def test_a_machine_format_reports_what_is_left_and_what_can_be_fixed(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN + "secrue: x\n")

    def fixable() -> dict[str, bool]:
        document = json.loads(run("validate", "--format", "json", "a.yaml").stdout)
        return {each["code"]: each["fixable"] for each in document["files"][0]["findings"]}

    assert fixable() == {"SV104": False, "SV110": True, "SV212": True}
    done = run("validate", "--fix", "--format", "json", "a.yaml")
    assert [each["code"] for each in json.loads(done.stdout)["files"][0]["findings"]] == ["SV104"]
    assert path.read_text() == FIXED + "secrue: x\n"
    assert fixable() == {"SV104": False}


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("48213999", "auth: {user: me@example.com, pass: 48213999}"),
        ("0482139", "auth:\n  user: me@example.com\n  pass: 0482139 # of the relay"),
        ("hunter2hunter2", "auth:\n  user: me@example.com\n  pasword: hunter2hunter2"),
        ("hunter2hunter2", "auth: {user: 7, pasword: hunter2hunter2}"),
        ("hunter2 hunter2", "auth:\n  user: me@example.com\n  pass: ' hunter2 hunter2'"),
        (
            "MIIEsecretkey",
            "auth: {type: oAUTH2, user: u, serviceClient: c,"
            " privateKey: '-----BEGIN PRIVATE KEY-----\\nMIIEsecretkey'}",
        ),
    ],
)
def test_no_secret_shows_in_a_diff(secret: str, text: str, run: Runner, tmp_path: Path) -> None:
    login = f"auth: {{user: me@example.com, pass: {SECRET}}}"
    written(tmp_path, BROKEN.replace(login, text))
    done = run("validate", "--diff", "--unsafe-fixes", "a.yaml")
    assert done.code == 1
    assert secret not in done.stdout + done.stderr
    assert any(line.startswith("+") and "***" in line for line in done.stdout.splitlines())


def test_a_change_within_a_secret_shows_as_one(run: Runner, tmp_path: Path) -> None:
    login = f"auth: {{user: me@example.com, pass: {SECRET}}}"
    written(tmp_path, FIXED.replace(login, "auth: {user: me@example.com, pass: 0482139}"))
    done = run("validate", "--diff", "a.yaml")
    assert (
        "-auth: {user: me@example.com, pass: ***}\n+auth: {user: me@example.com, pass: ***}\n" in done.stdout
    )


def test_a_text_without_a_last_line_end_says_so_and_control_characters_show_as_escapes(
    run: Runner, tmp_path: Path
) -> None:
    before = BROKEN.replace("# our mail", "# \u202eour mail").replace("\n", "\r\n").rstrip()
    written(tmp_path, before[: before.index("\r\nsecure")])
    done = run("validate", "--diff", "a.yaml")
    assert done.stdout.splitlines() == [
        "--- a.yaml",
        "+++ a.yaml",
        "@@ -1,3 +1,3 @@",
        " # \\u202eour mail",
        " host: smtp.example.com # in the cellar",
        '-port: "587"   # the port',
        "\\ No newline at end of file",
        "+port: 587   # the port",
        "\\ No newline at end of file",
    ]


def test_what_is_no_file_of_its_own_is_not_written(run: Runner) -> None:
    done = run("validate", "--fix", "/dev/fd/0", stdin=BROKEN)
    assert (done.code, "fixed" in done.stdout) == (66, False)


OTHERS = {
    "SV101": "connectionTimeout: '30000'",
    "SV309": "auth: {type: OAuth2, user: u, serviceClient: s, privateKey: '-----BEGIN KEY-----\\nMII'}",
    "SV314": "auth:\n  user: me@example.com\n  pass: 'an-app-password '",
}
"""Where nothing can be done about the page's example: a null, the path of a key, a block of text."""


def _examples(folder: Path) -> dict[str, str]:
    """A file in both languages for the bad example of each page with a fix; JSON has no ambiguous words."""
    texts = {}
    for code in FIXERS:
        found = page_of(code)
        assert found is not None
        for name, fragment in (("page", found.bad), ("other", OTHERS.get(code, found.bad))):
            texts[f"{code}.{name}.yaml"] = text = laid_over(fragment)
            if code != AMBIGUOUS_SCALAR:
                (document,) = load_source(Source("a.yaml", text))
                texts[f"{code}.{name}.json"] = json.dumps(document.data, indent=2)
    for name, text in texts.items():
        written(folder, text, name)
    return texts


def _found(run: Runner, *words: str) -> dict[str, dict[str, bool]]:
    """The codes found in each file, and whether they can be fixed."""
    report = json.loads(run("validate", "--format", "json", *words, *sorted(os.listdir())).stdout)
    return {
        each["path"]: {finding["code"]: finding["fixable"] for finding in each["findings"]}
        for each in report["files"]
    }


def test_the_bad_example_of_every_page_with_a_fix_is_fixed_where_it_says_so(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = _examples(tmp_path)
    before = _found(run)
    after = _found(run, "--fix", "--unsafe-fixes")
    left = {path for path in texts if path[:5] in after[path]}
    assert left == {
        *(f"{code}.page.{ending}" for code in ("SV101", "SV309") for ending in ("yaml", "json")),
        "SV314.page.yaml",
    }
    for path, text in texts.items():
        assert before[path][path[:5]] is (path not in left), path
        assert ((tmp_path / path).read_text() == text) is (path in left), path
        assert not any(after[path].values()), path
    again = {path: (tmp_path / path).read_bytes() for path in texts}
    assert _found(run, "--fix", "--unsafe-fixes") == after
    assert {path: (tmp_path / path).read_bytes() for path in texts} == again


IGNORED_FILE = "# smtp-verify: ignore-file[SV1,SV212] as it is\n"
IGNORED = "# smtp-verify: ignore[SV110] as it is"
WARNED = BROKEN + "replyto: me@example.com\n"


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (("--select", "SV110"), WARNED, WARNED.replace('"587"', "587")),
        (("--ignore", "SV110,SV212"), WARNED, WARNED.replace("replyto", "replyTo")),
        (("--ignore", "SV1,SV2"), WARNED, WARNED),
        ((), f"{IGNORED_FILE}{WARNED}", f"{IGNORED_FILE}{WARNED}"),
        (
            (),
            WARNED.replace("# the port", IGNORED),
            FIXED.replace("587   # the port", f'"587"   {IGNORED}') + "replyTo: me@example.com\n",
        ),
    ],
)
def test_what_is_not_told_is_not_fixed(
    words: tuple[str, ...], text: str, expected: str, run: Runner, tmp_path: Path
) -> None:
    path = written(tmp_path, text)
    run("validate", "--fix", *words, "a.yaml")
    assert path.read_text() == expected


def test_settings_choose_what_is_fixed_too(run: Runner, tmp_path: Path) -> None:
    path = written(tmp_path, WARNED)
    (tmp_path / ".smtp-verify.yaml").write_text("select: [SV104]\n")
    assert run("validate", "--fix", "a.yaml").stdout.endswith("\n1 fixed\n")
    assert path.read_text() == WARNED.replace("replyto", "replyTo")
    assert run("validate", "--fix", "--isolated", "a.yaml").stdout.endswith("\n2 fixed\n")


def test_a_fix_does_no_harm_that_is_not_told(run: Runner, tmp_path: Path) -> None:
    # Under its right name Logto would refuse the file for the list.
    text = FIXED + "customheaders: [a]\n"
    path = written(tmp_path, text)
    for words in ((), ("--select", "SV104")):
        assert "fixed" not in run("validate", "--fix", *words, "a.yaml").stdout
        assert path.read_text() == text


def test_what_cannot_be_written_is_said_and_the_others_are_fixed(tmp_path: Path) -> None:
    long = BROKEN + "# and so on\n" * 1000
    paths = [
        written(tmp_path, text, f"{name}.yaml")
        for name, text in (("a", BROKEN), ("b", long), ("c", BROKEN.replace("fromEmail", "x")))
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "smtp_verify",
            "validate",
            "--fix",
            "a.yaml",
            "b.yaml",
            "c.yaml",
            "missing.yaml",
        ],
        cwd=tmp_path,
        env=clean_environment(),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        73,
        "smtp-verify: b.yaml: cannot be written: File too large\n"
        "smtp-verify: missing.yaml: no such file or directory\n",
    )
    assert "\nb.yaml:3:7: warning SV110 " in done.stdout
    assert done.stdout.endswith("\n4 fixed\n2 fixable with --fix\n")
    assert [path.read_text() for path in paths] == [FIXED, long, FIXED.replace("fromEmail", "x")]
    assert sorted(os.listdir(tmp_path)) == ["a.yaml", "b.yaml", "c.yaml"]


def test_a_file_that_changed_meanwhile_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, BROKEN)
    terms = Terms(None, False, None, None, isolated=True, logto=None)
    files = list(fixed_files(["a.yaml"], terms, None, unsafe=False))
    path.write_text(f"# mine\n{BROKEN}")
    (verdict,) = left_after(files, terms)
    assert path.read_text() == f"# mine\n{BROKEN}"
    assert (verdict.is_unwritten, verdict.fixed) == (True, ())
    assert [each.code for each in verdict.findings] == ["SV110", "SV212"]
    assert capsys.readouterr().err == "smtp-verify: a.yaml: has changed since it was read\n"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_leaves_each_file_whole(number: int, code: int, tmp_path: Path) -> None:
    paths = [written(tmp_path, BROKEN, f"{name:04}.yaml") for name in range(1500)]
    words = [sys.executable, "-m", "smtp_verify", "validate", "--fix", "--format", "json", "."]
    with subprocess.Popen(words, cwd=tmp_path, env=clean_environment(), stdout=subprocess.PIPE) as process:
        while paths[20].read_text() == BROKEN:
            time.sleep(0.001)
        process.send_signal(number)
        out, _ = process.communicate()
    texts = [path.read_text() for path in paths]
    assert process.returncode == code
    assert set(texts) == {BROKEN, FIXED}, "some are fixed, some are not, and none is half"
    assert texts == sorted(texts, reverse=True) or texts == sorted(texts)
    assert sorted(os.listdir(tmp_path)) == [path.name for path in paths]
    assert json.loads(out)["error"]["exitCode"] == code
