"""All rows, in the order in which equals are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smtp_verify.diagnosis import (
    rows_connection,
    rows_google_microsoft,
    rows_login,
    rows_mailboxes,
    rows_message,
    rows_senders,
)

if TYPE_CHECKING:
    from smtp_verify.diagnosis.row import Row

ROWS: tuple[Row, ...] = (
    *rows_connection.ROWS,
    *rows_login.ROWS,
    *rows_message.ROWS,
    *rows_google_microsoft.ROWS,
    *rows_senders.ROWS,
    *rows_mailboxes.ROWS,
)
