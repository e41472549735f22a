"""The bench of a tuning: starts the command with settings, and compares what it takes and computes with the first."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from footprint.analysis.tuning import choice
from footprint.analysis.tuning.gunicorn_text import hooks_of, measured_text, proposed_text
from footprint.analysis.tuning.start_words import StartWords, at_port, config_of, with_factors, without_options
from footprint.files.link_tree import write_new
from footprint.files.reader import try_read
from footprint.model.installed_environment import Interpreter
from footprint.model.requested_calls import READING, Request
from footprint.model.tuning import CpuRatio, Factor, StartReading, TunedRow
from footprint.probe.bare import run_bare
from footprint.probe.ready import Readiness
from footprint.probe.tuned_start import TunedServer, TunedStart, TuneFailed, started
from footprint.values import dataclass, field, replace

_ROUNDS, _MOST_ROUNDS, _PER_ROUND = 10, 20, 20  # at least 200 requests of each side
_SETTINGS, _SETTINGS_BYTES = "settings.json", 1 << 16
_MOST_AT_ONCE = 8
_TIMEOUT = ("--timeout", "-t")  # of gunicorn: our file sets it while a worker is held still
_COMPILE_S = 600
# All that the starts so far have compiled, once more: bytecode lies below the folder as its source does below the root.
_COMPILE = """
import os, py_compile, sys
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        stem, tag, end = (name.rsplit(".", 2) + [""])[:3]
        if end == "pyc" and tag == sys.implementation.cache_tag:
            target = os.path.join(folder, stem + "." + tag + ".opt-2.pyc")
            try:
                py_compile.compile(os.path.join(folder[len(sys.argv[1]) :], stem + ".py"), target, optimize=2, quiet=2)
            except (OSError, ValueError):
                pass
"""


@dataclass(frozen=True, slots=True)
class TunedCommand:
    """What is tuned: the command, its surroundings, and how it is asked."""

    interpreter: Interpreter
    words: StartWords
    folder: Path
    environment: Mapping[str, str]
    requests: tuple[Request, ...] = ()
    ready: Readiness = Readiness("serving")
    timeout_s: float = 120
    passes: int = 3  # of all requests, for each worker
    repeats: int = 1  # starts of each row
    free_port: Callable[[], int] = field(default=lambda: 0)


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What gunicorn says that it is set to; of other servers what their words say."""

    workers: int | None = None
    threads: int = 1
    worker_class: str = ""
    preloads: bool = False


