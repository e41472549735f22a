"""What the project says of the Python that runs it: another one than the environment has, and more folders on its path.

Another Python is the first thing to say, since much else may only come of it. Folders beside the site folders that a
start imports from are part of the environment, and of the project where own. They are named by .pth lines of the
environment, by PYTHONPATH of the shell, of deploy files and .env, by `sys.path` lines of the project; or an installer
filled them. Outside of the project only those that hold distributions are read, and nothing of them but what is read
of site folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from footprint.audit.target import Target, with_sites
from footprint.collect import metadata
from footprint.collect.deploy.files.deploy_files import text_at
from footprint.collect.deploy.platforms import of_platform
from footprint.collect.deploy.stated_variables import ImportPath
from footprint.collect.layout.installations import LEFT_OUT, holds_installation
from footprint.collect.python_version import find_others
from footprint.config.options import TargetOptions
from footprint.files.paths import real
from footprint.late import late_pattern
from footprint.model.entry_origins import CommonName, GivenEntry
from footprint.model.installed_environment import Interpreter
from footprint.model.note import Note
from footprint.model.source_modules import LAZY_VARIABLE, EntryPoint, ProjectSources, StartCommand
from footprint.values import replace

_FOLDERS_AT_MOST = 100
_LAZY_ASSIGNED = late_pattern(rf"""(?:^|[\s;&]){LAZY_VARIABLE}=["']?(all|normal)\b""")
_LAZY_OPTION = late_pattern(r"\s-X\s*lazy_imports=(all|normal)\b")


def own_roots(paths: Iterable[ImportPath], project: Path) -> tuple[str, ...]:
    """Return the folders of the project among `paths`, relative: import roots, whatever installers put there."""
    top = real(project)
    inside = (real(path.folder) for path in paths)
    return tuple(dict.fromkeys(each.relative_to(top).as_posix() for each in inside if each.is_relative_to(top)))


def with_more_folders(
    options: TargetOptions, target: Target, paths: Sequence[ImportPath], sources: ProjectSources
) -> Target | None:
    """Return the target with the folders that the project imports from beside it; None where there are none."""
    if target.missing is not None:
        return None
    project = options.project.absolute()
    stated = [path.folder for path in paths]
    stated += [
        project / folder for each in sources.modules for folder in each.puts_on_path if not each.is_for_developers
    ]
    first = _new_folders(stated, target.interpreter)
    known = replace(target.interpreter, site_dirs=(*target.interpreter.site_dirs, *first))
    filled = (folder for folder in sources.installations if LEFT_OUT.isdisjoint(folder.split("/")))
    unnamed = _new_folders((project / folder for folder in filled), known)
    last = [folder for folder in unnamed if _adds_something(folder, target)]
    if not first and not last:
        return None
    return with_sites(target, first, last, options.project)


def with_import_path(entry: EntryPoint, paths: Sequence[ImportPath]) -> EntryPoint:
    """Return an entry with the folders that the deploy files put on the path of its start."""
    folders = (str(path.folder) for path in paths if not path.where or _belongs(entry, path.where))
    found = tuple(dict.fromkeys(folders))
    return replace(entry, import_path=found) if found else entry


def with_lazy_imports(entry: EntryPoint, commands: Iterable[StartCommand]) -> EntryPoint:
    """Return an entry with the mode of lazy imports that its start states: an option goes before a variable."""
    stated = (each for each in commands if each.purpose != "development" and each.trust != "recipe")
    own = [each for each in stated if _belongs(entry, str(each.origin))]
    options = [found for each in own for found in _LAZY_OPTION.findall(each.command)]
    variables = [found for each in own for found in _LAZY_ASSIGNED.findall(each.command)]
    variables += [dict(each.environ).get(LAZY_VARIABLE, "") for each in own]
    return replace(entry, lazy_imports=next(filter(None, (*options, *variables)), ""))


def _belongs(entry: EntryPoint, where: str) -> bool:
    """Whether a place is the command of an entry; one that was given or guessed starts as any of them does."""
    return isinstance(entry.source, (GivenEntry, CommonName)) or str(entry.source) == where


def _new_folders(folders: Iterable[Path], python: Interpreter) -> list[Path]:
    """Return those that hold distributions and are no site folder of the environment yet."""
    found: dict[Path, None] = {}
    for folder in folders:
        path = real(folder)
        if path not in python.site_dirs and len(found) < _FOLDERS_AT_MOST and holds_installation(path):
            found[path] = None
    return list(found)


def _adds_something(folder: Path, target: Target) -> bool:
    """Whether a folder that nothing names has what the environment lacks; else it is a copy to be deployed."""
    there = {item.name for item in target.installed}
    return any(item.name not in there for item in metadata.read_installed([folder])[0])


_MOST_SHOWN = 4


def note_python(project: Path, target: Target, commands: Iterable[StartCommand]) -> tuple[Note, ...]:
    """Return the note that the environment has another Python than the files of the project say; mostly none.

    Without an environment the assumed Python is one that they allow.
    """
    if target.missing is not None:
        return ()
    version = target.interpreter.version
    found = find_others(project, version, _images(project, commands))
    if not found:
        return ()
    wanted = ", ".join(f"{words} ({place})" for words, place in found[:_MOST_SHOWN])
    here = ".".join(map(str, version))
    message = f"the project wants Python {wanted}, and this is {here}: failures and gaps may be due to that"
    return (Note("other-python", message, about="interpreter"),)


def _images(project: Path, commands: Iterable[StartCommand]) -> Iterator[tuple[str, str]]:
    """Yield (place, base) of the images that the project makes."""
    for path in dict.fromkeys(["Dockerfile", *(each.image for each in commands if each.image)]):
        text = text_at(project, path)
        image = of_platform("dockerfile", "read_image")(text, path) if text else None
        if image is not None:
            yield f"{path}:{image.line}", image.base
