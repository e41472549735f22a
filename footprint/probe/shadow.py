"""A shadow as programs see it: environment and project as they are but for one change, and what they write stays in it.

Who starts something gives the real places, and gets real ones back in what is told of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from footprint.model.installed_environment import Interpreter
from footprint.model.note import Note
from footprint.model.trial import Engine, WrittenPath
from footprint.probe.started_program import Overlay
from footprint.units import few
from footprint.values import dataclass, fields, is_dataclass, replace

_T = TypeVar("_T")
_WRITTEN_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Shadow:
    """Where and how to start what is to run in it."""

    engine: Engine
    interpreter: Interpreter
    project: Path
    overlays: tuple[Overlay, ...]  # that a program must be started with
    environment: Mapping[str, str]  # variables that a program must have there
    list_written: Callable[[], tuple[WrittenPath, ...]]  # by what ran so far, by the paths of the real files
    find_escaped: Callable[[Iterable[str]], str | None]  # of the files of modules one that is not the shadow's
    shown: Callable[[str], str] = str  # the same text with real paths in place of the shadow's
    placed: Callable[[str], str] = str  # the other way round
    libraries: tuple[str, ...] = ()  # that a program whose memory is measured must map as without overlays
    links_because: str = ""  # why there is no overlay
    touches: Callable[[str], bool] = lambda path: False  # whether what is written to a path reaches the real file
    # Gives files of the project another content, by their paths in it. Raises: OSError.
    edit: Callable[[Mapping[str, bytes]], None] = lambda contents: None

    def variables(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of a program as it must have them there."""
        return {**{name: self.placed(value) for name, value in given.items()}, **self.environment}

    def as_real(self, value: _T) -> _T:
        """Return a frozen value with real paths in all its texts."""
        found: _T = value if self.shown is str else _with_texts(value, self.shown)
        return found

    def notes(self, name: str, written: Iterable[WrittenPath]) -> tuple[Note, ...]:
        """Return what to say of what a program wrote: thrown away, or not kept apart."""
        split: dict[bool, list[str]] = {False: [], True: []}
        for each in written:
            split[self.touches(each.path)].append(each.words)
        kind = "overlays" if self.engine == "overlay" else f"links and copies ({self.links_because or 'as asked for'})"
        found = []
        if split[False] or self.engine == "links":
            what = f"it {few(split[False], _WRITTEN_SHOWN)}" if split[False] else "it wrote nothing there"
            found = [Note("started-in-shadow", f"{name} ran in a shadow of {kind}, which is thrown away: {what}")]
        if split[True]:
            words = f"{name} changed the real environment, which links cannot prevent: it"
            found.append(Note("shadow-left-behind", f"{words} {few(split[True], _WRITTEN_SHOWN)}"))
        return tuple(found)


def _with_texts(value: Any, shown: Callable[[str], str]) -> Any:
    """Return a value with other texts; unchanged parts stay the same. Only what may be a path is asked for."""
    if isinstance(value, str):
        return shown(value) if type(value) is str and "/" in value else value
    if isinstance(value, (tuple, frozenset)):
        items = [_with_texts(item, shown) for item in value]
        return type(value)(items) if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for item in fields(value):
        old = getattr(value, item.name)
        if (new := _with_texts(old, shown)) is not old:
            changed[item.name] = new
    return replace(value, **changed) if changed else value
