"""How the imports of a project can be deferred: by the Pythons that it supports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from footprint.collect.python_version import read_required_python
from footprint.knowledge.target_facts import LAZY_SINCE
from footprint.model.deferrals import DeferralForm

_NEWEST_MINOR = 40  # of the versions that a requires-python is asked for


def find_form(folder: Path, version: Sequence[int]) -> DeferralForm:
    """Return the form that all versions understand which the project supports; what it runs on is the newest."""
    target = tuple(version[:2])
    if target < LAZY_SINCE:
        return "move"
    from footprint.edit.imports.lazy_forms import form_for  # six files that only newer interpreters need

    required = read_required_python(folder)
    oldest = target
    if required is not None:
        minors = range(_NEWEST_MINOR)
        allowed = [minor for minor in minors if required[0].contains(f"3.{minor}.99", prereleases=True)]
        oldest = (3, min(allowed, default=target[1]))
    return form_for((oldest[0], oldest[1]), (target[0], target[1]))
