"""`footprint why`: everything that is known of one distribution, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized

from footprint.model.audit import Audit, DeclaredAt, DistributionRow, Finding, Suggestion, Usage
from footprint.report.audit.memory_sentences import predicted
from footprint.report.text.phrases import count_of, place
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import mebibytes, milliseconds, size

_MOST = 12
_FOR_OTHER_PURPOSES = frozenset({Usage.UNREACHED, Usage.TESTS, Usage.TYPING})
_FOR_MODULE = frozenset({"module", "class"})
_PLACEMENTS = {
    "module": "at module level",
    "class": "in a class body",
    "function": "",
    "type-checking": "for type checking",
    "main": "when run as a script",
    "other-target": "for other targets",
    "command": "start command",
    "asked-for": "asked for",
}


def render(audit: Audit, row: DistributionRow, view: View = DEFAULT_VIEW) -> str:
    """Return the reasoning behind one row: class, requirement chain, import chain, weight and who keeps it."""
    sections = [
        [f"{row.name} {row.version or '(not installed)'}: {row.usage.value} ({row.confidence})", f"  {row.reason}"],
        _headed("Declared:", [_declared(at) for at in row.declared]) or ["Declared: nowhere in this project"],
        _headed("Evidence:", _evidence(row)) or ["Evidence: none found"],
        _headed("Why no stronger class:", explain_stronger(audit, row)),
        _requirement(row),
        _loading(audit, row),
        _disk(audit, row),
        _memory(row),
        _suggested(audit, row),
    ]
    return view.join(line for section in sections for line in section)


def _headed(head: str, lines: list[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines)] if lines else []


def _declared(at: DeclaredAt) -> str:
    return f"{at.file}:{at.line} {at.raw}{'' if at.group == 'main' else f' (group {at.group})'}"


def _evidence(row: DistributionRow) -> list[str]:
    lines = []
    for item in row.evidence[:_MOST]:
        inside = f"in {item.function}()" if item.function else ""
        words = (place(item.path, item.line), _PLACEMENTS.get(item.placement, item.placement), inside)
        lines.append(f"{' '.join(filter(None, words))}{f': {item.detail}' if item.detail else ''}")
    return lines + _more(row.evidence)


def _requirement(row: DistributionRow) -> list[str]:
    lines = []
    if len(row.requirement_chain) > 1:
        lines.append(f"Required through: {_chain(row)}")
    if row.required_by:
        lines.append(f"Required by: {', '.join(row.required_by)}")
    elif row.version is not None:
        what = "installed" if row.apparent_bytes is not None else "locked"
        lines.append(f"Required by: no {what} distribution")
    return lines


def _chain(row: DistributionRow) -> str:
    names = row.requirement_chain
    left_out = row.whole_length("requirement_chain") - len(names)
    middle = len(names) // 2
    return " -> ".join((*names[:middle], f"({left_out} more)", *names[middle:]) if left_out else names)


def _loading(audit: Audit, row: DistributionRow) -> list[str]:
    if not row.load_chain:
        measured = any(entry.last_stage for entry in audit.entries)
        return ["Loaded at startup: no" if measured else "Loaded at startup: not measured"]
    early = row.loaded_at_stage == "interpreter"
    stage = "before the first line, by a start-up hook" if early else f"stage {row.loaded_at_stage}"
    lines = [f"Loaded at startup ({stage}, by {', '.join(row.loaded_by_entries)}):"]
    for depth, step in enumerate(row.load_chain):
        before = row.load_chain[depth - 1].module if depth else ""
        asked = f"  {before}:{step.asked_line}" if step.asked_line and before else ""
        place = f"  {step.path}:{step.line}" if step.path else asked
        lines.append(f"  {'  ' * min(depth, 20)}{step.module}{place}")
    if row.also_imported_by:
        lines.append(f"Also imported at startup by: {', '.join(row.also_imported_by)}")
    if row.opportunistic:
        lines.append(
            "Loaded although nothing lists it among its requirements: what loads it may do without it, or break"
        )
    return lines


def _disk(audit: Audit, row: DistributionRow) -> list[str]:
    if row.apparent_bytes is None:
        return [] if row.version is None else ["On disk: not weighed, there is no environment"]
    own = f"On disk: {size(row.apparent_bytes)} in {count_of(row.file_count or 0, 'file')}"
    if row.outside_bytes:
        where = "in its source folder (an editable install)" if row.origin == "editable" else "outside site-packages"
        own += f", {size(row.outside_bytes)} more {where}"
    parts = ", ".join(f"{path} {size(count)}" for path, count in row.parts[:5])
    lines = [own + (f" ({parts})" if parts else "")]
    others = row.whole_length("closure") - 1
    if others > 0:
        lines.append(f"With all it requires: {size(row.closure_bytes)} in {others + 1} distributions")
    else:
        lines.append("It requires nothing else that is installed")
    leaving = [name for name in row.exclusive if name != row.name]
    cut = row.whole_length("exclusive") - len(row.exclusive)
    what = f", and with it {', '.join(leaving[:_MOST])}" if leaving else ""
    verb = "Removing it frees" if row.declared else "Gone, it would free"
    lines.append(f"{verb}: {size(row.exclusive_bytes)}{what}")
    lines += [f"  {line}" for line in _more(leaving, cut)]
    if row.kept_by:
        cut = row.whole_length("kept_by") - len(row.kept_by)
        lines.append(f"The rest is kept by: {', '.join(row.kept_by)}{f' and {cut} more' if cut else ''}")
    return lines


def _memory(row: DistributionRow) -> list[str]:
    if row.startup_self_rss_bytes is None:
        if row.first_use_rss_bytes is None:
            return []
        return [f"Lazily: the process grows by {size(row.first_use_rss_bytes)} RSS when its lazy import runs"]
    so_far = ", as far as it came" if row.start_stopped else ""
    return [
        f"Startup RSS{so_far}: {mebibytes(row.startup_self_rss_bytes)} MiB by its own modules, "
        f"{mebibytes(row.startup_cumulative_rss_bytes)} MiB with what they loaded first, "
        f"{milliseconds(row.import_time_us)} ms",
        *_avoidable(row),
    ]


def _avoidable(row: DistributionRow) -> list[str]:
    """Return what would be saved without the project's imports of it, and why no more."""
    lines = []
    if row.avoidable_rss_bytes is not None and row.usage is Usage.STARTUP:
        needed = f"; still needed by {', '.join(row.still_needed_by[:_MOST])}" if row.still_needed_by else ""
        lines.append(
            f"If no line of the project imported it at startup: {predicted(row.avoidable_rss_bytes)} MiB less{needed}"
        )
        lines += [f"  {line}" for line in _more(row.still_needed_by)]
    if row.removal_rss_bytes is not None:
        lines.append(
            f"Where it is not installed the start takes {predicted(row.removal_rss_bytes)} MiB less, "
            "if what loads it does without it"
        )
    return lines


