"""What a new image has otherwise than an old one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.model.image_report import (
    IMAGE_VERSION,
    ChangedDistribution,
    ImageDifference,
    ImageDistribution,
    ImageFigure,
    ImageReport,
)
from footprint.pairs import group_pairs

_FIGURES = ("packed_bytes", "unpacked_bytes", "seen_bytes", "hidden_bytes", "doubled_bytes", "gpu_bytes")


def compare_images(before: ImageReport, now: ImageReport) -> ImageDifference:
    """Return figures, layers and distributions that differ. Layers are the same where their content is."""
    old, new = {layer.diff_id for layer in before.layers}, {layer.diff_id for layer in now.layers}
    fresh = tuple(layer for layer in now.layers if layer.diff_id not in old)
    return ImageDifference(
        tool_version=now.tool_version,
        schema_version=IMAGE_VERSION,
        before=before.path,
        now=now.path,
        figures=tuple(ImageFigure(name, getattr(before, name), getattr(now, name)) for name in _FIGURES),
        shared_layer_count=len(now.layers) - len(fresh),
        new_layers=fresh,
        fetched_bytes=sum(layer.packed_bytes for layer in fresh),
        gone_layers=tuple(layer for layer in before.layers if layer.diff_id not in new),
        distributions=tuple(
            sorted(_changed(before, now), key=lambda row: (-abs(row.file_bytes - row.bytes_before), row.name, row.site))
        ),
    )


def _changed(before: ImageReport, now: ImageReport) -> Iterator[ChangedDistribution]:
    old, new = _seen(before), _seen(now)
    for name, site in sorted(old.keys() | new.keys()):
        then, there = old.get((name, site), ()), new.get((name, site), ())
        pair = _versions(then), _versions(there)
        weights = _weight(then), _weight(there)
        if pair[0] != pair[1] or weights[0] != weights[1]:
            yield ChangedDistribution(name, site, *pair, *weights)


def _seen(report: ImageReport) -> Mapping[tuple[str, str], tuple[ImageDistribution, ...]]:
    rows = (row for row in report.distributions if row.file_bytes or row.outside_bytes)
    return {key: tuple(found) for key, found in group_pairs(((row.name, row.site), row) for row in rows).items()}


def _versions(rows: tuple[ImageDistribution, ...]) -> str | None:
    return ", ".join(row.version for row in rows) if rows else None


def _weight(rows: tuple[ImageDistribution, ...]) -> int:
    return sum(row.file_bytes + row.outside_bytes for row in rows)
