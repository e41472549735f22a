"""Which rules of `footprint check` may have something to judge, as far as files tell: before anything is started."""

from __future__ import annotations

from footprint.audit.entry_limits import find_limits
from footprint.audit.project_code import open_project
from footprint.audit.target import open_target
from footprint.config.gate_settings import BASELINE_NAME
from footprint.config.options import EntrySettings, GateSettings, TargetOptions
from footprint.knowledge.codes import GATE_RULES
from footprint.model.memory_rows import Limit
from footprint.model.rule import Rule

Place = tuple[str | None, str]  # an entry's name, None for the environment; the name of a rule


def plan_rules(options: TargetOptions, settings: GateSettings) -> tuple[Place, ...]:
    """Return the rules of each entry, then those of the environment; what is off or was not asked for is left out.

    Raises: FootprintError for settings that cannot be followed.
    """
    target = open_target(options, starts=False, may_be_missing=True)
    target, code = open_project(options, target, thorough=False)
    limits = find_limits(options, code.entries, code.limits, code.commands)
    compared = settings.baseline is not None or (options.project / BASELINE_NAME).exists()
    planned: list[Place] = [
        (entry.name, rule.name)
        for entry in code.entries
        for rule in GATE_RULES
        if rule.scope == "entry"
        and _is_asked(rule, settings.of(entry.name), limits.of(entry.name), compared=compared)
        and settings.level(rule.code, entry.name) != "off"
    ]
    planned += [
        (None, rule.name)
        for rule in GATE_RULES
        if rule.scope != "entry"
        and _is_asked(rule, settings, limits.whole, compared=compared)
        and settings.level(rule.code) != "off"
    ]
    return tuple(planned)


def _is_asked(rule: Rule, own: GateSettings | EntrySettings, limit: Limit | None, *, compared: bool) -> bool:
    """Whether settings, the limit of the host or a baseline ask for a rule; what only a start tells is not told."""
    if rule.setting:
        is_given = getattr(own, rule.setting) != getattr(type(own)(), rule.setting)
        is_derived = rule.limit is not None and getattr(limit, f"{rule.limit}_bytes", None) is not None
        return is_given or is_derived
    return compared if rule.is_compared else rule.kind != "check"
