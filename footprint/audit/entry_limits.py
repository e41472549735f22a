"""What the host allows each entry, and how many workers are estimated: as the options say, else the deploy files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from footprint.analysis.cost.host import WorkerWish
from footprint.analysis.cost.server_parts import is_preloaded
from footprint.config.options import TargetOptions
from footprint.errors import UsageError
from footprint.knowledge.servers import BY_PROGRAM, CORES, may_preload
from footprint.knowledge.tables import read_plans
from footprint.model.limits import Plan, StatedLimit
from footprint.model.memory_rows import Limit
from footprint.model.note import Note
from footprint.model.source_modules import EntryPoint, StartCommand
from footprint.names import did_you_mean
from footprint.units import parse_size, size
from footprint.values import dataclass, field


@dataclass(frozen=True, slots=True)
class EntryLimits:
    """The limit of each entry by its name, and the one to show for the whole: the first entry's that has one."""

    whole: Limit | None = None
    entries: Mapping[str, Limit] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def find_limits(
    options: TargetOptions,
    entries: Sequence[EntryPoint],
    stated: Sequence[StatedLimit] = (),
    commands: Sequence[StartCommand] = (),
) -> EntryLimits:
    """Return what to judge by. What the options say stands for every entry and overrules every file.

    Raises: UsageError for a size that cannot be read, and for a plan that is not in the table.
    """
    if options.limit is not None:
        given = parse_limit(options.limit)
        return EntryLimits(given, {entry.name: given for entry in entries})
    notes: dict[str, Note] = {}
    known = [(item, limit) for item in stated if (limit := _resolve(item, notes)) is not None]
    known.sort(key=lambda each: "compose" in posixpath.basename(each[0].path))  # often only how people run it at home
    found = {}
    for entry in entries:
        own = _limits_of(entry, known, commands)
        if own:
            found[entry.name] = own[0][1]
            other = next((each for each in own if each[1].memory_bytes != own[0][1].memory_bytes), None)
            if other is not None:
                words = f"{_words(own[0][1])} and {_words(other[1])}"
                message = f"{entry.name} has two limits: {words}; the first is taken, --limit overrules both"
                notes[message] = Note("limits-differ", message, own[0][0].path, own[0][0].line)
    # one with a limit of the code goes before: all entries share what is installed
    first = min(found.values(), key=lambda limit: limit.disk_bytes is None, default=None)
    if not entries and len(known) == 1:
        first = known[0][1]
    return EntryLimits(first, found, tuple(notes.values()))


def parse_limit(text: str) -> Limit:
    """Return the limit that `--limit` gives: sizes and plans, a later one over an earlier: `vercel,1GiB,code=300MiB`.

    Raises: UsageError.
    """
    memory: int | None = None
    disk: int | None = None
    shown = []
    for part in text.split(","):
        word = part.strip()
        if word.startswith("code="):
            disk = parse_size(word.removeprefix("code="))
        elif word[:1].isdigit():
            memory = parse_size(word)
        else:
            plan = _find_plan(word)
            memory, disk = plan.memory_bytes or memory, plan.disk_bytes or disk
            shown.append(f"{plan.name}, checked {plan.checked}")
    if "," in text and shown:  # which figure is whose is in the words as given
        return Limit(memory, disk, f"--limit {text}; {'; '.join(shown)}")
    return Limit(memory, disk, f"--limit {shown[0]}" if shown else "--limit")


def _find_plan(word: str) -> Plan:
    plans = read_plans()
    name = word.lower().replace("_", "-") if word.lower() not in plans else word.lower()
    if name in plans:
        return plans[name]
    platform = name.partition(":")[0]
    of_platform = [each for each in plans if plans[each].platform == platform]
    if of_platform:
        raise UsageError(f"--limit {word}: {platform} has {', '.join(of_platform)}; or give a size such as 512MiB")
    platforms = ", ".join(dict.fromkeys(plan.platform for plan in plans.values()))
    hint = did_you_mean(name, plans, f"plans are known of {platforms}")
    raise UsageError(f"--limit {word}: neither a size (512MiB, 512MB) nor a known plan{hint}")


