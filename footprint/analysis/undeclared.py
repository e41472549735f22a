"""Import names that the project uses and declares nowhere, and how easily they can go missing."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.requirements import InvalidRequirement, Requirement

from footprint.analysis.collected import Collected, UsesByOwner
from footprint.analysis.providers import usual_providers
from footprint.analysis.use.facts import site_evidence
from footprint.model.audit import UndeclaredRow
from footprint.model.environment import Installed
from footprint.model.sources import Placement, SiteUse
from footprint.names import DistributionName, normalise, top_level

_NOT_COUNTED = ("elsewhere", "typing", "tests")
_Group = tuple[str, DistributionName | None]


def find_undeclared(
    uses: UsesByOwner, facts: Collected, loaded_files: frozenset[str] = frozenset()
) -> tuple[UndeclaredRow, ...]:
    """Return one row per import name and distribution, sorted; of tests, type checkers and other targets none counts.

    A name that several installed distributions provide is declared as soon as one of them is, for this target or
    for another: `tomli; python_version < "3.11"` beside a guarded import is as it should be. A file that was loaded
    is reached, whatever the reading of the code says.
    """
    declared = frozenset(line.name for line in facts.declared.requirements if line.kind == "requirement")
    if not declared:
        return ()  # nothing is declared anywhere: a list of everything would say nothing
    installed = {item.name: item for item in facts.installed}
    rows = []
    grouped = _group(uses, facts, declared, installed.keys())
    for (import_name, provider), found in sorted(grouped.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        counted = [use for use in found if _counts(use)]
        if not counted:
            continue
        likely = usual_providers(counted[0].site.module, facts.known_names) if provider is None else ()
        rows.append(
            UndeclaredRow(
                import_name=import_name,
                distribution=provider,
                brought_by=facts.graph.holders(provider) if provider else (),
                evidence=site_evidence(counted),
                optional=all(use.site.guarded for use in counted),
                likely=likely,
                unreached=bool(facts.entries) and all(_is_unreached(use, loaded_files) for use in counted),
                fragility=_describe_fragility(provider, installed, facts) if provider else "",
                cannot_tell=facts.missing is not None and provider is None,
            )
        )
    return tuple(rows)


def _counts(use: SiteUse) -> bool:
    return use.status not in _NOT_COUNTED and use.site.placement is not Placement.ELSEWHERE


def _is_unreached(use: SiteUse, loaded_files: frozenset[str]) -> bool:
    return use.status == "unreached" and use.site.path not in loaded_files


def _group(
    uses: UsesByOwner,
    facts: Collected,
    declared: frozenset[DistributionName],
    installed: Iterable[DistributionName],
) -> dict[_Group, list[SiteUse]]:
    there = frozenset(installed)
    stood_for = frozenset(other for others in uses.stands_for.values() for other in others)
    grouped: dict[_Group, list[SiteUse]] = {}
    for name, sites in uses.by_distribution.items():
        for use in sites:
            owners = facts.names.owner_of(use.site)
            if name not in stood_for | declared and not any(owner in declared for owner in owners):
                # a name known from a constraint alone is not installed either
                grouped.setdefault((top_level(use.site.module), name if name in there else None), []).append(use)
    for use in uses.unowned:
        import_name = top_level(use.site.module)
        if normalise(import_name) not in declared and normalise(import_name) not in facts.declared.own_names:
            grouped.setdefault((import_name, None), []).append(use)
    return grouped


def _describe_fragility(name: DistributionName, installed: dict[DistributionName, Installed], facts: Collected) -> str:
    """Return how easily `name` goes missing; empty when several declared lines bring it in without a condition."""
    holders = facts.graph.holders(name)
    if not holders:
        return "nothing declared brings it in"
    words = [f"only {holders[0]} brings it in"] if len(holders) == 1 else []
    requirers = [each for each in facts.graph.required_by(name) if each not in facts.graph.orphans]
    conditions = [_condition(installed[each], name) for each in requirers if each in installed]
    if requirers and all(conditions):
        words.append(f"{requirers[0]} requires it only {conditions[0]}")
    return "; ".join(words)


def _condition(requirer: Installed, name: DistributionName) -> str:
    """Return on what `requirer` requires `name`: "with its extra x", "if python_version < ..."; "" for always."""
    found = []
    for line in requirer.requires:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if normalise(requirement.name) != name:
            continue
        if requirement.marker is None:
            return ""
        found.append(str(requirement.marker))
    if not found:
        return ""
    _, _, extra = found[0].partition("extra == ")
    if extra and " or " not in found[0]:
        return f"with its extra {extra.split()[0].strip(chr(34))}"
    return f"if {found[0]}"
