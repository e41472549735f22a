"""Covers folders for one program alone: mounts in a namespace of its own, each an overlay of the folder itself. Linux.

Runs in the supervisor, just before its fork becomes the program, and imports nothing but what that has; it gets its
code with the order. Without the right to mount, a user namespace of its own comes first, in which user and group keep
their numbers; what may be done there is gone with the program's beginning, unless it is root. The mounts are gone with
the last process that came of it.

Large libraries are shown past the overlay where memory is measured. One that is mapped through it lies at any page, not
at a multiple of 2 MiB, and the kernel maps other parts around each access: 2.4 MiB more of the example's 181, and other
ones each time. Such a file can be read only.
Source: unshare(2), user_namespaces(7), mount(2), overlayfs.rst of the kernel; thp_get_unmapped_area() there, which file
systems such as ext4 ask where to map, and overlays do not.
"""

from __future__ import annotations

import posix

TYPE_CHECKING = False
if TYPE_CHECKING:
    from footprint.probe.supervisor import call_c  # which the supervisor gives

NEW_MOUNTS, NEW_USER = 0x00020000, 0x10000000
PRIVATE_ALL = (1 << 18) | (1 << 14)  # MS_PRIVATE, MS_REC
READ_ONLY, ONCE_MORE, BOUND = 1, 1 << 5, 1 << 12  # MS_RDONLY, MS_REMOUNT, MS_BIND
# Of a mount, as statvfs tells it and as mount wants it: nosuid, nodev, noexec, noatime, nodiratime, relatime. A user
# namespace may not take them off.
MOUNT_FLAGS = (*((1 << bit, 1 << bit) for bit in (1, 2, 3, 10, 11)), (1 << 12, 1 << 21))
DETACHED = 2  # MNT_DETACH
NOT_PERMITTED = 1
FILE_KIND, REGULAR = 0o170000, 0o100000


def cover_all(places: list[tuple[bytes, bytes, bytes]], libraries: list[bytes]) -> None:
    """Cover each real folder by what is in an upper one; each is (real, upper, work). Raises: OSError.

    Of `libraries`, real paths in these folders, those that are there then are shown as their file systems have them.
    """
    user, group = posix.geteuid(), posix.getegid()
    if call_c("unshare", NEW_MOUNTS):
        must("unshare", NEW_USER | NEW_MOUNTS)
        write("/proc/self/setgroups", b"deny")
        write("/proc/self/uid_map", b"%d %d 1" % (user, user))
        write("/proc/self/gid_map", b"%d %d 1" % (group, group))
    must("mount", b"none", b"/", 0, PRIVATE_ALL, 0)
    below = []  # the real folders, as they are reached where they are covered
    for place in places:
        # By descriptors: a name may hold what the options take for a sign.
        held = [posix.open(path, posix.O_PATH | posix.O_DIRECTORY | posix.O_CLOEXEC) for path in place]
        lower, upper, work = (b"/proc/self/fd/%d" % each for each in held)
        options = b"lowerdir=" + lower + b",upperdir=" + upper + b",workdir=" + work + b",userxattr"
        must("mount", b"overlay", place[0], b"overlay", 0, options)
        below.append(held.pop(0))
        for each in held:
            posix.close(each)
    for path in libraries:
        for (real, upper, _), folder in zip(places, below, strict=True):
            if path.startswith(real + b"/"):
                show_plainly(path, path[len(real) :], b"/proc/self/fd/%d" % folder, upper)
    for folder in below:
        posix.close(folder)


def show_plainly(path: bytes, inner: bytes, lower: bytes, upper: bytes) -> None:
    """Show a file in a covered folder as the one that it is, not through the overlay; as before, where that fails."""
    if not is_file(path):  # gone, with what is not there in this shadow
        return
    source = upper + inner if is_file(upper + inner) else lower + inner
    if call_c("mount", source, path, 0, BOUND, 0):
        return
    flags = posix.statvfs(path).f_flag
    kept = sum(wanted for told, wanted in MOUNT_FLAGS if flags & told)
    if call_c("mount", 0, path, 0, BOUND | ONCE_MORE | READ_ONLY | kept, 0):
        must("umount2", path, DETACHED)  # the real file must not be written


def is_file(path: bytes) -> bool:
    """Return whether a regular file is there."""
    try:
        return posix.lstat(path).st_mode & FILE_KIND == REGULAR
    except OSError:
        return False


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
