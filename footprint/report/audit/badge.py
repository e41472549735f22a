"""The verdict as a small picture: an SVG of two fields, as readers of a README know them."""

from __future__ import annotations

from footprint.model.audit import Audit, NotMeasured
from footprint.report.text.label_picture import AMBER, GREEN, GREY, RED, draw
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import size

_LABEL = "footprint"
_TIGHT = 0.9  # of a limit


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the picture: what the entry closest to its limit takes, or all distributions where none was measured."""
    value, colour = _value(audit)
    return draw(_LABEL, value, colour, f"{printable(audit.project)}: {value}")


def _value(audit: Audit) -> tuple[str, str]:
    """Return the words of the right field and its colour."""
    if any(entry.stopped or entry.cannot_start for entry in audit.started):
        return "does not start", RED
    if audit.fits:
        fit = min(audit.fits, key=lambda each: each.headroom_bytes)
        most = fit.limit_bytes - fit.headroom_bytes
        colour = RED if not fit.fits else AMBER if most > _TIGHT * fit.limit_bytes else GREEN
        return f"{size(most)} of {size(fit.limit_bytes)}", colour
    starts = [(each.start, each.uncalled) for each in audit.started]
    measured = [(it.last.reading.rss_bytes, uncalled) for it, uncalled in starts if not isinstance(it, NotMeasured)]
    if measured:
        most, uncalled = max(measured, key=lambda each: each[0])
        return f"{size(most)} {'imported' if uncalled else 'at startup'}", GREY
    total = audit.disk.site_apparent_bytes
    return ("not measured" if total is None else f"{size(total)} on disk"), GREY
