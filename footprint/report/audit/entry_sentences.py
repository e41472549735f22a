"""What reports say of one entry: its stages, whether it fits, its memory by part, and how its start failed."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from footprint.model.audit import Audit, EntryRow, StageRow
from footprint.model.memory_rows import MemoryPart
from footprint.model.runtime import Cause, Failure, NeededSetting, StageReading
from footprint.names import normalise, top_level
from footprint.report.audit.call_sentences import uncalled_line, unsent_line
from footprint.report.audit.hosting_sentences import live_lines, workers_lines
from footprint.report.audit.memory_sentences import CANNOT_START, fit_lines, own_line_words
from footprint.report.languages.figures import mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.last_output import last_said
from footprint.report.text.phrases import place
from footprint.units import MIB

STAGE_WORDS = {
    "interpreter": message("bare interpreter"),
    "import": message("imported"),
    "ready": message("ready"),
    "first_use": message("after its lazy imports"),
    "calls": message("after its calls"),
}
_LAZY_SHOWN = 8
_PEAK_AT_LEAST_BYTES = MIB  # above what stays, to be worth a word
_MOST_NAMED = 20
_LONGEST_MESSAGE = 200  # where the line below it says the same of every setting


def entry_title(entry: EntryRow) -> str:
    """Return the name of an entry, what it starts, and where that was found."""
    words = say(
        "Entry {name}: {target} (from {source})", name=entry.name, target=entry.target, source=retell(str(entry.source))
    )
    where = f" ({entry.served_at})" if entry.served_at else ""
    serves = ""
    if entry.serves:
        serves = say(", which serves {application} by {server}", application=entry.serves, server=entry.server)
    return f"{words}{serves}{where if serves else ''}"


def entry_lines(entry: EntryRow, audit: Audit | None = None) -> tuple[str, ...]:
    """Return what is known of one entry: its stages, whether it fits, its memory by part, how it failed."""
    lines = [*live_lines(entry), *(_stage_words(stage) for stage in entry.stages)]
    lines += cannot_start_lines(entry, audit)
    if audit is not None:
        lines += [*fit_lines(audit, entry), *workers_lines(audit, entry)]
        lines += filter(None, [uncalled_line(entry), unsent_line(audit, entry)])
    if entry.memory:
        lines.append(_parts_line(entry))
        lines += own_line_words(audit, entry)
    if entry.lazy_modules:
        lines.append(say("declared lazy, never loaded at start: {names}", names=few(entry.lazy_modules, _LAZY_SHOWN)))
    if entry.runs:
        lines.append(_runs_words(entry))
    if entry.failure:
        lines += failure_lines(entry.failure, audit)
    if entry.not_measured and not entry.failure:
        lines.append(say("memory not measured: {reason}", reason=retell(entry.not_measured)))
    if entry.shadow is not None and not entry.written:  # else a note says what
        lines.append(say("started in a shadow of project and environment, where it wrote nothing"))
    if entry.written and entry.shadow is None:
        lines.append(say("the entry wrote into the project: {names}", names=few(entry.written, 5)))
    return tuple(lines)


def _parts_line(entry: EntryRow) -> str:
    # an audit stored before there were stacks has parts only
    by = message("RSS by stack in MiB{so_far}: {parts}" if entry.stacks else "RSS by part in MiB{so_far}: {parts}")
    so_far = say(", as far as it came") if entry.stopped else ""
    return say(by, so_far=so_far, parts=_memory_words(entry.stacks or entry.memory))


def _stage_words(stage: StageRow) -> str:
    reading = stage.reading
    hooked = reading.stage == "interpreter" and stage.distribution_count > 0
    name = say("interpreter with its start-up hooks" if hooked else STAGE_WORDS[reading.stage])
    words = say("{stage}: RSS {memory} MiB", stage=name, memory=mebibytes(reading.rss_bytes))
    if reading.anon_bytes is not None:
        words += say(", anon {memory}", memory=mebibytes(reading.anon_bytes))
    words += _tree_words(reading)
    loaded = count_of(stage.distribution_count, "distribution")
    if reading.stage != "interpreter":
        after = milliseconds(reading.time_us)
        words += say("; after {time} ms, {distributions} loaded", time=after, distributions=loaded)
    elif hooked:
        words += say("; {distributions} loaded before the first line", distributions=loaded)
    return words


def _tree_words(reading: StageReading) -> str:
    """Return what a stage takes with the processes that it started, and its peak where that is higher."""
    words, level, tree = "", reading.rss_bytes, reading.tree
    if tree is not None and tree.process_count > 1:
        level = tree.total_bytes
        children = count_of(tree.process_count - 1, "child process", "child processes")
        words = say(", {memory} with {children}", memory=mebibytes(level), children=children)
    highest = reading.highest_bytes
    if highest is not None and highest - level >= _PEAK_AT_LEAST_BYTES:
        words += say(", {memory} at its peak", memory=mebibytes(highest))
    return words


def _runs_words(entry: EntryRow) -> str:
    count = len(entry.runs)
    words = say("measured once")
    if count > 1:
        words = say("median of {count} runs, spread {size}", count=count, size=size(entry.spread_bytes))
    if entry.discarded_runs:
        words += say("; {runs} discarded for compiling bytecode", runs=count_of(entry.discarded_runs, "run"))
    if not any(stage.reading.stage == "ready" for stage in entry.stages):
        words += say("; import-time figures: the process was not brought to ready")
    return words


def _memory_words(parts: tuple[MemoryPart, ...], most: int = 8) -> str:
    shown = [f"{part_name(part)} {mebibytes(part.rss_bytes)}" for part in parts[:most]]
    rest = parts[most:]
    if rest:
        memory = mebibytes(sum(part.rss_bytes for part in rest))
        shown.append(say("{count} smaller {memory}", count=len(rest), memory=memory))
    return ", ".join(shown)


def part_name(part: MemoryPart) -> str:
    """Return the name of a part of memory: of a distribution as it is, of another in the language that is spoken."""
    return part.name if part.kind == "distribution" else retell(part.name)


def failure_lines(failure: Failure, audit: Audit | None = None) -> list[str]:
    """Return where a start stopped and why, and what to do where that can be told."""
    if failure.kind == "untrusted":
        return [retell(failure.message)]
    at = say(" at {place}", place=place(failure.path, failure.line)) if failure.path else ""
    under_way = ""
    if failure.under_way:
        under_way = say(", while importing {modules}", modules=" > ".join(failure.under_way[-4:]))
    told = retell(failure.message)
    if failure.cause is not None and failure.cause.settings and len(told) > _LONGEST_MESSAGE:
        told = f"{told[:_LONGEST_MESSAGE].rstrip()} ..."
    words = say("stopped in stage {stage}{at}: {reason}", stage=retell(failure.stage), at=at, reason=told)
    lines = [f"{words}{under_way}"]
    if failure.cause is not None:
        return [*lines, *_cause_lines(failure.cause, audit)]
    return [*lines, *map(retell, last_said(failure.stderr_tail, failure.message))]


def cannot_start_lines(entry: EntryRow, audit: Audit | None = None) -> list[str]:
    """Return that the command of an entry cannot start here, why, and what to do; nothing where nothing is missing."""
    if entry.cannot_start is None:
        return []
    names = dict.fromkeys(each.distribution for each in entry.missing if each.installed_by is None)
    rows = [audit.row(name) for name in names] if audit is not None else []
    declared = [f"{row.declared[0].file}:{row.declared[0].line}" for row in rows if row is not None and row.declared]
    if len(declared) == len(names):
        known = message("install what {places} declares, or name the environment that has it with --env")
        advice = say(known, places=few(declared))
    else:
        unknown = message("add {names} to the requirements, or name the environment that has it with --env")
        advice = say(unknown, names=say(" and ").join(names))
    return [f"{say(CANNOT_START)}: {retell(entry.cannot_start)}; {advice}"]


def _cause_lines(cause: Cause, audit: Audit | None) -> Iterator[str]:
    places = few(list(cause.places))
    match cause.kind:
        case "settings":
            yield from _settings_lines(cause.settings)
        case "server":
            at = say(" at {place}", place=cause.subject) if cause.subject else ""
            known = say(" ({places} describes one)", places=places) if places else ""
            words = message(
                "the start needs a server{at}, and none answers here: start it{known}, name another with --set, "
                "or connect when the first request needs it"
            )
            yield say(words, at=at, known=known)
        case "file":
            example = message("the start needs the file {file}, which is not there: make it: copy {places}")
            other = message("the start needs the file {file}, which is not there: make it, or name another with --set")
            yield say(example, file=cause.subject, places=places) if places else say(other, file=cause.subject)
        case "folder" if cause.places:
            words = message(
                "{file} is there as seen from {places}: the start runs in another folder. Say so in its "
                "command (`cd {folder} && ...`), or audit that folder alone"
            )
            yield say(words, file=cause.subject, places=places, folder=cause.places[0])
        case "distribution":
            yield _distribution_words(cause.subject, audit)


def _settings_lines(settings: tuple[NeededSetting, ...]) -> Iterator[str]:
    shown = [f"{each.name} ({each.path}:{each.line})" if each.path else each.name for each in settings]
    count = count_of(len(settings), "setting")
    yield say("the start needs {settings} that it has not got: {names}", settings=count, names=few(shown, _MOST_NAMED))
    examples = [f"{each.name} {', '.join(each.examples)}" for each in settings if each.examples]
    if examples:
        yield say("examples: {examples}", examples=few(examples, _MOST_NAMED))
    files = dict.fromkeys(each.env_file for each in settings if each.env_file)
    words = [f"--env-file {shlex.quote(file)}" for file in files]
    words += [f"--set {each.name}=..." for each in settings[:_MOST_NAMED] if not each.env_file]
    yield say("to measure it: `footprint audit {flags}`", flags=" ".join(words))


def _distribution_words(module: str, audit: Audit | None) -> str:
    """Return what is not there: a package, a part of a namespace, or a module that an installed release has not."""
    rows = [audit.row(normalise(name)) for name in (module, top_level(module))] if audit is not None else []
    row = next((each for each in rows if each is not None), None)
    if row is not None and row.version is not None:
        words = message(
            "there is no {name} in {distribution} {version}, which is installed: install the release that the project "
            "wants, or name the environment that has it with --env"
        )
        return say(words, name=module, distribution=row.name, version=row.version)
    absent = [each.name for each in audit.distributions if each.declared and each.version is None] if audit else []
    declared = say("; declared and not installed: {names}", names=few(absent)) if absent else ""
    if row is not None and row.declared:
        where = place(row.declared[0].file, row.declared[0].line)
        declared = say("; {place} declares it", place=where)
    words = message(
        "{name} is not installed in this environment{declared}: install what the project declares, "
        "or name the environment that has it with --env"
    )
    return say(words, name=module, declared=declared)
