"""`footprint why`: everything that is known of one distribution, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized

from footprint.model.audit import Audit, DeclaredAt, DistributionRow, Finding, Suggestion, Usage
from footprint.report.audit.memory_sentences import predicted
from footprint.report.languages.class_words import class_key
from footprint.report.languages.figures import mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.view import DEFAULT_VIEW, View

_MOST = 12
_FOR_OTHER_PURPOSES = frozenset({Usage.UNREACHED, Usage.TESTS, Usage.TYPING})
_FOR_MODULE = frozenset({"module", "class"})
_PLACEMENTS = {
    "module": message("at module level"),
    "class": message("in a class body"),
    "function": "",
    "type-checking": message("for type checking"),
    "main": message("when run as a script"),
    "other-target": message("for other targets"),
    "command": message("start command"),
    "asked-for": message("asked for"),
}


def render_trees(audit: Audit, row: DistributionRow, view: View = DEFAULT_VIEW) -> str:
    """Return who requires a distribution and what it brings, as trees, and by which imports it was loaded."""
    from footprint.report.audit.requirement_tree import tree_lines

    return view.join([*_head(row), *tree_lines(audit, row, view), *_loading(audit, row)])


def render(audit: Audit, row: DistributionRow, view: View = DEFAULT_VIEW) -> str:
    """Return the reasoning behind one row: class, requirement chain, import chain, weight and who keeps it."""
    sections = [
        _head(row),
        _headed(say("Declared:"), [_declared(at) for at in row.declared]) or [say("Declared: nowhere in this project")],
        _headed(say("Evidence:"), _evidence(row)) or [say("Evidence: none found")],
        _headed(say("Why no stronger class:"), explain_stronger(audit, row)),
        _requirement(row),
        _loading(audit, row),
        _disk(audit, row),
        _memory(row),
        _suggested(audit, row),
    ]
    return view.join(line for section in sections for line in section)


def _head(row: DistributionRow) -> list[str]:
    version, confidence = row.version or say("(not installed)"), retell(row.confidence)
    return [f"{row.name} {version}: {class_key(row.usage)} ({confidence})", f"  {retell(row.reason)}"]


def _headed(head: str, lines: list[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines)] if lines else []


def _declared(at: DeclaredAt) -> str:
    group = "" if at.group == "main" else say(" (group {group})", group=at.group)
    return f"{at.file}:{at.line} {at.raw}{group}"


def _evidence(row: DistributionRow) -> list[str]:
    lines = []
    for item in row.evidence[:_MOST]:
        inside = say("in {function}()", function=item.function) if item.function else ""
        placement = say(_PLACEMENTS[item.placement]) if item.placement in _PLACEMENTS else item.placement
        words = (place(item.path, item.line), placement, inside)
        lines.append(f"{' '.join(filter(None, words))}{f': {retell(item.detail)}' if item.detail else ''}")
    return lines + _more(row.evidence)


def _requirement(row: DistributionRow) -> list[str]:
    lines = []
    if len(row.requirement_chain) > 1:
        lines.append(say("Required through: {names}", names=_chain(row)))
    if row.required_by:
        lines.append(say("Required by: {names}", names=", ".join(row.required_by)))
    elif row.version is not None:
        installed = message("Required by: no installed distribution")
        locked = message("Required by: no locked distribution")
        lines.append(say(installed if row.apparent_bytes is not None else locked))
    return lines


def _chain(row: DistributionRow) -> str:
    names = row.requirement_chain
    left_out = row.whole_length("requirement_chain") - len(names)
    middle = len(names) // 2
    return " -> ".join((*names[:middle], say("({count} more)", count=left_out), *names[middle:]) if left_out else names)


def _loading(audit: Audit, row: DistributionRow) -> list[str]:
    if not row.load_chain:
        measured = any(entry.last_stage for entry in audit.entries)
        return [say("Loaded at startup: no" if measured else "Loaded at startup: not measured")]
    early = message("Loaded at startup (before the first line, by a start-up hook, by {entries}):")
    staged = message("Loaded at startup (stage {stage}, by {entries}):")
    entries, stage = ", ".join(row.loaded_by_entries), retell(row.loaded_at_stage or "")
    if row.loaded_at_stage == "interpreter":
        lines = [say(early, entries=entries)]
    else:
        lines = [say(staged, stage=stage, entries=entries)]
    for depth, step in enumerate(row.load_chain):
        before = row.load_chain[depth - 1].module if depth else ""
        asked = f"  {before}:{step.asked_line}" if step.asked_line and before else ""
        place = f"  {step.path}:{step.line}" if step.path else asked
        lines.append(f"  {'  ' * min(depth, 20)}{step.module}{place}")
    if row.also_imported_by:
        lines.append(say("Also imported at startup by: {names}", names=", ".join(row.also_imported_by)))
    if row.opportunistic:
        lines.append(
            say("Loaded although nothing lists it among its requirements: what loads it may do without it, or break")
        )
    return lines


def _disk(audit: Audit, row: DistributionRow) -> list[str]:
    if row.apparent_bytes is None:
        return [] if row.version is None else [say("On disk: not weighed, there is no environment")]
    files = count_of(row.file_count or 0, "file")
    own = say("On disk: {size} in {files}", size=size(row.apparent_bytes), files=files)
    if row.outside_bytes:
        source = message(", {size} more in its source folder (an editable install)")
        outside = message(", {size} more outside site-packages")
        own += say(source if row.origin == "editable" else outside, size=size(row.outside_bytes))
    parts = ", ".join(f"{path} {size(count)}" for path, count in row.parts[:5])
    lines = [own + (f" ({parts})" if parts else "")]
    others = row.whole_length("closure") - 1
    if others > 0:
        whole = count_of(others + 1, "distribution")
        lines.append(
            say("With all it requires: {size} in {distributions}", size=size(row.closure_bytes), distributions=whole)
        )
    else:
        lines.append(say("It requires nothing else that is installed"))
    lines += _leaving(row)
    if row.kept_by:
        cut = row.whole_length("kept_by") - len(row.kept_by)
        more = say(" and {count} more", count=cut) if cut else ""
        lines.append(say("The rest is kept by: {names}", names=f"{', '.join(row.kept_by)}{more}"))
    return lines


def _leaving(row: DistributionRow) -> list[str]:
    """Return what removing it frees, and what leaves with it."""
    leaving = [name for name in row.exclusive if name != row.name]
    cut = row.whole_length("exclusive") - len(row.exclusive)
    words = message("Removing it frees: {size}" if row.declared else "Gone, it would free: {size}")
    what = say(", and with it {names}", names=", ".join(leaving[:_MOST])) if leaving else ""
    return [f"{say(words, size=size(row.exclusive_bytes))}{what}", *(f"  {line}" for line in _more(leaving, cut))]


def _memory(row: DistributionRow) -> list[str]:
    if row.startup_self_rss_bytes is None:
        if row.first_use_rss_bytes is None:
            return []
        words = message("Lazily: the process grows by {size} RSS when its lazy import runs")
        return [say(words, size=size(row.first_use_rss_bytes))]
    words = message(
        "Startup RSS{so_far}: {memory} MiB by its own modules, {all} MiB with what they loaded first, {time} ms"
    )
    figures = {
        "so_far": say(", as far as it came") if row.start_stopped else "",
        "memory": mebibytes(row.startup_self_rss_bytes),
        "all": mebibytes(row.startup_cumulative_rss_bytes),
        "time": milliseconds(row.import_time_us),
    }
    return [say(words, **figures), *_avoidable(row)]


def _avoidable(row: DistributionRow) -> list[str]:
    """Return what would be saved without the project's imports of it, and why no more."""
    lines = []
    if row.avoidable_rss_bytes is not None and row.usage is Usage.STARTUP:
        needed = ""
        if row.still_needed_by:
            needed = say("; still needed by {names}", names=", ".join(row.still_needed_by[:_MOST]))
        words = message("If no line of the project imported it at startup: {memory} MiB less{needed}")
        lines.append(say(words, memory=predicted(row.avoidable_rss_bytes), needed=needed))
        lines += [f"  {line}" for line in _more(row.still_needed_by)]
    if row.removal_rss_bytes is not None:
        words = message("Where it is not installed the start takes {memory} MiB less, if what loads it does without it")
        lines.append(say(words, memory=predicted(row.removal_rss_bytes)))
    return lines


