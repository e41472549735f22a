"""The protections, each with what stands in its place while it is off, and the kinds of inputs that should tell."""

from __future__ import annotations

import importlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.fuzz.modules import load_everything


@dataclass(frozen=True, slots=True)
class Mutant:
    """One protection, off."""

    says: str
    kinds: tuple[str, ...]
    apply: Callable[[], None]


def _swap(module: str, name: str, make: Callable[[Any], Any]) -> None:
    """Put another function in the place of one, wherever modules of footprint have it by name."""
    old = getattr(importlib.import_module(module), name)
    new = make(old)
    for each in list(sys.modules.values()):
        if getattr(each, "__name__", "").startswith("footprint"):
            for key, value in list(vars(each).items()):
                if value is old:
                    setattr(each, key, new)


def _swap_method(module: str, owner: str, name: str, make: Callable[[Any], Any]) -> None:
    """Put another method in the place of one of a class."""
    holder = getattr(importlib.import_module(module), owner)
    old = vars(holder)[name]
    setattr(holder, name, make(old))


def _same(value: Any, *_: Any, **__: Any) -> Any:
    return value


@contextmanager
def _careless_folder(purpose: str, inner: tuple[str, ...] = ()) -> Iterator[Path]:
    """A temporary folder as it was made and removed once: by paths, through links, by recursion."""
    folder = Path(tempfile.mkdtemp(prefix=f"footprint-{purpose}-"))
    for each in inner:
        (folder / each).mkdir()
    try:
        yield folder
    finally:
        for place, names, _ in os.walk(folder):
            for name in names:
                with suppress(OSError):
                    Path(place, name).chmod(stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)


def _read_anything(path: Any, bytes_at_most: int, dir_fd: int | None, *, whole: bool) -> bytes:
    from footprint.files.reader import NotRead

    try:
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()
    except FileNotFoundError as error:
        raise NotRead("absent", str(error)) from None
    except (OSError, ValueError) as error:
        raise NotRead("unreadable", str(error)) from None


def _unlimited(old: Any) -> Any:
    def read(path: Any, bytes_at_most: int, dir_fd: int | None, *, whole: bool) -> bytes:
        return bytes(old(path, 1 << 60, dir_fd, whole=whole))

    return read


def _place_unseen(path: Any, **_: Any) -> Any:
    from footprint.files.writer import InFolder

    whole = os.path.abspath(path)  # noqa: PTH100 - a text
    folder, name = os.path.split(whole)
    with suppress(OSError):
        status = os.stat(folder)  # noqa: PTH116
        return InFolder(str(path), folder, name, (status.st_dev, status.st_ino))
    return InFolder(str(path), folder, name, (0, 0))


def _any_value(answer: Any, key: str, kind: type) -> Any:
    return answer.values[key] if isinstance(answer.values, dict) else answer.values


def _show_credentials() -> None:
    _swap("footprint.credentials", "star_credentials", lambda _: _same)
    _swap("footprint.secrets", "star", lambda _: _same)


def _read_any_number() -> None:
    _swap("footprint.probe.records", "_FIELDS", lambda fields: {**fields, "N": (r"(\d+)", int)})
    _swap("footprint.report.audit.json", "_convert_int", lambda _: int)
    _swap("footprint.units", "_NO_SIZE", lambda _: float("nan"))  # nothing is more than that


def _write_in_place(path: Any, content: bytes) -> None:
    from footprint.files.writer import NotWritten

    name = getattr(path, "path", path)
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise NotWritten(name, str(error)) from error


def _ask_anyway(executable: Path, chosen: str, options: Any) -> Any:
    from footprint.collect import interpreter

    return interpreter.inspect(executable), None


def _strip_tag(data: bytes, tag: str, *, framed: bool = True) -> bytes:
    return data.replace(b"\x1e" + tag.encode(), b"\x1e")


def _believe_the_child() -> None:
    _swap("footprint.probe.recording", "find_doubt", lambda _: lambda *_: None)
    _swap("footprint.probe.recording", "parse", lambda old: lambda data, *_, **__: old(data))


def _without_limit(old: Any) -> Any:
    def spawn(command: Any, *, cwd: Any, env: Any, limits: Any) -> Any:
        return old(command, cwd=cwd, env=env, limits=replace(limits, timeout_s=10_000.0))

    return spawn


