"""Workers that load every module on their command line: `dramatiq app.tasks app.more`.

Source: the documentation of Dramatiq and Taskiq, command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from footprint.analysis.conventions.scene import Convention, Lead, Scene

_LAUNCHERS = frozenset({"dramatiq", "taskiq"})
_MODULE = re.compile(r"(?<=\s)[A-Za-z_]\w*(?:\.\w+)*(?=[:\s]|$)")


class Workers(Convention):
    """The first module is the entry; the others hold tasks, too."""

    def started(self, scene: Scene) -> Iterable[Lead]:
        """Yield the modules that the command names."""
        if scene.entry.launcher in _LAUNCHERS:
            for name in dict.fromkeys(_MODULE.findall((scene.entry.command or "")[:10_000])):
                if scene.first_party.find(name) is not None:
                    yield from scene.leads(scene.first_party.files_of(name), "startup", scene.by_launcher(name))
