"""action.yml and .pre-commit-hooks.yaml; `make interop` installs by them."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from smtp_verify import codes
from smtp_verify.cli.arguments.validate import FindingsReportFormat
from smtp_verify.config.schema.kinds import Schema
from tests.action import ACTION, INSTALL, VALIDATE, run_step
from tests.conftest import ROOT, Runner, WriteConfig

BROKEN = 'host: smtp.example.com\nport: "465"\n'
HOOK: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))[0]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with two configs, and the program where the action's first script puts it."""
    (tmp_path / "a broken one.yaml").write_text(BROKEN)
    (tmp_path / "fine.json").write_bytes((ROOT / "sample-configs" / "sendgrid.json").read_bytes())
    programs = tmp_path / ".runner" / "smtp-verify" / "bin"
    programs.mkdir(parents=True)
    (programs / "smtp-verify").symlink_to(Path(sys.executable).with_name("smtp-verify"))
    return tmp_path


def test_a_broken_file_is_annotated_and_fails_the_step(checkout: Path) -> None:
    run = run_step(VALIDATE, checkout, paths="a broken one.yaml", schema="documented")
    assert run.code == 1
    assert "::warning file=a broken one.yaml,line=2," in run.stdout
    assert "::error file=a broken one.yaml,line=1," in run.stdout
    assert run.stderr == ""


def test_a_file_with_warnings_fails_where_that_is_wanted_alone(checkout: Path) -> None:
    """Placeholders are how a config is kept, and no fault unless somebody says so."""
    assert run_step(VALIDATE, checkout, paths="fine.json").code == 0
    assert run_step(VALIDATE, checkout, paths="fine.json", ignore="").code == 1
    assert run_step(VALIDATE, checkout, paths="fine.json", ignore="", strict="false").code == 0


def test_several_paths_stand_on_lines_of_their_own(checkout: Path) -> None:
    paths = "fine.json\n\na broken one.yaml\n"
    run = run_step(VALIDATE, checkout, paths=paths, format="json", schema="connector")
    assert '"schema": "connector"' in run.stdout
    assert re.findall(r'"path": "(.*)"', run.stdout) == ["fine.json", "a broken one.yaml"]


@pytest.mark.parametrize(
    "path", ["$(touch made)", "; touch made", "`touch made`", "--version", '" ; touch made "']
)
def test_an_input_is_never_a_command_nor_an_option(checkout: Path, path: str) -> None:
    run = run_step(VALIDATE, checkout, paths=path)
    assert run.code == 66
    assert not (checkout / "made").exists()


def test_no_script_holds_an_expression() -> None:
    """GitHub would paste the input into it."""
    assert all("${{" not in step["run"] for step in (INSTALL, VALIDATE))


def test_the_defaults_are_words_that_validate_knows() -> None:
    inputs = ACTION["inputs"]
    assert inputs["format"]["default"] == FindingsReportFormat.GITHUB.value
    assert inputs["schema"]["default"] == Schema.CONNECTOR.value
    assert (inputs["strict"]["default"], inputs["ignore"]["default"]) == ("true", codes.PLACEHOLDER)
    assert all(each["description"] for each in inputs.values())


@pytest.mark.parametrize(
    ("path", "chosen"),
    [
        ("smtp.yaml", True),
        ("deploy/SMTP/gmail.json", True),
        ("logto-smtp.prod.yml", True),
        ("smtp.md", False),
        ("package.json", False),
        (".github/workflows/smtp.yml", False),
        ("deploy/.smtp.yaml", False),
    ],
)
def test_the_hook_takes_what_names_itself_so(path: str, chosen: bool) -> None:
    assert bool(re.search(HOOK["files"], path) and not re.search(HOOK["exclude"], path)) is chosen


def test_the_entry_of_the_hook_is_a_command_that_runs(run: Runner, checkout: Path) -> None:
    program, *arguments = shlex.split(HOOK["entry"])
    assert program == "smtp-verify"
    assert run(*arguments, *HOOK["args"], "fine.json", cwd=checkout).code == 0
    assert run(*arguments, *HOOK["args"], "a broken one.yaml", cwd=checkout).code == 1


@pytest.mark.parametrize(
    "sample", sorted((ROOT / "sample-configs").glob("*.[jy]*")), ids=lambda path: path.name
)
def test_every_sample_passes_the_hook(run: Runner, sample: Path) -> None:
    done = run(*shlex.split(HOOK["entry"])[1:], *HOOK["args"], sample)
    assert (done.code, done.stderr) == (0, "")


def test_what_cannot_send_does_not_pass_the_hook_and_args_have_the_last_word(
    run: Runner, write_config: WriteConfig
) -> None:
    path = write_config(host="smtp.gmail.com", auth={"type": "login"})
    entry = shlex.split(HOOK["entry"])[1:]
    assert run(*entry, path).code == 1
    assert run(*entry, "--no-strict", path).code == 0
    assert run(*entry, "--no-strict", "--schema", "documented", path).code == 1
