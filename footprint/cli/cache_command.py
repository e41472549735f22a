"""`footprint cache`."""

from __future__ import annotations

import sys

from footprint.cli.arguments import Given
from footprint.config.settings_table import Setting

ABOUT = """\
Show where what was read in files is kept, and how much it is, or remove it.

FOOTPRINT_CACHE names the folder; empty, nothing is kept. Else it is below XDG_CACHE_HOME or ~/.cache, and in CI there
is none."""
TAKES = (Setting("clear", "switch", "Remove all of it."),)


def run(given: Given) -> None:
    """Print the folder and its size."""
    from footprint.files.cache_folder import find_cache_folder
    from footprint.report.text.safe import printable
    from footprint.units import size

    folder = find_cache_folder()
    if folder is None or not folder.is_usable():
        sys.stdout.write("nothing is kept: there is no folder for it that is ours alone\n")
        return
    if given["clear"]:
        sys.stdout.write(f"{printable(folder.path)}: files removed: {folder.clear()}\n")
        return
    count, taken = folder.weigh()
    sys.stdout.write(f"{printable(folder.path)}: files: {count}, {size(taken)}\n")
