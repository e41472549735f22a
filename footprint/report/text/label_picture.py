"""A label and a value as a small picture: an SVG of two fields, as readers of a README know them."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from footprint.report.text.view import text_width

GREEN, AMBER, RED, GREY = "#2e7d32", "#8a5a00", "#b3261e", "#555"  # each 4.5:1 or more against white
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


def draw(label: str, value: str, colour: str, text: str) -> str:
    """Return the picture; `text` is what is shown where the mouse rests. The texts are harmless already."""
    left, right = _width(label), _width(value)
    picture = _PICTURE.format(
        width=left + right,
        left=left,
        right=right,
        colour=colour,
        label=escape(label),
        value=escape(value),
        title=quoteattr(f"{label}: {value}"),
        text=escape(text),
        label_x=left / 2,
        value_x=left + right / 2,
    )
    return picture.encode("ascii", "xmlcharrefreplace").decode()


def _width(text: str) -> int:
    return round(_SIGN_PX * text_width(text)) + _PAD_PX
