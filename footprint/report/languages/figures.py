"""Figures in the language that is spoken: the same digits as `units` writes, with that language's signs.

Source: Unicode CLDR, "Number Elements" of `en` and `es` (in Spanish four digits stand together: 1204,5 and 12.345,6).
"""

from __future__ import annotations

from footprint import units
from footprint.late import late_pattern
from footprint.report.languages.messages import catalogue, message, say

NOT_MEASURED = message("not measured")
_FIGURE = late_pattern(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.]*\d)")


def mebibytes(count_bytes: int | None, *, missing: str = "-") -> str:
    """Return `12.3` for a number of bytes, `missing` for None."""
    return missing if count_bytes is None else localise(units.mebibytes(count_bytes))


def size(count_bytes: int | None, *, missing: str = NOT_MEASURED) -> str:
    """Return bytes with the binary unit that reads best: `917 B`, `12.3 KiB`, `1,810.2 MiB`."""
    return say(missing) if count_bytes is None else localise(units.size(count_bytes))


def milliseconds(time_us: int | None, *, missing: str = "-") -> str:
    """Return `1,204` for microseconds, `missing` for None."""
    return missing if time_us is None else localise(units.milliseconds(time_us))


def whole(number: int) -> str:
    """Return `1,204` for a whole number."""
    return localise(f"{number:,}")


def percent_of(count: int, limit: int | None) -> str:
    """Return which part of a limit something is, in percent without the sign; `-` where there is no limit."""
    return whole(round(100 * count / limit)) if limit else "-"


def localise(figure: str) -> str:
    """Return one figure that `units` wrote, a unit behind it or not, with the signs of the language that is spoken."""
    spoken = catalogue()
    if spoken.decimal == ".":
        return figure
    return _FIGURE.sub(lambda match: _written(match[0], spoken.decimal, spoken.group, spoken.grouped_from), figure)


def _written(figure: str, decimal: str, group: str, grouped_from: int) -> str:
    before, point, after = figure.partition(".")
    digits = before.replace(",", "")
    shown = before.replace(",", group) if len(digits) >= grouped_from else digits
    return f"{shown}{decimal}{after}" if point else shown
