"""`smtp-verify explain`: the page of a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from smtp_verify.cli import options
from smtp_verify.cli.boundary import run
from smtp_verify.cli.exit_code import MEANINGS, ExitCode
from smtp_verify.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smtp_verify.diagnosis.row import Row

_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_REPLY = re.compile(r"[2-5][0-9]{2}")


def explain(
    code: Annotated[
        str,
        typer.Argument(
            metavar="CODE", help="A finding, a diagnosis, an exit code, a reply code or an enhanced one."
        ),
    ],
    output: options.Output = None,
    version: options.Version = False,
) -> None:
    """Say what a code means, why it comes, and what to do.

    Exit codes: 0 explained, 2 no such code.

    Examples:

    \b
      smtp-verify explain SD101    # a diagnosis of test-send
      smtp-verify explain 535      # a reply code
      smtp-verify explain 5.7.8    # an enhanced status code
      smtp-verify explain 75       # an exit code
    """

    def work() -> int:
        from smtp_verify.cli.output import write_result

        write_result("".join(f"{line}\n" for line in page(code)), output)
        return ExitCode.OK

    run(work)


def page(code: str) -> Iterator[str]:
    """The lines of the page.

    Raises:
        UsageError: there is no such code.
    """
    wanted = code.strip().upper()
    if wanted.startswith("SD"):
        return _diagnosis(wanted)
    if wanted.startswith("SV"):
        return _finding(wanted)
    if _ENHANCED.fullmatch(wanted):
        return _enhanced(wanted)
    if _REPLY.fullmatch(wanted):
        return _reply(int(wanted))
    if wanted.isdecimal() and int(wanted) in MEANINGS:
        return iter((f"exit code {int(wanted)}", "", MEANINGS[int(wanted)]))
    raise _unknown(code)


def _unknown(code: str) -> UsageError:
    return UsageError(f"there is no code {code!r}; write one such as SV101, SD101, 535, 5.7.8 or 75")


def _diagnosis(code: str) -> Iterator[str]:
    from smtp_verify.diagnosis.table import ROWS

    row = next((row for row in ROWS if row.code == code), None)
    if row is None:
        raise _unknown(code)
    from smtp_verify.config.document import dotted

    where = f" (look at {dotted(row.path)})" if row.path else ""
    title = f"{code}: {row.symptom}"
    return iter((title, "", f"Why: {row.cause}.", f"Cure: {row.cure}{where}.", f"See: {row.source}"))


def _finding(code: str) -> Iterator[str]:
    from smtp_verify.config import codes

    if code not in codes.MEANINGS:
        raise _unknown(code)
    return iter((f"{code}: {codes.MEANINGS[code]}",))


def _reply(code: int) -> Iterator[str]:
    from smtp_verify.diagnosis import replies
    from smtp_verify.diagnosis.table import ROWS

    yield from (f"reply code {code}", "", f"Says: {replies.of_code(code)}.")
    yield from _listed([row for row in ROWS if code in row.match.codes])


def _enhanced(code: str) -> Iterator[str]:
    from smtp_verify.diagnosis import replies
    from smtp_verify.diagnosis.table import ROWS

    yield from (f"enhanced status code {code} (RFC 3463)", "", f"Says: {replies.of_enhanced(code)}.")
    yield from _listed([row for row in ROWS if code in row.match.enhanced])


def _listed(rows: list[Row]) -> Iterator[str]:
    if rows:
        yield from ("", "Comes with:", *(f"  {row.code}  {row.symptom}" for row in rows))
