"""Starts the real command, waits until it is ready, reads the memory of all its processes, and stops it.

Every Python process of it is recorded (child/live/sitecustomize.py); the memory is read from outside. It runs in a
session of its own with a throw-away HOME, and nothing of it outlives the measurement.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal

from footprint.files.private import private_folder
from footprint.model.installed_environment import Interpreter
from footprint.model.live_readings import LiveAnswer, LiveEnd, LiveRun, ProcessMemory, TreeMemory
from footprint.model.note import Note
from footprint.model.requested_calls import REPEATABLE, Request
from footprint.model.runtime import ProbeRun
from footprint.probe import child_bytecode, launch, started_program
from footprint.probe.live_records import read_growth, read_records
from footprint.probe.memory import system
from footprint.probe.output_tail import TAIL_BYTES, OutputTail
from footprint.probe.process_tree import find_serving, has_taken, read_tree
from footprint.probe.ready import Readiness, Ready, ReadyWatch, Taken, describe_serving, line_of
from footprint.probe.recording import parse
from footprint.probe.requests import Connect, ask_at_once, open_session, port_of
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order, Started
from footprint.probe.statuses import describe_status
from footprint.secrets import star
from footprint.values import dataclass, field, replace

_LIVE_FOLDER = child_bytecode.CHILD_FOLDER / "live"
_POLL_S = 0.05
_UNREACHED = re.compile(
    r"(?im)^.*(?:(?:cannot|can't|could not|failed to) connect|connection refused|name or service not known).*$"
)
_OF_SHELLS = frozenset("$|&;<>`*?(){}\n")
_ROUNDS = 10  # of a request, for each worker to take it once


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How to run a command. `env` wins over our own environment. `on_reading` is told the processes just read.

    `timeout_s` holds for the way until it is ready, for its coming to rest, and for the answer to a request.
    """

    timeout_s: float = 60
    project: Path | None = None  # its lines are told apart; None: those of the folder of the command
    workers: int | None = None  # that a file of settings or a call asks for; None: as its words do
    listens: bool = False  # it is known to, by what it runs: its words may not tell
    stop_s: float = 10  # for it to end after SIGTERM
    ready: Readiness | None = None  # None: by its command
    requests: tuple[Request, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    on_reading: Callable[[TreeMemory], None] | None = None
    shadow: Shadow | None = None  # to run it in


def run_live(interpreter: Interpreter, command: tuple[str, ...], folder: Path, options: LiveOptions) -> LiveRun:
    """Run `command` in `folder` until it has been measured; leave no process and no file of it behind.

    The secrets of the command, its settings and our environment are starred in what is returned.
    """
    found = _run_live(interpreter, command, folder, options)
    return star(found if options.shadow is None else options.shadow.as_real(found), launch.secrets_of(options.env))


def _run_live(interpreter: Interpreter, command: tuple[str, ...], folder: Path, options: LiveOptions) -> LiveRun:
    shadow, project = options.shadow, options.project or folder
    if shadow is not None:
        interpreter, command = shadow.interpreter, tuple(map(shadow.placed, command))
        folder, project = Path(shadow.placed(str(folder))), Path(shadow.placed(str(project)))
    assert interpreter.executable is not None
    with private_folder("live", (*launch.PRIVATE_FOLDERS, "records", "cache")) as place:
        code = child_bytecode.provide(interpreter.executable.absolute(), interpreter.cache_tag, place / "cache")
        tag = os.urandom(8).hex()
        env = _environment(interpreter, replace(options, project=project), place, code, tag)
        env = env if shadow is None else shadow.variables(env)
        serving = describe_serving(line_of(command, env), env)
        serving = replace(
            serving, workers=options.workers or serving.workers, listens=options.listens or serving.listens
        )
        with contextlib.closing(OutputTail()) as output:
            watch = ReadyWatch(options.ready or Readiness("serving"), serving, folder, output.text)
            if (taken := watch.taken()) is not None:
                return _not_started(command, taken)
            order = Order(
                command=command,
                folder=folder,
                environment=env,
                output=output.writer,
                errors=output.writer,
                program=find_program(command[0], env, folder),
                overlays=() if shadow is None else shadow.overlays,
                libraries=() if shadow is None else shadow.libraries,
            )
            try:
                program = started_program.start(order)
            except OSError as error:
                return _not_started(command, _why_not(command[0], error))
            try:
                return _LiveCommand(program, command, options, output, watch).measure(place / "records", tag)
            finally:
                program.end()


def _why_not(program: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError) and "/" not in program:
        where = "neither in the environment nor in PATH; a script of the project is there once the project is installed"
        return f"cannot start {program}: it is {where}"
    return f"cannot start {program}: {error.strerror or error}"


def _not_started(command: tuple[str, ...], why: str) -> LiveRun:
    return LiveRun(command, "not-started", why, None, (), (), (), "")


class _LiveCommand:
    """A command under way."""

    def __init__(
        self, program: Started, command: tuple[str, ...], options: LiveOptions, output: OutputTail, watch: ReadyWatch
    ) -> None:
        self._program, self._command, self._options, self._output = program, command, options, output
        self._watch, self._rest = watch, watch.rest
        self._readings: list[TreeMemory] = []
        self._notes: list[Note] = []
        self._answers: list[LiveAnswer] = []
        self._sessions = contextlib.ExitStack()

    def measure(self, records: Path, tag: str) -> LiveRun:
        """Wait, read, ask, read again, stop."""
        end: LiveEnd = "killed"
        ready_by: str | None = None
        data: dict[int, bytes] = {}
        left: tuple[str, ...] = ()
        ready_after_us: int | None = None
        try:
            answer = self._await_ready()
            message = None if isinstance(answer, Ready) else answer
            ready_us = self._elapsed_us()
            session = self._open_session() if isinstance(answer, Ready) else ""
            if isinstance(answer, Ready) and self._read("ready"):
                ready_by, ready_after_us = f"{answer.by}{session}", ready_us
                for request in self._options.requests:
                    self._ask_and_read(request)
                data = read_records(records, tag, {process.pid for process in self._readings[-1].processes})
                end = self._stop()
            else:
                end = "not-ready" if self._program.poll() is None else "exited"
                message = message or f"{self._how_it_ended()} before its memory was read"
        finally:
            self._sessions.close()
            left = self._end_all()
        runs = self._parse(data)
        readings = self._with_lines(data)
        output = self._output.text(TAIL_BYTES)
        self._note_connections(output if readings else "")
        if not self._program.sees_all:
            self._note("left-over-unknown", started_program.CANNOT_SEE_ALL)
        return LiveRun(
            *(self._command, end, message, ready_by, readings, runs, left),
            output_tail=output,
            notes=tuple(self._notes),
            ready_after_us=ready_after_us,
            listening=tuple(map(str, self._watch.listeners)),
            workers=self._watch.serving.workers,
            answers=tuple(self._answers),
        )

    def _with_lines(self, data: Mapping[int, bytes]) -> tuple[TreeMemory, ...]:
        """Return the readings, each with what grew since the one before."""
        began_ns = int(self._rest.began * 1e9)
        lines = read_growth(data.values(), [began_ns + reading.after_us * 1000 for reading in self._readings])
        return tuple(replace(each, lines=found) for each, found in zip(self._readings, lines, strict=True))

    def _note(self, code: str, text: str) -> None:
        self._notes.append(Note(code, text))

    def _note_connections(self, output: str) -> None:
        """Note what it says that it cannot reach: a worker keeps trying, and is at rest meanwhile."""
        if found := _UNREACHED.findall(output):
            text = (
                f"it keeps trying to connect: its output says {found[-1].strip()[:200]!r}; what it does once connected"
            )
            self._note("live-not-connected", f"{text} is in no figure: start what it needs, or --set its address")

    def _how_it_ended(self) -> str:
        return describe_status(self._program.poll(), cpu_is_used_up=system().is_cpu_used_up(self._program.pid))

    def _await_ready(self) -> Ready | str:
        """Return how it showed that it is ready, or why it cannot be measured."""
        limit = self._rest.began + self._options.timeout_s
        while time.monotonic() < limit:
            answer = self._watch.look(self._program.find())
            if isinstance(answer, Taken):
                return answer.message
            if not self._is_alive():
                return f"{self._how_it_ended()} before it was ready"
            if answer is not None:
                return answer
            time.sleep(_POLL_S)
        return f"not ready within {self._options.timeout_s:g} s (waited for {self._watch.awaited})"

    def _open_session(self) -> str:
        """Open a session where the script of a server runs only in one; return what to say of it."""
        path, way = self._watch.serving.session, self._watch.way_to(Request("GET", "/"))
        if not path:
            return ""
        opened = "no way is known" if path == "-" or way is None else open_session(path, way)
        if isinstance(opened, str):
            why = f"no session was opened ({opened}): its script has not run, and is in no figure"
            self._note("live-no-session", why)
            return ""
        self._sessions.enter_context(opened)
        self._rest.start_anew()
        return ", with one session open"

    def _is_alive(self) -> bool:
        """Say whether the command, or what it left in the background, still runs."""
        return self._program.poll() is None or bool(self._program.find() - {self._program.pid})

    def _processes(self) -> tuple[ProcessMemory, ...]:
        return read_tree(self._program.pid, self._program.find())

    def _read(self, when: Literal["ready", "requests"], request: str = "", grown: tuple[int, ...] = ()) -> bool:
        """Keep a reading of all processes, at rest or when the time is over; say whether there is one to read."""
        wanted = self._watch.serving.workers
        limit = time.monotonic() + self._options.timeout_s
        while True:
            self._watch.look(self._program.find())
            is_over = time.monotonic() > limit or not self._is_alive()
            if is_over or self._rest.is_for(self._watch.rest_s):
                processes = self._processes()
                serving = find_serving(processes, self._watch.holders(), wanted)
                if is_over or len(serving) >= (wanted or 1):
                    break
            time.sleep(2 * _POLL_S)
        reading = TreeMemory(
            *(when, self._elapsed_us(), self._rest.with_peaks(processes)),
            total_bytes=system().count_once(processes) if processes else None,
            growing_bytes=self._rest.recent_growth(self._watch.rest_s) if is_over else None,
            most_rss_bytes=self._rest.most_bytes,
            serving=serving,
            request=request,
            grown=grown,
        )
        if self._options.on_reading is not None:
            self._options.on_reading(reading)
        self._readings += [reading] if processes else []
        return bool(processes)

    def _elapsed_us(self) -> int:
        return int((time.monotonic() - self._rest.began) * 1e6)

    def _ask_and_read(self, request: Request) -> None:
        """Send a request as often as it says, then until each worker has grown if one has, and read again."""
        name = f"{request.method} {request.url}"
        if (way := self._watch.way_to(request)) is None:
            port = port_of(request.url)
            where = f"port {port}" if port else "any port"
            self._note("live-request-failed", f"{name}: not sent, since no process of the command listens at {where}")
            return
        before, serving = dict(self._rest.rss), self._readings[-1].serving
        self._rest.start_anew()
        self._send(request, way, 1, request.count)
        grown = self._grown(before, serving)
        for _ in range(_ROUNDS if len(serving) > 1 and request.method in REPEATABLE else 0):
            if not grown or len(grown) == len(serving):
                break
            self._send(request, way, len(serving), 1)
            grown = self._grown(before, serving)
        if not self._read("requests", name, grown):
            self._note("live-request-failed", f"{self._how_it_ended()} during the requests")

    def _grown(self, before: Mapping[int, int], serving: tuple[int, ...]) -> tuple[int, ...]:
        self._rest.look(self._program.find())
        now = self._rest.rss
        return tuple(pid for pid in serving if has_taken(before.get(pid, 0), now.get(pid, 0)))

    def _send(self, request: Request, way: Connect, at_once: int, count: int) -> None:
        """Note what is not answered well."""
        statuses: list[int | None] = []
        for _ in range(count):
            statuses += ask_at_once(request, way, self._options.timeout_s, at_once)
        self._answers.append(LiveAnswer(f"{request.method} {request.url}", tuple(statuses)))
        for status in dict.fromkeys(each for each in statuses if each is None or each >= 400):
            how = "no answer" if status is None else f"status {status}"
            times = f"{statuses.count(status)} of {len(statuses)}"
            self._note("live-request-failed", f"{request.method} {request.url}: {how} in {times}")

    def _stop(self) -> LiveEnd:
        """Ask its whole group to end, as a platform does (a shell in front hands nothing on); say whether it did."""
        group = self._program.pid
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGTERM)
        limit = time.monotonic() + self._options.stop_s
        while time.monotonic() < limit:
            if self._program.poll() is not None and all(_group_of(pid) != group for pid in self._program.find()):
                return "stopped"
            time.sleep(_POLL_S)
        return "killed"

    def _end_all(self) -> tuple[str, ...]:
        """End whatever of it still runs; return the commands of those that outlived it."""
        try:
            over = self._program.poll() is not None
            return tuple(each.command for each in self._processes() if over and each.pid != self._program.pid)
        finally:
            self._program.end()

    def _parse(self, data: Mapping[int, bytes]) -> tuple[tuple[int, ProbeRun], ...]:
        """Return what each process had loaded that was there at the last reading; note how many told nothing."""
        there = self._readings[-1].processes if self._readings else ()
        parsed = [(each.pid, parse(data[each.pid]).run) for each in there if each.pid in data]
        runs = tuple((pid, run) for pid, run in parsed if run is not None)
        python = sum(each.is_python for each in there)
        if len(runs) < python:
            count = f"{python - len(runs)} of {python}"
            self._note("live-not-recorded", f"{count} Python processes were not recorded: only their memory is known")
        return runs


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _environment(
    interpreter: Interpreter, options: LiveOptions, place: Path, code: child_bytecode.ChildCode, tag: str
) -> dict[str, str]:
    """Return the child's environment, with where its records go."""
    env = command_environment(interpreter, options.env, place)
    env["FOOTPRINT_LIVE"] = "\x1f".join(
        [str(place / "records"), str(code.folder), code.suffix, tag, str((options.project or place).resolve())]
    )
    return env


