"""What files want to know of each other: calls that end at a loader of another file, values that another file hands on.

Laws: pure. One round of questions; whoever reads asks again until nothing new comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from footprint.analysis.names.first_party import FirstParty
from footprint.analysis.reach.call_names import CallNames
from footprint.model.handed_names import Asked, Loader, Taking
from footprint.model.source_modules import ProjectSources, SourceModule
from footprint.names import ancestors

_QUESTIONS_AT_MOST = 5_000
_CONSTRUCTORS = frozenset({"__init__", "__new__"})


def find_questions(sources: ProjectSources) -> Mapping[str, Asked]:
    """Return by path what the other files ask of each."""
    own = [module for module in sources.modules if not module.path.endswith(".pyi")]
    loaders = {module.path: module for module in own if module.loaders}
    takings = [(module, taking) for module in own for taking in module.takings]
    if not loaders and not takings:
        return {}
    first_party = FirstParty(sources)
    calls: dict[str, dict[tuple[str, Loader], None]] = defaultdict(dict)
    for path, name, loader in _calls_of(loaders, own, first_party):
        calls[path][name, loader] = None
    values: dict[str, dict[Taking, None]] = defaultdict(dict)
    for module, taking in takings[:_QUESTIONS_AT_MOST]:
        found = _home_of(taking, first_party)
        if found is not None and found[0] != module.path:
            values[found[0]][found[1]] = None
    return {path: Asked(tuple(calls[path]), tuple(values[path])) for path in sorted({*calls, *values})}


def _calls_of(
    loaders: Mapping[str, SourceModule], own: Iterable[SourceModule], first_party: FirstParty
) -> Iterator[tuple[str, str, Loader]]:
    """Yield (path, name as called, loader) for the calls that lead to a loader of another file."""
    by_function = {(path, each.function): each for path, module in loaders.items() for each in module.loaders}
    by_method = {function.rpartition(".")[2]: path for path, function in by_function if "." in function}
    words = {_word_of(function) for _, function in by_function}
    names = CallNames(first_party)
    for module in own:
        aliases = _aliases_in(module, words)
        for calls in module.calls:
            for name in calls.names:
                if name.rpartition(".")[2] not in words and name not in aliases:
                    continue
                found = names.resolve(module, calls.function, name)
                path = by_method.get(name.rpartition(".")[2])
                if found is None and path is not None and _imports(module, loaders[path], first_party):
                    found = next(
                        key for key in by_function if key[0] == path and key[1].endswith(name.rpartition(".")[2])
                    )
                if found is not None and found[0] != module.path and found in by_function:
                    yield module.path, name, by_function[found]


def _aliases_in(module: SourceModule, words: Collection[str]) -> frozenset[str]:
    """Return the names under which a module imports functions that are called otherwise."""
    pairs = (pair for site in module.sites if site.names for pair in zip(site.names, site.bound, strict=False))
    return frozenset(bound for name, bound in pairs if name in words)


def _word_of(function: str) -> str:
    owner, _, last = function.rpartition(".")
    return owner.rpartition(".")[2] if last in _CONSTRUCTORS else last


def _imports(module: SourceModule, other: SourceModule, first_party: FirstParty) -> bool:
    return any(file.path == other.path for site in module.sites for file in first_party.leads_to(site))


def _home_of(taking: Taking, first_party: FirstParty) -> tuple[str, Taking] | None:
    """Return the file of a value, and the question with the name that the value has there."""
    name = taking.source.lstrip(".")
    for module in reversed(ancestors(name)):
        file = first_party.find(module)
        if file is not None:
            return file.path, replace(taking, source=name[len(module) + 1 :])
    return None
