"""What a shadow is of, and what is other in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footprint.collect.disk.claims import Claims
from footprint.errors import CannotMeasure
from footprint.model.installed_environment import Interpreter
from footprint.names import DistributionName
from footprint.values import dataclass, field


class NoShadow(CannotMeasure):
    """There can be no shadow, or not of this change: it is not tried. The text says why."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a shadow is of. `claims` are collected: who owns which file."""

    interpreter: Interpreter
    project: Path  # real
    claims: Claims
    sources: tuple[Path, ...] = ()  # folders of own code that lie outside of the project
    libraries: tuple[str, ...] = ()  # real paths of large ones


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be other than it is. Nothing: the shadow is as the real ones, to be compared with."""

    without: frozenset[DistributionName] = frozenset()
    edits: Mapping[str, bytes] = field(default_factory=dict)  # the new content, by path relative to the project
    opens_metadata: bool = False  # metadata folders are no links, even in a shadow of links: uv passes these over
    hidden: frozenset[str] = frozenset()  # files and folders that are not there, relative to the project
