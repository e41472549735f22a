"""Covers folders for one program alone: mounts in a namespace of its own, each an overlay of the folder itself. Linux.

Runs in the supervisor, just before its fork becomes the program, and imports nothing but what that has; it gets its
code with the order. Without the right to mount, a user namespace of its own comes first, in which user and group keep
their numbers; what may be done there is gone with the program's beginning, unless it is root. The mounts are gone with
the last process that came of it. Source: unshare(2), user_namespaces(7), mount(2), overlayfs.rst of the kernel.
"""

from __future__ import annotations

import posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from footprint.probe.supervisor import call_c  # which the supervisor gives

NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
PRIVATE_ALL = (1 << 18) | (1 << 14)  # MS_PRIVATE, MS_REC
NOT_PERMITTED = 1


def cover_all(places: list[tuple[bytes, bytes, bytes]]) -> None:
    """Cover each real folder by what is in an upper one; each is (real, upper, work). Raises: OSError."""
    user, group = posix.geteuid(), posix.getegid()
    if call_c("unshare", NEW_MOUNTS):
        must("unshare", NEW_USER | NEW_MOUNTS)
        write("/proc/self/setgroups", b"deny")
        write("/proc/self/uid_map", b"%d %d 1" % (user, user))
        write("/proc/self/gid_map", b"%d %d 1" % (group, group))
    must("mount", b"none", b"/", 0, PRIVATE_ALL, 0)
    for place in places:
        # By descriptors: a name may hold what the options take for a sign.
        held = [posix.open(path, posix.O_PATH | posix.O_DIRECTORY | posix.O_CLOEXEC) for path in place]
        lower, upper, work = (b"/proc/self/fd/%d" % each for each in held)
        options = b"lowerdir=" + lower + b",upperdir=" + upper + b",workdir=" + work + b",userxattr"
        must("mount", b"overlay", place[0], b"overlay", 0, options)
        for each in held:
            posix.close(each)


def must(name: str, *arguments: object) -> None:
    """Call a function of the C library. Raises: OSError."""
    if call_c(name, *arguments):
        raise PermissionError(NOT_PERMITTED, name)


def write(path: str, data: bytes) -> None:
    """Write a file of the kernel in one piece. Raises: OSError."""
    descriptor = posix.open(path, posix.O_WRONLY)
    try:
        posix.write(descriptor, data)
    finally:
        posix.close(descriptor)
