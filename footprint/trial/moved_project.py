"""A shadow whose project is read elsewhere: what runs in it is told by the paths of a copy of ours."""

from __future__ import annotations

import os
import re
from pathlib import Path

from footprint.model.installed_environment import Interpreter
from footprint.probe.shadow import Shadow
from footprint.values import replace


def read_elsewhere(shadow: Shadow, project: Path, python: Interpreter, copy: Path) -> Shadow:
    """Return the shadow of a project for whoever reads it in `copy`; the environment of `python` stays where it is."""
    top, ours = os.path.realpath(project), str(copy)
    names = "|".join(re.escape(name) for name in dict.fromkeys((str(project.absolute()), top)))
    inside = [os.path.relpath(each, top) for each in map(os.path.realpath, (python.prefix, *python.site_dirs))]
    own = "|".join(re.escape(each) for each in inside if not each.startswith(".."))
    but = rf"(?!/(?:{own})(?:/|$))" if own else ""
    real = re.compile(rf"(?:{names}){but}(?=[/'\"\s:;,)\]]|$)")
    copied = re.compile(rf"{re.escape(ours)}(?=[/'\"\s:;,)\]]|$)")
    return replace(
        shadow,
        shown=lambda text: real.sub(lambda _: ours, shadow.shown(text)),
        placed=lambda text: shadow.placed(copied.sub(lambda _: top, text)),
    )
