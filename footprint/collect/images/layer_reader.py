"""One layer, read through as a stream: what it holds, what it deletes below it, and the metadata that it brings.

Source: OCI image specification, "Image Layer Filesystem Changeset": whiteouts, opaque folders, hard links.
"""

from __future__ import annotations

import hashlib
import re

from footprint.collect.images import tar_headers
from footprint.collect.images.packed_streams import LayerBytes
from footprint.collect.images.tar_headers import TarBroken
from footprint.collect.images.tar_members import TarBytes, TarMember, hash_content, padded, read_members
from footprint.model.image_files import FILE, FOLDER, HARD_LINK, LINK, OTHER, LayerEntry, LayerFiles
from footprint.names import readable
from footprint.units import MIB, size

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_OTHER_MARK = ".wh..wh."  # of aufs, for itself alone
_KINDS = {tar_headers.DIRECTORY: FOLDER, tar_headers.SYMBOLIC: LINK, tar_headers.HARD: HARD_LINK}
# What the join of distributions reads, and what tells of the system: by the end of the path.
_KEPT = re.compile(
    r"(?:^|/)(?:[^/]+\.(?:dist-info|egg-info)(?:/(?:RECORD|METADATA|PKG-INFO|top_level\.txt|namespace_packages\.txt"
    r"|installed-files\.txt|INSTALLER|direct_url\.json|entry_points\.txt|requires\.txt))?)$"
)
_DPKG_LIST = re.compile(r"var/lib/dpkg/info/[^/]+\.list$")
_OF_PYTHON = re.compile(rb"^(/.*/(?:dist|site)-packages/.*)$", re.MULTILINE)
_ENDS = ("-info", "RECORD", "METADATA", "PKG-INFO", ".txt", "INSTALLER", "direct_url.json", ".list")
_HEAD = 256 * 1024  # of METADATA: its headers
_TEXT_AT_MOST = 64 * MIB
_LIST_AT_MOST = 4 * MIB


class LayerBudget:
    """What one image may hold, all layers together, so that memory stays bounded."""

    entries, name_bytes, text_bytes = 750_000, 128 * MIB, 192 * MIB

    def take_entry(self, name: bytes, link: bytes) -> None:
        """Count one member. Raises: TarBroken where there are more than an image has."""
        self.entries -= 1
        self.name_bytes -= len(name) + len(link)
        if self.entries < 0:
            raise TarBroken(f"the image holds more than {LayerBudget.entries:,} files")
        if self.name_bytes < 0:
            raise TarBroken(f"the names in the image take more than {size(LayerBudget.name_bytes)}")

    def take_text(self, count: int) -> bool:
        """Whether so many bytes of metadata may be kept as well."""
        if count > self.text_bytes:
            return False
        self.text_bytes -= count
        return True


class _Layer:
    """What was read of a layer so far."""

    def __init__(self, budget: LayerBudget) -> None:
        self.budget = budget
        self.entries: dict[str, LayerEntry] = {}
        self.deleted: dict[str, None] = {}
        self.emptied: dict[str, None] = {}
        self.replaced: list[tuple[str, LayerEntry]] = []
        self.texts: dict[str, bytes] = {}
        self.left_out = 0  # texts that were too many

    def add(self, stream: TarBytes, member: TarMember) -> None:
        self.budget.take_entry(member.name, member.link)
        path = clean_path(member.name)
        name = path[path.rfind("/") + 1 :]
        if name.startswith(_WHITEOUT):
            stream.skip(padded(member.size))
            self._delete(path, name)
            return
        if member.kind in tar_headers.FILES:
            entry = self._file(stream, member, path)
        else:
            stream.skip(padded(member.size))
            kind = _KINDS.get(member.kind, OTHER)
            target = "" if kind in (FOLDER, OTHER) else member.link.decode("utf-8", "surrogateescape")
            entry = LayerEntry(kind, 0, b"", clean_path(member.link) if kind == HARD_LINK else target)
        old = self.entries.pop(path, None)  # the last one counts, at its own place in the archive
        if old is not None and old.kind == FILE:
            self.replaced.append((path, old))
        if path:
            self.entries[path] = entry

    def _file(self, stream: TarBytes, member: TarMember, path: str) -> LayerEntry:
        keep = _bytes_kept(path) if path.endswith(_ENDS) else 0
        digest, kept = hash_content(stream, member.size, hashlib.sha256, keep)
        self.texts.pop(path, None)
        if keep and (member.size <= keep or path.endswith("/METADATA")):
            if path.endswith(".list"):
                kept = b"\n".join(_OF_PYTHON.findall(kept))
            if self.budget.take_text(len(kept)):
                self.texts[path] = kept
            else:
                self.left_out += 1
        elif keep:
            self.left_out += 1
        return LayerEntry(FILE, member.size, b"" if member.is_sparse else digest)

    def _delete(self, path: str, name: str) -> None:
        folder = path[: -len(name)]
        if name == _OPAQUE:
            self.emptied[folder.rstrip("/")] = None
        elif not name.startswith(_OTHER_MARK) and len(name) > len(_WHITEOUT):
            self.deleted[folder + name[len(_WHITEOUT) :]] = None


def read_layer(bytes_: LayerBytes, budget: LayerBudget) -> tuple[LayerFiles, int]:
    """Return what a layer holds, and how many texts of it were not kept. Raises: TarBroken."""
    layer = _Layer(budget)
    with bytes_.pieces() as pieces:
        stream = TarBytes(pieces)
        for member in read_members(stream):
            layer.add(stream, member)
        for _ in pieces:  # the digests are of all of it
            pass
    files = LayerFiles(layer.entries, tuple(layer.deleted), tuple(layer.emptied), layer.texts, tuple(layer.replaced))
    return files, layer.left_out


def clean_path(raw: bytes) -> str:
    """Return the path of a member below the root of the image. Raises: TarBroken for one that leads out of it."""
    path = raw.decode("utf-8", "surrogateescape")
    path = path.removeprefix("./")
    if (
        path.startswith("/")
        or path.endswith("/")
        or "//" in path
        or "./" in path
        or path in (".", "..")
        or "/." in path
    ):
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise TarBroken(f"the name {readable(path[:200])} leads out of the image")
        path = "/".join(parts)
    if "\0" in path:
        raise TarBroken("a name in it holds a zero byte")
    return path


def _bytes_kept(path: str) -> int:
    if _DPKG_LIST.search(path):
        return _LIST_AT_MOST
    if not _KEPT.search(path):
        return 0
    return _HEAD if path.endswith(("/METADATA", "/PKG-INFO")) else _TEXT_AT_MOST
