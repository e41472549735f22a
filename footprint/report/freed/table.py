"""What a set frees, as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.combinations import Freed
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import few, mebibytes, milliseconds, size

_NAMED = 12


def render(freed: Freed, view: View = DEFAULT_VIEW) -> str:
    """Return a line for the disk, and one for each start."""
    return view.join(_lines(freed))


def _lines(freed: Freed) -> Iterator[str]:
    names = f": {few(freed.distributions, _NAMED)}" if freed.distributions else ""
    yield f"Disk: {size(freed.disk_bytes)} freed, exactly{names}"
    if freed.starts is None:
        yield "Memory: not known: no stored audit of this project has these changes (footprint audit --store)"
        return
    for start in freed.starts:
        saved = f"{mebibytes(start.rss_bytes)} MiB RSS and {milliseconds(start.time_us)} ms"
        yield f"Memory: the start of {start.entry} takes {saved} less, predicted from the stored audit"
    yield "Nothing was tried: without --no-start the changes are made in a shadow"
