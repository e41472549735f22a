"""What two images differ in: figures, layers that have to be fetched, distributions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.model.image_report import ImageDifference
from footprint.report.languages.messages import count_of
from footprint.report.text.section import Grid, Heading, Section
from footprint.units import MIB, mebibytes, size

_NONE = "-"
_WORDS: Mapping[str, str] = {
    "packed_bytes": "stored",
    "unpacked_bytes": "unpacked",
    "seen_bytes": "seen by a container",
    "hidden_bytes": "hidden",
    "doubled_bytes": "copies of the same content",
    "gpu_bytes": "libraries for GPUs",
}


def change_sections(difference: ImageDifference, top: int) -> Iterator[Section]:
    """Yield what differs."""
    yield Section("figures", "Weight", (_figures(difference),))
    yield Section.of_lines("layers", "Layers", _layers(difference))
    grid = _distributions(difference, top)
    yield Section("distributions", "Distributions that changed", (grid,) if grid.rows else (),
                  empty="No distribution changed.")  # fmt: skip


def _figures(difference: ImageDifference) -> Grid:
    headings = (Heading("", "text"), Heading("Before MiB", "figure"), Heading("Now MiB", "figure"),
                Heading("Change MiB", "figure"))  # fmt: skip
    rows = (
        (_WORDS[each.name], mebibytes(each.before_bytes), mebibytes(each.now_bytes),
         _signed(each.now_bytes - each.before_bytes))
        for each in difference.figures
        if each.before_bytes or each.now_bytes
    )  # fmt: skip
    return Grid(headings, tuple(rows))


def _layers(difference: ImageDifference) -> Iterator[str]:
    new = difference.new_layers
    yield f"{count_of(difference.shared_layer_count, 'layer')} as before"
    if new:
        fetched = size(difference.fetched_bytes)
        yield f"{count_of(len(new), 'new layer')}, {fetched} to fetch for whoever has the old image"
    for layer in new:
        yield f"+ layer {layer.number}: {size(layer.unpacked_bytes)} unpacked, {layer.instruction or _NONE}"
    for layer in difference.gone_layers:
        yield f"- layer {layer.number}: {size(layer.unpacked_bytes)} unpacked, {layer.instruction or _NONE}"


def _distributions(difference: ImageDifference, top: int) -> Grid:
    rows = difference.distributions
    shown = rows if top == 0 else rows[:top]
    headings = (Heading("Distribution", "name"), Heading("Before", "text"), Heading("Now", "text"),
                Heading("MiB", "figure"), Heading("Change MiB", "figure"), Heading("Folder", "name", 1))  # fmt: skip
    cells = tuple(
        (
            row.name,
            _version(row.version_before),
            _version(row.version),
            mebibytes(row.file_bytes),
            _signed(row.file_bytes - row.bytes_before),
            row.site,
        )
        for row in shown
    )
    left = rows[len(shown) :]
    total = sum(row.file_bytes - row.bytes_before for row in left)
    rest = (f"and {len(left)} more: {_signed(total)} MiB (--top 0 shows all)",) if left else ()
    return Grid(headings, cells, rest)


def _version(version: str | None) -> str:
    return "none" if version is None else version or _NONE


def _signed(count: int) -> str:
    """Return a difference in MiB with its sign; what rounds to nothing has none."""
    shown = round(count / MIB, 1) + 0
    return f"{shown:+,.1f}" if shown else "0.0"
