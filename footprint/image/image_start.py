"""Starts the entry of an image in its unpacked files, waits until it is ready and at rest, and reads its memory.

It runs in namespaces of its own (probe/image_entry.py), where it is root and alone but for the network. All of it is
ended, and the files are removed, whatever it does.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import footprint
from footprint.analysis.images.layer_tree import LayerTree
from footprint.collect.images.manifests import WantedImage
from footprint.files.reader import NotRead, read_regular
from footprint.files.tree_writer import TreeFile, write_tree
from footprint.image.unpacked_image import NotUnpacked, unpack
from footprint.model.image_files import ImageRead, ImageStart
from footprint.model.image_started import ImageFit, ImageOutcome, ImageProcess, StartedInImage
from footprint.model.memory_rows import Limit
from footprint.probe import started_program
from footprint.probe.memory import system
from footprint.probe.output_tail import TAIL_BYTES, OutputTail
from footprint.probe.process_tree import read_tree
from footprint.probe.ready import Readiness, Ready, ReadyWatch, Taken, describe_serving
from footprint.probe.started_program import Order, Started
from footprint.probe.statuses import describe_status
from footprint.secrets import Secrets, star_text
from footprint.values import dataclass, field, replace

_POLL_S = 0.05
_STATUS_AT_MOST = 4096
_ENTER = "import sys; sys.path.append({!r}); from footprint.probe.image_entry import main; main({!r})"
_DEFAULT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


@dataclass(frozen=True, slots=True)
class ImageStartOptions:
    """How the entry is started. `environment` wins over that of the image."""

    timeout_s: float = 60
    environment: Mapping[str, str] = field(default_factory=dict)
    limit: Limit | None = None


def start_in_image(
    path: Path,
    wanted: WantedImage,
    image: ImageRead,
    tree: LayerTree,
    options: ImageStartOptions,
    progress: Callable[[str], None],
) -> StartedInImage:
    """Return what the entry did. What the system refuses is an outcome.

    Raises: ImageUnreadable where the image changed meanwhile, CannotMeasure where no folder can be made.
    """
    line = image.start.line
    if sys.platform != "linux" or not sys.executable:
        return _not_started(line, "an image is started on Linux only")
    if not line:
        return _not_started(line, "its configuration names neither an entry point nor a command")
    try:
        with unpack(path, wanted, image, tree, progress) as (root, place, left_out):
            progress("starting its entry")
            found = _start(root, place, image.start, options)
    except NotUnpacked as why:
        return _not_started(line, str(why))
    message = "; ".join(filter(None, (found.message, left_out)))
    return _judged(replace(found, message=message), options.limit)


def _not_started(line: str, why: str) -> StartedInImage:
    return StartedInImage("not-started", why, line)


def _start(root: Path, place: Path, start: ImageStart, options: ImageStartOptions) -> StartedInImage:
    environment = {**_DEFAULT, **dict(start.environment), **options.environment}
    environment.pop("", None)
    command = (*start.entrypoint, *start.command)
    if not all(map(_is_plain, (*command, start.working_folder, *environment, *environment.values()))):
        return _not_started(start.line, "a word or a variable of it holds what no program can be given")
    order = {
        "root": os.fsencode(root),
        "status": os.fsencode(place / "status"),
        "folder": os.fsencode(start.working_folder or "/"),
        "command": [*map(os.fsencode, command)],
        "programs": [*map(os.fsencode, _programs(command[0], environment["PATH"]))],
        "environment": {os.fsencode(name): os.fsencode(value) for name, value in environment.items()},
    }
    write_tree(place, [TreeFile("plan", marshal.dumps(order)), TreeFile("status", b"")])
    code = _ENTER.format(str(Path(footprint.__file__).parents[1]), str(place / "plan"))
    with contextlib.closing(OutputTail()) as output:
        serving = describe_serving(start.line, environment)
        watch = ReadyWatch(Readiness("serving"), serving, root, output.text)
        if (taken := watch.taken()) is not None:
            return _not_started(start.line, taken)
        words = (sys.executable, "-I", "-S", "-B", "-c", code)
        try:
            program = started_program.start(Order(words, place, {}, output.writer, output.writer))
        except OSError as error:
            return _not_started(start.line, f"{sys.executable} cannot be started: {error.strerror or error}")
        try:
            found = _ImageWatch(program, watch, place / "status", options.timeout_s).measure(start)
        finally:
            program.end()
        # A secret may be cut by the beginning of what is shown: it is hidden before.
        secrets = Secrets.of(given=options.environment, inherited=environment)
        tail = star_text(output.close(), secrets)[-TAIL_BYTES:]
    return replace(found, output_tail=tail)


def _is_plain(text: str) -> bool:
    """Whether the kernel takes it: no zero byte, no half of a character."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False


