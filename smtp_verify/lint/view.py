"""What a rule is, what it sees of a document, and what it says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from smtp_verify.config.path import value_at
from smtp_verify.config.reading.tree import Mapping
from smtp_verify.config.schema import placeholders
from smtp_verify.config.schema.auth_keys import OAUTH2_TYPES
from smtp_verify.finding import Finding, Location, Severity
from smtp_verify.lint.rejection import NUMERIC
from smtp_verify.mail import handlebars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smtp_verify.config.document import Document
    from smtp_verify.config.path import Path
    from smtp_verify.providers.provider import Provider
    from smtp_verify.smtp.endpoint import Endpoint

MOST_PROBLEMS = 20
"""What one rule says of one text: a text with more is no template."""
Found = TypeVar("Found")


class Problem(NamedTuple):
    """What a rule has found: where, in which words, and what to write instead."""

    path: Path
    """Within the config."""
    message: str
    help: str = ""
    at_key: bool = False
    """Whether the key is at fault, not its value."""
    word: str = ""
    """The part of a text that is at fault."""
    severity: Severity | None = None
    """Where it differs from the rule's."""
    stops: bool = False
    """Whether no message can leave with the config as it stands."""


class Rule(NamedTuple):
    """One rule: its code and its name never change, and its function's docstring is its page."""

    code: str
    name: str
    severity: Severity
    check: Callable[[View], Iterable[Problem]]


class TemplateView(NamedTuple):
    """One element of `templates` whose fields are text; a field that is none is empty."""

    path: Path
    raw: dict[str, Any]
    usage_type: str
    content_type: str
    subject: str
    content: str
    names: tuple[tuple[str, str], ...]
    """Each variable with the key it stands under."""


