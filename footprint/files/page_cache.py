"""What the kernel keeps of files in memory: all of those that were just written, until it is told to forget them."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from footprint.files.descriptors import opened
from footprint.files.reader import is_real_folder, walk_folders


def forget_pages(folder: Path) -> None:
    """Have the files of a folder of ours read from the disk again when they are asked for, as those of others are.

    What was just written lies in memory in large pieces, and more of it is mapped with each access: the RSS of a start
    is several MiB higher, its anonymous memory the same. Nothing, where the system cannot (macOS, tmpfs).
    Source: posix_fadvise(2), POSIX_FADV_DONTNEED.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    os.sync()  # only what is on the disk can be forgotten
    for _, entries, inner in walk_folders(folder):
        for entry in entries:
            if is_real_folder(entry):
                inner.append(entry.name)
            elif entry.is_file(follow_symlinks=False):
                with suppress(OSError), opened(entry.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW) as descriptor:
                    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
