"""Lighter forms of heavy distributions, and the words of a project that speak against one."""

from __future__ import annotations

from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class LighterVariant:
    """One row of data/variants.toml. Words are looked for as they stand."""

    heavy: DistributionName
    condition: str
    lighter: DistributionName | None = None  # None: the same from another index
    brings: tuple[str, ...] = ()  # patterns of the names of what only a GPU can use
    gpu: bool = False  # nothing may give the host a GPU
    unless: tuple[str, ...] = ()  # words that need the heavy form
    needs: tuple[str, ...] = ()  # words without which nothing is known
    index: str = ""  # of the lighter build, and how tools are to call it
    called: str = ""
    local: str = ""  # label of its versions: 2.13.0+cpu
    effect: str = ""  # typical, where what it saves here cannot be told
    rewrites: bool = False  # code has to change with it


@dataclass(frozen=True, slots=True)
class SpareExtra:
    """An extra that a distribution does without: a row of data/variants.toml."""

    of: DistributionName
    extra: str  # normalised
    without: str  # what it then does: "it serves by ..."
    unless: tuple[str, ...] = ()  # words that need it


@dataclass(frozen=True, slots=True)
class GpuWords:
    """What tells that a host has a GPU: words of deploy files; words of code, and of code that asks first."""

    deploy: tuple[str, ...]
    code: tuple[str, ...]
    asks: tuple[str, ...]
