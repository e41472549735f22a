"""The layers of an image read a second time, for what of them is laid down in a folder.

Which names are wanted is known before: the layers were read and laid over each other. So nothing that a layer hides is
written, and no whiteout is ever carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Protocol

from footprint.collect.images import tar_headers
from footprint.collect.images.layer_reader import clean_path
from footprint.collect.images.manifests import WantedImage, find_image
from footprint.collect.images.opened_store import open_store
from footprint.collect.images.packed_streams import LayerBytes
from footprint.collect.images.tar_headers import TarBroken
from footprint.collect.images.tar_members import TarBytes, padded, read_members
from footprint.errors import ImageUnreadable


class LaidTree(Protocol):
    """What the files go into."""

    def set_mode(self, path: str, mode: int) -> None:
        """Give a folder its permissions."""

    def put(self, path: str, content: Iterable[bytes | memoryview], mode: int) -> None:
        """Write a file."""

    def add_name(self, path: str, of: str) -> None:
        """Give a file a second name."""


class WantedMembers(Protocol):
    """What is wanted of one layer."""

    @property
    def folders(self) -> Set[str]:
        """Those that get the permissions of this layer."""

    @property
    def files(self) -> Mapping[str, Sequence[str]]:
        """Of a member with content all names that it gets."""

    @property
    def sizes(self) -> Mapping[str, int]:
        """Of these members."""


def lay_layers(
    path: Path,
    wanted: WantedImage,
    layers: Sequence[tuple[str, WantedMembers]],
    tree: LaidTree,
    progress: Callable[[str], None],
) -> int:
    """Lay down what is wanted of each layer, given with the digest of its archive; return how many files were sparse.

    Those are left out. Raises: ImageUnreadable where the image is not any more what was read before, OSError.
    """
    sparse = 0
    with open_store(path) as store:
        try:
            image = find_image(store, wanted)
            for number, (diff_id, members) in enumerate(layers, 1):
                progress(f"unpacking layer {number} of {len(layers)}")
                with store.blob(image.blobs[number - 1]) as blob:
                    bytes_ = LayerBytes(blob)
                    sparse += _lay(bytes_, members, tree)
                if bytes_.diff_id != diff_id:
                    raise TarBroken("it was changed while it was read")
        except (TarBroken, IndexError) as why:
            raise ImageUnreadable(str(path), str(why)) from None
    return sparse


def _lay(bytes_: LayerBytes, members: WantedMembers, tree: LaidTree) -> int:
    sparse = 0
    with bytes_.pieces() as pieces:
        stream = TarBytes(pieces)
        for member in read_members(stream):
            name = clean_path(member.name)
            names = members.files.get(name, ()) if member.kind in tar_headers.FILES else ()
            if names and not member.is_sparse and member.size == members.sizes[name]:
                tree.put(names[0], stream.views(member.size), member.mode)
                stream.take(padded(member.size) - member.size)
                for other in names[1:]:
                    tree.add_name(other, names[0])
                continue
            sparse += bool(names) and member.is_sparse
            stream.skip(padded(member.size))
            if member.kind == tar_headers.DIRECTORY and name in members.folders:
                tree.set_mode(name, member.mode)
        for _ in pieces:  # the digest is of all of it
            pass
    return sparse
