"""Celery: modules of tasks that a worker loads when it starts, and that other processes know by name only.

Source: Celery's documentation of `Celery(include=)`, `imports`, `include` and `autodiscover_tasks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.analysis.conventions.scene import Convention, Depth, Lead, Scene
from footprint.model.sources import Reference, SourceModule

_DISCOVER = "autodiscover_tasks"
_OPTIONS = frozenset({"related_name", "force"})


class Celery(Convention):
    """Tasks are loaded at startup in a worker, lazily elsewhere."""

    def started(self, scene: Scene) -> Iterable[Lead]:
        """Yield the submodule `celery`, in which a worker looks for the application as well."""
        name = f"{scene.entry.module}.celery"
        if scene.is_worker and scene.first_party.find(name) is not None:
            yield from scene.leads(scene.first_party.files_of(name), "startup", None)

    def named(self, reference: Reference, scene: Scene) -> Iterable[Lead]:
        """Yield the modules of `include=` and the task modules of `autodiscover_tasks([...])`."""
        place = reference.place
        if place[-1:] == ("include",) and any(_is_word(word, "Celery()") for word in place):
            yield from scene.leads(scene.named_by(reference), _depth(scene), reference)
        if _names_package(reference):
            name = f"{reference.module}.{_related_name(scene.by_path[reference.path])}"
            if scene.first_party.find(name) is not None:
                yield from scene.leads(scene.first_party.files_of(name), _depth(scene), reference)

    def reached(self, module: SourceModule, scene: Scene) -> Iterable[Lead]:
        """Take note of a file that has tasks looked for."""
        if module.path not in scene.discovering:
            found = any(name.endswith(_DISCOVER) for calls in module.calls for name in calls.names)
            scene.discovering[module.path] = module if found else None
        return ()

    def settled(self, scene: Scene) -> Iterable[Lead]:
        """Yield the task modules of Django's applications, where the call names no packages."""
        for module in tuple(filter(None, scene.discovering.values())):
            if not any(_names_package(each) for each in module.references):
                yield from _task_modules(_related_name(module), scene)


def _task_modules(name: str, scene: Scene) -> Iterator[Lead]:
    for package, reference in scene.applications.items():
        if scene.first_party.find(f"{package}.{name}") is not None:
            yield from scene.leads(scene.first_party.files_of(f"{package}.{name}"), _depth(scene), reference)
    if not scene.applications:  # the packages are computed: it may be any
        for full in scene.first_party.names():
            if full.endswith(f".{name}") and (found := scene.first_party.find(full)) is not None:
                yield Lead(found, "lazy", None)


def _names_package(reference: Reference) -> bool:
    in_call = any(_is_word(word, f"{_DISCOVER}()") for word in reference.place)
    return in_call and reference.place[-1] not in _OPTIONS


def _related_name(module: SourceModule) -> str:
    found = (each.module for each in module.references if each.place[-1:] == ("related_name",))
    return next(found, "tasks")


def _is_word(word: str, wanted: str) -> bool:
    return word.rpartition(".")[2] == wanted


def _depth(scene: Scene) -> Depth:
    return "startup" if scene.is_worker else "lazy"
