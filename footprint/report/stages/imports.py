"""What `footprint imports` prints, as rows of text or plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from footprint.model.source_modules import Placement, SiteUse
from footprint.report.text.text_table import Rows, pick


def import_rows(uses: Sequence[tuple[SiteUse, str]]) -> Rows:
    """Return one row per import that leaves the project: where, what, when it runs, whose it is."""
    cells = [
        (
            f"{use.site.path}:{use.site.line}",
            use.site.module,
            use.status,
            _place(use),
            provider + (" (guarded)" if use.site.guarded else ""),
        )
        for use, provider in uses
    ]
    return ("Where", "Module", "Runs", "In", "Provided by"), "lllll", cells


def _place(use: SiteUse) -> str:
    if use.site.placement is Placement.ELSEWHERE:
        return f"where {use.site.condition}"
    return f"{use.site.function}()" if use.site.function else use.site.placement.value


def import_values(uses: Sequence[tuple[SiteUse, str]]) -> list[dict[str, Any]]:
    """Return the imports as plain values for JSON."""
    return [
        {
            **pick(use.site, "path line module names"),
            **pick(use, "status entry"),
            "placement": use.site.placement.value,
            **pick(use.site, "function guarded condition form"),
            "provider": provider,
            "chain": [f"{site.path}:{site.line}" for site in use.chain],
        }
        for use, provider in uses
    ]
