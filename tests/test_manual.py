"""The manual page: made from the commands, without a warning, and in the wheel's place."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

from smtp_verify.cli.app import COMMANDS
from tests.conftest import ROOT
from tests.manual import PAGE, page
from tests.versions import as_laid_out

SECTIONS = "NAME SYNOPSIS DESCRIPTION COMMANDS EXIT STATUS ENVIRONMENT FILES EXAMPLES SEE ALSO"


def test_the_page_is_up_to_date() -> None:
    made, kept = as_laid_out(page()), as_laid_out(PAGE.read_text("utf-8"))
    assert made == kept, "the commands have changed: make man"


def test_it_has_the_usual_sections_and_every_command() -> None:
    assert " ".join(re.findall(r"(?m)^\.SH (.*)$", page())) == SECTIONS
    commands = [name.replace("\\", "") for name in re.findall(r"(?m)^\.SS (.*)$", page())]
    assert commands == list(COMMANDS)


def test_it_is_ascii_that_no_line_of_text_takes_for_a_request() -> None:
    requests = {line.split()[0] for line in page().split("\n") if line.startswith((".", "'"))}
    assert page().isascii()
    assert requests == {'.\\"', ".TH", ".SH", ".SS", ".PP", ".TP", ".br", ".nf", ".fi", ".RS", ".RE"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff formats it")
def test_groff_formats_it_without_a_warning() -> None:
    command = ("groff", "-man", "-ww", "-Tascii", PAGE)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "--schema" in done.stdout


def test_the_wheel_puts_it_where_man_looks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["shared-data"] == {str(PAGE.relative_to(ROOT)): "share/man/man1/smtp-verify.1"}
