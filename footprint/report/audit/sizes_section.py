"""Now, after the advice, and the least that the start needs: on disk and in memory, each with how it is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, DistributionRow, EntryRow, Measured, Usage
from footprint.report.audit.memory_sentences import predicted
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import say
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES
from footprint.report.text.section import Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_ENTRIES_SHOWN = 3


def sizes_section(audit: Audit, view: View) -> Section:
    """Return the sizes before and after; nothing where nothing was weighed."""
    title = say("Sizes now, after the advice, and at the least")
    before = disk_before(audit)
    if before is None:
        return Section("sizes", title)
    entries = [entry for entry in audit.started if isinstance(entry.start, Measured)][:_ENTRIES_SHOWN]
    several = len(entries) > 1
    heads = [Heading("", "text"), Heading(say("Disk MiB"), "figure")]
    for entry in entries:
        one = say("startup RSS MiB, one process")
        of = say("startup RSS MiB, one process of {entry}", entry=entry.name)
        heads.append(Heading(of if several else one, "figure"))
    heads.append(Heading(say("How it is known"), "text"))
    rows = (_now(before, entries), *_after(audit, before, entries), *_tried(audit, before, entries))
    least = least_bytes(audit)
    if least is None:
        return Section("sizes", title, (Grid(tuple(heads), rows),))
    lines = [row.name for row in _needed(audit) if row.declared]
    told = say("The start alone needs these lines, with all that they require: {lines}", lines=", ".join(lines))
    return Section("sizes", title, (Grid(tuple(heads), (*rows, _minimal(least, entries))), Sentences((told,))))


def disk_before(audit: Audit) -> int | None:
    """Return what all that is installed weighs, files outside the site folders among it."""
    site = audit.disk.site_apparent_bytes
    return None if site is None else site + (audit.disk.outside_bytes or 0)


def _now(before: int, entries: Sequence[EntryRow]) -> tuple[str, ...]:
    memory = (mebibytes(_startup(entry)) for entry in entries)
    return (say("now"), mebibytes(before), *memory, say("measured"))


def _startup(entry: EntryRow) -> int | None:
    return None if entry.last_stage is None else entry.last_stage.reading.rss_bytes


def _after(audit: Audit, before: int, entries: Sequence[EntryRow]) -> Iterator[tuple[str, ...]]:
    """Yield what is left after all that is proposed, by arithmetic and prediction."""
    freed = audit.removable_bytes
    savings = {each.entry: each.rss_bytes for each in audit.deferrals}
    if not freed and not savings:
        return
    disk = mebibytes(None if freed is None else before - freed + (audit.removable_kept_bytes or 0))
    memory = []
    for entry in entries:
        now, saved = _startup(entry), savings.get(entry.name)
        known = now is not None and saved is not None and saved >= SMALLEST_PREDICTION_BYTES
        memory.append(predicted(now - saved) if known and now is not None and saved is not None else "-")
    is_known = any(cell != "-" for cell in memory)
    how = (
        say("disk: exact by the requirement graph; memory: predicted")
        if is_known
        else say("exact by the requirement graph")
    )
    yield (say("with the recommended lines and deferrals"), disk, *memory, how)


def _tried(audit: Audit, before: int, entries: Sequence[EntryRow]) -> Iterator[tuple[str, ...]]:
    """Yield what a trial of them came to: of those that hold."""
    trial = audit.trial
    if trial is None or not trial.holding:
        return
    starts = {start.entry: start.rss_after_bytes for start in trial.starts}
    disk = mebibytes(None if trial.disk_bytes is None else before - trial.disk_bytes)
    memory = (mebibytes(starts.get(entry.name)) for entry in entries)
    yield (say("after those that hold"), disk, *memory, say("measured in a shadow"))


def _minimal(least: int, entries: Sequence[EntryRow]) -> tuple[str, ...]:
    how = say("exact by the requirement graph: what is imported lazily fails then")
    return (say("least, for what the start alone needs"), mebibytes(least), *("-" for _ in entries), how)


def least_bytes(audit: Audit) -> int | None:
    """Return what the start needs with all that this requires; None where a list is cut or nothing is known of it."""
    needed = _needed(audit)
    if not needed or not audit.started or any(row.whole_length("closure") != len(row.closure) for row in needed):
        return None
    names = {name for row in needed for name in (row.name, *row.closure)}
    rows = [row for row in audit.distributions if row.name in names]
    if any(row.apparent_bytes is None for row in rows):
        return None
    return sum((row.apparent_bytes or 0) + (row.outside_bytes or 0) for row in rows)


def _needed(audit: Audit) -> list[DistributionRow]:
    return [row for row in audit.distributions if row.usage in (Usage.STARTUP, Usage.IMPLIED) or _is_loaded(row)]


def _is_loaded(row: DistributionRow) -> bool:
    """Whether the start loads it, whoever asks for it: some may be done without, and which is not known."""
    return row.loaded_at_stage in ("import", "ready")
