"""The baseline file on disk: read whole or not at all, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_given
from footprint.files.writer import NotWritten, Place, check_place, write_file
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
    from footprint.documents.baseline_document import parse_baseline  # most projects have no such file

    return parse_baseline(text, str(path))


def find_place(path: Path) -> Place:
    """Return where the file will be written. Raises: UsageError when it cannot be."""
    try:
        return check_place(path)
    except NotWritten as error:
        raise _unwritten(error) from error


def write_baseline(path: Path, baseline: Baseline, place: Place | None = None) -> bool:
    """Write the file and return whether its text changed; a file that says the same is not touched.

    A link is written through and the mode of the file kept. A reader sees the old text or the new one, never a part.
    `place` is that of `find_place`, where something was started meanwhile.
    Raises: UsageError when it cannot be written.
    """
    from footprint.documents.baseline_document import format_baseline

    content = format_baseline(baseline).encode()
    before = _read_bytes(path)
    if before is not None and before.replace(b"\r\n", b"\n") == content:  # as git checks files out on Windows
        return False
    try:
        write_file(place or path, content)
    except NotWritten as error:
        raise _unwritten(error) from error
    return True


def _unwritten(error: NotWritten) -> UsageError:
    return UsageError(f"cannot write the baseline {error.path}: {error.why}")


def _read_bytes(path: Path) -> bytes | None:
    try:
        return read_given(path, bytes_at_most=LARGEST_BYTES)
    except NotRead as why:
        match why.reason:
            case "absent":
                return None
            case "not-regular":
                what = "a folder" if path.is_dir() else "not a file"
                example = "name the baseline file, for example footprint-baseline.json"
                raise UsageError(f"{path} is {what}: {example}") from None
            case "too-large":
                raise UsageError(f"{path} is larger than {LARGEST_BYTES // MIB} MiB: that is not a baseline") from None
        raise UsageError(f"cannot read the baseline {path}: {why.said or why}") from None
