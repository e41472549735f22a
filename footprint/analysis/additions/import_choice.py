"""Which modules of a distribution stand for it when it is imported."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.names import DistributionName, ModuleName, normalise

_MOST = 3
_ASIDE = frozenset({"test", "tests", "testing", "doc", "docs", "example", "examples", "benchmarks", "scripts"})


def choose_imports(name: DistributionName, modules: Sequence[ModuleName]) -> tuple[ModuleName, ...]:
    """Return what is imported for a distribution: the module of its own name, else the first few that are public.

    `modules` are its outermost import names. Empty where it has none.
    """
    public = [each for each in modules if not _is_aside(each)]
    squeezed = name.replace("-", "")
    named = [each for each in public if normalise(each) == name or each.replace("_", "").lower() == squeezed]
    return tuple(named[:1] or public[:_MOST])


def _is_aside(module: ModuleName) -> bool:
    parts = module.split(".")
    return parts[0] in _ASIDE or any(part.startswith("_") for part in parts)
