"""What "reached" means, and it means that in every command: from an entry, or in memory when the start was measured.

Laws: pure. Without an entry that leads into the project nothing can be called unreached: every module counts as
reached then, tests apart, and what stands at its module level as run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from footprint.analysis.conventions.side_tools import is_beside
from footprint.model.source_modules import EntryPoint, ImportSite, Placement, ProjectSources, Reach, ReachStatus


def runs_beside(entry: EntryPoint) -> bool:
    """Whether an entry runs beside the measured ones: another command starts it, or a tool that finds its files."""
    return entry.beside or is_beside(entry)


def is_entry_known(reaches: Sequence[Reach]) -> bool:
    """Whether any entry leads to a file of the project; what tools run beside the application is none."""
    return any(reach.modules and not runs_beside(reach.entry) for reach in reaches)


def where_known(reaches: tuple[Reach, ...]) -> tuple[Reach, ...]:
    """Return `reaches` where an entry is known, none otherwise: what tools reach beside nothing says little."""
    return reaches if is_entry_known(reaches) else ()


def status_without_entry(site: ImportSite, *, is_lazy: bool) -> ReachStatus:
    """Return the status of an import where no entry is known; `is_lazy` where the statement only promises it."""
    if site.placement is Placement.TYPE_CHECKING:
        return "typing"
    if site.placement is Placement.ELSEWHERE:
        return "elsewhere"
    return "startup" if site.placement.runs_at_import and not is_lazy else "lazy"


def status_when_loaded(site: ImportSite) -> ReachStatus:
    """Return the status of an import in a file that no reading of the code reaches, and that was loaded all the same.

    What stands under `if __name__ == "__main__"` did not run by that: the file was loaded as a module.
    """
    if site.placement is Placement.ELSEWHERE:
        return "elsewhere"
    if site.placement is Placement.MAIN:
        return "unreached"
    return "startup" if site.placement.runs_at_import else "lazy"


def reached_paths(sources: ProjectSources, reaches: Sequence[Reach], loaded: Collection[str]) -> tuple[str, ...]:
    """Return the project's files that an entry reaches or the start has `loaded`; without an entry all but tests."""
    paths = [module.path for module in sources.modules if module.role != "test"]
    if not is_entry_known(reaches):
        return tuple(paths)
    reached = {module.path for reach in reaches for module in reach.modules}.union(loaded)
    return tuple(path for path in paths if path in reached)
