"""What a server takes by itself: started with an application of ours that does nothing, read at rest, and ended.

Laws: nothing of the project is run. Its folder, socket and settings are ours, it is limited in time, and nothing of it
stays.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path

from footprint.files.private import private_folder
from footprint.files.reader import NotRead, read_regular
from footprint.files.writer import write_file
from footprint.knowledge.servers import Server
from footprint.late import late_pattern
from footprint.model.installed_environment import Interpreter
from footprint.model.service_memory import ServerMemory
from footprint.probe import launch, started_program
from footprint.probe.memory import system
from footprint.probe.output_tail import OutputTail
from footprint.probe.process_tree import Rest, read_tree
from footprint.probe.started_program import Order

TIME_LIMIT_S = 30.0
_POLL_S, _REST_S = 0.05, 1.0
# A worker that imports an application writes to most of what it was forked with: its collector goes over all of it, and
# modules count references to names and constants of others. So does this, about as much as real ones did: 10.0 MiB
# of gunicorn's, 12.0 of granian's and 10.0 of dramatiq's were each worker's own, with applications 10.0, 11.8 and 9.9.
_NOTE = """\
import gc, os, sys
gc.collect()
for each in gc.get_objects()[::8]:
    gc.get_referents(each)
def note():
    with open(os.path.join(os.environ["FOOTPRINT_NOTES"], str(os.getpid())), "w") as file:
        file.write("\\n".join(sys.modules))
note()
"""
# What every forked worker comes to, at once: one that collects later has written to the same pages.
_COLLECT = """\
try:
    import uwsgi
    uwsgi.post_fork_hook = gc.collect
except ImportError:
    os.register_at_fork(after_in_child=gc.collect)
"""
_APPLICATIONS: Mapping[str, str] = {
    "asgi": """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        note()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
""",
    "wsgi": """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b""]
""",
    "celery": """
from celery import Celery, signals
app = Celery("empty", broker="memory://")
@signals.worker_ready.connect
def ready(**_):
    note()
""",
    "dramatiq": """
import dramatiq
from dramatiq.brokers.stub import StubBroker
dramatiq.set_broker(StubBroker())
note()
""",
    "huey": """
from huey import MemoryHuey
app = MemoryHuey()
note()
""",
    "flask": """
from flask import Flask
app = Flask("empty")
""",
}
_OF_SERVERS = late_pattern("GUNICORN|UVICORN|GRANIAN|CELERY|FLASK|DJANGO|WEB_CONCURRENCY|PORT$")  # settings of them


def measure_empty(
    interpreter: Interpreter, server: Server, kind: str, *, workers: int, preload: bool = False, collected: bool = False
) -> ServerMemory | None:
    """Return what a server takes with `workers` workers of a kind and nothing to serve; None: it does not start.

    `preload`: by an option of it its workers are forked when the application is imported. `collected`: each worker has
    collected its garbage.
    """
    text = _APPLICATIONS.get(server.name) or _APPLICATIONS.get(server.serves)
    if interpreter.executable is None or not server.starts or text is None:
        return None
    inner = (*launch.PRIVATE_FOLDERS, "notes")
    with private_folder("server", inner) as place, contextlib.closing(OutputTail()) as output:
        write_file(place / "empty.py", "".join([_NOTE, _COLLECT * collected, text]).encode())
        words = _command(server, {"socket": place / "s", "workers": workers, "kind": kind})
        words += ["--preload"] if preload else []
        python = interpreter.executable.absolute()
        if words[0] == server.name:
            words[0] = str(python.parent / words[0])
        words = [str(python), *words] if words[0] == "-m" else words
        settings = launch.child_environment({}, place, None)
        settings = {name: value for name, value in settings.items() if not _OF_SERVERS.match(name)}
        settings |= {"FOOTPRINT_NOTES": str(place / "notes"), "PYTHONPATH": str(place)}
        try:
            program = started_program.start(Order(words, place, settings, output.writer, output.writer))
        except OSError:
            return None
        importers = 1 if preload or server.forks_it(kind) else workers
        try:
            return _EmptyServer(program, place / "notes", importers).read(workers)
        finally:
            program.end()


def _command(server: Server, filled: Mapping[str, object]) -> list[str]:
    """Return the words of its start; a kind stays one word, whatever is in it."""
    return [word.format_map(filled) for word in server.starts.split()]


class _EmptyServer:
    def __init__(self, program: started_program.Started, notes: Path, importers: int) -> None:
        self._program, self._notes, self._importers = program, notes, importers

    def read(self, workers: int) -> ServerMemory | None:
        """Wait until all workers are at rest, and read."""
        rest, limit = Rest(), time.monotonic() + TIME_LIMIT_S
        while time.monotonic() < limit and self._program.poll() is None:
            rest.look(self._program.find())
            if len(self._noted()) >= self._importers and rest.is_for(_REST_S):
                return self._measured(workers)
            time.sleep(_POLL_S)
        return None

    def _noted(self) -> dict[int, str]:
        found = self._program.find()
        names = {int(name): name for name in os.listdir(self._notes)}  # noqa: PTH208
        return {pid: name for pid, name in names.items() if pid in found}

    def _measured(self, workers: int) -> ServerMemory | None:
        noted = self._noted()
        processes = read_tree(self._program.pid, self._program.find())
        serving = [each for each in processes if each.pid in noted]
        below = [each for each in processes if each.parent in noted and each.is_python]
        serving = below[:workers] if self._importers < workers or (below and len(below) >= workers) else serving
        total = system().count_once(processes)
        shares = {each.pid: system().read_anon(each.pid) for each in processes}
        if total is None or None in shares.values() or not serving:
            return None
        found = {pid: share for pid, share in shares.items() if share is not None}
        anon = sum(share for share, _ in found.values()) if len(processes) > 1 else processes[0].anon_bytes or 0
        own = [found[each.pid][1] for each in serving] if len(processes) > 1 else [anon]
        worker = sum(own) // len(own)
        try:
            names = read_regular(self._notes / noted[max(noted)], bytes_at_most=1 << 20).decode().split("\n")
        except (NotRead, UnicodeDecodeError):
            return None
        return ServerMemory(
            above_bytes=anon - len(own) * worker,
            worker_bytes=worker,
            file_bytes=total - anon,
            modules=tuple(names),
        )
