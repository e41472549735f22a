"""What the page calls the stages of a process."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.runtime import StageName
from footprint.report.languages.messages import message, say

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
