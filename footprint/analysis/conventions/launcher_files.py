"""What a launcher loads beside its target: gunicorn's configuration, Streamlit's pages, the task modules of workers.

Source: gunicorn's documentation of settings, `config`: "PATH, file:PATH or python:MODULE_NAME"; ./gunicorn.conf.py.
Streamlit's documentation of multipage applications; that of Dramatiq and Taskiq, command line.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from footprint.analysis.conventions.scene import Lead, Scene
from footprint.names import top_level

_DEFAULT = "gunicorn.conf.py"
_GIVEN = re.compile(r"(?:\s-c[ =]?|\s--config[ =])['\"]?(?:file:)?(python:)?([\w./-]+)")
_CLASS = re.compile(r"(?:\s-k[ =]?|\s--(?:worker|logger)-class[ =])['\"]?([A-Za-z_]\w*(?:\.\w+)+)")


def gunicorn_started(scene: Scene) -> Iterable[Lead]:
    """Yield the classes that options name, and the configuration of the process above the workers."""
    if scene.entry.launcher != "gunicorn":
        return
    for name in _CLASS.findall((scene.entry.command or "")[:10_000]):
        yield from scene.leads_to(name.rpartition(".")[0], "startup", scene.by_launcher(name))
    given = _GIVEN.findall((scene.entry.command or "")[:10_000])  # `sh -c` is among them: it names no file of ours
    for is_module, name in [*given, ("", _DEFAULT)]:
        path = posixpath.normpath(posixpath.join(scene.entry.working_dir, name))
        file = scene.first_party.find(name) if is_module else scene.by_path.get(path)
        if file is not None:
            yield Lead(file, "startup", None)
            return


def streamlit_started(scene: Scene) -> Iterable[Lead]:
    """Yield the pages: one runs when somebody opens it."""
    script = scene.by_path.get(scene.entry.file or "")
    if script is None:
        return
    if scene.entry.launcher == "streamlit" or any(top_level(site.module) == "streamlit" for site in script.sites):
        folder = posixpath.join(posixpath.dirname(script.path), "pages")
        yield from (Lead(file, "lazy", None) for file in scene.files_below(folder))


_LAUNCHERS = frozenset({"dramatiq", "taskiq"})
_MODULE = re.compile(r"(?<=\s)[A-Za-z_]\w*(?:\.\w+)*(?=[:\s]|$)")


def workers_started(scene: Scene) -> Iterable[Lead]:
    """Yield the modules that the command names: the first is the entry, the others hold tasks, too."""
    if scene.entry.launcher in _LAUNCHERS:
        for name in dict.fromkeys(_MODULE.findall((scene.entry.command or "")[:10_000])):
            yield from scene.leads_to(name, "startup", scene.by_launcher(name))
