"""What a tuning came to, in words: the same in a terminal and in markdown."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.tuning import CpuRatio, TunedRow, Tuning
from footprint.units import MIB, few, mebibytes

HEADINGS = ("Setting", "Ready MiB", "After MiB", "Anon MiB", "Saved MiB", "Spread MiB", "CPU a request", "")
ALIGNMENT = "lrrrrrll"
_EFFECTS = {"base": "", "saves": "saves", "none": "no effect here", "worse": "takes more"}


def title(tuning: Tuning) -> str:
    """Return what was tuned."""
    return f"{tuning.command} ({tuning.source}), {tuning.capacity} at once, {tuning.start_count} starts"


def how_lines(tuning: Tuning) -> Iterator[str]:
    """Yield what the figures are."""
    if tuning.requests:
        asked = few(tuning.requests)
        yield f"Every worker got {asked} and collected its garbage before the processes were read (After)."
    else:
        yield (
            "No request was given: each worker collected its garbage, and that is all. What loads with the first "
            "request, and what preload shares only until then, is in no figure: give --request."
        )
    yield (
        "All processes together, a page that several have counted once. "
        f"A difference below {mebibytes(tuning.noise_bytes)} MiB (1 %, or the spread of repeats) is no effect."
    )


def cells(tuning: Tuning) -> list[tuple[str, ...]]:
    """Return the cells of the table."""
    rows = [_cells(row, tuning.noise_bytes) for row in tuning.rows]
    return [*rows, _cells(tuning.best, tuning.noise_bytes, "again: ")] if tuning.best is not None else rows


def _cells(row: TunedRow, noise_bytes: int, before: str = "") -> tuple[str, ...]:
    reading = row.reading
    figures: tuple[str, ...] = ("-", "-", "-")
    if reading is not None:
        figures = tuple(
            map(mebibytes, (reading.ready.total_bytes, reading.after.total_bytes, reading.after.anon_bytes))
        )
    saved = "-" if row.saved_bytes is None else mebibytes(0 if row.effect == "none" else row.saved_bytes)
    effect = f"{_EFFECTS.get(row.effect, row.effect)}{': ' * bool(row.why)}{row.why}"
    return (f"{before}{row.name}", *figures, saved, mebibytes(row.spread_bytes), _cpu(row.cpu), effect)


def _cpu(cpu: CpuRatio | None) -> str:
    if cpu is None:
        return "-"
    figure = f"{cpu.after_us / 1000:,.1f} ms"
    return f"{figure}, x {cpu.ratio:.2f}" if cpu.told_apart else f"{figure}, not told apart"


def answer_lines(tuning: Tuning) -> Iterator[str]:
    """Yield what is proposed, and what no measurement shows of it."""
    best, base = tuning.best, tuning.rows[0].reading
    if best is None or base is None:
        yield "Nothing of it is worth a change: the command stays as it is."
        return
    saved, before = best.saved_bytes or 0, base.after.total_bytes
    share = saved / before if before else 0
    yield (
        f"Proposed: {best.name}. It saves {mebibytes(saved)} of {mebibytes(before)} MiB ({share:.0%}), "
        f"in {best.start_count} starts that differ by {mebibytes(best.spread_bytes)} MiB."
    )
    for factor in best.factors:
        if factor.caveat:
            yield f"{factor.name}: {factor.caveat}."
    if best.cpu is not None:
        yield (
            f"Processor time of a request: {best.cpu.before_us / 1000:,.1f} ms before, {best.cpu.after_us / 1000:,.1f} "
            f"after, x {best.cpu.ratio:.2f} (95 %: {best.cpu.low:.2f} to {best.cpu.high:.2f}, "
            f"{best.cpu.request_count} requests each)."
        )
    elif tuning.requests:
        yield "Processor time of a request is not measured: the command cannot be started twice at the same time."


def other_lines(tuning: Tuning) -> Iterator[str]:
    """Yield what was not tried and why, and what -OO would take away."""
    for each in tuning.untried:
        yield f"{each.name}: not tried, {each.why}." if each.name != "max-requests" else f"{each.name}: {each.why}."
    if tuning.assert_count:
        yield f"-OO: {tuning.assert_count} asserts of the project would no longer check."
    for use in tuning.optimised_uses[:5]:
        what = "the test of an assert does something" if use.kind == "assert" else "it reads a docstring"
        yield f"-OO: {use.path}:{use.line}: {what}."
    base = tuning.rows[0].reading
    for name, statuses in base.answers if base is not None else ():
        if any((status or 500) >= 400 for status in statuses):
            yield f"{name} answered {', '.join(map(str, statuses))} as it is: nothing is known of what it takes."
    if base is not None and tuning.requests and base.asked_count < base.worker_count:
        yield f"Only {base.asked_count} of {base.worker_count} workers could be given the requests."
    if base is not None and base.collected_count < base.worker_count:
        missing = base.worker_count - base.collected_count
        yield f"{missing} of {base.worker_count} workers did not collect their garbage: they wait outside of Python."


def plan_lines(tuning: Tuning) -> Iterator[str]:
    """Yield the plans that the peak of all processes needs, where the proposal changes them."""
    base, best = tuning.rows[0].reading, tuning.best
    if base is None:
        return
    after = best.reading if best is not None and best.reading is not None else base
    peaks = f"{base.peak_bytes / MIB:,.0f} MiB as it is"
    peaks += f", {after.peak_bytes / MIB:,.0f} as proposed" if best is not None else ""
    yield f"Plans that hold all workers at their highest ({peaks}), as of the month in which each was read:"
    for plan in tuning.plans:
        names = dict.fromkeys((plan.before or "none", plan.after or "none"))
        yield f"{plan.platform}: {' -> '.join(names)} ({plan.checked})"
