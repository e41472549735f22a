"""What frameworks load without an import statement: one small module for each, one tuple of all.

A place where a framework takes the name of a module as a string, and nothing more, is a row in `knowledge.frameworks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.analysis.conventions import (
    celery,
    django,
    launcher_files,
    lazy_packages,
    named_modules,
    side_tools,
)
from footprint.analysis.conventions.scene import Convention, Depth, Lead, Scene
from footprint.model.source_modules import Reference, SourceModule

__all__ = ["Depth", "Lead", "Scene", "named_by", "reached_by", "settled_by", "started_by"]

_ALL: tuple[Convention, ...] = (
    named_modules.Named(),
    named_modules.Computed(),
    lazy_packages.LazyPackages(),
    django.Django(),
    celery.Celery(),
    launcher_files.Gunicorn(),
    launcher_files.Streamlit(),
    launcher_files.Workers(),
    side_tools.Beside(),
)
# Those that have something to say: each is asked thousands of times in one walk.
_STARTED = tuple(each for each in _ALL if type(each).started is not Convention.started)
_NAMED = tuple(each for each in _ALL if type(each).named is not Convention.named)
_REACHED = tuple(each for each in _ALL if type(each).reached is not Convention.reached)
_SETTLED = tuple(each for each in _ALL if type(each).settled is not Convention.settled)


def started_by(scene: Scene) -> Iterator[Lead]:
    """Yield what the launcher loads beside the entry's own file."""
    return _chained(convention.started(scene) for convention in _STARTED)


def named_by(reference: Reference, scene: Scene) -> Iterator[Lead]:
    """Yield what a string leads to."""
    return _chained(convention.named(reference, scene) for convention in _NAMED)


def reached_by(module: SourceModule, scene: Scene) -> Iterator[Lead]:
    """Yield what a reached file leads to as a whole."""
    return _chained(convention.reached(module, scene) for convention in _REACHED)


def settled_by(scene: Scene) -> Iterator[Lead]:
    """Yield what follows from all that was met so far."""
    return _chained(convention.settled(scene) for convention in _SETTLED)


def _chained(found: Iterable[Iterable[Lead]]) -> Iterator[Lead]:
    return (lead for leads in found for lead in leads)
