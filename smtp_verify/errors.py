"""What stops a command: "cannot go on", and nothing else.

A problem in a config is a Finding and a refused recipient is an Outcome: both are values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.finding import Finding


NO_TEMPORARY_FILE = "no directory for temporary files can be written to; set TMPDIR to one that can"


class SmtpVerifyError(Exception):
    """The base of all our errors. Its text is one line for a person, and holds no secret."""

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.findings = tuple(findings)


class UsageError(SmtpVerifyError):
    """The command line asks for something that cannot be meant."""


class MissingExtraError(UsageError):
    """What was asked needs a package that is installed on request only.

    Args:
        extra: its name in pyproject.toml, such as `dns`.
        package: what is missing, as people call it.
    """

    def __init__(self, extra: str, package: str) -> None:
        super().__init__(f"{package} is not installed: pip install 'smtp-verify[{extra}]'")


class SourceError(SmtpVerifyError):
    """An input cannot be read: missing, a directory, a FIFO, a device, not permitted."""


class OutputError(SmtpVerifyError):
    """An output cannot be written."""


class ConfigError(SmtpVerifyError):
    """The config, or a placeholder in it, does not allow what was asked.

    Args:
        path: the way to the value at fault, where it is one of the config's that has no finding yet.
    """

    def __init__(
        self, message: str, findings: Sequence[Finding] = (), path: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(message, findings)
        self.path = path


class DeadlineError(SmtpVerifyError):
    """What had to be read did not come in time; nothing was sent."""


class ResourceError(SmtpVerifyError):
    """The system has no more of what the program needs just now."""


class RenderError(ConfigError):
    """A template cannot be rendered; Logto would answer HTTP 500."""
