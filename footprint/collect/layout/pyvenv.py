"""pyvenv.cfg, the file that makes a folder a virtual environment. What it says is the word of who wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footprint.files.reader import try_read

_BYTES_AT_MOST = 1 << 16


def read(folder: Path) -> Mapping[str, str] | None:
    """Return the settings of the environment in `folder`, keys in lower case; None where it is none.

    Source: PEP 405; Lib/site.py reads it line by line, blanks around key and value taken off.
    """
    data = try_read(folder / "pyvenv.cfg", bytes_at_most=_BYTES_AT_MOST)
    if data is None:
        return None
    lines = (line.partition("=") for line in data.decode("utf-8", "replace").splitlines())
    return {key.strip().lower(): value.strip() for key, equals, value in lines if equals}
