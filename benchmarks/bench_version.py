"""How long `footprint --version` takes, as a multiple of an interpreter that starts and ends."""

from __future__ import annotations

import sys

from rounds import Command, compare

TARGET_RATIO = 4.0


def main() -> None:
    """Compare and print."""
    compare(
        Command("footprint --version", (sys.executable, "-m", "footprint", "--version")),
        Command("python -c pass", (sys.executable, "-c", "pass")),
        rounds=21,
        target_ratio=TARGET_RATIO,
    )


if __name__ == "__main__":
    main()
