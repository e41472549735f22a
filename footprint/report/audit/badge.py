"""The verdict as a small picture: an SVG of two fields, as readers of a README know them."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from footprint.model.audit import Audit, NotMeasured
from footprint.report.text.safe import printable
from footprint.report.text.view import DEFAULT_VIEW, View, text_width
from footprint.units import size

_LABEL = "footprint"
_GREEN, _AMBER, _RED, _GREY = "#2e7d32", "#8a5a00", "#b3261e", "#555"  # each 4.5:1 or more against white
_TIGHT = 0.9  # of a limit
_SIGN_PX, _PAD_PX = 6.6, 12
_PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label={title}>
<title>{text}</title>
<rect width="{left}" height="20" fill="#333"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{label_x}" y="14">{label}</text><text x="{value_x}" y="14">{value}</text>
</g>
</svg>
"""


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the picture: what the entry closest to its limit takes, or all distributions where none was measured."""
    value, colour = _value(audit)
    left, right = _width(_LABEL), _width(value)
    picture = _PICTURE.format(
        width=left + right,
        left=left,
        right=right,
        colour=colour,
        label=_LABEL,
        value=escape(value),
        title=quoteattr(f"{_LABEL}: {value}"),
        text=escape(f"{printable(audit.project)}: {value}"),
        label_x=left / 2,
        value_x=left + right / 2,
    )
    return picture.encode("ascii", "xmlcharrefreplace").decode()


def _value(audit: Audit) -> tuple[str, str]:
    """Return the words of the right field and its colour."""
    if any(entry.stopped or entry.cannot_start for entry in audit.started):
        return "does not start", _RED
    if audit.fits:
        fit = min(audit.fits, key=lambda each: each.headroom_bytes)
        most = fit.limit_bytes - fit.headroom_bytes
        colour = _RED if not fit.fits else _AMBER if most > _TIGHT * fit.limit_bytes else _GREEN
        return f"{size(most)} of {size(fit.limit_bytes)}", colour
    starts = [(each.start, each.uncalled) for each in audit.started]
    measured = [(it.last.reading.rss_bytes, uncalled) for it, uncalled in starts if not isinstance(it, NotMeasured)]
    if measured:
        most, uncalled = max(measured, key=lambda each: each[0])
        return f"{size(most)} {'imported' if uncalled else 'at startup'}", _GREY
    total = audit.disk.site_apparent_bytes
    return ("not measured" if total is None else f"{size(total)} on disk"), _GREY


def _width(text: str) -> int:
    return round(_SIGN_PX * text_width(text)) + _PAD_PX
