"""The last look before a line is called unused or unreached with advice: does any text of the project name it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.analysis.facts.index import Joined
from footprint.analysis.facts.run_facts import SecondLook
from footprint.analysis.questions import wanted_names
from footprint.analysis.questions.open_questions import belonging, unreached_paths
from footprint.analysis.reach.reach_rule import UnreachedFiles
from footprint.collect import namings
from footprint.collect.comments import find_stated_needs
from footprint.collect.namings.own_files import OwnFiles
from footprint.collect.namings.sought_names import Settled
from footprint.collect.sources.project_files import find_text_files
from footprint.collect.third_party.late_loads import Leads
from footprint.config.options import TargetOptions
from footprint.knowledge.tables import read_drivers, read_engines
from footprint.model.namings import Naming, SoughtName
from footprint.names import ByName
from footprint.pairs import group_pairs
from footprint.values import replace


def add_namings(sought: Sequence[SoughtName], joined: Joined, options: TargetOptions, leads: Leads) -> SecondLook:
    """Add where the text of any file names what would get the advice to go, or a file that alone imports it."""
    look = joined.look
    own = OwnFiles(wanted_names.files_to_seek(sought, joined))
    look = replace(look, namings=look_for(sought, joined, options, leads, own))
    if not own.found:
        return look
    starters = {**dict.fromkeys(sorted(look.runnable)), **own.found}
    return replace(look, openings=UnreachedFiles(joined.facts.sources, unreached_paths(joined)).openings_of(starters))


def look_for(
    sought: Sequence[SoughtName], joined: Joined, options: TargetOptions, leads: Leads, own: OwnFiles | None = None
) -> ByName[tuple[Naming, ...]]:
    """Find where the text of any file names what is sought."""
    texts = find_text_files(options.project, options.exclude, respect_gitignore=options.respect_gitignore)
    places = namings.NamingPlaces(
        code=wanted_names.roles_of_code(joined),
        texts=wanted_names.texts_to_read(texts, joined),
        imported=wanted_names.imported_words(joined),
        computes=bool(joined.computed_imports),
        settled=Settled(frozenset(_idle_schemes(joined)), frozenset(_idle_calls(joined))),
    )
    bare = {name.distribution for name in sought if not name.is_dotted}
    found = namings.find_namings(options.project, sought, places, leads.leads_to, own)
    named = [each for each in found if each.distribution in bare or "." in each.text]
    lines = {name: [(at.path, at.line) for at in joined.declared.get(name, ())] for name in sorted(bare)}
    return group_pairs((each.distribution, each) for each in (*named, *find_stated_needs(options.project, lines)))


def _idle_schemes(joined: Joined) -> Iterator[str]:
    """Yield the URL schemes whose readers are known, and none of them there."""
    there = belonging(joined)
    rows = [row for row in read_drivers() if row.is_scheme]
    read = {row.text for row in rows if not there.isdisjoint(row.readers)}
    yield from (row.text for row in rows if row.text not in read)


def _idle_calls(joined: Joined) -> Iterator[tuple[str, str]]:
    """Yield the calls, by name and argument, that choose something for distributions of which none is there."""
    there = belonging(joined)
    calls = {True: set[tuple[str, str]](), False: set[tuple[str, str]]()}
    for engine in read_engines():
        calls[engine.asker in there].update((word, text) for word in engine.words for text in engine.arguments)
    yield from calls[False] - calls[True]
