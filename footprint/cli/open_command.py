"""`footprint open`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, rows

ABOUT = """\
Show a stored audit as a page in the browser: one file that needs no network and no server.

The page is written to a folder of the temporary one that only you can enter (footprint-pages-UID); pages there that are
older than a week are removed. A browser that may not read it, as some that are packed with their system, reads one that
you place: `footprint report . -o html:report.html`."""
TAKES = (
    Argument(
        "stored", "A JSON audit, or the folder of a project with a stored one.", "path", "AUDIT", True, default=Path()
    ),
    *rows("before lang"),
    Setting("browser", "switch", "Open the browser, or only print where the page is.",
            flags=("--browser/--no-browser",)),
)  # fmt: skip


def run(given: Given) -> None:
    """Write the page, say where it is, and show it."""
    from footprint.cli.audits import load_audit, read_before, see
    from footprint.cli.printing import warn
    from footprint.files.pages import write_page
    from footprint.report import formats
    from footprint.report.text.safe import printable

    before, audit = read_before(given), load_audit(given["stored"])
    view = see(audit, {"sort": "disk", "top": 0, "legend": False, **given}, before).for_file()
    path = write_page(formats.render("html", audit, view).encode("utf-8", "backslashreplace"))
    sys.stdout.write(f"{printable(str(path))}\n")
    sys.stdout.flush()
    if given["browser"] is not False and not _show(path):
        warn("there is no browser to open here: open that file in one")


def _show(path: Path) -> bool:
    """Open a page in the browser of the user; a terminal without a display has none, unless BROWSER names one."""
    has_display = sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if not has_display and not os.environ.get("BROWSER"):
        return False
    import webbrowser

    return webbrowser.open_new_tab(path.as_uri())
