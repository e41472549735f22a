"""Helpers that several test modules share."""

import base64
import ctypes
import functools
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from footprint.files.cache_folder import BYTES_AT_MOST, CacheFolder

T = TypeVar("T")
PATIENCE_S = 300  # only what hangs takes so long
# For a process that may not have what the measuring of coverage needs: memory, files, modules that nobody loaded yet.
UNCOVERED = {"COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
# How coverage is told to follow a command: it may run anywhere, and the settings need the place of the package.
FOLLOWED = {
    "COVERAGE_PROCESS_START": str(Path(__file__).with_name("command_coverage.toml")),
    "COVERAGE_PACKAGE": str(Path(__file__).parents[2] / "footprint"),
}
# What has a process of ours followed by coverage, where it follows this one: an eighth of a second for each interpreter
# that starts. Most of those run no line of the package, so nothing of it is in our own environment any more.
COVERED: dict[str, str] = {}


def follow_no_more() -> None:
    """Have coverage follow only the processes that are given COVERED; this one is followed already."""
    told = [os.environ.pop(name, "") for name in UNCOVERED]
    if any(told):
        COVERED.update(FOLLOWED)


@functools.cache
def _coverage() -> Any:
    """Return what coverage has of this process, None where it does not follow it."""
    if not COVERED:
        return None
    import coverage

    return coverage.Coverage.current()


def follow_this_process(followed: bool) -> None:
    """Have coverage follow this process from here on, or not, where it was started to do so.

    It is paused, not stopped: each `start` has one more function called in whatever this process forks.
    """
    running = _coverage()
    if running is not None and (sys.gettrace() is not None) != followed:
        (running._collector.resume if followed else running._collector.pause)()


def save_what_was_followed() -> None:
    """Write what coverage has seen of this process so far."""
    if (running := _coverage()) is not None:
        running.save()


def need(condition: object, reason: str) -> None:
    """Skip the test when something it needs is missing here; under CI that is a failure, not a skip."""
    if condition:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must provide: {reason}")
    pytest.skip(reason)


def patiently(run: Callable[[float], T], came_so_far: Callable[[T], bool], *, first_s: float) -> tuple[T, float]:
    """Run what a time limit has to end, with longer ones until it came so far; return the answer and the limit.

    How far a process comes in a second depends on what else the machine does: on a quiet one the first is enough.
    """
    limit_s = first_s
    while not came_so_far(found := run(limit_s)) and limit_s < PATIENCE_S:
        limit_s *= 4
    return found, limit_s


def only_where(condition: object, reason: str) -> None:
    """Skip the test where something is missing that CI need not have: root, mounts, attributes of a file system."""
    if not condition:
        pytest.skip(reason)


def runs(*command: str) -> bool:
    """Run a command of the system; whether it is there and did what it was told."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@functools.cache
def interpreters() -> tuple[tuple[str, Path], ...]:
    """Return ("3.8", path) and so on for every CPython from 3.8 on of this machine, oldest first: pyenv, uv, PATH.

    And before them those that FOOTPRINT_PYTHONS names, with their ABI flags: "3.15d".
    """
    places = [Path.home() / ".pyenv/versions", Path.home() / ".local/share/uv/python"]
    candidates = given_interpreters()
    for minor in range(8, 16):
        candidates += [path for place in places for path in sorted(place.glob(f"*3.{minor}.*/bin/python3.{minor}"))]
        if (on_path := shutil.which(f"python3.{minor}")) is not None:
            candidates.append(Path(on_path))  # last: a shim may answer for a version that is not active
    found: dict[tuple[int, str], Path] = {}
    for path in candidates:
        question = [
            str(path),
            "-I",
            "-c",
            "import sys; print(sys.version_info[1], sys.abiflags + '|' + sys.executable)",
        ]
        told = subprocess.run(question, capture_output=True, text=True, check=False).stdout.strip()
        if told:  # by what a shim starts, not by the shim
            number, _, rest = told.partition(" ")
            flags, _, executable = rest.partition("|")
            found.setdefault((int(number), flags), Path(executable))
    return tuple((f"3.{minor}{flags}", path) for (minor, flags), path in sorted(found.items()))


def given_interpreters() -> list[Path]:
    """Return those that FOOTPRINT_PYTHONS names, as PATH names folders: `make test-315` does."""
    return [Path(path) for path in os.environ.get("FOOTPRINT_PYTHONS", "").split(os.pathsep) if path]


def labels(*, since: int = 8) -> list[str]:
    """Return "3.8" to "3.13", from `since` on, which tests may ask for, and those that are there besides."""
    wanted = [f"3.{minor}" for minor in range(since, 14)]
    return [*wanted, *(label for label, _ in interpreters() if label not in wanted and label not in ("3.8", "3.9"))]


def on_interpreters() -> list[Any]:
    """Return the values of a parameter for all of them: the ordinary suite takes the oldest, our own and the newest.

    Those between are slow and rarely break: they seldom differ from both of their neighbours. Those that are given
    are all taken.
    """
    found = interpreters()
    given = {os.path.realpath(path) for path in given_interpreters()}
    kept = {label for label, path in found if os.path.realpath(path) in given}
    plain = [label for label, _ in found if label not in kept]
    kept |= {plain[0], f"3.{sys.version_info[1]}", plain[-1]} if plain else set()
    slow = pytest.mark.slow_check
    return [pytest.param(path, id=label, marks=() if label in kept else slow) for label, path in found]


def record_row(path: str, content: bytes) -> str:
    """Return the RECORD row that an installer writes for a file."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(content)}\n"


def install(site: Path, name: str, files: Mapping[str, bytes], *, version: str = "1.0", metadata: str = "") -> Path:
    """Write a distribution as an installer does and return its dist-info folder. `files` are relative to `site`."""
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}\n".encode()
    everything = {**files, f"{info.name}/METADATA": head, f"{info.name}/INSTALLER": b"pip\n"}
    for path, content in everything.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_bytes(content)
    rows = "".join(record_row(path, content) for path, content in everything.items())
    (info / "RECORD").write_text(f"{rows}{info.name}/RECORD,,\n")
    return info


def marked_processes(mark: str) -> list[str]:
    """Return the command lines of the processes that have `mark` in their environment, whatever became of them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def sparse(path: Path, size: int = 20 << 30) -> None:
    """Make a file that says to be as large as that and takes no room."""
    path.touch()
    os.truncate(path, size)


def overfill(folder: CacheFolder) -> None:
    """Put more into a folder of what is kept than may stay: old files that take no room."""
    Path(folder.path).mkdir(mode=0o700, parents=True, exist_ok=True)  # a process trims it when it first writes
    for number in range(2 + BYTES_AT_MOST // (30 << 20)):
        path = Path(folder.path, f"{number:032x}.facts")
        sparse(path, 30 << 20)
        os.utime(path, (1, 1))


def obey_permissions() -> None:
    """Give up what lets root read everything. Runs in the new process; the next exec makes it so."""
    libc = ctypes.CDLL(None, use_errno=True)
    drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
    for capability in (dac_override, dac_read_search):
        libc.prctl(drop_from_bounding_set, capability, 0, 0, 0)


def are_permissions_obeyed(folder: Path) -> bool:
    """Whether a process started with `obey_permissions` stands before a closed folder."""
    (folder / "closed").mkdir(mode=0)
    listing = [sys.executable, "-c", "import os, sys; os.listdir(sys.argv[1])", str(folder / "closed")]
    done = subprocess.run(listing, preexec_fn=obey_permissions, capture_output=True, check=False)
    (folder / "closed").rmdir()
    return done.returncode != 0
