"""`python -m smtp_verify`, and the entry point of the `smtp-verify` command."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line and exit."""
    # Importing makes many objects and no garbage: collecting meanwhile costs a twentieth of a run.
    gc.disable()
    from smtp_verify.cli.app import app
    from smtp_verify.cli.boundary import guarded

    gc.enable()
    guarded(app)


if __name__ == "__main__":
    main()
