"""`validate` with --select, --ignore, comments and settings, as a process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import ROOT, clean_environment

if TYPE_CHECKING:
    from tests.conftest import Run, Runner, WriteConfig

KEYS: dict[str, Any] = {"port": "587", "zz": 1, "fromEmail": "<sender>"}
"""What makes a config of `write_config` have SV104, SV110 and SV901."""
README = (ROOT / "README.md").read_text(encoding="utf-8")


def codes(run: Run) -> dict[str, list[str]]:
    """The codes found in each file of a JSON report."""
    return {
        file["path"]: sorted({finding["code"] for finding in file["findings"]})
        for file in json.loads(run.stdout)["files"]
    }


def found(run: Runner, *arguments: str, cwd: Path | None = None) -> list[str]:
    """The codes found in the one file of a run."""
    done = run("validate", "--format", "json", *arguments, cwd=cwd)
    assert done.stderr == ""
    (each,) = codes(done).values()
    return each


def test_without_choice_everything_is_told(run: Runner, write_config: WriteConfig) -> None:
    write_config(**KEYS)
    assert found(run, "a.json") == ["SV104", "SV110", "SV901"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--select", "SV1"], ["SV104", "SV110"]),
        (["--select", "SV104,SV9"], ["SV104", "SV901"]),
        (["--select", "SV104", "--select=placeholder, SV110"], ["SV104", "SV110", "SV901"]),
        (["--ignore", "SV1"], ["SV901"]),
        (["--ignore", "SV11,SV901,"], ["SV104"]),
        (["--select", "SV110", "--ignore", "SV1"], ["SV110"]),
        (["--select", "SV1", "--ignore", "SV110"], ["SV104"]),
        (["--ignore", "sv"], []),
    ],
)
def test_codes_are_chosen_by_prefix_or_name(
    run: Runner, write_config: WriteConfig, arguments: list[str], expected: list[str]
) -> None:
    write_config(**KEYS)
    assert found(run, "a.json", *arguments) == expected
    # What is not told does not count.
    strict = run("validate", "-q", "--strict", "a.json", *arguments)
    assert strict.code == (1 if expected else 0)


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ("SV601,no-codes", "there is no finding 'no-codes'; did you mean no-code?"),
        ("SX", "there is no finding 'SX'"),
        (" , ", "names no code"),
    ],
)
def test_an_unknown_code_is_a_usage_error(
    run: Runner, write_config: WriteConfig, option: str, codes: str, said: str
) -> None:
    write_config()
    done = run("validate", "a.json", option, codes, "--format", "json")
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_what_is_left_out_shows_in_no_format(run: Runner, write_config: WriteConfig, format_: str) -> None:
    write_config(**KEYS)
    whole = run("validate", "a.json", "--format", format_)
    assert set(re.findall(r"\bSV\d{3}\b", whole.stdout)) == {"SV104", "SV110", "SV901"}
    done = run("validate", "a.json", "--format", format_, "--ignore", "SV1", "--strict")
    assert set(re.findall(r"\bSV\d{3}\b", done.stdout)) == {"SV901"}
    assert (whole.code, done.code) == (0, 1)
    assert run("validate", "a.json", "--format", format_, "--ignore", "SV1,SV9", "--strict").code == 0


def test_an_ignored_error_leaves_the_file_valid_for_the_documented_schema_alone(
    run: Runner, write_config: WriteConfig
) -> None:
    write_config(host=None)
    done = run("validate", "a.json", "--ignore", "SV102", "--format", "json")
    (file,) = json.loads(done.stdout)["files"]
    assert (done.code, file["valid"], file["connector"]["valid"]) == (0, True, False)
    assert run("validate", "a.json", "--ignore", "SV102", "--schema", "connector").code == 1


def test_a_comment_is_the_same_in_every_run(run: Runner, tmp_path: Path) -> None:
    text = README.split("```yml\n")[1].split("```")[0]
    head = "host: h.example.com\nauth: {user: u@example.com, pass: <password>}\nfromEmail: u@example.com\n"
    (tmp_path / "a.yaml").write_text(head + text)
    report = json.loads(run("validate", "a.yaml", "--format", "json").stdout)["files"][0]
    told = {finding["code"] for finding in report["findings"]}
    assert told.isdisjoint({"SV110", "SV601", "SV604", "SV911", "SV912"})
    bare = re.sub(r"#.*", "", text)
    (tmp_path / "a.yaml").write_text(head + bare)
    assert {"SV110", "SV601", "SV604"} <= set(found(run, "a.yaml"))


# Settings ------------------------------------------------------------------------------------------------

OWN, SHARED = ".smtp-verify.yaml", "pyproject.toml"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (OWN, "ignore: [SV1]\n"),
        (OWN, '\ufeff{"ignore": ["SV1"]}'),
        (SHARED, '[tool.smtp-verify]\nignore = ["SV1"]\n'),
        (SHARED, '[project]\nname = "x"\n[ "tool" . smtp-verify ]\nignore = [\n  "SV1",\n]\n'),
        (SHARED, 'tool.smtp-verify.ignore = ["SV1"]\n'),
        (SHARED, '[tool]\nsmtp-verify = {ignore = ["SV1"]}\n'),
        (SHARED, 'tool = {smtp-verify = {ignore = ["SV1"]}}\n'),
        (OWN, "per-file-ignores:\n  a.json: [SV1]\n"),
        (OWN, "per-file-ignores:\n  '*.json': [SV104]\n  '?.json': [SV110]\n"),
        (SHARED, '[tool.smtp-verify.per-file-ignores]\n"**/[ab].*" = ["SV1"]\n'),
        (OWN, "select: [SV9]\n"),
    ],
)
def test_settings_are_found_beside_the_file_and_above_it(
    run: Runner, write_config: WriteConfig, tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    write_config("deep/er/a.json", **KEYS)
    (tmp_path / name).write_text(text)
    assert found(run, "deep/er/a.json") == ["SV901"]
    assert found(run, "a.json", cwd=tmp_path / "deep" / "er") == ["SV901"]
    assert found(run, str(tmp_path / "deep/er/a.json"), cwd=Path("/")) == ["SV901"]
    assert found(run, "deep/er/a.json", "--isolated") == ["SV104", "SV110", "SV901"]


def test_the_closest_settings_hold_for_each_file_and_are_not_mixed(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    for folder in ("a", "b/c", "d", "e"):
        (tmp_path / folder).mkdir(parents=True)
        write_config(f"{folder}/x.json", **KEYS)
    (tmp_path / SHARED).write_text('[tool.smtp-verify]\nignore = ["SV104"]\n')
    (tmp_path / "b" / OWN).write_text("ignore: [SV110]\n")
    (tmp_path / "b" / SHARED).write_text('[tool.smtp-verify]\nignore = ["SV901"]\n')
    (tmp_path / "d" / SHARED).write_text('[project]\nname = "smtp-verify"\n')
    (tmp_path / "e" / OWN).write_text("# nothing here\n")
    (tmp_path / "link.json").symlink_to("b/c/x.json")
    done = run("validate", "a", "b", "d", "e", "link.json", "--format", "json")
    assert codes(done) == {
        "a/x.json": ["SV110", "SV901"],
        "b/c/x.json": ["SV104", "SV901"],
        "d/x.json": ["SV110", "SV901"],
        "e/x.json": ["SV104", "SV110", "SV901"],
        "link.json": ["SV110", "SV901"],
    }


def test_the_command_line_stands_above_the_settings(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    write_config(**KEYS)
    (tmp_path / OWN).write_text("select: [SV1, SV9]\nignore: [SV104]\nper-file-ignores: {a.json: [SV901]}\n")
    assert found(run, "a.json") == ["SV110"]
    assert found(run, "a.json", "--select", "SV1,SV9") == ["SV104", "SV110"]
    assert found(run, "a.json", "--ignore", "SV110") == []


def test_standard_input_has_the_settings_of_the_working_directory(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    text = write_config(**KEYS).read_text()
    (tmp_path / OWN).write_text("select: [SV104]\n")
    done = run("validate", "-", "--format", "json", stdin=text)
    assert codes(done) == {"-": ["SV104"]}


def test_strict_and_schema_are_settings_too(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_config("a/a.json", port="587")
    write_config("b.json", port="587")
    assert run("validate", "-q", "a/a.json").code == 0
    (tmp_path / "a" / OWN).write_text("strict: true\n")
    assert run("validate", "-q", "a/a.json").code == 1
    (tmp_path / "a" / OWN).write_text("schema: connector\n")
    report = json.loads(run("validate", ".", "--format", "json").stdout)
    assert report["schema"] == "documented"
    assert [(file.get("schema"), file["valid"]) for file in report["files"]] == [
        ("connector", False),
        (None, True),
    ]
    assert run("validate", "-q", "a/a.json", "--schema", "documented").code == 0


def test_what_is_excluded_is_passed_over_but_where_it_is_named(
    run: Runner, write_config: WriteConfig, tmp_path: Path
) -> None:
    for folder in ("node_modules/x", "src"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("node_modules/x/a.json", "src/a.json", "src/package.json"):
        write_config(name)
    (tmp_path / OWN).write_text("exclude: [node_modules, package.json]\n")
    assert list(codes(run("validate", ".", "--format", "json"))) == ["./src/a.json"]
    assert list(codes(run("validate", "src/*.json", "--format", "json"))) == ["src/a.json"]
    assert list(codes(run("validate", "src/package.json", "--format", "json"))) == ["src/package.json"]
    done = run("validate", "node_modules")
    assert (done.code, done.stdout) == (66, "")
    assert done.stderr == "smtp-verify: node_modules: the settings exclude all that is there\n"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            SHARED,
            b'# x\n[tool.smtp-verify]\nignroe = ["SV1"]\n',
            ":3: there is no setting 'ignroe'; did you mean ignore?",
        ),
        (SHARED, b"[tool.smtp-verify]\nselect = [\n 'SV9999']\n", ":2: select: there is no finding 'SV9999'"),
        (SHARED, b"[tool.smtp-verify]\n'strict' = 1\n", ":2: strict must be true or false"),
        (SHARED, b"[tool.smtp-verify]\nschema = 'other'\n", ":2: schema must be documented or connector"),
        (SHARED, b"[tool.smtp-verify]\nignore = 'SV1'\n", ":2: ignore must be a list of strings"),
        (SHARED, b"[tool.smtp-verify]\nignore = ['SV006']\n", ":2: ignore: SV006 cannot be ignored"),
        (SHARED, b"[tool.smtp-verify]\n[x]\n[tool.smtp-verify.other]\n", ":3: there is no setting 'other'"),
        (SHARED, b"[tool.smtp-verify.per-file-ignores]\na = 1\n", ":1: per-file-ignores 'a' must be a list"),
        (SHARED, b"[tool.smtp-verify]\nstrict == 1\n", ":2:9: not TOML: Invalid value"),
        (SHARED, b"[tool.smtp-verify]\nignore = [", ":2: not TOML: Invalid value\n"),
        (SHARED, b"[tool]\nsmtp-verify = 1\n", ": tool.smtp-verify must be a table"),
        (SHARED, b"# x\n# \xff\n[tool.smtp-verify]\n", ":2: not UTF-8"),
        (OWN, b"strict: true\n\nselct: [SV1]\n", ":3: there is no setting 'selct'; did you mean select?"),
        (OWN, b"config: {}\n", ":1: there is no setting 'config'"),
        (OWN, b"strict: yes\n", ":1: yes: YAML 1.2 reads"),
        (OWN, b"ignore: [SV1\n", ":2: "),
        (OWN, b"ignore: []\nignore: []\n", ":2: the key is set twice"),
        (OWN, b"- SV1\n", ":1: settings are one object"),
        (OWN, b"strict: true\n---\nstrict: true\n", ":1: settings are one object"),
        (OWN, b"# \xff\n", ":1: not UTF-8"),
        (
            OWN,
            b"per-file-ignores: {a: [SV1, no-codes]}\n",
            ":1: per-file-ignores: there is no finding 'no-codes'",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_a_usage_error_with_the_place(
    run: Runner, write_config: WriteConfig, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / "a").mkdir()
    write_config("first.json", **KEYS)
    write_config("a/a.json", **KEYS)
    (tmp_path / "a" / name).write_bytes(data)
    # Nothing is told of the files before it either.
    done = run("validate", "first.json", "a/a.json")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"smtp-verify: a/{name}{said}")


def test_isolated_reads_no_settings(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    write_config(**KEYS)
    (tmp_path / OWN).write_text("ignore: [\n")
    assert run("validate", "-q", "a.json").code == 2
    assert run("validate", "-q", "a.json", "--isolated").code == 0


def test_a_table_of_others_is_not_read(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    write_config(**KEYS)
    (tmp_path / SHARED).write_text(
        '[project]\nname = "smtp-verify"\nbroken = \n[project.scripts]\nsmtp-verify = "x"\n'
    )
    assert found(run, "a.json") == ["SV104", "SV110", "SV901"]


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="Linux has such files")
def test_settings_that_cannot_be_read_are_66(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    write_config()
    (tmp_path / OWN).symlink_to("/proc/self/mem")
    assert run("validate", "a.json").code == 66


def test_the_settings_of_the_readme_are_read(run: Runner, write_config: WriteConfig, tmp_path: Path) -> None:
    (tmp_path / "staging").mkdir()
    write_config("staging/a.json", **KEYS)
    write_config("a.example.json", **KEYS)
    write_config(**KEYS)
    (tmp_path / SHARED).write_text(README.split("```toml\n")[1].split("```")[0])
    done = run("validate", ".", "--format", "json")
    assert codes(done) == {
        "./a.example.json": ["SV104", "SV110"],
        "./a.json": ["SV104", "SV110", "SV901"],
        "./staging/a.json": ["SV104", "SV110"],
    }
    assert done.code == 1


def test_settings_are_looked_for_where_the_working_directory_has_gone(run: Runner, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    script = f'mkdir "{gone}" && cd "{gone}" && rmdir "{gone}" && exec "$@"'
    done = subprocess.run(
        ["sh", "-c", script, "sh", sys.executable, "-m", "smtp_verify", "validate", "x.yaml"],
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 66