def _resolve(item: StatedLimit, notes: dict[str, Note]) -> Limit | None:
    """Return a stated limit with its figures, None when there are none; a plan that is not known is a note."""
    where = f"{item.path}:{item.line}"
    if item.plan is None:
        return Limit(item.memory_bytes, item.disk_bytes, where)
    plan = read_plans().get(item.plan)
    if plan is None:
        message = f"nothing is known of the plan {item.plan}: give its memory with --limit SIZE"
        notes[where] = Note("unknown-plan", message, item.path, item.line)
        return None if item.memory_bytes is None else Limit(item.memory_bytes, item.disk_bytes, where)
    memory = item.memory_bytes if item.memory_bytes is not None else plan.memory_bytes
    disk = item.disk_bytes if item.disk_bytes is not None else plan.disk_bytes
    if item.how == "stated":
        return Limit(memory, disk, f"{where}, {plan.platform}")
    shown = plan.name.partition(":")[2] or plan.name
    return Limit(memory, disk, f"{where}, plan {shown}, checked {plan.checked}")


_Known = tuple[StatedLimit, Limit]


def _limits_of(entry: EntryPoint, known: Sequence[_Known], commands: Sequence[StartCommand]) -> list[_Known]:
    """Return the limits of the service that starts `entry`, that of its own command first.

    Of the service whose command it is; else of a service by the same name, or built from the same folder; else of
    the only service there is, unless the file of its own command states limits for others.
    """
    # by its words as well: a file on one line has several commands there
    own = [each for each in commands if entry.source == each.origin and entry.command in (None, each.command)]
    # several services of one file may share a line by an anchor
    own = [command for command in own if command.name == entry.name] or own
    aim, path = (_aim(own[0]), own[0].path) if own else (None, None)
    same = [command for command in commands if aim is not None and _aim(command) == aim and command.path != path]
    places = dict.fromkeys((command.path, command.name) for command in [*own, *same])
    found = [each for place in places for each in known if (each[0].path, each[0].service) == place]
    found = found or _sole(each for each in known if each[0].service == entry.name and not each[0].own_only)
    if found:
        return found
    files = {command.path for command in own}
    services = [each for each in known if not each[0].own_only and each[0].path not in files]
    return _sole(each for each in services if each[0].folder == entry.working_dir != ".") or _sole(services)


def _sole(found: Iterable[_Known]) -> list[_Known]:
    """Return the limits when no file has more than one service; else none, since which it is cannot be told."""
    limits = list(found)
    services = {(each[0].path, each[0].service) for each in limits}
    return limits if len({path for path, _ in services}) == len(services) else []


def _aim(command: StartCommand) -> tuple[str, ...] | None:
    launch = command.launch
    if launch is None or (launch.module is None and launch.file is None):
        return None
    folder = posixpath.normpath(posixpath.join(command.working_dir, launch.working_dir))
    return (folder, launch.module or "", launch.file or "", launch.attribute or "")


def _words(limit: Limit) -> str:
    return f"{size(limit.memory_bytes, missing='none')} ({limit.source})"


_COUNTS = (1, 2, 4)  # where only the machine says how many


def wish_workers(options: TargetOptions, entries: Sequence[EntryPoint]) -> dict[str, WorkerWish]:
    """Return the number of workers to estimate, by entry; without --workers for those that have several, or may have.

    `--workers` is meant for the entries that a known server serves; where there is none, for the first.
    """
    if options.workers is None:
        counts = {entry.name: _counts_of(entry) for entry in entries}
        return {
            entry.name: _wish(options, entry, found[0], found if len(found) > 1 else ())
            for entry in entries
            if (found := counts[entry.name]) != (1,)
        }
    served = [entry for entry in entries if entry.server in BY_PROGRAM or entry.workers is not None]
    return {entry.name: _wish(options, entry, options.workers) for entry in served or entries[:1]}


def is_forked(options: TargetOptions, entry: EntryPoint) -> bool:
    """Whether what a forked worker writes to matters: by the start of an entry, or as the options ask."""
    asked = options.preload if may_preload(entry.server) else None
    return asked or bool(is_preloaded(entry))


def _counts_of(entry: EntryPoint) -> tuple[int, ...]:
    server = BY_PROGRAM.get(entry.server or "")
    if entry.workers is not None:
        return (entry.workers,)
    if entry.workers_from is not None or (server is not None and server.default == CORES):
        return _COUNTS
    return (int(server.default) if server is not None else 1,)


def _wish(options: TargetOptions, entry: EntryPoint, workers: int, counts: tuple[int, ...] = ()) -> WorkerWish:
    return WorkerWish(workers, entry.preload if options.preload is None else options.preload, counts)
