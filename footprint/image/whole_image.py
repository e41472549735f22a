"""An image from its layers to the report: read, laid over each other, joined to the metadata in it, added up."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint import __version__
from footprint.analysis.images.layer_tree import HiddenEntry, LayerTree, SeenEntry, TooManyFolders, seen_by_links
from footprint.analysis.images.owned_bytes import OwnedBytes
from footprint.analysis.images.spare_files import find_doubled, sum_hidden, sum_parts
from footprint.collect.deploy import read_deploy_files
from footprint.collect.disk.tree_files import is_idle
from footprint.collect.images import read_image
from footprint.collect.images.manifests import WantedImage
from footprint.collect.project_words import find_words
from footprint.collect.sources.project_files import find_text_files
from footprint.errors import ImageUnreadable
from footprint.image.image_view import ImageView
from footprint.image.site_owners import SiteOwners, dpkg_packages, find_sites
from footprint.knowledge.tables import read_variants
from footprint.late import Late
from footprint.model.image_files import ImageRead
from footprint.model.image_report import IMAGE_VERSION, ImageDistribution, ImageReport, ImageSite
from footprint.model.note import Note
from footprint.names import readable
from footprint.secrets import Secrets, star
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.image.image_start import ImageStartOptions

_start_in_image = Late("footprint.image.image_start", "start_in_image")
_SITES_AT_MOST = 200
_NOTES_AT_MOST = 40
_ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}
_GPU_VARIABLES = ("NVIDIA_VISIBLE_DEVICES", "NVIDIA_REQUIRE_CUDA", "CUDA_VERSION")


class _Examination:
    """One image, layer by layer."""

    def __init__(self, image: ImageRead) -> None:
        self.image, self.tree, self.owned = image, LayerTree(), OwnedBytes()
        self.hidden: list[HiddenEntry] = []
        self.notes: dict[Note, None] = dict.fromkeys(image.notes)

    def lay_all(self, progress: Callable[[str], None]) -> None:
        """Lay every layer; whose the files were that one hides is asked before it does."""
        for number, files in enumerate(self.image.files, 1):
            progress(f"joining layer {number} of {len(self.image.files)}")
            sites, _ = find_sites(self.tree, _SITES_AT_MOST) if number > 1 else ([], 0)
            joins = [self._join(site) for site in sorted(self.tree.hides(files, sites))]
            hidden = self.tree.lay(number, files)
            self.hidden += hidden
            for each in hidden:
                for join in joins:
                    if each.path.startswith(f"{join.site}/") and (owner := join.of(each.path)) is not None:
                        self.owned.add_hidden(join.site, owner, each)
        kept = seen_by_links(self.image.files, self.tree)
        self.hidden = [each for each in self.hidden if (each.seen.layer, each.path) not in kept]

    def add_sites(self) -> Iterator[ImageSite]:
        """Yield the site folders as a container sees them."""
        sites, count = find_sites(self.tree, _SITES_AT_MOST)
        if count > len(sites):
            self.notes[Note("many-site-folders", f"{count} folders hold distributions; {len(sites)} are told")] = None
        for site in sites:
            inner = tuple(f"{each}/" for each in sites if each != site and each.startswith(f"{site}/" if site else ""))
            join = self._join(site)
            self.notes |= dict.fromkeys(join.notes)
            files = ((path, seen) for path, seen in self.tree.files(site) if not path.startswith(inner))
            row = self.owned.add_site(site, files, join.of, is_idle)
            self.owned.add_outside(site, join.outside, self.tree.find)
            if row.file_bytes or row.distribution_count:
                yield row

    def idle_files(self, sites: Iterable[str]) -> list[tuple[str, SeenEntry]]:
        """Return the files of site folders that no start reads."""
        return [pair for site in sites for pair in self.tree.files(site) if is_idle(pair[0][len(site) + 1 :])]

    def _join(self, site: str) -> SiteOwners:
        files = self.image.files
        return SiteOwners(ImageView(self.tree, files), site, dpkg_packages(self.tree, files))


def examine_image(
    path: Path,
    wanted: WantedImage,
    project: Path | None,
    progress: Callable[[str], None],
    start: ImageStartOptions | None = None,
) -> ImageReport:
    """Return all that an image tells.

    `project` is where deploy files say whether there is a GPU; None: nobody looks. `start`: start its entry as well.
    Raises: UsageError, ImageUnreadable.
    """
    if not wanted.platform:
        wanted = replace(wanted, machine=f"linux/{_ARCHITECTURES.get(platform.machine(), platform.machine())}")
    image = read_image(path, wanted, progress)
    work = _Examination(image)
    try:
        work.lay_all(progress)
    except TooManyFolders:
        raise ImageUnreadable(str(path), "its names lead through more folders than an image has") from None
    sites = tuple(work.add_sites())
    report = _report(path, work, sites, project)
    given = {} if start is None else start.environment
    if start is not None:
        report = replace(report, started=_start_in_image(path, wanted, image, work.tree, start, progress))
    variables = dict(image.start.environment)
    secrets = Secrets.of(given=given, inherited=variables).with_commands(
        each.instruction or "" for each in image.layers
    )
    return star(report, secrets)


def _report(path: Path, work: _Examination, sites: tuple[ImageSite, ...], project: Path | None) -> ImageReport:
    image = work.image
    hidden = work.hidden
    by_layer: Counter[int] = Counter()
    for each in hidden:
        by_layer[each.seen.layer] += each.seen.entry.size_bytes
    hidden_bytes = by_layer.total()
    layers = tuple(replace(layer, hidden_bytes=by_layer[layer.number]) for layer in image.layers)
    unpacked = sum(layer.unpacked_bytes for layer in layers)
    doubled, doubled_bytes = find_doubled(image.files)
    distributions = work.owned.rows()
    gpu = sum(row.file_bytes for row in _only_for_gpu(distributions))
    idle = work.idle_files(site.path[1:] for site in sites)
    return ImageReport(
        tool_version=__version__,
        schema_version=IMAGE_VERSION,
        path=readable(str(path)),
        kind=image.kind,
        name=image.name,
        digest=image.digest,
        platform=image.platform,
        start=image.start,
        packed_bytes=sum(layer.packed_bytes for layer in layers),
        unpacked_bytes=unpacked,
        seen_bytes=unpacked - hidden_bytes,
        hidden_bytes=hidden_bytes,
        doubled_bytes=doubled_bytes,
        gpu_bytes=gpu,
        gpu_expected=_expects_gpu(image, project) if gpu else None,
        layers=layers,
        sites=sites,
        distributions=distributions,
        hidden=sum_hidden(hidden),
        doubled=doubled,
        parts=sum_parts(work.tree.files(), idle),
        notes=tuple(_few_notes([*work.notes])),
    )


def _only_for_gpu(rows: Sequence[ImageDistribution]) -> Iterator[ImageDistribution]:
    variants, _ = read_variants()
    begins = tuple({pattern.partition("*")[0] for each in variants if each.gpu for pattern in each.brings})
    yield from (row for row in rows if row.origin == "metadata" and row.name.startswith(begins))


def _expects_gpu(image: ImageRead, project: Path | None) -> bool | None:
    """Whether the image or the project speaks of a GPU; None where neither does, and no deploy file could."""
    if any(name in _GPU_VARIABLES for name, _ in image.start.environment):
        return True
    if project is None:
        return None
    words = set(read_variants()[1].deploy)
    if find_words(project, find_text_files(project, (), respect_gitignore=True), words):
        return True
    return False if read_deploy_files(project).files else None


def _few_notes(notes: Sequence[Note]) -> Iterator[Note]:
    yield from notes[:_NOTES_AT_MOST]
    if len(notes) > _NOTES_AT_MOST:
        yield Note("more-notes", f"{len(notes) - _NOTES_AT_MOST} more notes are left out")
