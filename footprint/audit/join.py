"""What an audit does beside and after the start: read the rest, join what was measured, judge."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import chain

from footprint import __version__
from footprint.analysis.cost.entry_rows import observe
from footprint.analysis.facts import index
from footprint.analysis.facts.roots import find_roots, names_judged
from footprint.analysis.facts.run_facts import Collected, SecondLook, group_uses
from footprint.analysis.facts.spelled_extras import spell_out
from footprint.analysis.findings.undeclared import note_nothing_declared
from footprint.analysis.graph import settled_lines
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.join import rows
from footprint.analysis.reach import entry_walk
from footprint.analysis.reach.reach_rule import where_known
from footprint.analysis.use.installed_groups import find_installed_groups, promote_installed
from footprint.analysis.use.stated_uses import own_hooks
from footprint.audit.checkout import Checkout, find_places, why_not_probed
from footprint.audit.entry_limits import wish_workers
from footprint.audit.project_code import ProjectCode, follow_handed, name_imports, read_all, walk_entries
from footprint.audit.source_marks import SourceMarks, read_source_marks
from footprint.audit.target import Target, knows_lazy
from footprint.collect import disk
from footprint.collect.comments import read_ignore_comments, read_needed_comments
from footprint.collect.deploy.stated_variables import find_set
from footprint.collect.layout.installations import read_conda_packages
from footprint.collect.layout.seeds import find_seeds
from footprint.collect.layout.start_hook_lines import read_custom_modules, read_hooks
from footprint.collect.machine import read_measurement
from footprint.config.options import TargetOptions
from footprint.files.cache_folder import find_cache_folder
from footprint.files.paths import place_in
from footprint.files.reader import list_entries
from footprint.knowledge.tables import read_data_needs, read_import_names, read_soft_needs
from footprint.model.audit import Audit
from footprint.model.environment_facts import Download, DownloadTotal
from footprint.model.installed_environment import DiskScan, StartHook
from footprint.model.note import Note
from footprint.model.requests_to_ignore import Suppressions
from footprint.model.requirements import DeclaredFiles
from footprint.model.runtime import EntryRuntime
from footprint.model.service_memory import ServerMemories
from footprint.model.trial import ChangeKind
from footprint.names import ByName, NameSet, normalise, top_level
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class RestOfProject:
    """What no start needs: the weights, the requirement files, and the code to its last line."""

    scan: DiskScan
    declared: DeclaredFiles
    code: ProjectCode


def read_rest(checkout: Checkout) -> RestOfProject:
    """Return what no start needs; the code to its last line only where the checkout is read thoroughly."""
    options, target, code = checkout.options.target, checkout.target, checkout.code
    scan = disk.scan(target.interpreter, target.there, cache=find_cache_folder(wanted=options.cache))
    declared = settled_lines.name_outside_folders(code.declared(), target.there)
    declared = declared if options.requirements else _without_unread_scripts(declared, code)
    lines = promote_installed(declared.requirements, find_installed_groups(code.tools))
    sources = code.sources
    if checkout.thorough:
        sources = follow_handed(options.project, read_all(options.project, sources, target), target)
    if target.kept is not None:
        target.kept.keep()
    return RestOfProject(scan, replace(declared, requirements=lines), replace(code, sources=sources))


def _without_unread_scripts(declared: DeclaredFiles, code: ProjectCode) -> DeclaredFiles:
    """Leave out the headers of scripts whose imports were not read, since git or the options leave them out."""
    read = {module.path for module in code.sources.modules}
    kept = (line for line in declared.requirements if not line.group.startswith("script:") or line.path in read)
    return replace(declared, requirements=tuple(kept))


@dataclass(frozen=True, slots=True)
class JoinedRest:
    """The facts of one run as if nothing had been started, and the notes that stand before and behind those of starts.

    All that follows from the rest alone: it is joined while the first entry starts.
    """

    facts: Collected
    notes_before: tuple[Note, ...]
    notes_behind: tuple[Note, ...]
    notes_of_limits: tuple[Note, ...]

    def with_starts(
        self, runtimes: tuple[EntryRuntime, ...], servers: Mapping[str, ServerMemories] | None = None
    ) -> Collected:
        """Return all that was collected: this, and what the starts came to."""
        uses = self.facts.uses
        if runtimes:
            from footprint.analysis.cost.first_use_rows import mark_late  # what starts nothing does without

            uses = mark_late(uses, runtimes)
        told = _in_order(self.notes_before, *(each.notes for each in runtimes), self.notes_behind)
        notes = (*told, *self.notes_of_limits)
        return replace(self.facts, uses=uses, runtimes=runtimes, servers=servers or {}, notes=notes)


def join_rest(checkout: Checkout, rest: RestOfProject) -> JoinedRest:
    """Return what follows from all that no start is needed for, before anything is judged."""
    target, code, scan = checkout.target, rest.code, rest.scan
    python, project = target.interpreter, checkout.project.resolve()
    declared, graph, uncertain = _settle_lines(target, code, rest.declared)
    reaches = walk_entries(target, code)
    names = name_imports(target, scan, code, reaches)
    own, own_notes = settled_lines.find_own(target.there, _required(declared), graph, project.as_posix())
    uses = entry_walk.classify_sites(code.sources, where_known(reaches), names, lazy_syntax=knows_lazy(target))
    facts = Collected(
        project_name=project.name,
        interpreter=python,
        chosen=str(target.chosen),
        prefix_relative=place_in(checkout.project, python.prefix) if target.missing is None else None,
        installed=target.installed,
        scan=scan,
        declared=declared,
        graph=graph,
        sources=code.sources,
        names=names,
        entries=code.entries,
        reaches=reaches,
        uses=uses,
        tools=code.tools,
        not_probed=why_not_probed(checkout.options.probe, target),
        places=find_places(python, scan, checkout.project),
        own=own,
        uncertain=uncertain,
    )
    before = (*target.notes, *scan.notes, *declared.notes, *code.all_notes)
    behind = (*own_notes, *note_nothing_declared(declared, needed=bool(uses)))
    facts = _with_surroundings(facts, replace(checkout, code=code))
    return JoinedRest(facts, before, behind, checkout.limits.notes)


def _with_surroundings(facts: Collected, checkout: Checkout) -> Collected:
    """Add what is known besides: of other starts, of the environment and the host, of what nobody wants to be told."""
    options, target, code, limits = checkout.options.target, checkout.target, checkout.code, checkout.limits
    downloads, download_total = _read_downloads(checkout)
    python = target.interpreter
    marks = read_source_marks(options.project, [module.path for module in code.sources.modules], target.kept)
    return replace(
        facts,
        beside=code.beside,
        unknown_starts=code.unknown_starts,
        installs=code.installs,
        habits=code.habits,
        soft_needs=read_soft_needs(),
        data_needs=read_data_needs(),
        known_names=read_import_names(),
        hooks=_hooks(checkout, facts),
        suppressions=_read_suppressions(options, marks, code, facts.declared.files),
        runnable=marks.runnable,
        born=find_seeds(python.site_dirs, python.version, is_interpreter=python.executable is not None),
        missing=target.missing,
        downloads=downloads,
        download_total=download_total,
        limit=limits.whole,
        limits=limits.entries,
        wishes=wish_workers(options, code.entries),
    )


def _read_downloads(checkout: Checkout) -> tuple[ByName[Download], DownloadTotal | None]:
    """Return what the lock files say of downloads: nothing where there is none, and nothing is loaded for it then."""
    names = [entry.name for entry in list_entries(checkout.project) or ()]
    if not any(name.endswith(".lock") or name.startswith("pylock.") for name in names):
        return {}, None
    from footprint.audit.locked_files import read_downloads

    return read_downloads(checkout.options.target, checkout.target)


def _settle_lines(
    target: Target, code: ProjectCode, declared: DeclaredFiles
) -> tuple[DeclaredFiles, RequirementGraph, NameSet]:
    """Return the declared files as they are to be understood, their graph, and the names that may be none of Python."""
    markers = target.interpreter.markers
    declared, uncertain = _settle_conda_lines(target, code, declared)
    graph = RequirementGraph.build(target.installed, declared.requirements, markers)
    found = settled_lines.find_compilations(declared, graph, target.there)
    if found is not declared:
        declared, graph = found, RequirementGraph.build(target.installed, found.requirements, markers)
    return declared, graph, uncertain


def _settle_conda_lines(target: Target, code: ProjectCode, declared: DeclaredFiles) -> tuple[DeclaredFiles, NameSet]:
    """Return the declared files without what is not a Python distribution, and the names that may be none."""
    asked = {line.conda_name for line in declared.requirements if line.conda_name}
    if not asked:
        return declared, frozenset()
    sites = (site for module in code.sources.modules for site in module.sites if site.level == 0)
    known = settled_lines.KnownPython(
        installed=frozenset(item.name for item in target.installed),
        imported=frozenset(normalise(name) for name in {top_level(site.module) for site in sites}),
        listed=frozenset(name for names in read_import_names().values() for name in names),
        records=read_conda_packages(target.interpreter.prefix, asked) if target.missing is None else None,
    )
    declared = settled_lines.settle_conda(declared, known)
    return declared, settled_lines.find_uncertain(declared, known)


def _required(declared: DeclaredFiles) -> NameSet:
    return frozenset(line.name for line in declared.requirements if line.kind == "requirement")


def _in_order(*parts: Iterable[Note]) -> tuple[Note, ...]:
    """Return the interpreter and what was not understood of the declarations first: the rest rests on them."""
    ranks = ("interpreter", "declarations", None)
    return tuple(sorted(chain.from_iterable(parts), key=lambda note: ranks.index(note.about)))


def judge(facts: Collected, options: TargetOptions, codes: Collection[str] | None = None) -> Audit:
    """Index the facts, look once more where they leave a question open, and return the audit.

    `codes`: the findings that are asked for, where nothing else is: what changes none of them is not looked for.
    """
    brief = _judge_briefly(facts, options, codes) if codes is not None and not facts.runtimes else None
    if brief is not None:
        return brief
    from footprint.audit.deferral_form import find_form
    from footprint.audit.lighter_forms import find_spare_extras, find_variants

    spelled, found = look(facts, options)
    variants, extras = find_variants(spelled, options), find_spare_extras(facts, options)
    form = find_form(options.project, facts.interpreter.version)
    return _join(facts, spelled, replace(found, variants=variants, spare_extras=extras, form=form))


def _judge_briefly(facts: Collected, options: TargetOptions, codes: Collection[str]) -> Audit | None:
    """Return the audit without what changes none of the findings of `codes`, None where they may be about anything."""
    from footprint.analysis.questions import findings_at_stake  # only a check that starts nothing

    if not findings_at_stake.CODES.issuperset(codes):
        return None
    joined = index.index_facts(facts, SecondLook(), (), group_uses(facts))
    if not findings_at_stake.may_change(joined):
        return _join(facts, joined, SecondLook())
    return _join(facts, *look(facts, options))


def _join(facts: Collected, spelled: index.Joined, found: SecondLook) -> Audit:
    return replace(rows.join(facts, spelled, found, __version__), measured=read_measurement())


def find_leaving(facts: Collected, options: TargetOptions, changes: Iterable[tuple[ChangeKind, str]]) -> NameSet:
    """Return what changes of lines free together: more than each alone where they share something.

    Each has its subject, as a requirement names it: `celery[msgpack]` where that extra goes.
    """
    spelled, found = look(facts, options)
    joined = index.index_facts(facts, found, spelled.observed, spelled.uses)
    roots = find_roots(names_judged(joined), joined)
    subjects = group_pairs(changes)
    narrowed = (subject.removesuffix("]").partition("[") for subject in subjects.get("narrow", ()))
    dropped = frozenset((name, extra) for name, _, extras in narrowed for extra in extras.split(","))
    return roots.leaving_with(roots.with_rings(subjects.get("remove", ())), subjects.get("move", ()), dropped)


def look(facts: Collected, options: TargetOptions) -> tuple[index.Joined, SecondLook]:
    """Return the first index, of facts in which extras are spelled out, and what was found for all that it asks."""
    from footprint.audit.second_look import look_again  # not every check looks

    observed = observe(facts.runtimes, facts.places)
    uses = group_uses(facts, observed)
    spelled = index.index_facts(spell_out(facts, guests=not options.requirements), SecondLook(), observed, uses)
    return spelled, look_again(spelled, options)


def _hooks(checkout: Checkout, facts: Collected) -> ByName[tuple[StartHook, ...]]:
    """Return what runs whenever the target starts, by whose it is."""
    code, python = checkout.code, facts.interpreter
    if checkout.target.missing is not None:
        return {}
    found = read_hooks(python.site_dirs, python.stdlib_names, python.version)
    # Of folders that are only on the path no .pth file is read, and of several sitecustomize the first is imported.
    own = read_custom_modules([path.folder for path in code.import_paths], python.stdlib_names)
    variables = {name for hook in found for name in hook.variables}
    given = find_set(checkout.project, (command.path for command in code.commands), variables)
    set_names = {*checkout.options.probe.environment, *given}
    editable = {item.name for item in facts.installed if item.origin == "editable"}
    return own_hooks((*own, *found), facts.scan, editable, facts.names, set_names)


def _read_suppressions(
    options: TargetOptions, marks: SourceMarks, code: ProjectCode, files: Collection[str]
) -> Suppressions:
    """Return what the project asks not to be told; `files` are those of its requirements."""
    sources = {module.path for module in code.sources.modules}
    comments = read_ignore_comments(options.project, [path for path in files if path not in sources])
    return Suppressions(options.ignore, (*marks.comments, *comments), read_needed_comments(options.project, files))