def _suggested(audit: Audit, row: DistributionRow) -> list[str]:
    """Return what is suggested and found, each once; suppressed ones say so."""
    suggested = {item.code for item in audit.suggestions}
    told: list[tuple[str, Suggestion | Finding, str]]
    told = [("Suggested", item, item.detail) for item in audit.suggestions]
    told += [("Found", item, item.message) for item in audit.findings if item.code not in suggested]
    return [
        f"{what}{' (suppressed)' if item.suppressed else ''}: {item.code} {words}"
        for what, item, words in told
        if item.distribution == row.name
    ]


def _more(items: Sized, cut: int = 0) -> list[str]:
    count = len(items) + cut - min(len(items), _MOST)
    return [f"and {count} more"] if count else []


def explain_stronger(audit: Audit, row: DistributionRow) -> list[str]:
    """Return a line per class that is stronger than that of `row`, strongest first.

    The rules are tried strongest first, so each stronger one found nothing; what it would have needed is said here,
    with what was seen instead.
    """
    order = list(Usage)
    reasons = ((usage.value, _REASONS[usage]) for usage in order[: order.index(row.usage)])
    return [f"not {name}: {why if isinstance(why, str) else why(audit, row)}" for name, why in reasons]


def _not_startup(audit: Audit, row: DistributionRow) -> str:
    words = "no import at module level in reached code"
    if row.usage is Usage.LAZY and any(item.placement in _FOR_MODULE for item in row.evidence):
        words = "its import at module level did not load it, or stands under a guard"
    return f"{words}; {_not_loaded(audit, row)}"


def _not_loaded(audit: Audit, row: DistributionRow) -> str:
    if row.load_chain:
        ours = [step for step in row.load_chain if step.path is not None]
        place = f" (through {ours[-1].path}:{ours[-1].line})" if ours else ""
        by = "a start-up hook loads" if row.loaded_at_stage == "interpreter" else "other distributions load"
        return f"it is in memory after startup, but {by} it{place}"
    if row.version is None:
        return "it is not installed"
    if not any(entry.last_stage for entry in audit.entries):
        return "the start was not measured"
    return "not in memory after startup"


def _not_implied(audit: Audit, row: DistributionRow) -> str:
    if not row.declared:
        return "nothing declares it, and only declared lines can be needed without an import"
    words = "no start command names it"
    if row.usage in _FOR_OTHER_PURPOSES:
        return f"{words}, and your own {'import' if row.evidence else 'group'} says what it is for"
    if row.required_by and row.usage is Usage.TRANSITIVE:
        return f"{words}, and those that ask for it require it"
    if row.load_chain:
        return f"{words}, and what loads it does so only because it is installed"
    if audit.environment.kind != "installed":
        return f"{words}; whether third-party code asks for it is not known without an environment"
    return f"{words}, no used code asks for it, no plugin of it is known to be read"


def _not_unreached(audit: Audit, row: DistributionRow) -> str:
    if not audit.started:
        return "no entry point is known, so every module counts as reached"
    return "no module that lies outside what the entries reach imports it"


def _not_tests(audit: Audit, row: DistributionRow) -> str:
    groups = sorted({at.group for at in row.declared})
    if not groups:
        return "no test imports it, and no development group declares it"
    return f"no test imports it, and it is declared in {', '.join(groups)}"


def _not_transitive(audit: Audit, row: DistributionRow) -> str:
    if row.required_by:
        shown = ", ".join(row.required_by[:3])
        return f"{shown} requires it, but nothing declared leads there without it"
    return "no installed distribution requires it"


_REASONS: Mapping[Usage, str | Callable[[Audit, DistributionRow], str]] = {
    Usage.STARTUP: _not_startup,
    Usage.LAZY: "no function of reached code imports it",
    Usage.IMPLIED: _not_implied,
    Usage.UNREACHED: _not_unreached,
    Usage.TESTS: _not_tests,
    Usage.TYPING: "no import of it is for type checking only, and it holds no type stubs that are declared",
    Usage.TRANSITIVE: _not_transitive,
    Usage.UNUSED: "nothing declares it",
}
