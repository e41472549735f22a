"""The kinds of inputs, each with its share of a campaign: one module per kind, with one function that makes a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.kinds import (
    answers,
    audits,
    disks,
    entries,
    env_files,
    environments,
    locks,
    projects,
    settings,
    signals,
)
from benchmarks.fuzz.place import Place


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: how often it comes, and how an input of it is made."""

    share: float  # of 100
    make: Callable[[Place, Random], Case]
    starts: bool = False  # most of its inputs start an application


KINDS: Mapping[str, Kind] = {
    "environments": Kind(17, environments.make),
    "projects": Kind(16, projects.make),
    "settings": Kind(11, settings.make),
    "audits": Kind(11, audits.make),
    "locks": Kind(9, locks.make),
    "entries": Kind(14, entries.make, starts=True),
    "signals": Kind(8, signals.make, starts=True),
    "disks": Kind(5, disks.make, starts=True),
    "env_files": Kind(5, env_files.make, starts=True),
    "answers": Kind(4, answers.make, starts=True),
}
