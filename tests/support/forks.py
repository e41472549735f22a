"""Runs the command in forks of a process that has imported footprint: half of what most runs cost is that import.

A fork is a process of its own, with its own arguments, environment, folder, output and exit code. It is not started by
`exec`: where the start itself is the question (what is imported, variables that Python reads at its start, the order of
sets in two runs, what can be found in /proc), `command.footprint` starts a real one.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from subprocess import CompletedProcess, TimeoutExpired
from typing import Any

_NOT_IMPORTED = ("footprint.probe.child", "footprint.pytest_plugin", "footprint.testing", "footprint.__main__")


def run(
    args: Sequence[str], *, cwd: str, env: Mapping[str, str], timeout_s: float, followed: bool = True
) -> CompletedProcess[str]:
    """Run `footprint ARGS` in a fork and return how it ended, as subprocess.run does. Raises: TimeoutExpired.

    It is `followed` by coverage where this process is.
    """
    from tests.support.machine import COVERED

    server = _server(followed and bool(COVERED))
    (read_out, write_out), (read_err, write_err) = os.pipe(), os.pipe()
    asked = json.dumps({"args": list(args), "cwd": cwd, "env": dict(env)}).encode()
    socket.send_fds(server, [len(asked).to_bytes(8, "big")], [write_out, write_err])
    server.sendall(asked)
    for one in (write_out, write_err):
        os.close(one)
    pid = int.from_bytes(_exactly(server, 8), "big")
    try:
        out, err = _read_all((read_out, read_err), time.monotonic() + timeout_s)
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
        _exactly(server, 8)
        raise TimeoutExpired(list(args), timeout_s) from None
    finally:
        for one in (read_out, read_err):
            os.close(one)
    code = int.from_bytes(_exactly(server, 8), "big", signed=True)
    told = (one.decode("utf-8", "backslashreplace").replace("\r\n", "\n").replace("\r", "\n") for one in (out, err))
    return CompletedProcess(list(args), code, *told)


@functools.cache
def _server(followed: bool) -> socket.socket:
    """Return the line to a process that forks: each process of pytest has one that coverage follows and one other."""
    ours, theirs = socket.socketpair()
    from tests.support.command import plain_environment
    from tests.support.machine import COVERED

    process = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno())],
        env=plain_environment(**(COVERED if followed else {})),
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        # Pipes, as those of a fork will be: Python asks of its output at the start whether it can be gone back in.
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    theirs.close()
    atexit.register(process.wait)
    atexit.register(ours.close)  # called first: the other side then ends
    return ours


def _read_all(descriptors: Sequence[int], deadline: float) -> list[bytes]:
    """Read to the end of all, that is until nobody has the other ends. Raises: TimeoutError."""
    found: dict[int, list[bytes]] = {one: [] for one in descriptors}
    with selectors.DefaultSelector() as selector:
        for one in descriptors:
            selector.register(one, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                if piece := os.read(key.fd, 1 << 16):
                    found[key.fd].append(piece)
                else:
                    selector.unregister(key.fd)
    return [b"".join(found[one]) for one in descriptors]


def _exactly(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        piece = line.recv(count - len(found))
        if not piece:
            raise EOFError
        found += piece
    return found


# The other side


def _serve(line: socket.socket) -> None:
    """Fork for each request and tell its process number, then its exit code. Returns in the fork, or at the end."""
    while True:
        head, descriptors, _, _ = socket.recv_fds(line, 8, 2)
        if not head:
            sys.exit(0)
        asked = json.loads(_exactly(line, int.from_bytes(head, "big")))
        pid = os.fork()
        if pid == 0:
            line.close()
            _become(asked, descriptors)
            return
        for one in descriptors:
            os.close(one)
        line.sendall(pid.to_bytes(8, "big"))
        _, status = os.waitpid(pid, 0)
        line.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))


def _become(asked: Mapping[str, Any], descriptors: Sequence[int]) -> None:
    """Make this fork what `python -m footprint` would be."""
    for target, one in enumerate(descriptors, start=1):
        os.dup2(one, target)
        os.close(one)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.argv = ["footprint", *asked["args"]]
    sys.path[0] = asked["cwd"]


def _modules() -> Iterator[str]:
    package = importlib.import_module("footprint")
    for module in pkgutil.walk_packages(package.__path__, "footprint."):
        if not module.name.startswith(_NOT_IMPORTED):
            yield module.name


if __name__ == "__main__":
    for name in _modules():
        importlib.import_module(name)
    gc.freeze()
    _serve(socket.socket(fileno=int(sys.argv[1])))
    importlib.import_module("footprint.__main__").run()
