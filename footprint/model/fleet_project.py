"""One project of a fleet that is to be audited, as plain values: it goes to other processes and other machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class FleetProject:
    """Where a project is, and what is said of it alone."""

    name: str
    shown: str  # the folder or the URL as it was given, credentials starred
    place: str  # an absolute path, or the URL
    is_url: bool = False
    ref: str | None = None  # of a URL: a branch or a tag
    env: str | None = None  # an absolute path
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FleetOrder:
    """One project, and how all of them are audited: flags by the names of their fields, as JSON has them."""

    project: FleetProject
    flags: Mapping[str, Any]
    history: int = 0  # commits that touched requirements; 0: the checkout as it is

    @property
    def starts(self) -> bool:
        """Whether anything may be started."""
        if self.history or (self.project.is_url and self.project.env is None):
            return False
        return self.flags.get("probe") is not False and not self.flags.get("no_env")
