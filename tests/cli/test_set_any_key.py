"""`--set` and SMTP_VERIFY_SET_…: any key over any form of `auth` never ends in a bug of ours."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.config.schema import secret_keys
from tests.auth_forms import FORMS, KEYS, config_with, value_for
from tests.configs import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Run, Runner
    from tests.sampling import Sample

_ENDINGS = {0, 2, 67, 68, 69, 73, 74, 75, 76, 77, 78}
"""Every exit code of the contract that a whole run can end with; 70 is a bug of ours."""
COMMANDS = {
    "test-send": ("test-send", "--to", "a@example.com"),
    "sandbox": ("test-send", "--to", "a@example.com", "--sandbox"),
    "probe": ("probe",),
}


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port that is taken, and where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


def given(path: tuple[str | int, ...], by: str) -> tuple[list[str], dict[str, str]]:
    """The arguments and the environment that give a key its value."""
    value = value_for(path)
    if by == "environment":
        return [], {f"SMTP_VERIFY_SET_{'__'.join(map(str, path)).upper()}": value}
    dotted = ".".join(map(str, path))
    hidden = any(secret_keys.hides(path[:length]) for length in range(1, len(path) + 1))
    return ["--set", f"{dotted}=env:VALUE" if hidden else f"{dotted}={value}"], {"VALUE": value}


def findings_of(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run.stdout).get("error", {}).get("findings", [])
    return found


@pytest.mark.exhaustive(one_in=4)
@pytest.mark.parametrize("by", ["option", "environment"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", FORMS)
def test_any_key_over_any_form_of_auth(
    run: Runner, tmp_path: Path, nobody: int, form: str, command: str, by: str, sample: Sample
) -> None:
    config = write(tmp_path, config_with(FORMS[form], port=nobody))
    keys = KEYS if form == "password" else [path for path in KEYS if path[0] == "auth"]
    for path in sample(keys, one_in=20):
        arguments, environment = given(path, by)
        ended = run(
            COMMANDS[command][0],
            config,
            *COMMANDS[command][1:],
            *("--format", "json", "--no-input", "--timeout", "20"),
            *arguments,
            env=environment,
        )
        assert ended.code in _ENDINGS, (path, ended)
        for finding in findings_of(ended) if ended.code != 2 else ():
            pointer = "".join(f"/{token}" for token in path)
            assert (finding["line"] is None) == (finding["given"] is not None)
            if f"{finding['pointer']}/".startswith(f"{pointer}/"):
                assert finding["given"] == ("--set" if by == "option" else next(iter(environment)))


def test_it_is_said_which_value_was_given(run: Runner, tmp_path: Path, nobody: int) -> None:
    config = write(tmp_path, config_with({"type": "login", "user": "u", "pass": "hunter22"}, port=nobody))
    ended = run("test-send", config, "--to", "a@example.com", "--set", "auth.method=PLAIN")
    assert ended.code == 78
    assert "config.json (--set): auth: Unrecognized key(s) in object: 'method'" in ended.stderr
    ended = run("test-send", config, "--to", "a@example.com", "--set", "fromEmail=<yours>", "--no-input")
    assert "config.json: --set: fromEmail is still <yours>." in ended.stderr
    ended = run("probe", config, env={"SMTP_VERIFY_SET_HOST": "a b"})
    assert "config.json (SMTP_VERIFY_SET_HOST)" in ended.stdout + ended.stderr
