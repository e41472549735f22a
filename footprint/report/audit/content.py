"""What every human-readable format says, in the same words, order and rounding; only the layout differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from footprint.knowledge.codes import CLASS_CODES
from footprint.model.audit import (
    Audit,
    DistributionRow,
    EntryRow,
    Evidence,
    Finding,
    Limiting,
    StageRow,
    Suggestion,
    Usage,
)
from footprint.model.memory_rows import MemoryPart
from footprint.model.runtime import StageReading
from footprint.report.audit import hosting_sentences
from footprint.report.audit.failure_sentences import failure_lines
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, fit_lines, own_line_words, predicted
from footprint.report.text.phrases import count_of, describe_notes, place
from footprint.report.text.view import SortKey, View
from footprint.units import MIB, few, mebibytes, milliseconds, size
from footprint.units import places as line_numbers

STAGE_WORDS = {
    "interpreter": "bare interpreter",
    "import": "imported",
    "ready": "ready",
    "first_use": "after its lazy imports",
}
_BESIDE_SHOWN = 5
_LAZY_SHOWN = 8
_PEAK_AT_LEAST_BYTES = MIB  # above what stays, to be worth a word
_SEVERITY_NOUNS = (("error", "error"), ("warning", "warning"), ("info", "remark"))
UNREAD = "What is declared is not wholly known"
_PIN, _FEW_PINS = CLASS_CODES["transitive"], 3
_ORDERS: Mapping[Limiting | None, str] = {
    "memory": "First comes what saves most memory, which is close to its limit",
    "disk": "First comes what saves most disk, which is close to its limit",
    None: "First comes what saves the largest part of disk or memory",
}


def sort_rows(audit: Audit, view: View) -> tuple[DistributionRow, ...]:
    """Return all rows in the view's order; what was not measured comes last, ties by name."""

    def key(row: DistributionRow) -> tuple[bool, int, str]:
        figure = _sort_figure(row, view.sort)
        return figure is None, -(figure or 0), row.name

    return tuple(sorted(audit.distributions, key=key))


def _sort_figure(row: DistributionRow, sort: SortKey) -> int | None:
    match sort:
        case "disk":
            return row.apparent_bytes
        case "rss":
            return row.startup_self_rss_bytes
        case "time":
            return row.import_time_us
        case "name":
            return 0


def split_rows(audit: Audit, view: View) -> tuple[tuple[DistributionRow, ...], tuple[DistributionRow, ...]]:
    """Return the rows to show and the smaller rest. Declared rows are always shown."""
    rows = sort_rows(audit, view)
    if view.top == 0 or len(rows) <= view.top:
        return rows, ()
    kept = {row.name for row in rows[: view.top]} | {row.name for row in rows if row.declared}
    return tuple(row for row in rows if row.name in kept), tuple(row for row in rows if row.name not in kept)


def rest_line(rest: tuple[DistributionRow, ...]) -> str:
    """Return the line for rows that are not shown, none of them declared: how many, how much."""
    if all(row.apparent_bytes is None for row in rest):
        return f"and {len(rest)} more that are not declared"
    disk = sum(row.apparent_bytes or 0 for row in rest)
    measured = [row.startup_self_rss_bytes for row in rest if row.startup_self_rss_bytes is not None]
    more = "+" if any(row.start_stopped for row in rest) else ""
    memory = f", {mebibytes(sum(measured))}{more} MiB RSS in {len(measured)} of them" if measured else ""
    return f"and {len(rest)} more that are not declared: {mebibytes(disk)} MiB on disk{memory}"


def title(audit: Audit) -> str:
    """Return what was audited: the environment, its interpreter, and how it was chosen."""
    environment = audit.environment
    if environment.kind != "installed":
        python = f"{environment.implementation} {environment.python}"
        return f"Environment: none, read as for {python} ({environment.chosen})"
    place = environment.prefix_relative or "outside the project"
    where_ = "the project's own folder" if place == "." else place
    python = f"{environment.implementation} {environment.python}, {environment.platform}"
    return f"Environment: {where_}, {python} (chosen: {environment.chosen})"


