"""Whose the files of a site folder of an image are: the same join as on a disk, asked through the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from footprint.analysis.images.layer_tree import LayerTree
from footprint.collect.disk.claims import Claims, source_of
from footprint.collect.metadata import read_installed
from footprint.errors import EnvironmentUnreadable
from footprint.image.image_view import ImageView
from footprint.knowledge.image_parts import compile_parts
from footprint.model.image_files import FOLDER, LayerFiles
from footprint.model.note import Note
from footprint.names import readable
from footprint.values import dataclass

_NAMED = ("site-packages", "dist-packages")
_INFO = ".dist-info"
_DPKG = "var/lib/dpkg/info"
_LISTS = ".list"


@dataclass(frozen=True, slots=True)
class FileOwner:
    """A distribution, or a Debian package where no distribution claims a file."""

    name: str
    version: str
    by_dpkg: bool = False


class SiteOwners:
    """The claims on one site folder, after some layers."""

    def __init__(self, view: ImageView, site: str, packages: Mapping[str, str]) -> None:
        """`site` has no slash in front; `packages` are those of dpkg by absolute path."""
        self.site, self._packages = site, packages
        folder = Path(f"/{site}")
        try:
            installed, notes = read_installed([folder], view)
        except EnvironmentUnreadable:
            installed, notes = (), ()
        claims = Claims(Path(_prefix_of(site)), [folder], installed, view)
        claims.collect()
        self._owners = [FileOwner(one.name, one.version) for one in installed]
        root = claims.roots[0]
        self._files, self._folders = claims.files[root], claims.folders[root]
        self.outside = {path[1:]: self._owners[owner] for path, owner in claims.outside.items()}
        self.notes = tuple(_of_site(site, (*notes, *claims.notes)))

    def of(self, path: str) -> FileOwner | None:
        """Return whose a file is; `path` is below the root of the image."""
        below = path[len(self.site) + 1 :]
        owner = self._files.get(below)
        source = source_of(below) if owner is None and below.endswith(".pyc") else None
        if source is not None:
            owner = self._files.get(source)
        while owner is None and below:
            below = below.rpartition("/")[0]
            owner = self._folders.get(below)
        if owner is not None:
            return self._owners[owner]
        package = self._packages.get(f"/{path}")
        if package is None and source is not None:
            package = self._packages.get(f"/{self.site}/{source}")
        return FileOwner(package, "", by_dpkg=True) if package else None


def find_sites(tree: LayerTree, at_most: int) -> tuple[list[str], int]:
    """Return the folders of distributions, and how many there are: those of the usual names, and any with dist-info.

    One inside another is walked with it: setuptools brings some. What lies in a cache is not installed.
    """
    caches = compile_parts()
    named = [path for path in tree.folders if path.rpartition("/")[2] in _NAMED and not caches.search(f"{path}/")]
    found = _outermost(named)
    inside = tuple(f"{path}/" for path in found)
    targets = [
        path
        for path, names in tree.folders.items()
        if path not in found
        and not path.startswith(inside)
        and any(name.endswith(_INFO) and seen.entry.kind == FOLDER for name, seen in names.items())
        and not caches.search(f"{path}/")
    ]
    found += _outermost([path for path in targets if _has_metadata(tree, path)])
    return sorted(found)[:at_most], len(found)


def _outermost(paths: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for path in sorted(paths, key=lambda each: each.split("/")):
        if not kept or not path.startswith(f"{kept[-1]}/"):
            kept.append(path)
    return kept


def _has_metadata(tree: LayerTree, path: str) -> bool:
    start = f"{path}/" if path else ""
    infos = (name for name in tree.folders[path] if name.endswith(_INFO))
    return any(tree.find(f"{start}{name}/METADATA") is not None for name in infos)


def dpkg_packages(tree: LayerTree, layers: Sequence[LayerFiles]) -> dict[str, str]:
    """Return the Debian packages of files in site folders, by absolute path."""
    found: dict[str, str] = {}
    for name, seen in tree.folders.get(_DPKG, {}).items():
        if name.endswith(_LISTS):
            text = layers[seen.layer - 1].texts.get(f"{_DPKG}/{name}", b"")
            package = readable(name.removesuffix(_LISTS).partition(":")[0])
            found |= dict.fromkeys(text.decode("utf-8", "surrogateescape").split("\n"), package)
    return found


def _prefix_of(site: str) -> str:
    """Return the prefix of a site folder: above lib/python3.11/site-packages; else the folder itself."""
    parents = PurePosixPath("/", site).parents
    is_usual = len(parents) > 2 and parents[1].name in ("lib", "lib64") and site.rpartition("/")[2] in _NAMED
    return str(parents[2]) if is_usual else f"/{site}"


def _of_site(site: str, notes: Sequence[Note]) -> Iterator[Note]:
    for note in notes:
        path = f"/{site}/{note.path}" if note.path and not note.path.startswith("/") else note.path
        yield Note(note.code, note.message, readable(path) if path else None, note.line)
