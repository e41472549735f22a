"""Which requirements the project declares: every file that says so, found without being told.

A new kind of file is one module with a `read(path, into, group)` and one row in `READERS`; a new part of a TOML file is
one function `read(file)` and one row in `_PARTS`.
Several rows may read the same file: each takes the part that it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from footprint.collect.declared import folders
from footprint.collect.declared.compiled_files import find_compiled, settle_compiled
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.errors import UsageError
from footprint.files.paths import real
from footprint.files.reader import ListFolder, list_entries
from footprint.knowledge.groups import group_of, group_of_folder
from footprint.late import Late, late_pattern
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from footprint.values import dataclass, replace

_WILD = late_pattern(r"[*?\[/]")


@dataclass(frozen=True, slots=True)
class RequirementKind:
    """One kind of requirement file."""

    read: Callable[[Path, Gathering, str], None]
    patterns: tuple[str, ...]  # found by these, in the folders of the project that count
    suffixes: tuple[str, ...] = ()  # files that the user names are of this kind by these, when no pattern matches
    group: Callable[[str], str] = group_of_folder  # of a file, by its path from the project


def _dialect(file: str, function: str = "read") -> Late:
    """Return a function of the file of a dialect; a project has two or three of them."""
    return Late(f"{__name__}.{file}", function)


def _of_toml(part: str, read: Late) -> Callable[[Path, Gathering, str], None]:
    """Return the reader of one part of a TOML file, which several readers share and each takes once."""

    def begin(path: Path, into: Gathering, group: str) -> None:
        document = into.toml(path) if into.begin(path, part=part) else None
        if document is not None:
            from footprint.collect.declared.project_toml import ProjectToml

            read(ProjectToml(document, path, into, group))

    return begin


_SCRIPTS = RequirementKind(_dialect("script_header"), (), (".py",))

# The parts of TOML files, with what takes each: several may be in one file.
_PARTS: tuple[tuple[str, Late, tuple[str, ...]], ...] = (
    ("project", _dialect("pyproject"), ("pyproject.toml",)),
    ("dependency-groups", _dialect("pyproject", "read_groups"), ("pyproject.toml",)),
    ("setuptools.dynamic", _dialect("setuptools_dynamic"), ("pyproject.toml",)),
    ("poetry", _dialect("poetry"), ("pyproject.toml",)),
    ("pdm", _dialect("tool_arrays", "read_pdm"), ("pyproject.toml",)),
    ("uv", _dialect("tool_arrays", "read_uv"), ("pyproject.toml",)),
    ("flit", _dialect("tool_arrays", "read_flit"), ("pyproject.toml",)),
    ("hatch", _dialect("tool_arrays", "read_hatch"), ("pyproject.toml", "hatch.toml")),
    ("pixi", _dialect("pixi"), ("pyproject.toml", "pixi.toml")),
    ("misplaced", _dialect("lookalikes"), ("pyproject.toml",)),
)
READERS: tuple[RequirementKind, ...] = (
    *(RequirementKind(_of_toml(part, read), patterns, (".toml",)) for part, read, patterns in _PARTS),
    RequirementKind(_dialect("setup_cfg"), ("setup.cfg",)),
    RequirementKind(_dialect("setup_py"), ("setup.py",)),
    RequirementKind(_of_toml("pipfile", _dialect("pipfile")), ("Pipfile",)),
    # After those that may name such files: an extra's file is the extra's.
    RequirementKind(
        _dialect("requirements_txt"),
        ("*requirements*.txt", "*requirements*.in", "requirements/*.txt", "requirements/*.in"),
        (".txt", ".in", ".pip"),
        group_of,
    ),
    RequirementKind(
        _dialect("conda_file"),
        ("environment.y*ml", "environment[-_.]*.y*ml", "conda.y*ml"),
        (".yml", ".yaml"),
        group_of,
    ),
    _SCRIPTS,
)


FindHeaders = Callable[[Path, Sequence[str]], Sequence[str]]


def read_declared(
    project: Path,
    files: Sequence[Path] = (),
    *,
    read_folder: ListFolder | None = None,
    find_headers: FindHeaders = folders.find_script_headers,
) -> DeclaredFiles:
    """Return every requirement that the project declares, with file and line.

    `files`: exactly these are read (with what they include), relative ones from the project folder.
    Without, requirement files are found in the project folder, one level down and in the members of a
    workspace or monorepo, those of the app first; then the headers of scripts.
    Constraints are among the requirements, as kind "constraint"; so is what was compiled from files read.
    `read_folder` may have listed a folder before, `find_headers` know which files have the header of a script.
    Raises: UsageError if a file of `files` is missing or of no known kind.
        What cannot be read otherwise becomes a note.
    """
    root = real(project)
    given = [root / path for path in files]
    into = Gathering(root, (root, *(real(path.parent) for path in given)))
    _read_files(_given(given) if given else _found(root, into, read_folder, find_headers), into)
    settle_compiled(into)
    if not given and not any(line.kind == "requirement" for line in into.requirements) and not into.doubts.all():
        _dialect("lookalikes", "note_lookalikes")(into)
    # What names the project itself asks for one of its own groups, which are read where they stand.
    requirements = tuple(_with_source(line, into) for line in into.requirements if line.name not in into.own_names)
    doubts = into.doubts.all()
    return DeclaredFiles(
        requirements=requirements,
        local_paths=tuple(into.local_paths),
        files=tuple(into.files),
        notes=(*(doubt.note for doubt in doubts), *into.notes),
        own_names=tuple(sorted(into.own_names)),
        outside=tuple(into.outside),
        needs_nothing=tuple(into.needs_nothing),
        members=folders.find_members(into),
        doubts=doubts,
        compiled=tuple(into.compiled.items()),
        published=tuple(into.published_files()),
    )


def _read_files(found: Iterable[tuple[Path, RequirementKind]], into: Gathering) -> None:
    """Read files, then what they lead to."""
    for path, reader in found:
        reader.read(path, into, reader.group(into.relative(path)))
    for path in into.pending:  # readers add to it on the way
        for reader in _readers_of(path):
            if path.is_file() and into.may_read(path):
                reader.read(path, into, reader.group(into.relative(path)))


def is_requirement_file(path: str) -> bool:
    """Return whether a path, relative to the project and posix, has the name of a requirement file or a lock file."""
    from footprint.collect.declared.locks import LOCK_NAMES

    folder, _, name = path.rpartition("/")
    inner = f"{folder.rpartition('/')[2]}/{name}"
    if name in LOCK_NAMES or fnmatchcase(name, "pylock.*.toml"):
        return True
    return any(fnmatchcase(inner if "/" in each else name, each) for row in READERS for each in row.patterns)


def _with_source(line: DeclaredRequirement, into: Gathering) -> DeclaredRequirement:
    """Return a line with the place that says where it is installed from: a table of its file, or the line itself."""
    is_placed = (line.url is not None and not line.url.lower().startswith("file:")) or "+" in line.specifier
    at = into.sources.get((line.path, line.name), line.line if is_placed else None)
    return replace(line, source_line=at) if at is not None else line


def _given(files: Sequence[Path]) -> Iterator[tuple[Path, RequirementKind]]:
    for path in files:
        if not path.is_file():
            raise UsageError(f"no requirements file {path}: name one that exists, or none to have them found")
        readers = _readers_of(path)
        if not readers:
            known = ", ".join(dict.fromkeys(suffix for reader in READERS for suffix in reader.suffixes))
            raise UsageError(f"{path.name} is not a known requirements file: its name should end in one of {known}")
        yield from ((path, reader) for reader in readers)


def _readers_of(path: Path) -> list[RequirementKind]:
    """Return the readers of a file by its name, or by its suffix when the name says nothing."""
    named = [row for row in READERS if any(fnmatchcase(path.name, pattern) for pattern in row.patterns)]
    return named or [row for row in READERS if path.suffix in row.suffixes]


def _names_in(folder: Path) -> tuple[str, ...] | None:
    """Return what a folder holds, in lower case, since some file systems take any; None where it cannot be listed."""
    entries = list_entries(folder)
    return None if entries is None else tuple(entry.name.lower() for entry in entries)


def _may_hold(names: Sequence[str] | None, pattern: str) -> bool:
    """Whether a folder may hold a file of a pattern, by the letters that it begins with."""
    letters = pattern.lstrip("*").lower()
    end = _WILD.search(letters)
    letters = letters[: end.start()] if end is not None else letters
    return names is None or any(letters in name for name in names)


def _found(
    root: Path, into: Gathering, read_folder: ListFolder | None, find_headers: FindHeaders
) -> list[tuple[Path, RequirementKind]]:
    """Return the requirement files below `root`: the app's before the developers', each kind in the order of READERS.

    The order matters: a file that both include counts for the app.
    """
    tree = folders.walk(root, into, read_folder)
    top = root / "pyproject.toml"
    document = into.toml(top) if top.is_file() and into.may_read(top) else None
    members = folders.workspace_members(document, root, tree, into)
    left_out = folders.left_out_of_workspace(document, root, tree, into)
    for member in members:
        into.add_local(member, DeclaredPlace("pyproject.toml", 1, "main", "requirement"), asked=False)
    found = [
        (path, reader)
        for folder in folders.choose_folders(root, tree, members, left_out)
        for names in (_names_in(folder),)
        for reader in READERS
        for pattern in reader.patterns
        if _may_hold(names, pattern)
        if "/" not in pattern or into.may_read((folder / pattern).parent)  # a linked folder is not even listed
        for path in sorted(folder.glob(pattern))
        if _is_readable(path, into) and "constraints" not in path.name.lower()
    ]
    kept = [(path, reader) for path, reader in dict.fromkeys(found) if _may_read(path, into)]
    compiled = find_compiled([path for path, _ in kept], into)
    into.pins = frozenset(real(path) for path in compiled)
    kept += [
        (source, reader) for source in compiled.values() for reader in _readers_of(source) if source.suffix == ".in"
    ]
    # What limits versions comes last: what is declared has been said by then.
    ordered = sorted(kept, key=lambda row: (real(row[0]) in into.pins, row[1].group(into.relative(row[0])) != "main"))
    headed = find_headers(root, sorted(tree.python_files))
    return [*ordered, *((root / path, _SCRIPTS) for path in headed)]


def _is_readable(path: Path, into: Gathering) -> bool:
    """Whether there is a file; what only has the name of one is noted."""
    if path.is_file():
        return True
    if not path.is_dir():
        what = "a link that leads nowhere" if path.is_symlink() else "not a regular file"
        into.doubt("requirements-unreadable", f"{what}: not read", into.relative(path))
    return False


def _may_read(path: Path, into: Gathering) -> bool:
    if into.may_read(path):
        return True
    into.doubt("requirements-outside", "a link that leaves the project: not read", into.relative(path))
    return False
