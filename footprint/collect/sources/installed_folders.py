"""What `pip install --target` put into a folder of the project: nobody's own code, whatever the folder is called."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.files.reader import try_read

INFO_SUFFIX = ".dist-info"
_BYTES_AT_MOST = 64 << 20


def installed_names(folder: str, infos: Iterable[str]) -> frozenset[str]:
    """Return the names in `folder` that the RECORDs of its dist-info folders list; empty without any RECORD.

    Programs are recorded at ../../bin and lie at bin in the folder itself.
    """
    names: set[str] = set()
    for info in infos:
        data = try_read(f"{folder}/{info}/RECORD", bytes_at_most=_BYTES_AT_MOST)
        text = (data or b"").decode("utf-8", "replace")
        paths = (line.partition(",")[0].strip('"').removeprefix("../../") for line in text.splitlines())
        names.update(path.partition("/")[0] for path in paths)
    return frozenset(names - {"", ".", ".."})
