"""What frameworks load without an import statement: one small module for each, and who answers which question.

A place where a framework takes the name of a module as a string, and nothing more, is a row in `knowledge.frameworks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from footprint.analysis.conventions import celery, django, launcher_files, lazy_packages, named_modules, side_tools
from footprint.analysis.conventions.scene import Depth, Lead, Scene
from footprint.model.source_modules import Reference, SourceModule

__all__ = ["Depth", "Lead", "Scene", "named_by", "reached_by", "settled_by", "started_by"]

_LAUNCHED = (launcher_files.settings_started, launcher_files.pages_started, launcher_files.workers_started)
_STARTED = (django.started, celery.started, *_LAUNCHED, side_tools.started)
_OF_MODULES = (named_modules.named_in_full, named_modules.named_in_part)
_NAMED = (*_OF_MODULES, lazy_packages.named, django.named, celery.named)
_REACHED = (lazy_packages.reached, celery.reached)
_SETTLED = (django.settled, celery.settled)


def started_by(scene: Scene) -> Iterator[Lead]:
    """Yield what the launcher loads beside the entry's own file."""
    return chain.from_iterable(started(scene) for started in _STARTED)


def named_by(reference: Reference, scene: Scene) -> Iterator[Lead]:
    """Yield what a string in code that runs leads to."""
    return chain.from_iterable(named(reference, scene) for named in _NAMED)


def reached_by(module: SourceModule, scene: Scene) -> Iterator[Lead]:
    """Yield what a reached file leads to as a whole."""
    return chain.from_iterable(reached(module, scene) for reached in _REACHED)


def settled_by(scene: Scene) -> Iterator[Lead]:
    """Yield what follows from all that was met so far. Asked again and again, until nothing new comes."""
    return chain.from_iterable(settled(scene) for settled in _SETTLED)
