"""Where editable installs have their modules: by path file, finder, link or egg-link, all read as text.

Sources: PEP 660; the finders that setuptools, editables (hatchling, pdm-backend) and scikit-build-core write, whose
tables are literals; "Direct URL data structure" (PEP 610) where nothing else tells.
"""

# Names and strings, not Path objects, as everywhere in the room.
# ruff: noqa: PTH112, PTH113, PTH114, PTH118

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from footprint.collect.metadata.metadata_headers import read_text
from footprint.documents.python_trees import imports_of, nodes_in, text_of, try_python
from footprint.files.reader import NotRead, list_names
from footprint.model.installed_environment import SourcePlace
from footprint.names import ancestors, word_set
from footprint.units import MIB

_TEXT_AT_MOST = 4 * MIB  # of one finder: that of scikit-build-core lists every file
_PLACES_AT_MOST = 10_000
_FOLDERS_LOOKED_INTO = 100
_OF_SYSTEM = word_set("bin sbin lib lib32 lib64 include share etc var usr opt")
_SUFFIXES = (".py", ".so", ".pyd")
# Beside the packages of a project, and none of them. Only where nobody names the packages.
_NOT_INSTALLED = word_set("""
    test tests testing doc docs example examples script scripts tool tools bench benchmark benchmarks build dist
    node_modules venv env setup conftest noxfile tasks fabfile dodo __pycache__
""")


def read_places(site_dir: Path, info_name: str, recorded: Iterable[str], source: str | None) -> tuple[SourcePlace, ...]:
    """Return where the modules of an editable install are, by the files that its RECORD lists at the top.

    `source` is the URL or the path of its project. Empty where nothing of it is there.
    """
    found: dict[str, str] = {}
    tops = _read_lines(f"{site_dir}/{info_name}/top_level.txt")
    project = _folder_of(source)
    for name in recorded:
        path = f"{site_dir}/{name}"
        if "/" in name or "\0" in name:
            continue
        if os.path.islink(path):  # flit --symlink
            found.setdefault(name.partition(".")[0], path)
        elif name.endswith(".pth"):
            for line in _read_lines(path):
                _follow_line(line, str(site_dir), project, tops, found)
    if not found and project:
        _look_into_project(project, tops, found)
    places = (SourcePlace(module, Path(path)) for module, path in _outermost(found) if os.path.exists(path))  # noqa: PTH110
    return tuple(places)


def places_below(folder: str, tops: Iterable[str] = ()) -> tuple[SourcePlace, ...]:
    """Return the modules in the folder that an egg-link leads to."""
    found: dict[str, str] = {}
    _list_modules(folder, folder, list(tops), found)
    return tuple(SourcePlace(module, Path(path)) for module, path in found.items())


def _follow_line(line: str, site_dir: str, project: str, tops: list[str], found: dict[str, str]) -> None:
    """Take what one line of a path file adds: a folder, or what the finder that it imports has in its table."""
    if not line.startswith(("import ", "import\t")):
        folder = os.path.normpath(os.path.join(site_dir, line))
        is_around = f"{site_dir}/".startswith(f"{folder.rstrip('/')}/")  # the site folder is in it
        if not line.startswith("#") and not is_around and os.path.isdir(folder):
            _list_modules(folder, project, tops, found)
        return
    for name in _imported(line):
        try:
            text = read_text(f"{site_dir}/{name}.py")
        except NotRead:
            continue
        found |= {module: path for module, path in _read_table(text) if module not in found}


def _imported(line: str) -> list[str]:
    """Return the plain names that a program line imports."""
    tree = try_python(line.strip())
    found = (module for node in (tree.body if tree is not None else ()) for module, _ in imports_of(node))
    return [name for name in found if name.isidentifier()]


def _read_table(text: str) -> Iterator[tuple[str, str]]:
    """Yield modules and the absolute paths that a finder has for them: its dictionaries, its calls of two texts."""
    count = 0
    for node in nodes_in(text) if len(text) <= _TEXT_AT_MOST else ():
        pairs: Iterable[tuple[ast.expr | None, ast.expr]] = ()
        if isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
        elif isinstance(node, ast.Call) and len(node.args) == 2:  # map_module("name", "/path/name/__init__.py")
            pairs = [(node.args[0], node.args[1])]
        for key, value in pairs:
            module, path = text_of(key), text_of(value)
            if os.path.isabs(path) and "\0" not in path and all(map(str.isidentifier, module.split("."))):  # noqa: PTH117
                count += 1
                if count > _PLACES_AT_MOST:
                    return
                folder, name = os.path.split(path)
                yield module, folder if name.partition(".")[0] == "__init__" else path


def _outermost(found: dict[str, str]) -> list[tuple[str, str]]:
    """Return the modules that are in no other's folder, as far as a folder holds all of them."""
    kept: list[tuple[str, str]] = []
    for module in sorted(found):
        path = found[module]
        if not any(above in found and path.startswith(found[above] + os.sep) for above in ancestors(module)):
            kept.append((module, path))
    return kept


def _look_into_project(project: str, tops: list[str], found: dict[str, str]) -> None:
    """Take what a project has where projects have it: some finders (meson-python) only know where it was built."""
    src = f"{project}/src"
    _list_modules(src if os.path.isdir(src) else project, project, tops, found)


def _list_modules(folder: str, project: str, tops: list[str], found: dict[str, str]) -> None:
    """Take the modules of one folder of the path: those that are named, else what looks like a part of it."""
    names = list_names(folder)
    beside = folder.rstrip("/") == project or "pyproject.toml" in names or "setup.py" in names
    for name in names[:_PLACES_AT_MOST]:
        stem, _, suffix = name.partition(".")
        path = os.path.join(folder, name)
        if not stem.isidentifier() or (tops and stem not in tops):
            continue
        if not tops and stem in _NOT_INSTALLED:
            continue
        if suffix and name.endswith(_SUFFIXES) and os.path.isfile(path):
            found.setdefault(stem, path)
        elif not suffix and os.path.isdir(path) and _is_package(path, plain=bool(tops) or not beside):
            found[stem] = path


def _is_package(path: str, *, plain: bool) -> bool:
    """Whether a folder is an import package; `plain`: one without __init__ is, too."""
    names = list_names(path)
    if any(name.startswith("__init__.") for name in names):
        return True
    portions = (f"{path}/{name}/__init__.py" for name in names[:_FOLDERS_LOOKED_INTO])
    if not plain or os.path.basename(path) in _OF_SYSTEM:  # noqa: PTH119
        return False
    return any(name.endswith(_SUFFIXES) for name in names) or any(map(os.path.isfile, portions))


def _read_lines(path: str) -> list[str]:
    try:
        text = read_text(path)
    except NotRead:
        return []
    return [line.rstrip() for line in text.removeprefix("\ufeff").splitlines() if line.strip()]


def _folder_of(source: str | None) -> str:
    """Return the folder of a file URL or path, "" for anything else."""
    if source is None:
        return ""
    if source.startswith("/"):
        return source.rstrip("/")
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    return unquote(parts.path).rstrip("/") if parts.scheme == "file" and "\0" not in unquote(parts.path) else ""
