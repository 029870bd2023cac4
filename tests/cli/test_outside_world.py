"""What is outside our control never ends in a bug of ours: keys, numbers, files, the resolver, the system."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.configs import config_for, write
from tests.conftest import ROOT
from tests.smtp.tokens import serve_tokens
from tests.smtpd import certificates, serve

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Runner

TO = ("--to", "to@example.com", "--no-input")
SERVICE = {"type": "OAuth2", "user": "u", "serviceClient": "x"}
REFRESH = {"type": "OAuth2", "user": "u", "clientId": "c", "clientSecret": "s", "refreshToken": "r"}


def pem(key: Any) -> str:
    text: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return text.decode()


@pytest.mark.parametrize(
    "ca",
    [f"# Société, Ω, \ud800\n{certificates().ca}", ["é", certificates().ca]],
    ids=["a comment", "a list"],
)
def test_a_comment_in_a_ca_may_be_in_any_script(ca: Any, run: Runner, tmp_path: Path) -> None:
    with serve(implicit_tls=True) as server:
        config = write(tmp_path, config_for(server, secure=True, tls={"ca": ca}))
        assert run("test-send", config, *TO).code == 0


@pytest.mark.parametrize("ciphers", ["A\0B", "\ud800"])
def test_ciphers_that_no_text_can_hold_match_nothing(ciphers: str, run: Runner, tmp_path: Path) -> None:
    with serve(starttls=True) as server:
        config = write(tmp_path, config_for(server, tls={"ciphers": ciphers}))
        assert run("test-send", config, *TO).code == 78
        assert run("validate", config).code in (0, 1)


@pytest.mark.parametrize(
    ("host", "codes"), [("fe80::1%nope", (68, 69)), ("1::1%é", (68, 69)), ("::1%\ud800", (68, 69))]
)
def test_an_address_of_no_network_here_is_not_found(
    host: str, codes: tuple[int, ...], run: Runner, tmp_path: Path
) -> None:
    config = write(tmp_path, {**config_for(1), "host": host})
    for command in (("test-send", config, *TO), ("probe", config)):
        assert run(*command).code in codes


@pytest.mark.parametrize("error", [OSError(5, "I/O error"), PermissionError(1, "no")], ids=str)
def test_a_resolver_that_cannot_work_is_tried_again_later(
    error: OSError, run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    config = write(tmp_path, {**config_for(1), "host": "mx.example"})
    assert run("test-send", config, *TO).code == 75
    assert run("probe", config).code == 75


@pytest.mark.parametrize(
    "key",
    [pem(ec.generate_private_key(ec.SECP256K1())), pem(rsa.generate_private_key(65537, 1024)), "é"],  # noqa: S505 - a short key is the point
    ids=["a curve", "a short key", "no key"],
)
def test_a_key_that_cannot_sign_is_a_failed_login(key: str, run: Runner, tmp_path: Path) -> None:
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": {"error": "no"}}) as url:
        auth = {**SERVICE, "privateKey": key, "accessUrl": url}
        done = run("test-send", write(tmp_path, config_for(server, auth=auth)), *TO)
    assert (done.code, done.stderr) == (77, "")


def test_a_lifetime_larger_than_any_number_is_infinite(run: Runner, tmp_path: Path) -> None:
    key = pem(rsa.generate_private_key(65537, 2048))
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": {"error": "no"}}) as url:
        auth = {**SERVICE, "privateKey": key, "accessUrl": url, "serviceRequestTimeout": "0x" + "f" * 300}
        assert run("test-send", write(tmp_path, config_for(server, auth=auth)), *TO).code == 77


def deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "reply", [{"error": deep(450)}, {"access_token": deep(400)}, {"access_token": 10**400}]
)
def test_an_odd_answer_of_a_token_endpoint_is_a_failed_login(
    reply: dict[str, Any], run: Runner, tmp_path: Path
) -> None:
    with serve(auth=["XOAUTH2"]) as server, serve_tokens({"reply": reply}) as url:
        auth = {**REFRESH, "accessUrl": url}
        assert run("test-send", write(tmp_path, config_for(server, auth=auth)), *TO).code == 77


@pytest.mark.parametrize(
    "keys",
    [
        {"url": "smtp://127.0.0.1:1?tls=2&tls.x=1"},
        {"url": "smtp://127.0.0.1:" + "9" * 5000},
        {"url": "smtp://127.0.0.1:" + "0" * 5000 + "1"},
    ],
    ids=["tls twice", "a long port", "zeros"],
)
def test_an_odd_url_is_judged_and_tried(keys: dict[str, Any], run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, {**config_for(1), **keys})
    assert run("validate", config).code in (0, 1)
    assert run("test-send", config, *TO).code in (69, 78)
    assert run("probe", config).code in (69, 78)


def test_an_access_url_with_no_port_is_a_failed_login(run: Runner, tmp_path: Path) -> None:
    with serve(auth=["XOAUTH2"]) as server:
        auth = {**REFRESH, "accessUrl": "http://127.0.0.1:-1/"}
        assert run("test-send", write(tmp_path, config_for(server, auth=auth)), *TO).code == 77


def test_an_index_of_thousands_of_digits_is_no_index(run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(1))
    digits = "9" * 5000
    assert run("render", config, "--set", f"templates.{digits}.subject=x").code in (2, 78)
    assert run("render", config, env={f"SMTP_VERIFY_SET_TEMPLATES__{digits}__SUBJECT": "x"}).code in (2, 78)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a directory in use cannot be removed")
def test_a_working_directory_that_was_removed_is_said(run: Runner, tmp_path: Path) -> None:
    config = write(tmp_path, config_for(1))
    for words, code in (
        (("render", config, "-o", "y"), 73),
        (("validate", config, "-o", "y"), 73),
        (("render", config, "--email-templates", "y"), 66),
    ):
        gone = tmp_path / "gone"
        gone.mkdir()
        ended = _run_in(gone, *map(str, words))
        assert (ended, gone.exists()) == (code, False), words


def _run_in(folder: Path, *words: str) -> int:
    """The program in a folder that is removed once it is its working directory."""
    import subprocess

    script = "import os; os.rmdir(os.getcwd()); from smtp_verify.__main__ import main; main()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", script, *words], cwd=folder, env=environment, capture_output=True
    ).returncode


@pytest.mark.parametrize("stdin", [b"\xff\xfe\n", b""])
def test_a_code_that_cannot_be_read_is_said(stdin: bytes, run: Runner, tmp_path: Path) -> None:
    assert run("render", write(tmp_path, config_for(1)), "--code", "-", stdin=stdin).code == 2


def test_a_machine_without_a_name_has_an_address(
    run: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise PermissionError(1, "no")

    monkeypatch.setattr(socket, "gethostname", fail)
    with serve() as server:
        done = run("test-send", write(tmp_path, config_for(server)), *TO, "--format", "json")
        assert (done.code, json.loads(done.stdout)["exitCode"]) == (0, 0)
        assert "EHLO [127.0.0.1]" in server.log.commands
