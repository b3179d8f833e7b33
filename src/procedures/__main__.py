"""The command `procedures`, also `python -m procedures`: starts the command line, or says what it needs."""

import sys

_WITHOUT = "the command line needs typer and rich: pip install 'selection-procedures[cli]'"


def main() -> int:
    """Run the command on the arguments of the process; the exit status."""
    try:
        from procedures.cli import is_complete

        if not is_complete():
            print(_WITHOUT, file=sys.stderr)
            return 2
        from procedures.cli.app import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # while the command line itself is still being loaded
        return 130


if __name__ == "__main__":
    sys.exit(main())
