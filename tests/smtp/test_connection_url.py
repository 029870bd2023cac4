"""Connection URLs: every row was read off nodemailer 8.0.11 and 9.0.5 themselves, with Node 20."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.logto_versions import Nodemailer
from smtp_verify.smtp import transport
from smtp_verify.smtp.connection_url import parse_url
from tests.conftest import VECTORS

LINES = (VECTORS / "urls.jsonl").read_text("utf-8").split("\n")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in LINES if line]
VERSIONS = (Nodemailer(8, 0, 11), Nodemailer(9, 0, 5))


def read(url: str, nodemailer: Nodemailer) -> dict[str, Any] | None:
    """The options; None if nodemailer throws."""
    try:
        return parse_url(url, nodemailer)
    except ConfigError:
        return None


def as_json(value: Any) -> Any:
    """JSON has no Infinity; JavaScript writes null."""
    if isinstance(value, dict):
        return {key: as_json(each) for key, each in value.items()}
    return None if isinstance(value, float) and math.isinf(value) else value


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_a_url_is_read_as_nodemailer_reads_it(version: Nodemailer) -> None:
    wrong = {
        row["url"]: found for row in ROWS if as_json(found := read(row["url"], version)) != row[str(version)]
    }
    assert len(ROWS) > 130
    assert wrong == {}


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_a_number_has_the_type_it_has_in_json(version: Nodemailer) -> None:
    for row in ROWS:
        for key, value in (row[str(version)] or {}).items():
            ours = as_json(read(row["url"], version) or {})[key]
            assert type(ours) is type(value), row["url"]


def test_a_url_that_cannot_be_read_is_refused_and_gives_no_options() -> None:
    url = "smtp://u:p%zz@h"
    old = Nodemailer(8, 0, 11)
    assert transport.effective({"url": url, "host": "h"}, old) == {}
    with pytest.raises(ConfigError, match="url: nodemailer cannot read it"):
        transport.refuse({"url": url}, old)
    transport.refuse({"url": url}, Nodemailer(9, 0, 5))
    transport.refuse({"host": "h"})
