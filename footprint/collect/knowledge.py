"""Dated, sourced knowledge that ships with footprint (`footprint/data/*.toml`)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import resources
from typing import Any

from footprint.model.askers import SoftNeed
from footprint.model.explanations import Explanation
from footprint.names import DistributionName, ModuleName, normalise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def read_soft_needs() -> tuple[SoftNeed, ...]:
    """Return the documented optional needs of well-known distributions (data/implied.toml)."""
    return tuple(
        SoftNeed(normalise(row["asker"]), normalise(needed), tuple(row["words"]), row["source"])
        for row in _load("implied.toml")["soft_need"]
        for needed in row["needs"]
    )


def read_import_names() -> Mapping[ModuleName, tuple[DistributionName, ...]]:
    """Return who provides import names that differ from the distribution's, when nothing installed answers to them.

    Keys are import names (`PIL`), and dotted ones within shared namespaces (`google.cloud.storage`): the longest
    that fits a module counts. Several distributions are alternatives, the usual one first (data/import_names.toml).
    """
    document = _load("import_names.toml")
    rows = {**document["distributions"], **document["namespaces"]}
    return {name: tuple(normalise(distribution) for distribution in found) for name, found in rows.items()}


def read_explanations() -> Mapping[str, Explanation]:
    """Return what every code and every usage class means, by its name, codes first (data/codes.toml)."""
    document = _load("codes.toml")
    rows = {**document["codes"], **document["classes"]}
    return {name: Explanation(name=name, **({"ignore": ""} | row)) for name, row in rows.items()}


def _load(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("footprint") / "data" / name).read_text(encoding="utf-8"))
