"""What reports say of one entry: its stages, whether it fits, its memory by part, and how its start failed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from footprint.model.audit import Audit, EntryRow, StageRow
from footprint.model.memory_rows import MemoryPart
from footprint.model.runtime import Cause, Failure, NeededSetting, StageReading
from footprint.names import normalise, top_level
from footprint.report.audit.call_sentences import unsent_line
from footprint.report.audit.hosting_sentences import live_lines, workers_lines
from footprint.report.audit.memory_sentences import CANNOT_START, STOPPED, fit_lines, own_line_words
from footprint.report.text.last_output import last_said
from footprint.report.text.phrases import count_of
from footprint.units import MIB, few, mebibytes, milliseconds, size

STAGE_WORDS = {
    "interpreter": "bare interpreter",
    "import": "imported",
    "ready": "ready",
    "first_use": "after its lazy imports",
    "calls": "after its calls",
}
_LAZY_SHOWN = 8
_PEAK_AT_LEAST_BYTES = MIB  # above what stays, to be worth a word
_MOST_NAMED = 20
_LONGEST_MESSAGE = 200  # where the line below it says the same of every setting


def entry_title(entry: EntryRow) -> str:
    """Return the name of an entry, what it starts, and where that was found."""
    where = f" ({entry.served_at})" if entry.served_at else ""
    serves = f", which serves {entry.serves} by {entry.server}{where}" if entry.serves else ""
    return f"Entry {entry.name}: {entry.target} (from {entry.source}){serves}"


def entry_lines(entry: EntryRow, audit: Audit | None = None) -> tuple[str, ...]:
    """Return what is known of one entry: its stages, whether it fits, its memory by part, how it failed."""
    lines = [*live_lines(entry), *(_stage_words(stage) for stage in entry.stages)]
    lines += cannot_start_lines(entry, audit)
    if audit is not None:
        lines += [*fit_lines(audit, entry), *workers_lines(audit, entry)]
        lines += filter(None, [unsent_line(audit, entry)])
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
    if entry.shadow is not None and not entry.written:  # else a note says what
        lines.append("started in a shadow of project and environment, where it wrote nothing")
    if entry.written and entry.shadow is None:
        lines.append(f"the entry wrote into the project: {few(entry.written, 5)}")
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


def failure_lines(failure: Failure, audit: Audit | None = None) -> list[str]:
    """Return where a start stopped and why, and what to do where that can be told."""
    if failure.kind == "untrusted":
        return [failure.message]
    at = f" at {failure.path}:{failure.line}" if failure.path else ""
    under_way = f", while importing {' > '.join(failure.under_way[-4:])}" if failure.under_way else ""
    message = failure.message
    if failure.cause is not None and failure.cause.settings and len(message) > _LONGEST_MESSAGE:
        message = f"{message[:_LONGEST_MESSAGE].rstrip()} ..."
    lines = [f"{STOPPED} in stage {failure.stage}{at}: {message}{under_way}"]
    if failure.cause is not None:
        return [*lines, *_cause_lines(failure.cause, audit)]
    return [*lines, *last_said(failure.stderr_tail, failure.message)]


def cannot_start_lines(entry: EntryRow, audit: Audit | None = None) -> list[str]:
    """Return that the command of an entry cannot start here, why, and what to do; nothing where nothing is missing."""
    if entry.cannot_start is None:
        return []
    names = dict.fromkeys(each.distribution for each in entry.missing if each.installed_by is None)
    rows = [audit.row(name) for name in names] if audit is not None else []
    declared = [f"{row.declared[0].file}:{row.declared[0].line}" for row in rows if row is not None and row.declared]
    if len(declared) == len(names):
        advice = f"install what {few(declared)} declares, or name the environment that has it with --env"
    else:
        advice = f"add {' and '.join(names)} to the requirements, or name the environment that has it with --env"
    return [f"{CANNOT_START}: {entry.cannot_start}; {advice}"]


def _cause_lines(cause: Cause, audit: Audit | None) -> Iterator[str]:
    places = few(list(cause.places))
    match cause.kind:
        case "settings":
            yield from _settings_lines(cause.settings)
        case "server":
            at = f" at {cause.subject}" if cause.subject else ""
            known = f" ({places} describes one)" if places else ""
            yield (
                f"the start needs a server{at}, and none answers here: start it{known}, name another with --set, "
                "or connect when the first request needs it"
            )
        case "file":
            example = f": copy {places}" if places else ", or name another with --set"
            yield f"the start needs the file {cause.subject}, which is not there: make it{example}"
        case "folder" if cause.places:
            yield (
                f"{cause.subject} is there as seen from {places}: the start runs in another folder. Say so in its "
                f"command (`cd {cause.places[0]} && ...`), or audit that folder alone"
            )
        case "distribution":
            yield _distribution_words(cause.subject, audit)


def _settings_lines(settings: tuple[NeededSetting, ...]) -> Iterator[str]:
    shown = [f"{each.name} ({each.path}:{each.line})" if each.path else each.name for each in settings]
    yield f"the start needs {count_of(len(settings), 'setting')} that it has not got: {few(shown, _MOST_NAMED)}"
    examples = [f"{each.name} {', '.join(each.examples)}" for each in settings if each.examples]
    if examples:
        yield f"examples: {few(examples, _MOST_NAMED)}"
    files = dict.fromkeys(each.env_file for each in settings if each.env_file)
    words = [f"--env-file {shlex.quote(file)}" for file in files]
    words += [f"--set {each.name}=..." for each in settings[:_MOST_NAMED] if not each.env_file]
    yield f"to measure it: `footprint audit {' '.join(words)}`"


def _distribution_words(module: str, audit: Audit | None) -> str:
    row = audit.row(normalise(top_level(module))) if audit is not None else None
    absent = [each.name for each in audit.distributions if each.declared and each.version is None] if audit else []
    declared = f"; declared and not installed: {few(absent)}" if absent else ""
    if row is not None and row.declared:
        declared = f"; {row.declared[0].file}:{row.declared[0].line} declares it"
    return (
        f"{top_level(module)} is not installed in this environment{declared}: install what the project declares, "
        "or name the environment that has it with --env"
    )
