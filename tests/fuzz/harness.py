"""The harnesses by name: each is a module whose function `check` raises where its bytes break a property."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = (
    "json_reader",
    "config_loader",
    "findings",
    "handlebars",
    "address",
    "headers",
    "replies",
    "redactor",
)
CORPUS = Path(__file__).resolve().parent / "corpus"


def check_of(name: str) -> Callable[[bytes], None]:
    """The function of a harness."""
    return cast("Callable[[bytes], None]", import_module(f"tests.fuzz.{name}").check)


def seeds(name: str) -> list[Path]:
    """The inputs it starts from, and those that once broke it."""
    return sorted((CORPUS / name).iterdir())
