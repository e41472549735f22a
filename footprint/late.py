"""What most runs do not need: functions of files that are loaded when they are called, patterns compiled when asked,
tables made when somebody asks for something in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from importlib import import_module
from typing import Any, AnyStr, TypeVar, cast

from footprint.values import dataclass

_V = TypeVar("_V")


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


class LateTable(Mapping[str, _V]):
    """Values by name, made when somebody asks for one: a scan alone does not ask for all that it could say."""

    def __init__(self, make: Callable[[], Mapping[str, _V]]) -> None:
        """Take what makes all of it, once."""
        self._make, self._made = make, dict[str, _V]()
        self._is_made = False

    def _all(self) -> Mapping[str, _V]:
        if not self._is_made:
            self._made, self._is_made = dict(self._make()), True
        return self._made

    def __getitem__(self, name: str) -> _V:
        """Return one value."""
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self._all())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all())

    def __contains__(self, name: object) -> bool:
        """Whether there is one of this name."""
        return name in self._all()

    # What Mapping makes of the above asks for each of ten thousands of files by itself.

    def keys(self) -> KeysView[str]:
        """Return the names."""
        return self._all().keys()

    def values(self) -> ValuesView[_V]:
        """Return the values."""
        return self._all().values()

    def items(self) -> ItemsView[str, _V]:
        """Return the names with their values."""
        return self._all().items()
