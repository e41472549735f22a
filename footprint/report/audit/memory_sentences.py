"""What reports say of memory beyond the table: predicted savings, lazy imports, limits, rehearsals.

The first import is not the first request: until one was sent, a verdict is of lazy imports and says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.audit import Audit, EntryRow, Guest
from footprint.model.memory_rows import FirstUseRow, Fit, FitPart, ImportLine, Rehearsal
from footprint.model.runtime import LATER, StageName
from footprint.model.service_memory import STATE_WORDS
from footprint.model.source_modules import Role
from footprint.pairs import group_pairs
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES, count_of, place
from footprint.units import few, mebibytes, milliseconds, size

# The band of a prediction: docs/accuracy.md has the measurement.
PREDICTION_WORDS = "~ is predicted from the imports seen in the measured start, to about 2.5 MiB or 3 %"
IMPORT_LINES = "Import lines that cost most at startup: each alone, so they overlap"
FIRST_USE = (
    "Lazy imports, really run once the app was ready: each alone, so they overlap; what requests take is not in it"
)
BROKEN = "BROKEN"  # begins the line of a lazy import that fails when it runs
GUESTS = "Loaded at startup by distributions that do not require them"
TOO_MUCH = "DOES NOT FIT"
CANNOT_START = "CANNOT START"  # begins the line of a command that lacks what it names
STOPPED = "stopped"  # begins the line that says how an entry failed
_NAMED = 5  # distributions or modules in one line


def predicted(count_bytes: int | None) -> str:
    """Return a predicted saving in MiB: `~68.2`, `<2` where the error of a prediction is as large as the figure."""
    if count_bytes is None:
        return "-"
    return f"~{mebibytes(count_bytes)}" if count_bytes >= SMALLEST_PREDICTION_BYTES else "<2"


def import_line_rows(audit: Audit) -> tuple[str, ...]:
    """Return a line per import statement of the project that would save something at startup, largest first."""
    several = len({line.entry for line in audit.import_lines}) > 1
    stopped = {entry.name for entry in audit.entries if entry.stopped}
    return tuple(
        f"{f'{line.entry}: ' if several else ''}{predicted(line.rss_bytes)} MiB, {milliseconds(line.time_us)} ms: "
        f"{line.path}:{line.line} imports {_line_names(line)}{', as far as it came' if line.entry in stopped else ''}"
        for line in audit.import_lines
        if line.rss_bytes >= SMALLEST_PREDICTION_BYTES
    )


def _line_names(line: ImportLine) -> str:
    """Return what a line imports: `numpy`, or of several each with what it would save alone."""
    if len(line.imports) < 2:
        return line.module
    return few([f"{part.module} {predicted(part.rss_bytes)}" for part in line.imports], _NAMED)


def own_line_words(audit: Audit | None, entry: EntryRow) -> tuple[str, ...]:
    """Return the line that says where the project's own code took memory; none where no line took much."""
    own = [line for line in (audit.own_lines if audit else ()) if line.entry == entry.name]
    shown = [f"{place(line.path, line.line)} {mebibytes(line.rss_bytes)}" for line in own]
    return (f"own code by line in MiB, imports apart: {few(shown, _NAMED)}",) if shown else ()


def first_use_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per lazy import that added memory or broke; what was in memory already is left out."""
    several = len({row.entry for row in audit.first_uses}) > 1
    told = [row for row in audit.first_uses if not (row.outcome == "loaded" or (_is_caught(row) and not _leaves(row)))]
    missing = group_pairs(((row.entry, row.missing), row) for row in told if row.missing is not None)
    lines = [
        (row.message is None or _is_caught(row), row.entry, _first_use_words(row))
        for row in told
        if row.missing is None
    ]
    for (entry, name), rows in missing.items():
        more = f" and {count_of(len(rows) - 1, 'other place')}" if len(rows) > 1 else ""
        lines.append((False, entry, f"{BROKEN} {rows[0].path}:{rows[0].line}{more}: {name} is not installed"))
    lines.sort(key=lambda line: line[0])  # what is broken first
    return tuple(f"{entry}: {words}" if several else words for _, entry, words in lines)


def _is_caught(row: FirstUseRow) -> bool:
    return row.guarded and row.outcome == "failed"


def _leaves(row: FirstUseRow) -> bool:
    """Whether what it loaded is worth a word."""
    return (row.rss_bytes or 0) >= SMALLEST_PREDICTION_BYTES


def _first_use_words(row: FirstUseRow) -> str:
    inside = f" in {row.function}()" if row.function else ""
    more = f" and {count_of(row.further_count, 'other place')}" if row.further_count else ""
    place = f"{row.path}:{row.line}{inside}{more}: {row.statement}"
    if row.message is not None and not _is_caught(row):
        stays = f"; {mebibytes(row.rss_bytes)} MiB that it had loaded stay" if _leaves(row) else ""
        return f"{BROKEN} {place}: {row.message}{stays}"
    brought = few([f"{item.name} {mebibytes(item.rss_bytes)}" for item in row.brings], _NAMED)
    with_ = f" ({brought})" if brought else ""
    fails = f"; it fails and is caught, what it had loaded stays: {row.message}" if row.message is not None else ""
    return f"+{mebibytes(row.rss_bytes)} MiB RSS, {milliseconds(row.time_us)} ms: {place}{with_}{fails}"


def guest_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per distribution that others load without requiring it; whether they do without it is not told."""
    return tuple(_guest_words(guest) for guest in audit.guests)


