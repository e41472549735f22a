"""What a worker of the campaign keeps to itself: orphans, mounts, network. More where it is root, less elsewhere."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_NEW_MOUNTS, _NEW_NETWORK = 0x00020000, 0x40000000
_GRACE_S, _GONE_S = 0.5, 2.0
_LISTENS = "0A"
NOBODY = 65534


def adopt_orphans() -> bool:
    """Make what a command leaves behind a child of this process. Linux only."""
    return bool(ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def close_the_door(needed: tuple[Path, ...]) -> tuple[str, ...]:
    """Give this process mounts and a network of its own; return what it could have: "mounts", "network".

    `needed`: folders that another user has to reach, wherever they are.
    """
    libc = ctypes.CDLL(None)
    got = []
    private = ["mount", "--make-rprivate", "/"]
    has_mounts = os.geteuid() == 0 and libc.unshare(_NEW_MOUNTS) == 0
    if has_mounts and subprocess.run(private, check=False, capture_output=True).returncode == 0:
        got.append("mounts")
        _open_ways(needed)
    if os.geteuid() == 0 and libc.unshare(_NEW_NETWORK) == 0:
        _raise_loopback()
        got.append("network")
    return tuple(got)


def is_open_to_others(needed: tuple[Path, ...]) -> bool:
    """Say whether another user can reach these folders, or could where `close_the_door` opened the ways."""
    if not any(_closed_tops(path) for path in needed):
        return True
    pid = os.fork()
    if pid == 0:
        os._exit(1 if ctypes.CDLL(None).unshare(_NEW_MOUNTS) else 0)
    return os.waitpid(pid, 0)[1] == 0


def mount_small(folder: Path, size_bytes: int) -> bool:
    """Mount a file system of so many bytes."""
    options = f"size={size_bytes},mode=0777"
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def unmount(folder: Path) -> None:
    """Unmount, also what is still in use."""
    subprocess.run(["umount", "-l", str(folder)], check=False, capture_output=True)


def left_processes() -> tuple[str, ...]:
    """Return the command lines of what lives below this process, after a moment of grace; end all of it."""
    limit = time.monotonic() + _GRACE_S
    while _reap() and time.monotonic() < limit:
        time.sleep(0.005)
    found = tuple(_describe(pid) for pid in _children()) if _reap() else ()
    limit = time.monotonic() + _GONE_S
    while found and (left := _children()) and time.monotonic() < limit:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
        _reap()
    return found


def listening() -> tuple[str, ...]:
    """Return the addresses that somebody listens to, as the kernel writes them."""
    found = []
    for table in ("tcp", "tcp6"):
        with contextlib.suppress(OSError):
            rows = Path("/proc/self/net", table).read_text(encoding="ascii").splitlines()[1:]
            found += [f"{table} {row.split()[1]}" for row in rows if row.split()[3] == _LISTENS]
    return tuple(found)


def _reap() -> bool:
    """Take the status of all children that are over; say whether others live."""
    try:
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass
    except ChildProcessError:
        return False
    return True


def _children() -> list[int]:
    own = os.getpid()
    found = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[1]) == own and fields[0] not in (b"Z", b"X"):
                found.append(int(entry.name))
    return found


def _describe(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("ascii", "backslashreplace")[:160]
    return str(pid)


def _open_ways(needed: tuple[Path, ...]) -> None:
    """Let others reach the interpreter where it lies in a closed home: an empty folder over it, and only that in it."""
    closed = {
        top: [path for path in needed if path.is_relative_to(top)] for path in needed for top in _closed_tops(path)
    }
    for top, paths in closed.items():
        with tempfile.TemporaryDirectory() as aside:
            for number, path in enumerate(paths):
                Path(aside, str(number)).mkdir()
                _mount("--bind", str(path), str(Path(aside, str(number))))
            _mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", str(top))
            for number, path in enumerate(paths):
                path.mkdir(parents=True, exist_ok=True)
                _mount("--move", str(Path(aside, str(number))), str(path))


def _closed_tops(path: Path) -> list[Path]:
    """Return the highest folder above `path` that others cannot pass, if there is one."""
    return [parent for parent in path.parents if not parent.stat().st_mode & 0o001][-1:]


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


def _raise_loopback() -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        request = struct.pack("16sh14x", b"lo", 0x1 | 0x40)  # IFF_UP, IFF_RUNNING
        fcntl.ioctl(handle.fileno(), 0x8914, request)


def needed_folders() -> tuple[Path, ...]:
    """Return what a started interpreter reads: its own installation, its environment and this checkout."""
    found = (Path(sys.base_prefix), Path(sys.prefix), Path(__file__).resolve().parents[2])
    real = dict.fromkeys(path.resolve() for path in found)
    return tuple(path for path in real if not any(path != other and path.is_relative_to(other) for other in real))
