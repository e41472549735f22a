"""Functions of files that most runs do not need."""

from __future__ import annotations

from importlib import import_module
from typing import Any

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
