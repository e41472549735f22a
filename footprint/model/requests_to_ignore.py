"""What the project asks not to be told: settings in pyproject.toml and comments beside the lines they speak of."""

from __future__ import annotations

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class IgnoreSetting:
    """One name or shell pattern under one code in `[tool.footprint] ignore`."""

    code: str
    pattern: str  # as written: a distribution, an import name, or a pattern such as "types-*"
    path: str
    line: int | None  # None: not found in the text, as when the table is written in parts
    written: str = ""  # the code or the class as the project writes it; empty: the code


@dataclass(frozen=True, slots=True)
class IgnoreComment:
    """One `# footprint: ignore[CODE,...]`. `line` is where its statement begins, `comment_line` where it stands."""

    path: str  # relative to the project, posix
    line: int
    codes: tuple[str, ...]  # empty: every code; those of classes are resolved, what is neither stays as written
    comment_line: int


@dataclass(frozen=True, slots=True)
class NeededComment:
    """One `# footprint: needed: REASON` beside a requirement line: no text shows its use, and the project knows it."""

    path: str  # relative to the project, posix
    line: int
    reason: str  # "" when none is given


@dataclass(frozen=True, slots=True)
class Suppressions:
    """Everything that the project asks not to be told, and what it says of its lines itself."""

    settings: tuple[IgnoreSetting, ...] = ()
    comments: tuple[IgnoreComment, ...] = ()
    needed: tuple[NeededComment, ...] = ()
