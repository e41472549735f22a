"""Which settings are worth a start here, by what the command is and what its workers really hold. Pure.

A setting that cannot have an effect is told with the reason, and costs no start.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from footprint.analysis.tuning.start_words import StartWords, why_not_gunicorn
from footprint.model.tuning import Axis, Factor, UntriedFactor
from footprint.units import MIB
from footprint.values import dataclass, replace

PRELOAD = Factor("sharing", "preload", settings=(("preload_app", "True"),))
_FREEZE = "gc.freeze() before the fork"
_LOAD = "the requests asked before the fork"
_LOAD_CAVEAT = (
    "what the requests do is done at each start, and threads or connections that they open do not work after a fork"
)
_OPTIMISED = Factor(
    "optimise",
    "-OO",
    environment=(("PYTHONOPTIMIZE", "2"),),
    caveat="asserts no longer check, and docstrings are gone: those that become help texts or API pages, too",
)
ARENAS = Factor("allocator", "MALLOC_ARENA_MAX=2", environment=(("MALLOC_ARENA_MAX", "2"),))
_TRIM = Factor("trimming", "MALLOC_TRIM_THRESHOLD_=131072", environment=(("MALLOC_TRIM_THRESHOLD_", "131072"),))
# Files that a process maps when it has a library with threads of its own, and what holds their number.
_NATIVE = {
    "openblas": "OPENBLAS_NUM_THREADS", "libgomp": "OMP_NUM_THREADS", "libiomp": "OMP_NUM_THREADS",
    "libomp": "OMP_NUM_THREADS", "libmkl": "MKL_NUM_THREADS", "tokenizers": "TOKENIZERS_PARALLELISM",
}  # fmt: skip
_PACKAGES = {"jemalloc": "libjemalloc2", "mimalloc": "libmimalloc2.0"}
_ONNX = "onnxruntime"
_SYNC = ("sync", "gthread")
_ASGI_SERVERS = ("uvicorn", "fastapi", "hypercorn", "granian", "litestar")
UVICORN_CLASSES = {"uvicorn_worker": "uvicorn_worker.UvicornWorker", "uvicorn": "uvicorn.workers.UvicornWorker"}
_THREADS_CAVEAT = "the application has to be safe for threads, which no measurement shows"


@dataclass(frozen=True, slots=True)
class WorkingStart:
    """What a first start of the command showed: how it is set, and what its workers hold."""

    command: StartWords
    workers: int  # that serve
    threads: int = 1  # of each, that serve
    worker_class: str = ""  # of gunicorn
    preloads: bool = False
    mapped: frozenset[str] = frozenset()  # names of the files that a worker has mapped
    thread_count: int = 1  # of a worker, all of them
    allocators: tuple[tuple[str, str], ...] = ()  # ("jemalloc", path) where the library is there
    can_load: bool = False  # there are requests that only read
    is_set: frozenset[str] = frozenset()  # names of the variables that it gets
    gunicorn_worker: str = ""  # a class of gunicorn that runs ASGI, where it is installed

    @property
    def is_asgi(self) -> bool:
        """Whether a worker takes any number of requests at once by itself."""
        name = self.command.server.name if self.command.server is not None else ""
        return name in _ASGI_SERVERS or "uvicorn" in self.worker_class or self.worker_class == "asgi"

    @property
    def forks(self) -> bool:
        """Whether its workers are forks of a process that has the application."""
        server = self.command.server
        return server is not None and (self.preloads or server.workers == "application")


def find_factors(start: WorkingStart) -> tuple[tuple[Factor, ...], tuple[UntriedFactor, ...]]:
    """Return what to try, each alone, and what not, with the reason."""
    found = [*_sharing(start), *_other_server(start), *_allocators(start), *_native(start), _OPTIMISED]
    found = [_unless_set(each, start) for each in found]
    factors = tuple(each for each in found if isinstance(each, Factor))
    return factors, tuple(each for each in found if isinstance(each, UntriedFactor))


def _unless_set(found: Factor | UntriedFactor, start: WorkingStart) -> Factor | UntriedFactor:
    known = [name for name, _ in found.environment if name in start.is_set] if isinstance(found, Factor) else []
    return UntriedFactor(found.name, f"{known[0]} is set already") if known else found


def _sharing(start: WorkingStart) -> Iterator[Factor | UntriedFactor]:
    """Yield the ways to share more: each has all that the one before it has."""
    server = start.command.server
    if not (start.forks or start.command.is_gunicorn):
        why = "the command starts no server that forks its workers"
        if server is not None and server.workers == "fresh":
            why = f"{server.name} starts its workers as new interpreters: they can share nothing"
        yield UntriedFactor("preload", why)
        return
    if start.workers < 2:
        yield UntriedFactor("preload", "one worker has nobody to share with")
        return
    base = Factor("sharing", "")
    if start.command.is_gunicorn and not start.preloads:
        base = PRELOAD
        yield base
    if start.command.is_gunicorn:
        yield from _hooked(base, start)
    else:
        yield Factor("sharing", _FREEZE, hooks=("freeze",))
        yield UntriedFactor(_LOAD, "only a configuration of gunicorn can ask before the fork")


def _hooked(base: Factor, start: WorkingStart) -> Iterator[Factor | UntriedFactor]:
    frozen = replace(base, name=" + ".join(filter(None, (base.name, _FREEZE))), hooks=("freeze",))
    yield frozen
    if start.can_load:
        name = " + ".join(filter(None, (base.name, _LOAD, _FREEZE)))
        yield replace(frozen, name=name, hooks=("load", "freeze"), caveat=_LOAD_CAVEAT)
    else:
        yield UntriedFactor(_LOAD, "there is no GET request to ask then")


def _other_server(start: WorkingStart) -> Iterator[Factor | UntriedFactor]:
    server = start.command.server
    if server is None or server.name != "uvicorn" or start.workers < 2:
        return
    name = "gunicorn with uvicorn's worker"
    why = why_not_gunicorn(start.command)
    if not start.gunicorn_worker:
        why = "gunicorn with a worker for ASGI is not installed: it can share what uvicorn's workers cannot"
    if why:
        yield UntriedFactor(name, why)
        return
    shared = replace(PRELOAD, axis="server", worker_class=start.gunicorn_worker)
    yield from _hooked(replace(shared, name=f"{name}, preload"), start)


def _allocators(start: WorkingStart) -> Iterator[Factor | UntriedFactor]:
    yield ARENAS
    yield _TRIM
    there = dict(start.allocators)
    for name, package in _PACKAGES.items():
        if name in there:
            needs = f"the host needs {package} (Debian), at the place that LD_PRELOAD names"
            yield Factor("allocator", name, environment=(("LD_PRELOAD", there[name]),), caveat=needs)
        else:
            yield UntriedFactor(name, f"lib{name} is not installed here")


def _native(start: WorkingStart) -> Iterator[Factor | UntriedFactor]:
    """Yield one thread for all libraries that have some: which of them it is does not matter until it helps."""
    found = {variable: "1" for part, variable in _NATIVE.items() if any(part in name for name in start.mapped)}
    if "TOKENIZERS_PARALLELISM" in found:
        found["TOKENIZERS_PARALLELISM"] = "false"
    if any(_ONNX in name for name in start.mapped):
        why = "no variable sets it: SessionOptions.intra_op_num_threads does, in the code"
        yield UntriedFactor("onnxruntime's threads", why)
    if not found:
        yield UntriedFactor("OMP_NUM_THREADS and the like", "no worker has a library loaded that reads them")
    elif start.thread_count <= start.threads:
        yield UntriedFactor(" ".join(f"{name}={value}" for name, value in found.items()), "no worker has such threads")
    else:
        name = " ".join(f"{name}={value}" for name, value in found.items())
        yield Factor("threads", name, environment=tuple(found.items()))


def fewer_processes(start: WorkingStart, capacity: int, cpu_share: float) -> Factor | UntriedFactor | None:
    """Return fewer processes for as many requests at once, or why there have to be as many; None: there is one.

    `cpu_share`: of the time that a request takes, how much it computes. Threads of one process share a processor, so
    that many processes are needed as compute at once.
    """
    name = "threads in place of processes" if not start.is_asgi else "fewer workers"
    if start.workers < 2:
        return None
    needed = max(1, math.ceil(capacity * cpu_share - 0.1))
    if needed >= start.workers:
        why = f"requests compute {min(cpu_share, 1):.0%} of their time: {capacity} at once need as many processes"
        return UntriedFactor(name, why)
    server = start.command.server
    if start.command.is_gunicorn and start.worker_class in _SYNC:
        threads = math.ceil(capacity / needed)
        label = f"{needed} worker{'s' * (needed > 1)} x {threads} threads"
        settings = (("workers", str(needed)), ("threads", str(threads)), ("worker_class", '"gthread"'))
        return Factor("processes", label, settings=settings, caveat=_THREADS_CAVEAT)
    if start.is_asgi and server is not None and server.options:
        label = f"{needed} worker{'s' * (needed > 1)}"
        return Factor("processes", label, settings=(("workers", str(needed)),), workers=needed)
    return UntriedFactor(name, "it is not known here how its workers take threads")


def describe_growth(growth_bytes: int, requests: int, noise_bytes: int) -> UntriedFactor:
    """Return what max-requests could give back: what further requests added, and what a new worker takes again."""
    if growth_bytes > max(noise_bytes, MIB):
        why = f"{requests} further requests added {growth_bytes / MIB:.1f} MiB, which a new worker would not have yet"
    else:
        why = f"{requests} further requests added nothing: a new worker takes the same again"
    return UntriedFactor("max-requests", why)


def of_axis(factors: Sequence[Factor], axis: Axis) -> Factor | None:
    """Return the factor of an axis."""
    return next((each for each in factors if each.axis == axis), None)
