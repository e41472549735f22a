"""What a start grows by when one more thing is imported in it."""

from __future__ import annotations

from footprint.model.addition import ImportGrowth
from footprint.model.runtime import LATER, EntryRuntime, StageReading


def ready_reading(runtime: EntryRuntime) -> StageReading | None:
    """Return the last stage of a start; None where it did not come to it."""
    if runtime.run is None or (runtime.failure is not None and runtime.failure.stage not in LATER):
        return None
    reached = [each for each in runtime.run.stages if each.stage in ("import", "ready")]
    return reached[-1] if reached else None


def growth_alone(runtime: EntryRuntime) -> ImportGrowth | None:
    """Return what the imports of a start add to the bare interpreter that it began as."""
    last = ready_reading(runtime)
    stages = runtime.run.stages if runtime.run is not None else ()
    bare = next((each for each in stages if each.stage == "interpreter"), None)
    if last is None or bare is None:
        return None
    return ImportGrowth(
        last.rss_bytes - bare.rss_bytes, _difference(last.anon_bytes, bare.anon_bytes), last.time_us - bare.time_us
    )


def growth_between(before: EntryRuntime, after: EntryRuntime) -> ImportGrowth | None:
    """Return what the start `after` takes more than `before`, at the same stage.

    Its time is that of the modules which load in it alone: two whole starts differ by more than a small import takes.
    """
    old, new = ready_reading(before), ready_reading(after)
    if old is None or new is None or old.stage != new.stage:
        return None
    time_us = _own_time(before, after)
    return ImportGrowth(new.rss_bytes - old.rss_bytes, _difference(new.anon_bytes, old.anon_bytes), time_us)


def _own_time(before: EntryRuntime, after: EntryRuntime) -> int:
    known = {cost.module for cost in before.run.costs} if before.run is not None else set()
    costs = after.run.costs if after.run is not None else ()
    return sum(cost.self_time_us for cost in costs if cost.stage not in LATER and cost.module not in known)


def _difference(new: int | None, old: int | None) -> int | None:
    return None if new is None or old is None else new - old
