"""Streamlit: the folder `pages` beside the script that is run. Source: its documentation of multipage applications."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from footprint.analysis.conventions.scene import Convention, Lead, Scene
from footprint.names import top_level


class Streamlit(Convention):
    """A page runs when somebody opens it."""

    def started(self, scene: Scene) -> Iterable[Lead]:
        """Yield the pages."""
        script = scene.by_path.get(scene.entry.file or "")
        if script is None:
            return
        if scene.entry.launcher == "streamlit" or any(top_level(site.module) == "streamlit" for site in script.sites):
            folder = posixpath.join(posixpath.dirname(script.path), "pages")
            yield from (Lead(file, "lazy", None) for file in scene.files_below(folder))
