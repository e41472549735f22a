"""What it means for the host: verdicts by moment, code size apart from memory, the plan that is needed, workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.knowledge.plans import needed_plans
from footprint.model.audit import Audit
from footprint.model.memory_rows import Fit
from footprint.model.service_memory import WorkersRow, WorkersStage
from footprint.report.audit.download_sentences import download_lines
from footprint.report.audit.hosting_sentences import host_line
from footprint.report.audit.memory_grid import MOMENTS, MemoryColumn, memory_columns, moment_of
from footprint.report.audit.memory_sentences import TOO_MUCH, code_size_line
from footprint.report.languages.figures import mebibytes, percent_of, size
from footprint.report.languages.messages import few, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.section import Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_PLANS_NAMED = 5


def host_section(audit: Audit, view: View) -> Section:
    """Return what the figures mean for the host; nothing where nothing was weighed and nothing measured."""
    blocks: list[Block] = []
    if audit.fits:
        blocks.append(Grid(_verdict_heads(), tuple(_verdict_cells(fit) for fit in audit.fits)))
    blocks += _plan_grid(audit)
    blocks += _workers_grid(audit)
    lines = tuple(filter(None, (host_line(audit), *_disk_lines(audit))))
    blocks += [Sentences(lines)] if lines else []
    return Section("host", say("What it means for the host"), tuple(blocks))


def _verdict_heads() -> tuple[Heading, ...]:
    return (
        *(Heading(say("Entry"), "name"), Heading(say("Moment"), "text"), Heading(say("takes MiB"), "figure")),
        *(
            Heading(say("limit MiB"), "figure"),
            Heading(say("% of limit"), "figure"),
            Heading(say("headroom MiB"), "figure"),
        ),
        *(Heading(say("Verdict"), "text"), Heading(say("Limit stated in"), "text")),
    )


def _verdict_cells(fit: Fit) -> tuple[str, ...]:
    most = fit.limit_bytes - fit.headroom_bytes
    part = percent_of(most, fit.limit_bytes)
    return (
        *(fit.entry, moment_of(fit), mebibytes(most), mebibytes(fit.limit_bytes), part, mebibytes(fit.headroom_bytes)),
        *(say("fits") if fit.fits else say(TOO_MUCH), retell(fit.source)),
    )


def _plan_grid(audit: Audit) -> Iterator[Block]:
    """Yield which plans hold each entry at its moments: with a headroom of nothing."""
    heads = (
        *(Heading(say("Entry"), "name"), Heading(say("Moment"), "text"), Heading(say("takes MiB"), "figure")),
        Heading(say("The smallest known plan of each platform that holds it"), "text"),
    )
    rows = tuple(
        (entry.name, column.heading, mebibytes(column.total_bytes), words)
        for entry in audit.started
        for column, words in _told_plans(memory_columns(audit, entry))
    )
    if rows:
        yield Sentences((), heading=say("The plan that is needed, with nothing to spare"))
        yield Grid(heads, rows)


def _told_plans(columns: Sequence[MemoryColumn]) -> Iterator[tuple[MemoryColumn, str]]:
    """Yield each moment with its plans; of moments that the same plans hold the one that takes most."""
    heaviest = {_plan_words(column): column for column in sorted(columns, key=lambda each: each.total_bytes)}
    yield from ((column, words) for column in columns for words, each in heaviest.items() if each is column)


def _plan_words(column: MemoryColumn) -> str:
    plans = [f"{each.plan} {size(each.memory_bytes)}" for each in needed_plans(column.total_bytes)]
    return few(plans, _PLANS_NAMED) if plans else say("none of those known")


def _workers_grid(audit: Audit) -> Iterator[Block]:
    """Yield what several workers take; each figure is an estimate."""
    rows = [(row, stage) for row in audit.workers for stage in _stages(row)]
    if not rows:
        return
    yield Sentences((), heading=say("Several workers, estimated from one process"))
    heads = (
        *(Heading(say("Entry"), "name"), Heading(say("Workers"), "text"), Heading(say("Moment"), "text")),
        *(Heading(say("each MiB"), "figure"), Heading(say("all MiB"), "figure"), Heading(say("% of limit"), "figure")),
        Heading(say("Verdict"), "text"),
    )
    spare = [row for row in audit.workers if row.fitting_workers is not None]
    yield Grid(heads, tuple(_workers_cells(row, stage) for row, stage in rows))
    if spare:
        yield Sentences(tuple(_fitting_words(row) for row in spare))


def _stages(row: WorkersRow) -> tuple[WorkersStage, ...]:
    start = WorkersStage("ready", row.total_bytes, None, row.worker_bytes, row.states, row.fits)
    return row.stages or (start,)


def _workers_cells(row: WorkersRow, stage: WorkersStage) -> tuple[str, ...]:
    name = (
        say("{count} of {server}", count=row.workers, server=row.server) if row.server != "none" else str(row.workers)
    )
    part = percent_of(stage.total_bytes, row.limit_bytes)
    verdict = "-" if stage.fits is None else say("fits") if stage.fits else say(TOO_MUCH)
    return (
        *(row.entry, say("{workers}, forked after the import", workers=name) if row.preload else name),
        *(say(MOMENTS[stage.stage]), f"~{mebibytes(stage.worker_bytes)}", f"~{mebibytes(stage.total_bytes)}"),
        *(part, verdict),
    )


def _fitting_words(row: WorkersRow) -> str:
    return say(
        "{entry}: {count} of {workers} workers would fit",
        entry=row.entry,
        count=row.fitting_workers,
        workers=row.workers,
    )


def _disk_lines(audit: Audit) -> Iterator[str]:
    """Yield what the disk means: an image holds it, memory does not."""
    total = audit.disk.site_apparent_bytes
    if total is None:
        yield from download_lines(audit)
        return
    yield say(
        "Code and memory are two limits: {size} on disk is what the distributions add to an image or a slug, with the "
        "base image and the project's own files on top; only what is imported takes memory",
        size=size(total),
    )
    if code := code_size_line(audit):
        yield code
