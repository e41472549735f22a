"""What stands in for an environment that is not there: declared lines, the pins of lock files, an assumed Python.

Nothing is resolved, asked of an index or installed. Without a lock file the declared lines are all there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.settled_lines import OURSELVES, choose_locked, declare_roots
from footprint.collect import layout, python_version
from footprint.collect.declared import read_annotated, read_declared, read_locked
from footprint.config.options import TargetOptions
from footprint.model.installed_environment import HowFound, Installed, Interpreter, NoEnvironment
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, LockedFiles
from footprint.names import DistributionName
from footprint.values import dataclass

# What makes the environment that a lock file describes, and where it is then.
_NEXT: Mapping[str, str] = {
    "uv.lock": "`uv sync`, then `footprint audit`",
    "poetry.lock": "`poetry install`, then `poetry run footprint audit` or --env with what `poetry env info -p` prints",
    "pdm.lock": "`pdm install`, then `footprint audit`",
    "Pipfile.lock": "`pipenv install`, then --env with what `pipenv --venv` prints",
}
_NEXT_PIP = "install the project into .venv (`python -m venv .venv`, `.venv/bin/pip install ...`), then audit again"


@dataclass(frozen=True, slots=True)
class StandIn:
    """Files in the place of an environment."""

    interpreter: Interpreter
    chosen: HowFound
    installed: tuple[Installed, ...]  # locked for the declared lines and this platform
    notes: tuple[Note, ...]
    missing: NoEnvironment
    declared: DeclaredFiles


def read_stand_in(options: TargetOptions, why: str) -> StandIn:
    """Read what the project's files say of the environment that it would have."""
    locked = read_locked(options.project)
    pinned = python_version.read_pinned_python(options.project)
    required = python_version.read_required_python(options.project)
    python = layout.assume(pinned, required[0] if required else None)
    declared = read_declared(options.project, options.requirements)
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
    return StandIn(
        interpreter=python,
        chosen=HowFound("files", why, f"versions from {', '.join(locked.files)}" if installed else "nothing is locked"),
        installed=installed,
        notes=(note, *locked.notes),
        missing=NoEnvironment(locked.files, groups),
        declared=declared,
    )


def belongs_to_another(installed: Sequence[Installed], stand_in: StandIn, python: Interpreter) -> bool:
    """Whether what the running interpreter has installed is not this project's: most of what it declares is missing.

    Footprint's own requirements say nothing: they are there for footprint's sake.
    """
    declared = _declared_names(installed, stand_in, python)
    return len(declared & {item.name for item in installed}) * 2 < len(declared)


def count_declared(installed: Sequence[Installed], stand_in: StandIn, python: Interpreter) -> int:
    """Return how many of the distributions that the project declares are installed; footprint's own say nothing."""
    return len(_declared_names(installed, stand_in, python) & {item.name for item in installed})


def _declared_names(installed: Sequence[Installed], stand_in: StandIn, python: Interpreter) -> set[DistributionName]:
    graph = RequirementGraph.build(installed, (), python.markers)
    ours = graph.closure_of([OURSELVES])
    lines = [line for line in stand_in.declared.requirements if line.kind == "requirement" and graph.applies(line)]
    main = [line for line in lines if line.group == "main"] or lines
    return {line.name for line in main} - ours


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
