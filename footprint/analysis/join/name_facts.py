"""What many names ask of the facts, worked out once for all of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from footprint.analysis.findings.unread_lines import UnreadLines, place_of
from footprint.analysis.join.run_facts import Collected, UsesByOwner
from footprint.analysis.reach.member_files import Members
from footprint.analysis.use.use_facts import is_development
from footprint.model.source_modules import Placement, SiteUse, SourceModule, ToolUse
from footprint.model.third_party_needs import SoftNeed
from footprint.names import DistributionName, ModuleName, normalise, top_level
from footprint.values import dataclass

_T = TypeVar("_T")
_BORN_WITH = frozenset({"distribute", "pip", "setuptools", "wheel"})  # of an environment: there undeclared


class NameIndex(Generic[_T]):
    """Items by what they may be asked for by; each comes out once and in their own order."""

    def __init__(self, items: Iterable[_T], keys: Callable[[_T], Iterable[str]]) -> None:
        self._items = tuple(items)
        self._places: dict[str, list[int]] = {}
        for place, item in enumerate(self._items):
            for key in keys(item):
                self._places.setdefault(key, []).append(place)

    def find(self, keys: Iterable[str]) -> tuple[_T, ...]:
        """Return the items that any of `keys` asks for."""
        places = {place for key in keys for place in self._places.get(key, ())}
        return tuple(self._items[place] for place in sorted(places))


def _has_main_block(module: SourceModule) -> bool:
    """Whether anything in a file runs only when it is the script."""
    in_calls = any(calls.function == "__main__" for calls in module.calls)
    return in_calls or any(site.placement is Placement.MAIN for site in module.sites)


@dataclass(frozen=True)  # no slots: an index is made when it is first asked for
class Indexes:
    """The indexes of one set of facts. `in_memory` are the distributions that some start loaded."""

    facts: Collected
    uses: UsesByOwner
    in_memory: frozenset[DistributionName]

    @cached_property
    def tools(self) -> NameIndex[ToolUse]:
        """The commands of the project, by the tool that they run."""
        return NameIndex(self.facts.tools, lambda use: (use.tool,))

    @cached_property
    def soft_needs(self) -> NameIndex[SoftNeed]:
        """The documented optional needs, by what is needed."""
        return NameIndex(self.facts.soft_needs, lambda need: (need.needs,))

    @cached_property
    def stubbed(self) -> NameIndex[SiteUse]:
        """The project's imports, by the stubs that describe what they import, and by the names of that."""
        names = self.facts.names

        def keys(use: SiteUse) -> Sequence[str]:
            stubs = (f"{name} stubs" for name in names.stubs_for(use.site.module))
            return (*stubs, normalise(top_level(use.site.module)), *names.owner_of(use.site))

        return NameIndex(self.facts.uses, keys)

    @cached_property
    def import_names(self) -> Mapping[DistributionName, tuple[ModuleName, ...]]:
        """The import names that the table of well-known names has of each distribution, sorted."""
        found: dict[DistributionName, list[ModuleName]] = {}
        for module, distributions in sorted(self.facts.known_names.items()):
            for name in dict.fromkeys(distributions):
                found.setdefault(name, []).append(module)
        return {name: tuple(modules) for name, modules in found.items()}

    @cached_property
    def open_imports(self) -> tuple[str, ...]:
        """The imports of the project that nothing accounts for, sorted, each with its first place."""
        places: dict[str, str] = {}
        for use in self.uses.unowned:
            places.setdefault(top_level(use.site.module), f"{use.site.path}:{use.site.line}")
        return tuple(f"{module} ({place})" for module, place in sorted(places.items()))

    @cached_property
    def requirers_known(self) -> bool:
        """Whether the lock files say who requires what."""
        return any(item.requires for item in self.facts.installed)

    @cached_property
    def uncalled(self) -> frozenset[str]:
        """The entries of which the measured start runs not all: it calls no function, and nothing is `__main__`."""
        with_block = frozenset(module.path for module in self.facts.sources.modules if _has_main_block(module))
        scripts = {
            reach.entry.name
            for reach in self.facts.reaches
            if reach.entry.is_script and any(not module.chain and module.path in with_block for module in reach.modules)
        }
        called = {entry.name for entry in self.facts.entries if entry.runs_function and not entry.factory}
        return frozenset(called | scripts)

    @cached_property
    def members(self) -> Members:
        """The distributions of their own within the project."""
        return Members(self.facts.declared.members, self.facts.reaches)

    @cached_property
    def maybe_declared(self) -> Mapping[DistributionName, str]:
        """What is installed, brought in by nothing that was read, and may be declared where something was not."""
        if not self.facts.declared.doubts:
            return {}
        found = {}
        # What only developers install holds nothing of the application.
        unread = UnreadLines([doubt for doubt in self.facts.declared.doubts if not is_development(doubt.group)])
        for name in sorted(self.facts.graph.orphans - self.facts.own - _BORN_WITH):
            note = unread.holding([name, *map(normalise, self.import_names.get(name, ()))])
            if note is not None:
                found[name] = place_of(note)
        return found

    @cached_property
    def own_names(self) -> frozenset[DistributionName]:
        """The projects that are audited."""
        return frozenset(self.facts.declared.own_names)
