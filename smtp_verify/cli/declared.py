"""A command made from its request: Typer reads the parameters of a function, and these are its fields."""

from __future__ import annotations

from dataclasses import MISSING, fields
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, get_type_hints

from smtp_verify.cli.arguments.options import Version
from smtp_verify.cli.boundary import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from smtp_verify.cli.arguments.request import Request


def command_of(request: type[Request], loaded: Callable[[], Callable[[Any], int]]) -> Callable[..., None]:
    """The function that Typer makes a command of.

    Args:
        request: a dataclass whose fields are annotated with what Typer wants to know.
        loaded: gives what does the work, once it is needed.
    """

    def command(version: bool = False, **given: Any) -> None:
        asked = request(**given)

        def work() -> int:
            asked.check()
            return loaded()(asked)

        run(work, asked.tell_failure)

    hints = get_type_hints(request, include_extras=True)
    command.__doc__ = request.__doc__
    command.__annotations__ = hints | {"version": Version}
    # What inspect reads instead of the function's own.
    vars(command)["__signature__"] = Signature([*_parameters(request, hints), _VERSION])
    return command


def _parameters(request: type[Request], hints: dict[str, Any]) -> list[Parameter]:
    return [
        Parameter(
            each.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(request)  # type: ignore[arg-type]
    ]


_VERSION = Parameter("version", Parameter.KEYWORD_ONLY, default=False, annotation=Version)
