"""The audited environment, opened: its interpreter asked or described, its metadata read. Or what stands in for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect import interpreter, layout, metadata
from footprint.config import Options
from footprint.files.paths import real
from footprint.model.conditions import LAZY_SINCE
from footprint.model.environment import Installed, Interpreter, NoEnvironment, SourcePlace
from footprint.model.note import Note

if TYPE_CHECKING:
    from footprint.model.requirements import DeclaredFiles


@dataclass(frozen=True, slots=True)
class Target:
    """The audited environment: its interpreter and what is installed."""

    interpreter: Interpreter
    chosen: str
    installed: tuple[Installed, ...]  # without an environment: what is locked for the declared lines
    notes: tuple[Note, ...]
    missing: NoEnvironment | None = None  # there is no environment: nothing to weigh, nothing to start
    declared: DeclaredFiles | None = None  # the requirement files, where they had to be read already
    roots: tuple[str, ...] = ()  # folders of the project that are on the path of the environment, relative

    @property
    def there(self) -> tuple[Installed, ...]:
        """What has files on this machine: nothing without an environment."""
        return self.installed if self.missing is None else ()


def open_target(options: Options, *, may_be_missing: bool = False) -> Target:
    """Find the target interpreter and read what is installed for it.

    The interpreter is asked once where the application is started, too, or where --ask-python was given; else what is
    known of it are its files, and nothing is started. With `may_be_missing`, files stand in for an environment when the
    project has none: when `--no-env` says so, or when only the interpreter that runs footprint is left and it lacks
    most of what the project declares.
    """
    if options.no_env:
        return _stand_in(options, "--no-env")
    if options.site_packages:
        python, unknown = layout.for_site_packages(options.site_packages), None
        chosen = "given by --site-packages, no interpreter"
    else:
        executable, chosen = interpreter.find(python=options.python, env=options.env, project=options.project)
        python, unknown = _look_at(executable, chosen, options)
    installed, notes = metadata.read_installed(python.site_dirs)
    installed, roots = _split_places(installed, options.project)
    found = Target(python, chosen, installed, (*([unknown] if unknown else []), *notes), roots=roots)
    if may_be_missing and chosen == interpreter.RUNNING:
        return _stand_in(options, "no environment was found", running=found)
    return found


def _split_places(installed: Sequence[Installed], project: Path) -> tuple[tuple[Installed, ...], tuple[str, ...]]:
    """Return the distributions with their places outside of the project, and the import roots of those inside.

    An editable install whose folder lies in the project is the project's own code.
    """
    top = real(project)
    kept, roots = [], dict[str, None]()
    for one in installed:
        outside = []
        for place in one.places:
            path = real(place.path)
            root = _root_of(place, path)
            if path.is_relative_to(top):
                roots |= {root.relative_to(top).as_posix(): None} if root.is_relative_to(top) else {}
            elif not top.is_relative_to(path):
                outside.append(place)
        kept.append(replace(one, places=tuple(outside)) if one.places else one)
    return tuple(kept), tuple(roots)


def _root_of(place: SourcePlace, path: Path) -> Path:
    packages = place.module.split(".")[:-1]
    above = path.parents[min(len(packages), len(path.parents) - 1)]
    return above if above.joinpath(*packages) == path.parent else path.parent


def _look_at(executable: Path, chosen: str, options: Options) -> tuple[Interpreter, Note | None]:
    """Return the interpreter, and a note on what its files do not tell of it where it was not asked."""
    if chosen == interpreter.RUNNING:
        return layout.describe_running(), None
    if options.probe or options.ask_python:
        from footprint.probe import asked  # for those who start something

        return interpreter.inspect(executable, start=asked.start), None
    described = layout.describe(executable)
    if not described.unknown:
        return described.interpreter, None
    what = "; ".join(described.unknown)
    message = f"the interpreter of the environment was not started, so it is not known {what}: --ask-python starts it"
    return described.interpreter, Note("interpreter-not-asked", message)


def _stand_in(options: Options, why: str, *, running: Target | None = None) -> Target:
    """Return what the files say, or `running` where that is the project's environment after all."""
    from footprint.audit import no_environment  # reads requirement files, which few commands that open a target need

    found = no_environment.read_stand_in(options, why)
    if running is not None and not no_environment.belongs_to_another(running.installed, found, running.interpreter):
        return running
    return Target(found.interpreter, found.chosen, found.installed, found.notes, found.missing, found.declared)


def knows_lazy(target: Target) -> bool:
    """Return whether `lazy import` and `__lazy_modules__` mean something to the target (PEP 810)."""
    return target.interpreter.version >= LAZY_SINCE
