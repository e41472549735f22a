"""What reports say of memory beyond the table: predicted savings, lazy imports, limits, rehearsals.

The first import is not the first request: until one was sent, a verdict is of lazy imports and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.model.audit import Audit, EntryRow, Guest
from footprint.model.memory_rows import FirstUseRow, Fit, FitPart, ImportLine, Rehearsal
from footprint.model.runtime import LATER, StageName
from footprint.model.service_memory import STATE_WORDS
from footprint.model.source_modules import Role
from footprint.names import ModuleName
from footprint.pairs import group_pairs
from footprint.report.languages.figures import mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES, place

# The band of a prediction: docs/accuracy.md has the measurement.
PREDICTION_WORDS = message("~ is predicted from the imports seen in the measured start, to about 2.5 MiB or 3 %")
BROKEN = message("BROKEN")  # begins the line of a lazy import that fails when it runs
GUESTS = message("Loaded at startup by distributions that do not require them")
TOO_MUCH = message("DOES NOT FIT")  # begins the line of what passes its limit
CANNOT_START = message("CANNOT START")  # begins the line of a command that lacks what it names
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
        f"{f'{line.entry}: ' if several else ''}{_import_words(line)}"
        f"{say(', as far as it came') if line.entry in stopped else ''}"
        for line in audit.import_lines
        if line.rss_bytes >= SMALLEST_PREDICTION_BYTES
    )


def _import_words(line: ImportLine) -> str:
    return say(
        "{memory} MiB, {time} ms: {place} imports {names}",
        memory=predicted(line.rss_bytes),
        time=milliseconds(line.time_us),
        place=place(line.path, line.line),
        names=_line_names(line),
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
    return (say("own code by line in MiB, imports apart: {lines}", lines=few(shown, _NAMED)),) if shown else ()


def first_use_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per lazy import that added memory or broke; what was in memory already is left out."""
    several = len({row.entry for row in audit.first_uses}) > 1
    told = [row for row in audit.first_uses if not (row.outcome == "loaded" or (_is_caught(row) and not _leaves(row)))]
    missing = group_pairs(((row.entry, row.missing), row) for row in told if row.missing is not None)
    lines = [
        (row.message is None or _is_caught(row), row.entry, _first_use_words(row, further))
        for row, further in _joined([row for row in told if row.missing is None])
    ]
    for (entry, name), rows in missing.items():
        where = f"{place(rows[0].path, rows[0].line)}{_other_places(len(rows) - 1)}"
        lines.append((False, entry, f"{say(BROKEN)} {where}: {_missing_words(name, rows[0])}"))
    lines.sort(key=lambda line: line[0])  # what is broken first
    return tuple(f"{entry}: {words}" if several else words for _, entry, words in lines)


def _joined(rows: Sequence[FirstUseRow]) -> list[tuple[FirstUseRow, int]]:
    """Return one row of all that say the same, with the number of other places that do.

    `from flask import jsonify` here and `from flask import request` there load the same, each tried alone.
    """
    groups: list[list[FirstUseRow]] = []
    known: dict[object, list[list[FirstUseRow]]] = {}
    for row in rows:
        alike = known.setdefault(_loads(row), [])
        group = next((each for each in alike if _is_as_large(row, each[0])), None)
        if group is None:
            group = []
            alike.append(group)
            groups.append(group)
        group.append(row)
    return [(group[0], sum(row.further_count + 1 for row in group) - 1) for group in groups]


def _loads(row: FirstUseRow) -> object:
    """Return what a row shows of what came into memory and of how it ended."""
    shown = frozenset(item.name for item in row.brings[:_NAMED])
    return row.entry, row.distributions, shown, row.message, _is_caught(row), row.statement if not shown else None


def _is_as_large(row: FirstUseRow, first: FirstUseRow) -> bool:
    """Whether two growths differ by no more than the error of such a figure."""
    return abs((row.rss_bytes or 0) - (first.rss_bytes or 0)) < SMALLEST_PREDICTION_BYTES


