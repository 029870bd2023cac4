"""The mutants of a module: its text with one operator, constant, argument or branch changed.

mutmut makes them. Its own runner leaves the constants of a module alone, has one list of tests for all
modules, and draws no samples.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mutmut.mutation.file_mutation import create_mutations, deep_replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def mutants_of(path: Path) -> list[str]:
    """The texts that mean another program than the module does, each once, in the order of its lines."""
    source = path.read_text()
    texts = {_meaning(source): source}
    for text in _texts(path, source):
        texts.setdefault(_meaning(text), text)
    return list(texts.values())[1:]


def _texts(path: Path, source: str) -> Iterator[str]:
    module, mutations, *_ = create_mutations(str(path), source)
    for each in mutations:
        yield deep_replace(module, each.original_node, each.mutated_node).code


def _meaning(text: str) -> str:
    return ast.dump(_WithoutCasts().visit(ast.parse(text)))


class _WithoutCasts(ast.NodeTransformer):
    """`cast(type, value)` is the value, whatever the type says."""

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        is_cast = isinstance(node.func, ast.Name) and node.func.id == "cast" and len(node.args) == 2
        return node.args[1] if is_cast else node
