"""What `footprint scan` prints, as rows of text or plain values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from footprint.model.installed_environment import DiskScan, Installed
from footprint.report.languages.messages import count_of
from footprint.report.text.text_table import Rows, pick
from footprint.units import mebibytes, size


def scan_rows(scan: DiskScan, installed: Iterable[Installed], top: int) -> tuple[Rows, tuple[str, ...]]:
    """Return the weighed distributions, heaviest first, and the lines that follow the table."""
    versions = {item.name: item.version for item in installed}
    uses = sorted(scan.uses, key=lambda use: (-use.apparent_bytes, use.name))
    shown = uses if top == 0 else uses[:top]
    cells = [
        (
            use.name,
            versions.get(use.name, ""),
            mebibytes(use.apparent_bytes),
            mebibytes(use.allocated_bytes),
            mebibytes(use.bytecode_bytes),
            mebibytes(use.outside_bytes) if use.outside_bytes else "",
            str(use.file_count),
            ", ".join(path for path, _ in use.parts[:4]),
        )
        for use in shown
    ]
    header = ("Distribution", "Version", "Disk MiB", "allocated", "bytecode", "outside", "files", "Folders")
    return (header, "llrrrrrl", cells), tuple(_scan_lines(scan, len(uses) - len(shown)))


def _scan_lines(scan: DiskScan, hidden: int) -> Iterable[str]:
    if hidden:
        rest = sorted((use.apparent_bytes for use in scan.uses), reverse=True)[-hidden:]
        yield f"and {hidden} smaller: {mebibytes(sum(rest))} MiB on disk"
    yield f"folders that several distributions share: {size(scan.shared_bytes)}"
    if scan.unowned:
        yield f"in no distribution: {size(scan.unowned_bytes)} in {count_of(len(scan.unowned), 'place')}"
        for item in scan.unowned[:8]:
            yield f"  {item.path}: {size(item.apparent_bytes)} in {count_of(item.file_count, 'file')}"
    if scan.conflicts:
        count = sum(item.apparent_bytes for item in scan.conflicts)
        first = scan.conflicts[0]
        names = ", ".join((first.owner, *first.others))
        files = f"{count_of(len(scan.conflicts), 'file')}, {size(count)}"
        yield f"claimed twice, counted once: {files}; first {first.path} by {names}"
    adds_up = "parts add up to it" if scan.reconciles else "PARTS DO NOT ADD UP: please report this"
    total, allocated = size(scan.total_apparent_bytes), size(scan.total_allocated_bytes)
    yield f"total: {total} ({scan.total_apparent_bytes} bytes), {allocated} allocated; {adds_up}"


def scan_values(scan: DiskScan, installed: Iterable[Installed]) -> dict[str, Any]:
    """Return the scan as plain values for JSON."""
    versions = {item.name: item.version for item in installed}
    return {
        "site_apparent_bytes": scan.total_apparent_bytes,
        "site_allocated_bytes": scan.total_allocated_bytes,
        **pick(scan, "shared_bytes unowned_bytes hard_linked_bytes reconciles"),
        "distributions": [
            {
                "name": use.name,
                "version": versions.get(use.name),
                **pick(use, "apparent_bytes allocated_bytes outside_bytes bytecode_bytes file_count"),
                "parts": [{"path": path, "apparent_bytes": count} for path, count in use.parts],
            }
            for use in scan.uses
        ],
        "unowned": [pick(item, "path apparent_bytes file_count") for item in scan.unowned],
        "conflicts": [pick(item, "path owner others apparent_bytes") for item in scan.conflicts],
    }
