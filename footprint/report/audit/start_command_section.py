"""How each entry is started: the command, its server, its workers, and where each of these is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.model.audit import Audit, EntryRow
from footprint.model.service_memory import Serving
from footprint.report.languages.messages import message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.section import Grid, Heading, Section
from footprint.report.text.view import View

_SOURCES: Mapping[str, str] = {
    "option": message("{count}, by an option"),
    "environment": message("{count}, by the environment"),
    "settings": message("{count}, by its settings"),
    "default": message("{count}, its default"),
    "cores": message("as many as the machine says"),
}


def start_command_section(audit: Audit, view: View) -> Section:
    """Return the start command of each entry, those among them that were not measured."""
    rows = tuple(_cells(entry) for entry in audit.entries)
    headings = (
        *(Heading(say("Entry"), "name"), Heading(say("Command"), "code"), Heading(say("Stated in"), "text")),
        *(Heading(say("Imports"), "code"), Heading(say("Server"), "text"), Heading(say("Workers"), "text")),
    )
    grid = (Grid(headings, rows),) if rows else ()
    empty = say("No entry point was found: `--entry module:app` names one")
    return Section("start-command", say("Start command"), grid, empty, tuple(_remarks(audit)) if rows else ())


def _cells(entry: EntryRow) -> tuple[str, ...]:
    target = f"{entry.serves}" if entry.serves else entry.target
    workers = _workers(entry.serving) if entry.serving is not None else "-"
    return (entry.name, entry.command or "-", retell(str(entry.source)), target, entry.server or "-", workers)


def _workers(serving: Serving) -> str:
    words = say(_SOURCES[serving.workers_from], count=serving.workers)
    return say("{workers}, forked after the import", workers=words) if serving.preload else words


def _remarks(audit: Audit) -> Iterator[str]:
    if any(entry.serving is not None and entry.serving.workers != 1 for entry in audit.entries):
        yield say(
            "`footprint tune` starts the real command with other settings (preload, allocator) and tells which help."
        )
