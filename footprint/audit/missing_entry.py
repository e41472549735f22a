"""What is said where a project starts nowhere: how to name an entry, or which program that is installed starts it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from footprint.collect.deploy.commands.launcher_arguments import is_launcher
from footprint.model.note import Note
from footprint.model.source_modules import ToolUse

_UNTIL = "until then every module counts as reached"


def note_no_entry(uses: Iterable[ToolUse], scripts: Collection[str]) -> Note:
    """Return the note on a project without an entry; `scripts` are the console scripts that are installed."""
    for use in uses:
        if use.purpose == "start" and not use.is_module and use.tool in scripts and not is_launcher(use.tool):
            runs = f"{use.path}:{use.line} runs {use.tool}, which is installed"
            return Note(
                "no-entry", f"no entry point found: {runs}; --entry {use.tool} measures what it imports; {_UNTIL}"
            )
    return Note("no-entry", f"no entry point found: give one with --entry module:attr; {_UNTIL}")