def command_environment(
    interpreter: Interpreter, given: Mapping[str, str], place: Path, cache: Path | None = None
) -> dict[str, str]:
    """Return the child's environment: the target's programs first, our sitecustomize before its own.

    `place` and `cache` are as in `launch.child_environment`.
    """
    env = launch.child_environment(given, place, cache)
    assert interpreter.executable is not None
    env["PATH"] = os.pathsep.join([str(interpreter.executable.absolute().parent), env.get("PATH", os.defpath)])
    if (interpreter.prefix / "pyvenv.cfg").is_file():
        env["VIRTUAL_ENV"] = str(interpreter.prefix)
    env["PYTHONPATH"] = os.pathsep.join([str(_LIVE_FOLDER), *filter(None, [env.get("PYTHONPATH")])])
    env.setdefault("PORT", "8000")  # what platforms set, and their start commands use
    return env


def find_program(name: str, env: Mapping[str, str], folder: Path) -> str:
    """Return the file that a command's first word means, by the PATH that the command gets."""
    return str(folder / name) if "/" in name else shutil.which(name, path=env["PATH"]) or name


def split_command(text: str) -> tuple[str, ...]:
    """Return a start command of a deploy file as arguments; a shell runs what only a shell understands."""
    if _OF_SHELLS.isdisjoint(text):
        with contextlib.suppress(ValueError):
            return tuple(shlex.split(text))
    return ("/bin/sh", "-c", text)
