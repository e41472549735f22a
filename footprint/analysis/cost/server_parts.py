"""What a server adds to the process of an entry that was measured. Pure.

A server is measured with an empty application. What the measured process of the entry has, too, is taken off: the bare
interpreter, and the modules that both have in memory, at what these took in the entry's own start.
"""

from __future__ import annotations

from collections.abc import Collection

from footprint.analysis.cost.memory_parts import startup_costs
from footprint.knowledge.servers import BY_PROGRAM, CORES, Server
from footprint.model.runtime import ForkMemory, ProbeRun
from footprint.model.service_memory import ServerMemories, ServerMemory, Serving, ServingPart
from footprint.model.source_modules import EntryPoint
from footprint.names import ModuleName
from footprint.units import MIB
from footprint.values import replace

# Where the server is not installed or was not started: CPython 3.11, gunicorn 23.0 and uvicorn 0.34 on Linux x86-64,
# beyond an application that has most of the modules; 2026-11.
_ELSEWHERE = {
    "bare": ServingPart(int(17.6 * MIB), int(-1.7 * MIB), 0, 0, measured=False),
    "application": ServingPart(0, int(2.9 * MIB), 0, 0, measured=False),
    "fresh": ServingPart(int(20.8 * MIB), int(2.9 * MIB), 0, 0, measured=False),
    None: ServingPart(0, int(2.9 * MIB), 0, 0, measured=False),
}


def build_serving(entry: EntryPoint, measured: ServerMemories, run: ProbeRun | None) -> Serving | None:
    """Return how an entry is served; `measured` is its server, as far as it was started."""
    server = BY_PROGRAM.get(entry.server or "")
    if server is None:
        return None
    count, source = entry.workers, entry.workers_from
    if source is None and server.default != CORES:
        count = server.default
    memories = ((measured.one, 1), (measured.several, 2), (measured.forked, 2))
    one, several, forked = (_beyond(memory, run, server, workers) for memory, workers in memories)
    if measured.collected is not None and forked.measured:
        forked = replace(
            forked,
            collected_above_bytes=measured.collected.above_bytes,
            collected_own_bytes=measured.collected.worker_bytes,
        )
    origin = source or ("default" if count else "cores")
    forks = (run.fork, _called(run)) if run is not None else (None, None)
    return Serving(server.name, count, origin, is_preloaded(entry), one, several, forked, *forks)


def _called(run: ProbeRun) -> ForkMemory | None:
    """Return what the fork wrote to that did all calls."""
    only = run.calls[0] if len(run.calls) == 1 else None
    whole = run.calls_together or only
    return whole.fork if whole is not None else None


def is_preloaded(entry: EntryPoint) -> bool | None:
    """Whether the workers of an entry are forks of a process that has it; None: nothing says so."""
    server = BY_PROGRAM.get(entry.server or "")
    return entry.preload if entry.preload is not None else (server is not None and server.forks_it(entry.pool)) or None


def _beyond(memory: ServerMemory | None, run: ProbeRun | None, server: Server, count: int) -> ServingPart:
    """Return what a server adds to the process that was measured."""
    bare = next((row for row in run.stages if row.stage == "interpreter"), None) if run is not None else None
    if memory is None or run is None or bare is None or bare.anon_bytes is None:
        return _ELSEWHERE[server.workers if server.has_master or count > 1 else None]
    rss, anon = _common(run, frozenset(memory.modules))
    return ServingPart(
        above_bytes=memory.above_bytes,
        own_bytes=memory.worker_bytes,
        known_bytes=bare.anon_bytes + anon,
        file_bytes=max(memory.file_bytes - (bare.rss_bytes - bare.anon_bytes) - (rss - anon), 0),
        measured=True,
    )


def _common(run: ProbeRun, modules: Collection[ModuleName]) -> tuple[int, int]:
    """Return RSS and anon of the modules that the start of the entry loaded and the server has, too."""
    costs = [cost for cost in startup_costs(run) if cost.module in modules]
    return sum(cost.self_rss_bytes for cost in costs), sum(cost.self_anon_bytes or 0 for cost in costs)
