"""The files that a container sees, laid down in a private folder of ours with what a container gets beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from footprint.analysis.images.layer_tree import LayerTree
from footprint.collect.images.manifests import WantedImage
from footprint.collect.images.unpacked_layers import lay_layers
from footprint.files.private import private_folder
from footprint.files.unpacked_tree import UnpackedTree
from footprint.image.image_view import ImageView
from footprint.image.seen_members import SeenMembers, find_seen
from footprint.model.image_files import ImageRead
from footprint.units import MIB, size

UNPACKED_AT_MOST = 16 * 1024 * MIB
_SPARE = 256 * MIB  # of the disk, which stay free
_BLOCK = 4096
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
          ("stderr", "/proc/self/fd/2"))  # fmt: skip
_HOSTS = "etc/hosts"


class NotUnpacked(Exception):
    """The image cannot be laid down here; the message says why."""


@contextmanager
def unpack(
    path: Path, wanted: WantedImage, image: ImageRead, tree: LayerTree, progress: Callable[[str], None]
) -> Iterator[tuple[Path, Path, str]]:
    """Give the root of the unpacked image, a folder beside it, and what was left out. All of it is removed afterwards.

    Raises: NotUnpacked, ImageUnreadable, CannotMeasure.
    """
    seen = find_seen(tree, image.files)
    with private_folder("image", ("root", "order")) as place:
        root = place / "root"
        try:
            with UnpackedTree(root) as target:
                _refuse_large(seen, target.free_bytes())
                for folder in seen.folders:
                    target.make_folder(folder)
                layers = [(layer.diff_id, each) for layer, each in zip(image.layers, seen.layers, strict=True)]
                sparse = lay_layers(path, wanted, layers, target, progress)
                for at, to in seen.links:
                    target.link(at, to)
                _furnish(target, image, tree)
        except OSError as error:
            raise NotUnpacked(f"the image cannot be unpacked: {error.strerror or error}") from error
        left_out = sparse + seen.left_out
        yield root, place / "order", f"{left_out} sparse or special files are left out" if left_out else ""


def _refuse_large(seen: SeenMembers, free_bytes: int) -> None:
    count = len(seen.folders) + len(seen.links) + sum(len(each.files) for each in seen.layers)
    needed = seen.file_bytes + count * _BLOCK
    if needed > UNPACKED_AT_MOST:
        raise NotUnpacked(f"unpacked it takes {size(needed)}, more than the {size(UNPACKED_AT_MOST)} that are unpacked")
    if needed + _SPARE > free_bytes:
        raise NotUnpacked(
            f"unpacked it takes {size(needed)}, and the temporary folder has {size(free_bytes)} left: set TMPDIR to a "
            "folder on a larger disk"
        )


def _furnish(target: UnpackedTree, image: ImageRead, tree: LayerTree) -> None:
    """Make what a container gets beside its image. Raises: OSError."""
    for folder in ("dev/shm", "proc", "sys"):
        target.make_folders(folder)
    for device in _DEVICES:
        target.put(f"dev/{device}", (), 0o666)  # the devices are mounted there
    for name, to in _LINKS:
        target.link(f"dev/{name}", to)
    view = ImageView(tree, image.files)
    for folder in _wanted_folders(image, view):
        target.make_folders(folder)
    if view.is_folder("/etc") and not view.exists(f"/{_HOSTS}"):
        target.put(_HOSTS, [b"127.0.0.1 localhost\n::1 localhost\n"], 0o644)


def _wanted_folders(image: ImageRead, view: ImageView) -> Sequence[str]:
    """Return the folder of the configuration and /tmp, where they are not there: runtimes make the first."""
    found = []
    for path in ("/tmp", image.start.working_folder or "/"):
        real = view.real_path(path)
        if real != "/" and not view.exists(real) and real.split("/")[1] not in ("dev", "proc", "sys"):
            found.append(real[1:])
    return found
