"""Every code: stable, one meaning each, one row. What they mean at length, their titles too, is in data/codes.toml.

A new rule is a row here, its text in data/codes.toml and, where it compares something new, a finder in analysis/gate.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from footprint.model.rule import Figure, Hint, Kind, Rule, Severity, Switch

_budget = partial(Rule, kind="budget", hint=Hint.DEFER)
_growth = partial(Rule, kind="growth", hint=Hint.ACCEPT)
_finding = partial(Rule, kind="use", scope="distribution", stage="read", hint=Hint.EXPLAIN)
_disk = partial(Rule, scope="project", stage="weigh")
_check = partial(Rule, kind="check")

# In the order of a check. What is noise-free fails; what wanders with the machine (RSS) or is somebody's taste warns.
# Source of the levels: anon repeats to 0.006 MiB, RSS to 0.11 MiB (docs/decisions.md, "Probe").
RULES: tuple[Rule, ...] = (
    Rule("FP301", "forbidden-at-startup", "error", "presence", setting="forbid_at_startup", hint=Hint.IMPORTERS),
    Rule("FP302", "not-allowed-at-startup", "error", "presence", setting="allow_at_startup"),
    _growth("FP303", "new-at-startup", "warning", passed="no distribution is new at startup"),
    _budget("FP401", "startup-anon", "error", figure=Figure.ANON, setting="max_startup_anon", limit="memory"),
    _budget("FP402", "startup-rss", "warning", figure=Figure.RSS, setting="max_startup_rss", limit="memory"),
    _budget("FP403", "first-use", "error", figure=Figure.FIRST_USE, setting="max_first_use_rss", stage="first use"),
    _budget("FP404", "total", "error", figure=Figure.WORKERS, setting="max_total"),
    _disk("FP405", "disk", "error", "budget", Figure.SITE, setting="max_disk", limit="disk", hint=Hint.REMOVE),
    _disk("FP406", "distributions", "error", "budget", Figure.COUNT, setting="max_distributions"),
    _budget("FP407", "startup-peak", "error", figure=Figure.PEAK, setting="max_startup_peak", limit="memory"),
    _budget("FP408", "calls", "error", figure=Figure.CALLS, setting="max_after_calls", stage="first use"),
    _budget("FP409", "peak", "error", figure=Figure.WHOLE_PEAK, setting="max_peak", stage="first use"),
    _disk("FP421", "image", "error", "budget", Figure.IMAGE, setting="max_image", hint=Hint.IMAGE),
    _disk("FP422", "layer", "error", "budget", Figure.LAYER, setting="max_layer", hint=Hint.IMAGE),
    _growth("FP411", "anon-increase", "error", figure=Figure.ANON),
    _growth("FP412", "rss-increase", "warning", figure=Figure.RSS),
    _disk("FP413", "disk-increase", "error", "growth", Figure.INSTALLED, hint=Hint.ACCEPT),
    _disk("FP414", "new-distribution", "error", "growth", hint=Hint.ACCEPT),
    _growth("FP415", "time-increase", "off", figure=Figure.TIME, setting="max_time_ratio"),
    _growth("FP416", "peak-increase", "error", figure=Figure.PEAK),
    _growth("FP417", "total-increase", "error", figure=Figure.OTHER_WORKERS),
    _growth("FP418", "call-increase", "error", figure=Figure.EACH_CALL),
    _disk("FP419", "added-disk", "error", "budget", Figure.ADDED, setting="max_added_disk", hint=Hint.COST),
    _finding(
        *("FP101", "unused", "error"), severity="warning", usage="unused", stage="read whole", says_where=True,
        passed="no declared requirement is unused",
    ),
    _finding(
        *("FP102", "unreached", "warning"), severity="warning", usage="unreached", stage="read whole", says_where=True,
        passed="no requirement is imported only by modules that nothing reaches",
    ),
    _finding(
        "FP105", "undeclared", "error", severity="warning", usage="undeclared", passed="every import is declared"
    ),
    Rule(
        *("FP901", "stale-baseline", "warning", "stale"), scope="any", hint=Hint.RENEW,
        passed="the baseline is up to date", switch=Switch("strict_baseline", True, "error"),
    ),
    _check("FP903", "no-baseline", "warning", hint=Hint.RECORD),
    _check(
        *("FP904", "other-environment", "warning"), scope="project", hint=Hint.RECORD,
        says="the baseline is of {then}, this is {now}: memory may differ for that alone",
    ),
    Rule(
        *("FP905", "not-measured", "error", "start"), switch=Switch("on_probe_error", "warn", "warning"),
        says="{target} could not be measured: {why}", passed="{target} was started {times} without a hook",
    ),
    _check("FP906", "noise", "warning", hint=Hint.QUIETER, switch=Switch("on_noise", "fail", "error")),
    _check(
        *("FP907", "development-tools", "warning"), scope="project", hint=Hint.PRODUCTION,
        says="development tools are installed here: {tools}; what is deployed may load and weigh less",
    ),
    # Findings that no check has as a rule unless the settings say so.
    _finding("FP103", "", "off", severity="info", stage="start", says_where=True),  # could be lazy
    _finding("FP104", "", "off", severity="info", usage="transitive"),
    _finding("FP106", "", "off", severity="error", says_where=True),  # a development dependency used by production code
    _finding("FP107", "", "off", severity="warning"),  # a name of the standard library declared
    _finding("FP108", "", "off", severity="error", says_where=True),  # duplicate or conflicting lines
    _finding("FP109", "", "off", severity="info"),  # a lighter variant
    _finding("FP110", "", "off", severity="info"),  # an extra that brings what nothing uses
    _finding("FP111", "", "off", severity="info"),  # a line of production that only developers need
    _finding("FP112", "", "off", severity="info", stage="start"),  # an `__init__` that imports everything
    _finding("FP113", "", "off", severity="info"),  # installed, and needed by nothing declared
    _finding("FP114", "", "off", severity="warning"),  # two distributions install the same files
    _finding("FP115", "", "off", severity="info"),  # files of no distribution
    _finding("FP121", "", "off", severity="warning", says_where=True),  # a server for developers is deployed
    _finding("FP122", "", "off", severity="warning", stage="start", says_where=True),  # more workers than fit
    _finding("FP123", "", "off", severity="info", says_where=True),  # an image without bytecode
    _finding("FP124", "", "off", severity="warning", says_where=True),  # what developers need in an image
    _finding("FP125", "", "off", severity="info", says_where=True),  # services that share a host without limits
    _finding("FP126", "", "off", severity="info", stage="start", says_where=True),  # workers that could share
    _finding("FP201", "", "off", severity="error", stage="first use"),  # a lazy import that fails when it runs
    _finding("FP202", "", "off", severity="error", stage="first use"),  # a call that fails once the app is ready
    _finding("FP902", "", "off", severity="warning"),  # a suppression that matches nothing
)  # fmt: skip
RULE_BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
RULE_BY_NAME: Mapping[str, Rule] = {rule.name: rule for rule in RULES if rule.name}
GATE_RULES: tuple[Rule, ...] = tuple(RULE_BY_NAME.values())
SEVERITIES: Mapping[str, Severity] = {rule.code: rule.severity for rule in RULES if rule.severity is not None}
CODES: tuple[str, ...] = tuple(sorted(SEVERITIES))  # of findings
# What a class may be called by where a code may stand: the finding that speaks of it.
CLASS_CODES: Mapping[str, str] = {RULE_BY_CODE[code].usage: code for code in CODES if RULE_BY_CODE[code].usage}
# The figures of a start, each by the field that runs, entries and baselines have it under.
START_FIGURES: Mapping[Figure, str] = {Figure.ANON: "anon_bytes", Figure.RSS: "rss_bytes", Figure.PEAK: "peak_bytes"}
_BY_FIGURE = {(rule.kind, rule.figure): rule for rule in RULES if rule.figure is not None}


def rule_about(kind: Kind, figure: Figure) -> Rule:
    """Return the rule of a kind about one figure."""
    return _BY_FIGURE[kind, figure]
