"""A socket that accepts connections: where it is, and a connection to it."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from footprint.values import dataclass


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
