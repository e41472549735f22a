"""Names as the field compares them. Source: "Names and normalization" specification (PEP 503, PEP 685)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

DistributionName: TypeAlias = str  # always normalised: "scikit-learn", never "scikit_learn"
ModuleName: TypeAlias = str  # dotted path: "sklearn.utils"

_SEPARATORS = re.compile(r"[-_.]+")


def normalise(name: str) -> DistributionName:
    """Return `name` as distributions and extras are compared: lower case, runs of -_. become one dash."""
    return _SEPARATORS.sub("-", name).lower()


def top_level(module: ModuleName) -> ModuleName:
    """Return the import name of a dotted module path: its first part."""
    return module.partition(".")[0]


@lru_cache(maxsize=1 << 16)  # asked for every import of every walk over the project
def ancestors(module: ModuleName) -> tuple[ModuleName, ...]:
    """Return the packages that importing `module` runs first, outermost first, without `module` itself."""
    parts = module.split(".")
    return tuple(".".join(parts[:count]) for count in range(1, len(parts)))
