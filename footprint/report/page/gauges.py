"""Memory against the limit, stage by stage: a bar each, at rest and at its peak, for every entry that was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, EntryRow, NotMeasured
from footprint.model.runtime import LATER
from footprint.report.audit.memory_grid import MOMENTS, moment_of
from footprint.report.languages.figures import mebibytes, percent_of
from footprint.report.languages.messages import say
from footprint.report.languages.stored_sentences import retell
from footprint.report.page.stage_names import stage_name
from footprint.report.page.tags import escape, tag
from footprint.values import dataclass

_WIDTH, _HEIGHT = 1000.0, 22.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """One bar. `peak_bytes` None: not known, or no more than at rest."""

    label: str
    resting_bytes: int
    peak_bytes: int | None
    limit_bytes: int | None
    fits: bool | None
    estimated: bool = False


def gauges_html(audit: Audit) -> str:
    """Return the gauges of all entries that were to be measured, each under its name."""
    return "".join(_entry(audit, entry) for entry in audit.started) or tag(
        "p", escape(say("No start command was found, so no memory was measured")), class_="empty"
    )


def _entry(audit: Audit, entry: EntryRow) -> str:
    heading = tag("h3", escape(entry.name), " ", tag("code", escape(entry.command or entry.target)))
    gauges = list(list_gauges(audit, entry))
    if not gauges:
        why = entry.start.reason if isinstance(entry.start, NotMeasured) else ""
        said = say("Memory was not measured: {reason}", reason=retell(why))
        return tag("div", heading, tag("p", escape(said), class_="empty"), class_="entry")
    return tag("div", heading, bars_html(gauges), class_="entry")


def bars_html(gauges: Sequence[Gauge]) -> str:
    """Return the bars of one service, all on one scale."""
    scale = max(max(each.limit_bytes or 0, each.peak_bytes or 0, each.resting_bytes) for each in gauges) * 1.04 or 1.0
    return tag("div", *(_bar(each, scale) for each in gauges), class_="gauges")


def list_gauges(audit: Audit, entry: EntryRow) -> Iterator[Gauge]:
    """Yield the bars of one entry: the bare interpreter, the stages as they are judged, and its workers."""
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    limit = fits[0].limit_bytes if fits else None
    for row in entry.stages:
        if row.reading.stage == "interpreter":
            yield Gauge(stage_name("interpreter"), row.reading.rss_bytes, None, limit, None)
        elif not fits and (row is entry.last_stage or row.reading.stage in LATER):
            peak = _above(row.reading.highest_bytes, row.reading.rss_bytes)
            yield Gauge(stage_name(row.reading.stage), row.reading.rss_bytes, peak, None, None)
    for fit in fits:
        resting = fit.resting_bytes if fit.resting_bytes is not None else fit.rss_bytes
        estimated = any(not part.measured for part in fit.parts)
        yield Gauge(moment_of(fit), resting, _above(fit.peak_bytes, resting), fit.limit_bytes, fit.fits, estimated)
    for workers in audit.workers:
        if workers.entry == entry.name:
            for stage in workers.stages:
                label = say("{count} workers, {stage}", count=workers.workers, stage=say(MOMENTS[stage.stage]))
                peak = _above(stage.peak_bytes, stage.total_bytes)
                yield Gauge(label, stage.total_bytes, peak, workers.limit_bytes, stage.fits, estimated=True)


def _above(peak: int | None, resting: int) -> int | None:
    return peak if peak is not None and peak > resting else None


def _bar(gauge: Gauge, scale: float) -> str:
    state = "none" if gauge.fits is None else "ok" if gauge.fits else "over"
    parts = []
    if gauge.peak_bytes is not None:
        parts.append(
            tag("rect", class_="peak", x=0, y=3.0, width=_WIDTH * gauge.peak_bytes / scale, height=_HEIGHT - 6)
        )
    parts.append(tag("rect", class_="rest", x=0, y=3.0, width=_WIDTH * gauge.resting_bytes / scale, height=_HEIGHT - 6))
    if gauge.limit_bytes:
        at = _WIDTH * gauge.limit_bytes / scale
        parts.append(tag("line", class_="limit", x1=at, x2=at, y1=0, y2=_HEIGHT))
    back = tag("rect", class_="track", x=0, y=3.0, width=_WIDTH, height=_HEIGHT - 6)
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    picture = tag("svg", back, *parts, viewBox=box, preserveAspectRatio="none", aria_hidden="true", focusable="false")
    label = tag("span", escape(gauge.label), class_="label")
    return tag("div", label, picture, tag("span", escape(_words(gauge)), class_="took"), class_=f"gauge {state}")


def _words(gauge: Gauge) -> str:
    about = "~" if gauge.estimated else ""
    words = [f"{about}{mebibytes(gauge.resting_bytes)} MiB"]
    if gauge.peak_bytes is not None:
        words.append(say("peak {memory}", memory=f"{about}{mebibytes(gauge.peak_bytes)}"))
    if gauge.limit_bytes and gauge.fits is not None:
        most = max(gauge.resting_bytes, gauge.peak_bytes or 0)
        share = percent_of(most, gauge.limit_bytes)
        words.append(say("{percent} % of {memory}", percent=share, memory=mebibytes(gauge.limit_bytes)))
        words.append(say("fits") if gauge.fits else say("does not fit"))
    return " · ".join(words)
