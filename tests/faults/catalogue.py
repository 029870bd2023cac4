"""The faults of servers, and what the contract's outcome table makes of each at each point."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from smtp_verify.smtp.wire.transcript import Ending, Stage
from tests.faults.server import Act, Channel, Point, Then

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Pieces = Callable[[bytes], tuple[bytes, ...]]

STAGES = {
    Point.GREETING: Stage.GREETING,
    Point.EHLO: Stage.EHLO,
    Point.STARTTLS: Stage.STARTTLS,
    Point.SECOND_EHLO: Stage.EHLO,
    Point.AUTH: Stage.AUTH,
    Point.USER: Stage.AUTH,
    Point.PASSWORD: Stage.AUTH,
    Point.MAIL: Stage.MAIL,
    Point.RCPT: Stage.RCPT,
    Point.DATA: Stage.DATA,
    Point.BODY: Stage.DATA,
    Point.DOT: Stage.DOT,
    Point.QUIT: Stage.DOT,
}
"""The stage a session is in at each point; once the message is accepted, it stays at the dot."""


class Kind(Enum):
    """What a fault comes to for a client that reads replies strictly."""

    HARMLESS = "a reply that is odd, and well formed"
    LOSS = "the connection is lost, or silent"
    MALFORMED = "no SMTP reply"
    TRANSIENT = "4xx"
    PERMANENT = "5xx"
    INTERMEDIATE = "3xx"
    POSITIVE = "2xx"
    SURPLUS = "the right reply, and more"
    NO_TLS = "no TLS handshake"
    UNTRUSTED = "a certificate that does not verify"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong."""

    name: str
    kind: Kind
    act: Act
    cert: str = "trusted"


@dataclass(frozen=True, slots=True)
class Expected:
    """How a session ends."""

    ending: Ending
    stages: tuple[Stage, ...]
    """Where; several where the surplus of a group is seen at one of them."""


def _just(*pieces: bytes) -> Pieces:
    return lambda right: pieces


def _fault(name: str, kind: Kind, pieces: Pieces, then: Then = Then.GO_ON) -> Fault:
    return Fault(name, kind, Act(pieces, then))


def _losses() -> Iterator[Fault]:
    for then in (Then.CLOSE, Then.RESET, Then.SILENCE, Then.HALF_CLOSE):
        yield _fault(then.value, Kind.LOSS, _just(b""), then)
        if then is not Then.HALF_CLOSE:
            yield _fault(f"half a line, then {then.value}", Kind.LOSS, lambda right: (right[:2],), then)
            yield _fault(
                f"a first line, then {then.value}", Kind.LOSS, lambda right: (right[:3] + b"-more\r\n",), then
            )
    yield _fault(
        "drips a line that does not end", Kind.LOSS, lambda right: (right[:3] + b"-x" * 9,), Then.DRIP
    )
    yield _fault("a line without its end, then closes", Kind.LOSS, lambda right: (right[:-2],), Then.CLOSE)


_MALFORMED = {
    "words": b"hello there\r\n",
    "an empty line": b"\r\n",
    "a sign": b"-50 ok\r\n",
    "a plus": b"+25 ok\r\n",
    "a space first": b" 250 ok\r\n",
    "an underscore": b"2_5 ok\r\n",
    "four digits": b"2500 ok\r\n",
    "two digits": b"25 ok\r\n",
    "no space": b"250ok\r\n",
    "a tab": b"250\tok\r\n",
    "a code from 600 on": b"650 ok\r\n",
    "999": b"999 ok\r\n",
    "a code below 200": b"199 ok\r\n",
    "000": b"000 ok\r\n",
    "full-width digits": "２５０ ok\r\n".encode(),
    "NUL": b"\x00250 ok\r\n",
    "a byte order mark": b"\xef\xbb\xbf250 ok\r\n",
    "an HTTP answer": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a TLS alert": b"\x15\x03\x03\x00\x02\x02\x28\r\n",
    "two codes in one reply": b"250-ok\r\n550 no\r\n",
    "a line inside that is none": b"250-ok\r\nnonsense\r\n250 ok\r\n",
}


def _malformed() -> Iterator[Fault]:
    for name, line in _MALFORMED.items():
        yield _fault(name, Kind.MALFORMED, _just(line))
    yield _fault("a line of a mebibyte", Kind.MALFORMED, lambda right: (right[:3] + b"-" + b"x" * 2**20,))
    yield _fault(
        "a reply that does not end", Kind.MALFORMED, lambda right: (right[:3] + b"-x\r\n",), Then.FLOOD
    )


