"""The second look, done once for nothing but its reading while lazy imports of the first start are tried.

Laws: no verdict rests on it. What it reads is kept as every audit keeps it, by file and content (files/file_facts.py),
and the look that counts believes it as it believes what an audit of yesterday kept. So it is not done where nothing is
kept, nor where there is but one processor: the application has that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from footprint.analysis.names.first_party import first_party_of
from footprint.collect.machine import count_processors
from footprint.config.options import TargetOptions
from footprint.files.cache_folder import find_cache_folder
from footprint.model.runtime import EntryRuntime
from footprint.names import ModuleName
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.analysis.facts.run_facts import Collected
    from footprint.audit.join import JoinedRest

LookAhead = Callable[["JoinedRest", EntryRuntime], None]


def find_look_ahead(options: TargetOptions) -> LookAhead | None:
    """Return what reads ahead for an audit; None where it would not help."""
    if not options.cache or count_processors() < 2 or find_cache_folder() is None:
        return None

    def look_ahead(rest: JoinedRest, started: EntryRuntime) -> None:
        from footprint.audit.join import look

        assert started.run is not None
        files = tuple(_name_files(rest.facts, dict.fromkeys(cost.module for cost in started.run.costs if cost.ok)))
        look(rest.with_starts((replace(started, run=replace(started.run, origins=files)),)), options)

    return look_ahead


def _name_files(facts: Collected, modules: Iterable[ModuleName]) -> Iterator[tuple[str, str]]:
    """Yield modules with the files that they have for all we know: where each came from is told at the end of a run."""
    from footprint.collect.third_party.late_loads import Library  # beside the start, not before it

    library, own = Library(facts.scan.site_dirs, facts.scan.owners), first_party_of(facts.sources)
    project = facts.places.project[0] if facts.places.project else ""
    for module in modules:
        ours, theirs = own.find(module), library.find(module)
        if ours is not None:
            yield module, f"{project}{ours.path}"
        elif theirs is not None:
            yield module, theirs.file
