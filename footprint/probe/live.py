"""Starts the real command, waits until it is ready, reads the memory of all its processes, and stops it.

Every Python process of it is recorded (child/live/sitecustomize.py); the memory is read from outside. It runs in a
session of its own with a throw-away HOME, and nothing of it outlives the measurement.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from footprint.errors import UsageError
from footprint.files.private import private_folder
from footprint.model.environment import Interpreter
from footprint.model.live import LiveEnd, LiveRun, ProcessMemory, TreeMemory
from footprint.model.note import Note
from footprint.model.runtime import ProbeRun
from footprint.model.secrets import star
from footprint.probe import compiled, events, launch, started
from footprint.probe.live_records import read_records
from footprint.probe.memory_tree import read_tree
from footprint.probe.output_tail import OutputTail
from footprint.probe.ready import Readiness, Watch, ask, guess_readiness, is_address
from footprint.probe.started import MARKER, Order, Started
from footprint.probe.statuses import describe_status, is_cpu_used_up

_LIVE_FOLDER = compiled.CHILD_FOLDER / "live"
_POLL_S = 0.05
# A port may be open before any worker has imported the application: gunicorn's master and uvicorn's supervisor bind it.
_SETTLE_S, _SETTLED_SHARE, _SETTLED_READINGS = 20.0, 0.002, 4
_TAIL_BYTES = 4096
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to send, `count` times."""

    method: str
    url: str
    body: bytes | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How to run a command. `env` wins over our own environment. `on_reading` is told the processes just read."""

    timeout_s: float = 60
    stop_s: float = 10  # for it to end after SIGTERM
    ready: Readiness | None = None  # None: by its command
    requests: tuple[Request, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    on_reading: Callable[[TreeMemory], None] | None = None


def run_live(interpreter: Interpreter, command: tuple[str, ...], folder: Path, options: LiveOptions) -> LiveRun:
    """Run `command` in `folder` until it has been measured; leave no process and no file of it behind.

    The secrets of the command, its settings and our environment are starred in what is returned.
    """
    return star(_run_live(interpreter, command, folder, options), launch.secrets_of(options.env))


def _run_live(interpreter: Interpreter, command: tuple[str, ...], folder: Path, options: LiveOptions) -> LiveRun:
    assert interpreter.executable is not None
    with private_folder("live", (*launch.PRIVATE_FOLDERS, "records", "cache")) as place:
        code = compiled.provide(interpreter.executable.absolute(), interpreter.cache_tag, place / "cache")
        tag = secrets.token_hex(8)
        env = _environment(interpreter, options, place, code, tag)
        wanted = options.ready or guess_readiness(_words_of(command, env["PORT"]))
        if (answer := _answer_before(wanted)) is not None:
            message = f"{answer} before the start: something else listens there; stop it, or say --ready"
            return LiveRun(command, "not-started", message, None, (), (), (), "")
        output = OutputTail()
        try:
            program = started.start(
                Order(
                    command=command,
                    folder=folder,
                    environment=env,
                    output=output.writer,
                    errors=output.writer,
                    program=_find_program(command[0], env, folder),
                )
            )
        except OSError as error:
            output.close()
            message = f"cannot start {command[0]}: {error.strerror or error}"
            return LiveRun(command, "not-started", message, None, (), (), (), "")
        except BaseException:
            output.close()
            raise
        try:
            return _Running(program, command, options, output, wanted).measure(place / "records", tag)
        finally:
            program.end()
            output.close()


def _words_of(command: tuple[str, ...], port: str) -> tuple[str, ...]:
    """Return the command's words; of a shell's line those that it would see, the port filled in."""
    line = command[2] if command[:2] == ("/bin/sh", "-c") else shlex.join(command)
    line = re.sub(r"[\"']?\$(?:\{PORT(?::-\d+)?\}|PORT\b)[\"']?", lambda _: port, line)
    try:
        return tuple(shlex.split(line))
    except ValueError:
        return tuple(line.split())


def _answer_before(wanted: Readiness) -> str | None:
    """Return how somebody else already shows what the command is to show when it is ready."""
    if wanted.kind not in ("url", "port"):
        return None
    return Watch(wanted, str, int).answer()


class _Running:
    """A command under way."""

    def __init__(
        self, program: Started, command: tuple[str, ...], options: LiveOptions, output: OutputTail, wanted: Readiness
    ) -> None:
        self._program, self._command, self._options, self._output = program, command, options, output
        self._wanted = wanted
        self._began = time.monotonic()

    def measure(self, records: Path, tag: str) -> LiveRun:
        """Wait, read, ask, read again, stop."""
        readings: list[TreeMemory] = []
        notes: list[Note] = []
        end: LiveEnd = "killed"
        message: str | None = None
        data: dict[int, bytes] = {}
        left: tuple[str, ...] = ()
        ready_after_us: int | None = None
        try:
            answer, message = self._await_ready()
            ready_us = self._elapsed_us()
            reading = None if answer is None else self._read("ready")
            if reading is not None and reading.processes:
                ready_after_us = ready_us
                readings.append(reading)
                if self._options.requests:
                    notes += self._ask_and_read(readings)
                data = read_records(records, tag, {process.pid for process in readings[-1].processes})
                end = self._stop()
            else:
                end = "not-ready" if self._program.poll() is None else "exited"
                message = message or f"{self._how_it_ended()} before its memory was read"
        finally:
            left = self._end_all()
        runs = _parse(data, readings)
        python = sum(process.is_python for process in readings[-1].processes) if readings else 0
        if len(runs) < python:
            text = f"{python - len(runs)} of {python} Python processes were not recorded: only their memory is known"
            notes.append(Note("live-not-recorded", text))
        if not self._program.sees_all:
            notes.append(Note("left-over-unknown", started.CANNOT_SEE_ALL))
        tail = self._output.text(_TAIL_BYTES)
        return LiveRun(
            self._command, end, message, answer, tuple(readings), runs, left, tail, tuple(notes), ready_after_us
        )

    def _ask_and_read(self, readings: list[TreeMemory]) -> list[Note]:
        """Send the requests and read again; what died of them has no memory to read."""
        notes = self._ask()
        reading = self._read("requests")
        if reading.processes:
            readings.append(reading)
        else:
            notes.append(Note("live-request-failed", f"{self._how_it_ended()} during the requests"))
        return notes

    def _how_it_ended(self) -> str:
        return describe_status(self._program.poll(), cpu_is_used_up=is_cpu_used_up(self._program.pid))

    def _await_ready(self) -> tuple[str | None, str | None]:
        """Return how it showed that it is ready, or why it never was."""
        wanted = self._wanted
        watch = Watch(wanted, self._output.text, lambda: sum(each.rss_bytes for each in self._processes()))
        limit = self._began + self._options.timeout_s
        while time.monotonic() < limit:
            answer = watch.answer()
            if answer is not None and self._is_alive():
                return answer, None
            if not self._is_alive():
                return None, f"{self._how_it_ended()} before it was ready"
            time.sleep(_POLL_S)
        return None, f"not ready within {self._options.timeout_s:g} s (waited for {wanted.kind} {wanted.value})"

    def _is_alive(self) -> bool:
        """Say whether the command, or what it left in the background, still runs."""
        return self._program.poll() is None or bool(self._program.find() - {self._program.pid})

    def _processes(self) -> tuple[ProcessMemory, ...]:
        return read_tree(self._program.pid, self._program.find())

    def _read(self, when: Literal["ready", "requests"]) -> TreeMemory:
        """Read all processes once they have come to rest, or after a while."""
        limit = time.monotonic() + _SETTLE_S
        last: list[int] = []
        while True:
            processes = self._processes()
            last = [*last[1 - _SETTLED_READINGS :], sum(process.rss_bytes for process in processes)]
            is_settled = len(last) == _SETTLED_READINGS and max(last) - min(last) <= _SETTLED_SHARE * last[-1]
            if is_settled or time.monotonic() > limit:
                break
            time.sleep(4 * _POLL_S)
        reading = TreeMemory(when, self._elapsed_us(), processes)
        if self._options.on_reading is not None:
            self._options.on_reading(reading)
        return reading

    def _elapsed_us(self) -> int:
        return int((time.monotonic() - self._began) * 1e6)

    def _ask(self) -> list[Note]:
        """Send the requests; return a note for each that is not answered well."""
        notes = []
        for request in self._options.requests:
            bad: dict[int | None, int] = {}
            for _ in range(request.count):
                status = ask(request.url, request.method, request.body)
                if status is None or status >= 400:
                    bad[status] = bad.get(status, 0) + 1
            for status, count in bad.items():
                how = "no answer" if status is None else f"status {status}"
                text = f"{request.method} {request.url}: {how} in {count} of {request.count}"
                notes.append(Note("live-request-failed", text))
        return notes

    def _stop(self) -> LiveEnd:
        """Ask its whole group to end, as a platform does (a shell in front hands nothing on); say whether it did."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._program.pid, signal.SIGTERM)
        limit = time.monotonic() + self._options.stop_s
        while time.monotonic() < limit:
            if self._program.poll() is not None and not self._in_group():
                return "stopped"
            time.sleep(_POLL_S)
        return "killed"

    def _in_group(self) -> bool:
        """Say whether a process of its group still runs."""
        return any(_group_of(pid) == self._program.pid for pid in self._program.find())

    def _end_all(self) -> tuple[str, ...]:
        """End whatever of it still runs; return the commands of those that outlived it."""
        try:
            over = self._program.poll() is not None
            return tuple(each.command for each in self._processes() if over and each.pid != self._program.pid)
        finally:
            self._program.end()