def _codes() -> Iterator[Fault]:
    yield _fault("421 and goes on", Kind.TRANSIENT, _just(b"421 4.3.2 busy\r\n"))
    yield _fault("421 and closes", Kind.TRANSIENT, _just(b"421 4.3.2 closing\r\n"), Then.CLOSE)
    yield _fault("451", Kind.TRANSIENT, _just(b"451 4.3.0 later\r\n"))
    yield _fault("4xx over two lines", Kind.TRANSIENT, _just(b"450-4.2.0 grey\r\n450 4.2.0 listed\r\n"))
    yield _fault("550", Kind.PERMANENT, _just(b"550 5.7.1 no\r\n"))
    yield _fault("554 and closes", Kind.PERMANENT, _just(b"554 5.7.1 never\r\n"), Then.CLOSE)
    yield _fault("5xx over two lines", Kind.PERMANENT, _just(b"550-5.7.1 not\r\n550 5.7.1 here\r\n"))
    yield _fault("399", Kind.INTERMEDIATE, _just(b"399 odd\r\n"))
    yield _fault("299", Kind.POSITIVE, _just(b"299 odd\r\n"))


def _surplus() -> Iterator[Fault]:
    for name, extra in (
        ("a 250", b"250 extra\r\n"),
        ("a 550", b"550 5.0.0 extra\r\n"),
        ("fifty 250", b"250 extra\r\n" * 50),
        ("half a line", b"250 ext"),
    ):
        yield _fault(f"{name} behind the reply", Kind.SURPLUS, lambda right, extra=extra: (right + extra,))  # type: ignore[misc]


def _harmless() -> Iterator[Fault]:
    yield _fault("a reply in two segments", Kind.HARMLESS, lambda right: (right[:2], right[2:]))
    yield _fault("a reply byte by byte", Kind.HARMLESS, lambda right: tuple(bytes([b]) for b in right))
    yield _fault("lines that end in LF", Kind.HARMLESS, lambda right: (right.replace(b"\r\n", b"\n"),))
    yield _fault("invalid UTF-8", Kind.HARMLESS, lambda right: (right[:-2] + b" \xff\xfe\r\n",))
    yield _fault("an escape sequence", Kind.HARMLESS, lambda right: (right[:-2] + b" \x1b[2J\x07\r\n",))
    yield _fault(
        "a line of 2,000 octets", Kind.HARMLESS, lambda right: (right[:-2] + b" " + b"x" * 2000 + b"\r\n",)
    )
    yield _fault("many lines", Kind.HARMLESS, lambda right: ((right[:3] + b"-more\r\n") * 100 + right,))


_AT_THE_HANDSHAKE = (
    _fault("words", Kind.NO_TLS, _just(b"this is no TLS\r\n"), Then.SILENCE),
    _fault("a reply in clear", Kind.NO_TLS, _just(b"220 mx.example\r\n"), Then.SILENCE),
    _fault("an alert", Kind.NO_TLS, _just(b"\x15\x03\x03\x00\x02\x02\x28"), Then.SILENCE),
    _fault("zeros", Kind.NO_TLS, _just(b"\0" * 4096), Then.SILENCE),
    _fault("closes", Kind.LOSS, _just(b""), Then.CLOSE),
    _fault("resets", Kind.LOSS, _just(b""), Then.RESET),
    _fault("falls silent", Kind.LOSS, _just(b""), Then.SILENCE),
    _fault("half a record, then closes", Kind.LOSS, _just(b"\x16\x03\x03\x40\x00\x02"), Then.CLOSE),
    _fault("half a record, then falls silent", Kind.LOSS, _just(b"\x16\x03\x03\x40\x00\x02"), Then.SILENCE),
)
_CERTIFICATES = tuple(
    Fault(f"a certificate that is {cert}", Kind.UNTRUSTED, Act(_just(b"")), cert)
    for cert in ("selfsigned", "expired", "wronghost")
)
_IN_THE_BODY = (
    _fault("closes", Kind.LOSS, _just(b""), Then.CLOSE),
    _fault("resets", Kind.LOSS, _just(b""), Then.RESET),
    _fault("takes no more", Kind.LOSS, _just(b""), Then.SILENCE),
    _fault("552 and closes", Kind.LOSS, _just(b"552 5.3.4 too large\r\n"), Then.CLOSE),
)
EVERYWHERE = (*_losses(), *_malformed(), *_codes(), *_surplus(), *_harmless())


