"""A note: something that could not be read, followed or measured, said without ending the audit."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """One thing the reader should know. `code` is stable and kebab-case; `path` is as the reader would name it."""

    code: str
    message: str
    path: str | None = None
    line: int | None = None
    # Said first: another Python than the project wants, and what of its declarations is not wholly known.
    about: Literal["interpreter", "declarations"] | None = None
