"""The start of an entry over time: how much memory it has at the end of each stage, and what calls add to it then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, EntryRow
from footprint.model.memory_rows import CallRow
from footprint.model.runtime import LATER, StageReading
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import say
from footprint.report.page.stage_names import stage_name
from footprint.report.page.tags import escape, path_text, tag

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 1120.0, 260.0, 64.0, 20.0, 34.0
_CALLS_SHOWN = 40


def timelines_html(audit: Audit) -> str:
    """Return the picture and the figures of every entry with a start."""
    return "".join(_entry(audit, entry) for entry in audit.started if len(entry.stages) > 1)


def _entry(audit: Audit, entry: EntryRow) -> str:
    calls = [call for call in audit.calls if call.entry == entry.name][:_CALLS_SHOWN]
    heading = tag("h3", escape(entry.name))
    table = tag("div", _figures(entry, calls), class_="wide", tabindex="0", role="group", aria_label=entry.name)
    return tag("div", heading, _picture(entry, _limit_of(audit, entry)), table, class_="entry", data_entry=entry.name)


def _limit_of(audit: Audit, entry: EntryRow) -> int | None:
    return next((fit.limit_bytes for fit in audit.fits if fit.entry == entry.name), None)


def _picture(entry: EntryRow, limit: int | None) -> str:
    readings = [row.reading for row in entry.stages]
    start = [reading for reading in readings if reading.stage not in LATER]
    later = [reading for reading in readings if reading.stage in LATER]
    end_us = max(reading.time_us for reading in readings) or 1
    highest = max(reading.highest_bytes or reading.rss_bytes for reading in readings)
    most = max(highest, limit if limit is not None and limit < 2 * highest else 0) * 1.08

    def x_of(time_us: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - 16) * time_us / end_us

    def y_of(count_bytes: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - count_bytes / most)

    parts = [*_grid_lines(most, y_of(0), y_of)]
    points = " ".join(f"{x_of(each.time_us):.1f},{y_of(each.rss_bytes):.1f}" for each in start)
    area = f"{x_of(start[0].time_us):.1f},{y_of(0):.1f} {points} {x_of(start[-1].time_us):.1f},{y_of(0):.1f}"
    parts += [tag("polygon", class_="area", points=area), tag("polyline", class_="start", points=points)]
    for each in later:
        ends = (start[-1].time_us, start[-1].rss_bytes, each.time_us, each.rss_bytes)
        parts.append(_line("later", x_of(ends[0]), y_of(ends[1]), x_of(ends[2]), y_of(ends[3])))
    if limit is not None and limit <= most:
        parts.append(_line("limit", _LEFT, y_of(limit), _WIDTH - 16, y_of(limit)))
    parts += [
        part
        for place, each in enumerate(readings)
        for part in _mark(each, x_of(each.time_us), y_of(each.rss_bytes), place)
    ]
    said = say("Memory of {entry} over time; the table below has the same figures", entry=entry.name)
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    return tag("svg", tag("title", escape(said)), *parts, viewBox=box, role="img", class_="timeline")


def _grid_lines(most: float, floor: float, y_of: object) -> Iterator[str]:
    assert callable(y_of)
    step = 1 << max(int(most / 4).bit_length() - 1, 20)
    at = 0
    while at <= most:
        yield _line("grid", _LEFT, y_of(at), _WIDTH - 16, y_of(at))
        yield tag("text", escape(f"{mebibytes(at)} MiB"), x=_LEFT - 6, y=y_of(at) + 4, text_anchor="end")
        at += step
    yield _line("axis", _LEFT, floor, _WIDTH - 16, floor)


def _mark(reading: StageReading, x: float, y: float, place: int) -> list[str]:
    words = f"{stage_name(reading.stage)}: {mebibytes(reading.rss_bytes)} MiB, {milliseconds(reading.time_us)} ms"
    anchor = "start" if x < _WIDTH / 4 else "end"
    label = tag(
        "text",
        escape(stage_name(reading.stage)),
        x=x + (8 if anchor == "start" else -8),
        y=max(y - 8, 12.0),
        text_anchor=anchor,
    )
    tick = tag(
        "text",
        escape(f"{milliseconds(reading.time_us)} ms"),
        x=x,
        y=_HEIGHT - 18 + 12 * (place % 2),
        text_anchor="middle",
    )
    return [
        tag("g", tag("title", escape(words)), tag("circle", cx=x, cy=y, r=4.0), label, class_="mark"),
        tick if place else "",
    ]


def _line(class_: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return tag("line", class_=class_, x1=x1, y1=y1, x2=x2, y2=y2)


def _figures(entry: EntryRow, calls: Sequence[CallRow]) -> str:
    heads = (say("Stage or call"), say("Time ms"), "RSS MiB", say("Peak MiB"), say("Distributions"))
    head = "".join(
        tag("th", escape(each), scope="col", class_="n" if place else None) for place, each in enumerate(heads)
    )
    rows = [
        (
            escape(stage_name(row.reading.stage)),
            milliseconds(row.reading.time_us),
            mebibytes(row.reading.rss_bytes),
            mebibytes(row.reading.highest_bytes),
            str(row.distribution_count),
        )
        for row in entry.stages
    ]
    rows += [
        (path_text(call.name), milliseconds(call.time_us), _plus(call.rss_bytes), _plus(call.peak_bytes), "")
        for call in calls
    ]
    body = "".join(
        tag("tr", tag("th", first, scope="row"), *(tag("td", escape(cell), class_="n") for cell in cells))
        for first, *cells in rows
    )
    return tag("table", tag("thead", tag("tr", head)), tag("tbody", body))


def _plus(count_bytes: int | None) -> str:
    return "-" if count_bytes is None else f"+{mebibytes(count_bytes)}"
