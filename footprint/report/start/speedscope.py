"""Starts as a speedscope file: per entry one profile in bytes and one in microseconds, over the same frames.

Source: https://www.speedscope.app/file-format-schema.json, profiles of type "evented".

The axis is the sum of self costs in load order, not the clock and not the RSS at that moment: so a frame is exactly
as wide as what it cost, also where threads import at once. A speedscope value never falls: a load that gave memory
back is drawn without width, and the profile's name says how much that was. Without such loads the profile ends
at the growth of the process; time always adds up.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from footprint.report.start.start_tree import WEIGHTS, StartTree, Unit, given_back, walk
from footprint.report.text.safe import encodable
from footprint.units import size

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
_Frames = dict[tuple[str, str | None], int]  # that all profiles share, by module and file: their places in the list


def render(starts: Iterable[StartTree]) -> str:
    """Return one file with two profiles per start."""
    frames: _Frames = {}
    profiles = []
    for start in starts:
        lost = given_back(start.run.costs)
        remark = f" ({size(lost)} given back are not drawn)" if lost else ""
        profiles.append(_profile(start, frames, f"{start.target}: RSS{remark}", "bytes"))
        profiles.append(_profile(start, frames, f"{start.target}: time", "microseconds"))
    document = {
        "$schema": SCHEMA,
        "shared": {"frames": [_frame(*each) for each in frames]},
        "profiles": profiles,
        "name": "What the imports of a start cost",
        "activeProfileIndex": 0,
        "exporter": "footprint",
    }
    return json.dumps(document, separators=(",", ":")) + "\n"


def _frame(module: str, file: str | None) -> dict[str, str]:
    return {"name": encodable(module)} | ({} if file is None else {"file": encodable(file)})


def _profile(start: StartTree, frames: _Frames, name: str, unit: Unit) -> dict[str, Any]:
    """Return one profile; what a module cost itself comes before what it loaded."""
    at = 0
    events = []
    for step in walk(start.run.costs):
        module = step.cost.module
        frame = frames.setdefault((module, start.files.get(module)), len(frames))
        events.append({"type": "O" if step.entering else "C", "frame": frame, "at": at})
        if step.entering:
            at += max(WEIGHTS[unit](step.cost), 0)
    shown = {"type": "evented", "name": encodable(name), "unit": unit}
    return {**shown, "startValue": 0, "endValue": at, "events": events}
