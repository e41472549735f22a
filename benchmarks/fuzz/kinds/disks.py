"""Full disks: files to write on a small file system that is nearly full, under a limit on file sizes, to /dev/full."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from benchmarks.fuzz.case import Case, Output
from benchmarks.fuzz.hostile import chance, pick
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.entries import APPLICATION_MAY, ENV_MAY
from benchmarks.fuzz.place import Place
from benchmarks.fuzz.room import mount_small

_OLD_JSON = b'{"old": true}\n'
_OLD_TEXT = b"old text\n" * 40
_SIZE_BYTES = 512 << 10


def make(place: Place, random: Random) -> Case:
    """Return a command that has to write where there is little room, or none."""
    ground.plain_project(place)
    ground.plain_environment(place.project / ".venv")
    way = pick(
        random,
        (
            "small disk",
            "small disk",
            "size limit",
            "no room for temporary files",
            "/dev/full",
            "closed folder",
            "broken standard output",
        ),
    )
    mounted = way in ("small disk", "no room for temporary files") and mount_small(place.disk, _SIZE_BYTES)
    if way in ("small disk", "no room for temporary files") and not mounted:
        way = "size limit"
    folder = place.disk if way == "small disk" else place.out
    arguments, outputs, changing = _choose_command(random, place, folder)
    env, limit, stdout = {}, None, "pipe"
    match way:
        case "small disk":
            _fill(place.disk, random.choice((0, 0, 1, 2, 4, 8, 20)) * 1024)
        case "no room for temporary files":
            _fill(place.disk, 0)
            env = {"TMPDIR": str(place.disk)}
        case "size limit":
            limit = random.choice((0, 1, 100, 1000, 4096, 20_000))
        case "/dev/full":
            arguments, outputs = _redirect(arguments, outputs, Path("/dev/full"))
        case "closed folder":
            arguments, outputs = _redirect(arguments, outputs, place.out / "not-there" / "x")
        case _:
            stdout = pick(random, ("full", "closed"))
    return Case(
        arguments,
        place.project,
        f"{way}: {' '.join(arguments[:1])} writes {', '.join(output.path.name for output in outputs) or 'nothing'}",
        env=env,
        runner="process" if stdout != "pipe" or chance(random, 0.3) else "warm",
        static="--no-probe" in arguments or "--static" in arguments,
        may_change=(*APPLICATION_MAY, *ENV_MAY, *changing),
        outputs=outputs,
        listed=frozenset(path.name for output in outputs for path in output.path.parent.iterdir()),
        file_size_limit=limit,
        stdout="full" if stdout == "full" else "closed" if stdout == "closed" else "pipe",
        refused=way == "closed folder" and arguments[0] != "init",
        measures=arguments[0] == "audit" and way in ("small disk", "size limit"),
        exit_codes=frozenset({0, 1, 2, 3}),
        disk=(place.disk, _SIZE_BYTES) if mounted else None,
    )


def _choose_command(
    random: Random, place: Place, folder: Path
) -> tuple[tuple[str, ...], tuple[Output, ...], tuple[str, ...]]:
    """Return a command, what it writes, and which of it lies where nothing else may change."""
    project = str(place.project)
    probe = () if chance(random, 0.5) else ("--no-probe",)
    way = pick(random, ("audit", "audit", "check", "baseline", "init", "report", "probe"))
    if way == "init":
        path = folder / "project" / "pyproject.toml" if folder == place.disk else place.project / "pyproject.toml"
        old: bytes | None = _write_old(path, b'[project]\nname = "x"\ndependencies = ["idna"]\n')
        if path.parent != place.project:
            ground.write(path.parent / "main.py", "import json\n")
        at = str(path.parent)
        target = ("--env", str(place.project / ".venv"))
        return (
            ("init", at, "--write", *target, *probe),
            (Output(path, old, "grown"),),
            ("project/pyproject.toml", "project/.footprint*"),
        )
    if way == "baseline":
        path = folder / "baseline.json"
        old = _write_old(path, _OLD_JSON) if chance(random, 0.3) else None
        static = ("--static",) if probe else ("--runs", "1")
        return (
            ("check", project, "--update-baseline", "--baseline", str(path), *static),
            (Output(path, old, "json"),),
            (),
        )
    names = {
        "audit": ("json", "markdown"),
        "report": ("json", "markdown"),
        "check": ("json", "markdown", "junit", "sarif"),
        "probe": ("json", "speedscope", "folded"),
    }
    format_ = pick(random, names[way])
    path = folder / f"written.{format_}"
    is_json = format_ in ("json", "sarif", "speedscope")
    old = _write_old(path, _OLD_JSON if is_json else _OLD_TEXT) if chance(random, 0.6) else None
    output = Output(path, old, "json" if is_json else "text")
    commands = {
        "audit": ("audit", project, *probe),
        "check": ("check", project, *(("--static",) if probe else ("--runs", "1"))),
        "report": ("report", str(Path(__file__).resolve().parents[3] / "tests/golden/audit.json")),
        "probe": ("probe", project),
    }
    return (*commands[way], "-o", f"{format_}:{path}"), (output,), ()


def _redirect(
    arguments: tuple[str, ...], outputs: tuple[Output, ...], path: Path
) -> tuple[tuple[str, ...], tuple[Output, ...]]:
    """Return the command with another place to write to, where nothing can be written."""
    if arguments[0] == "init":
        return arguments, outputs
    old = str(outputs[0].path)
    return tuple(each.replace(old, str(path)) for each in arguments), ()


def _write_old(path: Path, content: bytes) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return content


def _fill(disk: Path, left_bytes: int) -> None:
    """Fill a disk but for so many bytes."""
    found = os.statvfs(disk)
    size = max(0, found.f_bavail * found.f_frsize - left_bytes)
    with (disk / "filler").open("wb") as file:
        file.write(b"\0" * size)
