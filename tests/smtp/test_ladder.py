"""The ladder short of sending, against servers that listen on several ports."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from smtp_verify.mail.message import Envelope
from smtp_verify.providers.provider import Port, Security
from smtp_verify.smtp.ladder import probe, variants
from smtp_verify.smtp.ladder.reach import State
from smtp_verify.smtp.wire.transcript import Ending, Stage
from tests.configs import config_for
from tests.smtp.test_oauth2 import endpoint
from tests.smtp.test_reach import closed_port, silent_port
from tests.smtpd import serve
from tests.timing import within

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.smtpd import Server

LOGIN = {"user": "u", "pass": "p"}
ENVELOPE = Envelope("sender@example.com", ("to@example.com",))


def found_out(
    config: dict[str, Any],
    ports: Sequence[Port] = (),
    *,
    all_ports: bool = False,
    login: bool = True,
    envelope: Envelope | None = None,
    timeout: float = 30,
) -> probe.Probe:
    """What a probe of this config comes to."""
    question = probe.Question(
        origin=variants.configured(config),
        ports=ports,
        all_ports=all_ports,
        login=login,
        envelope=envelope,
        timeout=timeout,
    )
    return asyncio.run(probe.run(question))


@pytest.fixture
def submission() -> Iterator[Server]:
    with serve(starttls=True, auth=["PLAIN"]) as server:
        yield server


@pytest.fixture
def submissions() -> Iterator[Server]:
    """RFC 8314: the port with implicit TLS."""
    with serve(implicit_tls=True, auth=["PLAIN"]) as server:
        yield server


def test_a_config_that_works_is_proven_up_to_the_recipient_and_nothing_is_sent(submission: Server) -> None:
    found = found_out(config_for(submission, auth=LOGIN), envelope=ENVELOPE)
    assert found.configured.arrived
    assert found.configured.result.transcript.proven == [
        "connection",
        "tls",
        "certificate",
        "authentication",
        "sender",
        "recipient",
    ]
    assert (found.attempts, found.proposal) == ((found.configured,), None)
    assert submission.log.verbs[-4:] == ["MAIL", "RCPT", "RSET", "QUIT"]
    assert submission.log.messages == []


@pytest.mark.parametrize(
    ("login", "envelope", "last"),
    [(False, None, "QUIT"), (True, None, "QUIT"), (False, ENVELOPE, "QUIT")],
)
def test_a_probe_goes_as_far_as_it_is_asked_to(
    login: bool, envelope: Envelope | None, last: str, submission: Server
) -> None:
    found = found_out(config_for(submission, auth=LOGIN), login=login, envelope=envelope)
    assert found.configured.arrived
    assert ("AUTH" in submission.log.verbs) is login
    assert ("RCPT" in submission.log.verbs) is (envelope is not None)
    assert submission.log.verbs[-1] == last


def test_the_keywords_and_the_greeting_are_kept(submission: Server) -> None:
    result = found_out(config_for(submission, auth=LOGIN)).configured.result
    assert probe.greeting(result) == "220 mx.example ESMTP"
    assert "AUTH PLAIN" in result.transcript.keywords


def test_a_recipient_that_is_refused_is_told_and_no_other_port_is_tried() -> None:
    with serve(starttls=True, rcpt="550 5.1.1 nobody") as server:
        found = found_out(config_for(server), [Port(closed_port(), Security.STARTTLS)], envelope=ENVELOPE)
    assert found.configured.result.ending is Ending.RECIPIENT_REFUSED
    assert len(found.attempts) == 1


def test_a_login_that_is_refused_is_tried_on_no_other_port(submission: Server, submissions: Server) -> None:
    ports = [Port(submission.port, Security.STARTTLS), Port(submissions.port, Security.IMPLICIT)]
    config = config_for(submission, auth={"user": "u", "pass": "wrong"})
    found = found_out(config, ports, all_ports=True)
    assert found.configured.result.ending is Ending.NOT_AUTHENTICATED
    assert submission.log.verbs.count("AUTH") == 1
    assert "AUTH" not in submissions.log.verbs
    assert [each.arrived for each in found.attempts] == [False, True]
    assert found.proposal is None


def test_a_refresh_token_that_is_refused_is_used_on_no_other_port() -> None:
    """The token endpoint sees it instead of the server."""
    with (
        serve(starttls=True, auth=["XOAUTH2"]) as server,
        serve(implicit_tls=True, auth=["XOAUTH2"]) as other,
        endpoint({"error": "invalid_grant"}, 400) as tokens,
    ):
        oauth2 = {"type": "oauth2", "user": "u", "refreshToken": "r", "accessUrl": tokens.url}
        ports = [Port(server.port, Security.STARTTLS), Port(other.port, Security.IMPLICIT)]
        found = found_out(config_for(server, auth=oauth2), ports, all_ports=True)
    assert found.configured.result.ending is Ending.NO_CREDENTIALS
    assert [each.goal for each in found.attempts] == [Stage.AUTH, Stage.TLS]
    assert len(tokens.forms) == 1


@pytest.mark.parametrize(
    ("auth", "again"),
    [({"accessToken": "stale", "refreshToken": "r"}, True), ({"accessToken": "stale"}, False)],
    ids=["renewable", "not renewable"],
)
def test_a_challenge_does_not_lead_to_a_second_login(auth: dict[str, Any], again: bool) -> None:
    with serve(starttls=True, auth=["XOAUTH2"], token="fresh") as server, endpoint({}) as tokens:
        oauth2 = {"type": "oauth2", "user": "u", "accessUrl": tokens.url, **auth}
        result = found_out(config_for(server, auth=oauth2)).configured.result
    assert result.ending is Ending.NOT_AUTHENTICATED
    assert (server.log.verbs.count("AUTH"), tokens.forms) == (1, [])
    told = "Logto would log in again with a new token, and this run logs in only once"
    assert (told in result.reason) is again


@pytest.mark.parametrize("dead", ["closed", "silent"])
def test_where_the_configured_port_does_not_answer_the_others_do(
    dead: str, submission: Server, submissions: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "PATIENCE", 0.5)
    ports = [Port(submissions.port, Security.IMPLICIT), Port(submission.port, Security.STARTTLS)]
    with ExitStack() as stack:
        port = closed_port() if dead == "closed" else stack.enter_context(silent_port())
        found = found_out(config_for(port, auth=LOGIN, secure=False), ports)
    state = State.REFUSED if dead == "closed" else State.SILENT
    assert [knock.state for knock in found.configured.knocks] == [state]
    assert found.configured.result.ending is Ending.NOT_CONNECTED
    assert found.proposal is not None
    assert found.proposal.variant.changes == {"port": submissions.port, "secure": True}
    assert found.proposal.result.transcript.proven[-1] == "authentication"
    # One login in all, and the other port is known to answer.
    assert submissions.log.verbs.count("AUTH") == 1
    assert "AUTH" not in submission.log.verbs
    assert [each.goal for each in found.attempts[2:]] == [Stage.AUTH, Stage.TLS]


@pytest.mark.parametrize(
    ("implicit", "secure", "changes"),
    [
        (False, True, {"secure": False, "requireTLS": True}),
        (True, False, {"secure": True}),
        (True, None, {"secure": True}),
    ],
)
def test_the_other_kind_of_tls_on_the_same_port_is_found(
    implicit: bool, secure: bool | None, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "PATIENCE", 0.5)
    with serve(implicit_tls=implicit, starttls=not implicit, auth=["PLAIN"]) as server:
        config = config_for(server, auth=LOGIN, **({} if secure is None else {"secure": secure}))
        found = found_out(config)
        assert found.proposal is not None
        assert found.proposal.variant.changes == changes
        again = found_out({**config, **changes})
    assert again.configured.arrived


def test_a_port_without_encryption_is_no_proposal() -> None:
    with serve(auth=["PLAIN"]) as server:
        config = config_for(closed_port(), auth=LOGIN)
        found = found_out(config, [Port(server.port, Security.STARTTLS)])
    assert found.proposal is None
    assert found.attempts[-1].arrived_in_clear


@pytest.mark.parametrize("envelope", [None, ENVELOPE])
def test_a_port_that_offers_no_login_is_no_proposal_for_a_config_that_has_one(
    envelope: Envelope | None, submission: Server
) -> None:
    """A mail exchanger takes mail for its own domain from anybody, and would refuse all other."""
    with serve(starttls=True) as exchanger:
        ports = [Port(exchanger.port, Security.STARTTLS), Port(submission.port, Security.STARTTLS)]
        alone = found_out(config_for(closed_port(), auth=LOGIN), ports[:1], envelope=envelope)
        both = found_out(config_for(closed_port(), auth=LOGIN), ports, envelope=envelope)
        without = found_out(config_for(closed_port()), ports[:1], envelope=envelope)
    assert alone.proposal is None
    assert both.proposal is not None
    assert both.proposal.variant.changes == {"port": submission.port}
    # Nothing is to log in there.
    assert without.proposal is not None


def test_a_certificate_that_is_refused_is_shown_all_the_same() -> None:
    with serve(starttls=True, cert="wronghost") as server:
        found = found_out(config_for(server))
    assert found.configured.result.ending is Ending.TLS_FAILED
    assert found.configured.certificate is not None
    assert found.configured.certificate.names == ("other.example",)
    assert not found.configured.certificate.verified
    # Nothing but the handshake was done there.
    assert server.log.verbs.count("AUTH") == 0


def test_everything_ends_within_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        hanging = stack.enter_context(serve(hang="greeting"))
        also = stack.enter_context(serve(hang="ehlo"))
        silent = stack.enter_context(silent_port())
        ports = [Port(also.port, Security.STARTTLS), Port(silent, Security.STARTTLS)]
        with within(3 + 1):
            found = found_out(config_for(hanging, auth=LOGIN), ports, timeout=3)
    assert [each.arrived for each in found.attempts] == [False] * len(found.attempts)


def test_a_name_that_does_not_exist_ends_the_ladder_at_its_foot() -> None:
    found = found_out(config_for(25, host="no-such-host.invalid"), [Port(465, Security.IMPLICIT)], timeout=15)
    assert found.configured.result.stage is Stage.DNS
    assert len(found.attempts) == 1
    assert found.lookups[0].problem


def test_what_is_done_is_said(submission: Server) -> None:
    said: list[str] = []
    question = probe.Question(
        origin=variants.configured(config_for(submission)),
        ports=[],
        all_ports=False,
        login=False,
        envelope=None,
        timeout=30,
    )
    asyncio.run(probe.run(question, said.append))
    assert said == ["looking up 127.0.0.1", f"asking port {submission.port}"]
