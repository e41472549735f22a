"""The baseline file: `model.baseline` as plain values, MiB with two decimals, every mapping sorted.

Sorted and one name a line: branches that change different entries change different lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.model.baseline import BASELINE_VERSION, Baseline, EntryBaseline, EnvironmentBaseline
from footprint.units import MIB


def to_plain(baseline: Baseline) -> dict[str, Any]:
    """Return the values of the file. What was not measured is null, or left out where it is asked for only by some."""
    environments = {key: _environment(baseline.environments[key]) for key in sorted(baseline.environments)}
    return {"schema_version": BASELINE_VERSION, "environments": environments}


def to_mib(count_bytes: int | None) -> float | None:
    """Return bytes as the file writes them: two decimals are 10 KiB, finer than anything that repeats."""
    return None if count_bytes is None else round(count_bytes / MIB, 2)


def _environment(environment: EnvironmentBaseline) -> dict[str, Any]:
    return {
        "python": environment.python,
        "footprint": environment.tool_version,
        "disk_mib": to_mib(environment.disk_bytes),
        "distribution_count": environment.distribution_count,
        "heavy_mib": _sizes(environment.heavy),
        "entries": {name: _entry(environment.entries[name]) for name in sorted(environment.entries)},
        "known": {code: sorted(environment.known[code]) for code in sorted(environment.known)},
    }


def _entry(entry: EntryBaseline) -> dict[str, Any]:
    values: dict[str, Any] = {
        "startup_anon_mib": to_mib(entry.anon_bytes),
        "startup_rss_mib": to_mib(entry.rss_bytes),
        "noise_mib": to_mib(entry.noise_bytes),
    }
    if entry.first_use_rss_bytes is not None:
        values["first_use_rss_mib"] = to_mib(entry.first_use_rss_bytes)
    if entry.time_ratio is not None:
        values["time_ratio"] = round(entry.time_ratio, 2)
    return values | {"startup_mib": _sizes(entry.startup)}


def _sizes(sizes: Mapping[str, int]) -> dict[str, float | None]:
    return {name: to_mib(sizes[name]) for name in sorted(sizes)}
