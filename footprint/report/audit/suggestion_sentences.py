"""What reports say of the suggestions: their figures, what they come to together, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.audit import OF_LINES, Audit, Limiting, Suggestion
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, deferral_line, predicted
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import message, say
from footprint.report.text.trial_sentences import advice_lines
from footprint.units import places as line_numbers

_ORDERS: Mapping[Limiting | None, str] = {
    "memory": message("First comes what saves most memory, which is close to its limit."),
    "disk": message("First comes what saves most disk, which is close to its limit."),
    None: message("First comes what saves the largest part of disk or memory."),
}


def shown_suggestions(audit: Audit) -> tuple[Suggestion, ...]:
    """Return the suggestions that the project did not ask to leave out."""
    return tuple(suggestion for suggestion in audit.suggestions if not suggestion.suppressed)


def suggestion_saving(suggestion: Suggestion) -> tuple[str, str]:
    """Return the disk and the memory figure of a suggestion in MiB; `~` marks a prediction."""
    memory = mebibytes(suggestion.rss_bytes)
    if suggestion.rss_kind == "predicted":
        memory = predicted(suggestion.rss_bytes)
    return mebibytes(suggestion.disk_bytes), memory


def together_lines(audit: Audit) -> tuple[str, ...]:
    """Return what the suggestions come to together, and what came of trying them."""
    together = removal_line(audit), deferral_line(audit)
    tried = advice_lines(audit.trial) if audit.trial is not None else ()
    return (*filter(None, together), *tried)


def explain_suggestions(audit: Audit) -> str:
    """Return how sure the figures of the suggestions are."""
    words = say("Disk figures are exact")
    if any(suggestion.rss_kind == "predicted" for suggestion in shown_suggestions(audit)):
        words += f"; {say(PREDICTION_WORDS)}"
        if sum(1 for entry in audit.entries if entry.last_stage is not None) > 1:
            words += say(", of the entry that saves most")
        if any(entry.stopped for entry in audit.entries):
            words += say(", as far as the start came")
    return " ".join((*untried_line(audit), f"{words}.", say(_ORDERS[audit.limiting])))


def untried_line(audit: Audit) -> list[str]:
    """Return that nothing of it was tried, and what does it where anything does; nothing where it was tried."""
    if not audit.proposed("defer", "uninstall", *OF_LINES):
        return [say("None is tried.")]
    return [] if audit.trial is not None else [say("None is tried yet: `footprint audit --verify fast` does it.")]


def removal_line(audit: Audit) -> str | None:
    """Return what all removals free together, None when there is none."""
    count = len(audit.proposed(*OF_LINES))
    if not count:
        return None
    if audit.disk.site_apparent_bytes is None or audit.removable_bytes is None:
        return say("What a removal frees is not known: nothing was weighed")
    before = audit.disk.site_apparent_bytes + (audit.disk.outside_bytes or 0)
    kept = audit.removable_kept_bytes or 0
    after = before - audit.removable_bytes + kept
    lines = [(line.file, line.line) for line in audit.removable_lines if not line.compiled]
    bonus = audit.removable_bytes - sum(each.disk_bytes or 0 for each in audit.proposed(*OF_LINES))
    words = say(_together(audit, count), count=count, size=size(audit.removable_bytes))
    if count > 1 and bonus > 0:
        words += say(", {size} more than one by one", size=size(bonus))
    if len(lines) > count:
        words += say(" by {count} lines ({lines})", count=len(lines), lines=line_numbers(lines))
    if kept == audit.removable_bytes:  # no file leaves where developers install all groups
        return say("{what} where the development groups are not installed", what=words)
    if kept:
        words += say(", {size} of it only without the development groups", size=size(kept))
    return say("{what}: from {before} to {after} on disk", what=words, before=size(before), after=size(after))


def _together(audit: Audit, count: int) -> str:
    """Return how one or several removals, or changes of another kind, are told."""
    if count == len(audit.proposed("remove")):
        return message("The removal frees {size}" if count == 1 else "The {count} removals together free {size}")
    return message("The change of lines frees {size}" if count == 1 else "The {count} changes together free {size}")
