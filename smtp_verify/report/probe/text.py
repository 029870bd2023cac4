"""A probe for people: the addresses, a table of the ports, what is wrong, and what to write instead."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smtp_verify.report.formats.lines import Line, folded, labelled
from smtp_verify.report.session.diagnoses import diagnosis_rows
from smtp_verify.report.session.words import in_seconds, tls_line
from smtp_verify.report.versions import versions_lines
from smtp_verify.report.visible import visible_line
from smtp_verify.runs.probe_report import ProbeReport, works
from smtp_verify.smtp.endpoint import is_this_machine
from smtp_verify.smtp.ladder.probe import greeting
from smtp_verify.smtp.ladder.reach import State
from smtp_verify.smtp.ladder.variants import way_to
from smtp_verify.smtp.wire.transcript import NOT_OFFERED, Stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smtp_verify.redaction import Redactor
    from smtp_verify.report.style import Style
    from smtp_verify.smtp.ladder.probe import Attempt, Probe

_MEANINGS = {
    State.OPEN: "open",
    State.REFUSED: "refused: nothing listens there",
    State.BLOCKED: "blocked: a firewall says no",
    State.NO_ROUTE: "no route from this machine",
    State.SILENT: "silent: a firewall drops what is sent there",
}
_GOALS = {
    Stage.TLS: "up to and including TLS",
    Stage.AUTH: "up to and including login",
    Stage.RCPT: "up to and including the recipient",
}
_IN_VAIN = "the other ports too, and none works"
_CERTIFICATE = "certificate"
"""How a reason begins that says what is wrong with it."""
_LONGEST = 60
"""Characters of a greeting that stand in the table; JSON has it whole."""
_SHORTEST, _OTHER_CELLS = 12, 68
"""At least as many on a narrow terminal, where the other cells take so many."""


def probe_text(report: ProbeReport, style: Style, redact: Redactor) -> Iterator[str]:
    """The report; the verdict comes last."""
    yield folded(_report(report, style), style.width, redact)
    if report.domain is not None:
        from smtp_verify.report.probe.domain import domain_text

        yield redact("".join(["\n", *domain_text(report.domain, style), "\n"]))
    yield folded([Line(_verdict(report, style))], style.width, redact)


def _report(report: ProbeReport, style: Style) -> Iterator[Line]:
    probe = report.probe
    yield Line(style("bold", visible_line(probe.host)))
    for lookup in probe.lookups:
        found = ", ".join(map(visible_line, lookup.addresses)) or f"none: {visible_line(lookup.problem)}"
        yield Line(f"  {style('dim', lookup.type.rjust(4))}  {found} ({in_seconds(lookup.seconds)})")
    yield Line("")
    yield from _table(report, style)
    yield Line("")
    yield from labelled([*_configured(report), *_advice(report)], style, once=True)


def _table(report: ProbeReport, style: Style) -> Iterator[Line]:
    """A line for each way to reach the server; `*` marks the one in the config."""
    rows = [("", "port", "security", "connection", "answer", "with this config")]
    # On a terminal the last cell, which says the most, gets the room; the greeting stands below.
    longest = max(_SHORTEST, min(_LONGEST, style.width - _OTHER_CELLS)) if style.width else _LONGEST
    rows += [_line(each, report, longest) for each in report.probe.attempts]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
    for number, row in enumerate(rows):
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        line = "  ".join([*cells, row[-1]]).rstrip()
        margin = sum(widths) + 2 * len(widths)
        yield Line(line if number else style("dim", line), margin)


def _line(attempt: Attempt, report: ProbeReport, longest: int) -> tuple[str, str, str, str, str, str]:
    endpoint = attempt.variant.endpoint
    return (
        "*" if attempt.variant.configured else " ",
        str(endpoint.port),
        endpoint.security.replace(" where offered", ""),
        _connection(attempt, report),
        _answer(attempt, longest),
        _use(attempt, report),
    )


def _connection(attempt: Attempt, report: ProbeReport) -> str:
    """The best that an address answers, and how many others answer otherwise."""
    states = [(report.states[each.address], each.seconds) for each in attempt.knocks]
    if not states:
        return "not tried"
    best = min(states, key=lambda each: list(State).index(each[0]))
    return f"{best[0].value} ({in_seconds(best[1])})"


def _answer(attempt: Attempt, longest: int) -> str:
    said = visible_line(greeting(attempt.result).partition("\n")[0])
    return said if len(said) <= longest else f"{said[:longest]}…"


def _use(attempt: Attempt, report: ProbeReport) -> str:
    verdict = works(attempt, report.probe.goal)
    if verdict:
        return "works"
    if verdict is None:
        return "no login is offered there" if attempt.untried_login else "encrypted; not tried further"
    result = attempt.result
    if result.stage is Stage.CONNECT and attempt.knocks:
        return _MEANINGS[min((report.states[each.address] for each in attempt.knocks), key=list(State).index)]
    if attempt.arrived_in_clear:
        return "no encryption there"
    return f"no, at {result.stage.value}: {_brief(visible_line(result.reason))}"


def _brief(reason: str) -> str:
    """What is the matter, without what to do about it: the fix is told once, below the table."""
    kind, _, rest = reason.partition(": ")
    what = f"{kind}: {rest}" if kind == _CERTIFICATE else kind
    return what.partition(": set ")[0].partition(": trusted are ")[0]


def _configured(report: ProbeReport) -> Iterator[tuple[str, str]]:
    """The session of the config as it is, rung by rung."""
    attempt = report.probe.configured
    transcript = attempt.result.transcript
    for knock in attempt.knocks:
        state = _MEANINGS[report.states[knock.address]]
        yield "connection", f"{knock.address.shown} {state} ({in_seconds(knock.seconds)})"
    if greeting(attempt.result):
        yield "greeting", visible_line(greeting(attempt.result))
    if transcript.keywords:
        yield "ehlo", visible_line(", ".join(transcript.keywords))
    if transcript.tls is not None:
        yield "tls", tls_line(transcript.tls)
    if attempt.certificate is not None:
        yield "shown", tls_line(attempt.certificate)
    if transcript.mechanism:
        yield "auth", visible_line(transcript.mechanism)
    yield "proven", ", ".join(transcript.proven) or "nothing"
    for layer, why in transcript.reasons.items():
        yield "not proven", f"{layer}: {visible_line(why)}"
    for defect in transcript.defects:
        yield "note", visible_line(defect)
    for line in versions_lines(report.differs):
        yield "versions", line


def _advice(report: ProbeReport) -> Iterator[tuple[str, str]]:
    proposal = report.probe.proposal
    others = [each for each in report.probe.attempts if not each.variant.configured]
    # What was tried comes before what is only known to help.
    yield from (
        row
        for row in diagnosis_rows(report.diagnoses)
        if proposal is None or row[0] not in ("config", "fix", "write")
    )
    if proposal is None:
        attempts = report.probe.attempts
        is_patched = any(each.changes for each in report.diagnoses[:1])
        tried = _in_vain(attempts) if others and not any(each.arrived for each in attempts) else ""
        # The name in a certificate is wrong on each port, and written right on each.
        if tried and not (is_patched and tried == _IN_VAIN):
            yield "tried", tried
        return
    where = way_to(proposal.variant)
    if report.decided_by:
        yield "fix", f"change {report.decided_by}: it leads elsewhere than {where}"
    else:
        yield from (
            ("write", f"{key}: {json.dumps(value)}") for key, value in proposal.variant.changes.items()
        )
    yield "tried", f"{where} works, {_GOALS[report.probe.goal]}"
    if report.written:
        yield "written", visible_line(report.written)
    if report.not_written:
        yield "not written", visible_line(report.not_written)


def _in_vain(attempts: Sequence[Attempt]) -> str:
    """What to do where no port works."""
    if any(each.result.transcript.tls or each.certificate for each in attempts):
        return _IN_VAIN
    if any(not each.knocks for each in attempts):
        return f"{_IN_VAIN} in the time of --timeout; with more, there may be one"
    local = next((each for each in attempts if each.arrived_in_clear and _is_local(each)), None)
    if local is not None:
        port = local.variant.endpoint.port
        return f"port {port} works without encryption, which is not needed on this machine"
    if not any(each.arrived_in_clear or greeting(each.result) for each in attempts):
        return f"{_IN_VAIN}: a firewall, or another host"
    return f"{_IN_VAIN}: nothing there is encrypted"


def _is_local(attempt: Attempt) -> bool:
    return is_this_machine(attempt.variant.endpoint.host)


def _verdict(report: ProbeReport, style: Style) -> str:
    probe = report.probe
    result = probe.configured.result
    if probe.configured.arrived:
        return f"{style('good', 'works')}: {_reached(probe)}; nothing was sent"
    if report.written:
        return f"{style('good', 'works now')}: {_GOALS[probe.goal]}; nothing was sent"
    reason = f"at {result.stage.value}: {visible_line(result.reason)}"
    return f"{style('error', 'does not work')}: {reason} (exit code {result.ending.exit_code})"


def _reached(probe: Probe) -> str:
    """How far the config was proven to work."""
    transcript = probe.configured.result.transcript
    missing = transcript.reasons.get("authentication")
    if probe.goal is Stage.RCPT or (probe.goal is Stage.AUTH and missing is None):
        without = ", and no login is offered there" if probe.configured.untried_login else ""
        return _GOALS[probe.goal] + without
    reached = _GOALS[Stage.TLS] if probe.configured.encrypted else "up to EHLO, not encrypted"
    if missing == NOT_OFFERED:
        return f"{reached}, and no login is offered there"
    return reached if missing is None or probe.goal is Stage.TLS else f"{reached}; {visible_line(missing)}"