def _guest_words(guest: Guest) -> str:
    several = len(guest.hosts) > 1
    return (
        f"{guest.name}: {', '.join(guest.hosts)} {'import' if several else 'imports'} it without requiring it, and may "
        f"break without it; if {'they do' if several else 'it does'} not, the start takes "
        f"{predicted(guest.removal_rss_bytes)} MiB less where it is not installed"
    )


def fit_lines(audit: Audit, entry: EntryRow) -> tuple[str, ...]:
    """Return what of an entry fits the limit and what does not, and where a rehearsal was stopped."""
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    lines = []
    for fit in fits:
        words = _fit_words(fit, fit.source or (audit.limit.source if audit.limit else ""), _chain_of(fit, audit), entry)
        is_one = entry.serving is not None and entry.serving.workers is None and not fit.live
        many = "; with one worker: how many there are, only the machine says" if is_one else ""
        is_last = fit.fits and fit.resting_bytes is not None and all(each.stage not in LATER for each in fits)
        unsent = _UNSENT[entry.role] if is_last and not entry.candidates else ""
        lines.append(f"{words}{many}{_unknown_words(fit, audit, entry)}{unsent}")
    if fits and all(fit.stage != "first_use" for fit in fits) and (unknown := _without_end(audit, entry)):
        lines.append(f"after its lazy imports: not known, {unknown}")
    lost = _lost_calls(audit, entry)
    return (*lines, *(_rehearsal_words(item, lost) for item in audit.rehearsals if item.entry == entry.name))


def code_size_line(audit: Audit) -> str | None:
    """Return whether the installed code fits the host's limit of it; None where none is known or nothing was weighed.

    Only the site folders are compared: the project's own code and the image around it come on top.
    """
    limit, total = audit.limit, audit.disk.site_apparent_bytes
    if limit is None or limit.disk_bytes is None or total is None:
        return None
    of = f"{size(total)} installed, of {size(limit.disk_bytes)} ({limit.source})"
    if total > limit.disk_bytes:
        return f"Code size {TOO_MUCH}: {of}, {size(total - limit.disk_bytes)} too much"
    return f"Code size fits: {of}, headroom {size(limit.disk_bytes - total)} for the project's own"


def _chain_of(fit: Fit, audit: Audit) -> str:
    """Return by which distributions most of a growth by lazy imports came; nothing for a start."""
    if fit.stage != "first_use":
        return ""
    place = (fit.entry, fit.path, fit.line)
    chains = [row.chain for row in audit.first_uses if (row.entry, row.path, row.line) == place and row.chain]
    return f": {' > '.join(chains[0])}" if chains else ""


LATER_WORDS: Mapping[StageName, str] = {"first_use": "after its lazy imports", "calls": "after its calls"}
_UNSENT: Mapping[Role, str] = {"web": "; no request was sent", "worker": "; no task was run", "job": ""}


def _unknown_words(fit: Fit, audit: Audit, entry: EntryRow) -> str:
    """Return what a verdict after lazy imports cannot know: what crashed or hung, and what requests take."""
    if fit.stage != "first_use" or any(part.kind == "requests" for part in fit.parts):
        return _lost_calls(audit, entry) if fit.stage == "calls" else ""
    unknown, is_called = _without_end(audit, entry), any(call.entry == entry.name for call in audit.calls)
    return f"{f'; {unknown}' if unknown else ''}{_UNSENT[entry.role] if fit.fits and not is_called else ''}"


def _lost_calls(audit: Audit, entry: EntryRow) -> str:
    lost = [call.name for call in audit.calls if call.entry == entry.name and call.rss_bytes is None]
    verb = "takes" if len(lost) == 1 else "take"
    return f"; what {few(lost)} {verb} cannot be told: it came to no end" if lost else ""


