"""A folder that nobody may touch: what it was like, and what it is like now."""

import os
import stat
from pathlib import Path

Look = dict[str, tuple[int, int, int, int, bytes]]


def plant(folder: Path) -> Path:
    """Make a folder with modes that a careless hand would change."""
    (folder / "closed").mkdir(parents=True)
    (folder / "kept.txt").write_bytes(b"kept\n")
    (folder / "open").write_bytes(b"anybody may write here\n")
    (folder / "open").chmod(0o666)
    (folder / "link").symlink_to("kept.txt")
    (folder / "closed/secret").write_bytes(b"secret\n")
    (folder / "closed/secret").chmod(0o400)
    (folder / "closed").chmod(0o500)
    folder.chmod(0o755)
    return folder


def look(folder: Path) -> Look:
    """Return kind and mode, owner, size, time of change and content of a folder and all in it; no link is followed."""
    found: Look = {}
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        status = path.lstat()
        if stat.S_ISDIR(status.st_mode):
            content = b""
            waiting += sorted(path.iterdir())
        elif stat.S_ISLNK(status.st_mode):
            content = os.fsencode(path.readlink())
        else:
            content = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path.relative_to(folder))] = (
            status.st_mode,
            status.st_uid,
            status.st_size,
            status.st_mtime_ns,
            content,
        )
    return found
