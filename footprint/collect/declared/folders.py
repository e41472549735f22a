"""Find the project's folders that may hold requirement files: its own, those of its members, and its scripts.

Links are not followed, environments and other people's folders not entered, and the walk ends somewhere.
"""

from __future__ import annotations

import fnmatch
import itertools
import operator
import os
from collections.abc import Collection, Sequence
from pathlib import Path, PurePosixPath

from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument
from footprint.files.reader import ListFolder, NotRead, list_entries, list_names, read_start, walk_folders
from footprint.knowledge.groups import FOR_DEVELOPERS
from footprint.model.requirements import Member
from footprint.values import dataclass

# Folders whose requirement files are not the project's. Environments are known by their marker files as well.
_FOREIGN_FOLDERS = frozenset({"node_modules", "site-packages", "venv", "env", "__pycache__", "build", "dist"})
# Where monorepos keep their members by convention: one level more is looked into.
_MEMBER_FOLDERS = frozenset({"packages", "libs", "lib", "apps", "services", "projects", "components", "plugins"})
_MEMBER_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_FOLDERS_AT_MOST = 20_000
_PATTERNS_AT_MOST = 100
_PARTS_AT_MOST = 30
HEAD_BYTES = 1 << 16  # a header of a script may stand anywhere; everybody writes it at the top
# Where each tool names its workspace members, and the folders that are none.
_WORKSPACES = (
    (("tool", "uv", "workspace", "members"), ("tool", "uv", "workspace", "exclude")),
    (("tool", "rye", "workspace", "members"), ()),
    (("tool", "hatch", "workspace", "members"), ("tool", "hatch", "workspace", "exclude")),
    (("tool", "hatch", "envs", "default", "workspace", "members"), ()),
)


@dataclass(frozen=True, slots=True)
class RequirementFolders:
    """The folders of a project in order, and its Python files, with what has no suffix and may be a script.

    Both as text, relative to the project ("" for itself), posix: of thousands few are ever opened.
    """

    folders: tuple[str, ...]
    python_files: tuple[str, ...]


def walk(root: Path, into: Gathering, read_folder: ListFolder | None = None) -> RequirementFolders:
    """Return all folders below `root` that may be the project's, parents first, and the Python files in them."""

    def listed(folder: str) -> list[os.DirEntry[str]] | None:
        try:
            return read_folder(folder) if read_folder is not None else list_entries(f"{root}/{folder}")
        except (OSError, ValueError):
            return None

    folders: list[str] = []
    python_files: list[str] = []
    for folder, entries, inner in walk_folders(root, listed):
        if len(folders) >= _FOLDERS_AT_MOST:
            message = f"more than {_FOLDERS_AT_MOST} folders: the rest was not searched for requirement files"
            into.note("requirements-search-ended", message, folder)
            break
        folders.append(folder)
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.extend([name] if not name.startswith(".") and name not in _FOREIGN_FOLDERS else ())
            elif (name.endswith(".py") or "." not in name) and entry.is_file(follow_symlinks=False):
                python_files.append(f"{folder}/{name}" if folder else name)
    return RequirementFolders(tuple(folders), tuple(python_files))


def choose_folders(
    root: Path, tree: RequirementFolders, members: Sequence[Path], left_out: Collection[Path] = ()
) -> tuple[Path, ...]:
    """Return the folders whose requirement files count: the project, one level down, members of a monorepo."""
    chosen = []
    for folder in tree.folders:
        above, _, inner = folder.partition("/")
        if folder and (not inner or ("/" not in inner and above.lower() in _MEMBER_FOLDERS)):
            chosen.append(root / folder)
    return tuple(dict.fromkeys([root, *sorted(path for path in chosen if path not in left_out), *members]))


def workspace_members(
    document: TomlDocument | None, root: Path, tree: RequirementFolders, into: Gathering
) -> tuple[Path, ...]:
    """Return the folders that a workspace root names as members and that hold a project, in order.

    A pattern that matches none becomes a note.
    """
    if document is None:
        return ()
    found: list[Path] = []
    folders: list[PurePosixPath] = []
    for included, excluded in _WORKSPACES:
        without = _patterns(document, excluded, into)
        for pattern, line in _patterns(document, included, into):
            folders = folders or [*map(PurePosixPath, tree.folders)]  # of thousands, where anybody asks
            matched = [
                root / name
                for name in folders
                if _matches(name, pattern) and not any(_matches(name, other) for other, _ in without)
            ]
            members = [folder for folder in matched if any((folder / file).is_file() for file in _MEMBER_FILES)]
            if not members:
                into.note("workspace-empty", f"no project in {pattern}", document.path, line)
            found += members
    return tuple(dict.fromkeys(member for member in found if member != root))


