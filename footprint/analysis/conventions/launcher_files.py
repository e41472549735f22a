"""What a launcher loads beside its target: gunicorn's configuration, Streamlit's pages, the task modules of workers.

Source: gunicorn's documentation of settings, `config`: "PATH, file:PATH or python:MODULE_NAME"; ./gunicorn.conf.py.
Streamlit's documentation of multipage applications; that of Dramatiq and Taskiq, command line.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from footprint.analysis.conventions.scene import Lead, Scene
from footprint.knowledge.servers import BY_PROGRAM, WITH_PAGES, values_of
from footprint.late import late_pattern
from footprint.names import top_level

_OTHER_MODULE = late_pattern(r"(?<=\s)[A-Za-z_]\w*(?:\.\w+)*(?=[:\s]|$)")
_CLASS = late_pattern(r"[A-Za-z_]\w*(?:\.\w+)+")
_LONGEST = 10_000


def settings_started(scene: Scene) -> Iterable[Lead]:
    """Yield the classes that options name, and the configuration of the process above the workers."""
    server = BY_PROGRAM.get(scene.entry.launcher or "")
    if server is None or server.arguments is None or not server.unasked_settings:
        return
    words = (scene.entry.command or "")[:_LONGEST].replace("'", " ").replace('"', " ").split()
    for name in values_of(words, (*server.arguments.worker_class, *server.arguments.classes)):
        if _CLASS.fullmatch(name):
            yield from scene.leads_to(name.rpartition(".")[0], scene.by_launcher(name))
    # `sh -c` is among them: it names no file of ours
    for name in (*values_of(words, server.arguments.settings), server.unasked_settings):
        path = posixpath.normpath(posixpath.join(scene.entry.working_dir, name.removeprefix("file:")))
        is_module = name.startswith("python:")
        file = scene.first_party.find(name.removeprefix("python:")) if is_module else scene.by_path.get(path)
        if file is not None:
            yield Lead(file, "startup", None)
            return


def pages_started(scene: Scene) -> Iterable[Lead]:
    """Yield the pages beside a script: one runs when somebody opens it."""
    script = scene.by_path.get(scene.entry.file or "")
    if script is None:
        return
    named = {scene.entry.launcher, *(top_level(site.module) for site in script.sites)}
    for pages in (pages for name, pages in WITH_PAGES.items() if name in named):
        folder = posixpath.join(posixpath.dirname(script.path), pages)
        yield from (Lead(file, "lazy", None) for file in scene.files_below(folder))


def workers_started(scene: Scene) -> Iterable[Lead]:
    """Yield the modules that the command names: the first is the entry, the others hold tasks, too."""
    server = BY_PROGRAM.get(scene.entry.launcher or "")
    if server is not None and server.more_modules:
        for name in dict.fromkeys(_OTHER_MODULE.findall((scene.entry.command or "")[:_LONGEST])):
            yield from scene.leads_to(name, scene.by_launcher(name))
