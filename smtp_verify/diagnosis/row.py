"""One row of the table: a symptom, its cause, what to change, and where the words come from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from smtp_verify.config.path import Assignment, dotted
from smtp_verify.providers.families import is_of
from smtp_verify.smtp.endpoint import is_this_machine
from smtp_verify.smtp.wire.transcript import Ending, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.config.path import Path
    from smtp_verify.finding import Location
    from smtp_verify.smtp.endpoint import Endpoint

RANKING = "All of it must hold. Causes are ranked by weight; half the weight of the best is too little."
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


def issue(project: str, number: int) -> str:
    """The address of an issue on GitHub."""
    return f"https://github.com/{project}/issues/{number}"


class Evidence(NamedTuple):
    """One thing that speaks for a row."""

    weight: int
    lead: str
    what: Any
    shows: Callable[[Symptom], bool]

    @property
    def words(self) -> str:
        """As `explain` has it."""
        return self.lead + _told(self.what)


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
        if self.unless is not None and self.unless(symptom):
            return 0
        evidence = self.evidence
        return sum(each.weight for each in evidence) if all(each.shows(symptom) for each in evidence) else 0

    @property
    def evidence(self) -> list[Evidence]:
        """What must be shown for the row to apply, and how much each weighs; the one place that says so."""
        when = self.when or (lambda _: True)
        table = (
            (self.providers, 16, "the server is one of ", lambda each: is_of(each.host, self.providers)),
            (self.words, 8, "it says ", lambda each: bool(re.search(self.words, each.text, re.IGNORECASE))),
            (self.enhanced, 4, "the enhanced status code is ", lambda each: each.enhanced in self.enhanced),
            (self.when, 4, "config and session fit the symptom", when),
            (self.codes, 2, "the reply code is ", lambda each: each.code in self.codes),
            (self.endings, 1, "it ended so: ", lambda each: each.ending in self.endings),
            (self.stages, 1, "it ended at ", lambda each: each.stage in self.stages),
        )
        return [Evidence(weight, lead, what, shows) for what, weight, lead, shows in table if what]


def _told(what: Any) -> str:
    """One piece of evidence in words."""
    if isinstance(what, tuple):
        return " or ".join(map(_told, what))
    if isinstance(what, Ending):
        return what.value[2]
    if isinstance(what, Stage):
        return what.value
    if isinstance(what, str) and re.search(r"[ \\]", what):
        return f'"{what}"'
    return "" if callable(what) else str(what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A symptom with its cause."""

    code: str
    symptom: str
    """In words, as `explain` heads its page."""
    match: Match
    cause: str
    fix: str
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
    """Where the key to look at stands in the config; None if it is not one of its keys."""
    pointer: str
    changes: tuple[Assignment, ...]
    is_unset: bool = False
    """Whether that key is missing, and the place is where it would stand."""
