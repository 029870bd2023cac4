"""What others install by: pre-commit from a repository, the GitHub action, and the wheel.

Each downloads all that smtp-verify needs, which takes half a minute: too long for every run of the tests.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from shutil import copy2, copytree, ignore_patterns
from typing import TYPE_CHECKING

import pytest

from tests.action import INSTALL, VALIDATE, run_step
from tests.conftest import ROOT, clean_environment

if TYPE_CHECKING:
    from pathlib import Path

BROKEN = 'host: smtp.example.com\nport: "465"\n'
GIT = ("git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "init.defaultBranch=main")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a release holds of this checkout, as a git repository: uncommitted changes and all."""
    folder = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        copy2(ROOT / name, folder)
    copytree(ROOT / "smtp_verify", folder / "smtp_verify", ignore=ignore_patterns("__pycache__"))
    _commit(folder)
    return folder


def _commit(folder: Path) -> None:
    for arguments in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        subprocess.run((*GIT, *arguments), cwd=folder, check=True)


def test_the_hook_of_pre_commit_checks_what_is_committed(tmp_path: Path, source: Path) -> None:
    commit = subprocess.check_output((*GIT, "rev-parse", "HEAD"), cwd=source, text=True).strip()
    project = tmp_path / "project"
    project.mkdir()
    (project / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {source}\n  rev: {commit}\n  hooks:\n  - id: smtp-verify\n"
    )
    (project / "smtp.json").write_bytes((ROOT / "sample-configs" / "sendgrid.json").read_bytes())
    (project / "other.yaml").write_text(BROKEN)
    _commit(project)

    def hook() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"),
            cwd=project,
            env=clean_environment({"PRE_COMMIT_HOME": str(tmp_path / "home")}),
            capture_output=True,
            text=True,
        )

    fine = hook()
    assert (fine.returncode, fine.stdout.split("\n")[-2][-6:]) == (0, "Passed"), fine.stdout + fine.stderr
    (project / "smtp-broken.yaml").write_text(BROKEN)
    subprocess.run((*GIT, "add", "-A"), cwd=project, check=True)
    broken = hook()
    assert broken.returncode == 1
    assert "smtp-broken.yaml:2:7: error SV110 port is a string" in broken.stdout
    assert "smtp-broken.yaml: Logto rejects this config (" in broken.stdout
    assert "other.yaml" not in broken.stdout


def test_the_action_installs_from_its_checkout_and_checks(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text(BROKEN)
    (tmp_path / "fine.json").write_bytes((ROOT / "sample-configs" / "sendgrid.json").read_bytes())
    installed = run_step(INSTALL, tmp_path)
    assert installed.code == 0, installed.stderr
    assert run_step(VALIDATE, tmp_path, paths="fine.json").code == 0
    run = run_step(VALIDATE, tmp_path, paths="broken.yaml")
    assert run.code == 1
    assert "::error file=broken.yaml,line=1," in run.stdout


def test_the_wheel_holds_the_manual_page_and_the_mark_of_its_types(tmp_path: Path, source: Path) -> None:
    command = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", tmp_path, source)
    subprocess.run(command, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    pages = [name for name in names if name.endswith(".1")]
    assert [name.partition(".data/")[2] for name in pages] == ["data/share/man/man1/smtp-verify.1"]
    assert "smtp_verify/py.typed" in names
