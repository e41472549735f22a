"""Names of modules in strings: by the rows of `knowledge.frameworks`, and where no row speaks."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.conventions.scene import Convention, Depth, Lead, Scene
from footprint.knowledge.frameworks import row_of
from footprint.model.handed_names import COMMAND, MARKS, URL
from footprint.model.source_modules import Reference

# Places that other conventions read, and what is not a module of ours.
_OTHERS = frozenset({"__getattr__", "__all__", "import_module()", *MARKS.values(), COMMAND, URL})
_CLASSES = frozenset({"[class]", "[()]", "[factory]", "LOGGING_CONFIG"})  # where logging.config takes dotted names


class Named(Convention):
    """A string in a known place is loaded when its row says.

    "main:app" is made for a loader, unless it is a value in a table. Any other dotted string may belong to a table of
    lazy imports.
    """

    def named(self, reference: Reference, scene: Scene) -> Iterable[Lead]:
        """Yield the files that a string names."""
        if not _OTHERS.isdisjoint(reference.place):
            return
        row = row_of(reference.place)
        if row is None:
            if reference.names or "." in reference.module:
                in_table = any(word.startswith("[") for word in reference.place)
                depth: Depth = "startup" if reference.names and not in_table else "lazy"
                yield from scene.leads(scene.named_by(reference), depth, reference)
            return
        word, when = row
        if word.startswith("LOGGING") and reference.place[-1] not in _CLASSES:
            return  # the name of a logger is no reference to a module
        if "*" in reference.module:
            yield from scene.leads(scene.matching(reference.module), "lazy", reference)
            return
        is_early = when == "startup" or (when in ("worker", "worker only") and scene.is_worker)
        beside = when == "beside" or (when == "worker only" and not scene.is_worker)
        when_loaded: Depth = "startup" if is_early else "lazy"
        yield from scene.leads(scene.named_by(reference), when_loaded, reference, beside=beside)
        if when == "below":
            yield from scene.leads(scene.matching(f"{reference.module}.*"), "lazy", reference)
