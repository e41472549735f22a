"""The .pth files of a site folder, read as text: the folders that they add to the path."""

from __future__ import annotations

import os
from pathlib import Path

from footprint.files.reader import list_names, try_read
from footprint.late import late_pattern
from footprint.values import dataclass

_BYTES_AT_MOST = 1 << 20
_FILES_AT_MOST = 1_000
_FOLDERS_AT_MOST = 10_000
_MODULES = ("sitecustomize.py", "usercustomize.py")
_MARK = b"\xef\xbb\xbf"
_NEWLINE = late_pattern(r"\r\n|\r|\n")
_ADDS_FOLDERS = late_pattern(r"addsitedir|\bsys\s*\.\s*path\b")


@dataclass(frozen=True, slots=True)
class Additions:
    """What the .pth files of one site folder add: folders, and the names of files with lines that are programs."""

    folders: tuple[str, ...]
    programs: tuple[str, ...]  # what they do to the path is not known; modules that start with the interpreter, too


def read(site: str) -> Additions:
    """Return what the .pth files in `site` add, in the order of their names, existing folders only.

    Source: Lib/site.py, addpackage: a line that begins with `import` is a program, any other is a path.
    """
    names = [name for name in list_names(site) if name.endswith(".pth") or name in _MODULES]
    folders: dict[str, None] = {}
    programs = []
    for name in names[:_FILES_AT_MOST]:
        if name in _MODULES:
            programs.append(name)
            continue
        lines = _lines_of(Path(site, name))
        if any(line.startswith(("import ", "import\t")) and _ADDS_FOLDERS.search(line) for line in lines):
            programs.append(name)
        for line in lines:
            if len(folders) < _FOLDERS_AT_MOST and (path := _path_of(line, site)) is not None:
                folders[path] = None
    return Additions(tuple(folders), tuple(programs))


def _lines_of(path: Path) -> list[str]:
    data = try_read(path, bytes_at_most=_BYTES_AT_MOST) or b""
    # Not as utf-8-sig: to load that codec takes as long as a module.
    return _NEWLINE.split(data.removeprefix(_MARK).decode("utf-8", "surrogateescape"))


def _path_of(line: str, site: str) -> str | None:
    line = line.rstrip()
    if not line.strip() or line.startswith(("#", "import ", "import\t")):
        return None
    path = os.path.join(site, line)  # noqa: PTH118
    return path if os.path.isdir(path) else None  # noqa: PTH112 - False for a NUL, too
