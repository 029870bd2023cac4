"""`validate --fix` and `--diff`: the fixes of the linter, made in files or shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smtp_verify.cli.commands.loading import say_where
from smtp_verify.cli.terminal.output import write_result
from smtp_verify.cli.terminal.rewriting import rewrite
from smtp_verify.cli.terminal.say import say
from smtp_verify.config.editing.edits import reread
from smtp_verify.errors import OutputError
from smtp_verify.exit_code import ExitCode
from smtp_verify.lint.fixes.files import FixedFile, _judged
from smtp_verify.lint.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.lint.selection.terms import Terms
    from smtp_verify.report.style import Style


def written(files: Iterable[FixedFile], terms: Terms) -> Iterator[Verdict]:
    """Write each file that has fixes, and pass on the verdicts on what is left.

    What cannot be written is said at once, and judged as it is; the files behind it are still fixed.
    """
    for file in files:
        try:
            if file.is_changed:
                rewrite(file.path, file.before[0].text, file.text)
        except OutputError as error:
            say(f"smtp-verify: {error.message}")
            for verdict in _judged(file.before, file.path, terms):
                yield replace(verdict, is_unwritten=True)
        else:
            yield from file.after


def show(files: Iterable[FixedFile], style: Style, output: str | None, quiet: bool) -> int:
    """Print what would change, and return the exit code: 1 where anything would, or is still not valid."""
    preview = _Preview(files, style)
    if quiet and output is None:
        for _ in preview:
            pass
    else:
        write_result(preview, output)
    if not quiet:
        preview.tell()
    return preview.exit_code


class _Preview:
    """The diffs, and what they leave to be said."""

    def __init__(self, files: Iterable[FixedFile], style: Style) -> None:
        self._files = files
        self._style = style
        self._fixed = self._not_valid = 0
        self._unreadable = False

    def __iter__(self) -> Iterator[str]:
        from smtp_verify.report.findings.diff import diff_text

        for file in self._files:
            if not file.before:
                self._miss(file.after[0])
                continue
            for verdict in file.after:
                say_where(verdict.document)
                self._fixed += len(verdict.fixed)
                self._not_valid += not verdict.valid
            if file.is_changed:
                after = [reread(document, file.text) for document in file.before]
                yield from diff_text(file.before, after, self._style)

    def _miss(self, verdict: Verdict) -> None:
        self._unreadable = True
        say(f"smtp-verify: {verdict.path}: {verdict.findings[0].message}")

    def tell(self) -> None:
        """How much would be fixed, and what would still not be valid."""
        left = f"; {self._not_valid} not valid even then" if self._not_valid else ""
        say(f"{self._fixed} would be fixed{left}")

    @property
    def exit_code(self) -> ExitCode:
        """1 where there is work."""
        if self._unreadable:
            return ExitCode.NO_INPUT
        return ExitCode.NOT_VALID if self._fixed or self._not_valid else ExitCode.OK
