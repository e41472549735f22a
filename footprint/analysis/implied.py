"""Uses without an import of ours: start commands, plugins, and needs of the third-party code that we use.

Laws: only declared distributions can be implied; an optional need that is not tested is "cannot tell", never "unused".
"""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.use_facts import Facts, Verdict, chain_evidence, effective_status
from footprint.model.askers import Ask
from footprint.model.audit import Evidence, Usage
from footprint.names import DistributionName


def find_implied_use(facts: Facts) -> Verdict | None:
    """Return the first implied use that the facts show, None when there is none."""
    if not facts.declared:
        return None
    for rule in (_started_by_command, _loaded_by_others, _asked_for, _is_plugin):
        verdict = rule(facts)
        if verdict is not None:
            return verdict
    return None


def _started_by_command(facts: Facts) -> Verdict | None:
    if not facts.tools:
        return None
    first = facts.tools[0]
    evidence = tuple(Evidence(use.path, use.line, "command", None, use.command) for use in facts.tools)
    reason = f"the start command in {first.path}:{first.line} runs {first.tool}"
    return Verdict(Usage.IMPLIED, reason, "certain", evidence)


def _loaded_by_others(facts: Facts) -> Verdict | None:
    load = facts.load
    if load is None or load.importer is None or facts.required_by:
        return None
    optional = _is_optional(facts, load.importer)
    if optional and any(effective_status(use, facts) == "unreached" for use in facts.sites):
        return None  # our own line is for dead code; the guest is loaded only because it is there
    reason = f"loaded at startup by {load.importer_module}, which does not list it among its requirements"
    if optional:
        reason = (
            f"loaded at startup by {load.importer_module} because it is installed; whether it is needed is not tested"
        )
    asked = tuple(ask for ask in facts.asks if ask.asker.distribution == load.importer)
    evidence = _ask_evidence(asked) or chain_evidence(load.chain)
    return Verdict(Usage.IMPLIED, reason, "cannot tell" if optional else "likely", evidence)


def _is_optional(facts: Facts, importer: DistributionName) -> bool:
    asks = [ask for ask in facts.asks if ask.asker.distribution == importer]
    return bool(asks) and all(ask.guarded for ask in asks)


def _asked_for(facts: Facts) -> Verdict | None:
    for ask in facts.asks:
        known = [need for need in facts.soft_needs if need.asker == ask.asker.distribution]
        if not known:
            where = f"{ask.asker.module}:{ask.line}"
            reason = f"{where} asks for it when {ask.function or 'it'} runs; whether that happens is not tested"
            return Verdict(Usage.IMPLIED, reason, "cannot tell", _ask_evidence(facts.asks))
        words = {word for need in known for word in need.words}
        uses = [mention for mention in facts.mentions if mention.word in words]
        if uses:
            reason = f"{ask.asker.distribution} needs it for {uses[0].word}, used in {uses[0].path}:{uses[0].line}"
            evidence = tuple(Evidence(use.path, use.line, "asked-for", None, use.word) for use in uses)
            return Verdict(Usage.IMPLIED, reason, "likely", evidence + _ask_evidence((ask,)))
    return None


def _is_plugin(facts: Facts) -> Verdict | None:
    if not facts.plugin_groups or facts.sites:
        return None
    groups = ", ".join(facts.plugin_groups)
    reason = f"registers plugins ({groups}); whether something loads them is not known"
    return Verdict(Usage.IMPLIED, reason, "cannot tell")


def _ask_evidence(asks: Iterable[Ask]) -> tuple[Evidence, ...]:
    return tuple(Evidence(ask.asker.shown, ask.line, "asked-for", ask.function, ask.asker.module) for ask in asks)
