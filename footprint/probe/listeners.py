"""The sockets that accept connections, and the processes that hold them. Linux only: /proc.

Source: proc(5) for /proc/PID/net/tcp, tcp6 and unix, and for the links in /proc/PID/fd.
"""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from footprint.values import dataclass

_LISTENING, _ACCEPTING = "0A", 0x10000
_SOCKET = re.compile(r"socket:\[(\d+)\]")


@dataclass(frozen=True, slots=True, order=True)
class Listener:
    """One socket that accepts connections: at a port, or at a path of its own ("@name": at a name only)."""

    port: int  # 0: a socket of the file system
    host: str  # its address, or its path
    inode: int

    def __str__(self) -> str:
        if not self.port:
            return f"unix:{self.host}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def is_at(self, place: str, folder: Path) -> bool:
        """Say whether this is the place that is meant: "8000" at whatever address, or "unix:app.sock" in `folder`."""
        if place.startswith("unix:"):
            return not self.port and folder / self.host == folder / place.removeprefix("unix:")
        return bool(self.port) and str(self.port) == place

    def connect(self, folder: Path, timeout_s: float) -> socket.socket:
        """Return a connection to it; a path may be one in `folder`. Raises: OSError."""
        if self.port:
            address = ip_address(self.host)
            mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
            address = mapped or address
            local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(address), str(address))
            return socket.create_connection((local, self.port), timeout_s)
        found = socket.socket(socket.AF_UNIX)
        found.settimeout(timeout_s)
        name = self.host
        try:
            found.connect(f"\0{name[1:]}" if name[:1] == "@" else str(folder / name))
        except OSError:
            found.close()
            raise
        return found


def read_listeners(pid: int | None = None) -> tuple[Listener, ...]:
    """Return all that a process can see, ours by default, ports first."""
    folder = Path("/proc", "self" if pid is None else str(pid), "net")
    found = []
    for name in ("tcp", "tcp6"):
        for words in _lines(folder / name):
            if words[3] == _LISTENING:
                host, _, port = words[1].partition(":")
                found.append(Listener(int(port, 16), _address(host), int(words[9])))
    named = (words for words in _lines(folder / "unix") if len(words) > 7)
    found += [Listener(0, " ".join(each[7:]), int(each[6])) for each in named if int(each[3], 16) & _ACCEPTING]
    return tuple(sorted(found, key=lambda each: (not each.port, each)))


def sockets_of(pids: Iterable[int]) -> set[int]:
    """Return the inodes of all sockets that the processes hold."""
    found = set()
    for pid in pids:
        with suppress(OSError):  # it is over, or has closed one meanwhile
            for link in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    held = _SOCKET.fullmatch(str(link.readlink()))
                    found |= {int(held[1])} if held else set()
    return found


def find_holder(listener: Listener) -> str:
    """Return whose a socket is, in words. The name only: a command line may hold secrets."""
    for folder in Path("/proc").glob("[0-9]*"):
        if listener.inode in sockets_of([int(folder.name)]):
            with suppress(OSError):
                name = folder.joinpath("comm").read_bytes().decode("utf-8", "backslashreplace").strip()
                return f"process {folder.name} ({name})"
    return "another program"


def _lines(path: Path) -> list[list[str]]:
    """Return the words of each line but the first; none where there is no such file."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return []
    return [line.split() for line in text.splitlines()[1:]]


def _address(text: str) -> str:
    """Return an address from its words of 32 bits, each in the byte order of this machine."""
    words = (int(text[start : start + 8], 16).to_bytes(4, sys.byteorder) for start in range(0, len(text), 8))
    return str(ip_address(b"".join(words)))
