"""What conda installed into an environment, by its records. Source: conda documentation, "conda-meta"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from footprint.files.listing import list_entries
from footprint.files.reader import try_read

_BYTES_AT_MOST = 16 << 20  # of one record, which lists all files of a package


def read_conda_packages(prefix: Path, names: Collection[str]) -> Mapping[str, bool] | None:
    """Return which of `names` are installed by conda, each with whether it has modules of Python; None without conda.

    A record is called NAME-VERSION-BUILD.json and lists the files of the package.
    """
    folder = prefix / "conda-meta"
    entries = list_entries(folder)
    if entries is None:
        return None
    records = {entry.name.rsplit("-", 2)[0].lower(): entry.name for entry in entries if _is_record(entry.name)}
    return {name: _has_modules(folder / records[name]) for name in sorted(names) if name in records}


def _is_record(name: str) -> bool:
    return name.endswith(".json") and name.count("-") >= 2


def _has_modules(path: Path) -> bool:
    data = try_read(path, bytes_at_most=_BYTES_AT_MOST)
    # As text: the lists are long, and nothing else in a record of a library names such a folder.
    return data is None or b"site-packages/" in data or b"site-packages\\\\" in data  # None: so that it is not left out
