"""The fixes of whole files, made in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smtp_verify.config.editing.edits import reread
from smtp_verify.config.loader import load
from smtp_verify.errors import SourceError
from smtp_verify.lint.fixes.making import fixed
from smtp_verify.lint.verdict import Verdict, judge_document, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smtp_verify.config.document import Document
    from smtp_verify.config.loader import InputFormat
    from smtp_verify.lint.selection.terms import Terms


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
        yield judge_document(document, schema, strict, keep)
