"""Which variables of given names the deploy files of a project set."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path

from footprint.collect.deploy.deploy_files import text_at

_ENV_FILES = (".env", ".flaskenv", ".env.production")
# NAME=value, NAME: value, ENV NAME value, {"name": "NAME", "value": ...}
_SETS = r"""(?:^|[\s"'{{,;])(?:{names})["']?\s*(?:[=:]|,\s*["']?value|\s+\S|\n\s*value)"""


def find_set(project: Path, files: Iterable[str], names: Collection[str]) -> frozenset[str]:
    """Return those of `names` that `files`, or a file of variables beside them, give a value."""
    if not names:
        return frozenset()
    found: set[str] = set()
    patterns = {name: re.compile(_SETS.format(names=re.escape(name)), re.MULTILINE) for name in names}
    for path in dict.fromkeys((*files, *_ENV_FILES)):
        text = text_at(project, path) or ""
        found.update(name for name, pattern in patterns.items() if pattern.search(text))
    return frozenset(found)
