"""Which distributions a report shows each in a row, and the lines that hold all others: none is left out.

A row is shown where a reader may have to act, or where it is a large part of something. Laws: the rows and the lines
together are all distributions; a line names how many it holds and what they come to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from footprint.knowledge.environment_tools import BORN_WITH
from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.report.audit.suggestion_sentences import shown_suggestions
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import few, message, say
from footprint.report.text.view import SortKey, View

_SORTED_BY: Mapping[SortKey, str]
_SORTED_BY = {"disk": "apparent_bytes", "rss": "startup_self_rss_bytes", "time": "import_time_us"}
_SMALLEST_PART = 33  # of the disk or of the start: what is less is in a line with others
_MOST_ROWS = 20
_FEW_ROWS = 12  # of all: then each has a row
_NAMED = 6
_TO_ACT_ON = frozenset({Usage.UNUSED, Usage.UNREACHED})


def sort_rows(audit: Audit, view: View) -> tuple[DistributionRow, ...]:
    """Return all rows in the view's order; what was not measured comes last, ties by name."""

    def key(row: DistributionRow) -> tuple[bool, int, str]:
        figure = getattr(row, _SORTED_BY[view.sort]) if view.sort != "name" else 0
        return figure is None, -(figure or 0), row.name

    return tuple(sorted(audit.distributions, key=key))


def split_rows(audit: Audit, view: View) -> tuple[tuple[DistributionRow, ...], tuple[DistributionRow, ...]]:
    """Return the rows to show and all others: those that matter, or as many as the view asks for."""
    rows = sort_rows(audit, view)
    if view.top == 0:
        return rows, ()
    if view.top is not None:
        return rows[: view.top], rows[view.top :]
    matters = _matters(audit, view)
    kept = {row.name for row in [row for row in rows if matters(row)][:_MOST_ROWS]}
    return tuple(row for row in rows if row.name in kept), tuple(row for row in rows if row.name not in kept)


def _matters(audit: Audit, view: View) -> Callable[[DistributionRow], bool]:
    """Return what tells whether a row is to be seen: advice is about it, or it is a large part of some total."""
    is_small = len(audit.distributions) <= _FEW_ROWS
    advised = {each.distribution for each in shown_suggestions(audit)}
    least: dict[str, float] = {}
    for field in ("apparent_bytes", "startup_self_rss_bytes", *(("import_time_us",) if view.sort == "time" else ())):
        total = sum(getattr(row, field) or 0 for row in audit.distributions)
        least[field] = total / _SMALLEST_PART if total else float("inf")
    least["exclusive_bytes"] = least["apparent_bytes"]
    least["first_use_rss_bytes"] = least["startup_self_rss_bytes"]

    def matters(row: DistributionRow) -> bool:
        if row.name in advised or (row.declared and row.usage in _TO_ACT_ON):
            return True
        if row.usage is Usage.ORPHAN or (row.name in BORN_WITH and not row.declared):
            return False
        if is_small:
            return True
        figures = {field: getattr(row, field) or 0 for field in least}
        figures["exclusive_bytes"] *= bool(row.declared)
        return any(figures[field] >= bound for field, bound in least.items())

    return matters


def rest_lines(rest: Sequence[DistributionRow]) -> tuple[str, ...]:
    """Return a line for each kind of row that is not shown: how many, which of them, what they come to."""
    kinds: dict[str, list[DistributionRow]] = {}
    for row in rest:
        kinds.setdefault(_kind(row), []).append(row)
    return tuple(
        say(words, count=len(kinds[kind]), names=_names(kinds[kind]), weight=_weight(kinds[kind]))
        for kind, words in _KINDS.items()
        if kind in kinds
    )


_KINDS: Mapping[str, str] = {
    "declared": message("and {count} declared that weigh little: {names}: {weight}"),
    "required": message("and {count} smaller that others require: {weight}"),
    "orphan": message("and {count} installed, neither declared nor required: {names}: {weight}"),
    "born": message("and what the environment was made with: {names}: {weight}"),
}


def _kind(row: DistributionRow) -> str:
    if row.declared:
        return "declared"
    if row.name in BORN_WITH:
        return "born"
    return "orphan" if row.usage is Usage.ORPHAN else "required"


def _names(rows: Sequence[DistributionRow]) -> str:
    """Return names: of declared ones with their class, of which a reader wants to know where each went."""
    doubt = {"cannot tell": "?"}
    shown = [
        f"{row.name} ({class_word(row.usage)}{doubt.get(row.confidence, '')})" if row.declared else row.name
        for row in rows
    ]
    return few(shown, len(shown) if len(shown) <= 2 * _NAMED else _NAMED)


def _weight(rows: Sequence[DistributionRow]) -> str:
    """Return what rows come to on disk and at startup; what nothing is known of is not counted as nothing."""
    weighed = [row.apparent_bytes for row in rows if row.apparent_bytes is not None]
    measured = [row.startup_self_rss_bytes for row in rows if row.startup_self_rss_bytes is not None]
    more = "+" if any(row.start_stopped for row in rows) else ""
    words = [say("{size} on disk", size=size(sum(weighed))) if weighed else say("not weighed")]
    if measured:
        memory = f"{mebibytes(sum(measured))}{more}"
        words.append(say("{memory} MiB RSS in {count} of them", memory=memory, count=len(measured)))
    return ", ".join(words)
