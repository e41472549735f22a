"""Runs a command as a host would, under a memory limit or none, and says whether it lived and what it took.

    python benchmarks/verdicts/judge.py [--limit BYTES] [--port N] [--page PATH ...] FOLDER COMMAND...

Uses the standard library alone. Where a memory cgroup can be made (v1 or v2), the kernel judges: it charges what it
charges on a host, and kills. Elsewhere the tree is read every few milliseconds, and ended above the limit.
Prints one JSON object. A kernel charges the pages of a file to whoever reads it first: `peak_bytes` has none of those
that this machine had read before, `alone_bytes` has them all, as on a host that runs nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

START_S = 90.0
REST_S = 3.0  # without growth
_EVERY_S = 0.01
_SHARE = re.compile(rb"^(Rss|Anonymous|Pss_Anon|Pss_Shmem|VmHWM):\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command; what it took with the pages of files once, and as far as they were charged to it."""

    killed: bool
    answered: bool  # each page, once it listened; without pages: it came to rest
    peak_bytes: int
    resting_bytes: int
    alone_bytes: int
    by: str
    output: str


class Keeper(Protocol):
    """What holds a command to its limit."""

    by: str

    def command(self, words: Sequence[str]) -> list[str]:
        """Return what to start."""

    def pids(self) -> list[int]:
        """Return the processes of the command."""

    def peak(self) -> int:
        """Return the most bytes so far."""

    def resting(self) -> int:
        """Return the bytes at this moment."""

    def has_killed(self) -> bool:
        """Whether the limit ended any process."""


class Group:
    """A memory cgroup of its own, of version 1 or 2."""

    def __init__(self, folder: Path, limit: int | None, version: int) -> None:
        self._folder, self.by = folder, f"cgroup v{version}"
        self._names = ("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.usage_in_bytes")
        if version == 2:
            self._names = ("memory.max", "memory.peak", "memory.current")
        self._events = "memory.oom_control" if version == 1 else "memory.events"
        if limit is not None:
            (folder / self._names[0]).write_text(str(limit))
            for swap, value in (("memory.memsw.limit_in_bytes", str(limit)), ("memory.swap.max", "0")):
                with contextlib.suppress(OSError):
                    (folder / swap).write_text(value)

    def command(self, words: Sequence[str]) -> list[str]:
        """Return what puts itself under the limit, then becomes the command."""
        return ["sh", "-c", f'echo $$ > "{self._folder}/cgroup.procs" && exec "$@"', "sh", *words]

    def pids(self) -> list[int]:
        """Return the processes under the limit."""
        return [int(line) for line in (self._folder / "cgroup.procs").read_text().split()]

    def peak(self) -> int:
        """Return the most bytes so far."""
        return int((self._folder / self._names[1]).read_text())

    def resting(self) -> int:
        """Return the bytes at this moment."""
        return int((self._folder / self._names[2]).read_text())

    def has_killed(self) -> bool:
        """Whether the limit ended any process."""
        rows = dict(line.split() for line in (self._folder / self._events).read_text().splitlines())
        return int(rows.get("oom_kill", 0)) > 0


class Watcher:
    """No cgroup: the processes of one session, read again and again."""

    by = "watched"

    def __init__(self, limit: int | None) -> None:
        self._limit, self._peak, self._killed, self.session = limit, 0, False, 0

    def command(self, words: Sequence[str]) -> list[str]:
        """Return what puts itself under the limit, then becomes the command."""
        return list(words)

    def pids(self) -> list[int]:
        """Return the processes under the limit."""
        found = []
        for folder in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                if int((folder / "stat").read_text().rpartition(")")[2].split()[3]) == self.session:
                    found.append(int(folder.name))
        return found

    def peak(self) -> int:
        """Return the most bytes so far."""
        return self._peak

    def resting(self) -> int:
        """Return the bytes at this moment."""
        total = take(self.pids())
        self._peak = max(self._peak, total)
        if self._limit is not None and total > self._limit:
            self._killed = True
            end(self.pids())
        return total

    def has_killed(self) -> bool:
        """Whether the limit ended any process."""
        return self._killed


