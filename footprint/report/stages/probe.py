"""What `footprint probe` prints, of its entries or of the real command, as rows of text or plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from footprint.model.audit import EntryRow
from footprint.model.live_readings import LiveRun, TreeMemory
from footprint.model.memory_rows import CallRow
from footprint.model.runtime import DistributionCost
from footprint.pairs import group_pairs
from footprint.report.audit.hosting_sentences import grown_words, rest_words
from footprint.report.audit.json import plain, plain_entry
from footprint.report.languages.messages import count_of
from footprint.report.text.last_output import last_said
from footprint.report.text.text_table import Rows, pick
from footprint.units import mebibytes, milliseconds

_WHEN = {"ready": "ready", "requests": "after the requests"}
_ENDS = {
    "stopped": "it ended at SIGTERM",
    "killed": "it ignored SIGTERM and was killed",
}


def cost_rows(costs: Iterable[DistributionCost], top: int) -> Rows:
    """Return one row per distribution, heaviest first."""
    ordered = sorted(costs, key=lambda cost: (-cost.self_rss_bytes, cost.name))
    cells = [
        (
            cost.name,
            mebibytes(cost.self_rss_bytes),
            mebibytes(cost.cumulative_rss_bytes),
            milliseconds(cost.self_time_us),
            str(cost.module_count),
        )
        for cost in (ordered if top == 0 else ordered[:top])
    ]
    return ("Loaded", "RSS MiB", "with imports", "time ms", "modules"), "lrrrr", cells


def probe_values(
    rows: Iterable[EntryRow], costs: Mapping[str, Sequence[DistributionCost]], calls: Iterable[CallRow] = ()
) -> list[dict[str, Any]]:
    """Return the measured entries as plain values for JSON: the entry as in an audit, its costs and its calls."""
    called = group_pairs((call.entry, plain(call)) for call in calls)
    return [
        plain_entry(row)
        | {"distributions": [plain(cost) for cost in costs[row.name]], "calls": list(called.get(row.name, ()))}
        for row in rows
    ]


def live_lines(run: LiveRun, source: str) -> tuple[str, ...]:
    """Return what was started, how it showed that it is ready, what it took in all, and how it ended."""
    lines = [f"Command: {' '.join(run.command)} (from {source})"]
    if run.message is not None:
        lines.append(f"not measured: {run.message}")
        lines += last_said(run.output_tail)
    for reading in run.readings:
        when = f"after {reading.request}" if reading.request else _WHEN[reading.when]
        lines.append(
            f"{when}, {rest_words(reading.growing_bytes)}: {_total_words(reading)}{grown_words(reading.lines)}"
        )
    if run.readings:
        lines.insert(1, f"ready: {run.ready_by}, {milliseconds(run.ready_after_us)} ms after the start")
        serving = len(run.readings[-1].serving)
        if run.workers is not None and serving < run.workers:
            lines.append(f"{serving} of the {run.workers} workers that it asks for were there")
        lines.append(_ENDS.get(run.end, run.end))
    lines += [f"outlived the command and was ended: {command}" for command in run.left_over]
    return tuple(lines)


def _total_words(reading: TreeMemory) -> str:
    count = len(reading.processes)
    words = f"RSS {mebibytes(reading.rss_bytes)} MiB, anon {mebibytes(reading.anon_bytes)}"
    words += f", PSS {mebibytes(reading.pss_bytes)}, in {count_of(count, 'process', 'processes')}"
    if reading.most_rss_bytes is not None:
        words += f", at most {mebibytes(reading.rss_bytes + reading.excess_bytes)} RSS on the way"
    if reading.grown and len(reading.serving) > 1:
        words += f", {len(reading.grown)} of {len(reading.serving)} workers grew"
    if count > 1 and reading.total_bytes is not None:
        words += f"; {mebibytes(reading.total_bytes)} MiB with what they share once"
    return f"{words}; RSS counts what they share once for each" if count > 1 else words


def process_rows(reading: TreeMemory) -> Rows:
    """Return one row per process, the command's own first."""
    cells = [
        (mebibytes(each.rss_bytes), mebibytes(each.anon_bytes), mebibytes(each.pss_bytes), each.command[:120])
        for each in reading.processes
    ]
    return ("RSS MiB", "anon MiB", "PSS MiB", "Process"), "rrrl", cells


def live_values(run: LiveRun, source: str, costs: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """Return a live measurement as plain values for JSON."""
    return {
        "command": run.command,
        "source": source,
        **pick(run, "end message ready_by listening workers"),
        "readings": [
            plain(reading) | pick(reading, "excess_bytes rss_bytes anon_bytes pss_bytes") for reading in run.readings
        ],
        "distributions": [{"name": name, "self_rss_bytes": rss} for name, rss in costs],
        "left_over": run.left_over,
        "notes": [plain(note) for note in run.notes],
    }
