"""The Python files of a project: modules, notebooks and scripts, without what is not the project's own.

Left out are environments, caches, built files, what `exclude` names, links out of the tree, and what git ignores
(see `ignored`). Of a file without a suffix only the first bytes are read, to see whether it is a Python script.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from footprint.collect.sources.ignore_files import FILE_NAME, IgnoreFiles, Layers, is_ignored
from footprint.files.paths import STORE_NAME
from footprint.files.reader import (
    ListFolder,
    NotRead,
    list_entries,
    read_entries,
    read_start,
    try_read,
    walk_folders,
)
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.values import dataclass, replace

MODULE_SUFFIXES = (".py", ".pyi")
NOTEBOOK_SUFFIX = ".ipynb"
_SUFFIXES = (*MODULE_SUFFIXES, NOTEBOOK_SUFFIX, ".pyw", ".wsgi")
_SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "__pypackages__", "site-packages", "dist-packages"})
_BUILD_FOLDERS = frozenset({"build", "dist"})  # only where no module lives in them: an app may have a package `build`
_HEAD_BYTES = 256
_HEADS_AT_MOST = 10_000  # files without a suffix that are opened: a store of objects may hold millions
_IGNORED_AT_MOST = 20_000  # entries of ignored folders that are looked at
_SHEBANG_WORD = late_pattern(rb"(?:python[\d.]*w?|pypy[\d.]*|ipython3?|uv|pipx)")
# What an environment brings where the project's folder is one itself, and below lib.
_OF_VENV = late_pattern(r"bin|lib64|include|share|etc|Scripts|Lib|Include")
_LIBRARY = late_pattern(r"(?:python|pypy)3?[\d.]*t?")
_OF_ROOT = frozenset({"", "lib", "lib64"})
_RUNNERS = (b"uv", b"pipx")  # a script only with `run`: `uv run --script`


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The Python files found, and the folders that hold any, relative and posix."""

    files: tuple[str, ...]  # sorted
    packages: frozenset[str]  # folders with an __init__.py
    ignored: tuple[str, ...]  # Python files that git ignores, sorted, as far as they were looked for
    all_ignored_found: bool
    notes: tuple[Note, ...]
    installations: tuple[str, ...] = ()  # folders that installers filled: what they put there is left out

    def with_ignored(self, paths: Iterable[str]) -> ProjectFiles:
        """Return the tree with some of the ignored files among its own."""
        moved = frozenset(paths)
        packages = {posixpath.dirname(path) for path in moved if posixpath.basename(path) == "__init__.py"}
        return replace(
            self,
            files=tuple(sorted((*self.files, *moved))),
            packages=self.packages | packages,
            ignored=tuple(path for path in self.ignored if path not in moved),
        )


def is_module(path: str) -> bool:
    """Whether a file can be imported; notebooks and scripts without a suffix cannot."""
    return path.endswith(MODULE_SUFFIXES)


def find_files(
    project: Path,
    exclude: Sequence[str],
    despite_gitignore: Sequence[str] | None,
    read_folder: ListFolder | None = None,
) -> ProjectFiles:
    """Return the Python files of `project`.

    `despite_gitignore` are entries in any of their forms: the files that they name are taken though git ignores them.
    None: it is not asked what git ignores. A folder that cannot be listed becomes a note. `read_folder` lists one
    for several walks.
    """
    ignore_files = None if despite_gitignore is None else IgnoreFiles(project)
    search = _FolderWalk(project, exclude, ignore_files, read_folder)
    search.run()
    tree = search.tree()
    return tree.with_ignored(_named_among(tree.ignored, despite_gitignore or ()))


class _Walk:
    """One walk over the folders of a project, without what it is told to leave out. Links are not followed."""

    def __init__(self, project: Path, exclude: Sequence[str], ignore_files: IgnoreFiles | None) -> None:
        self._project, self._ignore_files = project, ignore_files
        self._exclude = [pattern.removeprefix("./").rstrip("/") for pattern in exclude]

    def entries(
        self,
        listed: Callable[[str], list[os.DirEntry[str]] | None],
        enters: Callable[[os.DirEntry[str]], bool],
        takes: Callable[[os.DirEntry[str]], bool],
    ) -> Iterator[tuple[os.DirEntry[str], str, bool, bool]]:
        """Yield (entry, path, whether it is a folder to enter, whether git ignores it); ignored ones are not entered.

        `listed` lists a folder, `enters` says which entries are folders to enter, `takes` which others are wanted.
        """
        layers_around: dict[str, Layers] = {"": self._ignore_files.above() if self._ignore_files else ()}
        for folder, entries, inner in walk_folders(self._project, listed, nearest_first=False):
            layers = layers_around[folder]
            if self._ignore_files is not None:
                names = frozenset(entry.name for entry in entries if entry.name in (".git", FILE_NAME))
                layers = self._ignore_files.below(folder, names, layers)
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                is_folder = enters(entry)
                if not (is_folder or takes(entry)) or self.is_excluded(path, entry.name):
                    continue
                is_out = bool(layers) and is_ignored(layers, path, is_folder=is_folder)
                if is_folder and not is_out:
                    inner.append(entry.name)
                    layers_around[path] = layers
                yield entry, path, is_folder, is_out

    def is_excluded(self, path: str, name: str) -> bool:
        """Whether the user has excluded an entry."""
        return bool(self._exclude) and any(
            fnmatch.fnmatchcase(path, one) or fnmatch.fnmatchcase(name, one) for one in self._exclude
        )