def _without_end(audit: Audit, entry: EntryRow) -> str:
    """Return that lazy imports of an entry crashed or hung, or that all together did; "" where they did not."""
    rows = [row for row in audit.first_uses if row.entry == entry.name]
    lost = [f"{row.path}:{row.line}" for row in rows if row.outcome in ("crashed", "hung")]
    if lost:
        return f"what {few(lost)} {'takes' if len(lost) == 1 else 'take'} cannot be told: it crashed or hung"
    is_known = any(row.reading.stage == "first_use" for row in entry.stages)
    tried = any(row.outcome != "loaded" and row.rss_bytes is not None for row in rows)
    return "all together they did not come to an end" if tried and not is_known else ""


def _fit_words(fit: Fit, source: str, chain: str, entry: EntryRow) -> str:
    when = stage_words(fit)
    is_growing = fit.live and entry.live is not None and entry.live.growing_bytes is not None
    when = f"live {when}" if fit.live else when
    when = f"{when} as far as it came" if is_growing or (entry.stopped and not fit.live) else when
    most = fit.limit_bytes - fit.headroom_bytes
    of = f"{'peak ' if fit.decides == 'peak' else ''}{mebibytes(most)} of {size(fit.limit_bytes)} ({source})"
    levels = _level_words(fit, "as read" if is_growing else "at rest")
    if fit.fits:
        return f"fits {when}: {of}, headroom {size(fit.headroom_bytes)}{levels}"
    words = f"{TOO_MUCH} {when}: {of}, {size(-fit.headroom_bytes)} too much{levels}"
    if fit.anon_fits and fit.anon_bytes is not None:
        anon = mebibytes(most - fit.rss_bytes + fit.anon_bytes)
        words += f"; its anonymous {anon} alone would fit: it may run, rereading files all the time"
    return f"{words}; {_line_words(fit)}{chain}" if fit.path else words


def stage_words(fit: Fit) -> str:
    """Return at which moment of a process a verdict looks."""
    asked = any(part.kind == "requests" for part in fit.parts)
    return "after the requests" if asked else LATER_WORDS.get(fit.stage, "at startup")


def _line_words(fit: Fit) -> str:
    """Return where most of it began: what was seen live is told by what it was."""
    if fit.line_bytes is None:
        return f"most of it begins at {fit.path}:{fit.line}"
    what = (
        f"data, made at or just before {fit.path}:{fit.line}" if fit.is_data else f"imported at {fit.path}:{fit.line}"
    )
    return f"{mebibytes(fit.line_bytes)} of it is {what}"


def _level_words(fit: Fit, resting: str) -> str:
    """Return which of resting and peak the figure before it was, what the other is, and of what parts it is made."""
    if fit.resting_bytes is None:
        return ""
    parts = ", ".join(map(_part_words, fit.parts))
    made = f" ({parts})" if len(fit.parts) > 1 else ""
    if fit.decides == "peak":
        return f"; {mebibytes(fit.resting_bytes)} {resting}{made}"
    return f"; {resting}{made}{', its peak is not known' if fit.peak_bytes is None else ' and at its peak'}"


def _part_words(part: FitPart) -> str:
    estimated = "" if part.measured else " estimated"
    state = "" if part.state is None else f" {STATE_WORDS[part.state]}"
    return f"{part.kind} {mebibytes(part.bytes)}{estimated}{state}"


def _rehearsal_words(item: Rehearsal, lost: str) -> str:
    if item.outcome == "passed":
        within = f"rehearsed in {size(item.limit_bytes)}: it stays below with its children"
        if item.through == "calls":
            return f"{within}, its calls included{lost}"
        return f"{within}, lazy imports included; no request was sent"
    if item.outcome == "failed":
        return f"rehearsed in {size(item.limit_bytes)}: it failed before it could pass the limit: {item.message}"
    modules = [step.module for step in item.chain]
    asked = max((index for index, step in enumerate(item.chain) if step.path is not None), default=0)
    chain = " > ".join(modules[asked:] if len(modules) - asked <= _NAMED else [modules[asked], "...", *modules[-3:]])
    when = "during its lazy imports" if item.stage == "first_use" else "at startup"
    if item.call is not None:
        at = f", at or just before {item.path}:{item.line}" if item.path else ""
        under_way = f", importing {chain}" if chain else ""
        return f"{STOPPED} by the rehearsal during its calls, at {size(item.rss_bytes)}: {item.call}{at}{under_way}"
    at = f", begun at {item.path}:{item.line}" if item.path else ""
    return f"{STOPPED} by the rehearsal {when}, at {size(item.rss_bytes)}: importing {chain or 'nothing'}{at}"


def deferral_line(audit: Audit) -> str | None:
    """Return what all deferrals together save, by entry; None where there are fewer than two."""
    if len(audit.proposed("defer")) < 2 or not audit.deferrals:
        return None
    words = (f"{predicted(item.rss_bytes)} MiB RSS at startup of {item.entry}" for item in audit.deferrals)
    return f"The deferrals together save {', '.join(words)}"