def _suggested(audit: Audit, row: DistributionRow) -> list[str]:
    """Return what is suggested and found, each once; suppressed ones say so."""
    suggested = {item.code for item in audit.suggestions}
    told: list[tuple[str, Suggestion | Finding, str]]
    told = [(say("Suggested"), item, item.detail) for item in audit.suggestions]
    told += [(say("Found"), item, item.message) for item in audit.findings if item.code not in suggested]
    return [
        f"{what}{say(' (suppressed)') if item.suppressed else ''}: {item.code} {retell(words)}"
        for what, item, words in told
        if item.distribution == row.name
    ]


def _more(items: Sized, cut: int = 0) -> list[str]:
    count = len(items) + cut - min(len(items), _MOST)
    return [say("and {count} more", count=count)] if count else []


def explain_stronger(audit: Audit, row: DistributionRow) -> list[str]:
    """Return a line per class that is stronger than that of `row`, strongest first.

    The rules are tried strongest first, so each stronger one found nothing; what it would have needed is said here,
    with what was seen instead.
    """
    order = list(Usage)
    reasons = ((class_key(usage), _REASONS[usage]) for usage in order[: order.index(row.usage)])
    return [
        say("not {name}: {reason}", name=name, reason=say(why) if isinstance(why, str) else why(audit, row))
        for name, why in reasons
    ]


