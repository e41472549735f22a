"""What a reader wants to know first: whether it fits, what it weighs, and what to do first. A line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.model.audit import Action, Audit, EntryRow, NotMeasured, Suggestion
from footprint.model.memory_rows import Fit
from footprint.model.runtime import LATER
from footprint.report.audit.entry_sentences import STAGE_WORDS
from footprint.report.audit.memory_sentences import TOO_MUCH, predicted, stage_words
from footprint.report.text.phrases import count_of, place
from footprint.units import mebibytes, size

_DEEDS: Mapping[Action, str] = {
    "remove": "remove {}",
    "move": "move {} to a group for development",
    "narrow": "ask for less than {}",
    "uninstall": "uninstall {}",
    "defer": "import {} where it is used",
    "split": "keep the start away from {}",
    "replace": "put a lighter form in the place of {}",
}
_LARGE_SHARE = 5  # a fifth of the disk is worth a word in the first lines


def verdict_lines(audit: Audit) -> tuple[str, ...]:
    """Return three lines at most: memory of the entry that is closest to its limit, disk, and what to do first."""
    return tuple(filter(None, (memory_verdict(audit), disk_verdict(audit), first_deed(audit))))


def memory_verdict(audit: Audit) -> str:
    """Return what the entry closest to its limit takes, stage by stage, and whether that fits."""
    if not audit.started:
        return "No start command was found, so no memory was measured"
    fits = {entry.name: [fit for fit in audit.fits if fit.entry == entry.name] for entry in audit.started}
    entry = min(audit.started, key=lambda each: _headroom(fits[each.name]))
    several = len(audit.started) - 1
    rest = f"; {count_of(several, 'other entry', 'other entries')} below" if several else ""
    name = f"{entry.name}: " if several else ""
    if isinstance(entry.start, NotMeasured):
        return f"{name}Memory was not measured: {entry.start.reason}{rest}"
    words = _stages_to_limit(fits[entry.name], audit, entry) or _stages_alone(entry)
    return f"{name}{words}{rest}"


def disk_verdict(audit: Audit) -> str:
    """Return what all distributions weigh, whether the host takes that, and the largest part that comes late."""
    total = audit.disk.site_apparent_bytes
    if total is None:
        return "Nothing was weighed: there is no environment"
    count = sum(1 for row in audit.distributions if row.version is not None)
    words = f"{size(total)} on disk in {count_of(count, 'distribution')}"
    if audit.limit is not None and audit.limit.disk_bytes is not None:
        words += f", {'fits' if total <= audit.limit.disk_bytes else TOO_MUCH} in {size(audit.limit.disk_bytes)}"
    stack = next((each for each in audit.lazy_stacks if each.disk_bytes), None)
    if stack is not None and (stack.disk_bytes or 0) * _LARGE_SHARE >= total:
        line = next((item.line for item in stack.evidence), None)
        words += f"; {mebibytes(stack.disk_bytes)} of it only for {place(stack.path, line)}"
    return words


def first_deed(audit: Audit) -> str:
    """Return the suggestion that is worth most, with its figures."""
    shown = [each for each in audit.suggestions if not each.suppressed]
    if not shown:
        return "Nothing to remove or to defer was found"
    more = f"; {len(shown) - 1} more below" if shown[1:] else ""
    return f"Do first: {deed_of(shown[0])}{more}"


def deed_of(each: Suggestion) -> str:
    """Return what a suggestion asks for, where, and what that saves."""
    where = next((place(line.file, line.line) for line in each.lines), "")
    where = where or next((place(item.path, item.line) for item in each.evidence), "")
    figures = [f"{size(each.disk_bytes)} on disk"] if each.disk_bytes else []
    if each.measured_rss_bytes is not None:
        figures.append(f"{mebibytes(each.measured_rss_bytes)} MiB RSS, measured")
    elif each.rss_bytes:
        figures.append(f"{predicted(each.rss_bytes)} MiB RSS at startup")
    saved = f" ({', '.join(figures)})" if figures else ""
    return f"{_DEEDS[each.action].format(each.subject)}{f', {where}' if where else ''}{saved}"


def _headroom(fits: Sequence[Fit]) -> float:
    return min((fit.headroom_bytes for fit in fits), default=float("inf"))


def _stages_to_limit(fits: Sequence[Fit], audit: Audit, entry: EntryRow) -> str:
    words = []
    for number, fit in enumerate(fits):
        most = mebibytes(fit.limit_bytes - fit.headroom_bytes)
        of = "" if number else f" of {size(fit.limit_bytes)}"
        when = f"{'live ' if fit.live else ''}{stage_words(fit)}"
        words.append(f"{when} {most}{of} {'fits' if fit.fits else TOO_MUCH}")
    if not words:
        return ""
    shown = "; ".join(words)
    return f"{shown[0].upper()}{shown[1:]}{_unasked(audit, entry)}"


def _stages_alone(entry: EntryRow) -> str:
    rows = [row for row in entry.stages if row is entry.last_stage or row.reading.stage in LATER]
    words = "; ".join(f"{STAGE_WORDS[row.reading.stage]} {mebibytes(row.reading.rss_bytes)} MiB" for row in rows)
    return f"{words[0].upper()}{words[1:]}; no limit is known (--limit 512MiB states one)"


def _unasked(audit: Audit, entry: EntryRow) -> str:
    """Return that no request ran: what a service takes then is not in the figures."""
    is_asked = any(call.entry == entry.name for call in audit.calls) or (entry.live and entry.live.requests)
    return "" if is_asked or entry.role != "web" else "; no request was sent"
