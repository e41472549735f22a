"""Bytes, durations, line numbers: parsed strictly, formatted in one place. Binary units are printed, both accepted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from footprint.errors import UsageError

MIB = 1 << 20
_NO_SIZE = 1 << 63
_RUNS = 40  # of lines in one file; a report says how many more there are

_SIZE = r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b?)\s*"
_FACTORS = {"": 1, "b": 1} | {
    f"{prefix}{suffix}": base**power
    for power, prefix in enumerate("kmgt", start=1)
    for suffix, base in (("b", 1000), ("ib", 1024))
}


def parse_size(text: str) -> int:
    """Return bytes: `512MB` is 512 * 10**6, `512MiB` is 512 * 2**20; a bare number is bytes.

    Raises: UsageError for anything else, `512M` among it: that letter means either.
    """
    match = re.fullmatch(_SIZE, text, re.IGNORECASE | re.ASCII)  # few are read in a run
    factor = _FACTORS.get(match[2].lower()) if match else None
    if match is None or factor is None:
        raise UsageError(f"{text!r} is not a size: write it as 512MiB (2**20) or 512MB (10**6)")
    count_bytes = float(match[1]) * factor
    if count_bytes >= _NO_SIZE:  # infinity, too: a number of 400 digits
        raise UsageError(f"{text[:40]!r} is larger than any memory or disk: write a size such as 512MiB")
    return int(count_bytes)


def mebibytes(count_bytes: int | None, *, missing: str = "-") -> str:
    """Return `12.3` for a number of bytes, `missing` for None. A real zero is `0.0`."""
    if count_bytes is None:
        return missing
    return f"{round(count_bytes / MIB, 1) + 0.0:,.1f}"  # what rounds to nothing has no sign


def size(count_bytes: int | None, *, missing: str = "not measured") -> str:
    """Return bytes with the binary unit that reads best: `917 B`, `12.3 KiB`, `1,810.2 MiB`."""
    if count_bytes is None:
        return missing
    if abs(count_bytes) < 1024:
        return f"{count_bytes} B"
    if abs(count_bytes) < MIB:
        return f"{count_bytes / 1024:.1f} KiB"
    return f"{count_bytes / MIB:,.1f} MiB"


def milliseconds(time_us: int | None, *, missing: str = "-") -> str:
    """Return `1,204` for microseconds, `missing` for None."""
    return missing if time_us is None else f"{time_us / 1000:,.0f}"


def few(names: Sequence[str], most: int = 3) -> str:
    """Return names, of many the first and how many more there are: `a, b, c and 4 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def places(lines: Iterable[tuple[str, int]]) -> str:
    """Return files with their lines, short: `requirements.txt:3, 7-9, dev.txt:2`; a very long list ends in a count."""
    by_file: dict[str, set[int]] = {}
    for file, line in lines:
        by_file.setdefault(file, set()).add(line)
    return ", ".join(f"{file}:{', '.join(_runs(sorted(numbers)))}" for file, numbers in by_file.items())


def _runs(numbers: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs[:_RUNS]]
    left = sum(last - first + 1 for first, last in runs[_RUNS:])
    return [*shown, f"and {left} more"] if left else shown
