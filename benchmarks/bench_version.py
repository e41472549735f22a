"""How long `footprint --version` takes, as a multiple of an interpreter that starts and ends.

Of an installed wheel with its bytecode, as users have it. What `python -m` takes of itself, with a package that holds
nothing, is measured beside it: nobody who is started that way can be below.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from environments import own_install
from rounds import Command, compare

TARGET_RATIO = 1.8


def main() -> None:
    """Compare and print."""
    python = own_install()
    nothing = Command("python -c pass", (str(python), "-c", "pass"))
    script = Command("footprint --version", (str(python.with_name("footprint")), "--version"))
    module = Command("python -m footprint --version", (str(python), "-m", "footprint", "--version"))
    for command in (script, module):
        compare(command, nothing, rounds=41, target_ratio=TARGET_RATIO, of_wall=False)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "empty").mkdir()
        for name in ("__init__", "__main__"):
            Path(folder, "empty", f"{name}.py").touch()
        floor = Command("python -m empty", (str(python), "-m", "empty"), Path(folder))
        compare(floor, nothing, rounds=41, target_ratio=None)


if __name__ == "__main__":
    main()
