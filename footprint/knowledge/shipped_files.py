"""Files that ship with footprint: tables (`footprint/data/*.toml`) and the parts of a page."""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

import footprint

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@functools.cache  # several readers share a file, and one that audits many projects reads it once
def load_data(name: str) -> dict[str, Any]:
    """Return one of our tables."""
    return tomllib.loads(read_shipped(f"data/{name}"))


def read_shipped(path: str) -> str:
    """Return the text of a file that ships with footprint, by its path in it.

    Whatever loaded the package reads it: to ask importlib.resources takes 8 ms, for archives and temporary files.
    """
    loader: Any = footprint.__spec__.loader if footprint.__spec__ else None
    data: bytes = loader.get_data(os.path.join(*footprint.__path__[:1], *path.split("/")))  # noqa: PTH118
    return data.decode()
