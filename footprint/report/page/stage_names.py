"""What the page calls the stages of a process, and whether they fit."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.memory_rows import Fit
from footprint.model.runtime import StageName
from footprint.report.languages.messages import message, say

TOO_MUCH = message("does not fit")
_NAMES: Mapping[StageName, str] = {
    "interpreter": message("bare interpreter"),
    "import": message("imported"),
    "ready": message("ready"),
    "first_use": message("after lazy imports"),
    "calls": message("after the calls"),
}


def stage_name(stage: StageName) -> str:
    """Return the name of a stage."""
    return say(_NAMES[stage])


def moment_of(fit: Fit) -> str:
    """Return at which moment of a process a verdict looks."""
    if any(part.kind == "requests" for part in fit.parts):
        return say("after the requests")
    return stage_name(fit.stage)
