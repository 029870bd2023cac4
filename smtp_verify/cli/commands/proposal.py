"""`probe --write`: what was proven to work goes into the file, if the file would then say just that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smtp_verify.cli.terminal.rewriting import rewrite
from smtp_verify.config.editing.edits import changed
from smtp_verify.config.path import Assignment
from smtp_verify.errors import ConfigError, OutputError
from smtp_verify.smtp import transport
from smtp_verify.smtp.ladder import variants

if TYPE_CHECKING:
    from collections.abc import Collection

    from smtp_verify.config.document import Document
    from smtp_verify.runs.probe_report import ProbeReport
    from smtp_verify.smtp.ladder.variants import Variant

_DECIDING = ("url", "service")
"""Keys that set host and port themselves; nothing beside them acts."""


def write_proposal(report: ProbeReport, path: str, document: Document, given: Collection[str]) -> ProbeReport:
    """The report, with what became of writing its proposal into the file.

    Args:
        report: what was found out.
        path: the file.
        document: what was read of it, without the fields of --set and the environment.
        given: the top-level keys that --set or the environment gave.
    """
    if report.probe.proposal is None:
        return report
    variant = report.probe.proposal.variant
    try:
        _check(document.config, variant, given)
        now = changed(document, [Assignment((key,), value) for key, value in variant.changes.items()])
        _check_effect(now, variant)
        rewrite(path, document.text, now.text.text)
    except (ConfigError, OutputError) as error:
        return replace(report, not_written=error.message)
    return replace(report, written=document.path)


def _check(config: dict[str, Any], variant: Variant, given: Collection[str]) -> None:
    """The keys to write are the ones that decide.

    Raises:
        ConfigError: others do.
    """
    for key in _DECIDING:
        if key in given or (isinstance(config.get(key), str) and config[key]):
            raise ConfigError(f"{key} decides where to connect: change it there")
    for key in variant.changes:
        if key in given:
            raise ConfigError(f"{key} comes from --set or the environment: change it there")


def _check_effect(now: Document, variant: Variant) -> None:
    """The file by itself says what was tried, and nothing else.

    Raises:
        ConfigError: it does not, as a host that --set gave is not in it.
    """
    try:
        endpoint = variants.configured(transport.effective(now.config)).endpoint
    except ConfigError:
        endpoint = None
    if endpoint != variant.endpoint:
        raise ConfigError(
            "what was tried depends on more than the file: on --set, the environment or an answer"
        )
