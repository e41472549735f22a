"""The audited environment, opened: its interpreter asked or described, its metadata read. Or what stands in for one.

Which of the folders that it imports from are the project's own, and which lie in the project and are others'.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect import interpreter, layout, metadata
from footprint.collect.layout.installations import find_installations, holds_installation
from footprint.config.options import TargetOptions
from footprint.errors import InterpreterUnusable
from footprint.files.cache_folder import find_cache_folder
from footprint.files.paths import real
from footprint.files.reader import read_entries
from footprint.knowledge.target_facts import LAZY_SINCE
from footprint.late import late_pattern
from footprint.model.installed_environment import HowFound, Installed, Interpreter, NoEnvironment, SourcePlace
from footprint.model.note import Note
from footprint.names import readable
from footprint.values import dataclass, replace

# Folders of the standard library on the path of an interpreter that was asked.
OF_PYTHON = late_pattern(r"python[\d.]*t?|lib-dynload|python\d+\.zip|pypy[\d.]*|DLLs|Lib")


Found = tuple[tuple[Installed, ...], tuple[Note, ...]]  # as `read_installed` gives it


@dataclass(frozen=True, slots=True)
class OwnFolders:
    """The distributions with their places outside of the project's own code; folders relative to the project."""

    installed: tuple[Installed, ...]
    roots: tuple[str, ...]  # import roots of own code
    checkouts: tuple[str, ...]  # of repositories that pip checked out into the project: `-e git+https://...`


def split_own(installed: Sequence[Installed], python: Interpreter, project: Path) -> OwnFolders:
    """Return what of the environment's editable installs and path is the project's own.

    An editable install whose folder lies in the project is its own code, unless it lies in the environment or is a
    repository of its own.
    """
    top = real(project)
    kept: list[Installed] = []
    roots: dict[str, None] = {}
    checkouts: dict[str, None] = {}
    for one in installed:
        outside = []
        for place in one.places:
            path = real(place.path)
            root = _root_of(place, path)
            checkout = _checkout_around(path, top)
            if not path.is_relative_to(top) or checkout is not None or _is_of(python, path, top):
                outside += [] if top.is_relative_to(path) else [place]
                checkouts |= {} if checkout is None else {_relative(checkout, top): None}
            elif root.is_relative_to(top):
                roots[_relative(root, top)] = None
        kept.append(replace(one, places=tuple(outside)) if one.places else one)
    for path in map(real, python.sys_path):
        if path.is_relative_to(top) and path not in python.site_dirs and not OF_PYTHON.fullmatch(path.name):
            roots |= {} if _is_of(python, path, top) or _checkout_around(path, top) else {_relative(path, top): None}
    return OwnFolders(tuple(kept), tuple(roots), tuple(checkouts))


def _is_of(python: Interpreter, path: Path, top: Path) -> bool:
    """Whether a folder lies in an environment of the project: pip checks out to PREFIX/src.

    Not so where the project lies in the prefix: /usr/src/app of a system's Python, python -m venv . in the project.
    """
    prefix = real(python.prefix)
    return path.is_relative_to(prefix) and not top.is_relative_to(prefix)


def _checkout_around(path: Path, top: Path) -> Path | None:
    """Return the repository below the project that holds a path; a submodule, whose .git is a file, is none."""
    if not path.is_relative_to(top):
        return None
    around = (folder for folder in (path, *path.parents) if folder != top and folder.is_relative_to(top))
    return next((folder for folder in around if os.path.isdir(folder / ".git")), None)  # noqa: PTH112


def _root_of(place: SourcePlace, path: Path) -> Path:
    packages = place.module.split(".")[:-1]
    above = path.parents[min(len(packages), len(path.parents) - 1)]
    return above if above.joinpath(*packages) == path.parent else path.parent


