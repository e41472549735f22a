"""Classification: the class of every distribution, with its reason and evidence. It lives here and only here.

Laws: the rules stand in the order of the classes, strongest first, and the first that speaks decides. What the
probe saw outranks what the code says. Nothing here measures, reads or renders.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from footprint.analysis.reach.reach_rule import Importer, Opening
from footprint.analysis.use import certainty, stated_uses
from footprint.analysis.use.certainty import temper
from footprint.analysis.use.choice_uses import show
from footprint.analysis.use.implied import find_implied_use, run_undeclared
from footprint.analysis.use.implied_strings import explain_unused_plugin, is_installed_by_name
from footprint.analysis.use.use_facts import (
    Classification,
    Facts,
    ask_evidence,
    chain_evidence,
    command_evidence,
    effective_status,
    reached_uses,
    show_asker,
    show_chain,
    site_evidence,
)
from footprint.knowledge.target_facts import LOADED
from footprint.model.audit import Confidence, Usage
from footprint.model.memory_rows import Load
from footprint.model.source_modules import EntryPoint, Placement, SiteUse
from footprint.units import few
from footprint.values import replace


def classify(facts: Facts) -> Classification:
    """Return the strongest class that the facts support."""
    for rule in _RULES:
        verdict = rule(facts)
        if verdict is not None:
            return temper(_name_what_it_stands_for(verdict, facts), facts)
    raise AssertionError(f"no class for {facts.name}")  # the last rule always speaks


def _name_what_it_stands_for(verdict: Classification, facts: Facts) -> Classification:
    if not facts.stands_for or not facts.sites:
        return verdict
    return replace(verdict, reason=f"{verdict.reason}; its modules are those of {', '.join(facts.stands_for)}")


def _startup(facts: Facts) -> Classification | None:
    statuses = {id(use): effective_status(use, facts) for use in facts.sites}
    eager = [use for use in facts.sites if statuses[id(use)] == "startup"]
    reached = [use for use in facts.sites if statuses[id(use)] in ("startup", "lazy")]
    if facts.load is not None and eager:
        return Classification(Usage.STARTUP, _describe_eager(eager), "certain", site_evidence(eager))
    if facts.load is not None and reached:
        outside = _outside_functions(reached)
        how = f"imported late, by {outside}" if outside else f"imported only inside {_name_functions(reached)}"
        reason = f"{how}, yet loaded at startup: {show_chain(facts.load.chain)}"
        # The line that loaded it, not those that come too late to.
        evidence = chain_evidence(facts.load.chain) or site_evidence(reached)
        return Classification(Usage.STARTUP, reason, "certain", evidence)
    is_known = any(use.site.placement is not Placement.ELSEWHERE for use in facts.sites) or is_installed_by_name(facts)
    is_hooked = facts.load is not None and facts.load.stage == "interpreter"  # nobody's import: its start-up hook
    if facts.load is not None and facts.load.importer is None and not is_known and not is_hooked:
        return _loaded_by_nobody(facts, facts.load)
    by_call = [use for use in eager if use.entry in facts.uncalled and _waits_for_a_call(use, facts)]
    if facts.measured and facts.installed and by_call:
        reason = f"{_describe_eager(by_call)}, when the entry runs: the measured start only imports it"
        return Classification(Usage.STARTUP, reason, "likely", site_evidence(by_call))
    if eager and not facts.measured:
        sure = facts.entries_known and any(not use.site.guarded for use in eager)
        reason = _describe_eager(eager) if facts.entries_known else f"{_describe_eager(eager)}; no entry point is known"
        return Classification(Usage.STARTUP, reason, "certain" if sure else "likely", site_evidence(eager))
    return None


def _loaded_by_nobody(facts: Facts, load: Load) -> Classification:
    """Return the class of what no import of ours or of another distribution loaded: by whom, as far as it is known."""
    asker = show_asker(load.chain, len(load.chain) - 1) if load.chain else ""
    served = [use for use in facts.tools if use.is_module]
    if asker or load.importer_module:
        reason = f"loaded at startup by {asker or load.importer_module}, by a dynamic import"
    elif served:
        reason = f"the start command in {served[0].path}:{served[0].line} runs {served[0].tool}"
        return Classification(Usage.STARTUP, reason, "certain", command_evidence(served))
    elif facts.is_project:
        reason = "the project itself, installed into its environment"
    else:
        reason = "loaded at startup by the launcher or a thread, while no module was loading"
    return Classification(Usage.STARTUP, reason, "certain", chain_evidence(load.chain))


def _waits_for_a_call(use: SiteUse, facts: Facts) -> bool:
    """Whether a site cannot have run yet: in a function, under `__main__`, or in a file that nothing has loaded."""
    return use.site.placement in (Placement.FUNCTION, Placement.MAIN) or use.site.path not in facts.loaded_files


def _lazy(facts: Facts) -> Classification | None:
    uses = reached_uses(facts)
    jobs = [use.job for use in uses if use.job is not None]
    if not uses or (
        facts.only_for_development and len(jobs) == len(uses) and all(job.purpose == "development" for job in jobs)
    ):
        return None
    if len(jobs) == len(uses):
        reason = f"imported by {uses[0].place}, which only {_describe_job(jobs[0])}"
        return Classification(Usage.LAZY, reason, "certain", site_evidence(uses))
    eager = [use for use in uses if effective_status(use, facts) == "startup"]
    if eager and len(eager) == len(uses):  # measured, and not loaded: a condition or a guard kept it out
        why = "is not installed" if not facts.installed else "did not load in the measured start"
        reason = f"imported by {eager[0].place}, but {why}"
        return Classification(Usage.LAZY, reason, "likely", site_evidence(eager))
    lazy = [use for use in uses if use not in eager]
    outside = _outside_functions(lazy)
    reason = f"imported late, by {outside}" if outside else f"imported inside {_name_functions(lazy)} only"
    return Classification(Usage.LAZY, reason, "certain" if facts.entries_known else "likely", site_evidence(lazy))


def _describe_job(job: EntryPoint) -> str:
    kind = {"job": "a job", "worker": "a worker", "web": "another web process"}[job.role]
    return f"{kind} runs: {job.target} ({job.source})"


def _unreached(facts: Facts) -> Classification | None:
    uses = [use for use in facts.sites if effective_status(use, facts) == "unreached"]
    if not uses or (facts.only_for_development and not facts.is_stubs):  # whoever declares it says what it is for
        return None
    if all(use.site.placement is Placement.MAIN for use in uses):
        reason = f"only when {uses[0].site.path} is run by itself ({uses[0].place}), and no known start does that"
        return Classification(Usage.UNREACHED, reason, "cannot tell", site_evidence(uses))
    paths = sorted({use.site.path for use in uses})
    opened = next((path for path in paths if path in facts.openings), None)
    if opened is not None:
        told = _told(facts.openings[opened], opened, facts.importer_of(opened))
        reason = f"imported only by {opened}, {told}: is it an entry?"
        return Classification(Usage.UNREACHED, reason, "cannot tell", site_evidence(uses))
    sure = certainty.of_unreached(facts, paths)
    reason = f"imported only by {_told_unreached(paths, facts)}{sure.said}"
    return Classification(Usage.UNREACHED, reason, sure.confidence, site_evidence(uses))


def _told_unreached(paths: Sequence[str], facts: Facts) -> str:
    """Return the files that no known start reaches, and who imports them."""
    if len(paths) > 1:
        return f"{paths[0]} and {len(paths) - 1} more, which nothing reached imports"
    importer = facts.importer_of(paths[0])
    if importer is None:
        return f"{paths[0]}, which nothing imports"
    if importer.is_for_developers:
        return f"{paths[0]}, which only tests or the build import ({importer.place})"
    return f"{paths[0]}, which only unreached code imports ({importer.place})"


def _told(opening: Opening, path: str, importer: Importer | None) -> str:
    """Return how a file that no known start reaches may come to run."""
    named = opening.named
    can = f"is named in {named.path}:{named.line}" if named is not None else "can be run by itself"
    if opening.path == path:
        return f"which {'nothing imports' if importer is None else 'no known start reaches'} but which {can}"
    return f"which no known start reaches but {opening.path} leads to, and that {can}"


def _elsewhere(facts: Facts) -> Classification | None:
    uses = [use for use in facts.sites if effective_status(use, facts) == "elsewhere"]
    if not uses or (facts.required_by and not facts.declared):
        return None
    use = uses[0]
    site = next((site for site in use.chain if site.placement is Placement.ELSEWHERE), use.site)
    leads = "" if site is use.site else f", which leads to {use.place},"
    is_of_loaded = LOADED in (site.condition or "")
    why = "where another module is loaded" if is_of_loaded else "for other targets"
    reason = f"only {why}: {site.path}:{site.line}{leads} runs where {site.condition}"
    if facts.declared and facts.installed and not is_of_loaded:
        reason += "; an environment marker on the line would keep it from this one"
    # Whether the other targets are wanted stands nowhere: never a line to remove.
    return Classification(Usage.UNREACHED, reason, "cannot tell", site_evidence(uses))


def _tests(facts: Facts) -> Classification | None:
    uses = [use for use in facts.sites if use.status == "tests"]
    if uses:
        by = "the build" if all(use.site.path in facts.build_files for use in uses) else "tests"
        return Classification(Usage.TESTS, f"imported only by {by}: {uses[0].place}", "certain", site_evidence(uses))
    tooling = [use for use in facts.tools if use.purpose == "development"]
    is_for_tooling = facts.only_for_development or (bool(facts.declared) and not facts.required_by)
    if tooling and is_for_tooling and not facts.is_stubs:
        reason = f"used by development tooling in {tooling[0].path}:{tooling[0].line}"
        sure: Confidence = "certain" if facts.only_for_development else "likely"
        return Classification(Usage.TESTS, reason, sure, command_evidence(tooling))
    by_developers = stated_uses.needed_by_developers(facts) if is_for_tooling and not facts.is_stubs else None
    if by_developers is not None and not facts.only_for_development:
        return by_developers
    if facts.only_for_development and not facts.is_stubs:
        return _declared_for_development(facts, seen=by_developers is not None)
    return stated_uses.named_for_tests(facts)


def _declared_for_development(facts: Facts, *, seen: bool) -> Classification:
    """Return the class of a line for developers; what the application loads may import it too, where it is there.

    `seen`: it is known what developers need it for.
    """
    first = facts.declared[0]
    reason = f"declared for development in {first.path}:{first.line}"
    if seen or not facts.asks:
        return Classification(Usage.TESTS, reason, "certain")
    ask = next((each for each in facts.asks if not each.guarded), facts.asks[0])
    where = f"in {ask.function}" if ask.function else "when it is imported"
    reason = f"{reason}; {ask.asker.module} asks for it {where}"
    return Classification(Usage.TESTS, reason, "likely", ask_evidence(facts.asks))


def _typing(facts: Facts) -> Classification | None:
    uses = [use for use in facts.sites if use.status == "typing"]
    if uses:
        reason = f"imported only for type checking: {uses[0].place}"
        return Classification(Usage.TYPING, reason, "certain", site_evidence(uses))
    if facts.is_stubs and facts.declared:
        used = f"type stubs of what {facts.stubbed[0].place} imports" if facts.stubbed else "type stubs"
        reason = f"{used}: only a type checker reads them"
        return Classification(Usage.TYPING, reason, "certain", site_evidence(facts.stubbed))
    return None


def _transitive(facts: Facts) -> Classification | None:
    if not facts.required_by:
        return None
    loaded = f"; loaded at startup: {show_chain(facts.load.chain)}" if facts.load else ""
    evidence = chain_evidence(facts.load.chain if facts.load else ())
    if facts.declared:
        by = ", ".join(facts.required_by[:3])
        own = next((line for line in facts.declared if line.source_line is not None), None)
        frees = "the line is a pin, removing it frees nothing"
        if own is not None:  # uv and Poetry apply such a source to what is declared alone
            frees = f"{own.path}:{own.source_line} says where it is installed from, which holds with the line only"
        return Classification(Usage.TRANSITIVE, f"required by {by} anyway: {frees}{loaded}", "certain", evidence)
    chain = facts.requirement_chain.show() or ", ".join(facts.required_by[:3])
    return Classification(Usage.TRANSITIVE, f"required through {chain}{loaded}", "certain", evidence)


def _unused(facts: Facts) -> Classification | None:
    if not facts.declared:
        return None
    if facts.for_conda:
        reason = "declared for conda and not installed: it may be a library or a program, not a Python distribution"
        return Classification(Usage.UNUSED, reason, "cannot tell")
    if not facts.installed:
        return _not_installed(facts)
    reason = f"no import, no start command, {_no_requirer(facts)}, and not in memory after startup"
    if not facts.measured:
        reason = f"no import, no start command and {_no_requirer(facts)}; startup was not measured"
    elif facts.load is not None:
        by = facts.load.importer_module
        reason = f"no import, no start command, {_no_requirer(facts)}; {by} loads it because it is there"
    sure = certainty.of_unused(facts)
    return Classification(Usage.UNUSED, _with_plugins(f"{reason}{sure.said}", facts), sure.confidence)


def _not_installed(facts: Facts) -> Classification:
    """Return the class of a line whose files are not there: it may go by any import name."""
    if facts.open_imports:
        reason = f"declared, not installed; no line accounts for {few(facts.open_imports, 3)}, which may be its modules"
    elif all(line.group.startswith("optional:") for line in facts.declared):
        reason = "declared for an extra that is not installed here, and nothing imports it"
    else:
        return Classification(Usage.UNUSED, "declared, not installed, and nothing imports it", "likely")
    return Classification(Usage.UNUSED, reason, "cannot tell")


def _no_requirer(facts: Facts) -> str:
    """Return who requires an unused line: nobody, or none that holds it."""
    if facts.ring:
        return f"no requirer but {', '.join(facts.ring[:3])}, which only such a ring requires"
    if facts.developers:
        return f"no requirer but {', '.join(facts.developers[:3])}, for development only"
    return "no requirer"


def _with_plugins(reason: str, facts: Facts) -> str:
    more = [show(answer) for answer in facts.other.not_chosen[:1]]
    others = filter(None, (explain_unused_plugin(facts), stated_uses.explain_idle_hook(facts)))
    return "; ".join([reason, *more, *others])


def _orphan(facts: Facts) -> Classification | None:
    loaded = f"; loaded at startup: {show_chain(facts.load.chain)}" if facts.load else ""
    started = None if facts.is_project else run_undeclared(facts)
    if started is not None:
        return started
    if facts.is_project:
        return Classification(Usage.ORPHAN, f"the project itself, installed into its environment{loaded}", "certain")
    return Classification(Usage.ORPHAN, f"installed, but nothing declared requires it{loaded}", "certain")


_RULES: tuple[Callable[[Facts], Classification | None], ...] = (
    _startup,
    _lazy,
    find_implied_use,
    stated_uses.of_member,
    stated_uses.named_anywhere,
    _elsewhere,
    _unreached,
    _tests,
    _typing,
    _transitive,
    _unused,
    _orphan,
)


def _describe_eager(uses: list[SiteUse]) -> str:
    return f"imported by {few([use.place for use in uses], 1)}"


def _outside_functions(uses: list[SiteUse]) -> str:
    """Return the places that import it at the top of a file that loads late; "" where only functions do."""
    return few([use.place for use in uses if not use.site.function], 1)


def _name_functions(uses: list[SiteUse]) -> str:
    return few(list(dict.fromkeys(f"{use.site.function}()" for use in uses if use.site.function)))
