"""What `footprint image` tells of a container image, and of two of them. The field names are the JSON contract."""

from __future__ import annotations

from typing import Literal

from footprint.model.image_files import ImageKind, ImageLayer, ImageStart
from footprint.model.image_started import StartedInImage
from footprint.model.note import Note
from footprint.names import DistributionName
from footprint.values import dataclass

IMAGE_VERSION = 1
HowHidden = Literal["deleted", "replaced"]


@dataclass(frozen=True, slots=True)
class LayerBytesOf:
    """How much of one thing lies in one layer."""

    layer: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class ImageSite:
    """One folder of distributions. Bytes of the files that the container sees; named + unowned = all."""

    path: str  # absolute in the image
    file_bytes: int
    named_bytes: int
    unowned_bytes: int
    distribution_count: int
    source_count: int  # .py
    bytecode_count: int  # .pyc
    bytecode_bytes: int
    idle_bytes: int  # tests, headers, type stubs, static libraries: what no start reads


@dataclass(frozen=True, slots=True)
class ImageDistribution:
    """One distribution in one folder; `hidden_bytes` lie in the layers and are not seen any more."""

    name: DistributionName
    version: str
    site: str
    origin: Literal["metadata", "dpkg"]  # dpkg: a Debian package that brings no metadata of its own for these files
    file_bytes: int  # in the site folder
    outside_bytes: int  # recorded files elsewhere: bin, share
    hidden_bytes: int
    bytecode_bytes: int
    layers: tuple[LayerBytesOf, ...]  # of file_bytes and outside_bytes


@dataclass(frozen=True, slots=True)
class HiddenFiles:
    """Files of one layer that another one deletes or replaces: paid and not seen."""

    layer: int
    by_layer: int
    how: HowHidden
    path: str  # what is deleted whole, or the folder of what is replaced
    file_bytes: int
    file_count: int


@dataclass(frozen=True, slots=True)
class DoubledFile:
    """The same content several times."""

    file_bytes: int  # of one copy
    count: int
    places: tuple[str, ...]  # the first of them, absolute
    layers: tuple[int, ...]  # of each of these places
    same_path: bool  # one path in several layers: copied up whole, as a chmod or chown does

    @property
    def spare_bytes(self) -> int:
        """What all copies but one take."""
        return self.file_bytes * (self.count - 1)


@dataclass(frozen=True, slots=True)
class ImagePart:
    """Files of a kind that a running application does not need, as far as it is seen."""

    kind: str  # a row of knowledge/image_parts
    path: str  # where most of them are
    file_bytes: int
    file_count: int
    layers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImageReport:
    """An image: what it weighs, layer by layer, and whose bytes these are."""

    tool_version: str
    schema_version: int
    path: str
    kind: ImageKind
    name: str
    digest: str
    platform: str
    start: ImageStart
    packed_bytes: int  # of all layers, as they are stored and sent
    unpacked_bytes: int  # of the files in all layers
    seen_bytes: int  # of the files that a container sees
    hidden_bytes: int  # unpacked - seen
    doubled_bytes: int  # of all copies of a content but one, hidden ones among them
    gpu_bytes: int  # of distributions that only a GPU can use
    gpu_expected: bool | None  # whether deploy files or the image speak of one; None: there is no deploy file
    layers: tuple[ImageLayer, ...]
    sites: tuple[ImageSite, ...]
    distributions: tuple[ImageDistribution, ...]  # heaviest first
    hidden: tuple[HiddenFiles, ...]  # heaviest first
    doubled: tuple[DoubledFile, ...]  # the heaviest
    parts: tuple[ImagePart, ...]  # heaviest first
    notes: tuple[Note, ...]
    started: StartedInImage | None = None  # None: it was not asked for


@dataclass(frozen=True, slots=True)
class ChangedDistribution:
    """A distribution that is not as it was. None: it was not, or is not there."""

    name: DistributionName
    site: str
    version_before: str | None
    version: str | None
    bytes_before: int
    file_bytes: int


@dataclass(frozen=True, slots=True)
class ImageFigure:
    """One figure of both images."""

    name: str  # of the field of ImageReport
    before_bytes: int
    now_bytes: int


@dataclass(frozen=True, slots=True)
class ImageDifference:
    """What a new image has otherwise than an old one."""

    tool_version: str
    schema_version: int
    before: str  # the paths
    now: str
    figures: tuple[ImageFigure, ...]
    shared_layer_count: int  # by their content: nobody who has the old image fetches them again
    new_layers: tuple[ImageLayer, ...]
    fetched_bytes: int  # of the new layers, as they are sent
    gone_layers: tuple[ImageLayer, ...]
    distributions: tuple[ChangedDistribution, ...]  # by how much they changed
    notes: tuple[Note, ...] = ()
