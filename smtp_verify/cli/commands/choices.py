"""The choices of options that more than one module knows."""

from __future__ import annotations

from enum import Enum


class MailFormat(Enum):
    """How a mail is shown."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    EML = "eml"


class StopAfter(Enum):
    """How far a session goes."""

    CONNECT = "connect"
    GREETING = "greeting"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
