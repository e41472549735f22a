"""Uses without an import of ours: start commands, plugins, and needs of the third-party code that we use.

Laws: of what nothing declares only what a start command runs is implied; an optional need that is not tested is "cannot
tell", never "unused".
"""

from __future__ import annotations

from collections.abc import Callable

from footprint.analysis.use import implied_strings
from footprint.analysis.use.stated_uses import called_needed, run_by_hook
from footprint.analysis.use.use_facts import (
    Classification,
    Facts,
    ask_evidence,
    chain_evidence,
    command_evidence,
    effective_status,
)
from footprint.model.audit import Evidence, Usage
from footprint.model.memory_rows import Load
from footprint.model.source_modules import ToolUse
from footprint.names import DistributionName
from footprint.values import replace

# Our own import says what the line was meant for: asking elsewhere would only guess.
_SAYS_WHY = frozenset({"unreached", "elsewhere", "tests", "typing"})


def find_implied_use(facts: Facts) -> Classification | None:
    """Return the first implied use that the facts show, None when there is none."""
    if not facts.declared:
        return None
    facts = _without_the_decided(facts)
    for rule in _RULES:
        verdict = rule(facts)
        if verdict is not None and not (verdict.confidence == "cannot tell" and _is_tool_of_developers(facts)):
            return verdict
    return None


def run_undeclared(facts: Facts) -> Classification | None:
    """Return the use of what a start command runs and nothing declares or brings in."""
    found = _started_by_command(replace(facts, tools=starts_of(facts)))
    return replace(found, reason=f"{found.reason}, and nothing declared brings it in") if found is not None else None


def starts_of(facts: Facts) -> tuple[ToolUse, ...]:
    """Return the start commands that run it, those of developers left out."""
    return tuple(use for use in facts.tools if use.purpose == "start")


def _without_the_decided(facts: Facts) -> Facts:
    """Return the facts without what is asked on behalf of those who take an alternative in every place."""
    decided = {taker for answer in facts.other.not_chosen for taker in answer.takers}
    if not decided:
        return facts
    readers = tuple(each for each in facts.other.plugin_readers if each.reader not in decided)
    optional = tuple(need for need in facts.other.optional if need.requirer not in decided)
    other = replace(facts.other, plugin_readers=readers, optional=optional)
    asks = tuple(ask for ask in facts.asks if ask.asker.distribution not in decided)
    return replace(facts, asks=asks, other=other)


def _is_tool_of_developers(facts: Facts) -> bool:
    """Whether a command says what the line is for, which outranks what nobody can tell."""
    uses = (*facts.tools, *facts.of_developers.files)
    return facts.load is None and any(use.purpose == "development" for use in uses)


def _started_by_command(facts: Facts) -> Classification | None:
    starts = [use for use in facts.tools if use.purpose == "start"]
    builds = [use for use in facts.tools if use.purpose == "build" and not facts.only_for_development]
    uses = [*starts, *builds]
    if not uses:
        return None
    evidence = command_evidence(uses)
    what = "start command" if starts else "image build"
    reason = f"the {what} in {uses[0].path}:{uses[0].line} runs {uses[0].tool}"
    return Classification(Usage.IMPLIED, reason, "certain" if starts else "likely", evidence)


def _needed_by_documentation(facts: Facts) -> Classification | None:
    """A documented optional need of an asker, made real by a word that the project uses."""
    # Without an environment no asker can be read: the words were looked for on behalf of those that are imported.
    unread = [(need.asker, ()) for need in facts.soft_needs] if facts.unseen is not None else []
    for asker, asks in [*((ask.asker.distribution, (ask,)) for ask in facts.asks), *unread]:
        words = _words_that_need_it(facts, asker)
        uses = sorted((use for use in facts.mentions if use.word in words), key=lambda use: words.index(use.word))
        if uses:
            reason = f"{asker} needs it for {uses[0].word}, used in {uses[0].path}:{uses[0].line}"
            evidence = tuple(Evidence(use.path, use.line, "asked-for", None, use.word) for use in uses)
            return Classification(Usage.IMPLIED, reason, "likely", evidence + ask_evidence(asks))
    return None


