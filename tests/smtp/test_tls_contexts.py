"""When a TLS context is made, what a session waits for, and what that does to its times."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.errors import ConfigError
from smtp_verify.smtp.tls import secure_context
from smtp_verify.smtp.tls.contexts import TlsContexts
from tests.smtp.sending import deliver, plan, send
from tests.smtpd import certificates, serve

if TYPE_CHECKING:
    from pathlib import Path

    from smtp_verify.smtp.wire.transcript import Result
    from tests.smtpd import Server

MANY = 5_000
"""So many roots take OpenSSL much longer than a session on this machine takes."""


class Recording(TlsContexts):
    """Notes what is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []

    def begin(
        self, options: dict[str, Any], implicit: bool = False
    ) -> asyncio.Future[secure_context.TlsSettings]:
        self.asked.append(options)
        return super().begin(options, implicit)


def sent(server: Server, **changes: Any) -> tuple[Result, list[dict[str, Any]]]:
    contexts = Recording()
    return deliver(replace(plan(server, **changes), contexts=contexts)), contexts.asked


def test_a_context_is_made_once_for_the_same_options() -> None:
    async def run() -> tuple[list[secure_context.TlsSettings], secure_context.TlsSettings]:
        contexts = TlsContexts()
        same = await asyncio.gather(*(contexts.ready({"minVersion": "TLSv1.2"}) for _ in range(3)))
        return same, await contexts.ready({"minVersion": "TLSv1.3"})

    (first, *others), different = asyncio.run(run())
    assert all(each is first for each in others)
    assert different is not first
    assert first.context.cert_store_stats()["x509_ca"] > 50


def test_a_session_that_is_canceled_leaves_the_context_to_the_others() -> None:
    async def run() -> secure_context.TlsSettings:
        contexts = TlsContexts()
        waiting = asyncio.create_task(contexts.ready({}))
        await asyncio.sleep(0)
        waiting.cancel()
        return await contexts.ready({})

    assert asyncio.run(run()).context.cert_store_stats()["x509_ca"] > 50


def test_what_node_refuses_is_raised_and_known_at_once() -> None:
    async def run() -> ConfigError | None:
        contexts = TlsContexts()
        with pytest.raises(ConfigError, match="no cipher match"):
            await contexts.ready({"ciphers": "NOPE"})
        assert contexts.refused({}) is None
        return contexts.refused({"ciphers": "NOPE"})

    error = asyncio.run(run())
    assert error is not None
    assert error.message == "tls.ciphers: no cipher match"


@pytest.mark.parametrize("changes", [{"ignoreTLS": True}, {"ignoreTLS": True, "requireTLS": True}], ids=str)
def test_no_context_is_made_without_tls(changes: dict[str, Any]) -> None:
    with serve(starttls=True) as server:
        result, asked = sent(server, **changes)
    assert (result.ending.outcome.value, asked) == ("accepted", [])


def test_the_roots_are_not_read_where_nothing_is_verified() -> None:
    context = secure_context.settings({"rejectUnauthorized": False}).context
    assert context.cert_store_stats()["x509"] == 0


def test_options_that_node_refuses_do_no_harm_where_no_tls_is_offered() -> None:
    """nodemailer makes the context when it upgrades (lib/smtp-connection/index.js `_upgradeConnection`)."""
    with serve() as server:
        assert send(server, tls={"ciphers": "NOPE"}).ending.outcome.value == "accepted"


def test_options_that_node_refuses_end_a_session_at_starttls() -> None:
    with serve(starttls=True) as server:
        result = send(server, tls={"ciphers": "NOPE"})
    assert (result.stage.value, result.ending.exit_code) == ("config", 78)
    assert server.log.verbs[:2] == ["EHLO", "STARTTLS"]
    assert server.log.messages == []


@pytest.mark.parametrize(
    ("knobs", "changes"),
    [({"starttls": True}, {"requireTLS": True}), ({"implicit_tls": True}, {"secure": True})],
)
def test_a_session_that_must_be_encrypted_does_not_begin(knobs: Any, changes: Any) -> None:
    with serve(**knobs) as server:
        result = send(server, tls={"ciphers": "NOPE"}, **changes)
    assert (result.stage.value, result.ending.exit_code) == ("config", 78)
    assert server.log.verbs == []


@pytest.mark.parametrize(
    ("knobs", "changes"), [({"starttls": True}, {}), ({"implicit_tls": True}, {"secure": True})]
)
def test_the_times_of_the_stages_are_without_the_context(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, knobs: Any, changes: Any
) -> None:
    roots = tmp_path / "ca.pem"
    roots.write_text(certificates().ca * MANY)
    monkeypatch.setenv("NODE_EXTRA_CA_CERTS", str(roots))
    start = time.perf_counter()
    secure_context.settings({})
    alone = time.perf_counter() - start
    with serve(**knobs) as server:
        result = send(server, host="localhost", tls={}, **changes)
    times = {stage.value: seconds for stage, seconds in result.transcript.timings.items()}
    assert result.transcript.tls is not None
    assert sum(times.values()) < alone / 2, (times, alone)


def test_an_address_takes_no_time_to_look_up() -> None:
    with serve() as server:
        by_address = send(server).transcript
        by_name = send(server, host="localhost").transcript
    assert "dns" not in [stage.value for stage in by_address.timings]
    assert "dns" in [stage.value for stage in by_name.timings]
    assert ("dns" in by_address.proven, "dns" in by_name.proven) == (False, True)
