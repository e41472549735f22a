"""The pins of lock files in the place of installed distributions.

Laws: pure. What is locked for another platform, or only for lines that do not apply, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.version import InvalidVersion, Version

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, LockedDistribution
from footprint.names import DistributionName


def choose_locked(
    locked: Sequence[LockedDistribution], declared: DeclaredFiles, markers: Mapping[str, str]
) -> tuple[Installed, ...]:
    """Return what the declared lines bring for the target, sorted by name; one version of each name.

    Of several versions that fit, the highest: a lock file need not say for whom a fork is. The projects that are
    audited are left out.
    """
    chosen: dict[DistributionName, LockedDistribution] = {}
    for one in locked:
        if one.name in declared.own_names or not _fits(one, markers):
            continue
        known = chosen.get(one.name)
        if known is None or _order(one.version) > _order(known.version):
            chosen[one.name] = one
    pins = tuple(_as_installed(chosen[name]) for name in sorted(chosen))
    orphans = RequirementGraph.build(pins, declared.requirements, markers).orphans
    return tuple(pin for pin in pins if pin.name not in orphans)


def declare_roots(locked: Sequence[LockedDistribution]) -> tuple[DeclaredRequirement, ...]:
    """Return lines for a project whose lock file is all that it declares with: what nothing else there requires."""
    required = {name for one in locked for name in one.dependencies}
    return tuple(
        DeclaredRequirement(
            name=one.name,
            extras=(),
            specifier=f"=={one.version}" if _order(one.version)[0] else "",
            marker=None,
            url=None,
            group=one.groups[0] if one.groups else "main",
            kind="requirement",
            path=one.path,
            line=one.line,
            raw=f"{one.name}=={one.version}" if _order(one.version)[0] else one.name,
        )
        for one in locked
        if one.name not in required and not one.is_local
    )


def _fits(one: LockedDistribution, markers: Mapping[str, str]) -> bool:
    return not one.markers or any(_holds(marker, markers) for marker in one.markers)


def _holds(text: str, markers: Mapping[str, str]) -> bool:
    """Whether a marker holds; one that cannot be decided here, such as `'web' in extras`, excludes nothing."""
    try:
        return Marker(text).evaluate({**markers, "extra": ""})
    except (
        InvalidMarker,
        UndefinedComparison,
        UndefinedEnvironmentName,
        InvalidVersion,
        KeyError,
        TypeError,
        RecursionError,
    ):
        return True


def _order(version: str) -> tuple[bool, Version]:
    try:
        return True, Version(version)
    except InvalidVersion:
        return False, Version("0")


def _as_installed(one: LockedDistribution) -> Installed:
    return Installed(
        name=one.name,
        display_name=one.name,
        version=one.version,
        site_dir=Path(),
        info_name="",
        requires=one.requires or one.dependencies,
        extras=(),
        entry_points=(),
        installer=None,
        origin="local" if one.is_local else "index",
        source_url=None,
        requested=False,
    )
