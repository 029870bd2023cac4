"""Which findings are told: `--select`, `--ignore`, the settings, and the comments of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smtp_verify import codes
from smtp_verify.config.schema.kinds import Schema
from smtp_verify.errors import UsageError
from smtp_verify.finding import MARK, Severity
from smtp_verify.lint.selection.known_codes import ALL, FAMILY, codes_of, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smtp_verify.config.document import Document
    from smtp_verify.finding import Finding


class Choice(NamedTuple):
    """What one layer, the settings or the command line, says of the codes."""

    select: tuple[str, ...] | None = None
    """The only ones to tell; None leaves the layer below as it is."""
    ignore: tuple[str, ...] = ()


NO_CHOICE = Choice()


def dropped(layers: Iterable[Choice]) -> frozenset[str]:
    """The codes that are not told.

    In a layer the longer prefix wins, and `ignore` over an equal `select`. A layer that selects starts anew;
    one that only ignores takes away from what the layer below has left.

    Args:
        layers: the weakest first.

    Raises:
        UsageError: an unknown code, or one that cannot be ignored.
    """
    kept = ALL
    for layer in layers:
        ignored = _lengths(layer.ignore, can_be_unread=False)
        if layer.select is None:
            kept = kept - ignored.keys()
        else:
            selected = _lengths(layer.select)
            kept = frozenset(code for code in selected if selected[code] > ignored.get(code, 0))
    return ALL - kept


def _lengths(words: Sequence[str], can_be_unread: bool = True) -> dict[str, int]:
    """Each code that some word means, with the length of the longest that does."""
    lengths: dict[str, int] = {}
    for word in words:
        meant = codes_of(word)
        if not meant:
            raise UsageError(unknown(word))
        if len(meant) == 1 and meant <= codes.UNREAD and not can_be_unread:
            raise UsageError(f"{word} cannot be ignored: of a text that is not read there is no more to tell")
        # A name is as precise as the code that it stands for.
        length = len(word) if word.upper().startswith(FAMILY) else len(min(meant))
        for code in meant:
            lengths[code] = max(length, lengths.get(code, 0))
    return lengths


def kept(
    document: Document, found: Iterable[Finding], without: frozenset[str], against: Schema
) -> Iterable[Finding]:
    """What is told of a document: without what its comments ignore, and without these codes.

    Nothing takes away why a text could not be read, nor, from a verdict on the connector's schema, what Logto
    refuses the file for: it would still refuse it.

    Args:
        document: where it was found.
        found: all that is known of the document.
        without: the codes that are not told.
        against: the schema that decided what is an error.
    """
    found = tuple(found)
    ignored: frozenset[Finding] = frozenset()
    if MARK in document.text.text and document.readable:
        from smtp_verify.lint.selection.ignores import ignore

        ignored, remarks = ignore(document, found)
        found = (*found, *remarks)
    refusals = not document.readable or against is Schema.CONNECTOR
    return [
        finding
        for finding in found
        if (finding.severity is Severity.ERROR and refusals)
        or not (finding.code in without or finding in ignored)
    ]
