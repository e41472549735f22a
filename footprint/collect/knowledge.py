"""Dated, sourced knowledge that ships with footprint (`footprint/data/*.toml`)."""

from __future__ import annotations

import sys
from importlib import resources

from footprint.model.askers import SoftNeed
from footprint.names import normalise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_soft_needs() -> tuple[SoftNeed, ...]:
    """Return the documented optional needs of well-known distributions (data/implied.toml)."""
    text = (resources.files("footprint") / "data" / "implied.toml").read_text(encoding="utf-8")
    return tuple(
        SoftNeed(normalise(row["asker"]), normalise(needed), tuple(row["words"]), row["source"])
        for row in tomllib.loads(text)["soft_need"]
        for needed in row["needs"]
    )
