"""One row of the table: a symptom, its cause, what to change, and where the words come from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import Assignment, dotted
from smtp_verify.providers.families import is_of
from smtp_verify.smtp.endpoint import is_this_machine

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.path import Path
    from smtp_verify.finding import Location
    from smtp_verify.smtp.endpoint import Endpoint
    from smtp_verify.smtp.wire.transcript import Ending, Stage


_TIME_TO_ANSWER = 1.0
"""Seconds: a server that has had less is not known to be silent."""


@dataclass(frozen=True, slots=True)
class Symptom:
    """What a failed session shows."""

    ending: Ending
    stage: Stage
    code: int | None
    """Of the reply that ended it."""
    enhanced: str
    """RFC 3463, such as 5.7.8; empty where the reply has none."""
    text: str
    """The reply, as it came and unwrapped, our reason and nodemailer's words."""
    endpoint: Endpoint
    config: dict[str, Any]
    """The options of nodemailer."""
    keywords: tuple[str, ...] = ()
    """Of the last EHLO."""
    names: tuple[str, ...] = ()
    """In the certificate, where it was one for another name."""
    logged_in: bool = False
    """Whether the server accepted a login before."""
    seconds: float | None = None
    """How long the stage that failed had lasted, if our own time limit ended it."""
    speaks_tls: bool = False
    """Whether another session has shown that the port speaks TLS from the first byte."""

    @property
    def is_oauth2(self) -> bool:
        """Whether the login is by an access token."""
        auth = self.config.get("auth")
        return isinstance(auth, dict) and str(auth.get("type")).upper() == "OAUTH2"

    @property
    def was_cut_short(self) -> bool:
        """Whether our own limit ended the stage before the server had any time to speak of."""
        return self.seconds is not None and self.seconds < _TIME_TO_ANSWER

    @property
    def host(self) -> str:
        """The host as the config names it."""
        return self.endpoint.host.lower().rstrip(".")

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine: nothing leaves it, and nothing need be encrypted."""
        return is_this_machine(self.host)

    def offers(self, keyword: str, parameter: str = "") -> bool:
        """Whether the server has said so in EHLO."""
        words = [each.upper().split() for each in self.keywords]
        return any(each[:1] == [keyword] and (not parameter or parameter in each) for each in words)


def in_words(change: Assignment) -> str:
    """A change of the config in the imperative; None takes the key out."""
    if change.value is None:
        return f"remove {dotted(change.path)}"
    return f"set {dotted(change.path)}: {json.dumps(change.value, ensure_ascii=False)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """When a row applies: all that is given must hold, and more of it makes a better match."""

    endings: tuple[Ending, ...] = ()
    stages: tuple[Stage, ...] = ()
    codes: tuple[int, ...] = ()
    enhanced: tuple[str, ...] = ()
    words: str = ""
    """A regular expression, looked for in the text without regard to case."""
    providers: tuple[str, ...] = ()
    """The server is one of theirs: names of `providers.families`."""
    when: Callable[[Symptom], bool] | None = None
    unless: Callable[[Symptom], bool] | None = None
    """What speaks against the row; that it does not hold speaks for nothing."""

    def weight(self, symptom: Symptom) -> int:
        """How much speaks for the row; 0 where something speaks against it."""
        tests = (
            (self.providers, 16, lambda: is_of(symptom.host, self.providers)),
            (self.words, 8, lambda: re.search(self.words, symptom.text, re.IGNORECASE)),
            (self.enhanced, 4, lambda: symptom.enhanced in self.enhanced),
            (self.when, 4, lambda: self.when is not None and self.when(symptom)),
            (self.codes, 2, lambda: symptom.code in self.codes),
            (self.endings, 1, lambda: symptom.ending in self.endings),
            (self.stages, 1, lambda: symptom.stage in self.stages),
        )
        if self.unless is not None and self.unless(symptom):
            return 0
        given = [(weight, holds) for condition, weight, holds in tests if condition]
        return sum(weight for weight, _ in given) if all(holds() for _, holds in given) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A symptom with its cause."""

    code: str
    symptom: str
    """In words, as `explain` heads its page."""
    match: Match
    cause: str
    cure: str
    """What to change, in the imperative."""
    after_probe: str | None = None
    """What remains of it once a probe has tried the other ports; None for all of it, empty for nothing."""
    source: str
    """The page or thread the words come from."""
    path: Path = ()
    """The key of the config to look at; empty where it is none."""
    patch: Callable[[Symptom], tuple[Assignment, ...]] | None = None
    """What to write instead, where that is known."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A row that applies to a session, with what it proposes for this config."""

    row: Row
    place: Location | None
    """Where the key to look at stands in the config; None where it is none of its keys."""
    pointer: str
    changes: tuple[Assignment, ...]
    is_unset: bool = False
    """Whether that key is missing, and the place is where it would stand."""
