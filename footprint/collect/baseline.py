"""The baseline file on disk: read whole or not at all, written whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from footprint.documents.baseline import format_baseline, parse_baseline
from footprint.errors import UsageError
from footprint.model.baseline import Baseline
from footprint.units import MIB

LARGEST_BYTES = 10 * MIB  # a thousand entries with three hundred distributions each


def read_baseline(path: Path) -> Baseline | None:
    """Return what the file holds, None if it is not there. The JSON of `footprint check` is read, too.

    Raises: UsageError that names the file, the line where it is known, what is wrong and what to do next.
    """
    content = _read_bytes(path)
    if content is None:
        return None
    try:
        text = content.decode("utf-8-sig")  # some editors put a mark in front
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: not UTF-8. Save it as UTF-8, or restore it") from None
    return parse_baseline(text, str(path))


def write_baseline(path: Path, baseline: Baseline) -> bool:
    """Write the file and return whether its text changed; a file that says the same is not touched.

    A link is written through and the mode of the file kept. A reader sees the old text or the new one, never a part.
    Raises: UsageError when it cannot be written.
    """
    content = format_baseline(baseline).encode()
    before = _read_bytes(path)
    if before is not None and before.replace(b"\r\n", b"\n") == content:  # as git checks files out on Windows
        return False
    try:
        _replace(Path(os.path.realpath(path)), content)
    except OSError as error:
        raise UsageError(f"cannot write the baseline {path}: {error.strerror}") from error
    return True


def _read_bytes(path: Path) -> bytes | None:
    try:
        kind = path.stat().st_mode
        if not stat.S_ISREG(kind) and not _is_handed_over(path, kind):
            what = "a folder" if stat.S_ISDIR(kind) else "not a file"
            raise UsageError(f"{path} is {what}: name the baseline file, for example footprint-baseline.json")
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"cannot read the baseline {path}: {error.strerror}") from error
    if len(content) > LARGEST_BYTES:
        raise UsageError(f"{path} is larger than {LARGEST_BYTES // MIB} MiB: that is no baseline")
    return content


def _is_handed_over(path: Path, kind: int) -> bool:
    """Whether it is a pipe that the shell opened: `--against <(git show main:footprint-baseline.json)`.

    Any other pipe may have no writer, and would be waited for without end.
    """
    return stat.S_ISFIFO(kind) and path.parts[:3] in (("/", "dev", "fd"), ("/", "dev", "stdin"))


def _replace(target: Path, content: bytes) -> None:
    """Write beside the target and put it in its place: a rename is all or nothing."""
    beside = target.with_name(f".footprint-{secrets.token_hex(8)}.tmp")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            with suppress(FileNotFoundError):
                os.fchmod(file.fileno(), stat.S_IMODE(target.stat().st_mode))
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
