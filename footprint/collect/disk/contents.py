"""What distributions brought with them, to the byte: alike in every environment that has the same versions.

Left out are bytecode, what an installer writes about its own work, and how scripts name the interpreter of their
environment. Source: "Recording installed projects"; PEP 610 (direct_url.json); distlib and uv for the first lines of
scripts: `#!` and a path, or three lines of a shell where that path is long or holds a blank.
"""

# Names and strings, not Path objects: thousands of files.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from footprint.collect.disk.claims import Claims
from footprint.files.reader import try_read
from footprint.model.installed_environment import Installed
from footprint.names import DistributionName

_OF_INSTALLER = ("/RECORD", "/INSTALLER", "/REQUESTED", "/direct_url.json", "/uv_cache.json", "/uv_build.json")
_SCRIPT_AT_MOST = 1 << 20
_BY_SHELL = b"#!/bin/sh\n'''exec'"


def weigh_contents(
    prefix: Path, site_dirs: Sequence[Path], installed: Sequence[Installed]
) -> Counter[DistributionName]:
    """Return the apparent bytes of what each distribution brought."""
    claims = Claims(prefix, site_dirs, installed)
    claims.collect()
    found: Counter[DistributionName] = Counter()
    for root in claims.roots:
        for path, owner in claims.files[root].items():
            if not path.endswith((".pyc", *_OF_INSTALLER)):
                found[installed[owner].name] += _size(os.path.join(root, path))
    for path, owner in claims.outside.items():
        if path.endswith(".pyc"):  # of scripts that are modules: pip compiles these, too
            continue
        found[installed[owner].name] += _size(path) - _launcher_bytes(path)
    return found


def _size(path: str) -> int:
    try:
        return os.lstat(path).st_size
    except OSError:
        return 0


def _launcher_bytes(path: str) -> int:
    """Return the length of the lines of a script that say what runs it; 0 for all other files."""
    text = try_read(path, bytes_at_most=_SCRIPT_AT_MOST) or b""
    if not text.startswith(b"#!"):
        return 0
    lines = text.splitlines(keepends=True)
    return sum(map(len, lines[:3] if text.startswith(_BY_SHELL) else lines[:1]))