def _relative(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()


if TYPE_CHECKING:
    from footprint.files.project_facts import ProjectFacts
    from footprint.files.reader import ListFolder
    from footprint.model.requirements import DeclaredFiles, LockedFiles


@dataclass(frozen=True, slots=True)
class Target:
    """The audited environment: its interpreter and what is installed."""

    interpreter: Interpreter
    chosen: HowFound
    installed: tuple[Installed, ...]  # without an environment: what is locked for the declared lines
    notes: tuple[Note, ...]
    missing: NoEnvironment | None = None  # there is no environment: nothing to weigh, nothing to start
    declared: DeclaredFiles | None = None  # the requirement files, where they had to be read already
    roots: tuple[str, ...] = ()  # folders of the project that are on the path of the environment, relative
    checkouts: tuple[str, ...] = ()  # folders of the project that are editable installs of others
    locked: LockedFiles | None = None  # the lock files, where they had to be read already
    kept: ProjectFacts | None = None  # what is kept of the project's files from one run to the next
    read_folder: ListFolder | None = None  # lists the project's folders, where some were listed already

    @property
    def there(self) -> tuple[Installed, ...]:
        """What has files on this machine: nothing without an environment."""
        return self.installed if self.missing is None else ()


def open_target(options: TargetOptions, *, starts: bool, may_be_missing: bool = False) -> Target:
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
        chosen = HowFound("site-packages", "given by --site-packages, no interpreter")
    else:
        executable, chosen = interpreter.find(python=options.python, env=options.env, project=options.project)
        python, unknown = _look_at(executable, chosen, starts=starts or options.ask_python)
    found = _of(python, chosen, options.project, _installed_in(python, options), unknown)
    found = _with_path_folders(found, options)
    found = replace(found, notes=(*found.notes, *_other_environments(chosen, options)))
    if chosen != interpreter.RUNNING:
        return found
    filled = _of_installations(options)
    if filled is None and not may_be_missing:
        return found
    return _stand_in(options, "no environment was found", running=found, filled=filled, needed=not may_be_missing)


def _other_environments(chosen: HowFound, options: TargetOptions) -> tuple[Note, ...]:
    """Return what to say of the project's other environments, where none was given and none is active."""
    if chosen.way in ("site-packages", "python", "env", "active"):
        return ()
    found = interpreter.find_environments(options.project)
    others = [each for each in found if each.where != chosen.said]
    root = Path.cwd() / options.project
    if any(each.where == chosen.said and each.python.is_relative_to(root) for each in found):
        # One of a workspace above, or one that a tool keeps elsewhere, is for others where the project has its own.
        others = [each for each in others if each.python.is_relative_to(root)]
    unusable = [each for each in others if each.trouble]
    words = [f"{each.where} is broken: {each.trouble}; {chosen.said} is used" for each in unusable]
    broken = tuple(Note("environment-broken", each) for each in words)
    usable = [each.where for each in others if not each.trouble]
    if not usable:
        return broken
    message = f"{chosen} is used; there are also {', '.join(usable[:5])}: choose another with --env"
    return (*broken, Note("environments-several", message))


def _installed_in(python: Interpreter, options: TargetOptions) -> Found:
    cache = find_cache_folder(wanted=options.cache)
    if cache is None:
        return metadata.read_installed(python.site_dirs)
    from footprint.collect.metadata.kept_metadata import recall_installed

    return recall_installed(cache, python.site_dirs)


def _read(python: Interpreter, chosen: HowFound, project: Path, unknown: Note | None = None) -> Target:
    return _of(python, chosen, project, metadata.read_installed(python.site_dirs), unknown)


def _of(python: Interpreter, chosen: HowFound, project: Path, found: Found, unknown: Note | None) -> Target:
    installed, notes = found
    own = split_own(installed, python, project)
    notes = (*([unknown] if unknown else []), *notes)
    return Target(python, chosen, own.installed, notes, roots=own.roots, checkouts=own.checkouts)


def _with_path_folders(found: Target, options: TargetOptions) -> Target:
    """Return the target with the folders that its .pth files add and that an installer filled."""
    python = found.interpreter
    added = (real(path) for path in python.sys_path if not OF_PYTHON.fullmatch(path.name))
    more = [path for path in dict.fromkeys(added) if path not in python.site_dirs and holds_installation(path)]
    return with_sites(found, (), more, options.project) if more else found


def _of_installations(options: TargetOptions) -> Target | None:
    """Return the folders of the project that `pip install --target` filled, in the place of an environment."""
    folders = find_installations(options.project)
    if not folders:
        return None
    shown = ", ".join(_shown(folder, options.project) for folder in folders[:3])
    more = f" and {len(folders) - 3} more" if len(folders) > 3 else ""
    message = (
        f"the project has no environment; {shown}{more} holds what pip install --target put there and is read as one. "
        "Nothing is started: to measure, install the same into .venv"
    )
    note = Note("installation-folder", message)
    chosen = HowFound("filled", f"{shown}{more} in the project, filled by pip install --target: no interpreter")
    return _read(layout.for_site_packages(folders), chosen, options.project, note)


def with_sites(target: Target, first: Sequence[Path], last: Sequence[Path], project: Path) -> Target:
    """Return the target with further site folders, in front of its own on the path and after them."""
    python = target.interpreter
    sites = tuple(dict.fromkeys((*first, *python.site_dirs, *last)))
    path = tuple(dict.fromkeys((*first, *python.sys_path, *last)))
    found = _read(replace(python, site_dirs=sites, sys_path=path), target.chosen, project)
    shown = ", ".join(_shown(folder, project) for folder in (*first, *last)[:5])
    message = f"beside the site folders the start imports from {shown}: read as part of the environment"
    kept = [each for each in target.notes if each not in found.notes]
    return replace(found, notes=(*kept, *found.notes, Note("import-path", message)))


def _shown(folder: Path, project: Path) -> str:
    top = real(project)
    return readable(folder.relative_to(top).as_posix() if folder.is_relative_to(top) else folder.as_posix())


def _look_at(executable: Path, chosen: HowFound, *, starts: bool) -> tuple[Interpreter, Note | None]:
    """Return the interpreter, and a note on what its files do not tell of it where it was not asked."""
    if chosen == interpreter.RUNNING:
        return layout.describe_running(), None
    is_given = chosen.way == "python"  # whoever names an interpreter wants that one
    trouble = "" if is_given else interpreter.find_trouble(executable)
    if not trouble and starts:
        from footprint.probe import started_program  # for those who start something

        try:
            return interpreter.inspect(executable, start=started_program.ask), None
        except InterpreterUnusable as error:
            if is_given or error.is_too_old:
                raise
            if not interpreter.has_packages(executable.parent.parent):
                raise  # nothing that could be read either
            trouble = error.why
    described = layout.describe(executable, is_broken=bool(trouble))
    if trouble:
        message = (
            f"{chosen} is broken: {trouble}. What is installed there is read, nothing of it can be started: "
            "make it anew, or name another with --env"
        )
        return replace(described.interpreter, executable=None), Note("environment-broken", message)
    if not described.unknown:
        return described.interpreter, None
    what = "; ".join(described.unknown)
    message = f"the interpreter of the environment was not started, so it is not known {what}: --ask-python starts it"
    return described.interpreter, Note("interpreter-not-asked", message)


def _stand_in(
    options: TargetOptions,
    why: str,
    *,
    running: Target | None = None,
    filled: Target | None = None,
    needed: bool = False,
) -> Target:
    """Return what the files say, or what is there after all: the `running` interpreter, `filled` folders.

    Of these two the one that has more of what the project declares; with `needed` one of them.
    """
    from footprint.audit import no_environment  # reads requirement files, which few commands that open a target need

    found = no_environment.read_stand_in(options, why)
    if running is not None and filled is not None:
        count = no_environment.count_declared
        if count(filled, found) >= count(running, found):
            python = replace(found.interpreter, prefix=filled.interpreter.prefix)
            python = replace(python, site_dirs=filled.interpreter.site_dirs, sys_path=filled.interpreter.sys_path)
            return replace(filled, interpreter=python)
    if running is not None and (needed or not no_environment.belongs_to_another(running, found)):
        return running
    return found


def find_kept(options: TargetOptions) -> ProjectFacts | None:
    """Return what is kept of the project's files, None where nothing is to be kept."""
    folder = find_cache_folder(wanted=options.cache)
    if folder is None:
        return None
    from footprint.files.project_facts import ProjectFacts

    return ProjectFacts(folder, options.project)


def folder_reader(project: Path) -> ListFolder:
    """Return what lists the folders of a project, each once for all walks, by their paths from its own."""
    return cache(lambda folder: read_entries(f"{project}/{folder}"))


def knows_lazy(target: Target) -> bool:
    """Return whether `lazy import` and `__lazy_modules__` mean something to the target (PEP 810)."""
    return target.interpreter.version >= LAZY_SINCE
