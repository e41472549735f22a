"""What importing a library did in the measured start, by the texts of all modules that it loaded first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from footprint.analysis.facts.run_facts import Collected
from footprint.edit.imports.library_code import LibraryFacts, read_library
from footprint.edit.imports.module_bytes import decode_module
from footprint.files.reader import try_read
from footprint.model.runtime import ImportCost
from footprint.names import ModuleName, top_level
from footprint.units import MIB

_BYTES_AT_MOST = 2 * MIB


def read_loaded(facts: Collected, modules: Iterable[ModuleName]) -> Mapping[ModuleName, LibraryFacts]:
    """Return by first part of a name what importing these modules reads and changes, the standard library left out.

    Only source files are read: what a compiled module does is not known.
    """
    tops = {top_level(module) for module in modules}
    origins = {
        module: origin
        for runtime in facts.runtimes
        if runtime.run is not None
        for module, origin in runtime.run.origins
        if origin.endswith(".py") and top_level(module) not in facts.interpreter.stdlib_names
    }
    found = {}
    for top in tops:
        loaded = set[ModuleName]()
        for runtime in facts.runtimes:
            loaded |= _loaded_by(runtime.run.costs if runtime.run is not None else (), top)
        texts = {module: _text(origins[module]) for module in loaded if module in origins}
        found[top] = read_library(texts)
    return found


def _loaded_by(costs: Iterable[ImportCost], top: ModuleName) -> set[ModuleName]:
    """Return the modules of a library and all that their loading loaded first."""
    orders, found = set[int](), set[ModuleName]()
    for cost in sorted(costs, key=lambda cost: cost.order):
        if top_level(cost.module) == top or cost.parent in orders:
            orders.add(cost.order)
            found.add(cost.module)
    return found


def _text(origin: str) -> str:
    content = try_read(Path(origin), bytes_at_most=_BYTES_AT_MOST)
    found = decode_module(content) if content is not None else None
    return found[0] if found is not None else ""
