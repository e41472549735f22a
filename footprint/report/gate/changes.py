"""What an update of the baseline wrote, and what it did not dare to: one line each."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.model.gate_report import BaselineChange
from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import View


def render(changes: Sequence[BaselineChange], refused: Sequence[BaselineChange], path: str, view: View) -> str:
    """Return the lines for a terminal or a log."""
    if not changes and not refused:
        lines = [f"{path}: nothing to change"]
    else:
        lines = [f"{path}: {len(changes)} changes written" if changes else f"{path}: left as it is"]
        lines += [f"  {_words(change)}" for change in changes]
    if refused:
        lines.append(f"{len(refused)} not written, since they raise what is allowed (--allow-increase writes them)")
        lines += [f"  {_words(change)}" for change in refused]
    text = "\n".join(printable(line) for line in lines) + "\n"
    return plain_ascii(text) if view.ascii else text


def _words(change: BaselineChange) -> str:
    where = f"{change.entry}: " if change.entry is not None else ""
    return f"{where}{change.what} {_step(change.before, change.after)}"


def _step(before: str | None, after: str | None) -> str:
    if before is None:
        return f"new: {after}" if after else "new"
    return f"gone (was {before})" if after is None else f"{before} -> {after}"
