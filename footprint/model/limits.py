"""Limits of hosts: as a deploy file states them, and as the plans of platforms have them."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class StatedLimit:
    """What one service may take, where a deploy file says so. Bytes stay None where only a plan is named."""

    service: str  # the name that its start command has, too
    memory_bytes: int | None
    disk_bytes: int | None  # of the unpacked code
    path: str  # relative to the project, posix
    line: int
    how: Literal["stated", "plan"]
    plan: str | None = None  # of the table: "render:starter"
    folder: str = "."  # what the service is built from, relative to the project
    own_only: bool = False  # of a job, and the like: for what its own command starts and nothing else


@dataclass(frozen=True, slots=True)
class Plan:
    """One row of the dated table of plans (data/limits.toml)."""

    name: str  # "render:starter"; a platform alone: "vercel"
    memory_bytes: int | None
    disk_bytes: int | None
    source: str
    checked: str  # when the source said so: "2026-08"

    @property
    def platform(self) -> str:
        """The part before the colon."""
        return self.name.partition(":")[0]
