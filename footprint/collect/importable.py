"""Top-level names that site folders make importable, by name alone: enough to tell foreign from first-party."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from footprint.files.listing import list_names


def list_importable(site_dirs: Iterable[Path]) -> frozenset[str]:
    """Return the import names that stand directly in `site_dirs`; a folder that cannot be listed gives none."""
    names: set[str] = set()
    for folder in site_dirs:
        names.update(name.partition(".")[0] for name in list_names(folder))
    return frozenset(name for name in names if name.isidentifier() and name != "__pycache__")