def _not_startup(audit: Audit, row: DistributionRow) -> str:
    words = say("no import at module level in reached code")
    if row.usage is Usage.LAZY and any(item.placement in _FOR_MODULE for item in row.evidence):
        words = say("its import at module level did not load it, or stands under a guard")
    return f"{words}; {_not_loaded(audit, row)}"


def _not_loaded(audit: Audit, row: DistributionRow) -> str:
    if row.load_chain:
        ours = [step for step in row.load_chain if step.path is not None]
        through = say(" (through {place})", place=place(ours[-1].path, ours[-1].line)) if ours else ""
        hook = message("it is in memory after startup, but a start-up hook loads it")
        others = message("it is in memory after startup, but other distributions load it")
        return f"{say(hook if row.loaded_at_stage == 'interpreter' else others)}{through}"
    if row.version is None:
        return say("it is not installed")
    if not any(entry.last_stage for entry in audit.entries):
        return say("the start was not measured")
    return say("not in memory after startup")


def _not_implied(audit: Audit, row: DistributionRow) -> str:
    if not row.declared:
        return say("nothing declares it, and only declared lines can be needed without an import")
    if row.usage in _FOR_OTHER_PURPOSES and row.evidence:
        rest = message(", and your own import says what it is for")
    elif row.usage in _FOR_OTHER_PURPOSES:
        rest = message(", and your own group says what it is for")
    elif row.required_by and row.usage is Usage.TRANSITIVE:
        rest = message(", and those that ask for it require it")
    elif row.load_chain:
        rest = message(", and what loads it does so only because it is installed")
    elif audit.environment.kind != "installed":
        rest = message("; whether third-party code asks for it is not known without an environment")
    else:
        rest = message(", no used code asks for it, no plugin of it is known to be read")
    return f"{say('no start command names it')}{say(rest)}"


def _not_unreached(audit: Audit, row: DistributionRow) -> str:
    if not audit.started:
        return say("no entry point is known, so every module counts as reached")
    return say("no module that lies outside what the entries reach imports it")


def _not_tests(audit: Audit, row: DistributionRow) -> str:
    groups = sorted({at.group for at in row.declared})
    if not groups:
        return say("no test imports it, and no development group declares it")
    return say("no test imports it, and it is declared in {groups}", groups=", ".join(groups))


def _not_transitive(audit: Audit, row: DistributionRow) -> str:
    if not row.required_by:
        return say("no installed distribution requires it")
    words = message("{names} requires it, but nothing declared leads there without it")
    return say(words, names=", ".join(row.required_by[:3]))


_REASONS: Mapping[Usage, str | Callable[[Audit, DistributionRow], str]] = {
    Usage.STARTUP: _not_startup,
    Usage.LAZY: message("no function of reached code imports it"),
    Usage.IMPLIED: _not_implied,
    Usage.UNREACHED: _not_unreached,
    Usage.TESTS: _not_tests,
    Usage.TYPING: message("no import of it is for type checking only, and it holds no type stubs that are declared"),
    Usage.TRANSITIVE: _not_transitive,
    Usage.UNUSED: message("nothing declares it"),
}