def _missing_words(name: ModuleName, row: FirstUseRow) -> str:
    if row.distributions:
        return say("there is no {name} in {distributions}", name=name, distributions=few(row.distributions))
    return say("{name} is not installed", name=name)


def _other_places(count: int) -> str:
    return say(" and {others}", others=count_of(count, "other place")) if count else ""


def _is_caught(row: FirstUseRow) -> bool:
    return row.guarded and row.outcome == "failed"


def _leaves(row: FirstUseRow) -> bool:
    """Whether what it loaded is worth a word."""
    return (row.rss_bytes or 0) >= SMALLEST_PREDICTION_BYTES


def _first_use_words(row: FirstUseRow, further_count: int) -> str:
    inside = say(" in {function}()", function=row.function) if row.function else ""
    where = f"{place(row.path, row.line)}{inside}{_other_places(further_count)}: {row.statement}"
    reason = retell(row.message or "")
    if row.message is not None and not _is_caught(row):
        kept = mebibytes(row.rss_bytes)
        stays = say("; {memory} MiB that it had loaded stay", memory=kept) if _leaves(row) else ""
        return f"{say(BROKEN)} {where}: {reason}{stays}"
    brought = few([f"{item.name} {mebibytes(item.rss_bytes)}" for item in row.brings], _NAMED)
    with_ = f" ({brought})" if brought else ""
    fails = ""
    if row.message is not None:
        fails = say("; it fails and is caught, what it had loaded stays: {reason}", reason=reason)
    grown = say("+{memory} MiB RSS, {time} ms", memory=mebibytes(row.rss_bytes), time=milliseconds(row.time_us))
    return f"{grown}: {where}{with_}{fails}"


