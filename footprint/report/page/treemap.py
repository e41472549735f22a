"""A treemap: rectangles whose areas are as their figures are, as square as can be. The script lays out the same way.

Source: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000).
"""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import count_of, say
from footprint.report.page.tags import escape, tag
from footprint.values import dataclass

_WIDTH, _HEIGHT = 1120.0, 520.0
_SHOWN = 160  # rectangles; the rest is one
_LETTER, _LINE = 7.4, 15.0  # of the font that names are written in


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where a rectangle lies, in the units of its picture."""

    x: float
    y: float
    width: float
    height: float


def squarify(figures: Sequence[float], whole: Rectangle) -> list[Rectangle]:
    """Return a rectangle per figure, the largest first: their areas share `whole` as the figures share their sum."""
    total = sum(figures)
    if total <= 0:
        return [Rectangle(whole.x, whole.y, 0.0, 0.0) for _ in figures]
    scale = whole.width * whole.height / total
    areas = [figure * scale for figure in figures]
    found: list[Rectangle] = []
    left, begin = whole, 0
    while begin < len(areas):
        end = _end_of_row(areas, begin, min(left.width, left.height))
        row, left = _lay(areas[begin:end], left)
        found += row
        begin = end
    return found


def _end_of_row(areas: Sequence[float], begin: int, side: float) -> int:
    """Return where the row ends that begins with an area: the next one would make its rectangles longer."""
    total, end, best = 0.0, begin, float("inf")
    largest = areas[begin]
    while end < len(areas):
        total += areas[end]
        smallest = areas[end]
        if total <= 0 or side <= 0 or smallest <= 0:
            return len(areas)
        worst = max(side * side * largest / (total * total), total * total / (side * side * smallest))
        if worst > best:
            return end
        best, end = worst, end + 1
    return end


def _lay(areas: Sequence[float], left: Rectangle) -> tuple[list[Rectangle], Rectangle]:
    """Return the rectangles of one row along the shorter side, and what is left beside it."""
    total = sum(areas)
    if left.width >= left.height:
        depth = total / left.height if left.height else 0.0
        places, at = [], left.y
        for area in areas:
            length = area / depth if depth else 0.0
            places.append(Rectangle(left.x, at, depth, length))
            at += length
        return places, Rectangle(left.x + depth, left.y, max(left.width - depth, 0.0), left.height)
    depth = total / left.width if left.width else 0.0
    places, at = [], left.x
    for area in areas:
        length = area / depth if depth else 0.0
        places.append(Rectangle(at, left.y, length, depth))
        at += length
    return places, Rectangle(left.x, left.y + depth, left.width, max(left.height - depth, 0.0))


def disk_treemap(audit: Audit) -> str:
    """Return the picture of the disk, distribution by distribution, as it stands without a script."""
    rows = sorted(audit.distributions, key=lambda row: (-(row.apparent_bytes or 0), row.name))
    shown, rest = rows[:_SHOWN], rows[_SHOWN:]
    others = (audit.disk.shared_bytes or 0) + (audit.disk.unowned_bytes or 0)
    figures = [row.apparent_bytes or 0 for row in shown]
    tail = sorted([(sum(row.apparent_bytes or 0 for row in rest), True), (others, False)], reverse=True)
    figures += [figure for figure, _ in tail]
    order = sorted(range(len(figures)), key=lambda place: -figures[place])
    places = squarify([float(figures[each]) for each in order], Rectangle(0.0, 0.0, _WIDTH, _HEIGHT))
    tiles = []
    for each, place in zip(order, places, strict=True):
        if each < len(shown):
            tiles.append(_tile(shown[each], place))
        elif figures[each]:
            said = count_of(len(rest), "smaller one") if tail[each - len(shown)][1] else say("shared and unowned")
            tiles.append(_rectangle(f"{said}: {mebibytes(figures[each])} MiB", said, "rest", place))
    title = tag("title", escape(say("Treemap of the disk: the table below has the same figures")))
    return tag(
        "svg", title, *tiles, viewBox=f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}", role="img", class_="map", id="map-static"
    )


def _tile(row: DistributionRow, place: Rectangle) -> str:
    words = f"{row.name} ({class_word(row.usage)}): {mebibytes(row.apparent_bytes)} MiB"
    return _rectangle(words, row.name, f"u-{row.usage.value}", place)


def _rectangle(words: str, name: str, class_: str, place: Rectangle) -> str:
    if place.width < 0.5 or place.height < 0.5:
        return ""
    box = tag("rect", x=place.x, y=place.y, width=place.width, height=place.height)
    fitting = int((place.width - 8) / _LETTER)
    label = ""
    if fitting >= 3 and place.height > _LINE:
        shown = name if len(name) <= fitting else f"{name[: fitting - 1]}…"
        label = tag("text", escape(shown), x=place.x + 4, y=place.y + 13)
    return tag("g", tag("title", escape(words)), box, label, class_=class_)
