"""What a fork shares with the process above it by its descriptors, made its own, or cut where others are at the far end.

A fork has the sockets, pipes, positions in files, epolls and counters of its parent: what it writes arrives at the
same peer, and the next fork finds what it left. So each gets another one behind the same number:

    a connection, a pipe to another process                 a dead one: nothing to be read, and writing fails
    a pair or a pipe with both ends here                    a new one
    a file open for reading                                 the same, with a position of its own
    a file open for reading and writing: a database         the same for reading alone
    a file open for writing alone, or at its end: a log     nothing: what is written is thrown away
    an epoll, an eventfd                                    a new one with the same in it

Sources: proc_pid_fdinfo(5), sock_diag(7), unix(7), epoll(7).
"""

import os
import sys
from posix import open as open_descriptor

STANDARD = range(3)
LOCKS = (
    "-shm"  # of a database of SQLite: where a writer gets no lock it waits, where it cannot write it says so at once
)
ELSEWHERE = ("/dev/", "/proc/", "/sys/", "/memfd:")
ACCESS_MODE, O_PATH, O_NONBLOCK = 3, 0o10000000, 0o4000
FIFO, REGULAR = 0o010000, 0o100000
TCP, TCP_INFO, CONNECTING = 6, 11, (2, 3)  # tcp(7); states of linux/tcp.h
NETLINK, SOCK_DIAG, BY_FAMILY, SHOW_PEER, PEER = 16, 4, 20, 4, 2  # linux/unix_diag.h
ADD = 1  # epoll_ctl(2)


