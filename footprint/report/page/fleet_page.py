"""A fleet as one page: every service against its limit, what they have installed, how each grew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.fleet_picture import FleetPicture, PictureDistribution, PictureService, PictureTrend
from footprint.report.languages.messages import count_of
from footprint.report.page.page_data import frame_data
from footprint.report.page.page_frame import framed_page
from footprint.report.page.section_html import framed, section_html
from footprint.report.page.tags import escape, number, paragraphs, path_text, tag
from footprint.report.projects.project_sections import UNCALLED, download
from footprint.report.text.phrases import describe_notes
from footprint.report.text.safe import printable
from footprint.report.text.section import Section
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import few, mebibytes

_DISTRIBUTIONS_SHOWN = 100
_NAMED = 6
_WIDTH, _HEIGHT, _EDGE = 200.0, 22.0, 2.0
_Cell = tuple[str, str]  # markup, and the class of the cell


def render(picture: FleetPicture, _: View = DEFAULT_VIEW) -> str:
    """Return the picture as one HTML document that needs nothing else, in English."""
    title = f"Footprint of the fleet {picture.title}"
    parts = [
        framed("summary", "In short", paragraphs(_summary(picture))),
        framed("services", "Services", _services(picture.services)),
        framed("distributions", "Distributions by service", _distributions(picture.distributions)),
    ]
    if picture.trends:
        parts.append(framed("trends", "How each grew", _trends(picture.trends)))
    parts.append(section_html(Section.of_lines("notes", "Notes", describe_notes(picture.notes))))
    heading = tag("header", tag("div", tag("h1", escape(title))), tag("div", class_="tools", id="tools"))
    made = f"Made by footprint {escape(picture.tool_version)}. This page asks nothing of any other machine."
    body = heading + tag("main", *parts, id="main", tabindex="-1") + tag("footer", tag("p", made))
    return framed_page(printable(title), "en", body, frame_data(picture.title))


def _summary(picture: FleetPicture) -> Iterator[str]:
    failed = sum(1 for service in picture.services if service.reason is not None)
    over = [service.project for service in picture.services if service.fits is False]
    judged = sum(1 for service in picture.services if service.fits is not None)
    weighed = [service.disk_bytes for service in picture.services if service.disk_bytes is not None]
    yield count_of(len(picture.services), "service") + (f", {failed} of them failed" if failed else "")
    if over:
        of = count_of(judged, "service")
        yield f"{len(over)} of {of} with a limit of memory do not fit in it: {few(over, _NAMED)}"
    elif judged:
        yield f"No limit of memory is exceeded, of {count_of(judged, 'service')} with one"
    if any(service.fits and not service.is_called for service in picture.services):
        yield UNCALLED
    if weighed:
        yield f"On disk: {mebibytes(sum(weighed))} MiB in {count_of(len(weighed), 'service')}"


def _services(services: Sequence[PictureService]) -> str:
    """Return a row for each, those that are closest to their limit first."""
    has_downloads = any(service.download_least_bytes is not None for service in services)
    downloads = ("Download MiB",) if has_downloads else ()
    heads = ("Service", "Distributions", "Disk MiB", *downloads, "Removable MiB", "Memory MiB", "Limit MiB",
             "Of the limit", "Verdict")  # fmt: skip
    rows = [_service(service, has_downloads=has_downloads) for service in sorted(services, key=_closeness)]
    sides = f"l{'n' * (len(heads) - 3)}ll"
    return _table(heads, sides, rows, "services") if rows else paragraphs(["There is no service"], "empty")


def _closeness(service: PictureService) -> tuple[bool, bool, float, str]:
    share = _share(service)
    return service.reason is None, share is None, -(share or 0), service.project


def _share(service: PictureService) -> float | None:
    if service.takes_bytes is None or not service.limit_bytes:
        return None
    return service.takes_bytes / service.limit_bytes


def _service(service: PictureService, *, has_downloads: bool) -> list[str]:
    count = "-" if service.distribution_count is None else f"{service.distribution_count:,}"
    words = f"failed: {service.reason}" if service.reason is not None else _verdict(service)
    figures = [
        count,
        mebibytes(service.disk_bytes),
        *([download(service.download_least_bytes, service.download_most_bytes)] if has_downloads else []),
        *map(mebibytes, (service.removable_bytes, service.takes_bytes, service.limit_bytes)),
    ]
    return [
        path_text(service.project),
        *map(escape, figures),
        _gauge(service),
        tag("span", path_text(words), class_="bad" if service.reason is not None or service.fits is False else None),
    ]


def _verdict(service: PictureService) -> str:
    share = _share(service)
    if share is None:
        return "no limit is known" if service.takes_bytes is not None else "not measured"
    return f"{share:.0%}, {'DOES NOT FIT' if service.fits is False else 'fits'}"


def _gauge(service: PictureService) -> str:
    """Return a bar that is full at the limit; what is above it goes on to the edge."""
    share = _share(service)
    if share is None:
        return ""
    scale = max(share, 1.0) * 1.04
    back = tag("rect", class_="track", x=0, y=4.0, width=_WIDTH, height=_HEIGHT - 8)
    rest = tag("rect", class_="rest", x=0, y=4.0, width=_WIDTH * max(share, 0) / scale, height=_HEIGHT - 8)
    at = _WIDTH / scale
    limit = tag("line", class_="limit", x1=at, x2=at, y1=0, y2=_HEIGHT)
    picture = _picture(back, rest, limit)
    return tag("div", picture, class_=f"small gauge {'over' if service.fits is False else 'ok'}")


def _picture(*parts: str) -> str:
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    return tag("svg", *parts, viewBox=box, preserveAspectRatio="none", aria_hidden="true", focusable="false")


def _distributions(found: Sequence[PictureDistribution]) -> str:
    shown, rest = found[:_DISTRIBUTIONS_SHOWN], found[_DISTRIBUTIONS_SHOWN:]
    heads = ("Distribution", "Services", "Loaded in", "Versions", "Disk MiB", "Startup RSS MiB", "Where")
    rows = [
        [
            path_text(each.name), f"{len(each.projects):,}", f"{each.loaded_count:,}",
            escape(few(each.versions, 3)), escape(mebibytes(each.disk_bytes)),
            escape(mebibytes(each.startup_rss_bytes)), path_text(few(each.projects, _NAMED)),
        ]
        for each in shown
    ]  # fmt: skip
    if not rows:
        return paragraphs(["Nothing is installed, or nothing is known of it"], "empty")
    weight = mebibytes(sum(each.disk_bytes or 0 for each in rest))
    more = [f"and {len(rest)} lighter: {weight} MiB"] if rest else []
    said = "Sums over the newest audit of each service; - was not measured. Loaded: at startup or by a lazy import."
    return _table(heads, "lnnlnnl", rows, "distributions") + paragraphs(more, "rest") + paragraphs([said], "remark")


def _trends(trends: Sequence[PictureTrend]) -> str:
    heads = ("Service", "Audits of", "Figure", "From", "To", "First", "Last", "Change", "Over time")
    rows = []
    for trend in trends:
        first, last = trend.points[0], trend.points[-1]
        rows.append([
            path_text(trend.project), "commits" if trend.source == "commit" else "the folder", escape(trend.figure),
            escape(first.moment[:10]), escape(last.moment[:10]),
            escape(_figure(trend, first.value)), escape(_figure(trend, last.value)),
            escape(_change(trend)), _line(trend),
        ])  # fmt: skip
    said = "Disk where it was weighed, else downloads by the lock file, else distributions; an audit a step."
    return _table(heads, "lllllnnnl", rows, "trends") + paragraphs([said], "remark")


def _figure(trend: PictureTrend, value: int) -> str:
    return f"{value:,}" if trend.figure == "distributions" else f"{mebibytes(value)} MiB"


def _change(trend: PictureTrend) -> str:
    more = trend.points[-1].value - trend.points[0].value
    return f"{'+' if more > 0 else ''}{_figure(trend, more)}"


def _line(trend: PictureTrend) -> str:
    """Return the figures as a line from nothing to the most, an audit a step."""
    most = max(point.value for point in trend.points) or 1
    step = _WIDTH / (len(trend.points) - 1)
    height = _HEIGHT - 2 * _EDGE
    corners = " ".join(
        f"{number(step * place)},{number(_HEIGHT - _EDGE - height * max(point.value, 0) / most)}"
        for place, point in enumerate(trend.points)
    )
    return tag("div", _picture(tag("polyline", class_="trend", points=corners)), class_="small gauge")


def _table(heads: Sequence[str], sides: str, rows: Sequence[Sequence[str]], key: str) -> str:
    """Return a table of markup; a side "n" is a column of figures."""
    classes = ["n" if side == "n" else None for side in sides]
    head = "".join(tag("th", escape(text), scope="col", class_=kind) for text, kind in zip(heads, classes, strict=True))
    body = "".join(tag("tr", *_cells(row, classes)) for row in rows)
    table = tag("table", tag("thead", tag("tr", head)), tag("tbody", body))
    return tag("div", table, class_="wide", tabindex="0", role="group", aria_labelledby=f"{key}-title")


def _cells(row: Sequence[str], classes: Sequence[str | None]) -> Iterator[str]:
    for place, (cell, kind) in enumerate(zip(row, classes, strict=True)):
        yield tag("td", cell, class_=kind) if place else tag("th", cell, scope="row", class_=kind)
