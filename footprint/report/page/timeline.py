"""The start of an entry over time: how much memory it has at the end of each stage, and what calls add to it then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from footprint.model.audit import Audit, EntryRow
from footprint.model.memory_rows import CallRow
from footprint.model.runtime import LATER, StageReading
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import say
from footprint.report.page.stage_names import stage_name
from footprint.report.page.tags import escape, path_text, tag

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 1120.0, 270.0, 72.0, 44.0, 34.0
_CALLS_SHOWN = 40
_LETTER, _STEP = 7.0, 15.0  # of bold words


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
    start = [reading for reading in readings if reading.stage not in LATER] or readings[:1]
    later = [reading for reading in readings if reading.stage in LATER]
    end_us = max(1, *(reading.time_us for reading in readings))
    highest = max(reading.highest_bytes or reading.rss_bytes for reading in readings)
    most = max(highest, limit if limit is not None and limit < 2 * highest else 0, 1) * 1.08

    def x_of(time_us: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - 16) * time_us / end_us

    def y_of(count_bytes: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - count_bytes / most)

    parts = [*_grid_lines(most, y_of(0), y_of)]
    for part in range(5):
        time = end_us * part // 4
        anchor = "end" if part == 4 else "middle"
        parts.append(tag("text", escape(f"{milliseconds(time)} ms"), x=x_of(time), y=_HEIGHT - 12, text_anchor=anchor))
    points = " ".join(f"{x_of(each.time_us):.1f},{y_of(each.rss_bytes):.1f}" for each in start)
    area = f"{x_of(start[0].time_us):.1f},{y_of(0):.1f} {points} {x_of(start[-1].time_us):.1f},{y_of(0):.1f}"
    parts += (tag("polygon", class_="area", points=area), tag("polyline", class_="start", points=points))
    last = start[-1]
    for each in later:
        ends = x_of(last.time_us), y_of(last.rss_bytes), x_of(each.time_us), y_of(each.rss_bytes)
        parts.append(_line("later", *ends))
    if limit is not None and limit <= most:
        parts.append(_line("limit", _LEFT, y_of(limit), _WIDTH - 16, y_of(limit)))
    labels = _Labels()
    for x, each in sorted(((x_of(each.time_us), each) for each in readings), key=lambda mark: mark[0]):
        parts += _mark(each, x, y_of(each.rss_bytes), labels)
    said = say("Memory of {entry} over time; the table below has the same figures", entry=entry.name)
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    return tag("svg", tag("title", escape(said)), *parts, viewBox=box, role="img", class_="timeline")


def _grid_lines(most: float, floor: float, y_of: Callable[[float], float]) -> Iterator[str]:
    step = 1 << max(int(most / 4).bit_length() - 1, 20)
    at = 0
    while at <= most:
        yield _line("grid", _LEFT, y_of(at), _WIDTH - 16, y_of(at))
        yield tag("text", escape(f"{mebibytes(at)} MiB"), x=_LEFT - 6, y=y_of(at) + 4, text_anchor="end")
        at += step
    yield _line("axis", _LEFT, floor, _WIDTH - 16, floor)


class _Labels:
    """Where words stand, so that none lies on another: a line higher as long as one does."""

    def __init__(self) -> None:
        self._taken: list[tuple[float, float, float]] = []  # from, to, height

    def height(self, begin: float, end: float, y: float) -> float:
        """Take the lowest free place from `y` upwards."""
        while any(begin < right and left < end and abs(y - at) < _STEP for left, right, at in self._taken):
            y -= _STEP
        self._taken.append((begin, end, y))
        return y


def _mark(reading: StageReading, x: float, y: float, labels: _Labels) -> Iterator[str]:
    name = stage_name(reading.stage)
    words = f"{name}: {mebibytes(reading.rss_bytes)} MiB, {milliseconds(reading.time_us)} ms"
    width = len(name) * _LETTER
    begin = min(max(x - width / 2, _LEFT + 4), _WIDTH - 16 - width)
    at = labels.height(begin, begin + width + 8, y - 10)
    label = tag("text", escape(name), x=begin, y=at)
    yield tag("g", tag("title", escape(words)), tag("circle", cx=x, cy=y, r=4.0), label, class_="mark")


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
