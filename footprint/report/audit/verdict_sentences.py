"""What a reader wants to know first: whether it fits, what it weighs, and what to do first. A line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.model.audit import Action, Audit, EntryRow, NotMeasured, Suggestion
from footprint.model.memory_rows import Fit
from footprint.model.runtime import LATER
from footprint.report.audit.download_sentences import download_verdict, exceeds_by_lock
from footprint.report.audit.entry_sentences import STAGE_WORDS
from footprint.report.audit.memory_sentences import TOO_MUCH, predicted, stage_words
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import count_of, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place

DEEDS: Mapping[Action, str] = {
    "remove": message("remove {name}"),
    "move": message("move {name} to a group for development"),
    "narrow": message("ask for less than {name}"),
    "uninstall": message("uninstall {name}"),
    "defer": message("import {name} where it is used"),
    "split": message("keep the start away from {name}"),
    "replace": message("put a lighter form in the place of {name}"),
}
_SMALLEST_GAIN_BYTES = 1 << 19  # starts in shadows repeat to half a MiB: less is no saving
_LARGE_SHARE = 5  # a fifth of the disk is worth a word in the first lines


def verdict_lines(audit: Audit) -> tuple[str, ...]:
    """Return three lines at most: memory of the entry that is closest to its limit, disk, and what to do first."""
    return tuple(filter(None, (memory_verdict(audit), disk_verdict(audit), first_deed(audit))))


def alarming_lines(audit: Audit) -> tuple[int, ...]:
    """Return the places of those verdict lines that say of something that it does not fit, or does not start."""
    total, limit = audit.disk.site_apparent_bytes, audit.limit.disk_bytes if audit.limit is not None else None
    of_disk = limit is not None and (exceeds_by_lock(audit) if total is None else total > limit)
    return tuple(place for place, is_wrong in enumerate((_is_memory_wrong(audit), of_disk)) if is_wrong)


def _is_memory_wrong(audit: Audit) -> bool:
    if not audit.started:
        return False
    entry, fits = _tightest(audit)
    return entry.failure is not None or entry.cannot_start is not None or not all(fit.fits for fit in fits)


def memory_verdict(audit: Audit) -> str:
    """Return what the entry closest to its limit takes, stage by stage, and whether that fits."""
    if not audit.started:
        return say("No entry point was found, so no memory was measured")
    entry, fits = _tightest(audit)
    several = len(audit.started) - 1
    rest = say("; {others} below", others=count_of(several, "other entry", "other entries")) if several else ""
    name = f"{entry.name}: " if several else ""
    if isinstance(entry.start, NotMeasured):
        return f"{name}{say('Memory was not measured: {reason}', reason=retell(entry.start.reason))}{rest}"
    words = _stages_to_limit(fits, audit, entry) or _stages_alone(audit, entry)
    return f"{name}{words}{rest}"


def disk_verdict(audit: Audit) -> str:
    """Return what all distributions weigh, whether the host takes that, and the largest part that comes late."""
    total = audit.disk.site_apparent_bytes
    if total is None:
        return f"{say('Nothing was weighed: there is no environment')}{download_verdict(audit)}"
    count = sum(1 for row in audit.distributions if row.version is not None)
    words = say("{size} on disk in {distributions}", size=size(total), distributions=count_of(count, "distribution"))
    if audit.limit is not None and audit.limit.disk_bytes is not None:
        fits = say("fits" if total <= audit.limit.disk_bytes else TOO_MUCH)
        words += say(", {fits} in {size}", fits=fits, size=size(audit.limit.disk_bytes))
    stack = next((each for each in audit.lazy_stacks if each.disk_bytes), None)
    if stack is not None and (stack.disk_bytes or 0) * _LARGE_SHARE >= total:
        line = next((item.line for item in stack.evidence), None)
        words += say("; {size} of it only for {place}", size=mebibytes(stack.disk_bytes), place=place(stack.path, line))
    return words


def first_deed(audit: Audit) -> str:
    """Return the suggestion that is worth most, with its figures."""
    shown = [each for each in audit.suggestions if not each.suppressed]
    if not shown:
        return say("Nothing to remove or to defer was found")
    more = say("; {count} more below", count=len(shown) - 1) if shown[1:] else ""
    return f"{say('Do first: {deed}', deed=deed_of(shown[0]))}{more}"


def deed_of(each: Suggestion) -> str:
    """Return what a suggestion asks for, where, and what that saves."""
    where = next((place(line.file, line.line) for line in each.lines), "")
    where = where or next((place(item.path, item.line) for item in each.evidence), "")
    figures = [say("{size} on disk", size=size(each.disk_bytes))] if each.disk_bytes else []
    if each.measured_rss_bytes is not None:
        if each.measured_rss_bytes >= _SMALLEST_GAIN_BYTES:
            figures.append(say("{memory} MiB RSS, measured", memory=mebibytes(each.measured_rss_bytes)))
    elif each.rss_bytes:
        figures.append(say("{memory} MiB RSS at startup", memory=predicted(each.rss_bytes)))
    saved = f" ({', '.join(figures)})" if figures else ""
    return f"{say(DEEDS[each.action], name=each.subject)}{f', {where}' if where else ''}{saved}"


def _tightest(audit: Audit) -> tuple[EntryRow, Sequence[Fit]]:
    """Return the entry that is closest to its limit, and its verdicts."""
    fits = {entry.name: [fit for fit in audit.fits if fit.entry == entry.name] for entry in audit.started}
    entry = min(audit.started, key=lambda each: _headroom(fits[each.name]))
    return entry, fits[entry.name]


def _headroom(fits: Sequence[Fit]) -> float:
    return min((fit.headroom_bytes for fit in fits), default=float("inf"))


def _stages_to_limit(fits: Sequence[Fit], audit: Audit, entry: EntryRow) -> str:
    words = []
    for number, fit in enumerate(fits):
        most = mebibytes(fit.limit_bytes - fit.headroom_bytes)
        of = "" if number else say(" of {size}", size=size(fit.limit_bytes))
        when = f"{say('live ') if fit.live else ''}{stage_words(fit, entry)}"
        told = message("{when} {memory}{of} {fits}")
        words.append(say(told, when=when, memory=most, of=of, fits=say("fits" if fit.fits else TOO_MUCH)))
    if not words:
        return ""
    shown = "; ".join(words)
    return f"{shown[0].upper()}{shown[1:]}{_unasked(audit, entry)}"


def _stages_alone(audit: Audit, entry: EntryRow) -> str:
    rows = [row for row in entry.stages if row is entry.last_stage or row.reading.stage in LATER]
    words = "; ".join(f"{say(STAGE_WORDS[row.reading.stage])} {mebibytes(row.reading.rss_bytes)} MiB" for row in rows)
    unasked = _unasked(audit, entry) if entry.uncalled is not None else ""
    return f"{words[0].upper()}{words[1:]}{unasked}{say('; no limit is known (--limit 512MiB states one)')}"


def _unasked(audit: Audit, entry: EntryRow) -> str:
    """Return that no request ran, or no function of a launcher: what is taken then is not in the figures."""
    if entry.uncalled is not None and entry.live is None:
        return say("; {function} was not called", function=entry.uncalled)
    is_asked = any(call.entry == entry.name for call in audit.calls) or (entry.live and entry.live.requests)
    return "" if is_asked or entry.role != "web" else say("; no request was sent")
