"""Extras that name a distribution: who may want it without requiring it. Extras of developers are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footprint.analysis.graph.requires_dist import sort_lines
from footprint.late import late_pattern
from footprint.model.installed_environment import Installed
from footprint.names import ByName, DistributionName, Names, normalise
from footprint.pairs import group_pairs

_NAME = late_pattern(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_EXTRA = late_pattern(r"^\s*([A-Za-z0-9][\w.-]*)\s*\[([\w\s,.-]+)\]")
# Extras of the distribution's own developers: they say nothing of whoever installs it.
_DEVELOPERS = late_pattern(
    r"(?:^|-)(?:dev|devel|develop|development|tests?|testing|docs?|documentation|lint|linting|typing|types|mypy|ci|cov"
    r"|coverage|check|checks|benchmarks?|build|release|examples?|nox|tox|pre-commit)(?:$|-)"
)


def extras_that_name(
    names: Names, installed: ByName[Installed], owners: Names
) -> ByName[tuple[tuple[DistributionName, str], ...]]:
    """Return which of `owners` name each of `names` in an extra, the extra with the fewest members for each.

    An extra may ask for that of another: celery[redis] is kombu[redis], and kombu is who then needs redis.
    """
    found: list[tuple[DistributionName, tuple[DistributionName, str]]] = []
    for requirer in sorted(installed.keys() & set(owners)) if names else ():
        by_extra = sort_lines(installed[requirer].requires).by_extra
        found += ((name, (requirer, extra)) for name, (_, extra) in _sizes_of_extras(by_extra, names).items())
        inner = {match for lines in by_extra.values() for line in lines for match in _EXTRA.findall(line)}
        for other, extras in sorted(inner):
            other_name = normalise(other)
            if other_name == requirer or other_name in owners or other_name not in installed:
                continue
            wanted = {normalise(extra) for extra in extras.split(",")}
            inner_sizes = _sizes_of_extras(sort_lines(installed[other_name].requires).by_extra, names).items()
            found += ((name, (other_name, extra)) for name, (_, extra) in inner_sizes if extra in wanted)
    return group_pairs(dict.fromkeys(found))


def _sizes_of_extras(by_extra: Mapping[str, Iterable[str]], names: Names) -> dict[DistributionName, tuple[int, str]]:
    sizes: dict[DistributionName, tuple[int, str]] = {}
    for extra, lines in by_extra.items():
        members = {normalise(match[1]) for line in lines if (match := _NAME.match(line))}
        for name in members & set(names) if not _DEVELOPERS.search(extra) else ():
            sizes[name] = min(sizes.get(name, (len(members), extra)), (len(members), extra))
    return sizes
