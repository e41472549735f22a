"""How a reader wants to see an audit. Facts never depend on it."""

from __future__ import annotations

from typing import Literal

from footprint.values import dataclass

SortKey = Literal["disk", "rss", "time", "name"]


@dataclass(frozen=True, slots=True)
class View:
    """Order, length and look. `width` None: as wide as the content, nothing cut, for pipes and files."""

    sort: SortKey = "disk"
    top: int = 30  # rows; 0 for all
    width: int | None = None
    colour: bool = False
    ascii: bool = False


DEFAULT_VIEW = View()
