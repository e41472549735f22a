"""What every human-readable format says: its parts, in the same words, order and rounding; only the layout differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from footprint.knowledge.codes import CLASS_CODES
from footprint.model.audit import (
    OF_LINES,
    Audit,
    DistributionRow,
    Evidence,
    Finding,
    LazyStack,
    Limiting,
    Suggestion,
    Usage,
)
from footprint.pairs import group_pairs
from footprint.report.audit import call_sentences, memory_sentences
from footprint.report.audit.hosting_sentences import host_line
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, predicted
from footprint.report.text.phrases import count_of, describe_notes, place
from footprint.report.text.trial_sentences import advice_lines
from footprint.report.text.view import SortKey, View
from footprint.units import MIB, few, mebibytes, size
from footprint.units import places as line_numbers

_SORTED_BY: Mapping[SortKey, str]
_SORTED_BY = {"disk": "apparent_bytes", "rss": "startup_self_rss_bytes", "time": "import_time_us"}
_BESIDE_SHOWN = 5
_SEVERITY_NOUNS = (("error", "error"), ("warning", "warning"), ("info", "remark"))
UNREAD = "What is declared is not wholly known"
_PIN, _FEW_PINS = CLASS_CODES["transitive"], 3
_ORDERS: Mapping[Limiting | None, str] = {
    "memory": "First comes what saves most memory, which is close to its limit",
    "disk": "First comes what saves most disk, which is close to its limit",
    None: "First comes what saves the largest part of disk or memory",
}
SUGGESTIONS = ("", "Code", "Disk MiB", "RSS MiB", "What"), "rlrrl"  # headings, and where their columns stand
STACKS = "Stacks that one file brings, without which the app starts: an extra or a service of its own could hold each"
_SMALLEST_STACK_BYTES = 20 * MIB
_SMALLEST_PART = 20  # a twentieth of all that is installed
_PLACES_NAMED = 3


def sort_rows(audit: Audit, view: View) -> tuple[DistributionRow, ...]:
    """Return all rows in the view's order; what was not measured comes last, ties by name."""

    def key(row: DistributionRow) -> tuple[bool, int, str]:
        figure = getattr(row, _SORTED_BY[view.sort]) if view.sort != "name" else 0
        return figure is None, -(figure or 0), row.name

    return tuple(sorted(audit.distributions, key=key))


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


def beside_line(audit: Audit) -> str | None:
    """Return what else commands of the project start; None where that is nothing."""
    if not audit.beside:
        return None
    found = [f"{entry.role} {entry.name} = {entry.target} ({entry.source})" for entry in audit.beside]
    return f"Also started, reached and not measured (name one with --entry): {few(found, _BESIDE_SHOWN)}"


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
        ("left out, see the notes", disk.own_bytes),
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
    tried = "" if audit.trial is not None else "None is tried yet: `footprint audit --verify fast` does it. "
    if not audit.proposed("defer", "uninstall", *OF_LINES):
        tried = "None is tried. "
    words = f"{tried}Disk figures are exact"
    if any(suggestion.rss_kind == "predicted" for suggestion in shown_suggestions(audit)):
        words += f"; {PREDICTION_WORDS}"
        if sum(1 for entry in audit.entries if entry.last_stage is not None) > 1:
            words += ", of the entry that saves most"
        if any(entry.stopped for entry in audit.entries):
            words += ", as far as the start came"
    return f"{words}. {_ORDERS[audit.limiting]}."


def removal_line(audit: Audit) -> str | None:
    """Return what all removals free together, None when there is none."""
    count = len(audit.proposed(*OF_LINES))
    if not count:
        return None
    noun = "removal" if count == len(audit.proposed("remove")) else "change of lines" if count == 1 else "change"
    if audit.disk.site_apparent_bytes is None or audit.removable_bytes is None:
        return "What a removal frees is not known: nothing was weighed"
    before = audit.disk.site_apparent_bytes + (audit.disk.outside_bytes or 0)
    kept = audit.removable_kept_bytes or 0
    after = before - audit.removable_bytes + kept
    who = f"The {noun} frees" if count == 1 else f"The {count} {noun}s together free"
    lines = [(line.file, line.line) for line in audit.removable_lines if not line.compiled]
    which = f" by {len(lines)} lines ({line_numbers(lines)})" if len(lines) > count else ""
    here = f", {size(kept)} of it only without the development groups" if kept else ""
    bonus = audit.removable_bytes - sum(each.disk_bytes or 0 for each in audit.proposed(*OF_LINES))
    more = f", {size(bonus)} more than one by one" if count > 1 and bonus > 0 else ""
    return f"{who} {size(audit.removable_bytes)}{more}{which}{here}: from {size(before)} to {size(after)} on disk"


