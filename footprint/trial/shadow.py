"""A shadow: environment and project as they are but for one change, in which programs run as in the real ones.

What they write stays in the shadow, and is thrown away with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from pathlib import Path

from footprint.collect.disk.claims import Claims
from footprint.errors import CannotMeasure
from footprint.model.installed_environment import Interpreter
from footprint.model.trial import Engine, WrittenPath
from footprint.names import DistributionName
from footprint.probe.started_program import Overlay
from footprint.values import dataclass


class NoShadow(CannotMeasure):
    """There can be no shadow, or not of this change: it is not tried. The text says why."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a shadow is of. `claims` are collected: who owns which file."""

    interpreter: Interpreter
    project: Path  # real
    claims: Claims
    sources: tuple[Path, ...] = ()  # folders of own code that lie outside of the project


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be other than it is. Nothing: the shadow is as the real ones, to be compared with."""

    without: frozenset[DistributionName] = frozenset()
    edits: Mapping[str, bytes] = field(default_factory=dict)  # the new content, by path relative to the project


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
    shown: Callable[[str], str]  # the same text with real paths in place of the shadow's
    placed: Callable[[str], str]  # the other way round
