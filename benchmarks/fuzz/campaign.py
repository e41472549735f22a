"""Plans a campaign, hands its inputs to workers and counts what comes back."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.fuzz import room
from benchmarks.fuzz.case import Fault, Verdict
from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.worker import Order

ROOT = Path(__file__).resolve().parents[2]
_WORKERS_AT_MOST = 50  # more have to be replaced only when the campaign itself is broken
_LIGHTER = 2.5
_NOBODY_EVERY = 4  # of each kind, where we are root and another user can reach the interpreter


@dataclass(slots=True)
class Tally:
    """What came of the inputs so far."""

    counts: Counter[str] = field(default_factory=Counter)
    exit_codes: Counter[int] = field(default_factory=Counter)
    users: Counter[str] = field(default_factory=Counter)
    starts: int = 0
    started: int = 0  # inputs with at least one real start
    seconds: Counter[str] = field(default_factory=Counter)
    faulty: list[Verdict] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Count one."""
        self.counts[verdict.kind] += 1
        self.exit_codes[verdict.returncode] += 1
        self.users[verdict.user] += 1
        self.starts += verdict.starts
        self.started += verdict.starts > 0
        self.seconds[verdict.kind] += verdict.wall_s  # type: ignore[assignment]
        if verdict.faults:
            self.faulty.append(verdict)


def plan(total: int, *, light: bool = False) -> list[Order]:
    """Return the inputs of a campaign: every kind with its share, spread evenly, some as another user.

    Light: kinds that start applications, which take most of the time, have less than half of their shares.
    """
    shares = {name: kind.share / (_LIGHTER if light and kind.starts else 1) for name, kind in KINDS.items()}
    wanted = {name: max(1, round(total * share / sum(shares.values()))) for name, share in shares.items()}
    wanted["environments"] += max(0, total - sum(wanted.values()))
    users = ("own", "nobody") if os.geteuid() == 0 and room.is_open_to_others(room.needed_folders()) else ("own",)
    placed = [
        ((index + 0.5) / count, Order(name, index, users[-1] if index % _NOBODY_EVERY == 3 else "own"))
        for name, count in wanted.items()
        for index in range(count)
    ]
    return [order for _, order in sorted(placed, key=lambda pair: pair[0])]


class Crew:
    """Some workers, each a process of its own; one that dies is replaced, and its input is a fault."""

    def __init__(self, seed: str, count: int) -> None:
        room.adopt_orphans()
        self._seed = seed
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz-", ignore_cleanup_errors=True)
        Path(self._folder.name).chmod(0o755)
        self._number = 0
        self._selector = selectors.DefaultSelector()
        self._orders: dict[int, Order] = {}
        self._workers = [self._hire() for _ in range(count)]
        self.room: tuple[str, ...] = ()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            assert worker.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                worker.stdin.close()
        for worker in self._workers:
            worker.wait()
        room.left_processes()
        self._folder.cleanup()

    def play(self, orders: list[Order], *, until: Callable[[Verdict], bool] = lambda _: False) -> Iterator[Verdict]:
        """Yield what came of each input, in the order of their ends; stop handing out once `until` holds."""
        waiting = deque(orders)
        for worker in self._workers:
            self._hand_out(worker, waiting)
        while self._orders:
            for key, _ in self._selector.select():
                verdict = self._read(worker := key.data)
                if until(verdict):
                    waiting.clear()
                self._hand_out(worker if worker in self._workers else self._workers[-1], waiting)
                yield verdict

    def _hire(self) -> subprocess.Popen[str]:
        self._number += 1
        own = str(Path(self._folder.name, str(self._number)))
        command = [sys.executable, "-m", "benchmarks.fuzz.worker", self._seed, own]
        worker = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        assert worker.stdout is not None
        self._selector.register(worker.stdout, selectors.EVENT_READ, worker)
        return worker

    def _hand_out(self, worker: subprocess.Popen[str], waiting: deque[Order]) -> None:
        if waiting:
            order = waiting.popleft()
            self._orders[worker.pid] = order
            assert worker.stdin is not None
            worker.stdin.write(order.encode() + "\n")
            worker.stdin.flush()

    def _read(self, worker: subprocess.Popen[str]) -> Verdict:
        assert worker.stdout is not None
        line = worker.stdout.readline()
        if not line:
            return self._replace(worker)
        told = json.loads(line)
        self.room = tuple(told.pop("room"))
        self._orders.pop(worker.pid, None)
        return Verdict(**{**told, "faults": tuple(Fault(**fault) for fault in told["faults"])})

    def _replace(self, worker: subprocess.Popen[str]) -> Verdict:
        order = self._orders.pop(worker.pid)
        if self._number > _WORKERS_AT_MOST:
            raise RuntimeError("workers end as soon as they begin: see standard error")
        self._selector.unregister(worker.stdout)  # type: ignore[arg-type]
        self._workers.remove(worker)
        self._workers.append(self._hire())
        fault = Fault("campaign", f"the worker ended with {worker.wait()}")
        return Verdict(order.kind, order.index, "", -1, 0.0, 0, order.user, (fault,))
