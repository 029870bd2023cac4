"""How often a session waits for the server."""

from __future__ import annotations

from tests.benchmarks import turns


def _fewest(pipelining: bool) -> int:
    """Of several sessions: on a busy machine what was sent as one may arrive as two."""
    return min(turns.session(pipelining)[0] for _ in range(3))


def test_one_message_over_starttls_and_auth_waits_nine_times() -> None:
    # TCP, greeting, EHLO, STARTTLS, TLS, EHLO, AUTH, envelope, message.
    assert _fewest(pipelining=True) == 9


def test_without_pipelining_each_command_waits() -> None:
    # MAIL, RCPT, DATA, the message and QUIT, in the place of two.
    assert _fewest(pipelining=False) == 12
