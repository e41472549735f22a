"""Connections that a process had before it was forked: a fork would speak to the same peer. Source: proc_pid_net(5)."""

import os

KINDS = ("tcp", "tcp6", "udp", "udp6")
ESTABLISHED = b"01"


def cut(recorder):
    """Put a dead socket in the place of each that is connected; return who they were connected to."""
    open_ones = list(find_sockets())
    if not open_ones:
        return []
    import _socket

    connected = dict(find_connected(recorder))
    found = []
    for descriptor, inode in open_ones:
        peer = describe(_socket, *connected[inode]) if inode in connected else find_path(_socket, descriptor)
        if peer:
            dead, other = _socket.socketpair()
            other.close()
            os.dup2(dead.fileno(), descriptor, False)
            dead.close()
            found.append(peer.replace("\n", " "))
    return found


def find_sockets():
    """Yield descriptor and inode of every socket."""
    for name in os.listdir("/proc/self/fd"):
        try:
            link = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
        if link.startswith("socket:["):
            yield int(name), link[8:-1].encode()


def find_connected(recorder):
    """Yield inode, and (kind, address of the peer) of every connection to a host."""
    for kind in KINDS:
        try:
            lines = recorder.read_file("/proc/self/net/" + kind).splitlines()[1:]
        except OSError:
            continue
        for words in map(bytes.split, lines):
            if len(words) > 9 and words[3] == ESTABLISHED:
                yield words[9], (kind, words[2].decode())


def describe(sockets, kind, address):
    """Return `tcp 127.0.0.1:5432` of what the kernel writes as `0100007F:1538`."""
    host, _, port = address.partition(":")
    data = bytes.fromhex(host)
    data = b"".join(data[place : place + 4][::-1] for place in range(0, len(data), 4))
    family = sockets.AF_INET if len(data) == 4 else sockets.AF_INET6
    text = sockets.inet_ntop(family, data)
    return "%s %s:%d" % (kind[:3], text if len(data) == 4 else "[%s]" % text, int(port, 16))


def find_path(sockets, descriptor):
    """Return the path that a socket is connected to; empty where it is connected to none: a pair has no name."""
    try:
        copy = sockets.socket(fileno=os.dup(descriptor))
    except OSError:
        return ""
    try:
        peer = copy.getpeername()
    except OSError:
        return ""
    finally:
        copy.close()
    if type(peer) is bytes:
        peer = "@" + peer[1:].decode("utf-8", "replace")
    return "unix " + peer if type(peer) is str and peer else ""
