"""Run one harness under libFuzzer, which takes the other arguments.

python -m tests.fuzz.one NAME [-flag=value]… DIRECTORY…
"""

from __future__ import annotations

import sys

import atheris

from tests.fuzz.harness import check_of, seeds


def main() -> None:
    """Fuzz until an argument says to stop, or an input makes the harness raise."""
    _, name, *arguments = sys.argv
    with atheris.instrument_imports(include=["smtp_verify"]):
        check = check_of(name)
        for seed in seeds(name):
            # What is imported in functions is imported now, and so instrumented.
            check(seed.read_bytes())
    atheris.Setup([sys.argv[0], *arguments], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
