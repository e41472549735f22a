"""Uses by a name that code hands on: metadata that is read, another interpreter that is started, a module looked for.

Laws: as in `implied_strings`. What loads a module here and now is an import site, and not among these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from footprint.analysis.facts.index import Joined
from footprint.analysis.names.providers import modules_of
from footprint.analysis.questions.open_questions import reached_paths
from footprint.analysis.use.implied_strings import LOADED_SETTINGS
from footprint.knowledge.frameworks import installs
from footprint.model.handed_names import COMMAND, METADATA, PARTLY, RUN, SOUGHT, URL
from footprint.model.source_modules import Reference
from footprint.model.third_party_needs import StringUse
from footprint.names import DistributionName, ModuleName, normalise, top_level

_MARKS = frozenset({METADATA, RUN, SOUGHT})


def handed_uses(
    joined: Joined, names: Collection[DistributionName]
) -> Mapping[DistributionName, tuple[Reference, ...]]:
    """Return by distribution what reached code hands on, for those in question."""
    found: dict[DistributionName, list[Reference]] = defaultdict(list)
    for each in _references(joined):
        if each.place[0] in _MARKS:
            for name in _meant_by(each, joined):
                if name in names:
                    found[name].append(each)
    partly = [each for each in _references(joined) if each.place[0] == PARTLY]
    for name, modules in modules_of(names, joined.facts.scan.owners).items() if partly else ():
        found[name] += [each for each in partly if any(_fits(module, each.module) for module in modules)]
    return {name: tuple(uses) for name, uses in found.items() if uses}


def _fits(module: ModuleName, pattern: str) -> bool:
    return fnmatchcase(top_level(module), pattern.partition(".")[0])


def listed_strings(joined: Joined, heads: Collection[ModuleName]) -> tuple[StringUse, ...]:
    """Return what arrives in lists that frameworks read, commands of a shell, schemes of URLs that are put together.

    `heads` are the import names in question.
    """
    found = []
    for each in _references(joined):
        word = each.place[0]
        if word == COMMAND:
            caller = each.place[-1].partition("(")[0].rpartition(".")[2]
            found.append(StringUse(each.module, False, each.path, each.line, True, caller=caller))
        elif word == URL:
            found.append(StringUse(each.module, each.place[1] == "://", each.path, each.line, True))
        elif top_level(each.module) in heads and (installs(each.place) or word.endswith(LOADED_SETTINGS)):
            assigned = word if word.endswith(LOADED_SETTINGS) else LOADED_SETTINGS[0]
            found.append(StringUse(each.module, False, each.path, each.line, True, assigned=assigned))
    return tuple(found)


def _references(joined: Joined) -> Iterator[Reference]:
    for path in reached_paths(joined):
        yield from (each for each in joined.sources[path].references if each.place)


def _meant_by(reference: Reference, joined: Joined) -> Iterable[DistributionName]:
    if reference.place[0] == METADATA:
        return (normalise(reference.module),)
    names = joined.facts.names
    if names.is_first_party(reference) or names.is_stdlib(reference.module):
        return ()
    return names.owner_of(reference) or _by_name(reference.module, joined)


def _by_name(module: ModuleName, joined: Joined) -> Iterable[DistributionName]:
    """Return what is declared and not installed under the name of a module."""
    name = normalise(top_level(module))
    return (name,) if name in joined.declared and name not in joined.installed else ()