def _words_that_need_it(facts: Facts, asker: DistributionName) -> tuple[str, ...]:
    """Return the words of the project that would make `asker` need it, the clearest first; empty: none documented."""
    return tuple(word for need in facts.soft_needs if need.asker == asker for word in need.words)


def _loaded_by_others(facts: Facts) -> Classification | None:
    load = facts.load or (facts.later if not facts.only_for_development else None)
    if load is None or load.importer is None or facts.required_by or _is_guest(facts, load):
        return None
    asked = tuple(ask for ask in facts.asks if ask.asker.distribution == load.importer)
    evidence = ask_evidence(asked) + chain_evidence(load.chain)
    loaded = f"loaded {'at startup' if facts.load else 'at first use'} by {load.importer_module}"
    if asked and all(ask.guarded for ask in asked):
        reason = f"{loaded} because it is installed; the need is not tested"
        return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)
    if load.importer in facts.other.chosen_by:
        reason = f"{loaded} because it is installed; no argument was found to choose it"
        return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)
    reason = f"{loaded}, which does not list it among its requirements"
    return Classification(Usage.IMPLIED, reason, "likely", evidence)


def _is_guest(facts: Facts, load: Load) -> bool:
    """Return whether it is in memory only because it is installed, and the one who loaded it is known not to need it.

    Known: its optional needs are documented and the project uses none of them, the project takes an alternative in
    every place, or its own import of it stands in code that nothing reaches.
    """
    if load.importer is None:
        return False
    if any(load.importer in answer.takers for answer in facts.other.not_chosen):
        return True
    asked = [ask for ask in facts.asks if ask.asker.distribution == load.importer]
    if not asked or not all(ask.guarded for ask in asked):
        return False
    return bool(_words_that_need_it(facts, load.importer)) or _is_for_dead_code(facts)


def _is_for_dead_code(facts: Facts) -> bool:
    return any(effective_status(use, facts) == "unreached" for use in facts.sites)


def _reads_its_data(facts: Facts) -> Classification | None:
    """Reached code imports a module that reads its files where the system has none, or loads objects of any class."""
    if not facts.reads_data or facts.required_by or facts.only_for_development:
        return None
    site = facts.reads_data[0]
    evidence = tuple(Evidence(at.path, at.line, at.placement.value, at.function) for at in facts.reads_data)
    who = f"{site.module}, imported by {site.path}:{site.line},"
    reason = f"{who} reads it where the system has no such files: slim images may have none"
    if not facts.is_data:
        reason = f"{who} may load objects of it from a file, such as a trained model; what the file holds is not read"
    return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)


def _asked_for(facts: Facts) -> Classification | None:
    """An import inside a function of used third-party code, of which nothing is documented."""
    if facts.required_by or any(effective_status(use, facts) in _SAYS_WHY for use in facts.sites):
        return None
    if facts.only_for_development:
        return None
    open_asks = [ask for ask in facts.asks if not _words_that_need_it(facts, ask.asker.distribution)]
    if facts.measured and not facts.is_data:  # at module level of a loaded module it has run, and loaded nothing
        open_asks = [ask for ask in open_asks if ask.function or not ask.loaded]
    if not open_asks:
        return None
    ask = ([ask for ask in open_asks if not ask.guarded and not ask.function] or open_asks)[0]
    where = f"in {ask.function}" if ask.function else "when it is imported"
    reason = f"{ask.asker.module} asks for it {where}; whether that is needed is not tested"
    if facts.is_data:
        reason = f"{ask.asker.module} reads it where the system has no such files: slim images may have none"
    evidence = ask_evidence((ask, *(each for each in open_asks if each != ask)))
    return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)


_RULES: tuple[Callable[[Facts], Classification | None], ...] = (
    called_needed,
    run_by_hook,
    _started_by_command,
    implied_strings.handed_on,
    implied_strings.named_in_string,
    implied_strings.named_as_driver,
    implied_strings.chosen_by_argument,
    implied_strings.chosen_in_place,
    _needed_by_documentation,
    _loaded_by_others,
    _reads_its_data,
    _asked_for,
    implied_strings.named_as_command,
    implied_strings.looked_for,
    implied_strings.is_plugin,
    implied_strings.may_be_argument,
    implied_strings.is_optional_requirement,
)
