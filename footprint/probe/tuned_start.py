"""A start of the real command with other settings: ready, every worker asked, its garbage collected, and then read.

Each worker gets the requests while the others are held still (SIGSTOP), so that none stays cold. Their parent is held
as well: it would end a worker that does not answer it. Nothing of it outlives the context that it runs in.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from footprint.files.private import private_folder
from footprint.model.installed_environment import Interpreter
from footprint.model.requested_calls import Request
from footprint.model.tuning import StartReading, TreeShares
from footprint.probe import child_bytecode, launch, started_program
from footprint.probe.live_start import command_environment, find_program
from footprint.probe.memory import system
from footprint.probe.output_tail import TAIL_BYTES, OutputTail
from footprint.probe.process_tree import find_serving, read_tree
from footprint.probe.ready import Readiness, Ready, ReadyWatch, Taken, describe_serving, line_of
from footprint.probe.requests import Connect, ask, ask_at_once
from footprint.probe.started_program import Order, Started
from footprint.values import dataclass, replace

_POLL_S = 0.05
_COLLECT_S = 10.0  # for a worker to collect its garbage: one that waits in C for ever does not
_SETTLE_S = 0.3
_REST_S = (0.5, 10.0)  # of the tree before it is read: as long as it took to listen, within this
_HELD_S = 0.05  # for a stop to have reached all threads of a process, and for a worker to run before its parent does
_LOOK_S, _LEAST_LOOKS = 0.0005, 20  # whether workers compute; fewer looks say nothing
_SIGNAL_OFFSET = 9  # as in child/collector.py
_FOLDERS = (*launch.PRIVATE_FOLDERS, "told")


class TuneFailed(Exception):
    """A start gave no figure; the text says why."""


@dataclass(frozen=True, slots=True)
class TunedStart:
    """What to start and how to ask it. `threads`: requests that a worker takes at once."""

    interpreter: Interpreter
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    cache: Path  # where bytecode goes: a folder of ours, so that no start finds less of it than another
    requests: tuple[Request, ...] = ()
    passes: int = 1  # how often each worker gets all of them
    threads: int = 1
    workers: int | None = None  # that are awaited; None: as many as its words say
    ready: Readiness = Readiness("serving")
    timeout_s: float = 120
    freezes: bool = False  # collect and freeze before each fork, by a hook
    port: int | None = None  # that it was moved to


class TunedServer:
    """A command under way."""

    def __init__(self, program: Started, start: TunedStart, watch: ReadyWatch, output: OutputTail, told: Path) -> None:
        self._program, self._start, self._watch, self._output = program, start, watch, output
        self.told = told
        self.workers: tuple[int, ...] = ()

    def measure(self) -> StartReading:
        """Wait until it is ready, read, ask every worker, have each collect, and read. Raises: TuneFailed."""
        self._await_ready()
        ready = self._read()
        self._forget_peaks()
        answers: dict[str, set[int | None]] = {}
        asked = self._ask_each(answers) if self._start.requests else 0
        peak = self._peak()
        collected = self.collect()
        time.sleep(_SETTLE_S)
        after = self._read()
        told = tuple((name, tuple(sorted(found, key=str))) for name, found in sorted(answers.items()))
        return StartReading(ready, after, max(peak, after.total_bytes), len(self.workers), asked, collected, told)

    def collect(self) -> int:
        """Have every worker collect its garbage; return how many said that they did."""
        number = signal.SIGRTMIN + _SIGNAL_OFFSET
        waiting = {pid: self._size(str(pid)) for pid in self.workers if system().answers_signal(pid, number)}
        for pid in waiting:
            _send(pid, number)
        count, limit = len(waiting), time.monotonic() + _COLLECT_S
        while waiting and time.monotonic() < limit:
            time.sleep(_POLL_S)
            waiting = {pid: before for pid, before in waiting.items() if self._size(str(pid)) == before}
        return count - len(waiting)

    def read_total(self) -> int:
        """Return what the tree takes now."""
        return self._read().total_bytes

    def ask_many(self, count: int, at_once: int) -> int:
        """Send so many requests, `at_once` of them; return the processor time that the tree took, in nanoseconds."""
        ways = [(request, self._way(request)) for request in self._start.requests]

        def send(number: int) -> str:
            request, way = ways[number % len(ways)]
            is_answered = ask(request, way, self._start.timeout_s) is not None
            return "" if is_answered else f"{request.method} {request.url} got no answer"

        before = self._cpu()
        with ThreadPoolExecutor(at_once) as threads:
            failed = [said for said in threads.map(send, range(count)) if said]
        if failed:
            raise TuneFailed(failed[0])
        return self._cpu() - before

    def cpu_share(self, rounds: int) -> float:
        """Return how much of the time of a request a worker computes: how often one of them is seen at work.

        On a busy machine a worker waits for a processor most of the time, which is at work as well: times would tell
        nothing. Looks at which our own side could go on do not count.
        """
        looks: list[bool] = []
        with ThreadPoolExecutor(1) as asking:
            us = asking.submit(threading.get_native_id).result()
            for request in self._start.requests * rounds:
                way = self._way(request)
                answer = asking.submit(ask, request, way, self._start.timeout_s, alone=True)
                while not answer.done():
                    at_work = any(map(system().is_runnable, self.workers))
                    looks += [] if system().is_runnable(os.getpid(), us) else [at_work]
                    time.sleep(_LOOK_S)
                if answer.result() is None:
                    raise TuneFailed(f"{request.method} {request.url} got no answer")
        return sum(looks) / len(looks) if len(looks) >= _LEAST_LOOKS else 1.0

    def _await_ready(self) -> None:
        """Wait until it listens, has all its workers and is at rest. Raises: TuneFailed."""
        began = time.monotonic()
        limit, listened_s = began + self._start.timeout_s, 0.0
        while time.monotonic() < limit:
            answer = self._watch.look(self._program.find())
            if isinstance(answer, Taken):
                raise TuneFailed(answer.message)
            if self._program.poll() is not None and not self._program.find() - {self._program.pid}:
                raise TuneFailed(f"it ended before it was ready{self._said()}")
            if isinstance(answer, Ready):
                listened_s = listened_s or time.monotonic() - began
                wanted = self._watch.serving.workers
                processes = read_tree(self._program.pid, self._program.find())
                self.workers = find_serving(processes, self._watch.holders(), wanted)
                rest_s = min(max(listened_s, _REST_S[0]), _REST_S[1])
                if len(self.workers) >= (wanted or 1) and self._watch.rest.is_for(rest_s):
                    return
            time.sleep(_POLL_S)
        raise TuneFailed(f"not ready within {self._start.timeout_s:g} s{self._said()}")

    def _said(self) -> str:
        lines = [line for line in self._output.text(TAIL_BYTES).splitlines() if line.strip()]
        return f": {lines[-1].strip()[:200]}" if lines else ""

    def _ask_each(self, answers: dict[str, set[int | None]]) -> int:
        """Give every worker the requests, the others held still; return how many really worked. Raises: TuneFailed."""
        asked = 0
        for pid in self.workers:
            before = system().read_cpu(pid)
            with self._held(pid):
                for _ in range(self._start.passes):
                    self._ask_once(answers)
            asked += system().read_cpu(pid) > before
        return asked

    def _ask_once(self, answers: dict[str, set[int | None]]) -> None:
        for request in self._start.requests:
            name = f"{request.method} {urlsplit(request.url).path}"
            for _ in range(request.count):
                statuses = ask_at_once(request, self._way(request), self._start.timeout_s, self._start.threads)
                if None in statuses:  # it hangs, as threads do that a fork has lost: once is enough
                    raise TuneFailed(f"{name} got no answer{self._said()}")
                answers.setdefault(name, set()).update(statuses)

    @contextlib.contextmanager
    def _held(self, free: int) -> Iterator[None]:
        """Hold all workers but one, and their parents, which watch over them."""
        workers = [pid for pid in self.workers if pid != free]
        tree = {each.pid: each for each in read_tree(self._program.pid, self._program.find())}
        above = {tree[pid].parent for pid in self.workers if pid in tree} & tree.keys() - {*self.workers}
        parents = sorted(pid for pid in above if tree[pid].is_python) if workers else []
        try:
            for pid in (*parents, *workers):
                _send(pid, signal.SIGSTOP)
            time.sleep(_HELD_S)
            yield
        finally:
            for pid in workers:
                _send(pid, signal.SIGCONT)
            time.sleep(_HELD_S)
            for pid in parents:
                _send(pid, signal.SIGCONT)

    def _way(self, request: Request) -> Connect:
        way = self._watch.way_to(request)
        if way is None:
            raise TuneFailed(f"{request.method} {request.url}: no process of the command listens there")
        return way

    def _read(self) -> TreeShares:
        """Return what all processes take now. Raises: TuneFailed where that is not told, or there are none."""
        processes = read_tree(self._program.pid, self._program.find())
        if not processes:
            raise TuneFailed(f"it is over{self._said()}")
        total = system().count_once(processes)
        anon = [system().read_anon(each.pid) for each in processes]
        if total is None or None in anon:
            raise TuneFailed("this system does not tell what several processes share")
        shares = [each.pss_bytes for each in processes]
        pss = sum(each for each in shares if each is not None) if None not in shares else None
        return TreeShares(total, sum(each[0] for each in anon if each is not None), pss, len(processes))

    def _forget_peaks(self) -> None:
        for pid in self._program.find():
            system().forget_peak(pid)

    def _peak(self) -> int:
        """Return what all take together if each is at its highest at the same moment."""
        processes = read_tree(self._program.pid, self._program.find())
        levels = [system().read_level(each.pid) for each in processes]
        excess = sum(max(0, (high or rss) - rss) for rss, high in filter(None, levels))
        return (system().count_once(processes) or 0) + excess

    def _cpu(self) -> int:
        return sum(map(system().read_cpu, self._program.find()))

    def _size(self, name: str) -> int:
        try:
            return (self.told / name).stat().st_size
        except OSError:
            return 0

    def threads_of_worker(self) -> int:
        """Return how many threads the worker has that has most."""
        return max(map(system().count_threads, self.workers), default=1)

    def mapped_files(self) -> frozenset[str]:
        """Return the names of the files that its workers have mapped."""
        return frozenset[str]().union(*map(system().mapped_files, self.workers))


@contextlib.contextmanager
def started(start: TunedStart, prepare: Callable[[Path], tuple[str, ...]]) -> Iterator[TunedServer]:
    """Give the command, running. `prepare` gets the folder in which it tells, and returns the words to add to it.

    Raises: TuneFailed where it cannot be started.
    """
    interpreter = start.interpreter
    assert interpreter.executable is not None
    with private_folder("tune", (*_FOLDERS, "code")) as place, contextlib.closing(OutputTail()) as output:
        told = place / "told"
        env = command_environment(interpreter, start.environment, place, start.cache)
        code = child_bytecode.provide(interpreter.executable.absolute(), interpreter.cache_tag, place / "code")
        env["FOOTPRINT_TUNE"] = "\x1f".join([str(told), str(code.folder), code.suffix, "1" * start.freezes])
        env |= {} if start.port is None else {"PORT": str(start.port)}
        command = (*start.command, *prepare(told))
        serving = describe_serving(line_of(command, env), env)
        serving = replace(serving, workers=start.workers or serving.workers)
        watch = ReadyWatch(start.ready, serving, start.folder, output.text)
        if (taken := watch.taken()) is not None:
            raise TuneFailed(taken)
        program_path = find_program(command[0], env, start.folder)
        order = Order(command, start.folder, env, output.writer, output.writer, program=program_path)
        try:
            program = started_program.start(order)
        except OSError as error:
            raise TuneFailed(f"cannot start {command[0]}: {error.strerror or error}") from error
        try:
            yield TunedServer(program, start, watch, output, told)
        finally:
            program.end()


def _send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
