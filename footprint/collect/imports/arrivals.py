"""What arrives where a name is taken, and what it came by."""

from __future__ import annotations

import ast
from typing import NamedTuple

from footprint.collect.imports.name_values import Steps, ValueScope


class Way(NamedTuple):
    """What was passed on the way from the place that takes a name."""

    call: ast.Call | None = None  # of a function of this file, the outermost, whose argument is followed
    late: bool = False  # the taker runs later than that call
    at: ValueScope | None = None  # the function that runs when the value is taken
    choice: bool = False  # one of several
    split: bool = False  # only its first part is taken: "redis.Redis".rsplit(".", 1)
    exact: bool = True  # as it stands, and not as a part of a text


class Arrival(NamedTuple):
    """One text that may arrive."""

    text: str
    line: int
    way: Way


class Parameter(NamedTuple):
    """A parameter whose arguments arrive: with another file's calls, theirs."""

    function: ValueScope
    name: str
    late: bool
    split: bool


class Source(NamedTuple):
    """A value of another module that arrives."""

    name: str  # dotted, as imported: "shop.apps.EXTRA"
    steps: Steps
    late: bool
