"""The rooms of the house: imports point down, and every third-party package has its home."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "smtp_verify"

# From the bottom up; a room may import itself and what stands on the tiers before its own.
TIERS = (
    {"errors", "finding", "fragments", "redaction", "codes", "exit_code", "javascript", "logto_versions"},
    {"config"},
    {"providers", "mail"},
    {"starter"},
    {"smtp"},
    {"domain"},
    {"lint", "diagnosis"},
    {"runs"},
    {"report"},
    {"cli"},
)
DEPTH = {room: depth for depth, tier in enumerate(TIERS) for room in tier}
GROUND = TIERS[0]
ENTRY = "__main__"
# Within a room, the same of its wings, and of some of its modules; "" are the others of the room itself.
WINGS = {
    "config": ({"path"}, {"reading"}, {"schema"}, {""}, {"editing"}),
    "smtp": ({"wire"}, {""}, {"tls"}, {"login"}, {"sandbox", "session"}, {"ladder"}),
    "lint": ({"rejection", "unknown_keys", "view"}, {"rules"}, {""}, {"selection"}, {"fixes"}),
    "report": ({""}, {"formats"}, {"findings", "mail", "pages"}, {"session"}, {"probe"}),
    "cli": ({"terminal"}, {"arguments"}, {"commands"}, {"boundary"}, {""}),
}
MOST_MODULES = 14

# Where each third-party package may be imported: a room, or one module of it.
HOMES = {
    "yaml": "config.reading.yaml_reader",
    "aiosmtplib": "smtp",
    "aiosmtpd": "smtp",
    "trustme": "smtp",
    "httpx": "smtp.login.token_endpoint",
    "jwt": "smtp",
    "cryptography": "smtp",
    "certifi": "smtp",
    "dns": "domain.resolver",
    "rich": "report",
    "typer": "cli",
}
HEAVY = {"asyncio", "ssl", "dns", "aiosmtplib", "rich", "pydantic", "httpx", "email.message"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """`config.loader` for smtp_verify/config/loader.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every module that is imported anywhere in a file, under TYPE_CHECKING and in functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            module = node.module or ""
            if (PACKAGE.parent / module.replace(".", "/")).is_dir():
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def own_imports(path: Path) -> Iterator[tuple[int, str]]:
    """Each module of the program that a file imports, without the program's name; not its version."""
    for line, module in imports(path):
        head, _, rest = module.partition(".")
        if head == "smtp_verify" and rest not in ("", "__version__"):
            yield line, rest


def wing_of(name: str) -> int:
    """How high in its room a module stands."""
    room, _, rest = name.partition(".")
    order = {wing: depth for depth, tier in enumerate(WINGS.get(room, ())) for wing in tier}
    return order.get(rest.partition(".")[0], order.get("", 0))


def test_every_module_is_in_a_room() -> None:
    rooms = {name_of(path).split(".")[0] for path in modules()} - {"", ENTRY}
    assert rooms == DEPTH.keys()


def test_imports_point_down_only() -> None:
    upward = []
    for path in modules():
        name = name_of(path)
        room = name.split(".")[0]
        for line, other in own_imports(path):
            there = other.split(".")[0]
            is_own = there == room or (room in GROUND and there in GROUND)
            if room == ENTRY or (is_own and wing_of(other) <= wing_of(name)):
                continue
            if is_own or not room or DEPTH[there] >= DEPTH[room]:
                upward.append(f"{path.relative_to(ROOT)}:{line} imports {other}")
    assert upward == []


def test_there_are_no_circles() -> None:
    graph = {name_of(path): {module_of(other) for _, other in own_imports(path)} for path in modules()}
    sorter = TopologicalSorter({name: below - {name} for name, below in graph.items()})
    sorter.prepare()


def module_of(imported: str) -> str:
    """The module that is meant by `from room.module import name`, or by `from room import module`."""
    names = {name_of(path) for path in modules()}
    return imported if imported in names else imported.rpartition(".")[0]


def test_no_room_and_no_wing_is_crowded() -> None:
    crowd = Counter(path.parent for path in modules() if path.stem not in ("__init__", ENTRY))
    assert {str(room): count for room, count in crowd.items() if count > MOST_MODULES} == {}


def test_every_third_party_package_has_its_home() -> None:
    astray = []
    for path in modules():
        name = name_of(path)
        for line, module in imports(path):
            package = module.split(".")[0]
            if package == "smtp_verify" or package in sys.stdlib_module_names:
                continue
            home = HOMES.get(package)
            if home is None or not (name == home or name.startswith(f"{home}.")):
                astray.append(f"{path.relative_to(ROOT)}:{line} imports {package}")
    assert astray == []


CONFIG = """\
host: smtp.example.com
port: 587
auth: {user: u, pass: p}
fromEmail: a@example.com
templates:
  - {usageType: Generic, contentType: text/html, subject: s, content: "<p>{{code}}</p>"}
"""
REAL_RUN = """\
import json, sys
try:
    from smtp_verify.cli.app import app
    app(sys.argv[1:], prog_name="smtp-verify")
except SystemExit as end:
    assert not end.code, end.code
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "a.yaml"],
        ["validate", "a.yaml", "--format", "json"],
        ["validate", "a.yaml", "--format", "sarif"],
        ["validate", "a.yaml", "--format", "gitlab"],
        ["validate", "a.yaml", "--format", "junit"],
        ["render", "a.yaml"],
        ["render", "a.yaml", "--format", "json"],
    ],
)
def test_validate_and_render_load_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG)
    done = subprocess.run(
        [sys.executable, "-c", REAL_RUN, *arguments],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout != ""
    loaded = set(json.loads(done.stderr.split("\n")[-2]))
    assert "smtp_verify.config.reading.yaml_reader" in loaded
    assert loaded & HEAVY == set()


def test_a_config_with_placeholders_is_compared_over_no_versions(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG.replace("a@example.com", "<your-address>"))
    done = subprocess.run(
        [sys.executable, "-c", REAL_RUN, "validate", "a.yaml"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stderr.split("\n")[-2]))
    assert "smtp_verify.config.version_hints" in loaded
    assert loaded & {"smtp_verify.smtp.differences", "smtp_verify.mail.message", "hashlib"} == set()


def test_a_text_report_loads_no_machine_format(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG)
    done = subprocess.run(
        [sys.executable, "-c", REAL_RUN, "validate", "a.yaml"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {
        name for name in json.loads(done.stderr.split("\n")[-2]) if name.startswith("smtp_verify.report.")
    }
    rooms = ("findings", "findings.text", "findings.snippet", "style", "visible")
    assert loaded == {f"smtp_verify.report.{name}" for name in rooms}


def test_a_class_name_means_one_thing() -> None:
    homes = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes[node.name].append(name_of(path))
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}