def entry_title(entry: EntryRow) -> str:
    """Return the name of an entry, what it starts, and where that was found."""
    where = f" ({entry.served_at})" if entry.served_at else ""
    serves = f", which serves {entry.serves} by {entry.server}{where}" if entry.serves else ""
    return f"Entry {entry.name}: {entry.target} (from {entry.source}){serves}"


def beside_line(audit: Audit) -> str | None:
    """Return what else commands of the project start; None where that is nothing."""
    if not audit.beside:
        return None
    found = [f"{entry.role} {entry.name} = {entry.target} ({entry.source})" for entry in audit.beside]
    return f"Also started, reached and not measured (name one with --entry): {few(found, _BESIDE_SHOWN)}"


def entry_lines(entry: EntryRow, audit: Audit | None = None) -> tuple[str, ...]:
    """Return what is known of one entry: its stages, whether it fits, its memory by part, how it failed."""
    lines = [*hosting_sentences.live_lines(entry), *(_stage_words(stage) for stage in entry.stages)]
    if audit is not None:
        lines += [*fit_lines(audit, entry), *hosting_sentences.workers_lines(audit, entry)]
    if entry.memory:
        by = "stack" if entry.stacks else "part"  # an audit stored before there were stacks has parts only
        so_far = ", as far as it came" if entry.stopped else ""
        lines.append(f"RSS by {by} in MiB{so_far}: {_memory_words(entry.stacks or entry.memory)}")
        lines += own_line_words(audit, entry)
    if entry.lazy_modules:
        lines.append(f"declared lazy, never loaded at start: {few(entry.lazy_modules, _LAZY_SHOWN)}")
    if entry.runs:
        lines.append(_runs_words(entry))
    if entry.failure:
        lines += failure_lines(entry.failure, audit)
    if entry.not_measured and not entry.failure:
        lines.append(f"memory not measured: {entry.not_measured}")
    if entry.written:
        more = f" and {len(entry.written) - 5} more" if len(entry.written) > 5 else ""
        lines.append(f"the entry wrote into the project: {', '.join(entry.written[:5])}{more}")
    return tuple(lines)


def _stage_words(stage: StageRow) -> str:
    reading = stage.reading
    anon = f", anon {mebibytes(reading.anon_bytes)}" if reading.anon_bytes is not None else ""
    hooked = reading.stage == "interpreter" and stage.distribution_count > 0
    name = "interpreter with its start-up hooks" if hooked else STAGE_WORDS[reading.stage]
    words = f"{name}: RSS {mebibytes(reading.rss_bytes)} MiB{anon}{_tree_words(reading)}"
    if reading.stage != "interpreter":
        words += (
            f"; after {milliseconds(reading.time_us)} ms, {count_of(stage.distribution_count, 'distribution')} loaded"
        )
    elif hooked:
        words += f"; {count_of(stage.distribution_count, 'distribution')} loaded before the first line"
    return words


def _tree_words(reading: StageReading) -> str:
    """Return what a stage takes with the processes that it started, and its peak where that is higher."""
    words, level, tree = "", reading.rss_bytes, reading.tree
    if tree is not None and tree.process_count > 1:
        level = tree.total_bytes
        words = f", {mebibytes(level)} with {count_of(tree.process_count - 1, 'child process', 'child processes')}"
    highest = reading.highest_bytes
    is_higher = highest is not None and highest - level >= _PEAK_AT_LEAST_BYTES
    return f"{words}, {mebibytes(highest)} at its peak" if is_higher else words


def _runs_words(entry: EntryRow) -> str:
    count = len(entry.runs)
    words = "measured once" if count == 1 else f"median of {count} runs, spread {size(entry.spread_bytes)}"
    if entry.discarded_runs:
        words += f"; {count_of(entry.discarded_runs, 'run')} discarded for compiling bytecode"
    if not any(stage.reading.stage == "ready" for stage in entry.stages):
        words += "; import-time figures: the process was not brought to ready"
    return words