def _group_of(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def _parse(data: Mapping[int, bytes], readings: list[TreeMemory]) -> tuple[tuple[int, ProbeRun], ...]:
    """Return what each process had loaded that was there at the last reading."""
    there = [process.pid for process in readings[-1].processes] if readings else []
    found = []
    for pid in there:
        run = events.parse(data[pid]).run if pid in data else None
        if run is not None:
            found.append((pid, run))
    return tuple(found)


def _environment(
    interpreter: Interpreter, options: LiveOptions, place: Path, code: compiled.ChildCode, tag: str
) -> dict[str, str]:
    """Return the child's environment: the target's programs first, our recorder before its own sitecustomize."""
    env = launch.child_environment(options.env, place, None)
    assert interpreter.executable is not None
    env["PATH"] = os.pathsep.join([str(interpreter.executable.absolute().parent), env.get("PATH", os.defpath)])
    if (interpreter.prefix / "pyvenv.cfg").is_file():
        env["VIRTUAL_ENV"] = str(interpreter.prefix)
    env["PYTHONPATH"] = os.pathsep.join([str(_LIVE_FOLDER), *filter(None, [env.get("PYTHONPATH")])])
    env["FOOTPRINT_LIVE"] = "\x1f".join([str(place / "records"), str(code.folder), code.suffix, tag])
    env.setdefault("PORT", "8000")  # what platforms set, and their start commands use
    env[MARKER] = secrets.token_hex(16)
    return env


def _find_program(name: str, env: Mapping[str, str], folder: Path) -> str:
    """Return the file that a command's first word means, by the PATH that the command gets."""
    if "/" in name:
        return str(folder / name)
    for place in env["PATH"].split(os.pathsep):
        path = Path(place or ".", name)
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    return name


def split_command(text: str) -> tuple[str, ...]:
    """Return a start command of a deploy file as arguments; a shell runs what only a shell understands."""
    if any(sign in text for sign in "$|&;<>`*?(){}\n"):
        return ("/bin/sh", "-c", text)
    try:
        return tuple(shlex.split(text))
    except ValueError:
        return ("/bin/sh", "-c", text)


def parse_request(text: str) -> Request:
    """Return `URL`, `POST URL` or `GET URL*20`. Raises: UsageError for anything else."""
    method, _, url = text.rpartition(" ")
    method = method.strip().upper() or "GET"
    url, star, count = url.partition("*")
    is_url = url.startswith(("http://", "https://")) and is_address(url)
    if method not in _METHODS or not is_url or (star and not count.isdecimal()):
        raise UsageError(f"--request {text}: give a URL, 'POST URL' or 'URL*20'")
    return Request(method, url, None, int(count or 1))
