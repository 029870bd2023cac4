"""JSON in pieces, laid out as `json.dumps` lays it out with an indent of 2.

ASCII, so that no control character and no encoding can spoil it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def block(value: Any, indent: int) -> str:
    """A value whose lines, but for the first, are indented by so many spaces."""
    # The only line feeds are those of the layout: in strings they are escaped.
    return json.dumps(value, indent=2, ensure_ascii=True).replace("\n", "\n" + " " * indent)


def array(items: Iterable[Any], indent: int) -> Iterator[str]:
    """An array, a piece for each element, so that nobody has to hold them all."""
    margin = "\n" + " " * indent
    lead = "["
    for item in items:
        yield f"{lead}{margin}  {block(item, indent + 2)}"
        lead = ","
    yield "[]" if lead == "[" else f"{margin}]"
