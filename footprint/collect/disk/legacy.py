"""What to go by where no whole RECORD lists the files: old setuptools, distutils, Debian, damage.

In order: installed-files.txt (exact), then names: top_level.txt, the folders of the rows that are
readable, and last the distribution's own name.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterable

from footprint.files.reader import FolderView, NotRead, list_sorted
from footprint.model.installed_environment import Installed
from footprint.names import normalise
from footprint.units import MIB

_BYTES_AT_MOST = 16 * MIB
_NAMES_AT_MOST = 10_000  # top-level names of one distribution
_MODULE_SUFFIXES = (".py", ".so", ".pyd", ".pyi")


def installed_files(info: str, info_name: str, view: FolderView) -> list[str] | None:
    """Return installed-files.txt as site-relative paths (it is relative to the egg-info folder), None if absent."""
    lines = _lines(f"{info}/installed-files.txt", view)
    if lines is None:
        return None
    return [posixpath.normpath(f"{info_name}/{line}") for line in lines]


def top_level_names(info: str, one: Installed, recorded: Iterable[str], view: FolderView) -> tuple[str, ...]:
    """Return site-relative names, "a" or "a/b", that by all signs belong to `one`: folders or modules."""
    listed = (_lines(f"{info}/top_level.txt", view) or [])[:_NAMES_AT_MOST]
    namespaces = set(_lines(f"{info}/namespace_packages.txt", view) or [])
    names = {name: None for name in listed if name not in namespaces}
    if namespaces:  # lazr.uri fills lazr/uri, others fill the rest of lazr
        names[one.display_name.replace(".", "/")] = None
    for path in recorded:
        top, slash, _ = path.partition("/")
        if slash and top not in (".", "..", "", "__pycache__", one.info_name) and not top.endswith("-info"):
            names[top] = None
    if not names:
        stem = one.display_name.replace("-", "_")
        names = dict.fromkeys((stem, stem.lower(), one.display_name, one.name.replace("-", "_")))
    return tuple(name for name in names if ".." not in name.split("/"))


def entries_named(site: str, names: tuple[str, ...], view: FolderView) -> tuple[list[str], list[str]]:
    """Return those of `names` that are folders in `site`, and the module files that carry one of them."""
    folders = [name for name in names if view.is_folder(f"{site}/{name}")]
    entries = list_sorted(view, site)
    wanted = set(names)
    files = [e for e in entries if e.endswith(_MODULE_SUFFIXES) and e.partition(".")[0] in wanted]
    stems = frozenset(map(normalise, wanted))
    beside = (each for each in entries if each.endswith((".libs", "-stubs")))
    folders += [each for each in beside if normalise(each.removesuffix(".libs").removesuffix("-stubs")) in stems]
    return folders, files


def is_namespace(folder: str, view: FolderView) -> bool:
    """Whether no __init__ file makes the folder one distribution's import package."""
    return not any(name.startswith("__init__.") for name in list_sorted(view, folder))


def _lines(path: str, view: FolderView) -> list[str] | None:
    try:
        data = view.read(path, bytes_at_most=_BYTES_AT_MOST)
    except NotRead:
        return None
    text = data.decode("utf-8", "surrogateescape")
    return [line.strip() for line in io.StringIO(text, newline=None) if line.strip() and "\0" not in line]
