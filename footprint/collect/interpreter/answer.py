"""What a target says of itself, not believed."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import TypeVar

from footprint.errors import InterpreterUnusable
from footprint.values import dataclass

_T = TypeVar("_T")

_WORD_AT_MOST, _PATH_BYTES, _PATHS_AT_MOST, _NAMES_AT_MOST = 255, 4096, 10_000, 10_000
_MARKERS = (
    "implementation_name", "implementation_version", "os_name", "platform_machine", "platform_release",
    "platform_system", "platform_version", "platform_python_implementation", "python_full_version", "python_version",
    "sys_platform",
)  # fmt: skip
# + ends that of a build by hand.
_VERSION = re.compile(r"\d{1,4}(?:\.\d{1,6}){0,3}(?:(?:a|b|c|rc)\d{1,6})?\+?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target says of itself, not believed: every value has the kind and size that an interpreter's has."""

    executable: str
    values: object

    def get(self, key: str, kind: type[_T]) -> _T:
        """Return a value of one kind. Raises: InterpreterUnusable."""
        values = self.values if isinstance(self.values, dict) else {}
        value = values.get(key)
        if not isinstance(value, kind):
            raise self.refuse(key)
        return value

    def refuse(self, key: str) -> InterpreterUnusable:
        """Return the error that says what is wrong with the answer."""
        why = f"its answer is not that of a Python interpreter ({key})"
        return InterpreterUnusable(self.executable, why, "name another with --python")

    def version(self) -> tuple[int, int, int]:
        """Return three numbers."""
        numbers = self.get("version", list)
        if len(numbers) != 3 or not all(type(number) is int and 0 <= number < 1000 for number in numbers):
            raise self.refuse("version")
        return numbers[0], numbers[1], numbers[2]

    def word(self, key: str) -> str:
        """Return a short printable text."""
        text = self.get(key, str)
        if len(text) > _WORD_AT_MOST or not text.isprintable():
            raise self.refuse(key)
        return text

    def path(self, key: str) -> str:
        """Return a path as the system can have one."""
        return self._checked(key, self.get(key, str))

    def paths(self, key: str) -> list[str]:
        """Return a list of them."""
        found = self.get(key, list)
        if len(found) > _PATHS_AT_MOST:
            raise self.refuse(key)
        return [self._checked(key, path) for path in found]

    def names(self, key: str) -> frozenset[str]:
        """Return names of modules."""
        found = self.get(key, list)
        if len(found) > _NAMES_AT_MOST or not all(isinstance(name, str) and name.isidentifier() for name in found):
            raise self.refuse(key)
        return frozenset(found)

    def markers(self, version: tuple[int, int, int]) -> Mapping[str, str]:
        """Return the names of the specification, and no others; versions among them are versions."""
        given = Answer(self.executable, self.get("markers", dict))
        found = {name: given.word(name) for name in _MARKERS}
        numbers = ".".join(map(str, version))
        is_same = found["python_version"] == numbers.rpartition(".")[0]
        if not is_same or not found["python_full_version"].startswith(numbers):
            raise self.refuse("python_version")
        if not all(_VERSION.fullmatch(found[name]) for name in ("python_full_version", "implementation_version")):
            raise self.refuse("implementation_version")
        return found

    def _checked(self, key: str, path: object) -> str:
        try:
            if isinstance(path, str) and len(os.fsencode(path)) <= _PATH_BYTES and "\0" not in path:
                return path
        except UnicodeEncodeError:
            pass
        raise self.refuse(key)
