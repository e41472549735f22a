"""Which of the files of a release an installer took: the wheel whose tags are those of what it installed.

Source: "Binary distribution format" (WHEEL, names of wheels), "pylock.toml" (PEP 751) as uv writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.tags import Tag, parse_tag
from packaging.utils import InvalidWheelFilename, parse_wheel_filename

from footprint.names import ByName, DistributionName, normalise
from footprint.values import dataclass

_TAGS_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file of a release. `size_bytes` None: the index does not tell. `path`: where it lies on this machine."""

    name: str
    size_bytes: int | None
    sha256: str | None
    path: str | None = None


def read_lock(packages: Iterable[Mapping[str, Any]]) -> dict[DistributionName, tuple[WheelFile, ...]]:
    """Return the wheels of each release that a lock has, by the rows of its `packages`."""
    found: dict[DistributionName, tuple[WheelFile, ...]] = {}
    for package in packages:
        name = package.get("name")
        rows = package.get("wheels")
        archive = package.get("archive")
        listed = [*(rows if isinstance(rows, list) else ()), *((archive,) if isinstance(archive, dict) else ())]
        if isinstance(name, str):
            wheels = (_wheel(row) for row in listed if isinstance(row, Mapping))
            found[normalise(name)] = tuple(each for each in wheels if each is not None)
    return found


def _wheel(row: Mapping[str, Any]) -> WheelFile | None:
    url, path = row.get("url"), row.get("path")
    place = url if isinstance(url, str) else path if isinstance(path, str) else ""
    parts = urlsplit(place)
    name = row.get("name") if isinstance(row.get("name"), str) else unquote(parts.path).rpartition("/")[2]
    if not isinstance(name, str) or not name.endswith(".whl"):
        return None
    size, hashes = row.get("size"), row.get("hashes")
    digest = hashes.get("sha256") if isinstance(hashes, Mapping) else None
    local = unquote(parts.path) if parts.scheme == "file" else place if not parts.scheme else None
    is_size = isinstance(size, int) and size >= 0
    return WheelFile(name, size if is_size else None, digest if isinstance(digest, str) else None, local)


def choose_wheel(wheels: Sequence[WheelFile], tags: Iterable[str]) -> WheelFile | None:
    """Return the wheel that has just these tags (`Tag` lines of WHEEL); the only one where none has; else None."""
    wanted = frozenset(_tags(tags))
    named = [each for each in wheels if wanted and wanted == _tags_of(each.name)]
    if named:
        return named[0]
    return wheels[0] if len(wheels) == 1 else None


def _tags(lines: Iterable[str]) -> Iterable[Tag]:
    for line in list(lines)[:_TAGS_AT_MOST]:
        if line.count("-") == 2:
            yield from parse_tag(line)


def _tags_of(name: str) -> frozenset[Tag]:
    try:
        return parse_wheel_filename(name)[3]
    except InvalidWheelFilename:
        return frozenset()


def read_report(text: Any) -> Iterable[tuple[DistributionName, str, WheelFile]]:
    """Yield name, version and file of what pip's installation report says would be installed."""
    rows = text.get("install") if isinstance(text, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        metadata, info = row.get("metadata") or {}, row.get("download_info") or {}
        name, version, url = metadata.get("name"), metadata.get("version"), info.get("url")
        if not (isinstance(name, str) and isinstance(version, str) and isinstance(url, str)):
            continue
        archive = info.get("archive_info") or {}
        digest = (archive.get("hashes") or {}).get("sha256") or str(archive.get("hash", "")).removeprefix("sha256=")
        parts = urlsplit(url)
        local = unquote(parts.path) if parts.scheme == "file" else None
        file = WheelFile(unquote(parts.path).rpartition("/")[2], None, digest or None, local)
        yield normalise(name), version, file


def wheel_tags(text: str) -> tuple[str, ...]:
    """Return the tags that a WHEEL file lists."""
    lines = (line.partition(":") for line in text.splitlines())
    return tuple(value.strip() for key, _, value in lines if key.strip().lower() == "tag")


def downloaded(wheels: ByName[WheelFile], names: Iterable[DistributionName]) -> int | None:
    """Return the bytes of the files of these distributions; None where one is not known."""
    sizes = [wheels[name].size_bytes if name in wheels else None for name in names]
    known = [each for each in sizes if each is not None]
    return sum(known) if len(known) == len(sizes) else None