class TuningBench:
    """Starts one command in many ways. `place` is a folder of ours, with `cache` and `config` in it."""

    def __init__(self, command: TunedCommand, place: Path, show: Callable[[str], None]) -> None:
        self.command, self._place, self._show = command, place, show
        self.start_count = 0
        self.facts = ServerFacts()
        self._base: TunedServer | None = None
        self._answers: tuple[tuple[str, tuple[int | None, ...]], ...] = ()
        self.base_readings: tuple[StartReading, ...] = ()
        self.growth: tuple[int, int] | None = None  # bytes that further requests added to the first start, how many

    @property
    def noise_bytes(self) -> int:
        """What a difference has to pass."""
        return choice.noise_of(self.base_readings)

    @property
    def base_bytes(self) -> int:
        """What the command takes as it is."""
        return int(statistics.median(each.after.total_bytes for each in self.base_readings))

    @contextmanager
    def start(self, factors: Sequence[Factor] = (), name: str = "as it is") -> Iterator[TunedServer]:
        """Give the command with these settings, running. Raises: TuneFailed."""
        self.start_count += 1
        self._show(f"start {self.start_count}: {name}")
        command = self.command
        port = command.free_port() if command.words.can_move else None
        words = at_port(command.words, port) if port is not None else command.words
        words, variables = with_factors(words, factors, {**command.environment, **dict(words.environment)})
        if words.is_gunicorn:
            words, variables = without_options(words, variables, _TIMEOUT)
        hooks, given = hooks_of(factors), _counts_of(factors)
        own = self.own_config(variables)
        proposed = proposed_text(factors, self.reading_requests, asgi=self.serves_asgi(factors))

        def prepare(told: Path) -> tuple[str, ...]:
            if not words.is_gunicorn:
                return ()
            path = self._place / "config" / f"{self.start_count}.py"
            write_new(str(path), measured_text(own, proposed, str(told / _SETTINGS)).encode())
            return ("-c", str(path))

        start = TunedStart(
            *(command.interpreter, words.words, command.folder, variables, self._place / "cache"),
            requests=tuple(_at(each, port) for each in command.requests),
            passes=command.passes,
            threads=given.get("threads", self.facts.threads),
            workers=given.get("workers", self.facts.workers),
            ready=command.ready,
            timeout_s=command.timeout_s,
            freezes="freeze" in hooks and not words.is_gunicorn,
            port=port,
        )
        with started(start, prepare) as server:
            yield server

    @property
    def reading_requests(self) -> tuple[Request, ...]:
        """The requests that only read."""
        return tuple(each for each in self.command.requests if each.method in READING)

    def serves_asgi(self, factors: Sequence[Factor] = ()) -> bool:
        """Whether the application is called as ASGI has it, with these settings."""
        classes = [factor.worker_class for factor in factors if factor.worker_class] or [self.facts.worker_class]
        return "uvicorn" in classes[-1] or classes[-1] == "asgi"

    def learn(self, server: TunedServer) -> None:
        """Take what gunicorn says of itself; of another server how many workers there are."""
        data = try_read(server.told / _SETTINGS, bytes_at_most=_SETTINGS_BYTES)
        told: dict[str, Any] = json.loads(data) if data else {}
        self.facts = ServerFacts(
            workers=int(told.get("workers", len(server.workers))),
            threads=int(told.get("threads", 1)) if told.get("class") in ("sync", "gthread") else 1,
            worker_class=str(told.get("class", "")),
            preloads=bool(told.get("preload")),
        )

    def compile_optimised(self) -> None:
        """Write the bytecode of -OO for all that the starts so far have loaded: else its first start would compile."""
        python = self.command.interpreter.executable
        assert python is not None
        self._show("compiling for -OO")
        run_bare([str(python), "-I", "-S", "-c", _COMPILE, str(self._place / "cache")], _COMPILE_S)

    def keep_base(self, server: TunedServer | None, readings: Sequence[StartReading]) -> None:
        """Compare with these starts from here on, and with the one that still runs; None: its place is wanted."""
        self._base, self.base_readings, self._answers = server, tuple(readings), readings[-1].answers

    def try_factors(self, factors: tuple[Factor, ...], *, again: bool = False) -> TunedRow:
        """Start the command with these settings, and return what it took; a failure is a row, too.

        `again`: once more, without the processor time, which is known.
        """
        name = " + ".join(factor.name for factor in factors)
        readings: list[StartReading] = []
        cpu: CpuRatio | None = None
        lasting: int | None = None
        wanted = 1 if again else self.command.repeats
        try:
            while len(readings) < wanted:
                with self.start(factors, name) as server:
                    readings.append(self._checked(server.measure()))
                    saved = self.saved_by(readings)
                    if saved > self.noise_bytes and cpu is None and not again:
                        cpu = self.compare_cpu(server)
                        lasting = self._saved_now(server) if cpu is not None else None
                if choice.is_doubtful(saved, self.noise_bytes) and not again:
                    wanted = max(wanted, 2)
        except TuneFailed as failure:
            return TunedRow(name, factors, "failed", len(readings) + 1, None, why=str(failure))
        effect = choice.effect_of(saved, self.noise_bytes)
        why = ""
        if effect == "saves" and choice.costs_too_much(cpu):
            effect, why = "costs", "it takes more than a tenth more processor time a request"
        elif effect == "saves" and lasting is not None and lasting <= self.noise_bytes:
            effect, why = "none", "what it saves at first is gone after further requests"
        return TunedRow(name, factors, effect, len(readings), *_summed(readings), saved, cpu, why)

    def base_row(self) -> TunedRow:
        """Return the row of the command as it is."""
        return TunedRow("as it is", (), "base", len(self.base_readings), *_summed(self.base_readings))

    def saved_by(self, readings: Sequence[StartReading]) -> int:
        """Return how much less the tree takes than as it is."""
        return self.base_bytes - int(statistics.median(each.after.total_bytes for each in readings))

    def compare_cpu(self, server: TunedServer) -> CpuRatio | None:
        """Return the processor time of a request beside that of the first start; None where they cannot take turns."""
        base, requests = self._base, self.command.requests
        if base is None or not requests:
            return None
        self._show("taking turns: processor time of a request")
        before = base.read_total() if self.growth is None else 0
        pairs: list[tuple[float, float]] = []
        each = max(_PER_ROUND, len(requests))
        at_once = min((self.facts.workers or 1) * self.facts.threads, _MOST_AT_ONCE)
        found: CpuRatio | None = None
        while len(pairs) < _ROUNDS or (len(pairs) < _MOST_ROUNDS and choice.is_undecided(found)):
            order = (base, server) if len(pairs) % 2 else (server, base)
            took = {id(one): one.ask_many(each, at_once) / each / 1000 for one in order}
            pairs.append((took[id(base)], took[id(server)]))
            found = choice.compare_cpu(pairs, len(pairs) * each)
        if self.growth is None:
            base.collect()
            self.growth = (base.read_total() - before, len(pairs) * each)
        return found

    def _saved_now(self, server: TunedServer) -> int:
        """Return how much less this start takes than the first one, once both had further requests and collected."""
        assert self._base is not None
        for each in (self._base, server):
            each.collect()
        return self._base.read_total() - server.read_total()

    def _checked(self, reading: StartReading) -> StartReading:
        for name, statuses in reading.answers:
            before = dict(self._answers).get(name, ())
            if statuses != before:
                raise TuneFailed(f"{name} answered {_shown(statuses)}, {_shown(before)} as it is")
        return reading

    def own_config(self, variables: Mapping[str, str]) -> str | None:
        """Return the user's own file of settings, an absolute path or `python:module`; None where there is none."""
        words = self.command.words
        if not words.is_gunicorn or words.server is None:
            return None
        told = config_of(words, variables)
        if told is None:
            path = self.command.folder / words.server.unasked_settings
            return str(path.absolute()) if path.is_file() else None
        return (
            told if told.startswith("python:") else str((self.command.folder / told.removeprefix("file:")).absolute())
        )


def _counts_of(factors: Sequence[Factor]) -> dict[str, int]:
    """Return the workers and threads that settings ask for."""
    found = {name: int(value) for each in factors for name, value in each.settings if value.isdecimal()}
    workers = [each.workers for each in factors if each.workers is not None]
    return {**found, **({"workers": workers[-1]} if workers else {})}


def _at(request: Request, port: int | None) -> Request:
    """Return a request with the port filled in."""
    if port is None or request.url.startswith("/"):
        return request
    scheme, _, rest = request.url.partition("://")
    host, slash, path = rest.partition("/")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return replace(request, url=f"{scheme}://{name}:{port}{slash}{path}")


def _summed(readings: Sequence[StartReading]) -> tuple[StartReading, int | None]:
    """Return the start in the middle, and the spread of all."""
    ordered = sorted(readings, key=lambda each: each.after.total_bytes)
    totals = [each.after.total_bytes for each in ordered]
    return ordered[len(ordered) // 2], totals[-1] - totals[0] if len(totals) > 1 else None


def _shown(statuses: Sequence[int | None]) -> str:
    return " and ".join("nothing" if each is None else str(each) for each in statuses) or "nothing"
