"""The machine that an audit is made on, and when: what memory and time depend on besides the project.

Laws: nothing is started, and nothing is read that names a host, a user or a folder of theirs. What the system does not
tell is None. Sources: proc(5), os-release(5), cgroups(7), the kernel's cgroup-v2.rst.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from footprint.files.reader import NotRead, read_start
from footprint.model.environment_facts import Machine, Measurement

_START_BYTES = 1 << 14  # of a file: one processor of hundreds is enough
_LONGEST = 120  # characters of a name: it goes into reports
_NO_LIMIT = 1 << 60  # where there is none, the first kind of control group has its largest number, less a page
_PROCESSOR_KEYS = ("model name", "Hardware", "Model", "cpu model", "uarch")  # x86, ARM, ARM boards, MIPS, RISC-V
_CONTAINER_MARKS = {".dockerenv": "docker", "run/.containerenv": "podman"}
_DEEPEST = 32
_ROOT = Path("/")


def count_processors() -> int:
    """Return how many processors we may use at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def read_measurement() -> Measurement:
    """Return this moment and this machine."""
    return Measurement(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), read_machine())


@cache
def read_machine(root: Path = _ROOT) -> Machine:
    """Return what is known of the machine; `root` is where its files are."""
    names = os.uname() if hasattr(os, "uname") else None
    memory, processor = _group_limits(root)
    return Machine(
        system=names.sysname if names else sys.platform,
        release=names.release[:_LONGEST] if names else "",
        distribution=_distribution(root),
        architecture=names.machine if names else os.environ.get("PROCESSOR_ARCHITECTURE", ""),
        processor=_processor(root),
        processor_count=os.cpu_count(),
        memory_bytes=_memory(),
        libc=_libc(root),
        container=_container(root),
        memory_limit_bytes=memory,
        processor_limit_millis=processor,
    )


def _read(path: Path) -> str:
    try:
        return read_start(path, bytes_at_most=_START_BYTES).decode(errors="replace")
    except NotRead:
        return ""


def _name(text: str) -> str | None:
    """Return a name as it may stand in a report: on one line, not without end; None for an empty one."""
    return " ".join(text.split())[:_LONGEST] or None


def _distribution(root: Path) -> str | None:
    text = _read(root / "etc/os-release") or _read(root / "usr/lib/os-release")
    named = (line.partition("=")[2] for line in text.splitlines() if line.startswith("PRETTY_NAME="))
    return _name(next(named, "").strip("\"' "))


def _processor(root: Path) -> str | None:
    """Return the name of the first processor."""
    first: dict[str, str] = {}
    for line in _read(root / "proc/cpuinfo").splitlines():
        key, _, value = line.partition(":")
        first.setdefault(key.strip(), value)
    return next(filter(None, (_name(first.get(key, "")) for key in _PROCESSOR_KEYS)), None)


def _memory() -> int | None:
    try:
        found = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None
    return found if found > 0 else None


def _libc(root: Path) -> str | None:
    try:
        told = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, OSError, ValueError):
        told = None
    return told or ("musl" if any((root / "lib").glob("ld-musl-*")) else None)


def _container(root: Path) -> str | None:
    if "KUBERNETES_SERVICE_HOST" in os.environ:
        return "kubernetes"
    marked = (kind for mark, kind in _CONTAINER_MARKS.items() if (root / mark).exists())
    return next(marked, None) or _name(_read(root / "run/systemd/container"))


def _group_limits(root: Path) -> tuple[int | None, int | None]:
    """Return the least memory and the least processor time that a control group around us allows."""
    memory = [_whole(_read(file)) for file in _group_files(root, "memory", ("memory.max", "memory.limit_in_bytes"))]
    shares = [_share(_read(file)) for file in _group_files(root, "cpu", ("cpu.max",))]
    shares += [
        _share(f"{_read(file)} {_read(file.with_name('cpu.cfs_period_us'))}")
        for file in _group_files(root, "cpu", ("cpu.cfs_quota_us",))
    ]
    bounds = [value for value in memory if value is not None and value < _NO_LIMIT]
    return min(bounds, default=None), min((value for value in shares if value is not None), default=None)


def _group_files(root: Path, controller: str, names: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files of these names in our control group and in all above it, of either kind of hierarchy."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / controllers
        group = PurePosixPath(path.lstrip("/"))
        if ".." in group.parts:  # it lies outside of what we are shown
            group = PurePosixPath()
        for folder in (group, *group.parents)[:_DEEPEST]:
            yield from (top / folder / name for name in names)


def _whole(text: str) -> int | None:
    """Return the number of a file, None for `max`, -1 and for what is none."""
    word = text.strip()
    return int(word) if word.isascii() and word.isdigit() and len(word) < 20 else None


def _share(text: str) -> int | None:
    """Return a quota and its period, both in microseconds, as thousandths of one processor."""
    quota, period = [*map(_whole, text.split()), None, None][:2]
    return None if quota is None or not period else quota * 1000 // period