def shown_suggestions(audit: Audit) -> tuple[Suggestion, ...]:
    """Return the suggestions that the project did not ask to leave out."""
    return tuple(suggestion for suggestion in audit.suggestions if not suggestion.suppressed)


def finding_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per finding that no suggestion says; many pins of one file share a line."""
    suggested = {suggestion.code for suggestion in audit.suggestions}
    told = [each for each in audit.findings if not each.suppressed and each.code not in suggested]
    lines = [_finding_line(finding) for finding in told if finding.code != _PIN]
    for path, found in group_pairs((finding.path, finding) for finding in told if finding.code == _PIN).items():
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


def sections(audit: Audit) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """Yield title, lines and closing line of all that follows the suggestions."""
    for title, lines, closing in _ROWS:
        yield title, lines(audit), closing(audit) if closing else None


def host_facts(audit: Audit) -> list[str]:
    """Return what stands between the entries and the disk: what else is started, and what all take on one host."""
    return [line for line in (beside_line(audit), host_line(audit)) if line is not None]


def suggestion_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Return number, code, the figures and the words of each suggestion."""
    return [
        (str(number), each.code, *suggestion_saving(each), "; ".join((each.detail, *each.steps)))
        for number, each in enumerate(shown_suggestions(audit), start=1)
    ]


def suggestion_remarks(audit: Audit) -> list[str]:
    """Return what the suggestions come to together, and last how sure their figures are."""
    together = removal_line(audit), memory_sentences.deferral_line(audit)
    tried = advice_lines(audit.trial) if audit.trial is not None else ()
    return [*filter(None, together), *tried, explain_suggestions(audit)]


def stack_lines(audit: Audit) -> tuple[str, ...]:
    """Return a sentence per stack that weighs something, heaviest first; the smaller ones stand in the JSON alone."""
    total = audit.disk.site_apparent_bytes
    if not total:
        return ()
    return tuple(
        _stack_words(stack)
        for stack in audit.lazy_stacks
        if stack.disk_bytes is not None and stack.disk_bytes >= min(_SMALLEST_STACK_BYTES, total // _SMALLEST_PART)
    )


def idle_lines(audit: Audit) -> tuple[str, ...]:
    """Return what is installed and read by no start, kind by kind, where it comes to something."""
    total, idle = audit.disk.site_apparent_bytes or 0, audit.disk.idle
    if sum(each.apparent_bytes for each in idle) < max(min(_SMALLEST_STACK_BYTES, total // _SMALLEST_PART), 1):
        return ()
    kinds = (f"{each.kind} {size(each.apparent_bytes)} in {count_of(each.file_count, 'file')}" for each in idle)
    return (f"{', '.join(kinds)}: no installer leaves them out, and an image can be built without them",)


def _stack_words(stack: LazyStack) -> str:
    figures = [f"{size(stack.disk_bytes)} on disk"]
    if stack.first_use_rss_bytes:
        figures.append(f"{mebibytes(stack.first_use_rss_bytes)} MiB RSS when first imported")
    if stack.startup_rss_bytes:
        figures.append(f"{predicted(stack.startup_rss_bytes)} MiB RSS at startup")
    pins = {line.name for line in stack.lines if not line.compiled} - set(stack.names)
    rest = len(set(stack.distributions) - pins - set(stack.names))
    of = "it requires" if len(stack.names) == 1 else "they require"
    brings = [few(stack.names), count_of(len(pins), "pin"), f"{count_of(rest, 'distribution')} that {of}"]
    brings = [words for words, count in zip(brings, (1, len(pins), rest), strict=True) if count]
    lines = ", ".join(str(number) for number in dict.fromkeys(item.line for item in stack.evidence[:_PLACES_NAMED]))
    more = f" and {len(stack.evidence) - _PLACES_NAMED} more" if len(stack.evidence) > _PLACES_NAMED else ""
    what = f"{', '.join(brings[:-1])} and {brings[-1]}" if brings[1:] else brings[0]
    return f"{', '.join(figures)}, reached only by {stack.path}:{lines}{more}: {what}"


# Title, its lines, and what closes it, which stands without lines, too.
_ROWS: tuple[tuple[str, Callable[[Audit], tuple[str, ...]], Callable[[Audit], str | None] | None], ...] = (
    (STACKS, stack_lines, None),
    ("Installed, and read by no start (for information)", idle_lines, None),
    (memory_sentences.IMPORT_LINES, memory_sentences.import_line_rows, None),
    (memory_sentences.GUESTS, memory_sentences.guest_lines, None),
    (memory_sentences.FIRST_USE, memory_sentences.first_use_lines, None),
    (call_sentences.CALLS, call_sentences.call_lines, None),
    ("Findings", finding_lines, finding_summary),
    ("Requirements not met", problem_lines, None),
    ("Notes", note_lines, None),
)
