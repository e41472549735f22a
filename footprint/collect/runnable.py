"""Which of the project's files can be started by themselves: nothing has to import those."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from footprint.documents.text_notebooks import is_text_notebook
from footprint.files.reader import try_read

_LARGEST_BYTES = 4 << 20
_GUARD = re.compile(
    rb"""^if[ \t(]+(?:__name__[ \t]*==[ \t]*['"]__main__['"]|['"]__main__['"][ \t]*==[ \t]*__name__)""", re.MULTILINE
)


def find_runnable(project: Path, paths: Iterable[str]) -> frozenset[str]:
    """Return those of `paths` that have a `__main__` guard, a shebang or the name `__main__.py`, and notebooks."""
    return frozenset(path for path in paths if _is_runnable(project / path))


def _is_runnable(path: Path) -> bool:
    if path.name == "__main__.py" or path.suffix == ".ipynb":  # a notebook is run by hand
        return True
    data = try_read(path, bytes_at_most=_LARGEST_BYTES) or b""  # the reading of the sources says why not
    return data.startswith(b"#!") or _GUARD.search(data) is not None or is_text_notebook(data)
