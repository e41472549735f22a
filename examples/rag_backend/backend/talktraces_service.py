"""Pictures of how a conversation moved through the passages. Nothing imports this any more."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure


def draw_trace(similarities: list[float]) -> bytes:
    """Return a PNG of the similarity of each turn's best passage."""
    figure = Figure(figsize=(6, 2))
    axes = figure.subplots()
    axes.plot(range(1, len(similarities) + 1), similarities, marker="o")
    axes.set_xlabel("turn")
    axes.set_ylim(0, 1)
    buffer = BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
