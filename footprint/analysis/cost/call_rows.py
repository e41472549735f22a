"""What the calls of a ready application added to it, by cause. Pure."""

from __future__ import annotations

from footprint.analysis.cost.attribution import Places, locate
from footprint.analysis.cost.first_use_rows import brought, heaviest_chain
from footprint.model.memory_rows import CallRow, RepeatedCall
from footprint.model.runtime import CallRun, RepeatRun


def describe_call(entry: str, call: CallRun, places: Places) -> CallRow:
    """Return what a call of an entry did, by cause."""
    return CallRow(
        entry=entry,
        name=call.name,
        outcome=call.outcome,
        message=call.message,
        path=call.path,
        line=call.line,
        status=call.status,
        sent_bytes=call.sent_bytes,
        rss_bytes=call.rss_bytes,
        anon_bytes=call.anon_bytes,
        peak_bytes=call.peak_bytes,
        time_us=call.time_us,
        import_rss_bytes=_imported(call, places) if call.costs else None,
        brings=brought(call, places),
        chain=heaviest_chain(call, places),
        lines=call.lines,
        files=call.files,
        written=call.written,
        was_apart=call.was_apart,
        repeated=_repeated(call.repeat) if call.repeat is not None else None,
    )


def _repeated(run: RepeatRun) -> RepeatedCall:
    from footprint.analysis.cost.repetitions import judge_repeat  # for few audits only

    return judge_repeat(run)


def _imported(call: CallRun, places: Places) -> int:
    """Return what modules of others added as they loaded: what own ones make is data, told by its line."""
    origins = dict(call.origins)
    own = {name for name, path in origins.items() if locate(path, places).kind == "first-party"}
    return sum(cost.self_rss_bytes for cost in call.costs[1:] if cost.module not in own)
