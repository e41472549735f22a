"""Memory against the limit, stage by stage: a bar each, at rest and at its peak, for every entry that was measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.audit import Audit, EntryRow, NotMeasured
from footprint.model.audit_difference import AuditDifference
from footprint.model.memory_rows import Fit
from footprint.model.runtime import LATER, StageName
from footprint.model.service_memory import WorkersRow, WorkersStage
from footprint.report.audit.memory_grid import MOMENTS, moment_of
from footprint.report.difference.difference_sections import signed_mebibytes
from footprint.report.languages.figures import mebibytes, percent_of
from footprint.report.languages.messages import message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.page.stage_names import stage_name
from footprint.report.page.tags import escape, paragraphs, tag
from footprint.values import dataclass

_WIDTH, _HEIGHT = 1000.0, 22.0


@dataclass(frozen=True, slots=True)
class Gauge:
    """One bar. `peak_bytes` None: not known, or no more than at rest. `before_bytes`: of an earlier audit."""

    label: str
    resting_bytes: int
    peak_bytes: int | None
    limit_bytes: int | None
    fits: bool | None
    estimated: bool = False
    before_bytes: int | None = None


def gauges_html(audit: Audit, before: AuditDifference | None = None) -> str:
    """Return the gauges of all entries that were to be measured, each under its name; `before`: what has changed."""
    bars = "".join(_entry(audit, entry, before) for entry in audit.started)
    if before is not None and 'class="was"' in bars:
        sign = say("Dashed: what one process took before, in {before}", before=before.before.label)
        bars += paragraphs([sign], "remark")
    return bars or tag("p", escape(say("No entry point was found, so no memory was measured")), class_="empty")


def _entry(audit: Audit, entry: EntryRow, before: AuditDifference | None) -> str:
    heading = tag("h3", escape(entry.name), " ", tag("code", escape(entry.command or entry.target)))
    gauges = list(list_gauges(audit, entry, before))
    if not gauges:
        why = entry.start.reason if isinstance(entry.start, NotMeasured) else ""
        said = say("Memory was not measured: {reason}", reason=retell(why))
        return tag("div", heading, tag("p", escape(said), class_="empty"), class_="entry")
    return tag("div", heading, bars_html(gauges), class_="entry")


def bars_html(gauges: Sequence[Gauge]) -> str:
    """Return the bars of one service, all on one scale."""
    figures = ((each.limit_bytes, each.peak_bytes, each.resting_bytes, each.before_bytes) for each in gauges)
    scale = max(figure or 0 for each in figures for figure in each) * 1.04 or 1.0
    return tag("div", *(_bar(each, scale) for each in gauges), class_="gauges")


def list_gauges(audit: Audit, entry: EntryRow, before: AuditDifference | None = None) -> Iterator[Gauge]:
    """Yield the bars of one entry: its process as it was measured, what is judged, and estimates of other workers."""
    fits = {fit.stage: fit for fit in audit.fits if fit.entry == entry.name}
    earlier = _earlier(entry.name, before)
    yield from _of_process(entry, fits, earlier)
    for fit in fits.values():
        yield _of_fit(entry, fit, earlier)
    for workers in audit.workers:
        if workers.entry == entry.name:
            yield from _of_workers(entry, workers, fits)


def _earlier(entry: str, before: AuditDifference | None) -> dict[StageName, int]:
    """Return what the process of an entry took before, at the end of each stage that both audits have."""
    figures = (figure for each in (before.entries if before else ()) if each.name == entry for figure in each.figures)
    return {
        figure.stage: figure.before
        for figure in figures
        if figure.name == "RSS" and figure.stage is not None and figure.before is not None
    }


def _of_process(entry: EntryRow, fits: Mapping[StageName, Fit], earlier: Mapping[StageName, int]) -> Iterator[Gauge]:
    """Yield the bare interpreter, and the measured process where no verdict is of that process alone."""
    limit = next((fit.limit_bytes for fit in fits.values()), None)
    for row in entry.stages:
        stage, rss = row.reading.stage, row.reading.rss_bytes
        if stage == "interpreter":
            yield Gauge(stage_name(stage), rss, None, limit, None)
        elif row is entry.last_stage or stage in LATER:
            fit = fits.get(stage)
            peak = _above(row.reading.highest_bytes, rss)
            if not fits:
                yield Gauge(stage_name(stage), rss, peak, None, None, before_bytes=earlier.get(stage))
            elif fit is not None and not _is_alone(fit) and (_worker_count(entry, fit) > 1 or stage in earlier):
                label = say("{stage}, one process", stage=say(MOMENTS[stage]))
                yield Gauge(label, rss, peak, limit, None, before_bytes=earlier.get(stage))


def _of_fit(entry: EntryRow, fit: Fit, earlier: Mapping[StageName, int]) -> Gauge:
    """Return the bar of a verdict; what was before is known of one process alone."""
    resting = _resting(fit)
    return Gauge(
        _label(entry, fit),
        resting,
        _above(fit.peak_bytes, resting),
        fit.limit_bytes,
        fit.fits,
        any(not part.measured for part in fit.parts),
        earlier.get(fit.stage) if _is_alone(fit) else None,
    )


def _label(entry: EntryRow, fit: Fit) -> str:
    """Return of which moment and of which processes a verdict is."""
    moment = moment_of(fit)
    workers = _worker_count(entry, fit)
    if workers > 1:
        return _of_several(moment, workers, preload=bool(entry.serving and entry.serving.preload))
    if any(part.kind == "server" for part in fit.parts):
        return say("{stage}, with its server", stage=moment)
    return moment


def _of_several(stage: str, workers: int, *, preload: bool) -> str:
    words = message("{stage}, {count} workers with preload" if preload else "{stage}, {count} workers")
    return say(words, stage=stage, count=workers)


def _worker_count(entry: EntryRow, fit: Fit) -> int:
    """Return of how many workers a verdict is, as the start command has them."""
    serving = entry.serving
    counts = serving is not None and not fit.live and any(part.kind == "workers" for part in fit.parts)
    return (serving.workers or 1) if serving is not None and counts else 1


def _of_workers(entry: EntryRow, row: WorkersRow, fits: Mapping[StageName, Fit]) -> Iterator[Gauge]:
    """Yield the estimates of so many workers, but for those that a verdict has already."""
    for stage in row.stages:
        fit = fits.get(stage.stage)
        if fit is not None and _is_the_same(entry, fit, row, stage):
            continue
        name = say(MOMENTS[stage.stage])
        label = say("{stage}, one worker", stage=name)
        if row.workers > 1:
            label = _of_several(name, row.workers, preload=row.preload)
        peak = _above(stage.peak_bytes, stage.total_bytes)
        yield Gauge(label, stage.total_bytes, peak, row.limit_bytes, stage.fits, estimated=True)


def _is_the_same(entry: EntryRow, fit: Fit, row: WorkersRow, stage: WorkersStage) -> bool:
    """Return whether a verdict is of the same workers: the estimate in it, not the real command."""
    return not fit.live and row.workers == _worker_count(entry, fit) and stage.total_bytes == _resting(fit)


def _resting(fit: Fit) -> int:
    return fit.rss_bytes if fit.resting_bytes is None else fit.resting_bytes


def _is_alone(fit: Fit) -> bool:
    """Return whether a verdict is of the measured process and of nothing beside it."""
    return not fit.live and _resting(fit) == fit.rss_bytes


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
    if gauge.before_bytes is not None:
        at = _WIDTH * gauge.before_bytes / scale
        parts.append(tag("line", class_="was", x1=at, x2=at, y1=0, y2=_HEIGHT))
    back = tag("rect", class_="track", x=0, y=3.0, width=_WIDTH, height=_HEIGHT - 6)
    box = f"0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"
    picture = tag("svg", back, *parts, viewBox=box, preserveAspectRatio="none", aria_hidden="true", focusable="false")
    label = tag("span", escape(gauge.label), class_="label")
    return tag("div", label, picture, tag("span", escape(_words(gauge)), class_="took"), class_=f"gauge {state}")


def _words(gauge: Gauge) -> str:
    about = "~" if gauge.estimated else ""
    words = [f"{about}{mebibytes(gauge.resting_bytes)} MiB"]
    if gauge.peak_bytes is not None and mebibytes(gauge.peak_bytes) != mebibytes(gauge.resting_bytes):
        words.append(say("peak {memory}", memory=f"{about}{mebibytes(gauge.peak_bytes)}"))
    if gauge.limit_bytes and gauge.fits is not None:
        most = max(gauge.resting_bytes, gauge.peak_bytes or 0)
        share = percent_of(most, gauge.limit_bytes)
        words.append(say("{percent} % of {memory}", percent=share, memory=mebibytes(gauge.limit_bytes)))
        words.append(say("fits") if gauge.fits else say("does not fit"))
    if gauge.before_bytes is not None:
        change = signed_mebibytes(gauge.resting_bytes - gauge.before_bytes)
        words.append(say("before {memory}, {change}", memory=mebibytes(gauge.before_bytes), change=change))
    return " · ".join(words)