def guest_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per distribution that others load without requiring it; whether they do without it is not told."""
    return tuple(_guest_words(guest) for guest in audit.guests)


def _guest_words(guest: Guest) -> str:
    one = message(
        "{name}: {hosts} imports it without requiring it, and may break without it; if it does not, the start takes "
        "{memory} MiB less where it is not installed"
    )
    many = message(
        "{name}: {hosts} import it without requiring it, and may break without it; if they do not, the start takes "
        "{memory} MiB less where it is not installed"
    )
    hosts, memory = ", ".join(guest.hosts), predicted(guest.removal_rss_bytes)
    return say(many if len(guest.hosts) > 1 else one, name=guest.name, hosts=hosts, memory=memory)


def fit_lines(audit: Audit, entry: EntryRow) -> tuple[str, ...]:
    """Return what of an entry fits the limit and what does not, and where a rehearsal was stopped."""
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    lines = []
    for fit in fits:
        source = retell(fit.source or (audit.limit.source if audit.limit else ""))
        words = _fit_words(fit, source, _chain_of(fit, audit), entry)
        is_one = entry.serving is not None and entry.serving.workers is None and not fit.live
        many = say("; with one worker: how many there are, only the machine says") if is_one else ""
        is_last = fit.fits and fit.resting_bytes is not None and all(each.stage not in LATER for each in fits)
        unsent = _unsent(entry) if is_last and not entry.candidates else ""
        lines.append(f"{words}{many}{_unknown_words(fit, audit, entry)}{unsent}")
    if fits and all(fit.stage != "first_use" for fit in fits) and (unknown := _without_end(audit, entry)):
        lines.append(say("after its lazy imports: not known, {reason}", reason=unknown))
    lost = _lost_calls(audit, entry)
    return (*lines, *(_rehearsal_words(item, lost) for item in audit.rehearsals if item.entry == entry.name))


def code_size_line(audit: Audit) -> str | None:
    """Return whether the installed code fits the host's limit of it; None where none is known or nothing was weighed.

    Only the site folders are compared: the project's own code and the image around it come on top.
    """
    limit, total = audit.limit, audit.disk.site_apparent_bytes
    if limit is None or limit.disk_bytes is None or total is None:
        return None
    figures = {"size": size(total), "limit": size(limit.disk_bytes), "source": retell(limit.source)}
    if total > limit.disk_bytes:
        words = message("Code size {fits}: {size} installed, of {limit} ({source}), {rest} too much")
        return say(words, **figures, fits=say(TOO_MUCH), rest=size(total - limit.disk_bytes))
    words = message("Code size fits: {size} installed, of {limit} ({source}), headroom {rest} for the project's own")
    return say(words, **figures, rest=size(limit.disk_bytes - total))


def _chain_of(fit: Fit, audit: Audit) -> str:
    """Return by which distributions most of a growth by lazy imports came; nothing for a start."""
    if fit.stage != "first_use":
        return ""
    place = (fit.entry, fit.path, fit.line)
    chains = [row.chain for row in audit.first_uses if (row.entry, row.path, row.line) == place and row.chain]
    return f": {' > '.join(chains[0])}" if chains else ""


_AT_STARTUP = message("at startup")
LATER_WORDS: Mapping[StageName, str] = {
    "first_use": message("after its lazy imports"),
    "calls": message("after its calls"),
}
_UNSENT: Mapping[Role, str] = {"web": message("; no request was sent"), "worker": message("; no task was run")}


def _unknown_words(fit: Fit, audit: Audit, entry: EntryRow) -> str:
    """Return what a verdict after lazy imports cannot know: what crashed or hung, and what requests take."""
    if fit.stage != "first_use" or any(part.kind == "requests" for part in fit.parts):
        return _lost_calls(audit, entry) if fit.stage == "calls" else ""
    unknown, is_called = _without_end(audit, entry), any(call.entry == entry.name for call in audit.calls)
    return f"{f'; {unknown}' if unknown else ''}{_unsent(entry) if fit.fits and not is_called else ''}"


def _unsent(entry: EntryRow) -> str:
    return say(_UNSENT[entry.role]) if entry.role in _UNSENT else ""


def _lost_calls(audit: Audit, entry: EntryRow) -> str:
    lost = [call.name for call in audit.calls if call.entry == entry.name and call.rss_bytes is None]
    one = message("; what {names} takes cannot be told: it came to no end")
    many = message("; what {names} take cannot be told: it came to no end")
    return say(one if len(lost) == 1 else many, names=few(lost)) if lost else ""


def _without_end(audit: Audit, entry: EntryRow) -> str:
    """Return that lazy imports of an entry crashed or hung, or that all together did; "" where they did not."""
    rows = [row for row in audit.first_uses if row.entry == entry.name]
    lost = [f"{row.path}:{row.line}" for row in rows if row.outcome in ("crashed", "hung")]
    if lost:
        one = message("what {places} takes cannot be told: it crashed or hung")
        many = message("what {places} take cannot be told: it crashed or hung")
        return say(one if len(lost) == 1 else many, places=few(lost))
    is_known = any(row.reading.stage == "first_use" for row in entry.stages)
    tried = any(row.outcome != "loaded" and row.rss_bytes is not None for row in rows)
    return say("all together they did not come to an end") if tried and not is_known else ""


def _fit_words(fit: Fit, source: str, chain: str, entry: EntryRow) -> str:
    when = stage_words(fit, entry)
    is_growing = fit.live and entry.live is not None and entry.live.growing_bytes is not None
    when = say("live {when}", when=when) if fit.live else when
    when = say("{when} as far as it came", when=when) if is_growing or (entry.stopped and not fit.live) else when
    most = fit.limit_bytes - fit.headroom_bytes
    figures = {"memory": mebibytes(most), "limit": size(fit.limit_bytes), "source": source}
    of = say(
        "peak {memory} of {limit} ({source})" if fit.decides == "peak" else "{memory} of {limit} ({source})", **figures
    )
    levels = _level_words(fit, say("as read" if is_growing else "at rest"))
    if fit.fits:
        words = say("fits {when}: {of}, headroom {rest}", when=when, of=of, rest=size(fit.headroom_bytes))
        return f"{words}{levels}"
    words = say(
        "{fits} {when}: {of}, {rest} too much", fits=say(TOO_MUCH), when=when, of=of, rest=size(-fit.headroom_bytes)
    )
    words += levels
    if fit.anon_fits and fit.anon_bytes is not None:
        anon = mebibytes(most - fit.rss_bytes + fit.anon_bytes)
        words += say("; its anonymous {memory} alone would fit: it may run, rereading files all the time", memory=anon)
    return f"{words}; {_line_words(fit)}{chain}" if fit.path else words


def stage_words(fit: Fit, entry: EntryRow) -> str:
    """Return at which moment of a process a verdict looks: nothing "fits at startup" of which nothing was called."""
    if entry.uncalled is not None and not fit.live and fit.stage not in LATER:
        return say("once imported")
    asked = any(part.kind == "requests" for part in fit.parts)
    return say("after the requests") if asked else say(LATER_WORDS.get(fit.stage, _AT_STARTUP))


def _line_words(fit: Fit) -> str:
    """Return where most of it began: what was seen live is told by what it was."""
    where = place(fit.path, fit.line)
    if fit.line_bytes is None:
        return say("most of it begins at {place}", place=where)
    data = message("{memory} of it is data, made at or just before {place}")
    imported = message("{memory} of it is imported at {place}")
    return say(data if fit.is_data else imported, memory=mebibytes(fit.line_bytes), place=where)


def _level_words(fit: Fit, resting: str) -> str:
    """Return which of resting and peak the figure before it was, what the other is, and of what parts it is made."""
    if fit.resting_bytes is None:
        return ""
    parts = ", ".join(map(_part_words, fit.parts))
    made = f" ({parts})" if len(fit.parts) > 1 else ""
    if fit.decides == "peak":
        return f"; {mebibytes(fit.resting_bytes)} {resting}{made}"
    return f"; {resting}{made}{say(', its peak is not known' if fit.peak_bytes is None else ' and at its peak')}"


def _part_words(part: FitPart) -> str:
    estimated = "" if part.measured else say(" estimated")
    state = "" if part.state is None else f" {retell(STATE_WORDS[part.state])}"
    return f"{retell(part.kind)} {mebibytes(part.bytes)}{estimated}{state}"


def _rehearsal_words(item: Rehearsal, lost: str) -> str:
    limit = size(item.limit_bytes)
    if item.outcome == "passed":
        if item.through == "calls":
            words = say("rehearsed in {limit}: it stays below with its children, its calls included", limit=limit)
            return f"{words}{lost}"
        words = message(
            "rehearsed in {limit}: it stays below with its children, lazy imports included; no request was sent"
        )
        return say(words, limit=limit)
    if item.outcome == "failed":
        words = message("rehearsed in {limit}: it failed before it could pass the limit: {reason}")
        return say(words, limit=limit, reason=retell(item.message or ""))
    return _stopped_words(item)


def _stopped_words(item: Rehearsal) -> str:
    """Return where a rehearsal was stopped: what was under way, and by which line of the project."""
    modules = [step.module for step in item.chain]
    asked = max((index for index, step in enumerate(item.chain) if step.path is not None), default=0)
    chain = " > ".join(modules[asked:] if len(modules) - asked <= _NAMED else [modules[asked], "...", *modules[-3:]])
    where, memory = place(item.path, item.line), size(item.rss_bytes)
    if item.call is not None:
        at = say(", at or just before {place}", place=where) if where else ""
        under_way = say(", importing {modules}", modules=chain) if chain else ""
        words = say("stopped by the rehearsal during its calls, at {size}: {call}", size=memory, call=item.call)
        return f"{words}{at}{under_way}"
    at = say(", begun at {place}", place=where) if where else ""
    lazy = message("stopped by the rehearsal during its lazy imports, at {size}: importing {modules}")
    start = message("stopped by the rehearsal at startup, at {size}: importing {modules}")
    words = say(lazy if item.stage == "first_use" else start, size=memory, modules=chain or say("nothing"))
    return f"{words}{at}"


def deferral_line(audit: Audit) -> str | None:
    """Return what all deferrals together save, by entry; None where there are fewer than two."""
    if len(audit.proposed("defer")) < 2 or not audit.deferrals:
        return None
    each = (
        say("{memory} MiB RSS at startup of {entry}", memory=predicted(item.rss_bytes), entry=item.entry)
        for item in audit.deferrals
    )
    return say("The deferrals together save {savings}", savings=", ".join(each))
