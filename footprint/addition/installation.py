"""One candidate installed where nothing of the user's is changed, by uv or pip, and which files were taken.

What is installed stays in its version: each is a constraint. Where nothing fits so, it is tried without constraints,
and what gets another version is told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from footprint.addition.installer_programs import Installer
from footprint.analysis.additions.asked_candidates import AskedCandidate
from footprint.analysis.additions.installer_words import find_refusal, find_yanked, refuse, source_only
from footprint.analysis.additions.locked_wheels import WheelFile, read_lock, read_report
from footprint.documents.json_lines import try_json
from footprint.documents.plain_values import tables_of
from footprint.documents.toml import try_toml
from footprint.files.reader import list_names, try_read
from footprint.files.writer import write_file
from footprint.model.addition import AdditionRefusal
from footprint.model.note import Note
from footprint.names import DistributionName, normalise
from footprint.probe.program_end import ProgramEnd
from footprint.probe.started_program import Overlay
from footprint.values import dataclass, replace

_REPORT_AT_MOST = 64 << 20
_ADDED = re.compile(r"(?m)^ \+ (?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>\S+)")
_NOT_ASKED_OFTEN_S = 300.0


class Refused(Exception):
    """The candidate cannot be had."""

    def __init__(self, refusal: AdditionRefusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class WantedCandidates:
    """What is installed together: one candidate, or all lines of a branch."""

    candidates: tuple[AskedCandidate, ...]

    @property
    def name(self) -> DistributionName:
        """The distribution of the first."""
        return self.candidates[0].name

    @property
    def text(self) -> str:
        """The lines of a requirements file."""
        return "\n".join(each.text for each in self.candidates)


@dataclass(frozen=True, slots=True)
class InstallPlace:
    """Where it is installed: below overlays of the environment, or into a folder beside it (`folder`)."""

    python: Path
    overlays: tuple[Overlay, ...] = ()
    folder: Path | None = None

    def words(self, installer: Installer) -> tuple[str | Path, ...]:
        """Return the words that lead an installer there."""
        own = ("--python", str(self.python)) if installer.kind == "uv" else ()
        return (*own, *(("--target", str(self.folder)) if self.folder is not None else ()))


@dataclass(frozen=True, slots=True)
class Planned:
    """What the installer would do: the releases that would come, and where that is told, their files."""

    releases: tuple[tuple[DistributionName, str], ...]
    files: dict[DistributionName, WheelFile]
    notes: tuple[Note, ...]


def plan_installation(installer: Installer, place: InstallPlace, wanted: WantedCandidates, constraints: str) -> Planned:
    """Return what would be installed. Raises: Refused."""
    write_file(installer.home / "constraints.txt", constraints.encode())
    # A file: a text of a stranger is never a word of a command.
    write_file(installer.home / "wanted.txt", f"{wanted.text}\n".encode())
    try:
        return _plan(installer, place, wanted, held=True)
    except Refused as first:
        if not constraints or first.refusal.kind not in ("conflict", "no-version"):
            raise
        try:
            return _plan(installer, place, wanted, held=False)
        except Refused as second:
            raise (second if second.refusal.kind != "failed" else first) from None


def _plan(installer: Installer, place: InstallPlace, wanted: WantedCandidates, *, held: bool) -> Planned:
    constraints = ("-c", installer.home / "constraints.txt") if held else ()
    words = ("-r", installer.home / "wanted.txt", *constraints, *installer.wheels_only, *installer.links)
    bare = replace(place, folder=None).words(installer)
    if installer.kind == "uv":
        ended = installer.run("pip", "install", "--dry-run", *bare, *words, overlays=place.overlays)
        _settle(ended, installer, wanted)
        releases = tuple((normalise(found["name"]), found["version"]) for found in _ADDED.finditer(ended.printed))
        return Planned(releases, {}, _notes(ended, held=held))
    report = installer.home / "report.json"
    ended = installer.run("install", "--dry-run", "--report", report, *words, overlays=place.overlays)
    _settle(ended, installer, wanted)
    rows = tuple(read_report(try_json(try_read(report, bytes_at_most=_REPORT_AT_MOST) or b"")))
    files = {name: file for name, _, file in rows}
    return Planned(tuple((name, version) for name, version, _ in rows), files, _notes(ended, held=held))


def _notes(ended: ProgramEnd, *, held: bool) -> tuple[Note, ...]:
    moves = Note("not-held", "no release of it fits what is installed as it is")
    return (*find_yanked(ended.printed), *(() if held else (moves,)))


def _settle(ended: ProgramEnd, installer: Installer, wanted: WantedCandidates) -> None:
    """Raises: Refused where the installer did not do it."""
    if ended.status == 0:
        return
    if ended.status is None:
        raise Refused(refuse("late", "the installer was not over in time", "try again", ended.printed))
    refusal = find_refusal(ended.printed)
    if refusal.kind in ("unknown-name", "no-version") and installer.kind == "pip" and not installer.build:
        # pip tells source archives that it may not take from nothing only where it lists releases.
        listed = installer.run("index", "versions", wanted.name, limit_s=_NOT_ASKED_OFTEN_S)
        if listed.status == 0 and refusal.kind == "unknown-name":
            refusal = source_only(ended.printed)
    raise Refused(refusal)


def install(
    installer: Installer, place: InstallPlace, planned: Planned, wanted: WantedCandidates
) -> dict[str, WheelFile]:
    """Install what was planned, and return the files that were taken, as far as they are known. Raises: Refused."""
    if not planned.releases:
        return {}
    urls = {each.name: each.text for each in wanted.candidates if each.url is not None}
    pins = [urls.get(name, f"{name}=={version}") for name, version in planned.releases]
    write_file(installer.home / "pins.txt", "".join(f"{pin}\n" for pin in pins).encode())
    given: tuple[str | Path, ...] = ("--no-deps", "-r", installer.home / "pins.txt")
    if installer.kind == "uv":
        words = ("pip", "install", *place.words(installer), *given, *installer.wheels_only, *installer.links)
        _settle(installer.run(*words, overlays=place.overlays), installer, wanted)
        return {}
    wheels = installer.home / "wheels"
    what = "wheel" if installer.build else "download"
    target = "--wheel-dir" if installer.build else "--dest"
    _settle(
        installer.run(what, target, wheels, *given, *installer.wheels_only, *installer.links, overlays=place.overlays),
        installer,
        wanted,
    )
    found = {
        normalise(name.partition("-")[0]): _of_file(wheels / name, planned, installer) for name in list_names(wheels)
    }
    offline = ("--no-index", "--find-links", wheels)
    plain = installer.home / "plain.txt"
    write_file(plain, "".join(f"{name}=={version}\n" for name, version in planned.releases).encode())
    last = ("install", "--no-deps", *offline, *place.words(installer), "-r", plain)
    _settle(installer.run(*last, overlays=place.overlays), installer, wanted)
    return {name: file for name, file in found.items() if file is not None}


def _of_file(path: Path, planned: Planned, installer: Installer) -> WheelFile | None:
    """Return a wheel that pip has laid there; of one that was built here only the name is known."""
    name = normalise(path.name.partition("-")[0])
    known = planned.files.get(name)
    if known is None or known.name != path.name:
        return None
    return replace(known, size_bytes=os.lstat(path).st_size)


def ask_files(
    installer: Installer, place: InstallPlace, releases: Sequence[tuple[DistributionName, str]]
) -> dict[DistributionName, tuple[WheelFile, ...]]:
    """Return the wheels that the index has of releases, by uv; nothing where it does not tell."""
    if installer.kind != "uv" or not releases:
        return {}
    lines = installer.home / "releases.txt"
    lock = installer.home / "pylock.toml"
    write_file(lines, "".join(f"{name}=={version}\n" for name, version in releases).encode())
    words: tuple[str | Path, ...] = (
        "pip",
        "compile",
        "--no-deps",
        "--format",
        "pylock.toml",
        "--python",
        place.python,
        *installer.links,
    )
    ended = installer.run(*words, "--quiet", "-o", lock, lines, overlays=place.overlays, limit_s=_NOT_ASKED_OFTEN_S)
    text = try_read(lock, bytes_at_most=_REPORT_AT_MOST) if ended.status == 0 else None
    packages = try_toml((text or b"").decode("utf-8", "replace"), str(lock)).tables.get("packages")
    return {name: tuple(map(_with_size, wheels)) for name, wheels in read_lock(tables_of(packages)).items()}


def _with_size(wheel: WheelFile) -> WheelFile:
    """Return a wheel with its size where it lies on this machine and the index has not said it."""
    if wheel.size_bytes is not None or wheel.path is None:
        return wheel
    try:
        return replace(wheel, size_bytes=os.lstat(wheel.path).st_size)
    except OSError:
        return wheel


def compile_files(installer: Installer, place: InstallPlace, paths: Iterable[str]) -> None:
    """Write the bytecode of installed modules, as pip does; what does not compile is left, as pip leaves it."""
    listed = installer.home / "modules.txt"
    write_file(listed, "".join(f"{path}\n" for path in paths if "\n" not in path).encode("utf-8", "surrogateescape"))
    words = (str(place.python), "-I", "-S", "-m", "compileall", "-q", "-j", "0", "-i", str(listed))
    installer.run(*words, overlays=place.overlays, alone=True)