def _programs(word: str, path: str) -> list[str]:
    """Return where a program is looked for in the image."""
    return [word] if "/" in word else [f"{folder or '.'}/{word}" for folder in path.split(":")]


class _ImageWatch:
    """An entry under way."""

    def __init__(self, program: Started, watch: ReadyWatch, status: Path, timeout_s: float) -> None:
        self._program, self._watch, self._status = program, watch, status
        self._until = watch.rest.began + timeout_s
        self._timeout_s = timeout_s

    def measure(self, start: ImageStart) -> StartedInImage:
        """Wait until it is ready and at rest, has ended, or the time is over."""
        line = start.line
        ready: Ready | None = None
        listens_us: int | None = None
        while time.monotonic() < self._until:
            found = self._watch.look(self._pids())
            if isinstance(found, Taken):
                return _not_started(line, found.message)
            if self._program.poll() is not None:
                return self._ended(start)
            if self._watch.listeners and listens_us is None:
                listens_us = self._after_us()
            ready = ready or found
            if ready is not None and self._watch.rest.is_for(self._watch.rest_s):
                return self._read(start, ready, listens_us)
            time.sleep(_POLL_S)
        if self._began() is None:
            return _not_started(line, f"it was not under way within {self._timeout_s:g} s")
        highest = self._watch.rest.most_bytes or None
        state = "ready, but not at rest" if ready is not None else f"not ready (waited for {self._watch.awaited})"
        message = f"{state} within {self._timeout_s:g} s"
        return StartedInImage("hangs", message, line, highest_rss_bytes=highest)

    def _pids(self) -> set[int]:
        """Return the processes in the image; the one of ours that waits for them stays outside."""
        return self._program.find() - {self._program.pid} if self._began() is not None else set()

    def _said(self) -> Mapping[str, str]:
        try:
            text = read_regular(self._status, bytes_at_most=_STATUS_AT_MOST).decode("ascii", "replace")
        except NotRead:
            return {}
        return {word: rest for word, _, rest in (line.partition(" ") for line in text.splitlines())}

    def _began(self) -> int | None:
        found = self._said().get("run", "")
        return int(found) if found.isdecimal() else None

    def _after_us(self) -> int:
        began = self._began()
        return 0 if began is None else (time.monotonic_ns() - began) // 1000

    def _read(self, start: ImageStart, ready: Ready, listens_us: int | None) -> StartedInImage:
        pids = self._pids()
        processes = self._watch.rest.with_peaks(read_tree(min(pids, default=-1), pids))
        if not processes:
            return self._ended(start)
        outcome: ImageOutcome = "listens" if self._watch.listeners else "rests"
        rows = tuple(ImageProcess(each.command[:400], each.rss_bytes, each.peak_rss_bytes) for each in processes)
        return StartedInImage(
            *(outcome, ready.by, start.line),
            ready_after_us=self._after_us() if listens_us is None else listens_us,
            resident_bytes=system().count_once(processes),
            highest_rss_bytes=max(self._watch.rest.most_bytes, *(each.peak_rss_bytes or 0 for each in processes)),
            processes=rows,
        )

    def _ended(self, start: ImageStart) -> StartedInImage:
        said, line = self._said(), start.line
        first = (*start.entrypoint, *start.command)[0]
        for word, what in (("folder", f"its folder {start.working_folder}"), ("program", f"its program {first}")):
            if word in said:
                why = os.strerror(int(said[word]))
                return _not_started(line, f"{what} cannot be used in the image: {why}")
        if "refused" in said:
            return _not_started(line, f"this system does not let us have {said['refused']}: it was weighed only")
        if "ended" not in said:
            return _not_started(line, f"what starts it {describe_status(self._program.poll())}")
        status = int(said["ended"])
        highest = self._watch.rest.most_bytes or None
        outcome: ImageOutcome = "killed" if status < 0 else "ended"
        message = f"{describe_status(status)} before it was at rest"
        return StartedInImage(outcome, message, line, exit_status=status, highest_rss_bytes=highest)


def _judged(found: StartedInImage, limit: Limit | None) -> StartedInImage:
    """Judge by what was measured alone: at rest, without requests."""
    if limit is None or limit.memory_bytes is None:
        return found
    fit: ImageFit | None = None
    if found.resident_bytes is not None and found.highest_rss_bytes is not None:
        fit = "exceeds" if found.resident_bytes > limit.memory_bytes else "not certain"
        fit = "fits" if found.highest_rss_bytes <= limit.memory_bytes else fit
    return replace(found, limit_bytes=limit.memory_bytes, limit_source=limit.source, fit=fit)
