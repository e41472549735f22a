"""Names of modules in strings: by the rows of `knowledge.frameworks`, where no row speaks, and known in part.

`import_module(f"app.commands.{name}")` may load any module that fits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

from footprint.analysis.conventions.scene import Depth, Lead, Scene
from footprint.analysis.names.first_party import first_party_of
from footprint.analysis.names.import_names import ImportNames
from footprint.knowledge.frameworks import CALLED_IN, row_of
from footprint.model.handed_names import COMMAND, LOADED, MARKS, RUN, URL
from footprint.model.note import Note
from footprint.model.source_modules import ImportSite, ProjectSources, Reference, SourceModule
from footprint.pairs import group_pairs
from footprint.values import replace

# Places that other conventions read, and what is not a module of ours.
_OTHERS = frozenset({"__getattr__", "__all__", "import_module()", *MARKS.values(), COMMAND, URL})
_CLASSES = frozenset({"[class]", "[()]", "[factory]", "LOGGING_CONFIG"})  # where logging.config takes dotted names


def named_in_full(reference: Reference, scene: Scene) -> Iterable[Lead]:
    """Yield the files that a string names: in a known place they are loaded when its row says.

    "main:app" is made for a loader, unless it is a value in a table. Any other dotted string may belong to a table of
    lazy imports.
    """
    if not _OTHERS.isdisjoint(reference.place):
        return
    row = row_of(reference.place)
    if row is None:
        if reference.names or "." in reference.module:
            in_table = any(word.startswith("[") for word in reference.place)
            depth: Depth = "startup" if reference.names and not in_table else "lazy"
            # USER_FACTORY = "users.tests.factories.User": settings name what tests have, and only tests load it.
            files = (file for file in scene.named_by(reference) if not file.is_for_developers)
            yield from scene.leads(files, depth, reference)
        return
    word, when = row
    if word.startswith("LOGGING") and reference.place[-1] not in _CLASSES:
        return  # the name of a logger is no reference to a module
    if "*" in reference.module:
        yield from scene.leads(scene.matching(reference.module), "lazy", reference)
        return
    is_early = when in ("startup", "whole") or (when in ("worker", "worker only") and scene.is_worker)
    beside = when == "beside" or (when == "worker only" and not scene.is_worker)
    when_loaded: Depth = "startup" if is_early else "lazy"
    runs = (CALLED_IN[word],) if word in CALLED_IN else ()
    yield from scene.leads(scene.named_by(reference), when_loaded, reference, beside=beside, runs=runs)
    if when in ("below", "whole"):
        depth = "startup" if when == "whole" else "lazy"
        yield from scene.leads(scene.matching(f"{reference.module}.*"), depth, reference)


def named_in_part(reference: Reference, scene: Scene) -> Iterable[Lead]:
    """Yield the modules that fit: in a loop over a folder or a list all are loaded, elsewhere any of them may be."""
    if reference.place[-1:] == ("import_module()",):
        known = reference.module.partition("*")[0].rpartition(".")[0]  # the packages that are loaded on the way
        yield from scene.leads(scene.first_party.files_of(known), "startup", reference)
        depth: Depth = "startup" if reference.names else "lazy"
        yield from scene.leads(matching(reference, scene), depth, reference)
    elif reference.place[:1] == (LOADED,):
        early: Depth = "lazy" if reference.guarded else "startup"
        yield from scene.leads(scene.first_party.leads_to(reference), early, reference)
    elif reference.place[:1] == (RUN,):
        yield from scene.leads(scene.first_party.leads_to(reference), "lazy", reference)


def matching(reference: Reference, scene: Scene) -> Iterable[SourceModule]:
    """Return the files of the modules that a pattern stands for."""
    if "*" not in reference.module:
        return scene.first_party.files_of(reference.module)
    return scene.matching(reference.module, is_one_level=reference.names == ("*",))


def is_read(module: SourceModule, line: int | None, scene: Scene) -> bool:
    """Whether it is known what the import by call on `line` may load: some modules of ours."""
    by_line = scene.by_call.get(module.path)
    if by_line is None:
        calls = (each for each in module.references if each.place[-1:] == ("import_module()",))
        by_line = scene.by_call[module.path] = group_pairs((each.line, each) for each in calls)
    found = by_line.get(line or 0, ())
    return bool(found) and all(any(True for _ in matching(each, scene)) for each in found)


def named_by_call(module: SourceModule, names: ImportNames) -> Iterable[ImportSite]:
    """Yield the imports that code makes by name, those of one among several as doubtful as guarded ones.

    `for name in ("redis", "asyncpg"): import_module(name)`, `r = lazy_loader.load("redis")`. What is one of several,
    or nothing installed answers to, is a use of what is declared and nothing else: its form is "string".
    """
    for each in module.references:
        named = (each.path, each.line, each.module, each.names, 0, each.placement, each.function)
        if each.place[-1:] == ("import_module()",) and "*" not in each.module:
            site = replace(ImportSite(*named, guarded=True, form="import_module"), names=())
            if names.owner_of(site):
                yield site
        elif each.place[:1] == (LOADED,) and not _is_our_own(each, names):
            site = ImportSite(*named, guarded=each.guarded, form="import_module")
            yield site if not each.fallback and bool(names.owner_of(site)) else replace(site, form="string")


def loaded_by_call(module: SourceModule) -> Iterable[ImportSite]:
    """Yield those that code surely makes by name, whoever provides the module: a literal, and a loader for certain."""
    for each in module.references:
        if each.place[:1] == (LOADED,) and len(each.place) == 2 and not each.fallback:
            named = (each.path, each.line, each.module, each.names, 0, each.placement, each.function)
            yield ImportSite(*named, guarded=each.guarded, form="import_module")


def _is_our_own(each: Reference, names: ImportNames) -> bool:
    """Whether the function is ours: by its name it imports, but nothing in it does."""
    full = each.place[2] if len(each.place) > 2 else ""
    return bool(full) and names.is_first_party(replace(each, module=full, names=()))


def notes_left(sources: ProjectSources) -> tuple[Note, ...]:
    """Return the notes of `sources` without those about imports by call that are known to lead to modules of ours."""
    names = sorted(first_party_of(sources).names())
    lines: dict[tuple[str, int], bool] = {}
    for module in sources.modules:
        for each in module.references:
            if each.place[-1:] == ("import_module()",):
                prefix = each.module.partition("*")[0]
                index = bisect_left(names, prefix)
                leads = index < len(names) and names[index].startswith(prefix)
                lines[module.path, each.line] = lines.get((module.path, each.line), True) and leads
    known = {place for place, leads in lines.items() if leads}
    return tuple(note for note in sources.notes if note.code != "dynamic-import" or (note.path, note.line) not in known)
