"""`python -m smtp_verify`, and the entry point of the `smtp-verify` command."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit."""
    from smtp_verify.cli.app import app

    app(prog_name="smtp-verify")


if __name__ == "__main__":
    main()
