"""What stands in for an environment that is not there: declared lines, the pins of lock files, an assumed Python.

Nothing is resolved, asked of an index or installed. Without a lock file the declared lines are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.settled_lines import OURSELVES, choose_locked, declare_roots
from footprint.audit.source_marks import find_headers_early
from footprint.audit.target import Target, find_kept, folder_reader
from footprint.collect import layout, python_version
from footprint.collect.declared import read_declared
from footprint.collect.declared.compiled_files import read_annotated
from footprint.collect.declared.locks import read_locked
from footprint.config.options import TargetOptions
from footprint.model.installed_environment import HowFound, NoEnvironment
from footprint.model.note import Note
from footprint.model.requirements import LockedFiles
from footprint.names import DistributionName
from footprint.values import replace

# What makes the environment that a lock file describes, and where it is then.
_NEXT: Mapping[str, str] = {
    "uv.lock": "`uv sync`, then `footprint audit`",
    "poetry.lock": "`poetry install`, then `poetry run footprint audit` or --env with what `poetry env info -p` prints",
    "pdm.lock": "`pdm install`, then `footprint audit`",
    "Pipfile.lock": "`pipenv install`, then --env with what `pipenv --venv` prints",
}
_NEXT_PIP = "install the project into .venv (`python -m venv .venv`, `.venv/bin/pip install ...`), then audit again"


def read_stand_in(options: TargetOptions, why: str) -> Target:
    """Read what the project's files say of the environment that it would have."""
    locked = read_locked(options.project)
    pinned = python_version.read_pinned_python(options.project)
    required = python_version.read_required_python(options.project)
    python = layout.assume(pinned, required[0] if required else None)
    kept = find_kept(options)
    read_folder = folder_reader(options.project)
    headers = partial(find_headers_early, kept=kept)
    declared = read_declared(options.project, options.requirements, read_folder=read_folder, find_headers=headers)
    if not locked.distributions:
        texts = (path for path in declared.files if path.endswith(".txt"))
        compiled = read_annotated(options.project, dict.fromkeys([*(path for path, _ in declared.compiled), *texts]))
        locked = replace(compiled, files=(*locked.files, *compiled.files), notes=locked.notes)
    if not any(line.kind == "requirement" for line in declared.requirements):
        declared = replace(declared, requirements=(*declared.requirements, *declare_roots(locked.distributions)))
    installed = choose_locked(locked.distributions, declared, python.markers)
    groups = {one.name: one.groups for one in locked.distributions if one.groups}
    source = ".python-version" if pinned else f"allowed by {required[1]}" if required else "the one running"
    said = f"{why} was given" if options.no_env else why
    note = _note(said, locked, f"Python {'.'.join(map(str, python.version[:2]))} ({source})", options.project)
    return Target(
        interpreter=python,
        chosen=HowFound("files", why, f"versions from {', '.join(locked.files)}" if installed else "nothing is locked"),
        installed=installed,
        notes=(note, *locked.notes),
        missing=NoEnvironment(locked.files, groups),
        declared=declared,
        locked=locked,
        kept=kept,
        read_folder=read_folder,
    )


def belongs_to_another(running: Target, stand_in: Target) -> bool:
    """Whether what the running interpreter has installed is not this project's: most of what it declares is missing."""
    return count_declared(running, stand_in) * 2 < len(_declared_names(running, stand_in))


def count_declared(found: Target, stand_in: Target) -> int:
    """Return how many of the distributions that the project declares are installed; footprint's own say nothing."""
    return len(_declared_names(found, stand_in) & {item.name for item in found.installed})


def _declared_names(found: Target, stand_in: Target) -> set[DistributionName]:
    graph = RequirementGraph.build(found.installed, (), found.interpreter.markers)
    declared = stand_in.declared.requirements if stand_in.declared else ()
    lines = [line for line in declared if line.kind == "requirement" and graph.applies(line)]
    main = [line for line in lines if line.group == "main"] or lines
    return {line.name for line in main} - graph.closure_of([OURSELVES])


def _note(why: str, locked: LockedFiles, python: str, project: Path) -> Note:
    from_lock = f"; versions and requirements are those of {', '.join(locked.files)}" if locked.files else ""
    known = from_lock or "; there is no lock file either: the declared lines are all there is"
    following = next((_NEXT[name] for name in locked.files if name in _NEXT), _NEXT_PIP)
    message = (
        f"nothing was weighed or measured, because {why}{known}; "
        f"{python} is assumed; what third-party code asks for is not known, so no line is called unused for certain. "
        f"To weigh it: {following}"
    )
    return Note("no-environment", message)
