"""Names that code hands to something which takes them: a module to a loader, a distribution to a reader of metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from footprint.values import dataclass

# loaded: imported here and now; later: by the first use of what the call returns; run: by another interpreter;
# metadata: its metadata is read; sought: only asked whether it is there; code: a text of Python that runs here.
Kind = Literal["loaded", "later", "run", "metadata", "sought", "code", "listed"]
# module: "a.b" is a module; object: the last part may be an attribute; requirement: "redis>=5".
Form = Literal["module", "object", "requirement", "code"]


@dataclass(frozen=True, slots=True)
class Taker:
    """What a function does with the name that it is given, and which of its parameters that is."""

    kind: Kind
    form: Form = "module"
    position: int = 0
    keyword: str = "name"


@dataclass(frozen=True, slots=True)
class Loader:
    """A function of ours whose parameter ends at a taker. `function` is its dotted name in its file."""

    function: str
    taker: Taker
    by: str  # the taker at the end, as written: "importlib.import_module()"


@dataclass(frozen=True, slots=True)
class Taking:
    """What a file takes from elsewhere and hands on: `source` is "shop.apps.EXTRA", `steps` the way into that value."""

    source: str
    steps: tuple[tuple[str, str | int | None], ...]
    kind: Kind
    form: Form
    by: str
    late: bool  # handed on inside a function, or later


@dataclass(frozen=True, slots=True)
class Asked:
    """What other files want to know of one: which calls in it lead to loaders, and which of its names are handed on."""

    loaders: tuple[tuple[str, Loader], ...] = ()  # by the name as the file calls it
    takings: tuple[Taking, ...] = ()


NOTHING_ASKED = Asked()


@dataclass(frozen=True, slots=True)
class ModuleStrings:
    """The names that stand in strings of a file, by a look without a tree.

    `full` have a dot or a colon behind them; without `takes_plain` no other names a module, unless by what the file
    imports.
    """

    full: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    takes_plain: bool = False


# The first word of a reference's place: what becomes of the module or distribution that it names.
MARKS: Mapping[Kind, str] = {
    "loaded": "<loaded>",
    "later": "<loaded>",
    "run": "<run>",
    "metadata": "<metadata>",
    "sought": "<sought>",
}
LOADED, RUN, METADATA, SOUGHT, COMMAND, URL = "<loaded>", "<run>", "<metadata>", "<sought>", "<command>", "<url>"
PARTLY = "<partly>"  # imported under a name of which only a part of the first word is known: "langchain_*"
