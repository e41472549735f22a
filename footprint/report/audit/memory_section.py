"""Memory by stage against the limit, and what is known of each entry."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit, EntryRow
from footprint.model.memory_rows import Fit
from footprint.report.audit.call_sentences import uncalled_line, unsent_line
from footprint.report.audit.entry_sentences import (
    STAGE_WORDS,
    cannot_start_lines,
    entry_lines,
    entry_title,
    failure_lines,
    part_name,
)
from footprint.report.audit.environment_sentences import host_facts
from footprint.report.audit.hosting_sentences import live_lines, workers_lines
from footprint.report.audit.memory_grid import memory_blocks
from footprint.report.audit.memory_sentences import TOO_MUCH, code_size_line, fit_lines, stage_words
from footprint.report.languages.figures import mebibytes, percent_of, size
from footprint.report.languages.messages import say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.section import Bars, Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_PARTS_SHOWN = 6
_Stage = tuple[EntryRow, str, int, Fit | None]  # who, when, how much at the most, and against which limit


def memory_section(audit: Audit, _: View) -> Section:
    """Return what the memory of each entry is made of, against the limit, then all that is known of each entry."""
    told = [Sentences(entry_lines(entry, audit), heading=entry_title(entry)) for entry in audit.started]
    return _section(audit, [*memory_blocks(audit), *told])  # the columns of the first hold the stages


def memory_brief(audit: Audit, _: View) -> Section:
    """Return the stages against the limit, and of each entry what went wrong and what its memory is made of."""
    several = len(audit.started) > 1
    lines = [
        f"{entry.name}: {line}" if several else line for entry in audit.started for line in _brief_lines(audit, entry)
    ]
    grid = stages_grid(audit)
    return _section(audit, [*([grid] if grid is not None else []), *([Sentences(tuple(lines))] if lines else [])])


def _section(audit: Audit, told: list[Block]) -> Section:
    title = say("Memory against the limit" if audit.fits else "Memory")
    facts = host_facts(audit)
    if (code_size := code_size_line(audit)) is not None:
        facts.append(code_size)
    blocks = (*told, *([Sentences(tuple(facts))] if facts else []))
    return Section("memory", title, blocks, empty=say("No entry point was found, so no memory was measured"))


def stages_grid(audit: Audit) -> Grid | None:
    """Return a row per entry and stage; None where nothing was measured."""
    stages = [stage for entry in audit.started for stage in _stages(audit, entry)]
    if not stages:
        return None
    several, limited = len(audit.started) > 1, any(fit is not None for *_, fit in stages)
    most = max(count for *_, count, _fit in stages)
    return Grid(
        headings=(
            *((Heading(say("Entry"), "name"),) if several else ()),
            Heading(say("Stage"), "text"),
            Heading(say("RSS MiB"), "figure"),
            *((Heading(say("of limit"), "figure"), Heading(say("Verdict"), "use")) if limited else ()),
        ),
        rows=tuple(
            (
                *((entry.name,) if several else ()),
                when,
                mebibytes(count),
                *((_percent(count, fit), _verdict(fit)) if limited else ()),
            )
            for entry, when, count, fit in stages
        ),
        uses=tuple("" if fit is None else "fits" if fit.fits else "too much" for *_, fit in stages),
        bars=(Bars(1 + several, tuple(_share(count, fit, most) for *_, count, fit in stages), whole=limited),)
        if not limited or all(fit is not None for *_, fit in stages)
        else (),
    )


def _share(count: int, fit: Fit | None, most: int) -> float | None:
    """Return which part of the limit, or of the largest stage, a stage takes."""
    whole = fit.limit_bytes if fit is not None else most
    return count / whole if whole > 0 else None


def _stages(audit: Audit, entry: EntryRow) -> Iterator[_Stage]:
    """Yield the stages with a verdict; those that were only measured where there is none."""
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    for fit in fits:
        when = say("live {stage}", stage=stage_words(fit, entry)) if fit.live else stage_words(fit, entry)
        yield entry, when, fit.limit_bytes - fit.headroom_bytes, fit
    if not fits:
        for row in entry.stages:
            yield entry, say(STAGE_WORDS[row.reading.stage]), row.reading.rss_bytes, None


def _percent(count: int, fit: Fit | None) -> str:
    return f"{percent_of(count, fit.limit_bytes)} %" if fit is not None and fit.limit_bytes else "-"


def _verdict(fit: Fit | None) -> str:
    if fit is None:
        return "-"
    if fit.fits:
        return say("fits in {limit}, {headroom} left", limit=size(fit.limit_bytes), headroom=size(fit.headroom_bytes))
    return say(
        "{no} in {limit}, {excess} too much",
        no=say(TOO_MUCH),
        limit=size(fit.limit_bytes),
        excess=size(-fit.headroom_bytes),
    )


def _brief_lines(audit: Audit, entry: EntryRow) -> Iterator[str]:
    yield from cannot_start_lines(entry, audit)
    if entry.failure:
        yield from failure_lines(entry.failure, audit)
    elif entry.not_measured:
        yield say("memory not measured: {reason}", reason=retell(entry.not_measured))
    yield from live_lines(entry)
    rehearsed = sum(1 for item in audit.rehearsals if item.entry == entry.name)
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    told = fit_lines(audit, entry)  # a line a verdict first, the rehearsals last
    yield from (line for fit, line in zip(fits, told, strict=False) if not fit.fits)
    yield from told[len(told) - rehearsed :]
    yield from workers_lines(audit, entry)
    yield from filter(None, [uncalled_line(entry), unsent_line(audit, entry)])
    yield from _parts_line(entry)


def _parts_line(entry: EntryRow) -> Iterator[str]:
    parts = entry.stacks or entry.memory
    if parts:
        shown = [f"{part_name(part)} {mebibytes(part.rss_bytes)}" for part in parts[:_PARTS_SHOWN]]
        if rest := sum(part.rss_bytes for part in parts[_PARTS_SHOWN:]):
            shown.append(say("all else {memory}", memory=mebibytes(rest)))
        yield say("at startup, by what brought it, in MiB: {parts}", parts=", ".join(shown))
