"""Folders that hold tests, by their names."""

from __future__ import annotations

from functools import lru_cache

from footprint.names import word_set

_KINDS = word_set("acceptance e2e end_to_end functional integration regression smoke system unit")
# Not every name that ends so: `ab_tests` may be a feature.
_NAMES = frozenset({"tests", "test", "testing", *(f"{kind}_tests" for kind in _KINDS)})


@lru_cache(maxsize=4096)
def is_below_tests(folder: str) -> bool:
    """Whether a folder is one for tests, or lies in one, by the parts of its path."""
    return any(part.lower().strip("_").replace("-", "_") in _NAMES for part in folder.split("/"))