def left_out_of_workspace(
    document: TomlDocument | None, root: Path, tree: RequirementFolders, into: Gathering
) -> frozenset[Path]:
    """Return the folders that a workspace root names as none of its members."""
    if document is None:
        return frozenset()
    patterns = [pattern for _, excluded in _WORKSPACES for pattern, _ in _patterns(document, excluded, into)]
    if not patterns:
        return frozenset()
    return frozenset(
        root / folder
        for folder in tree.folders
        if any(_matches(PurePosixPath(folder), pattern) for pattern in patterns)
    )


def _patterns(document: TomlDocument, where: tuple[str, ...], into: Gathering) -> list[tuple[str, int]]:
    value = document.get(*where) if where else None
    if value is not None and not isinstance(value, list):
        into.not_array(document, where, DeclaredPlace(document.path, 1, "main", "requirement"))
    items = list(enumerate(value))[:_PATTERNS_AT_MOST] if isinstance(value, list) else []
    return [
        (item.removeprefix("./").rstrip("/"), document.line(*where, position))
        for position, item in items
        if isinstance(item, str)
    ]


def _matches(path: PurePosixPath, pattern: str) -> bool:
    """Whether a path is what a glob pattern names, part by part; `**` is any number of parts."""
    parts, wanted = path.parts, pattern.split("/")
    if max(len(parts), len(wanted)) > _PARTS_AT_MOST:
        return False
    # reached[n]: the pattern so far can end after n parts
    reached = [True, *([False] * len(parts))]
    for one in wanted:
        if one == "**":
            reached = list(itertools.accumulate(reached, operator.or_))
        else:
            reached = [
                False,
                *(here and fnmatch.fnmatchcase(part, one) for here, part in zip(reached, parts, strict=False)),
            ]
    return reached[-1]


def find_script_headers(root: Path, paths: Sequence[str]) -> list[str]:
    """Return the Python files that begin with a header of a script; `paths` are relative to `root`."""
    return [path for path in paths if _has_script_header(f"{root}/{path}")]


def _has_script_header(path: str) -> bool:
    try:
        if needs_shebang(path) and read_start(path, bytes_at_most=2) != b"#!":
            return False
        return begins_with_header(read_start(path, bytes_at_most=HEAD_BYTES))
    except NotRead:  # the reader of sources says so
        return False


def needs_shebang(path: str) -> bool:
    """Whether a file is a script only with a shebang: it has no suffix."""
    return "." not in path.rpartition("/")[2]


def begins_with_header(data: bytes) -> bool:
    """Whether a file with this content begins with a header of a script."""
    return b"# /// script" in data[:HEAD_BYTES]


def find_members(into: Gathering) -> tuple[Member, ...]:
    """Return the projects that were read, by folder, once all requirement files are.

    A line asks for a member by its name or by its folder; what stands outside of all members is the project's own.
    """
    parts = _parts(into)
    if not into.projects.keys() - {"."} and not parts:
        return ()
    by_name = {name: folder for folder, name in sorted(into.projects.items(), reverse=True)}
    named = {".": "", **dict.fromkeys(parts, ""), **into.projects}
    wanted: dict[str, set[str]] = {}
    for line in into.requirements:
        if line.name in by_name and line.kind == "requirement" and line.group not in FOR_DEVELOPERS:
            wanted.setdefault(_folder_of(line.path, named), set()).add(by_name[line.name])
    for place, folder in into.asked:
        if place.group not in FOR_DEVELOPERS and folder in into.projects:
            wanted.setdefault(_folder_of(place.path, named), set()).add(folder)
    return tuple(
        Member(folder, name, tuple(sorted(wanted.get(folder, set()) - {folder})))
        for folder, name in sorted(named.items())
    )


def _parts(into: Gathering) -> set[str]:
    """Return the folders with a requirements file for production and modules beside it: a service, say."""
    folders = {
        line.path.rpartition("/")[0]
        for line in into.requirements
        if line.kind == "requirement" and line.path.endswith((".txt", ".in")) and line.group not in FOR_DEVELOPERS
    }
    return {folder for folder in folders if folder and not folder.startswith("..") and _has_modules(folder, into)}


def _has_modules(folder: str, into: Gathering) -> bool:
    return any(name.endswith(".py") for name in list_names(into.project / folder))


def _folder_of(path: str, named: Collection[str]) -> str:
    folders = (parent.as_posix() for parent in PurePosixPath(path).parents)
    return next((folder for folder in folders if folder in named), ".")
