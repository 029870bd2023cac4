"""What the templates of one language say, apart from how they are laid out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailWording:
    """The words of one usage type; `{{variables}}` are those that Logto gives it (mail/usage.py)."""

    usage_type: str
    subject: str
    heading: str
    lead: str
    """Before the code, or before the button of an invitation."""
    note: str
    """For people who did not ask for the email."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language and its mails, in the order of a starter config."""

    name: str
    """As `init --lang` takes it."""
    tag: str
    """BCP 47, for the `lang` of a page."""
    font: str
    """A CSS font family that has its letters on every system."""
    validity: str
    """Logto's codes are good for 10 minutes."""
    accept: str
    """On the button of an invitation."""
    link_hint: str
    """For those whose mail program shows no button; the link follows."""
    mails: tuple[MailWording, ...]
