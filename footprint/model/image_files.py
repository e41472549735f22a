"""What the layers of a container image hold, as their archives say it, before anything is laid over anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from footprint.model.note import Note
from footprint.values import dataclass

ImageKind = Literal["oci-layout", "oci-archive", "docker-archive"]
FILE, HARD_LINK, LINK, FOLDER, OTHER = "file", "hard link", "link", "folder", "other"


class LayerEntry(NamedTuple):
    """One member of a layer. A tuple: a large image has a hundred thousand."""

    kind: str  # FILE, HARD_LINK, LINK, FOLDER, OTHER: a device or a pipe
    size_bytes: int  # of the content in the archive; 0 of all but files
    digest: bytes = b""  # SHA-256 of the content of a file
    target: str = ""  # of a link as it is written, of a hard link the path of the other member


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """One layer, read through. Paths have no slash in front and none at the end; later members replace earlier ones."""

    entries: Mapping[str, LayerEntry]
    deleted: tuple[str, ...]  # paths of lower layers that a whiteout takes away
    emptied: tuple[str, ...]  # folders of which lower layers show nothing any more
    texts: Mapping[str, bytes]  # what was kept: metadata of distributions, by path
    replaced: tuple[tuple[str, LayerEntry], ...] = ()  # members that a later one of the same layer replaces


@dataclass(frozen=True, slots=True)
class ImageLayer:
    """One layer by its figures. Bytes."""

    number: int  # from 1, the lowest
    digest: str  # of the blob as it is stored; "" where the archive tells none
    diff_id: str  # of the archive inside
    packing: Literal["gzip", "zstd", "none"]
    packed_bytes: int  # as it is stored and sent
    tar_bytes: int  # of the archive inside, with its headers
    unpacked_bytes: int  # of the files in it
    file_count: int
    instruction: str | None  # of the build that made it, as the history tells; None: it tells nothing
    hidden_bytes: int = 0  # of its files, what higher layers delete or replace: paid and not seen


@dataclass(frozen=True, slots=True)
class ImageStart:
    """What the configuration says of the container's process."""

    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    user: str  # "" is root
    working_folder: str
    environment: tuple[tuple[str, str], ...]
    memory_limit_bytes: int | None  # of the configuration; most have none

    @property
    def line(self) -> str:
        """The whole command, as words with blanks between them."""
        return " ".join((*self.entrypoint, *self.command))


@dataclass(frozen=True, slots=True)
class ImageRead:
    """An image, read: its configuration, and every layer from the lowest."""

    kind: ImageKind
    name: str  # its reference; "" where none is told
    digest: str  # of its manifest; "" where there is none
    platform: str  # "linux/amd64"
    start: ImageStart
    layers: tuple[ImageLayer, ...]
    files: tuple[LayerFiles, ...]  # of each layer
    notes: tuple[Note, ...]
