"""Exit codes: sysexits.h's, as msmtp and sendmail use them."""

from __future__ import annotations

from enum import IntEnum

from smtp_verify.errors import ConfigError, OutputError, SmtpVerifyError, SourceError, UsageError


class ExitCode(IntEnum):
    """What a script may rely on."""

    OK = 0
    NOT_VALID = 1
    """`validate`: some file is not valid. Several recipients: failed in different ways."""
    USAGE = 2
    NO_INPUT = 66
    NO_USER = 67
    """The recipient is refused for good."""
    NO_HOST = 68
    UNAVAILABLE = 69
    """Cannot connect, or refused for good elsewhere."""
    SOFTWARE = 70
    """A bug of ours."""
    CANNOT_CREATE = 73
    """An output cannot be written."""
    IO_ERROR = 74
    """Unknown outcome: it may have been delivered."""
    TEMPORARY = 75
    PROTOCOL = 76
    """TLS or protocol failure, or a stop before sending credentials in clear."""
    NO_PERMISSION = 77
    """Authentication."""
    CONFIG = 78
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


def exit_code_of(error: SmtpVerifyError) -> ExitCode:
    """The exit code for an error that stopped a command."""
    match error:
        case UsageError():
            return ExitCode.USAGE
        case SourceError():
            return ExitCode.NO_INPUT
        case OutputError():
            return ExitCode.CANNOT_CREATE
        case ConfigError():
            return ExitCode.CONFIG
    return ExitCode.SOFTWARE