MUTANTS: Mapping[str, Mutant] = {
    "careless-removal": Mutant(
        "folders of ours are removed by paths, through links",
        ("entries",),
        lambda: _swap("footprint.files.private", "private_folder", lambda _: _careless_folder),
    ),
    "moved-folder-left": Mutant(
        "a folder that the application renamed is not looked for",
        ("entries",),
        lambda: _swap("footprint.files.private", "_remove_held", lambda _: lambda folder: []),
    ),
    "replaced-folder-left": Mutant(
        "what the application put in the place of our folder is left",
        ("entries",),
        lambda: _swap("footprint.files.private", "_remove_other", lambda _: lambda *_, **__: []),
    ),
    "reader-opens-anything": Mutant(
        "pipes and devices are read, without limits",
        ("environments", "projects", "env_files"),
        lambda: _swap("footprint.files.reader", "_read", lambda _: _read_anything),
    ),
    "reader-without-limits": Mutant(
        "files of any size are read whole",
        ("environments", "projects", "audits", "env_files"),
        lambda: _swap("footprint.files.reader", "_read", _unlimited),
    ),
    "places-not-checked": Mutant(
        "where to write is looked at when it is written",
        ("disks",),
        lambda: _swap("footprint.files.writer", "check_place", lambda _: _place_unseen),
    ),
    "signals-by-default": Mutant(
        "signals end the command as they end any",
        ("signals",),
        lambda: _swap("footprint.ending", "take_signals", lambda _: lambda: None),
    ),
    "held-not-undone": Mutant(
        "what was made is left when a signal comes",
        ("signals",),
        lambda: _swap("footprint.ending", "_undo", lambda _: lambda held: None),
    ),
    "output-not-watched": Mutant(
        "a standard output that is closed or full is anybody's business",
        ("disks",),
        lambda: _swap("footprint.cli.streams", "write_through", lambda _: lambda work: work()),
    ),
    "answers-believed": Mutant(
        "the answer of an interpreter may be of any shape",
        ("answers",),
        lambda: _swap_method("footprint.collect.interpreter.question", "Answer", "get", lambda _: _any_value),
    ),
    "numbers-unbounded": Mutant(
        "numbers of records and sizes may have any length",
        ("audits", "settings"),
        _read_any_number,
    ),
    "writer-in-place": Mutant(
        "files are written where they stand",
        ("disks",),
        lambda: _swap("footprint.files.writer", "write_file", lambda _: _write_in_place),
    ),
    "no-supervisor": Mutant(
        "nobody adopts what an application leaves running",
        ("entries", "answers"),
        lambda: _swap_method("footprint.probe.started_program", "_Supervised", "begin", lambda _: lambda order: None),
    ),
    "tag-not-checked": Mutant(
        "records without the tag of the start are read",
        ("entries",),
        lambda: _swap("footprint.probe.records", "untag", lambda _: _strip_tag),
    ),
    "doubts-ignored": Mutant(
        "records that cannot be are believed",
        ("entries",),
        lambda: _swap("footprint.probe.recording", "find_doubt", lambda _: lambda *_: None),
    ),
    "child-believed": Mutant(
        "the figures of stages are the application's own word",
        ("entries",),
        _believe_the_child,
    ),
    "no-time-limit": Mutant(
        "a start may take any time",
        ("entries",),
        lambda: _swap("footprint.probe.process", "spawn", _without_limit),
    ),
    "secrets-shown": Mutant(
        "values that were given are printed",
        ("entries", "env_files"),
        lambda: _swap("footprint.secrets", "star", lambda _: _same),
    ),
    "credentials-shown": Mutant(
        "passwords in URLs and start commands are printed",
        ("projects",),
        _show_credentials,
    ),
    "escapes-printed": Mutant(
        "text of strangers reaches the terminal as it is",
        ("environments", "projects", "audits", "settings", "entries"),
        lambda: _swap("footprint.report.text.safe", "printable", lambda _: _same),
    ),
    "static-asks": Mutant(
        "commands that start nothing ask the environment's interpreter",
        ("environments",),
        lambda: _swap("footprint.audit.target", "_look_at", lambda _: _ask_anyway),
    ),
    "settings-trusted": Mutant(
        "settings may lead out of the project",
        ("settings",),
        lambda: _swap("footprint.config.pyproject_tables", "refuse_foreign", lambda _: lambda *_: None),
    ),
    "audits-believed": Mutant(
        "types of a stored audit are not checked",
        ("audits",),
        lambda: _swap("footprint.report.audit.json", "_require", lambda _: lambda holds, value, hint: value),
    ),
}


def switch_off(name: str) -> None:
    """Switch one protection off, in this process."""
    load_everything()
    MUTANTS[name].apply()
