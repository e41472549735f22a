"""The file system that a container sees: layer over layer, with what each hides of those below it.

A tree of folders, each a mapping of names: the paths of a hundred thousand files are not held a second time.
Source: OCI image specification, "Image Layer Filesystem Changeset"; where a member lies below a link of a lower layer,
the folder replaces the link, as overlayfs shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from footprint.model.image_files import FILE, FOLDER, HARD_LINK, LayerEntry, LayerFiles
from footprint.model.image_report import HowHidden

_FOLDERS_AT_MOST = 200_000  # that no member names
_LINKS_AT_MOST = 40
_IMPLICIT = LayerEntry(FOLDER, 0)


class TooManyFolders(Exception):
    """The names of an image lead through more folders than any image has."""


class SeenEntry(NamedTuple):
    """An entry and the layer that it lies in."""

    layer: int
    entry: LayerEntry


class HiddenEntry(NamedTuple):
    """A file that is not seen any more."""

    path: str
    seen: SeenEntry
    by_layer: int
    how: HowHidden
    cause: str  # what is deleted, or the folder of what is replaced


class LayerTree:
    """What is seen after the layers that were laid so far."""

    def __init__(self) -> None:
        self.folders: dict[str, dict[str, SeenEntry]] = {"": {}}
        self.linked_below: dict[tuple[int, str], int] = {}  # (layer, path) that its hard links name: where it lies
        self._implicit = 0

    def lay(self, number: int, files: LayerFiles) -> list[HiddenEntry]:
        """Lay one layer over those that are there; return what it hides. Raises: TooManyFolders."""
        hidden: list[HiddenEntry] = []
        self._note_links(number, files)
        for path in files.deleted:
            self._remove(path, _Cause(number, "deleted", path), hidden)
        for folder in files.emptied:
            self._empty(folder, _Cause(number, "deleted", folder), hidden)
        for path, entry in files.replaced:
            if entry.kind == FILE:
                folder = path.rpartition("/")[0]
                hidden.append(HiddenEntry(path, SeenEntry(number, entry), number, "replaced", folder))
        for path, entry in files.entries.items():
            self._put(number, path, entry, hidden)
        return hidden

    def find(self, path: str) -> SeenEntry | None:
        """Return what has this path."""
        folder, _, name = path.rpartition("/")
        return self.folders.get(folder, {}).get(name)

    def walk(self, folder: str = "") -> Iterator[tuple[str, dict[str, SeenEntry]]]:
        """Yield each folder below one, itself first, with what is in it."""
        waiting = [folder]
        while waiting:
            at = waiting.pop()
            names = self.folders.get(at)
            if names is None:
                continue
            yield at, names
            start = f"{at}/" if at else ""
            waiting += [f"{start}{name}" for name, seen in names.items() if seen.entry.kind == FOLDER]

    def files(self, folder: str = "") -> Iterator[tuple[str, SeenEntry]]:
        """Yield every file that is seen below a folder."""
        for at, names in self.walk(folder):
            start = f"{at}/" if at else ""
            for name, seen in names.items():
                if seen.entry.kind == FILE:
                    yield f"{start}{name}", seen

    def hides(self, files: LayerFiles, folders: Sequence[str]) -> set[str]:
        """Return those of `folders` of which a layer would hide files."""
        above: dict[str, set[str]] = {}
        for folder in folders:
            parts = folder.split("/")
            for count in range(len(parts) + 1):
                above.setdefault("/".join(parts[:count]), set()).add(folder)
        starts = tuple(f"{folder}/" for folder in folders)
        found: set[str] = set()
        for path in (*files.deleted, *files.emptied):
            found |= above.get(path, set())
            if path.startswith(starts):
                found |= {folder for folder in folders if path.startswith(f"{folder}/")}
        for path, entry in files.entries.items():
            if path.startswith(starts) and entry.kind != FOLDER and self.find(path) is not None:
                found |= {folder for folder in folders if path.startswith(f"{folder}/")}
        return found

    def _note_links(self, number: int, files: LayerFiles) -> None:
        """Note the layers of files that hard links name and that are not in the layer of the links."""
        for entry in files.entries.values():
            if entry.kind == HARD_LINK and entry.target not in files.entries:
                below = self.find(entry.target)
                if below is not None:
                    self.linked_below[number, entry.target] = below.layer

    def _put(self, number: int, path: str, entry: LayerEntry, hidden: list[HiddenEntry]) -> None:
        folder, _, name = path.rpartition("/")
        names = self.folders.get(folder)
        if names is None:
            names = self._make(number, folder, hidden)
        old = names.get(name)
        if entry.kind == FOLDER:
            if old is not None and old.entry.kind != FOLDER:
                self._hide(path, old, _Cause(number, "replaced", folder), hidden)
            self.folders.setdefault(path, {})
        elif old is not None:
            cause = _Cause(number, "replaced", folder)
            if old.entry.kind == FOLDER:
                self._empty(path, cause, hidden)
                del self.folders[path]
            elif old.layer != number:
                self._hide(path, old, cause, hidden)
        names[name] = SeenEntry(number, entry)

    def _make(self, number: int, folder: str, hidden: list[HiddenEntry]) -> dict[str, SeenEntry]:
        """Return the names of a folder that no member names, with those above it."""
        missing = []
        at = folder
        while at not in self.folders:
            missing.append(at)
            at = at.rpartition("/")[0]
        self._implicit += len(missing)
        if self._implicit > _FOLDERS_AT_MOST:
            raise TooManyFolders
        for each in reversed(missing):
            above, _, name = each.rpartition("/")
            old = self.folders[above].get(name)
            if old is not None:  # a link or a file, of this layer or below
                self._hide(each, old, _Cause(number, "replaced", above), hidden)
            self.folders[above][name] = SeenEntry(number, _IMPLICIT)
            self.folders[each] = {}
        return self.folders[folder]

    def _remove(self, path: str, cause: _Cause, hidden: list[HiddenEntry]) -> None:
        folder, _, name = path.rpartition("/")
        old = self.folders.get(folder, {}).pop(name, None)
        if old is None:  # a whiteout of nothing
            return
        if old.entry.kind == FOLDER:
            self._empty(path, cause, hidden)
            del self.folders[path]
        else:
            self._hide(path, old, cause, hidden)

    def _empty(self, folder: str, cause: _Cause, hidden: list[HiddenEntry]) -> None:
        for at, names in list(self.walk(folder)):
            start = f"{at}/" if at else ""
            for name, seen in names.items():
                self._hide(f"{start}{name}", seen, cause, hidden)
            if at == folder:
                names.clear()
            else:
                del self.folders[at]

    def _hide(self, path: str, seen: SeenEntry, cause: _Cause, hidden: list[HiddenEntry]) -> None:
        if seen.entry.kind == FILE:
            hidden.append(HiddenEntry(path, seen, *cause))


class _Cause(NamedTuple):
    by_layer: int
    how: HowHidden
    path: str


def seen_by_links(layers: Sequence[LayerFiles], tree: LayerTree) -> set[tuple[int, str]]:
    """Return (layer, path) of files that are still seen under the name of a hard link to them."""
    found = set()
    for number, files in enumerate(layers, 1):
        for path, entry in files.entries.items():
            if entry.kind != HARD_LINK:
                continue
            seen = tree.find(path)
            if seen is None or seen.layer != number or seen.entry.kind != HARD_LINK:
                continue
            found.add(_follow(layers, tree, number, entry.target))
    return found


def _follow(layers: Sequence[LayerFiles], tree: LayerTree, layer: int, target: str) -> tuple[int, str]:
    """Return layer and path of the file behind a hard link of a layer."""
    for _ in range(_LINKS_AT_MOST):
        other = layers[layer - 1].entries.get(target)
        if other is None:
            layer = tree.linked_below.get((layer, target), 0)
            if not layer:
                break
        elif other.kind == HARD_LINK:
            target = other.target
        else:
            break
    return layer, target
