"""What most runs do not need: functions of files that are loaded when they are called, patterns compiled when asked."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any, AnyStr, cast

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Late:
    """A function by its place: its file is loaded with the first call."""

    module: str
    function: str

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call the function."""
        return self.load()(*given, **named)

    def load(self) -> Any:
        """Return the function."""
        return getattr(import_module(self.module), self.function)


class LatePattern:
    """Stands in for a compiled pattern until somebody asks it for something."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        """Take what to compile."""
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """Compile it, and keep what it is asked for. Raises: re.error."""
        if name == "_compiled":
            self._compiled = re.compile(self._text, self._flags)
            return self._compiled
        found = getattr(self._compiled, name)
        setattr(self, name, found)
        return found


def late_pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a pattern that is compiled when it is first asked for something.

    For what a module asks a hundred times in a run at most. Of 352 patterns that an audit of the example came by 204
    were asked for nothing. One that is asked for each line of a file is faster when it is compiled.
    """
    return cast("re.Pattern[AnyStr]", LatePattern(text, flags))
