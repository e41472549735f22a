"""`footprint` without a command: the static picture of the project in this folder."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from footprint.cli.arguments import Given


def print_picture(otherwise: Callable[[], None]) -> None:
    """Print what reading alone shows of the project in this folder; where there is none, do `otherwise`."""
    from footprint.audit.stages.picture_stage import is_project, read_picture

    if not is_project(Path()):
        otherwise()
        return
    from footprint.cli.printing import make_view, print_notes, read_language, started
    from footprint.report.languages.messages import spoken
    from footprint.report.stages.picture import render

    given: Given = {"project": Path(), "lang": None}
    with started("scan", given, starts=False) as (options, show):
        picture = read_picture(options, show)
    view = make_view(language=read_language(given))
    with spoken(view.language):
        sys.stdout.write(render(picture, view))
    print_notes(picture.notes)
