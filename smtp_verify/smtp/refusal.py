"""What is said of an option that nodemailer throws on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from smtp_verify.config.path import Path


PROCESS_EXITS = "the whole Logto process exits, and stops serving everybody"
"""nodemailer throws where nothing catches it: lib/smtp-connection/index.js `login`, `_handleAuth_CRAM_MD5`,
lib/xoauth2/index.js (constructor); Logto's core/main.ts handles unhandled rejections only."""


class Refusal(NamedTuple):
    """Why nothing can be sent with an option."""

    path: Path
    why: str
