"""Eggs and egg-links, as setuptools and distutils left them: where the metadata lies, and what it says.

Source: "The Internal Structure of Python Eggs" of setuptools; APPNOTE.TXT of PKWARE, "End of central directory record".
"""

# Names and strings, not Path objects, as everywhere in the room.
# ruff: noqa: PTH112, PTH117, PTH208

from __future__ import annotations

import lzma
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import IO

from footprint.collect.metadata import metadata_headers
from footprint.collect.metadata.metadata_headers import NO_HEADERS, read_text
from footprint.files.reader import NotRead, open_regular, read_regular
from footprint.names import normalise
from footprint.units import MIB
from footprint.values import dataclass, replace

_LINK_BYTES = 1 << 16
_EGG_BYTES = 2048 * MIB
_LIST_BYTES = 4 * MIB  # of the names in a zip file: tens of thousands
_TEXT_BYTES = 4 * MIB
_ZIP_END, _ZIP64 = b"PK\5\6", b"PK\6\7"
_END_BYTES, _COMMENT_BYTES, _LOCATOR_BYTES = 22, 0xFFFF, 20
_EGG_FILES = ("PKG-INFO", "requires.txt", "entry_points.txt")
# Damage shows as any of these, encryption as RuntimeError.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, OSError, EOFError, RuntimeError, ValueError,
    LookupError, OverflowError,
)  # fmt: skip


class EggBroken(OSError):
    """An egg that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class EggText:
    """What an egg says of itself, and what was wrong on the way."""

    headers: metadata_headers.Headers
    entry_points: str = ""
    source: str = ""  # where a link leads
    trouble: str = ""
    tops: tuple[str, ...] = ()  # top_level.txt


def read_egg_link(site_dir: Path, info_name: str) -> EggText:
    """Read a `setup.py develop` link: its first line is the folder that holds the source and its egg-info.

    Raises: NotRead.
    """
    lines = read_regular(f"{site_dir}/{info_name}", bytes_at_most=_LINK_BYTES).decode("utf-8", "replace").splitlines()
    source = os.path.normpath(f"{site_dir}/{lines[0].strip() if lines else '.'}")
    if lines and os.path.isabs(lines[0].strip()):
        source = os.path.normpath(lines[0].strip())
    stem = info_name[: -len(".egg-link")]
    found, trouble = EggText(NO_HEADERS), ""
    try:
        for name in sorted(os.listdir(source)):
            if name.endswith(".egg-info") and normalise(name[: -len(".egg-info")]) == normalise(stem):
                found = _read_egg_info(f"{source}/{name}")
    except (OSError, NotRead) as error:
        trouble = f"{source}: {getattr(error, 'strerror', None) or error}"
    except ValueError:  # a NUL
        trouble = "its first line is not the name of a folder"
    headers = found.headers if found.headers.name else replace(found.headers, name=stem)
    return EggText(headers, found.entry_points, source, trouble, found.tops)


def read_egg(path: str) -> EggText:
    """Read an .egg of `setup.py install`: a folder, or a zip file with EGG-INFO inside.

    Raises: EggBroken, NotRead, OSError.
    """
    if os.path.isdir(path):
        return _read_egg_info(f"{path}/EGG-INFO")
    with open_regular(path, bytes_at_most=_EGG_BYTES) as file:
        try:
            _check_list(file)
            with zipfile.ZipFile(file) as egg:
                there = frozenset(egg.namelist())
                texts = {name: _unpack(egg, f"EGG-INFO/{name}") for name in _EGG_FILES if f"EGG-INFO/{name}" in there}
        except _BROKEN as error:
            raise EggBroken(str(error) or "damaged") from None
    headers = metadata_headers.parse_headers(texts.get("PKG-INFO", b""))
    if "requires.txt" in texts:
        headers = metadata_headers.with_requires_txt(headers, texts["requires.txt"].decode("utf-8", "replace"))
    return EggText(headers, texts.get("entry_points.txt", b"").decode("utf-8", "replace"))


def _read_egg_info(folder: str) -> EggText:
    present = os.listdir(folder)
    headers = metadata_headers.read_headers(f"{folder}/PKG-INFO") if "PKG-INFO" in present else NO_HEADERS
    if "requires.txt" in present and not headers.requires:
        headers = metadata_headers.with_requires_txt(headers, read_text(f"{folder}/requires.txt"))
    points = read_text(f"{folder}/entry_points.txt") if "entry_points.txt" in present else ""
    tops = read_text(f"{folder}/top_level.txt") if "top_level.txt" in present else ""
    return EggText(headers, points, tops=tuple(tops.split()))


def _check_list(file: IO[bytes]) -> None:
    """Refuse a zip file with more names than any egg has, before all of them are held. Raises: EggBroken."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _COMMENT_BYTES - _END_BYTES - _LOCATOR_BYTES))
    tail = file.read() or b""  # nothing, of what gives nothing without waiting
    end = tail.rfind(_ZIP_END)
    if end < 0 or len(tail) < end + _END_BYTES:
        raise EggBroken("not a zip file")
    (list_bytes,) = struct.unpack_from("<L", tail, end + 12)
    if list_bytes > _LIST_BYTES or tail[:end].rfind(_ZIP64, max(0, end - _LOCATOR_BYTES)) >= 0:
        raise EggBroken("it holds more files than an egg does")


def _unpack(egg: zipfile.ZipFile, name: str) -> bytes:
    with egg.open(name) as packed:
        data = packed.read(_TEXT_BYTES + 1)
    if len(data) > _TEXT_BYTES:
        raise EggBroken(f"{name} is larger than {_TEXT_BYTES // MIB} MiB")
    return data
