"""How often a session waits for the server."""

from __future__ import annotations

from tests.benchmarks import turns


def test_one_message_over_starttls_and_auth_waits_nine_times() -> None:
    # TCP, greeting, EHLO, STARTTLS, TLS, EHLO, AUTH, envelope, message.
    waits, _ = turns.session(pipelining=True)
    assert waits == 9


def test_without_pipelining_each_command_waits() -> None:
    # MAIL, RCPT, DATA, the message and QUIT, in the place of two.
    waits, _ = turns.session(pipelining=False)
    assert waits == 12
