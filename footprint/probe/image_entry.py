"""Becomes the program of an unpacked image: in namespaces of its own, whose root is the folder of the image. Linux.

Run by started_program.py in a Python of ours, which stays outside, waits, and tells how the program ended:

    run ns                the program is about to be started, by the clock that does not go back
    refused WHAT          the system does not give what it takes
    folder errno          there is no such working folder
    program errno         the program cannot be started
    ended status          of the program; negative for a signal

Laws: once the root is the image's, nothing is imported and nothing of Python's is looked up: it would come from the
image. The program keeps of root's rights what container runtimes leave it, within its namespace, and gains none. It has
process number 1 there, and all of it ends with our end. Source: user_namespaces(7), pid_namespaces(7), pivot_root(2),
mount(2), capabilities(7), proc(5).
"""

from __future__ import annotations

import marshal
import posix
import sys
import time
from contextlib import suppress
from typing import NoReturn

from footprint.probe.supervisor import KILL, PARENT_DEATH, call_c

_NEW = 0x00020000 | 0x10000000 | 0x20000000 | 0x08000000 | 0x04000000  # mounts, user, processes, ipc, uts
_PRIVATE_ALL, _BIND, _RECURSIVE = (1 << 18) | (1 << 14), 1 << 12, 1 << 14
_READ_ONLY, _NO_SETUID, _NO_DEVICES, _NO_PROGRAMS = 1, 2, 4, 8
_DETACH = 2
_DROP_BOUND, _NO_NEW_RIGHTS = 24, 38  # prctl(2)
_KEPT_RIGHTS = frozenset((0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 29, 31))
_RIGHTS = 41
_DEVICES = (b"null", b"zero", b"full", b"random", b"urandom")
_NOT_FOUND, _NOT_ALLOWED = 2, 13


def main(place: str) -> NoReturn:
    """Start the program of the order in the file `place`, and wait for its end."""
    file = posix.open(place, posix.O_RDONLY | posix.O_CLOEXEC)
    order = marshal.loads(posix.read(file, posix.fstat(file).st_size))
    say = posix.open(order["status"], posix.O_WRONLY | posix.O_APPEND | posix.O_CLOEXEC)
    user, group = posix.geteuid(), posix.getegid()
    if call_c("unshare", _NEW):
        _refuse(say, "a user namespace of its own (unshare)")
    try:
        _write("/proc/self/setgroups", b"deny")
        _write("/proc/self/uid_map", b"0 %d 1" % user)
        _write("/proc/self/gid_map", b"0 %d 1" % group)
    except OSError:
        _refuse(say, "a user namespace in which the program is root (uid_map)")
    # In one below it the program would have all rights again. Where /proc/sys cannot be written, neither can it there.
    with suppress(OSError):
        _write("/proc/sys/user/max_user_namespaces", b"0")
    child = posix.fork()
    if child == 0:
        call_c("prctl", PARENT_DEATH, KILL, 0, 0, 0)
        try:
            _become(order, say)
        finally:
            posix._exit(127)
    status = posix.waitstatus_to_exitcode(posix.waitpid(child, 0)[1])
    posix.write(say, b"ended %d\n" % status)
    posix._exit(0)


def _become(order: dict[str, object], say: int) -> None:
    _enter(order["root"], say)  # type: ignore[arg-type]
    for right in range(_RIGHTS):
        if right not in _KEPT_RIGHTS:
            call_c("prctl", _DROP_BOUND, right, 0, 0, 0)
    if call_c("prctl", _NO_NEW_RIGHTS, 1, 0, 0, 0):
        _refuse(say, "to start a program without more rights (no_new_privs)")
    try:
        posix.chdir(order["folder"])  # type: ignore[arg-type]
    except OSError as error:
        posix.write(say, b"folder %d\n" % (error.errno or 0))
        return
    posix.write(say, b"run %d\n" % time.monotonic_ns())
    found = _NOT_FOUND
    for program in order["programs"]:  # type: ignore[attr-defined]
        try:
            posix.execve(program, order["command"], order["environment"])  # type: ignore[arg-type]
        except OSError as error:
            found = error.errno or found if error.errno != _NOT_FOUND else found
    posix.write(say, b"program %d\n" % found)


def _enter(root: bytes, say: int) -> None:
    """Make the folder our root: all else is gone from our view."""
    steps: list[tuple[str, str, tuple[object, ...]]] = [
        ("private mounts", "mount", (b"none", b"/", 0, _PRIVATE_ALL, 0)),
        ("to mount the image", "mount", (root, root, 0, _BIND | _RECURSIVE, 0)),
        ("to enter the image", "chdir", (root,)),
    ]
    steps += [("to mount devices", "mount", (b"/dev/" + each, b"dev/" + each, 0, _BIND, 0)) for each in _DEVICES]
    flags = _READ_ONLY | _NO_SETUID | _NO_DEVICES | _NO_PROGRAMS
    steps += [
        ("to mount a /proc of its own", "mount", (b"proc", b"proc", b"proc", flags, 0)),
        ("to make the image the root (pivot_root)", "pivot_root", (b".", b".")),
        ("to leave the root before", "umount2", (b".", _DETACH)),
        ("to enter the root", "chdir", (b"/",)),
    ]
    sys.path.clear()
    sys.meta_path.clear()
    for what, name, given in steps:
        if call_c(name, *given):
            _refuse(say, what)


def _refuse(say: int, what: str) -> NoReturn:
    posix.write(say, b"refused %s\n" % what.encode())
    posix._exit(126)


def _write(path: str, data: bytes) -> None:
    descriptor = posix.open(path, posix.O_WRONLY)
    try:
        posix.write(descriptor, data)
    finally:
        posix.close(descriptor)