def _memory_words(parts: tuple[MemoryPart, ...], most: int = 8) -> str:
    shown = [f"{part.name} {mebibytes(part.rss_bytes)}" for part in parts[:most]]
    rest = parts[most:]
    if rest:
        shown.append(f"{len(rest)} smaller {mebibytes(sum(part.rss_bytes for part in rest))}")
    return ", ".join(shown)


def disk_line(audit: Audit) -> str:
    """Return the disk total, what it consists of and whether the parts add up."""
    disk = audit.disk
    if disk.site_apparent_bytes is None:
        return "not weighed: there is no environment; classes are those of the files alone (note no-environment)"
    count = sum(1 for row in audit.distributions if row.version is not None)
    words = [
        f"{size(disk.site_apparent_bytes)} in {count_of(count, 'distribution')}",
        f"{size(disk.site_allocated_bytes)} allocated",
    ]
    extra = (
        ("outside site-packages", disk.outside_bytes),
        ("in no distribution", disk.unowned_bytes),
        ("footprint's own", disk.own_bytes),
    )
    words += [f"{name} {size(value)}" for name, value in extra if value]
    words.append("with bytecode" if audit.environment.bytecode else "without bytecode (it grows when first run)")
    words.append("parts add up to the folder's total" if disk.reconciles else "PARTS DO NOT ADD UP: please report this")
    return "; ".join(words)


def usage_line(audit: Audit) -> str:
    """Return how many distributions there are of each class, declared lines apart from the others."""
    declared = Counter(row.usage for row in audit.distributions if row.declared)
    others = Counter(row.usage for row in audit.distributions if not row.declared)
    if not declared:
        return f"nothing is known to be declared | installed {others.total()}: {_count_words(others)}"
    return (
        f"declared {declared.total()}: {_count_words(declared)} | not declared {others.total()}: {_count_words(others)}"
    )


def _count_words(counts: Counter[Usage]) -> str:
    return ", ".join(f"{usage.value} {counts[usage]}" for usage in Usage if counts[usage]) or "none"


def where(row: DistributionRow) -> str:
    """Return the short proof of a row's class: the first place, or the reason where no place says it."""
    if row.usage is Usage.TRANSITIVE:
        return _where_transitive(row)
    shown = places(row.evidence)
    if not shown:
        return row.reason
    match row.usage:
        case Usage.IMPLIED | Usage.UNREACHED | Usage.UNUSED | Usage.ORPHAN:
            return row.reason
        case Usage.LAZY:
            functions = [item.function for item in row.evidence if item.function]
            return f"{shown}{f' in {functions[0]}()' if functions else ''}"
        case _:
            return shown


def _where_transitive(row: DistributionRow) -> str:
    if row.declared:
        words = f"a pin, required by {few(row.pinned_by or row.required_by)} anyway"
    else:
        words = f"via {row.requirement_chain[0]}" if row.requirement_chain else f"required by {few(row.required_by)}"
    ours = [step for step in row.load_chain if step.path is not None]
    return f"{words}, loaded by {ours[-1].path}:{ours[-1].line}" if ours else words


def places(evidence: Iterable[Evidence]) -> str:
    """Return one or two places as `path:line`, more of them as a count; empty when there is none."""
    shown = [place(item.path, item.line) for item in evidence]
    return f"{shown[0]} and {len(shown) - 1} more" if len(shown) > 2 else ", ".join(shown)


def suggestion_saving(suggestion: Suggestion) -> tuple[str, str]:
    """Return the disk and the memory figure of a suggestion in MiB; `~` marks a prediction."""
    memory = mebibytes(suggestion.rss_bytes)
    if suggestion.rss_kind == "predicted":
        memory = predicted(suggestion.rss_bytes)
    return mebibytes(suggestion.disk_bytes), memory


