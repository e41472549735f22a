"""Whether what a start wrote about itself can be believed. Pure.

The figures of its stages are our own reading (readings.py); its records only say which module took what. Records that
no honest start can have written make all of it worthless: whoever writes one may have written the others.
"""

from __future__ import annotations

from footprint.probe.events import Recording
from footprint.probe.readings import Outside


def find_doubt(recording: Recording, outside: Outside | None, machine_bytes: int) -> str | None:
    """Return the first thing that cannot be, in words; None where all is as it should be."""
    if recording.doubts:
        return recording.doubts[0]
    if recording.malformed_count:
        return f"{recording.malformed_count} of the probe's records cannot be read"
    if recording.most_bytes > machine_bytes:
        return "it says that it took more memory than this machine has"
    if outside is not None and recording.latest_ns > outside.ended_ns:
        return "a record is of a time after the end"
    return None
