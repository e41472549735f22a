"""Every distribution in one table: whole without a script, sorted, filtered and opened with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.audit_difference import AuditDifference
from footprint.report.audit.row_places import where
from footprint.report.difference.difference_sections import signed_mebibytes
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import message, say
from footprint.report.page.tags import escape, path_text, tag
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES

# Key of the hash, heading, whether it is a figure; in the order of `_cells`.
COLUMNS = (
    ("name", message("Distribution"), False),
    ("use", message("Use"), False),
    ("disk", message("Disk MiB"), True),
    ("change", message("Disk change MiB"), True),
    ("frees", message("Frees MiB"), True),
    ("rss", message("RSS MiB"), True),
    ("avoidable", message("Avoidable MiB"), True),
    ("lazily", message("Lazily MiB"), True),
    ("time", message("Import ms"), True),
    ("why", message("Where, why"), False),
)


def sorted_rows(audit: Audit) -> tuple[DistributionRow, ...]:
    """Return the rows as the table has them: the heaviest on disk first. What was not weighed comes last."""
    return tuple(
        sorted(audit.distributions, key=lambda row: (row.apparent_bytes is None, -(row.apparent_bytes or 0), row.name))
    )


def distribution_table(audit: Audit, before: AuditDifference | None = None) -> str:
    """Return the table of all distributions; `before`: what has changed of each."""
    rows = sorted_rows(audit)
    changes = disk_changes(before)
    crossed = dict(_crossed_start(before))
    cells = [_cells(row, changes.get(row.name), crossed.get(row.name, "")) for row in rows]
    shown = {place for place in range(1, len(COLUMNS)) if any(each[place - 1][0] not in ("", "-") for each in cells)}
    heads = "".join(
        tag("th", escape(say(text)), scope="col", class_="n" if is_figure else None, data_key=key)
        for place, (key, text, is_figure) in enumerate(COLUMNS)
        if not place or place in shown
    )
    body = "".join(_row(row, place, each, shown) for place, (row, each) in enumerate(zip(rows, cells, strict=True)))
    caption = tag("caption", escape(say("All distributions, the heaviest on disk first")), class_="hidden")
    table = tag("table", caption, tag("thead", tag("tr", heads)), tag("tbody", body), id="rows")
    return tag("div", table, class_="wide", tabindex="0", role="group", aria_labelledby="weight-title")


def disk_changes(before: AuditDifference | None) -> dict[str, int]:
    """Return by how many bytes each distribution has grown on disk, of those that changed and were weighed."""
    changes = before.distributions if before is not None else ()
    return {each.name: each.disk_change for each in changes if each.disk_change is not None}


def _crossed_start(before: AuditDifference | None) -> Iterator[tuple[str, str]]:
    """Yield which distributions a start loads now and did not before, or the other way round, with the words of it.

    What that took is of one start: where there are several it is left to the section of what changed.
    """
    entries = before.entries if before is not None else ()
    for entry in entries:
        for each in entry.left:
            memory = each.self_rss_bytes if len(entries) == 1 else None
            less = "" if memory is None else signed_mebibytes(-memory)
            yield each.name, say("left the start, {memory} MiB", memory=less) if less else say("left the start")
        for each in entry.entered:
            memory = each.self_rss_bytes if len(entries) == 1 else None
            more = signed_mebibytes(memory) if memory is not None else ""
            yield each.name, say("entered the start, {memory} MiB", memory=more) if more else say("entered the start")


_Cells = tuple[tuple[str, str | None], ...]  # markup and class


def _row(row: DistributionRow, place: int, cells: _Cells, shown: Collection[int]) -> str:
    name = tag("span", path_text(row.name), class_="name")
    version = tag("small", " ", path_text(row.version or say("not installed")))
    told = "".join(tag("td", cell, class_=class_) for at, (cell, class_) in enumerate(cells, start=1) if at in shown)
    return tag("tr", tag("th", name, version, scope="row"), told, data_row=place)


def _cells(row: DistributionRow, change: int | None, crossed: str) -> _Cells:
    doubt = "?" if row.confidence == "cannot tell" else ""
    use = tag("span", escape(f"{class_word(row.usage)}{doubt}"), class_=f"use u-{row.usage.value}")
    ignored = tag("small", " ", escape(say("(ignored)"))) if row.ignored else ""
    declared = tag("small", " ", escape(say("declared"))) if row.declared else ""
    moved = tag("small", " ", tag("strong", escape(crossed))) if crossed else ""
    figures = (
        mebibytes(row.apparent_bytes),
        "" if change is None else signed_mebibytes(change),
        mebibytes(row.exclusive_bytes) if row.declared else "",
        _at_start(row, mebibytes(row.startup_self_rss_bytes)),
        _at_start(row, avoidable_words(row)),
        mebibytes(row.first_use_rss_bytes, missing=""),
        _at_start(row, milliseconds(row.import_time_us)),
    )
    return (
        (use + declared + ignored + moved, None),
        *((escape(each), "n") for each in figures),
        (path_text(where(row)), "why"),
    )


def _at_start(row: DistributionRow, shown: str) -> str:
    return f"{shown}+" if row.start_stopped and shown not in ("", "-") else shown


def avoidable_words(row: DistributionRow) -> str:
    """Return what cutting the project's own imports saves: only of what the project imports at startup."""
    if row.usage is not Usage.STARTUP:
        return ""
    if row.avoidable_rss_bytes is None:
        return "-"
    return f"~{mebibytes(row.avoidable_rss_bytes)}" if row.avoidable_rss_bytes >= SMALLEST_PREDICTION_BYTES else "<2"
