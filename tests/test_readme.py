"""The documents say what the program says."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.versions import as_laid_out

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ smtp-verify ([^\n]*)\n(.*?)```", README, re.DOTALL)

# What differs from one run to the next.
_VARYING = [
    (r"\b\d{6}\b", "<code>"),
    (r"<[0-9a-f-]{36}@", "<id@"),
    (r"Date: .*", "Date: <date>"),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:<port>"),
    (r"\d+ ms", "<time>"),
    (r"OU=Testing (cert|CA) #[\w-]+,O=trustme v[\d.]+", r"<\1>"),
    (r"\(\d+ days\)", "(<days>)"),
]


def settled(text: str) -> str:
    for pattern, replacement in _VARYING:
        text = re.sub(pattern, replacement, text)
    return text


def run_as_documented(arguments: str, folder: Path) -> str:
    if "--fix" in arguments:
        # What it writes is not for the repository.
        shutil.copytree(ROOT / "tests" / "data", folder / "tests" / "data")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("SMTP_VERIFY", "FORCE_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "smtp_verify", *shlex.split(arguments)],
        cwd=folder if "--fix" in arguments else ROOT,
        env={**environment, "PYTHONPATH": str(ROOT), "COLUMNS": "80", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def test_there_are_blocks_to_run() -> None:
    commands = {"validate", "render", "test-send", "init", "explain", "schema"}
    assert {arguments.split()[0] for arguments, _ in BLOCKS} == commands


@pytest.mark.parametrize(("arguments", "expected"), BLOCKS, ids=[arguments for arguments, _ in BLOCKS])
def test_each_console_block_shows_what_the_command_prints(
    arguments: str, expected: str, tmp_path: Path
) -> None:
    shown, documented = settled(run_as_documented(arguments, tmp_path)), settled(expected)
    assert as_laid_out(shown) == as_laid_out(documented)


RECIPES = re.findall(r"```yaml\n([^#].*?)```", README, re.DOTALL)


def test_the_recipes_are_yaml_and_their_commands_run(tmp_path: Path) -> None:
    commands = []
    for recipe in RECIPES:
        assert list(yaml.safe_load(recipe)) in (["jobs"], ["steps"], ["repos"], ["smtp-configs"])
        commands += re.findall(r"(?m)(?:run:|-) smtp-verify (.*)$", recipe)
    assert len(commands) == 3
    (tmp_path / "configs").symlink_to(ROOT / "sample-configs")
    for command in commands:
        words = [sys.executable, "-m", "smtp_verify", *shlex.split(command)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert "--schema connector --strict --ignore SV901" in command
    for name in ("smtp-verify.sarif", "gl-code-quality-report.json"):
        assert name in README
        json.loads((tmp_path / name).read_text())


def test_the_recipes_name_what_the_action_and_the_hook_have() -> None:
    recipes = {key: value for recipe in RECIPES for key, value in yaml.safe_load(recipe).items()}
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert recipes["steps"][-1]["with"].keys() <= action["inputs"].keys()
    assert [each["id"] for each in recipes["repos"][0]["hooks"]] == [hook["id"]]


def test_what_editors_are_told_names_the_file_that_is_written(tmp_path: Path) -> None:
    section = README.split("\n### In your editor\n")[1].split("\n## ")[0]
    (command,) = re.findall(r"```sh\nsmtp-verify (.*)\n", section)
    words = [sys.executable, "-m", "smtp_verify", *shlex.split(command)]
    subprocess.run(words, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True)
    (written,) = (path.name for path in tmp_path.iterdir())
    (settings,) = re.findall(r"```json\n(.*?)```", section, re.DOTALL)
    assert list(json.loads(settings)["yaml.schemas"]) == [f"./{written}"]
    assert [each["url"] for each in json.loads(settings)["json.schemas"]] == [f"./{written}"]
    assert f"# yaml-language-server: $schema=./{written}\n" in section
    assert f"check-jsonschema --schemafile {written} " in section


def test_the_table_of_exit_codes_is_complete() -> None:
    from smtp_verify.exit_code import ExitCode

    listed = {int(code) for cell in re.findall(r"(?m)^\| ([\d, ]+) \|", README) for code in cell.split(", ")}
    assert listed == {int(code) for code in ExitCode}


def test_every_command_has_a_section() -> None:
    from smtp_verify.cli.app import COMMANDS

    for name in COMMANDS:
        assert f"\n## {name}\n" in README


def test_the_number_of_providers_is_right() -> None:
    from smtp_verify.providers.table import PROVIDERS

    assert f"for Gmail and [{len(PROVIDERS) - 1} other providers](#init)" in README


def test_the_table_of_rules_is_that_of_the_registry() -> None:
    from smtp_verify.lint.pages import FAMILIES, pages

    told = list(pages())
    for family, title in FAMILIES:
        codes = " · ".join(f"{page.code[3:]} {page.name}" for page in told if page.code.startswith(family))
        assert f"| {family}xx | {title} | {codes} |\n" in README
