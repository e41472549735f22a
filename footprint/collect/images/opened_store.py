"""The store of blobs that a path means: a folder with an OCI layout, or an archive of an image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footprint.collect.images.blob_stores import ArchiveStore, BlobStore, FolderStore
from footprint.errors import UsageError
from footprint.files.reader import NotRead, open_regular, read_start

_LARGEST = 1 << 50
_PACKED = {b"\x1f\x8b": "gunzip", b"\x28\xb5\x2f\xfd": "unzstd", b"BZh": "bunzip2", b"\xfd7zXZ": "unxz"}


@contextmanager
def open_store(path: Path) -> Iterator[BlobStore]:
    """Give the store of an image. Raises: UsageError for what is not one, ImageUnreadable."""
    if path.is_dir():
        if not (path / "index.json").is_file() or not (path / "oci-layout").is_file():
            raise UsageError(f"{path} is not an OCI layout: it has no oci-layout with an index.json")
        yield FolderStore(path)
        return
    try:
        start = read_start(path, bytes_at_most=8)
        program = next((each for magic, each in _PACKED.items() if start.startswith(magic)), None)
        if program is not None:
            raise UsageError(f"{path} is packed as a whole: run {program} on it first")
        with open_regular(path, bytes_at_most=_LARGEST) as file:
            yield ArchiveStore(file, str(path))
    except NotRead as why:
        raise UsageError(f"{path}: {why}: name an OCI layout, or an archive of `docker save`") from None
