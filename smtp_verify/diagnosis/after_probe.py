"""Diagnoses after a probe: no fix asks for what has just been tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp_verify.config.path import Assignment
from smtp_verify.diagnosis.row import Diagnosis, in_words
from smtp_verify.smtp import endpoint as endpoints
from smtp_verify.smtp.ladder.probe import ENCRYPTION
from smtp_verify.smtp.ladder.variants import way_to
from smtp_verify.smtp.wire.transcript import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smtp_verify.smtp.endpoint import Endpoint
    from smtp_verify.smtp.ladder.probe import Attempt, Probe


def after_probe(diagnoses: Sequence[Diagnosis], probe: Probe, decided_by: str = "") -> tuple[Diagnosis, ...]:
    """The diagnoses of the config as it is, each with what remains of its fix.

    What the probe proved to work takes the place of the fix. A change that its table refutes is left out.

    Args:
        diagnoses: why the config as it is does not work.
        probe: what was tried.
        decided_by: the key that replaces host, port and secure, if there is one.
    """
    if probe.proposal is not None:
        # Whatever else it could have been, this is what helps.
        return tuple(_towards(each, probe.proposal, decided_by) for each in diagnoses[:1])
    return tuple(
        _told(each, probe, decided_by) if each.row.after_probe is not None else each for each in diagnoses
    )


def _towards(diagnosis: Diagnosis, attempt: Attempt, decided_by: str) -> Diagnosis:
    """The diagnosis whose fix is the way that an attempt took."""
    if decided_by:
        fix = f"change {decided_by}: it leads elsewhere than {way_to(attempt.variant)}"
        return replace(diagnosis, row=replace(diagnosis.row, fix=fix), changes=())
    return _with(diagnosis, _to(attempt))


def _to(attempt: Attempt) -> tuple[Assignment, ...]:
    return tuple(Assignment((key,), value) for key, value in attempt.variant.changes.items())


def _told(diagnosis: Diagnosis, probe: Probe, decided_by: str) -> Diagnosis:
    if probe.furthest is not None:
        return _towards(diagnosis, probe.furthest, decided_by)
    changes = () if _is_refuted(diagnosis.changes, probe) else diagnosis.changes
    return _with(diagnosis, changes)


def _with(diagnosis: Diagnosis, changes: tuple[Assignment, ...]) -> Diagnosis:
    fix = _words(changes) or diagnosis.row.after_probe or ""
    return replace(diagnosis, row=replace(diagnosis.row, fix=fix), changes=changes)


def _words(changes: Sequence[Assignment]) -> str:
    return " and ".join(in_words(each) for each in changes)


def _is_refuted(changes: Sequence[Assignment], probe: Probe) -> bool:
    """Whether the changes lead to a way that was tried and came to no encryption."""
    origin = probe.configured.variant
    options: dict[str, Any] = {**origin.options, **{str(each.path[0]): each.value for each in changes}}
    changed = endpoints.derive({key: value for key, value in options.items() if value is not None})
    if _way(changed) == _way(origin.endpoint):
        return False
    return any(_refutes(each, changed) for each in probe.attempts)


def _way(endpoint: Endpoint) -> tuple[str, int, bool, bool]:
    """The way to a server, but for whether STARTTLS is required there."""
    return endpoint.host, endpoint.port, endpoint.implicit_tls, endpoint.ignore_tls


def _refutes(attempt: Attempt, endpoint: Endpoint) -> bool:
    tried, stage = attempt.variant.endpoint, attempt.result.stage
    if attempt.arrived or _way(tried) != _way(endpoint):
        return False
    if stage not in ENCRYPTION:
        # It failed where the config as it is failed.
        return not attempt.got_further
    # Where STARTTLS is not offered, only a session that requires it ends there.
    unoffered = stage is Stage.STARTTLS and "STARTTLS" not in attempt.result.transcript.keywords
    return endpoint.require_tls or not tried.require_tls or not unoffered
