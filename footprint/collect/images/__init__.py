"""A container image as it lies on the disk: an OCI layout, `docker save`, an `oci-archive`. Read as streams.

No daemon is asked, nothing is unpacked to the disk but by `unpacked_layers`, to be started. Every digest that is told
is checked. `opened_store` and `manifests` find the image, `blob_stores` its blobs, `packed_streams` unpacks them on the
way, `tar_members` takes them apart, `layer_reader` keeps what matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from footprint.collect.images.blob_stores import BlobStore
from footprint.collect.images.layer_reader import LayerBudget, read_layer
from footprint.collect.images.manifests import FoundImage, WantedImage, find_image
from footprint.collect.images.opened_store import open_store
from footprint.collect.images.packed_streams import LayerBytes
from footprint.collect.images.tar_headers import TarBroken
from footprint.errors import ImageUnreadable
from footprint.model.image_files import FILE, ImageKind, ImageLayer, ImageRead, LayerFiles
from footprint.model.note import Note
from footprint.units import few


def read_image(path: Path, wanted: WantedImage, progress: Callable[[str], None]) -> ImageRead:
    """Return what an image holds.

    Raises: UsageError for a path that is not there; ImageUnreadable for what is damaged, hostile or not an image.
    """
    with open_store(path) as store:
        try:
            image = find_image(store, wanted)
        except TarBroken as why:
            raise ImageUnreadable(str(path), str(why)) from None
        budget, layers, files, left_out = LayerBudget(), [], [], 0
        for number in range(1, len(image.blobs) + 1):
            progress(f"reading layer {number} of {len(image.blobs)}")
            try:
                layer, held, missing = _read_layer(store, image, number, budget)
            except TarBroken as why:
                raise ImageUnreadable(f"layer {number} of {path}", str(why)) from None
            layers.append(layer)
            files.append(held)
            left_out += missing
        kind: ImageKind = "oci-layout" if path.is_dir() else "oci-archive" if image.digest else "docker-archive"
        notes = tuple(_notes(image, left_out))
    return ImageRead(kind, image.name, image.digest, image.platform, image.start, tuple(layers), tuple(files), notes)


def _read_layer(
    store: BlobStore, image: FoundImage, number: int, budget: LayerBudget
) -> tuple[ImageLayer, LayerFiles, int]:
    """Read one layer through and check what it is. Raises: TarBroken, ImageUnreadable."""
    place = number - 1
    with store.blob(image.blobs[place]) as blob:
        bytes_ = LayerBytes(blob)
        files, left_out = read_layer(bytes_, budget)
    if image.digests[place] not in ("", bytes_.digest):
        raise TarBroken(f"it is not {image.digests[place]}: it was changed or damaged")
    if bytes_.diff_id != image.diff_ids[place]:
        raise TarBroken(f"its archive is not {image.diff_ids[place]}, as the configuration says")
    held = [entry.size_bytes for entry in files.entries.values() if entry.kind == FILE]
    held += [entry.size_bytes for _, entry in files.replaced if entry.kind == FILE]
    layer = ImageLayer(
        number=number,
        digest=bytes_.digest if image.digests[place] else "",
        diff_id=bytes_.diff_id,
        packing=bytes_.packing,
        packed_bytes=bytes_.packed_bytes,
        tar_bytes=bytes_.tar_bytes,
        unpacked_bytes=sum(held),
        file_count=len(held),
        instruction=image.instructions[place],
    )
    return layer, files, left_out


def _notes(image: FoundImage, left_out: int) -> Iterator[Note]:
    if image.others:
        yield Note("other-platforms", f"it is read for {image.platform}; it is also there for {few(image.others)}")
    if left_out:
        message = f"{left_out} files of metadata are too large to be kept: what they list is named by folders"
        yield Note("metadata-too-large", message)
    if image.blobs and not any(image.instructions):
        yield Note("no-history", "its history does not tell which instruction made which layer")
