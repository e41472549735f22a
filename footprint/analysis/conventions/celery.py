"""Celery: modules of tasks that a worker loads when it starts, and that other processes know by name only.

Source: Celery's documentation of `Celery(include=)`, `imports`, `include` and `autodiscover_tasks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.analysis.conventions.scene import Lead, Scene
from footprint.model.source_modules import Reference, SourceModule

_DISCOVER = "autodiscover_tasks"
_OPTIONS = frozenset({"related_name", "force"})


def started(scene: Scene) -> Iterable[Lead]:
    """Yield the submodule `celery`, in which a worker looks for the application as well."""
    return scene.leads_to(f"{scene.entry.module}.celery", None) if scene.is_worker else ()


def named(reference: Reference, scene: Scene) -> Iterable[Lead]:
    """Yield the modules of `include=` and the task modules of `autodiscover_tasks([...])`."""
    place = reference.place
    if place[-1:] == ("include",) and any(_is_word(word, "Celery()") for word in place):
        yield from scene.worker_leads(scene.named_by(reference), reference)
    if _names_package(reference):
        name = f"{reference.module}.{_related_name(scene.by_path[reference.path], scene)}"
        if scene.first_party.find(name) is not None:
            yield from scene.worker_leads(scene.first_party.files_of(name), reference)


def reached(module: SourceModule, scene: Scene) -> Iterable[Lead]:
    """Take note of a file that has tasks looked for in packages that it does not name."""
    if module.path not in scene.looked_at:
        scene.looked_at.add(module.path)
        is_caller = any(name.endswith(_DISCOVER) for calls in module.calls for name in calls.names)
        if is_caller and not any(map(_names_package, module.references)):
            scene.discovering.add(module.path)
    return ()


def settled(scene: Scene) -> Iterable[Lead]:
    """Yield the task modules of Django's applications, where the call names no packages."""
    for name in sorted({_related_name(scene.by_path[path], scene) for path in scene.discovering}):
        yield from _task_modules(name, scene)


def _task_modules(name: str, scene: Scene) -> Iterator[Lead]:
    for package, reference in scene.applications.items():
        if scene.first_party.find(f"{package}.{name}") is not None:
            yield from scene.worker_leads(scene.first_party.files_of(f"{package}.{name}"), reference)
    if not scene.applications:  # the packages are computed: it may be any
        for full in scene.first_party.names():
            if full.endswith(f".{name}") and (found := scene.first_party.find(full)) is not None:
                yield Lead(found, "lazy", None, beside=not scene.is_worker)


def _names_package(reference: Reference) -> bool:
    in_call = any(_is_word(word, f"{_DISCOVER}()") for word in reference.place)
    return in_call and reference.place[-1] not in _OPTIONS


def _related_name(module: SourceModule, scene: Scene) -> str:
    if module.path not in scene.task_modules:
        found = (each.module for each in module.references if each.place[-1:] == ("related_name",))
        scene.task_modules[module.path] = next(found, "tasks")
    return scene.task_modules[module.path]


def _is_word(word: str, wanted: str) -> bool:
    return word.rpartition(".")[2] == wanted
