"""Another Python than the project wants: the first thing to say, since much else may only come of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from footprint.audit.target import Target
from footprint.collect.deploy.files.deploy_files import text_at
from footprint.collect.deploy.platforms import dockerfile
from footprint.collect.python_version import find_others
from footprint.model.note import Note
from footprint.model.source_modules import StartCommand

_MOST_SHOWN = 4


def note_other_python(project: Path, target: Target, commands: Iterable[StartCommand]) -> tuple[Note, ...]:
    """Return the note that the environment has another Python than the files of the project say; mostly none.

    Without an environment the assumed Python is one that they allow.
    """
    if target.missing is not None:
        return ()
    version = target.interpreter.version
    found = find_others(project, version, _images(project, commands))
    if not found:
        return ()
    wanted = ", ".join(f"{words} ({place})" for words, place in found[:_MOST_SHOWN])
    here = ".".join(map(str, version))
    message = f"the project wants Python {wanted}, and this is {here}: failures and gaps may be due to that"
    return (Note("other-python", message, about="interpreter"),)


def _images(project: Path, commands: Iterable[StartCommand]) -> Iterator[tuple[str, str]]:
    """Yield (place, base) of the images that the project makes."""
    for path in dict.fromkeys(["Dockerfile", *(each.image for each in commands if each.image)]):
        image = dockerfile.read_image(text_at(project, path) or "", path)
        if image is not None:
            yield f"{path}:{image.line}", image.base