def faults_at(point: Point) -> tuple[Fault, ...]:
    """The faults that a server can have at a point."""
    if point is Point.HANDSHAKE:
        return _AT_THE_HANDSHAKE + _CERTIFICATES
    return _IN_THE_BODY if point is Point.BODY else EVERYWHERE


# What must come of it ------------------------------------------------------------------------------------

_ACCEPTED = Expected(Ending.ACCEPTED, (Stage.DOT,))
_LOST = {Point.GREETING: Ending.NO_GREETING, Point.DOT: Ending.UNKNOWN}
_PERMANENT = {
    Point.GREETING: Ending.GREETING_REFUSED,
    Point.STARTTLS: Ending.TLS_FAILED,
    Point.AUTH: Ending.NOT_AUTHENTICATED,
    Point.USER: Ending.NOT_AUTHENTICATED,
    Point.PASSWORD: Ending.NOT_AUTHENTICATED,
    Point.RCPT: Ending.RECIPIENT_REFUSED,
}


def expected(fault: Fault, point: Point, channel: Channel, pipelining: bool) -> Expected:
    """The row of the contract's table for this cell."""
    if point is Point.QUIT:
        return _ACCEPTED
    if point is Point.HANDSHAKE:
        stage = Stage.TLS if channel is Channel.IMPLICIT else Stage.STARTTLS
        lost = fault.kind is Kind.LOSS
        return Expected(Ending.DEFERRED if lost else Ending.TLS_FAILED, (stage,))
    stage = STAGES[point]
    match fault.kind:
        case Kind.HARMLESS:
            return _ACCEPTED
        case Kind.LOSS:
            return Expected(_LOST.get(point, Ending.DEFERRED), (stage,))
        case Kind.MALFORMED:
            return Expected(Ending.UNKNOWN if point is Point.DOT else Ending.PROTOCOL, (stage,))
        case Kind.TRANSIENT:
            return Expected(Ending.NO_GREETING if point is Point.GREETING else Ending.DEFERRED, (stage,))
        case Kind.PERMANENT:
            return Expected(_PERMANENT.get(point, Ending.REFUSED), (stage,))
        case Kind.SURPLUS:
            return _surplus_at(fault, point, channel, pipelining)
    return _odd_code(fault.kind, point)


def _odd_code(kind: Kind, point: Point) -> Expected:
    """A code that is well formed, and makes no sense at its point."""
    stage = STAGES[point]
    if point is Point.DATA:
        # nodemailer goes on after any 2xx or 3xx to DATA.
        return _ACCEPTED
    if kind is Kind.INTERMEDIATE:
        return Expected(Ending.UNKNOWN if point is Point.DOT else Ending.PROTOCOL, (stage,))
    if point in (Point.GREETING, Point.USER, Point.PASSWORD):
        return Expected(Ending.PROTOCOL, (stage,))
    # To EHLO it is a reply without keywords: the session goes on without STARTTLS and AUTH.
    return _ACCEPTED


_NEXT = {
    Point.GREETING: (Stage.EHLO,),
    Point.SECOND_EHLO: (Stage.AUTH,),
    Point.AUTH: (Stage.MAIL,),
    Point.USER: (Stage.AUTH,),
    Point.PASSWORD: (Stage.AUTH,),
    Point.MAIL: (Stage.RCPT,),
    Point.RCPT: (Stage.DATA,),
}


def _surplus_at(fault: Fault, point: Point, channel: Channel, pipelining: bool) -> Expected:
    """Seen at the next command; told, and no more than that, once DATA is answered."""
    if point in (Point.DATA, Point.DOT):
        return _ACCEPTED
    if point is Point.STARTTLS:
        return Expected(Ending.PROTOCOL, (Stage.STARTTLS,))
    if point is Point.EHLO:
        return Expected(Ending.PROTOCOL, (Stage.STARTTLS if channel is Channel.STARTTLS else Stage.AUTH,))
    if pipelining and point in (Point.MAIL, Point.RCPT):
        if fault.name.startswith("half a line"):
            # The reply behind it makes it whole: nobody can tell.
            return _ACCEPTED
        return Expected(Ending.PROTOCOL, (Stage.MAIL, Stage.RCPT, Stage.DATA))
    return Expected(Ending.PROTOCOL, _NEXT[point])