def explain_suggestions(audit: Audit) -> str:
    """Return how sure the figures of the suggestions are."""
    words = "None is verified yet. Disk figures are exact"
    if any(suggestion.rss_kind == "predicted" for suggestion in shown_suggestions(audit)):
        words += f"; {PREDICTION_WORDS}"
        if sum(1 for entry in audit.entries if entry.last_stage is not None) > 1:
            words += ", of the entry that saves most"
        if any(entry.stopped for entry in audit.entries):
            words += ", as far as the start came"
    return f"{words}. {_ORDERS[audit.limiting]}."


def removal_line(audit: Audit) -> str | None:
    """Return what all removals free together, None when there is none."""
    count = sum(1 for suggestion in shown_suggestions(audit) if suggestion.action == "remove")
    if not count:
        return None
    if audit.disk.site_apparent_bytes is None or audit.removable_bytes is None:
        return "What a removal frees is not known: nothing was weighed"
    before = audit.disk.site_apparent_bytes + (audit.disk.outside_bytes or 0)
    kept = audit.removable_kept_bytes or 0
    after = before - audit.removable_bytes + kept
    who = "The removal frees" if count == 1 else f"The {count} removals together free"
    lines = [(line.file, line.line) for line in audit.removable_lines if not line.compiled]
    which = f" by {len(lines)} lines ({line_numbers(lines)})" if len(lines) > count else ""
    here = f", {size(kept)} of it only without the development groups" if kept else ""
    return f"{who} {size(audit.removable_bytes)}{which}{here}: from {size(before)} to {size(after)} on disk"


def shown_suggestions(audit: Audit) -> tuple[Suggestion, ...]:
    """Return the suggestions that the project did not ask to leave out."""
    return tuple(suggestion for suggestion in audit.suggestions if not suggestion.suppressed)


def finding_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per finding that no suggestion says; many pins of one file share a line."""
    suggested = {suggestion.code for suggestion in audit.suggestions}
    lines = []
    pins: dict[str | None, list[Finding]] = {}
    for finding in audit.findings:
        if finding.suppressed or finding.code in suggested:
            continue
        if finding.code == _PIN:
            pins.setdefault(finding.path, []).append(finding)
        else:
            lines.append(_finding_line(finding))
    for path, found in pins.items():
        if len(found) <= _FEW_PINS:
            lines += map(_finding_line, found)
        else:
            names = few([finding.distribution or "" for finding in found])
            lines.append(f"{_PIN} {path}: {len(found)} lines only pin what others require anyway: {names}")
    return tuple(lines)


def finding_summary(audit: Audit) -> str | None:
    """Return how many findings there are by severity, and how many were suppressed; None when there are none."""
    if not audit.findings:
        return None
    counts: Counter[str] = Counter(finding.severity for finding in audit.findings if not finding.suppressed)
    words = [count_of(counts[name], noun) for name, noun in _SEVERITY_NOUNS if counts[name]]
    suppressed = sum(1 for finding in audit.findings if finding.suppressed)
    shown = f"{', '.join(words)}, suggestions among them" if shown_suggestions(audit) else ", ".join(words)
    silent = f"{suppressed} suppressed" if suppressed else ""
    return "; ".join(filter(None, (shown, silent, "`footprint explain CODE` tells more")))


def _finding_line(finding: Finding) -> str:
    return f"{finding.code} {place(finding.path, finding.line, ': ')}{finding.message}"


def problem_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per requirement that the environment does not meet."""
    lines = []
    for problem in audit.problems:
        by = problem.required_by or "the project"
        there = "installed" if audit.environment.kind == "installed" else "locked"
        found = f", {there} is {problem.installed_version}" if problem.installed_version else ""
        lines.append(f"{problem.kind}: {by} requires {problem.requirement}{found}")
    return tuple(lines)


def unread_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per note on what of the declarations is not known: it stands before all that rests on them."""
    return describe_notes(note for note in audit.notes if note.about == "declarations")


def note_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per other note of the audit."""
    return describe_notes(note for note in audit.notes if note.about is None)
