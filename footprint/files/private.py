"""Folders of our own for what a started application writes: made, held open, and removed again by their descriptors.

An application may do anything with the folder that is its HOME. It is known by its descriptor from the beginning, so it
is found and emptied wherever it was moved to, and what stands in its place is not taken for it.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from footprint.ending import Held, hold, undisturbed
from footprint.errors import CannotMeasure
from footprint.files import emptied_folder
from footprint.values import dataclass

_PRIVATE = 0o700


@dataclass(frozen=True, slots=True)
class _Held:
    """A folder of ours: its descriptor, and the name by which it was made in an open folder."""

    descriptor: int
    above: int
    name: str


@contextmanager
def private_folder(purpose: str, inner: tuple[str, ...] = ()) -> Iterator[Path]:
    """Give a new folder that nobody else can enter, with the folders `inner` in it, and remove all of them afterwards.

    Each of them is held, so `inner` names what an application is handed as its own (HOME, TMPDIR) and may move away.
    What cannot be removed is told on standard error. Raises: CannotMeasure where no folder can be made.
    """
    name = f"footprint-{purpose}-{secrets.token_hex(8)}"
    folders: list[_Held] = []
    left: list[str] = []
    emptying = Held(lambda: left.extend(_remove_whole(folders)))
    with ExitStack() as held:
        try:
            with undisturbed():
                hold(emptying)
                path = _make_outer(name, folders, held)
                for each in inner:
                    _make(each, folders[0].descriptor, folders, held)
            yield path
        finally:
            emptying.undo()
            _tell(name, left)


def nameless_file() -> IO[bytes]:
    """Return a file without a name: it is gone when it is closed, whatever happens."""
    return tempfile.TemporaryFile()


def _make_outer(name: str, folders: list[_Held], held: ExitStack) -> Path:
    """Make the folder in the first place that takes one: never in the working folder, which is the user's."""
    said = ""
    for place in _places():
        try:
            above = _open(place, held)
            _make(name, above, folders, held)
            return Path(place, name)
        except OSError as error:
            said = said or f"{place}: {error.strerror}"
    raise CannotMeasure(f"cannot make a temporary folder ({said}): set TMPDIR to a folder that can be written")


def _places() -> Iterator[str]:
    named = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    return map(os.path.realpath, (*named, "/tmp", "/var/tmp", "/usr/tmp"))


def _make(name: str, above: int, folders: list[_Held], held: ExitStack) -> None:
    os.mkdir(name, _PRIVATE, dir_fd=above)
    folders.append(_Held(_open(name, held, above), above, name))


def _open(name: str, held: ExitStack, above: int | None = None) -> int:
    descriptor = os.open(name, emptied_folder.FOLDER_FLAGS, dir_fd=above)
    held.callback(os.close, descriptor)
    return descriptor


def _remove_whole(folders: list[_Held]) -> list[str]:
    try:
        return _remove(folders)
    except KeyboardInterrupt:  # the second time: this is not left half done
        _remove(folders)
        raise


def _remove(folders: list[_Held]) -> list[str]:
    """Empty every folder, remove it where it is by now, and what an application put in place of the outer one."""
    left: list[str] = []
    try:
        for folder in folders:
            left += emptied_folder.empty(folder.descriptor)
        for folder in reversed(folders):
            left += emptied_folder.remove_held(folder.descriptor)
        for folder in folders[:1]:
            left += emptied_folder.remove_other(folder.name, folder.above, than=folder.descriptor)
    except OSError as error:
        left.append(error.strerror or str(error))
    return left


def _tell(name: str, left: list[str]) -> None:
    if not left:
        return
    more = f" and {len(left) - 1} more" if len(left) > 1 else ""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"footprint: {left[0]!a}{more} of the temporary folder {name} could not be removed\n")
