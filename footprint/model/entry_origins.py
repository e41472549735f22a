"""Where an entry point was found, as a value; its text is what the reports and JSON say."""

from __future__ import annotations

from typing import TypeAlias

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class GivenEntry:
    """By `--entry`, or by the settings: its name says which of those it is, not what it starts."""

    def __str__(self) -> str:
        return "--entry"


@dataclass(frozen=True, slots=True)
class Script:
    """A console script, whose function the launcher calls."""

    name: str

    def __str__(self) -> str:
        return f"console script {self.name}"


@dataclass(frozen=True, slots=True)
class StartLine:
    """A start command, or whatever else stands on one line of a file. `path` is relative to the project, posix."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class CommonName:
    """Nothing but the name of a file speaks for it: the application may start elsewhere, too."""

    path: str

    def __str__(self) -> str:
        return f"common name: {self.path}"


@dataclass(frozen=True, slots=True)
class Code:
    """A file of the project whose code starts it."""

    path: str

    def __str__(self) -> str:
        return self.path


EntryOrigin: TypeAlias = GivenEntry | Script | StartLine | CommonName | Code


def read_origin(text: str) -> EntryOrigin:
    """Return the origin that a stored text tells."""
    path, _, line = text.rpartition(":")
    if text == str(GivenEntry()):
        return GivenEntry()
    if text.startswith(str(Script(""))):
        return Script(text.removeprefix(str(Script(""))))
    if text.startswith(str(CommonName(""))):
        return CommonName(text.removeprefix(str(CommonName(""))))
    return StartLine(path, int(line)) if path and line.isdecimal() and line.isascii() else Code(text)
