"""Classes without an environment, or with files not understood: what is said there, and no stronger than it can be.

Laws: what decides without the code of a distribution is never certain, and "unused" cannot be told at all: whether
used third-party code asks for it, or loads it as a plugin, stands in files that are not there.
"""

from __future__ import annotations

from dataclasses import replace

from footprint.analysis.join.name_facts import Indexes
from footprint.analysis.join.run_facts import Collected, UsesByOwner
from footprint.analysis.names.providers import is_guess
from footprint.analysis.use.use_facts import Classification, Facts, UnreadPlace, Unseen, is_development
from footprint.model.audit import Confidence, Usage
from footprint.names import DistributionName
from footprint.units import few

_MOST = 3
_BY_ITSELF = frozenset({Usage.STARTUP, Usage.LAZY, Usage.IMPLIED})  # files of the project say it all


def describe_unseen(name: DistributionName, indexes: Indexes) -> Unseen:
    """Return what is known of `name` where there is no environment."""
    missing = indexes.facts.missing
    return Unseen(
        import_names=indexes.import_names.get(name, ()),
        open_imports=indexes.open_imports,
        requirers_known=indexes.requirers_known,
        locked_for=missing.groups.get(name, ()) if missing is not None else (),
    )


def is_guessed(name: DistributionName, facts: Collected, uses: UsesByOwner) -> bool:
    """Whether nothing but the spelling of its name makes the project's imports those of a distribution."""
    sites = [use.site for use in uses.by_distribution.get(name, ())]
    return bool(sites) and all(is_guess(name, site, facts.known_names) for site in sites)


def temper(verdict: Classification, facts: Facts) -> Classification:
    """Return the verdict no surer than what it rests on: a guessed import name, or files without an environment."""
    if facts.guessed and facts.sites and verdict.usage not in (Usage.IMPLIED, Usage.UNUSED):
        sure = verdict.confidence if verdict.confidence != "certain" else "likely"
        reason = f"{verdict.reason}; that it provides this name is a guess from its own"
        verdict = replace(verdict, reason=reason, confidence=sure)
    if facts.unread is not None:
        verdict = _temper_unread(verdict, facts.unread)
    return verdict if facts.unseen is None else _temper_unseen(verdict, facts, facts.unseen)


def _temper_unread(verdict: Classification, unread: UnreadPlace) -> Classification:
    """Return a verdict that knows of a place where more may be declared: what stands there may need this one."""
    reason = f"{verdict.reason}; {unread.place} could not be read"
    if verdict.usage is Usage.ORPHAN and unread.itself:
        return replace(verdict, reason=f"{reason} and may declare it", confidence="cannot tell")
    if verdict.usage is not Usage.UNUSED:
        return verdict
    if unread.requirer is not None:
        reason = f"{reason} and may declare {unread.requirer}, which requires it"
        return replace(verdict, reason=reason, confidence="cannot tell")
    sure: Confidence = "likely" if verdict.confidence == "certain" else verdict.confidence
    return replace(verdict, reason=f"{reason}: what stands there may need it", confidence=sure)


def _temper_unseen(verdict: Classification, facts: Facts, unseen: Unseen) -> Classification:
    if verdict.usage is Usage.UNUSED:
        return _unused(facts, unseen)
    if verdict.usage is Usage.TRANSITIVE and not facts.declared:
        verdict = replace(verdict, reason=f"{verdict.reason}{_for_whom(unseen)}")
    if verdict.usage in _BY_ITSELF or (verdict.usage is Usage.TESTS and facts.only_for_development):
        return verdict
    return replace(verdict, confidence="likely") if verdict.confidence == "certain" else verdict


def _unused(facts: Facts, unseen: Unseen) -> Classification:
    looked_for = f"of {', '.join(unseen.import_names[:_MOST])}" if unseen.import_names else "by its own name"
    found = "no start command and no requirer" if unseen.requirers_known else "no start command"
    unknown = [] if unseen.requirers_known else ["what requires it"]
    unknown += ["whether third-party code asks for it"] if unseen.import_names else ["which modules it installs"]
    reason = f"no import {looked_for}, {found}; without an environment it is not known {' or '.join(unknown)}"
    if unseen.open_imports and not unseen.import_names:
        reason += f"; nothing accounts for {few(unseen.open_imports, _MOST)}"
    return Classification(Usage.UNUSED, reason, "cannot tell")


def _for_whom(unseen: Unseen) -> str:
    groups = unseen.locked_for
    return f"; locked for {', '.join(groups)} only" if groups and all(map(is_development, groups)) else ""
