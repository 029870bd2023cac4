"""What remains of a fix once a probe has tried the other ports."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.loader import load_source
from smtp_verify.config.reading.source import Source
from smtp_verify.diagnosis.after_probe import after_probe
from smtp_verify.diagnosis.diagnose import diagnose, symptom_of
from smtp_verify.diagnosis.table import ROWS
from smtp_verify.providers.provider import Port, Security
from smtp_verify.smtp.ladder import probe, variants
from tests.configs import SOON, config_for
from tests.smtp.test_reach import closed_port
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.diagnosis.row import Diagnosis

LOGIN = {"user": "u", "pass": "p"}


def probed(config: dict[str, Any], ports: Sequence[Port] = ()) -> tuple[probe.Probe, tuple[Diagnosis, ...]]:
    """A probe of the config, and its diagnoses."""
    origin = variants.configured(config)
    question = probe.Question(
        origin=origin, ports=ports, all_ports=False, login=True, envelope=None, timeout=20
    )
    found = asyncio.run(probe.run(question))
    symptom = symptom_of(found.configured.result, origin.endpoint, config)
    document = load_source(Source("c.json", json.dumps(config)))[0]
    return found, after_probe(diagnose(symptom, document), found)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_no_fix_after_a_probe_asks_for_one(row: Any) -> None:
    left = row.fix if row.after_probe is None else row.after_probe
    assert "probe" not in left
    assert left


@pytest.mark.parametrize(
    "row", [each for each in ROWS if each.after_probe is not None], ids=lambda row: row.code
)
def test_what_remains_names_no_port(row: Any) -> None:
    assert not re.search("[0-9]|secure|requireTLS|ignoreTLS", row.after_probe)


@pytest.mark.parametrize(
    ("knobs", "changes", "code"),
    [
        ({"starttls": "garbage"}, {"secure": True}, "SD101"),
        ({"greeting": None}, {"greetingTimeout": SOON}, "SD103"),
        ({"auth": ["PLAIN"], "starttls_reply": "502 no"}, {"requireTLS": True}, "SD115"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_table_refutes_is_not_advised(knobs: Any, changes: Any, code: str) -> None:
    with serve(**knobs) as server:
        ports = [Port(server.port, Security.STARTTLS), Port(closed_port(), Security.IMPLICIT)]
        found, (first, *_) = probed(config_for(server, **changes), ports)
    assert (first.row.code, found.proposal) == (code, None)
    assert "probe" not in first.row.fix
    assert not [each for each in first.changes if each.path[0] in ("port", "secure")]


def test_a_way_that_came_to_its_login_is_still_advised() -> None:
    """The password is wrong besides; that is the next thing to set right."""
    with serve(starttls=True, auth=["PLAIN"], password="other") as server:
        config = config_for(server, secure=True, auth=LOGIN)
        found, (first, *_) = probed(config, [Port(server.port, Security.STARTTLS)])
    assert found.proposal is None
    assert [(each.path, each.value) for each in first.changes] == [
        (("secure",), False),
        (("requireTLS",), True),
    ]
    assert first.row.fix == "set secure: false and set requireTLS: true"


def test_what_was_proven_takes_the_place_of_the_fix() -> None:
    with serve(starttls=True, auth=["PLAIN"]) as server:
        ports = [Port(server.port, Security.STARTTLS)]
        found, (first, *_) = probed(config_for(closed_port(), auth=LOGIN), ports)
    assert found.proposal is not None
    assert [(each.path, each.value) for each in first.changes] == [(("port",), server.port)]
    assert first.row.fix == f"set port: {server.port}"
