"""Exit codes: sysexits.h's, as msmtp and sendmail use them."""

from __future__ import annotations

from enum import IntEnum

from smtp_verify.errors import (
    ConfigError,
    DeadlineError,
    OutputError,
    ResourceError,
    SmtpVerifyError,
    SourceError,
    UsageError,
)


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
    """TLS or protocol failure, or a stop before sending credentials in cleartext."""
    NO_PERMISSION = 77
    """Authentication."""
    CONFIG = 78
    HUNG_UP = 129
    INTERRUPTED = 130
    READER_GONE = 141
    TERMINATED = 143


MEANINGS = {
    0: "Valid; rendered; accepted; stopped where asked.",
    1: "validate: some file is not valid. test-send to several: they failed in different ways.",
    2: "The command line is not right; nothing was done.",
    66: "An input cannot be read: a path that is missing, a directory, a device.",
    67: "The recipient is refused for good: check the address.",
    68: "The host's name does not exist: check its spelling.",
    69: "Cannot connect, or refused for good elsewhere; the report says where.",
    70: "A bug of smtp-verify: please report it.",
    73: "An output cannot be written. If a message was accepted before, standard error says so.",
    74: "Unknown: lost after the final dot, and maybe delivered. Look before sending again.",
    75: "Deferred: nothing was sent, and trying again later is safe.",
    76: "TLS or the protocol failed, or the session stopped before sending credentials in cleartext.",
    77: "The login failed: credentials, token or mechanism.",
    78: "The config, or a placeholder in it, does not allow it.",
    129: "The terminal has gone (SIGHUP).",
    130: "Interrupted by Ctrl-C.",
    141: "The reader of the output has gone.",
    143: "Terminated by SIGTERM.",
}
"""Each in a sentence, as `explain` tells it."""


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
        case DeadlineError() | ResourceError():
            return ExitCode.TEMPORARY
    return ExitCode.SOFTWARE
