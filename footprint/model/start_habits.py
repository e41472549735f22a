"""How deploy files build and start an application, where that costs something for nothing: values only."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass

# development: a server for development, or one that watches the files; unwritten: bytecode is not written where it
# runs; uncompiled: an image is built without any; developers: what only developers need is installed in an image;
# unlimited: no service of a file has a limit.
HabitKind = Literal["development", "unwritten", "uncompiled", "developers", "unlimited"]


@dataclass(frozen=True, slots=True)
class ServiceOutline:
    """One service of a compose file, as far as it says what is deployed."""

    name: str
    path: str  # relative to the project, posix, like the next
    line: int
    dockerfile: str | None = None  # that it is built by; None: it is none of the project's images
    target: str | None = None  # the stage of it
    has_command: bool = False
    has_limit: bool = False  # of memory
    is_optional: bool = False  # it has profiles: nothing starts it unasked
    is_mounted: bool = False  # the project's folder is in its container, as developers run it


@dataclass(frozen=True, slots=True)
class StartHabit:
    """One habit at one place of a deploy file."""

    kind: HabitKind
    path: str
    line: int
    shown: str  # the words that say so
    names: tuple[str, ...] = ()  # the server; the requirement files and groups; the services
    watches: bool = False  # of a server: it watches the files, by a process of its own
    is_written: bool = False  # of what is unwritten: the installer compiles, so only the project's own code has none
