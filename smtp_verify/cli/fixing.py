"""`validate --fix` and `--diff`: the fixes of the linter, made in files or shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtp_verify.cli.boundary import say
from smtp_verify.cli.exit_code import ExitCode
from smtp_verify.cli.options import say_where
from smtp_verify.cli.output import write_result
from smtp_verify.cli.rewriting import rewrite
from smtp_verify.config.edits import reread
from smtp_verify.config.loader import load
from smtp_verify.config.verdict import Verdict, judge_document, unreadable
from smtp_verify.errors import OutputError, SourceError
from smtp_verify.lint.fixing import fixed
from smtp_verify.lint.rules import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.cli.terms import Terms
    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.report.style import Style


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file with its fixes made in memory."""

    path: str
    before: tuple[Document, ...]
    """All that stands in it; nothing where it cannot be read."""
    after: tuple[Verdict, ...]
    """On each document as it is with the fixes."""

    @property
    def is_changed(self) -> bool:
        """Whether there are any fixes."""
        return any(verdict.fixed for verdict in self.after)

    @property
    def text(self) -> str:
        """With the fixes: the last document's fixes stand behind those of the others."""
        document = self.after[-1].document
        return document.text.text if document is not None else ""


def fixed_files(
    found: Iterable[str | Verdict], terms: Terms, input_format: InputFormat | None, unsafe: bool
) -> Iterator[FixedFile]:
    """Each file with its fixes; a path that leads nowhere comes with the verdict that says so."""
    for path in found:
        if isinstance(path, Verdict):
            yield FixedFile(path.path, (), (path,))
            continue
        try:
            logto = terms.logto_of(path)
            before = tuple(replace(each, logto=logto) for each in load(path, input_format))
        except SourceError as error:
            yield FixedFile(path, (), (unreadable(path, error),))
            continue
        yield FixedFile(path, before, tuple(_fixed(before, path, terms, unsafe)))


def _fixed(documents: tuple[Document, ...], path: str, terms: Terms, unsafe: bool) -> Iterator[Verdict]:
    """The documents of a file, fixed in their order; a file that cannot be read whole stays as it is."""
    if any(document.root is None for document in documents):
        yield from _judged(documents, path, terms)
        return
    text = documents[0].text.text
    for document in documents:
        # The fixes of the documents before it have moved it.
        here = document if text == document.text.text else reread(document, text)
        verdict = fixed(here, *terms.of(path), unsafe)
        if verdict.document is not None:
            text = verdict.document.text.text
        yield verdict


def _judged(documents: Iterable[Document], path: str, terms: Terms) -> Iterator[Verdict]:
    schema, strict, keep = terms.of(path)
    for document in documents:
        yield judge_document(document, schema, strict, check, keep)


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
        from smtp_verify.report.diff import diff_text

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
