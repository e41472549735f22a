"""The servers of the entries, each started once with an empty application of ours, and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.analysis.cost.host import WorkerWish
from footprint.audit.checkout import Checkout
from footprint.audit.entry_limits import wish_workers
from footprint.audit.listener import Progress
from footprint.files.cache import read_cached, write_cached
from footprint.knowledge.servers import BY_PROGRAM, Server
from footprint.model.installed_environment import Interpreter
from footprint.model.service_memory import ServerMemories, ServerMemory
from footprint.model.source_modules import EntryPoint
from footprint.probe.empty_server import measure_empty
from footprint.values import as_dict

# What changes a server by being there.
_BESIDE = (
    *("uvicorn", "uvicorn-worker", "uvloop", "httptools", "websockets", "h11"),
    *("gevent", "eventlet", "kombu", "redis"),
)


def measure_servers(checkout: Checkout, progress: Progress) -> dict[str, ServerMemories]:
    """Return the server of every entry that is judged by a limit or estimated, with one worker and with several.

    Nothing for a server that is not installed, or that does not start within its time.
    """
    found: dict[str, ServerMemories] = {}
    entries, python = checkout.code.entries if checkout.can_start else (), checkout.target.interpreter
    versions = {item.name: item.version for item in checkout.target.installed}
    wishes = wish_workers(checkout.options.target, entries)
    for entry in entries:
        server, wish = BY_PROGRAM.get(entry.server or ""), wishes.get(entry.name)
        if server is None or not server.starts or not _names(server) & versions.keys():
            continue
        limit = checkout.limits.entries.get(entry.name)
        if wish is None and (limit is None or limit.memory_bytes is None):
            continue
        kind = entry.pool or server.pool_default
        counts = set(wish.counts or (wish.workers,)) if wish is not None else {entry.workers or 1}
        is_alone = not server.options or kind in server.single
        several = server.has_master or max(counts) > 1
        measure = _Measure(python, server, kind, versions, progress)
        one = measure.take(1) if is_alone or (not server.has_master and 1 in counts) else None
        more = measure.take(2) if several and not is_alone else None
        forked = collected = None
        if server.forks_it(kind):
            collected = measure.take(2, collected=True)
        elif server.preload and _may_be_forked(entry, wish):
            forked, collected = measure.take(2, preload=True), measure.take(2, preload=True, collected=True)
        found[entry.name] = ServerMemories(one or more, more or one, forked or more or one, collected)
    return found


def _may_be_forked(entry: EntryPoint, wish: WorkerWish | None) -> bool:
    """Whether a server that preloads if it is told to is to be seen with preload."""
    return bool(entry.preload) or (wish is not None and wish.preload is not False)


def _names(server: Server) -> set[str]:
    """Return the distributions that may bring a server: uwsgi is in pyuwsgi, too."""
    return {server.brought_by, *server.programs}


class _Measure:
    def __init__(
        self, python: Interpreter, server: Server, kind: str, versions: Mapping[str, str], progress: Progress
    ) -> None:
        self._python, self._server, self._kind, self._progress = python, server, kind, progress
        there = [f"{name}=={versions[name]}" for name in (*sorted(_names(server)), *_BESIDE) if name in versions]
        version = ".".join(map(str, python.version))
        place = [python.implementation, version, python.platform, python.libc, python.abi_flags]
        self._key = " ".join([server.name, kind, *there, *place])

    def take(self, workers: int, *, preload: bool = False, collected: bool = False) -> ServerMemory | None:
        """Return the server with `workers` workers: remembered, or started now."""
        key = f"{workers} {'preload ' * preload}{'collected ' * collected}{self._key}"
        found = _understood(read_cached("servers", key))
        if found is None:
            self._progress(f"starting {self._server.name} with an empty application")
            ways = {"preload": preload, "collected": collected}
            found = measure_empty(self._python, self._server, self._kind, workers=workers, **ways)
            if found is not None:
                write_cached("servers", key, as_dict(found))
        return found


def _understood(value: Any) -> ServerMemory | None:
    """Return what was remembered, None for anything else."""
    try:
        above, worker, file = (int(value[name]) for name in ("above_bytes", "worker_bytes", "file_bytes"))
        modules = tuple(map(str, value["modules"]))
    except (TypeError, KeyError, ValueError):
        return None
    is_sound = all(0 <= number < 1 << 40 for number in (above, worker, file))
    return ServerMemory(above, worker, file, modules) if is_sound else None
