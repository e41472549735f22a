"""The `footprint` command."""

from __future__ import annotations

import sys


def run() -> None:
    """Run the command line. `--version` answers before anything heavier is imported."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from footprint import __version__

        sys.stdout.write(f"footprint {__version__}\n")
        return
    from footprint.cli.app import main

    main()


if __name__ == "__main__":
    run()