class _FolderWalk(_Walk):
    """A walk for Python files, and a bounded look into the ignored folders."""

    def __init__(
        self,
        project: Path,
        exclude: Sequence[str],
        ignore_files: IgnoreFiles | None,
        read_folder: ListFolder | None,
    ) -> None:
        super().__init__(project, exclude, ignore_files)
        # a Path for each folder would be half of the search
        self._read_folder = read_folder or (lambda folder: read_entries(f"{project}/{folder}"))
        self._files: list[str] = []
        self._packages: set[str] = set()
        self._notes: list[Note] = []
        self._ignored: list[str] = []
        self._ignored_folders: list[str] = []
        self._all_ignored_found = True
        self._heads = 0
        self._installations: list[str] = []
        self._root_names: frozenset[str] = frozenset()

    def run(self) -> None:
        """Walk."""
        for entry, path, is_folder, is_out in self.entries(self._list, _is_folder_to_enter, self._is_candidate):
            if not is_folder:
                self._take(entry, path, is_out=is_out)
            elif is_out:
                self._ignored_folders.append(path)
        if self._ignored_folders:
            self._look_into_ignored()

    def tree(self) -> ProjectFiles:
        """Return what was found."""
        notes = (*self._notes, *(self._ignore_files.notes if self._ignore_files else ()))
        packages = frozenset(self._packages)
        files, ignored = tuple(sorted(self._files)), tuple(sorted(self._ignored))
        return ProjectFiles(
            files, packages, ignored, self._all_ignored_found, notes, tuple(sorted(self._installations))
        )

    def _list(self, folder: str) -> list[os.DirEntry[str]]:
        """Return the entries of a folder by name without what an installer or an environment put there."""
        try:
            listed = self._read_folder(folder)
        except OSError as error:
            self._notes.append(Note("unreadable-folder", f"not searched: {error.strerror or error}", folder or "."))
            return []
        names = [entry.name for entry in listed]
        if folder in _OF_ROOT and "pyvenv.cfg" in (names if not folder else self._root_names):
            # python -m venv . in the project's own folder
            listed = [entry for entry in listed if not (_OF_VENV if not folder else _LIBRARY).fullmatch(entry.name)]
        if not folder:
            self._root_names = frozenset(names)
        infos = [name for name in names if name.endswith(INFO_SUFFIX)]
        installed = installed_names(f"{self._project}/{folder}", infos) if infos else ()
        if installed:
            self._installations.append(folder or ".")
        return [entry for entry in listed if entry.name not in installed] if installed else listed

    def _is_candidate(self, entry: os.DirEntry[str]) -> bool:
        return (entry.name.endswith(_SUFFIXES) or "." not in entry.name) and _is_own_file(entry, self._project)

    def _take(self, entry: os.DirEntry[str], path: str, *, is_out: bool) -> None:
        if "." in entry.name:
            (self._ignored if is_out else self._files).append(path)
            if entry.name == "__init__.py" and not is_out:
                self._packages.add(path.rpartition("/")[0])
        elif not is_out and self._is_script(entry):
            self._files.append(path)

    def _is_script(self, entry: os.DirEntry[str]) -> bool:
        self._heads += 1
        if self._heads > _HEADS_AT_MOST:
            if self._heads == _HEADS_AT_MOST + 1:
                message = f"more than {_HEADS_AT_MOST:,} files without a suffix: scripts are not looked for in the rest"
                self._notes.append(Note("script-search-ended", message))
            return False
        try:
            head = read_start(entry.path, bytes_at_most=_HEAD_BYTES)
        except NotRead:  # nobody knows whether it is a script
            return False
        return has_python_shebang(head)

    def _look_into_ignored(self) -> None:
        """Look for Python files in ignored folders, so that nobody misses them unawares; not further than bounded."""
        left = _IGNORED_AT_MOST
        for folder, entries, inner in walk_folders(self._project, self._list, start=self._ignored_folders):
            if left <= 0:
                self._all_ignored_found = False
                return
            left -= len(entries)
            for entry in entries:
                path = f"{folder}/{entry.name}"
                if self.is_excluded(path, entry.name):
                    continue
                if _is_folder_to_enter(entry):
                    inner.append(entry.name)
                elif "." in entry.name and self._is_candidate(entry):
                    self._ignored.append(path)


