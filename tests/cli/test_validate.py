"""`smtp-verify validate`, as a process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Runner, WriteConfig

SECRET = "S3cr3tPa55w0rd"


def document(run: Run) -> Any:
    """The one JSON document on standard output."""
    assert run.stdout.isascii()
    assert run.stdout.endswith("}\n")
    return json.loads(run.stdout)


def test_a_valid_config_is_valid(run: Runner, write_config: WriteConfig) -> None:
    write_config()
    done = run("validate", "a.json")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout == "a.json: Logto accepts this config\n"


def test_a_config_that_is_not_valid_exits_with_1_and_shows_the_place(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("host: h\nport: 25\nauth: {}\nfromEmail: 5\ntemplates: []\n")
    done = run("validate", "a.yaml")
    assert (done.code, done.stderr) == (1, "")
    assert "a.yaml:4:12: error SV101 fromEmail is a number; it must be a string\n" in done.stdout
    assert "    4 | fromEmail: 5\n      |            ^\n" in done.stdout
    assert done.stdout.split("\n")[-3].startswith("a.yaml: Logto rejects this config (1 error, ")
    assert done.stdout.endswith("\n1 fixable with --fix\n")


def test_json_is_one_document_with_the_keys_of_the_contract(run: Runner, write_config: WriteConfig) -> None:
    write_config(port="587", unknown=1)
    report = document(run("validate", "a.json", "--format", "json"))
    assert list(report) == ["version", "schema", "files", "summary", "exitCode"]
    (file,) = report["files"]
    assert list(file) == ["path", "document", "valid", "connector", "logto", "findings"]
    assert (file["path"], file["document"], file["valid"]) == ("a.json", 0, True)
    assert file["connector"] == {"valid": False, "paths": ["port"]}
    assert {finding["code"] for finding in file["findings"]} == {"SV104", "SV110"}
    assert report["summary"] == {"files": 1, "valid": 1, "errors": 0, "warnings": len(file["findings"])}


@pytest.mark.parametrize(
    ("options", "keys", "code"),
    [
        ([], {}, 0),
        ([], {"port": "587"}, 0),
        (["--strict"], {}, 0),
        (["--strict"], {"port": "587"}, 1),
        (["--schema", "connector"], {"port": "587"}, 1),
        (["--schema", "connector"], {"unknown": 1}, 0),
        (["--schema", "documented"], {"host": None}, 1),
    ],
)
def test_schema_and_strict_decide_what_is_valid(
    run: Runner, write_config: WriteConfig, options: list[str], keys: dict[str, Any], code: int
) -> None:
    write_config(**keys)
    assert run("validate", "a.json", *options).code == code
    quiet = run("validate", "-q", "a.json", *options)
    assert (quiet.code, quiet.stdout, quiet.stderr) == (code, "", "")


def test_every_path_is_checked_and_one_that_cannot_be_read_makes_it_66(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config()
    write_config("b.json", host=None)
    done = run("validate", "missing.json", "b.json", "a.json", "--format", "json")
    assert done.code == 66
    report = document(done)
    assert [(file["path"], file["valid"]) for file in report["files"]] == [
        ("missing.json", False),
        ("b.json", False),
        ("a.json", True),
    ]
    (finding,) = report["files"][0]["findings"]
    assert (finding["code"], finding["line"], finding["given"]) == ("SV001", None, "path")


def test_a_directory_is_read_recursively_and_sorted_without_hidden_entries(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    for folder in ("d/sub", "d/.hidden", "out"):
        (tmp_path / folder).mkdir(parents=True)
    for name in (
        "d/b.json",
        "d/a.yaml",
        "d/sub/c.YML",
        "d/.h.json",
        "d/.hidden/x.json",
        "out/x.json",
        "d/x.txt",
    ):
        write_config(name)
    (tmp_path / "d" / "link.json").symlink_to(tmp_path / "out" / "x.json")
    report = document(run("validate", "d", "--format", "json"))
    assert [file["path"] for file in report["files"]] == ["d/a.yaml", "d/b.json", "d/sub/c.YML"]


@pytest.mark.parametrize("path", ["empty", "*.yaml", "missing.json", "empty/*.json"])
def test_a_path_that_leads_to_no_file_is_66(run: Runner, tmp_path: Path, path: str) -> None:
    (tmp_path / "empty").mkdir()
    done = run("validate", path, "--format", "json")
    assert done.code == 66
    (file,) = document(done)["files"]
    assert (file["path"], file["valid"], file["connector"]) == (path, False, {"valid": False, "paths": []})


def test_standard_input_is_read_for_a_dash(run: Runner, write_config: WriteConfig) -> None:
    text = write_config().read_text()
    assert run("validate", "-", stdin=text).stdout == "-: Logto accepts this config\n"
    assert run("validate", "-", stdin="").code == 1
    assert run("validate", "-", stdin=b"\xff").code == 1
    assert run("validate", "-", "-", stdin=text).code == 2


def test_quiet_prints_nothing_and_a_file_takes_the_report(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    done = run("validate", write_config(), "-q", "--format", "json", "-o", tmp_path / "report.json")
    assert (done.code, done.stdout) == (0, "")
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["valid"] == 1
    assert run("validate", write_config(), "-q", "-o", tmp_path / "no" / "report.json").code == 73


def test_an_answer_of_logtos_api_is_read_at_config_and_pointers_keep_the_prefix(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    inner = json.loads(write_config(unknown=1).read_text())
    (tmp_path / "w.json").write_text(json.dumps({"id": "x", "config": inner}))
    (tmp_path / "w.json").chmod(0o600)
    done = run("validate", "w.json", "--format", "json")
    (file,) = document(done)["files"]
    assert [finding["pointer"] for finding in file["findings"]] == ["/config/unknown"]
    assert done.stderr == "smtp-verify: w.json: reading the config under /config\n"


def test_each_document_of_a_yaml_file_is_checked(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    text = write_config().read_text()
    (tmp_path / "m.yaml").write_text(f"---\n{text}\n---\n{{}}\n")
    done = run("validate", "m.yaml", "--format", "json")
    assert done.code == 1
    assert [(file["document"], file["valid"]) for file in document(done)["files"]] == [(0, True), (1, False)]


BROKEN = [
    ("a.json", '{"auth": {"pass": "@", }'),
    ("a.json", '{"auth": {"pass": "@" "x": 1}}'),
    ("a.json", '{"auth": {"pass": "@\n"}}'),
    ("a.json", '{"auth": {"pass": "@"}, "x": NaN}'),
    ("a.json", '{"auth": {"pass": "@"}} trailing'),
    ("a.yaml", "auth:\n\tpass: @\n"),
    ("a.yaml", "auth:\n  pass: '@\n"),
    ("a.yaml", 'auth:\n  pass: "@\n  user: u\n'),
    ("a.yaml", "auth:\n  pass: @: x: y\n"),
    ("a.yaml", "auth: {pass: @, user: [}\n"),
    ("a.yaml", "auth: {type: OAuth2, clientSecret: @, refreshToken: @, x: *nope}\n"),
    ("a.yaml", "auth:\n  privateKey: |\n    -----BEGIN PRIVATE KEY-----\n    @\n  x: [\n"),
    ("a.yaml", "pass: @\npass: @\n"),
    ("a.yaml", "auth: {pass: !!binary @}\n"),
]
WHOLE = [
    ("a.yaml", "auth: {pass: @, typo: 1}\n"),
    ("a.yaml", "auth: {type: 5, clientSecret: @, privateKey: '@', token: @}\n"),
    ("a.json", '{"auth": {"pass": "@", "user": 5}, "dkim": {"privateKey": "@"}}'),
    ("a.yaml", "auth: &a {pass: @}\nb: *a\n"),
]


@pytest.mark.parametrize(("name", "text"), [*BROKEN, *WHOLE])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_no_secret_shows_in_a_report(run: Runner, tmp_path: Path, name: str, text: str, format_: str) -> None:
    (tmp_path / name).write_text(text.replace("@", SECRET))
    for command in (["validate", name], ["render", name]):
        done = run(*command, "--format", format_)
        assert done.code in (1, 78)
        assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["validate", "a.json", "--schema", "other"],
        ["validate", "a.json", "--format", "xml"],
        ["validate", "a.json", "--no-such-option"],
        ["validate", "a.json", "--color", "sometimes"],
        ["no-such-command"],
    ],
)
def test_a_usage_error_is_2_and_prints_nothing_on_standard_output(run: Runner, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr != ""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["validate", "-h"], ["render", "--help"], ["--version"]]
)
def test_help_and_version_go_to_standard_output(run: Runner, arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout != ""


def test_the_same_input_gives_the_same_bytes(run: Runner, write_config: WriteConfig) -> None:
    write_config(port="587", zz=1, yy=2, host=None)
    first, second = (
        run("validate", "a.json", "--format", "json", env={"PYTHONHASHSEED": seed}) for seed in ("1", "2")
    )
    assert first == second
