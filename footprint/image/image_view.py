"""The files of an image as the join of metadata asks for them: nothing of this machine answers."""

from __future__ import annotations

import errno
import posixpath
from collections.abc import Sequence

from footprint.analysis.images.layer_tree import LayerTree, SeenEntry
from footprint.files.reader import NotRead
from footprint.model.image_files import FILE, FOLDER, HARD_LINK, LINK, LayerFiles

_LINKS_AT_MOST = 40  # as the kernel follows


class ImageView:
    """What a container sees after some layers. Paths are absolute; those of the tree have no slash in front."""

    def __init__(self, tree: LayerTree, layers: Sequence[LayerFiles]) -> None:
        self._tree, self._layers = tree, layers

    def real_path(self, path: str) -> str:
        """Follow the links of the image, as far as the path is there; no `..` leads above its root."""
        rest, found, links = [*reversed(path.split("/"))], "", 0
        while rest:
            part = rest.pop()
            if part in ("", "."):
                continue
            if part == "..":
                found = found.rpartition("/")[0]
                continue
            at = f"{found}/{part}" if found else part
            seen = self._tree.find(at)
            if seen is not None and seen.entry.kind == LINK and links < _LINKS_AT_MOST:
                links += 1
                found = "" if seen.entry.target.startswith("/") else found
                rest += reversed(seen.entry.target.split("/"))
                continue
            found = at
        return f"/{found}"

    def exists(self, path: str) -> bool:
        """Whether anything has this name."""
        return self._seen(path) is not None

    def size(self, path: str) -> int:
        """Return the bytes of a file; of a hard link those of the file. Raises: OSError."""
        seen = self._seen(path)
        if seen is None:
            raise FileNotFoundError(errno.ENOENT, "not in the image", path)
        return self._content(path, seen)[1].entry.size_bytes

    def is_folder(self, path: str) -> bool:
        """Whether it is a folder itself."""
        seen = self._seen(path)
        return seen is not None and seen.entry.kind == FOLDER

    def names(self, path: str) -> list[str]:
        """List a folder. Raises: OSError."""
        real = self.real_path(path)[1:]
        if real in self._tree.folders:
            return [*self._tree.folders[real]]
        if self._tree.find(real) is not None:
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", path)
        raise FileNotFoundError(errno.ENOENT, "not in the image", path)

    def read(self, path: str, *, bytes_at_most: int) -> bytes:
        """Return a file that was kept when its layer was read: metadata of distributions. Raises: NotRead."""
        text = self._text(path)
        if len(text) > bytes_at_most:
            raise NotRead("too-large", bytes_at_most=bytes_at_most)
        return text

    def read_start(self, path: str, *, bytes_at_most: int) -> bytes:
        """Return its first bytes. Raises: NotRead."""
        return self._text(path)[:bytes_at_most]

    def sha256(self, path: str) -> bytes:
        """Return the digest that was taken when its layer was read. Raises: NotRead."""
        seen = self._seen(path)
        if seen is None or not (digest := self._content(path, seen)[1].entry.digest):
            raise NotRead("absent")
        return digest

    def _seen(self, path: str) -> SeenEntry | None:
        """Return what has this name, links in the folders above followed."""
        folder, name = posixpath.split(path)
        return self._tree.find(posixpath.join(self.real_path(folder), name)[1:])

    def _content(self, path: str, seen: SeenEntry) -> tuple[str, SeenEntry]:
        """Return the member that has the content, which of a hard link is another one of its layer."""
        at = self.real_path(path)[1:]
        entries = self._layers[seen.layer - 1].entries
        for _ in range(_LINKS_AT_MOST):
            if seen.entry.kind != HARD_LINK or seen.entry.target not in entries:
                break
            at = seen.entry.target
            seen = SeenEntry(seen.layer, entries[at])
        return at, seen

    def _text(self, path: str) -> bytes:
        real = self.real_path(path)
        seen = self._tree.find(real[1:])
        if seen is None:
            raise NotRead("absent")
        at, seen = self._content(real, seen)
        if seen.entry.kind != FILE:
            raise NotRead("not-regular")
        text = self._layers[seen.layer - 1].texts.get(at)
        if text is None:
            raise NotRead("unreadable", "it is not among what was kept of the image")
        return text