def has_python_shebang(head: bytes) -> bool:
    """Whether a file that begins with `head` says that Python, or a runner of Python scripts, is to run it."""
    if not head.startswith(b"#!"):
        return False
    words = head[2:].split(b"\n", 1)[0].split()
    if not words:
        return False
    if words[0].rpartition(b"/")[2] == b"env":  # options and variables may come before the command
        words = [word for word in words[1:] if not word.startswith(b"-") and b"=" not in word]
    names = [word.rpartition(b"/")[2] for word in words]
    if not names or not _SHEBANG_WORD.fullmatch(names[0]):
        return False
    return names[0] not in _RUNNERS or b"run" in names


def _is_folder_to_enter(entry: os.DirEntry[str]) -> bool:
    name = entry.name
    # A linked folder is a second way to files that are found anyway, or leads out of the tree, or in circles.
    if not entry.is_dir(follow_symlinks=False):
        return False
    if name.startswith(".") or name in _SKIPPED_FOLDERS or name.endswith((".egg-info", ".dist-info")):
        return False
    return not (name in _BUILD_FOLDERS and not Path(entry.path, "__init__.py").exists())


def _is_own_file(entry: os.DirEntry[str], project: Path) -> bool:
    """Whether an entry is a regular file of this tree; a linked file counts when its target is in the tree."""
    if not entry.is_symlink():
        return entry.is_file(follow_symlinks=False)
    try:
        target = Path(entry.path).resolve(strict=True)
    except (OSError, RuntimeError):  # dangling, or a circle
        return False
    return target.is_file() and target.is_relative_to(project.resolve())


def _named_among(paths: Sequence[str], named: Sequence[str]) -> list[str]:
    """Return those of `paths` that entries name: `pkg/a.py`, `pkg.a:app`, `-m pkg`."""
    ends: list[str] = []
    for text in named if paths else ():
        name = text.strip().removeprefix("-m").strip().partition(":")[0]
        if name.endswith(_SUFFIXES) or "/" in name:
            ends.append(posixpath.normpath(name).lstrip("/"))
        elif name:
            base = name.replace(".", "/")
            ends += [f"{base}.py", f"{base}/__init__.py", f"{base}/__main__.py"]
    return [path for path in paths if any(f"/{path}".endswith(f"/{end}") for end in ends)]


INFO_SUFFIX = ".dist-info"
_BYTES_AT_MOST = 64 << 20


def installed_names(folder: str, infos: Iterable[str]) -> frozenset[str]:
    """Return the names in `folder` that the RECORDs of its dist-info folders list; empty without any RECORD.

    Programs are recorded at ../../bin and lie at bin in the folder itself.
    """
    names: set[str] = set()
    for info in infos:
        text = (try_read(f"{folder}/{info}/RECORD", bytes_at_most=_BYTES_AT_MOST) or b"").decode("utf-8", "replace")
        paths = (line.partition(",")[0].strip('"').removeprefix("../../") for line in text.splitlines())
        names.update(path.partition("/")[0] for path in paths)
    return frozenset(names - {"", ".", ".."})


_FILES_AT_MOST = 50_000
_SKIPPED_BY_TEXTS = frozenset({
    "node_modules", "__pycache__", "__pypackages__", "site-packages", "dist-packages", "build", "dist", "htmlcov",
    ".git", ".hg", ".svn", ".bzr", ".tox", ".nox", ".venv", ".eggs", ".cache", ".idea", ".ipynb_checkpoints",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".pixi", ".direnv", ".terraform", ".yarn", ".next",
    STORE_NAME,
})  # fmt: skip


def find_text_files(project: Path, exclude: Sequence[str], *, respect_gitignore: bool) -> tuple[str, ...]:
    """Return the files of `project` that are not Python, relative and posix, by folder. `exclude` as in read_sources.

    Left out are environments, caches, installed and built folders, editors' files, links, and what git ignores.
    """
    walk = _Walk(project, exclude, IgnoreFiles(project) if respect_gitignore else None)
    found = walk.entries(lambda folder: _list_own(project, folder), _is_entered_for_texts, _is_text)
    texts = (path for _, path, is_folder, is_out in found if not is_folder and not is_out)
    return tuple(islice(texts, _FILES_AT_MOST))


def _is_entered_for_texts(entry: os.DirEntry[str]) -> bool:
    is_skipped = entry.name in _SKIPPED_BY_TEXTS or entry.name.endswith((".egg-info", INFO_SUFFIX))
    return entry.is_dir(follow_symlinks=False) and not is_skipped


def _list_own(project: Path, folder: str) -> list[os.DirEntry[str]]:
    """Return the entries of a folder by name; none of one with installed distributions."""
    listed = list_entries(f"{project}/{folder}") or []  # whoever looks for modules has noted it
    return [] if folder and any(entry.name.endswith(INFO_SUFFIX) for entry in listed) else listed


def _is_text(entry: os.DirEntry[str]) -> bool:
    is_python = entry.name.endswith((*MODULE_SUFFIXES, NOTEBOOK_SUFFIX, ".pyw", ".wsgi", ".pyc", ".so"))
    return not is_python and entry.is_file(follow_symlinks=False)
