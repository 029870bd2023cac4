"""`smtp-verify schema`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smtp_verify.config.schema.json_schema import json_schema
from smtp_verify.config.schema.kinds import Schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner


@pytest.mark.parametrize(
    ("arguments", "against"),
    [
        ((), Schema.DOCUMENTED),
        (("--schema", "documented"), Schema.DOCUMENTED),
        (("--schema", "connector", "--no-input"), Schema.CONNECTOR),
    ],
)
def test_it_prints_one_document_in_ascii(run: Runner, arguments: tuple[str, ...], against: Schema) -> None:
    done = run("schema", *arguments)
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert done.stdout.endswith("}\n")
    assert json.loads(done.stdout) == json_schema(against)
    # In the table's order, not by chance the same.
    assert list(json.loads(done.stdout)["properties"]) == list(json_schema(against)["properties"])


def test_it_prints_the_same_bytes_each_time(run: Runner) -> None:
    first = run("schema", env={"PYTHONHASHSEED": "1"})
    second = run("schema", env={"PYTHONHASHSEED": "2", "COLUMNS": "20", "LC_ALL": "C"})
    assert first.stdout == second.stdout != ""


def test_it_writes_a_file_that_others_may_read(run: Runner, tmp_path: Path) -> None:
    done = run("schema", "-o", "smtp.schema.json")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    path = tmp_path / "smtp.schema.json"
    assert path.read_text(encoding="ascii") == run("schema").stdout
    assert path.stat().st_mode & 0o004


def test_a_file_that_cannot_be_written_is_73(run: Runner) -> None:
    done = run("schema", "-o", "no/such/place.json")
    assert (done.code, done.stdout) == (73, "")
    assert "no/such/place.json: cannot be written" in done.stderr


@pytest.mark.parametrize("arguments", [("--schema", "draft"), ("a.yaml",)])
def test_what_it_does_not_know_is_a_usage_error(run: Runner, arguments: tuple[str, ...]) -> None:
    done = run("schema", *arguments)
    assert (done.code, done.stdout) == (2, "")
