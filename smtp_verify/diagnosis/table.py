"""All rows, in the order in which equals are told."""

from __future__ import annotations

from smtp_verify.diagnosis import (
    rows_connection,
    rows_encryption,
    rows_google_microsoft,
    rows_login,
    rows_mailboxes,
    rows_message,
    rows_senders,
)
from smtp_verify.diagnosis.row import Match, Row

UNKNOWN_REPLY = Row(
    code="SD900",
    symptom="a reply that is not in this table",
    match=Match(when=lambda _: False),
    cause="the server refuses in words that no row knows; its codes say of what kind that is",
    fix="follow the server's reply, and ask the server administrator",
    source="https://www.rfc-editor.org/rfc/rfc3463#section-3",
)
"""Told where no other row applies, with what the reply's own codes say as the cause."""

ROWS: tuple[Row, ...] = (
    *rows_connection.ROWS,
    *rows_encryption.ROWS,
    *rows_login.ROWS,
    *rows_message.ROWS,
    *rows_google_microsoft.ROWS,
    *rows_senders.ROWS,
    *rows_mailboxes.ROWS,
    UNKNOWN_REPLY,
)
