"""A shadow by overlays: each folder is covered, for the programs in it alone, by what is changed there (Linux).

All paths are what they are, whatever a program asks for lies where it really does, and nothing that it writes there
reaches the real folders. The mounts live in the programs' own namespace: none is left when these are over.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from footprint.files.private import nameless_file, private_folder
from footprint.files.reader import NotRead, read_regular
from footprint.files.upper_layer import UpperLayer
from footprint.model.trial import WrittenPath
from footprint.probe.program_end import run_to_end
from footprint.probe.shadow import Shadow
from footprint.probe.started_program import Order, Overlay
from footprint.trial.going import find_going
from footprint.trial.ground import Change, Ground, NoShadow

_TRY_S = 30
_MOUNTS = "/proc/self/mountinfo"
_MOUNTS_AT_MOST = 16 << 20
_WRITTEN_AT_MOST = 1000
_OF_SYSTEM = frozenset({"/", "/usr"})  # an environment here is covered by its site folders and bin alone


@contextmanager
def open_overlay(ground: Ground, change: Change) -> Iterator[Shadow]:
    """Give a shadow with one change in it. Raises: NoShadow where the system refuses, or a mount is in the way."""
    if sys.platform != "linux":
        raise NoShadow("overlays are there on Linux only")
    going = find_going(ground.claims, change.without)
    covered = _covered(ground, going)
    going = (*going, *(path for each in change.hidden if os.path.lexists(path := f"{ground.project}/{each}")))
    names = [f"{kind}{number}" for number in range(len(covered)) for kind in ("upper", "work")]
    with private_folder("shadow", tuple(names)) as place:
        layers = [UpperLayer(folder, str(place / f"upper{number}")) for number, folder in enumerate(covered)]
        try:
            _apply(layers, going, {f"{ground.project}/{path}": text for path, text in change.edits.items()})
        except OSError as error:
            raise NoShadow(f"the change cannot be made in an overlay: {error.strerror or error}") from error
        overlays = tuple(
            (layer.lower, layer.upper, str(place / f"work{number}")) for number, layer in enumerate(layers)
        )
        if not _can_start(ground, overlays):
            raise NoShadow("this system lets us mount no overlay")
        yield Shadow(
            engine="overlay",
            interpreter=ground.interpreter,
            project=ground.project,
            overlays=overlays,
            environment={},
            list_written=lambda: _list_written(layers),
            find_escaped=lambda files: None,
            libraries=tuple(path for path in ground.libraries if _is_in(path, covered)),
            edit=lambda contents: _apply(
                layers, (), {f"{ground.project}/{path}": text for path, text in contents.items()}
            ),
        )


def _can_start(ground: Ground, overlays: tuple[Overlay, ...]) -> bool:
    """Whether the interpreter starts below the overlays: seen once for each shadow, in 0.05 s."""
    with nameless_file() as nothing:
        output = nothing.fileno()
        command = (str(ground.interpreter.executable), "-I", "-S", "-c", "")
        return run_to_end(Order(command, ground.project, os.environ, output, output, overlays=overlays), _TRY_S) == 0


def _covered(ground: Ground, going: Iterable[str]) -> tuple[str, ...]:
    """Return the folders to cover: project, environment, and where else something goes; none inside another.

    Raises: NoShadow where something is mounted inside of one: an overlay would hide it.
    """
    python = ground.interpreter
    prefix = os.path.realpath(python.prefix)
    wanted = [*map(os.path.realpath, (ground.project, *python.site_dirs, *ground.sources))]
    wanted += [f"{prefix}/bin"] if prefix in _OF_SYSTEM else [prefix]
    wanted += [str(Path(path).parent) for path in going if not _is_in(path, wanted)]
    folders = [each for each in dict.fromkeys(wanted) if Path(each).is_dir()]
    folders = [each for each in folders if not any(_is_in(each, [other]) for other in folders if other != each)]
    if "/" in folders:
        raise NoShadow("the root folder cannot be covered")
    for mount in _mounts():
        around = next((folder for folder in folders if mount.startswith(f"{folder}/")), None)
        if around is not None:
            raise NoShadow(f"{mount} is a mount of its own inside {around}")
    return tuple(folders)


def _is_in(path: str, folders: Sequence[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _mounts() -> Iterator[str]:
    """Yield where something is mounted. Source: proc_pid_mountinfo(5), the fifth field, blanks in octal."""
    try:
        data = read_regular(_MOUNTS, bytes_at_most=_MOUNTS_AT_MOST)
    except NotRead as error:
        raise NoShadow(f"{_MOUNTS} cannot be read: {error}") from error
    for line in data.splitlines():
        fields = line.split(b" ", 5)
        if len(fields) > 4:
            yield os.fsdecode(re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1], 8) & 255]), fields[4]))


def _apply(layers: Sequence[UpperLayer], going: Iterable[str], edits: dict[str, bytes]) -> None:
    for path in going:
        layer, inner = _place(layers, path)
        layer.hide(inner)
    for path, content in edits.items():
        layer, inner = _place(layers, path)
        layer.put(inner, content)
    for layer in layers:
        layer.settle()


def _place(layers: Sequence[UpperLayer], path: str) -> tuple[UpperLayer, str]:
    # Links on the way are followed; the last part is what goes itself.
    folder, _, name = path.rpartition("/")
    real = f"{os.path.realpath(folder)}/{name}"
    for layer in layers:
        if real.startswith(f"{layer.lower}/"):
            return layer, real[len(layer.lower) + 1 :]
    raise NoShadow(f"{path} lies outside of environment and project")


def _list_written(layers: Iterable[UpperLayer]) -> tuple[WrittenPath, ...]:
    found = sorted((each for layer in layers for each in layer.list_written()), key=lambda each: each.path)
    return tuple(found[:_WRITTEN_AT_MOST])
