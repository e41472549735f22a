"""A verdict as lines of plain text, for formats that have room for why: printable, one fact a line."""

from __future__ import annotations

from footprint.model.gate import Reason, Verdict
from footprint.report.safe import printable
from footprint.units import mebibytes, size

_NAMES_AT_MOST = 5  # of what else came by a line, and of who needs it all the same


def lines_of(verdict: Verdict) -> tuple[str, ...]:
    """Return what was found, why, and what to do next. The first line stands for itself."""
    told = [verdict.message, *(reason_line(reason) for reason in verdict.reasons)]
    if verdict.hint:
        told.append(f"next: {verdict.hint}")
    return tuple(printable(line) for line in told)


def reason_line(reason: Reason) -> str:
    """Return one reason: what grew, by which line of the project, and what the start would be without that line."""
    told = [_growth(reason)]
    if reason.path is not None:
        told.append(f"imported at {_place(reason)}")
    if reason.brings:
        told.append(f"brings {_names(tuple(f'{each.name} {size(each.rss_bytes)}' for each in reason.brings))}")
    if reason.deferral_bytes is not None:
        told.append(f"without the line the start would be about {size(reason.deferral_bytes)} smaller")
    if reason.still_needed_by:
        told.append(f"also needed by {_names(reason.still_needed_by)}")
    return "; ".join(told)


def _growth(reason: Reason) -> str:
    name = reason.distribution or "unknown"
    match reason.kind:
        case "new":
            return f"{name}: new, {size(reason.after_bytes)}"
        case "grown":
            return f"{name}: {mebibytes(reason.before_bytes)} -> {mebibytes(reason.after_bytes)} MiB"
        case "rest":
            return f"{size(reason.after_bytes)} that no distribution accounts for"


def _place(reason: Reason) -> str:
    line = f":{reason.line}" if reason.line is not None else ""
    return f"{reason.path}{line} ({reason.statement})" if reason.statement else f"{reason.path}{line}"


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMES_AT_MOST
    shown = ", ".join(names[:_NAMES_AT_MOST])
    return f"{shown} and {more} more" if more > 0 else shown