class View:
    """A config whose root is an object, with what several rules ask of it worked out once.

    Args:
        document: where the config stands.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.config: dict[str, Any] = document.config
        self._done: dict[object, tuple[Any, ...]] = {}

    def once(self, work: Callable[[View], Iterable[Found]]) -> tuple[Found, ...]:
        """What `work` makes of the config; several rules that ask cause it to be done once."""
        if work not in self._done:
            self._done[work] = tuple(work(self))
        return self._done[work]

    def at(self, *path: str | int) -> Any:
        """The value at a path, or None."""
        return value_at(self.config, path)

    def text(self, *path: str | int) -> str:
        """The string at a path; empty where there is none, or one that is still to be filled in."""
        value = self.at(*path)
        return value if isinstance(value, str) and not placeholders.is_placeholder(value) else ""

    @cached_property
    def refused(self) -> frozenset[str | int]:
        """The keys of the root that the connector's guard objects to: other findings speak of them."""
        return frozenset(issue.path[0] for issue in self.document.issues if issue.path)

    @cached_property
    def auth(self) -> dict[str, Any]:
        """`auth`; empty where it is no object, or one the guard refuses."""
        auth = self.config.get("auth")
        return auth if isinstance(auth, dict) and "auth" not in self.refused else {}

    @cached_property
    def is_oauth2(self) -> bool:
        """Whether nodemailer takes the OAuth2 branch: the type alone decides."""
        return self.auth.get("type") in OAUTH2_TYPES

    @cached_property
    def tls(self) -> dict[str, Any]:
        """`tls`; empty where it is no object."""
        tls = self.config.get("tls")
        return tls if isinstance(tls, dict) else {}

    @cached_property
    def options(self) -> dict[str, Any]:
        """What nodemailer connects with: `url` replaces the config's, `service` overrides some."""
        if not self.config.get("url") and not self.config.get("service"):
            return self.config
        from smtp_verify.smtp.transport import effective

        return effective(self.config, self.document.logto.nodemailer)

    @cached_property
    def endpoint(self) -> Endpoint | None:
        """Where Logto would connect, and how; None where a value that decides is missing or mistyped."""
        from smtp_verify.errors import ConfigError, RenderError
        from smtp_verify.smtp.endpoint import derive

        if not self._decides:
            return None
        try:
            # The EHLO name and the local address have rules of their own.
            return derive({**self.options, "name": "localhost", "localAddress": None})
        except (ConfigError, RenderError):
            return None

    @property
    def _decides(self) -> bool:
        """Whether what an endpoint is derived from has the types it should have."""
        port, host = self.options.get("port"), self.options.get("host")
        numeric = isinstance(port, (int, float)) or (isinstance(port, str) and bool(NUMERIC.fullmatch(port)))
        numeric = numeric or (port is None and bool(self.config.get("url")))
        named = isinstance(host, str) and not placeholders.is_placeholder(self.config.get("url"))
        flags = (self.options.get(key, False) for key in ("secure", "ignoreTLS", "requireTLS"))
        # `secure: null` is refused by the guard; what it would mean does not matter.
        return numeric and named and all(isinstance(flag, bool) for flag in flags)

    @cached_property
    def provider(self) -> Provider | None:
        """The provider that Logto would connect to, where the table has it."""
        if self.endpoint is None or self.is_local:
            return None
        from smtp_verify.providers.table import provider_of

        return provider_of(self.endpoint.host)

    @property
    def must_log_in(self) -> bool:
        """Whether the server is known to take no mail without a login."""
        return self.provider is not None and self.provider.requires_login

    @property
    def uses_tls(self) -> bool:
        """Whether the session comes to a TLS handshake at any server that it could send through."""
        endpoint = self.endpoint
        if endpoint is None or (endpoint.ignore_tls and not endpoint.implicit_tls):
            return False
        return endpoint.implicit_tls or endpoint.require_tls or self.provider is not None

    def origin(self, key: str) -> Path:
        """Where an effective setting comes from: `url`, `service`, or the key itself."""
        if self.options.get(key) == self.config.get(key) and key in self.config:
            return (key,)
        for other in ("url", "service"):
            if self.config.get(other):
                return (other,)
        return (key,)

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine: what is sent to it never leaves."""
        from smtp_verify.smtp.endpoint import is_this_machine

        return self.endpoint is not None and is_this_machine(self.endpoint.host)

    @property
    def is_nearby(self) -> bool:
        """Whether the server is on a private network, as a test server or a relay in the same cluster is."""
        from smtp_verify.smtp.endpoint import is_nearby

        return self.endpoint is not None and is_nearby(self.endpoint.host)

    @property
    def logs_in(self) -> bool:
        """Whether there is something to log in with."""
        auth = self.options.get("auth")
        if not isinstance(auth, dict) or (auth is self.config.get("auth") and not self.auth):
            return False
        return bool(auth.get("user")) and (self.is_oauth2 or bool(auth.get("pass")))

    @cached_property
    def templates(self) -> list[TemplateView]:
        """The templates that are objects."""
        templates = self.config.get("templates")
        if not isinstance(templates, list):
            return []
        return [_template(("templates", i), raw) for i, raw in enumerate(templates) if isinstance(raw, dict)]

    def finding(self, rule: Rule, problem: Problem) -> Finding:
        """A problem as a finding with a place."""
        document = self.document
        given = document.given_by(problem.path)
        place = (
            Location.outside(document.path, given) if given else document.text.location(*self._span(problem))
        )
        severity = problem.severity or rule.severity
        pointer = document.pointer(problem.path)
        return Finding(
            place, rule.code, severity, problem.message, problem.help, pointer, stops=problem.stops
        )

    def _span(self, problem: Problem) -> tuple[int, int]:
        if problem.at_key:
            above = self.document.node(problem.path[:-1])
            entries = above.entries if isinstance(above, Mapping) else ()
            for entry in reversed(entries):
                if entry.key.value == problem.path[-1]:
                    return entry.key.start, entry.key.end
        node = self.document.node(problem.path)
        if problem.word and node is not None:
            # In the text as it is written: where escapes stand in the way, the whole value is shown.
            start = self.document.text.text.find(problem.word, node.start, node.end)
            if start >= 0:
                return start, start + len(problem.word)
        return self.document.span(problem.path)


def _template(path: Path, raw: dict[str, Any]) -> TemplateView:
    usage_type, content_type = _text(raw.get("usageType")), _text(raw.get("contentType"))
    subject, content = _text(raw.get("subject")), _text(raw.get("content"))
    names = tuple(
        (key, name)
        for key, text in (("subject", subject), ("content", content))
        for name in handlebars.names(text)[:MOST_PROBLEMS]
    )
    return TemplateView(path, raw, usage_type, content_type, subject, content, names)


def _text(value: Any) -> str:
    return value if isinstance(value, str) and not placeholders.is_placeholder(value) else ""