def take(pids: Sequence[int]) -> int:
    """Return the bytes of some processes on a host of their own: shared pages once, of files those of the largest."""
    private = files = highest = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            folder = Path("/proc", str(pid))
            data = (folder / "smaps_rollup").read_bytes() + (folder / "status").read_bytes()
            found = {name: int(value) * 1024 for name, value in _SHARE.findall(data)}
            private += found.get(b"Pss_Anon", 0) + found.get(b"Pss_Shmem", 0)
            files = max(files, found.get(b"Rss", 0) - found.get(b"Anonymous", 0))
            highest = max(highest, found.get(b"VmHWM", 0))
    return max(private + files, highest)


def end(pids: Sequence[int]) -> None:
    """Kill all of them."""
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def keeper(limit: int | None) -> Iterator[Keeper]:
    """Yield what holds a command to a limit in bytes; nothing of it stays."""
    for version, root in ((1, Path("/sys/fs/cgroup/memory")), (2, Path("/sys/fs/cgroup"))):
        folder = root / f"judge-{os.getpid()}"
        limited = "memory.limit_in_bytes" if version == 1 else "memory.max"
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            if (folder / limited).exists():
                group = Group(folder, limit, version)
                yield group
                return
        finally:
            remove(folder)
    yield Watcher(limit)


def remove(folder: Path) -> None:
    """Remove a cgroup, its processes first."""
    for _ in range(200):
        with contextlib.suppress(OSError):
            end([int(line) for line in (folder / "cgroup.procs").read_text().split()])
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.05)
    raise SystemExit(f"cannot remove {folder}")


def judge(folder: Path, command: Sequence[str], *, port: int, pages: Sequence[str], limit: int | None) -> Outcome:
    """Start a command, open its pages once it answers, wait until it rests, and end it."""
    with keeper(limit) as kept, (folder / "judged.log").open("w+") as log:
        process = subprocess.Popen(kept.command(command), cwd=folder, stdout=log, stderr=log, start_new_session=True)
        if isinstance(kept, Watcher):
            kept.session = process.pid
        try:
            watch = _Watch(kept, process)
            answered = all(watch.until(lambda page=page: _answers(port, page, folder)) for page in pages)
            resting = watch.rest()
            killed = kept.has_killed()
            answered = answered and not killed and process.poll() is None
            log.seek(0)
            return Outcome(killed, answered, kept.peak(), resting, watch.alone, kept.by, log.read()[-800:])
        finally:
            end([*kept.pids(), process.pid])
            process.wait()


class _Watch:
    """Follows one command; `alone` is the most that it took so far."""

    def __init__(self, kept: Keeper, process: subprocess.Popen[bytes]) -> None:
        self._kept, self._process, self.alone = kept, process, 0

    def _look(self) -> int:
        self.alone = max(self.alone, take(self._kept.pids()))
        return self._kept.resting()

    def _is_over(self) -> bool:
        return self._kept.has_killed() or self._process.poll() is not None

    def until(self, holds: object) -> bool:
        """Wait until something holds; False when the command was over before."""
        stop = time.monotonic() + START_S
        while time.monotonic() < stop and not self._is_over():
            self._look()
            if holds():  # type: ignore[operator]
                return True
            time.sleep(_EVERY_S)
        return False

    def rest(self) -> int:
        """Wait until it has not grown for a while; return the bytes then."""
        largest, since, stop = 0, time.monotonic(), time.monotonic() + START_S
        while time.monotonic() < stop and time.monotonic() - since < REST_S and not self._is_over():
            now = self._look()
            if now > largest * 1.003:
                largest, since = now, time.monotonic()
            time.sleep(_EVERY_S)
        return self._look()


def _answers(port: int, page: str, folder: Path) -> bool:
    """Open a page, `/path` or `POST /path @FILE`."""
    method, path, body = (*page.split(), "")[:3] if " " in page else ("GET", page, "")
    data = (folder / body[1:]).read_bytes() if body else None
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, data)
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def main() -> None:
    """Judge the command that the arguments give."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--page", action="append", default=[])
    parser.add_argument("folder", type=Path)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    asked = parser.parse_args()
    outcome = judge(asked.folder, asked.command, port=asked.port, pages=asked.page, limit=asked.limit)
    json.dump(asdict(outcome), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
