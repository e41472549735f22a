"""Our own cache: one small file of values that were measured once. Absent, broken or not writable, it is only missing.

Laws: it lies in `footprint` below XDG_CACHE_HOME, else ~/.cache, and nothing is written where that is somebody else's;
FOOTPRINT_NO_CACHE=1 keeps us from it.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from footprint.files.cache_folder import find_user_folder, is_in_ours
from footprint.files.descriptors import locked
from footprint.files.reader import NotRead, read_regular
from footprint.files.writer import NotWritten, write_file

_LARGEST_BYTES = 1 << 20
_KEPT = 40  # values, the last that were written


def read_cached(name: str, key: str) -> Any:
    """Return the value of a key in the file of this name; None where there is none."""
    return _read(_place(name)).get(key)


def write_cached(name: str, key: str, value: Any) -> None:
    """Keep a value of JSON."""
    path = _place(name)
    if path is None or not is_in_ours(str(path.parent)):
        return
    with suppress(OSError, NotWritten):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with locked(path.with_suffix(".lock")):
            found = {**{each: old for each, old in _read(path).items() if each != key}, key: value}
            write_file(path, json.dumps(dict(list(found.items())[-_KEPT:])).encode())


def _place(name: str) -> Path | None:
    if os.environ.get("FOOTPRINT_NO_CACHE"):
        return None
    folder = find_user_folder()
    return None if folder is None else Path(folder, f"{name}.json")


def _read(path: Path | None) -> dict[str, Any]:
    try:
        found = json.loads(read_regular(path, bytes_at_most=_LARGEST_BYTES)) if path is not None else {}
    except (NotRead, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
