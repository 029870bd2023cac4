"""Failures as a person meets them: the whole program, a config in a file, and servers that listen."""

from __future__ import annotations

import copy
import json
import socket
from typing import TYPE_CHECKING, Any

from tests.cli.inside import run_inside
from tests.configs import write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest

    from tests.cli.inside import Inside


def lead_here(patch: pytest.MonkeyPatch, ports: Mapping[int, int] | None = None) -> None:
    """Every name leads to this machine, and each of `ports` to the one a server of the test has.

    Neither the resolver nor the ports below 1024 are ours; the rest is as it would be.
    """
    family, kind, protocol, name, _ = socket.getaddrinfo("127.0.0.1", None, type=socket.SOCK_STREAM)[0]

    def loopback(host: str, port: int, *_: object, **__: object) -> list[Any]:
        return [(family, kind, protocol, name, ("127.0.0.1", (ports or {}).get(port, port)))]

    patch.setattr(socket, "getaddrinfo", loopback)


def test_send(folder: Path, config: Mapping[str, Any], *options: str) -> dict[str, Any]:
    """What `test-send` says of this config, as its JSON has it."""
    done = run(folder, config, "--format", "json", *options)
    (result,) = json.loads(done.stdout)["results"]
    assert result["exitCode"] == done.code
    return dict(result)


test_send.__test__ = False  # type: ignore[attr-defined]


def run(folder: Path, config: Mapping[str, Any], *options: str) -> Inside:
    """`test-send` with this config, in a file whose keys stand on lines of their own."""
    write(folder, json.dumps(config, indent=2))
    return run_inside("test-send", "config.json", "--to", "to@example.com", *options, cwd=folder)


def patched(config: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """The config with what the diagnosis says one should write."""
    changed: dict[str, Any] = copy.deepcopy(dict(config))
    assert result["diagnosis"]["patch"], "no patch is offered"
    for change in result["diagnosis"]["patch"]:
        *above, key = change["path"].split(".")
        target = changed
        for each in above:
            target = target.setdefault(each, {})
        if change["value"] is None:
            del target[key]
        else:
            target[key] = change["value"]
    return changed
