"""What the inputs of several kinds stand on: a plain project, a plain environment, and calls that start nothing."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping
from itertools import takewhile
from pathlib import Path
from random import Random

from benchmarks.fuzz.hostile import NAMES, chance, encoded, pick
from benchmarks.fuzz.place import FOLDERS, Place

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
BASE = Path(os.path.realpath(sys.executable))
COUNT_START = 'import os\nwith open(os.environ["FUZZ_STARTS"], "ab") as _f: _f.write(b"s")\n'
SITE = f"lib/python{VERSION}/site-packages"

Call = tuple[tuple[str, ...], str]  # arguments, and what JSON standard output has to be


def secret(random: Random) -> str:
    """Return a value that must not be seen again."""
    return "s3cr3t" + "".join(random.choice("0123456789abcdef") for _ in range(14))


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and the folders above it, in place of whatever an earlier harm has put there."""
    path = free(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else encoded(content))
    return path


def free(path: Path) -> Path:
    """Return `path` with nothing in its way: no link that would be written through, no FIFO that would wait."""
    above = list(takewhile(lambda folder: folder.name not in FOLDERS, path.parents))
    for folder in reversed(above):
        if folder.is_symlink() or (os.path.lexists(folder) and not folder.is_dir()):
            folder.unlink()
    if path.is_dir() and not path.is_symlink():
        return path / "within"
    path.unlink(missing_ok=True)
    return path


def plain_project(place: Place, *, main: str = "import json\n") -> Path:
    """Write a small project with an entry, a requirement file and one module that nothing reaches."""
    write(place.project / "main.py", COUNT_START + main)
    write(place.project / "requirements.txt", "requests>=2\nflask==3.0\nidna\n")
    write(place.project / "dead.py", "import flask\n")
    return place.project


def plain_environment(folder: Path, *, python: bool = True) -> Path:
    """Make a virtual environment of links and text files; return its site folder."""
    site = folder / SITE
    site.mkdir(parents=True, exist_ok=True)
    version = ".".join(map(str, sys.version_info[:3]))
    write(folder / "pyvenv.cfg", f"home = {BASE.parent}\ninclude-system-site-packages = false\nversion = {version}\n")
    (folder / "bin").mkdir(exist_ok=True)
    if python:
        (folder / "bin/python").symlink_to(BASE)
    install(site, "idna", {"idna/__init__.py": "x = 1\n"})
    install(site, "requests", {"requests/__init__.py": "import idna\n"}, metadata="Requires-Dist: idna<4\n")
    return site


def install(site: Path, name: str, files: Mapping[str, str], *, version: str = "1.0", metadata: str = "") -> Path:
    """Write a distribution as an installer does, and return its dist-info folder."""
    info = site / f"{name}-{version}.dist-info"
    everything = {
        **files,
        f"{info.name}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{metadata}\n",
        f"{info.name}/INSTALLER": "pip\n",
    }
    for path, content in everything.items():
        write(site / path, content)
    rows = "".join(f"{path},,{len(encoded(content))}\n" for path, content in everything.items())
    write(info / "RECORD", f"{rows}{info.name}/RECORD,,\n")
    return info


def static_call(random: Random, place: Place, target: tuple[str, ...] = (), *, environment: bool = True) -> Call:
    """Return a command that starts nothing, on the project of a place."""
    project = str(place.project)
    ways: list[Call] = [
        (("audit", "--no-probe", project, *target), ""),
        (("audit", "--no-probe", project, *target, "-f", "json"), "audit"),
        (("audit", "--no-probe", project, *target, "-f", "markdown"), ""),
        (("imports", project, *target), ""),
        (("imports", project, *target, "-f", "json"), "any"),
        (("why", pick(random, (*NAMES[:6], "idna")), project, "--no-probe", *target), ""),
    ]
    if environment:
        ways += [
            (("scan", project, *target), ""),
            (("scan", project, *target, "-f", "json"), "any"),
            (("check", "--static", project, *target), ""),
            (("check", "--static", project, *target, "-f", pick(random, ("sarif", "json", "gitlab"))), "any"),
            (("check", "--static", project, *target, "-f", pick(random, ("github", "junit", "markdown"))), ""),
        ]
        if "--site-packages" not in target:
            ways.append((("init", "--no-probe", project, *target), ""))
    return pick(random, ways)


def special_file(random: Random, path: Path, place: Place) -> str:
    """Put something at `path` that is no regular file, or none that can be read whole; return what it is."""
    links = {
        "link to /dev/zero": Path("/dev/zero"),
        "link to /dev/full": Path("/dev/full"),
        "link to /dev/tty": Path("/dev/tty"),
        "link to a FIFO": place.beside / "fifo",
        "link to itself": path,
        "link to nothing": Path("/not/there"),
        "link to the canary": place.target,
        "link to a file of the canary": place.target / "keep.txt",
        "link to /proc/self/mem": Path("/proc/self/mem"),
        "link to /": Path("/"),
    }
    ways: Mapping[str, Callable[[], object]] = {
        "FIFO": lambda: os.mkfifo(path),
        "socket": lambda: _make_socket(path),
        "folder": path.mkdir,
        "sparse 20 GB": lambda: _make_sparse(path, 20 << 30),
        "sparse 600 MB": lambda: _make_sparse(path, 600 << 20),
        "closed file": lambda: path.touch(mode=0),
        "empty": path.touch,
    }
    name = pick(random, (*links, *ways))
    if name in links:
        path.symlink_to(links[name])
    else:
        ways[name]()
    return name


def foreign_python(path: Path, place: Place) -> None:
    """Write an interpreter that leaves a trace where nothing may change, before it answers."""
    trace = place.beside / "started"
    write(path, f'#!/bin/sh\necho started >> {trace}\nexec {BASE} "$@"\n').chmod(0o755)


def tracing_lines(place: Place) -> str:
    """Return Python that leaves a trace where nothing may change."""
    return f"open({str(place.beside / 'executed')!r}, 'a').write('x')\n"


def deep_folder(top: Path, depth: int, name: str = "d") -> None:
    """Make folders in each other, deeper than one path can say."""
    descriptor = os.open(top, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for _ in range(depth):
            os.mkdir(name, dir_fd=descriptor)
            below = os.open(name, os.O_RDONLY | os.O_DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
    finally:
        os.close(descriptor)


def try_to(harm: Callable[[], str]) -> str:
    """Return what was done, or that an earlier harm is in its way: a closed folder, a file where a folder was."""
    try:
        return harm()
    except OSError as error:
        return f"nothing ({error.strerror})"


def seldom(random: Random) -> bool:
    """Say yes for what is expensive."""
    return chance(random, 0.03)


def _make_socket(path: Path) -> None:
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as one:
        os.chdir(path.parent)
        one.bind(path.name)  # the whole path may be longer than an address can be
        os.chdir(before)


def _make_sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)
