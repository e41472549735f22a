"""The settings to begin with: an audit as `[tool.footprint]` and `[tool.footprint.check]`, each line with its reason.

Pure: what was given by flags comes in, text goes out. A check right after it passes, or the comments say why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from footprint.config.options import GateSettings
from footprint.config.settings_table import REASONED
from footprint.knowledge.codes import GATE_RULES
from footprint.knowledge.explanations import read_explanations
from footprint.model.audit import Audit, DistributionRow, EntryRow, NotMeasured, Usage
from footprint.model.memory_rows import Fit
from footprint.model.rule import Rule
from footprint.model.runtime import StageReading
from footprint.report.text.toml_text import TomlValue, comment, is_writable, key, value
from footprint.units import MIB, few, size

HEADROOM = 0.25  # over what was measured: room for everyday changes, not for another pandas
HEAVY_BYTES = 10 * MIB
_LISTED_AT_MOST = 30
_NAME_ONE = 'name one: entries = ["module:attr"]'

_NAME = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*", re.ASCII)  # of a distribution, normalised: hostile ones are not
# Heavy ones that are not loaded at startup, in the order in which forbidding them is worth most.
_FORBIDDEN = (Usage.LAZY, Usage.IMPLIED, Usage.TRANSITIVE, Usage.UNREACHED, Usage.UNUSED)


def render_options(audit: Audit, given: Mapping[str, TomlValue], variables: Sequence[str] = ()) -> str:
    """Return `[tool.footprint]`: what had to be given, and what was found by itself as comments.

    `given` has the values of keys that flags gave, `variables` the names of those that were set for the start.
    """
    lines = ["[tool.footprint]", comment(f"written by footprint init {audit.tool_version}: change what you like")]
    for row in REASONED:
        if row.key in given:
            lines += [comment(row.reason), f"{key(row.key)} = {value(given[row.key])}"]
    if "env" not in given and "python" not in given:
        lines.append(comment(f"environment: {_describe_environment(audit)}"))
    if "entries" not in given:
        found = "; ".join(f"{entry.name} = {entry.target} ({entry.source})" for entry in audit.started)
        lines.append(comment(f"entries found anew each time: {found}" if found else f"no entry was found; {_NAME_ONE}"))
    limit = audit.limit
    if "limit" not in given and limit is not None and limit.memory_bytes is not None:
        lines.append(comment(f"limit of memory: {size(limit.memory_bytes)}, from {limit.source}; read anew each time"))
    if variables:
        names = ", ".join(sorted(variables))
        lines.append(comment(f"set for the start, and for `footprint check` to set again (--set, --env-file): {names}"))
    return "\n".join(lines) + "\n"


def _describe_environment(audit: Audit) -> str:
    if audit.environment.kind != "installed":
        return "none was found, so nothing is weighed or measured; build one and run footprint init again"
    chosen = audit.environment.chosen
    given = chosen.startswith("--")  # and not written here: it lies outside of the project
    return f"{chosen}, {'to be given to `footprint check` as well' if given else 'found anew each time'}"


def render_check(audit: Audit) -> str:
    """Return `[tool.footprint.check]` and its sections: budgets from what was measured, and what must not come in."""
    first = audit.started[0] if len(audit.started) == 1 else None
    lines = ["[tool.footprint.check]", comment("first of all write the baseline: footprint check --update-baseline")]
    lines += [
        comment(f"{entry.name} was not measured, so it has no budget: {entry.start.reason}")
        for entry in audit.started
        if isinstance(entry.start, NotMeasured)
    ]
    if first is not None:
        lines += _budget_lines(audit, first)
    lines += _disk_lines(audit)
    lines += _forbidden_lines(audit)
    lines += ["", *_rule_lines(audit)]
    if first is None:
        for entry in audit.started:
            lines += _section_lines(audit, entry)
    return "\n".join(lines) + "\n"


def round_up(measured_bytes: float) -> int:
    """Return a round number of MiB with the headroom on top: steps of 1 up to 20 MiB, then 5, 10 and 50."""
    wanted = measured_bytes * (1 + HEADROOM) / MIB
    step = next((step for most, step in ((20, 1), (100, 5), (1000, 10)) if wanted <= most), 50)
    return max(-int(-wanted // step) * step, 1)


def _budget_lines(audit: Audit, entry: EntryRow) -> Iterator[str]:
    if isinstance(entry.start, NotMeasured):
        return
    reading = entry.start.last.reading
    fit = next(
        (fit for fit in audit.fits if fit.entry == entry.name and fit.stage == reading.stage and not fit.live), None
    )
    yield from _budget(audit, entry, fit, "anon", reading.anon_bytes)
    yield from _budget(audit, entry, fit, "rss", reading.rss_bytes)
    yield from _total_lines(audit, entry)
    later = next((row.reading for row in entry.stages if row.reading.stage == "first_use"), None)
    if later is not None and later.rss_bytes > reading.rss_bytes:
        yield from _first_use_lines(entry, later)


def _budget(audit: Audit, entry: EntryRow, fit: Fit | None, kind: str, measured: int | None) -> Iterator[str]:
    """Yield one budget: what was measured and headroom, or the share of the limit where that is less."""
    if measured is None:
        return
    figure = f"{'anonymous' if kind == 'anon' else 'resident'} memory of {entry.name} at startup"
    share, most = GateSettings().derived_share, round_up(measured)
    workers = max((row.workers for row in audit.workers if row.entry == entry.name), default=1)
    if fit is None or fit.limit_bytes * share / workers >= most * MIB:
        yield comment(f"{figure}: {size(measured)} measured, and {HEADROOM:.0%} for everyday changes")
        yield f'max-startup-{kind} = "{most} MiB"'
        return
    allowed = int(fit.limit_bytes * share / workers)
    each = f" for each of {workers} workers" if workers > 1 else ""
    words = f"{size(allowed)}{each}, {share:.0%} of the limit of {size(fit.limit_bytes)} ({fit.source})"
    does = "fails" if kind == "anon" else "warns"
    over = f": over it already, the check {does} until it is less" if measured > allowed else ""
    yield comment(f"{figure}: {words}; {size(measured)} measured{over}")
    yield f'max-startup-{kind} = "{share * 100:g}%"'


def _total_lines(audit: Audit, entry: EntryRow) -> Iterator[str]:
    """Yield a warning where all workers together are over the share of the limit that is derived without a setting."""
    share = GateSettings().derived_share
    for row in audit.workers:
        limit = row.limit_bytes
        if row.entry == entry.name and row.workers > 1 and limit is not None and row.total_bytes > limit * share:
            words = f"{row.workers} workers are estimated at {size(row.total_bytes)}, over {share:.0%} of {size(limit)}"
            yield comment(f"{words}: the check fails until it is less, or with another max-total")
            return


def _first_use_lines(entry: EntryRow, later: StageReading) -> Iterator[str]:
    yield comment(
        f"with all lazy imports run {entry.name} came to {size(later.rss_bytes)}; to run them in every check:"
    )
    yield comment(f'max-first-use-rss = "{round_up(later.rss_bytes)} MiB"')


def _disk_lines(audit: Audit) -> Iterator[str]:
    total = audit.disk.site_apparent_bytes
    if total is None:
        yield comment("nothing was weighed: there is no environment")
        return
    total -= audit.disk.own_bytes or 0
    total -= audit.bytecode_bytes  # as the check weighs
    most = round_up(total)
    limit = audit.limit
    if limit is not None and limit.disk_bytes is not None and limit.disk_bytes < most * MIB:
        over = ": over it already, the check fails until it is less" if total > limit.disk_bytes else ""
        of = f"of the {size(limit.disk_bytes)} that {limit.source} allows{over}"
        yield comment(f"installed, without bytecode: {size(total)} {of}")
        yield 'max-disk = "100%"'
        return
    if most * MIB < total + audit.bytecode_bytes:  # else no check could judge it
        total += audit.bytecode_bytes
        yield comment(f"installed, with bytecode: {size(total)} measured, and {HEADROOM:.0%}")
        yield f'max-disk = "{round_up(total)} MiB"'
        return
    yield comment(f"installed, without bytecode: {size(total)} measured, and {HEADROOM:.0%}")
    yield f'max-disk = "{most} MiB"'


def _forbidden_lines(audit: Audit) -> Iterator[str]:
    """Yield the heavy distributions that no start loads. Without a measured start that is not known: a comment."""
    rows = [row for row in _heavy(audit) if not _loaders(row) and row.loaded_at_stage not in ("import", "ready")]
    if not rows:
        return
    if not audit.started or any(isinstance(entry.start, NotMeasured) for entry in audit.started):
        names = [row.name for row in rows if row.usage is Usage.LAZY]
        if names:
            yield comment("the starts were not all measured; as the code reads these are not loaded by them:")
            yield comment(f"forbid-at-startup = {value(names)}")
        return
    yield comment(
        f"installed, {size(HEAVY_BYTES)} and more on disk, and no start loads it today: this gate knows no noise"
    )
    yield from _list_names(audit, "forbid-at-startup", rows)


def _list_names(audit: Audit, name: str, rows: Sequence[DistributionRow]) -> Iterator[str]:
    lazy = _lazily_loaded(audit)
    yield f"{name} = ["
    for row in rows[:_LISTED_AT_MOST]:
        why = "by a lazy import" if row.name in lazy else row.usage.value
        yield f"  {value(row.name)},  {comment(f'{why}, {size(row.apparent_bytes)}')}"
    yield "]"
    if len(rows) > _LISTED_AT_MOST:
        yield comment(f"and {len(rows) - _LISTED_AT_MOST} lighter ones")


def _heavy(audit: Audit) -> list[DistributionRow]:
    """Return heavy distributions worth forbidding, those that lazy imports load first."""
    lazy = _lazily_loaded(audit)
    found = [row for row in _all_heavy(audit) if row.usage in _FORBIDDEN]
    return sorted(found, key=lambda row: (row.name not in lazy, _FORBIDDEN.index(row.usage)))


def _all_heavy(audit: Audit) -> list[DistributionRow]:
    heavy = (
        row for row in audit.distributions if (row.apparent_bytes or 0) >= HEAVY_BYTES and _NAME.fullmatch(row.name)
    )
    return sorted(heavy, key=lambda row: (-(row.apparent_bytes or 0), row.name))


def _lazily_loaded(audit: Audit) -> frozenset[str]:
    brought = {each.name for use in audit.first_uses for each in use.brings}
    return frozenset(brought | {row.name for row in audit.distributions if row.usage is Usage.LAZY})


def _loaders(row: DistributionRow) -> frozenset[str]:
    """Return the entries whose start loads it."""
    return frozenset(entry for entry, _ in row.startup_self_rss_by_entry)


def _rule_lines(audit: Audit) -> Iterator[str]:
    yield "[tool.footprint.check.rules]"
    yield comment("what is found today goes into the baseline, and only what comes new fails")
    for rule in (rule for rule in GATE_RULES if rule.kind == "use"):
        names = _found_names(audit, rule)
        found = f"today: {few(names, _LISTED_AT_MOST)}" if names else "none today"
        yield comment(f"{read_explanations()[rule.code].title}; {found}")
        yield f'{rule.name} = "{rule.level}"'


def _found_names(audit: Audit, rule: Rule) -> list[str]:
    """Return what the findings of a rule are about, without those that are ignored or only remarks."""
    imports = {(place.path, place.line): row.import_name for row in audit.undeclared for place in row.evidence}
    found = [one for one in audit.findings if one.code == rule.code and not one.suppressed and one.severity != "info"]
    names = [one.distribution for one in found]
    if rule.usage == "undeclared":
        names = [imports.get((one.path or "", one.line)) for one in found]
    return sorted({name or one.message for name, one in zip(names, found, strict=True)})


def _section_lines(audit: Audit, entry: EntryRow) -> Iterator[str]:
    """Yield the section of one of several entries: its budgets, and what only the others load."""
    if not entry.name.strip() or not is_writable(entry.name):
        return
    lines = list(_budget_lines(audit, entry))
    others = [row for row in _all_heavy(audit) if _loaders(row) and entry.name not in _loaders(row)]
    if others and not isinstance(entry.start, NotMeasured):
        lines.append(comment("loaded by other entries, and not by this one"))
        lines += _list_names(audit, "forbid-at-startup", others)
    if lines:
        yield from ("", f"[tool.footprint.check.entries.{key(entry.name)}]", *lines)
