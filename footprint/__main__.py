"""The `footprint` command."""

from __future__ import annotations

import sys

from footprint import ending


def run() -> None:
    """Run the command line. Signals are answered from here on, `--version` before anything heavier is imported."""
    ending.take_signals()
    sys.exit(ending.run(_work))


def _work() -> int:
    if sys.argv[1:] in (["--version"], ["-V"]):
        from footprint.cli.streams import write_through

        return write_through(_print_version)
    from footprint.cli.app import main

    return main()


def _print_version() -> int:
    from footprint import __version__

    sys.stdout.write(f"footprint {__version__}\n")
    return 0


if __name__ == "__main__":
    run()