class OwnDescriptors:
    """Makes all descriptors of this fork its own. `held`: files that were open for writing."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.held, self.sinks = set(), []  # (path, descriptor of what stands in for it, its size and time)

    def take(self):
        """Do it; return who this process was connected to."""
        standard = {read_link(number) for number in STANDARD}
        sockets, pipes, counters, polls = {}, {}, [], []
        for name in os.listdir("/proc/self/fd"):
            link = read_link(int(name))
            if not link or link in standard or link.startswith(ELSEWHERE):
                continue
            if link.startswith("socket:["):
                sockets.setdefault(int(link[8:-1]), []).append(int(name))
            elif link.startswith("pipe:["):
                pipes.setdefault(link, []).append(int(name))
            elif link == "anon_inode:[eventfd]":
                counters.append(int(name))
            elif link == "anon_inode:[eventpoll]":
                polls.append(int(name))
            elif link.startswith("/"):
                kind = os.fstat(int(name)).st_mode & 0o170000
                if kind == FIFO:
                    pipes.setdefault(link, []).append(int(name))
                elif kind == REGULAR and not link.endswith(LOCKS):
                    self.reopen(int(name), link)
        peers = [peer.replace("\n", " ") for peer in (*self.cut_pipes(pipes), *cut_sockets(sockets))]
        if counters or polls:
            self.renew(counters, polls)
        return list(dict.fromkeys(peers))

    def information(self, descriptor):
        """Return what the kernel tells of a descriptor: flags, position, and the lines."""
        lines = self.recorder.read_file("/proc/self/fdinfo/%d" % descriptor).decode().splitlines()
        told = dict(line.split(":", 1) for line in lines if line[:4] in ("pos:", "flag", "even"))
        return int(told["flags"], 8), int(told["pos"]), told, lines

    def reopen(self, descriptor, path):
        """Give a file a position of its own, and have nothing written to it."""
        try:
            flags, position = self.information(descriptor)[:2]
            if flags & O_PATH:
                return
            if flags & ACCESS_MODE:
                self.held.add(path)
            if flags & ACCESS_MODE == os.O_WRONLY or flags & os.O_APPEND:
                new = os.memfd_create("footprint-sink")
                if flags & os.O_APPEND:
                    appending = open_descriptor("/proc/self/fd/%d" % new, os.O_RDWR | os.O_APPEND)
                    os.close(new)
                    new = appending
                self.sinks.append((path, descriptor, read_stamp(new)))
            else:
                new = open_descriptor("/proc/self/fd/%d" % descriptor, os.O_RDONLY)
            os.lseek(new, position, os.SEEK_SET)
        except OSError:  # it may not be opened again
            return
        put(new, [descriptor])

    def find_written(self):
        """Yield the paths of the files that would have been written."""
        for path, descriptor, before in self.sinks:
            try:
                if read_stamp(descriptor) != before and not path.endswith(" (deleted)"):
                    yield path
            except OSError:  # it was closed
                pass

    def cut_pipes(self, pipes):
        """Put a new pipe in the place of each with both ends here, dead ends in the place of all else; name these."""
        for link, numbers in pipes.items():
            flags = {number: self.information(number)[0] for number in numbers}
            reading = [number for number in numbers if flags[number] & ACCESS_MODE == os.O_RDONLY]
            writing = [number for number in numbers if number not in reading]
            ends = os.pipe()
            for end, mine in zip(ends, (reading, writing)):
                if mine:
                    os.set_blocking(end, not flags[mine[0]] & O_NONBLOCK)
                put(end, mine)
            if not reading or not writing:
                yield "a pipe to another process" if link.startswith("pipe:") else "pipe " + link

    def renew(self, counters, polls):
        """Put a new counter or poll in the place of each."""
        try:
            from _ctypes import call_function, dlopen, dlsym
        except ImportError:
            return
        library = dlopen(None, 0)

        def call(name, *arguments):
            return call_function(dlsym(library, name), arguments)

        for descriptor in counters:
            flags, _, told, _ = self.information(descriptor)
            count, one = int(told["eventfd-count"], 16), told.get("eventfd-semaphore", "").strip() == "1"
            new = call("eventfd", count & 0x7FFFFFFF, flags & O_NONBLOCK | os.O_CLOEXEC | one)
            put(new, [descriptor] if new >= 0 else [])
        for descriptor in polls:
            new = call("epoll_create1", os.O_CLOEXEC)
            for words in (line.split() for line in self.information(descriptor)[3] if line.startswith("tfd:")):
                # packed on this machine alone
                gap = b"" if os.uname().machine == "x86_64" else bytes(4)
                event = int(words[3], 16).to_bytes(4, sys.byteorder) + gap
                call("epoll_ctl", new, ADD, int(words[1]), event + int(words[5], 16).to_bytes(8, sys.byteorder))
            put(new, [descriptor] if new >= 0 else [])


def read_link(descriptor):
    """Return what a descriptor is of; empty where there is none."""
    try:
        return os.readlink("/proc/self/fd/%d" % descriptor)
    except OSError:
        return ""


def read_stamp(descriptor):
    """Return size and time."""
    status = os.fstat(descriptor)
    return status.st_size, status.st_mtime_ns


def put(new, numbers):
    """Put a descriptor in the place of others, and close it."""
    for number in numbers:
        os.dup2(new, number, os.get_inheritable(number))
    if new >= 0:
        os.close(new)


def cut_sockets(found):
    """Put a dead socket in the place of each that is connected, a new pair in that of one within; name the former."""
    if not found:
        return
    import _socket

    for inode, numbers in list(found.items()):
        if inode not in found:  # the other end of one before
            continue
        try:
            copy = _socket.socket(fileno=os.dup(numbers[0]))
        except OSError:
            continue
        try:
            peer, kind = describe_peer(_socket, copy), copy.type
        finally:
            copy.close()
        other = find_other(_socket, inode) if peer == "" else 0
        if not peer and not other:
            continue
        others = found.pop(other, ())
        ends = [end.detach() for end in _socket.socketpair(_socket.AF_UNIX, kind if others else _socket.SOCK_STREAM)]
        for end, mine in zip(ends, (numbers, others)):
            if mine:
                os.set_blocking(end, os.get_blocking(mine[0]))
            put(end, mine)
        if not others:
            yield peer or "a socket pair with another process"


def describe_peer(sockets, copy):
    """Return `tcp 127.0.0.1:5432`, `unix /run/x`; "" for one of a pair without a name, None where there is none."""
    is_internet = copy.family in (sockets.AF_INET, sockets.AF_INET6)
    try:
        peer = copy.getpeername()
    except OSError:
        if not is_internet or copy.type != sockets.SOCK_STREAM:
            return None
        state = copy.getsockopt(TCP, TCP_INFO, 1)[0]
        return "tcp, connecting" if state in CONNECTING else None
    if is_internet:
        kind = "tcp" if copy.type == sockets.SOCK_STREAM else "udp"
        return "%s %s:%d" % (kind, "[%s]" % peer[0] if copy.family == sockets.AF_INET6 else peer[0], peer[1])
    if copy.family != sockets.AF_UNIX:
        return None if copy.family == NETLINK else "a socket of family %d" % copy.family
    if type(peer) is bytes:
        return "unix @" + peer[1:].decode("utf-8", "replace")
    return peer and "unix " + peer


def find_other(sockets, inode):
    """Return the inode of the other end of a Unix socket; 0 where nobody tells."""
    words = ((1, 1), (0, 1), (0, 2), (0xFFFFFFFF, 4), (inode, 4), (SHOW_PEER, 4), (0xFFFFFFFF, 4), (0xFFFFFFFF, 4))
    request = b"".join(value.to_bytes(size, sys.byteorder) for value, size in words)
    head = ((16 + len(request), 4), (BY_FAMILY, 2), (1, 2), (1, 4), (0, 4))
    try:
        asking = sockets.socket(NETLINK, sockets.SOCK_DGRAM, SOCK_DIAG)
    except OSError:
        return 0
    try:
        asking.settimeout(1)
        asking.send(b"".join(value.to_bytes(size, sys.byteorder) for value, size in head) + request)
        answer = asking.recv(4096)
    except OSError:
        return 0
    finally:
        asking.close()
    if int.from_bytes(answer[4:6], sys.byteorder) != BY_FAMILY:
        return 0
    place = 32
    while place + 8 <= len(answer):
        length, kind = (int.from_bytes(answer[at : at + 2], sys.byteorder) for at in (place, place + 2))
        if kind == PEER:
            return int.from_bytes(answer[place + 4 : place + 8], sys.byteorder)
        place += max(length + 3 & ~3, 4)
    return 0
