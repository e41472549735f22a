"""The entries started while something else is read, and once more until they pass their limit.

Of lazy imports between which a variable chooses a deployment takes one: the others are not counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from footprint.analysis.cost.first_use_rows import lazy_statements
from footprint.analysis.reach import entry_walk
from footprint.analysis.reach.reach_rule import runs_beside
from footprint.audit.checkout import Checkout
from footprint.audit.entry_limits import is_forked
from footprint.audit.listener import Progress
from footprint.audit.project_code import walk_entries
from footprint.audit.target import knows_lazy
from footprint.collect.deploy.files.deploy_files import text_at
from footprint.collect.deploy.stated_variables import places_of
from footprint.collect.project_settings.variable_branches import find_parts
from footprint.config.audit_settings import try_env_file
from footprint.config.options import Options
from footprint.errors import UsageError
from footprint.files.paths import place_in
from footprint.late import late_pattern
from footprint.model.entry_origins import GivenEntry
from footprint.model.note import Note
from footprint.model.requested_calls import AUTO, Call, Request
from footprint.model.runtime import EntryRuntime, ProbeRun, StageName
from footprint.model.source_modules import EntryPoint, ProjectSources, Reach, SiteUse, SourceModule, StartCommand
from footprint.model.trial import WrittenPath
from footprint.model.variable_choices import Part, StatedValue
from footprint.probe import runner
from footprint.units import few, size
from footprint.values import replace

_ENV_FILE = late_pattern(r"env_file:((?:[ \t]*[^\s#-]\S*)|(?:\s*\n\s*-[^\n]+)+)")
_INLINE = late_pattern(r"(?:exec\s+)?(?:env\s+)?(?:[A-Za-z_]\w*=\S+\s+)+")
_PAIR = late_pattern(r"([A-Za-z_]\w*)=[\"']?([^\s\"']*)")


def uses_taken(checkout: Checkout, walked: Reach) -> tuple[Sequence[SiteUse], tuple[Note, ...]]:
    """Return the imports that an entry reaches, without those that its deployment does not choose, and what to say."""
    options, code, lazy = checkout.options, checkout.code, knows_lazy(checkout.target)
    uses = entry_walk.classify_sites(code.sources, [walked], lazy_syntax=lazy)
    if not any(use.status == "lazy" for use in uses):
        return uses, ()
    paths = {module.path for module in walked.modules}
    sites = (site for module in code.sources.modules if module.path in paths for site in module.sites)
    functions = {part for site in sites if site.function for part in site.function.split(".")}
    parts = find_parts(options.target.project, sorted(paths), functions)
    imports = {part: names for part in parts if (names := _imported_in(part, code.sources))}
    if not imports:
        return uses, ()
    stated = dict(_stated(options, code.commands, walked.entry))
    left = [part for part in imports if not _runs(part, stated)]
    taken = uses
    if left:
        sources = replace(code.sources, modules=tuple(_without(module, left) for module in code.sources.modules))
        reaches = entry_walk.walk(sources, [walked.entry], lazy_syntax=lazy)
        taken = entry_walk.classify_sites(sources, reaches, lazy_syntax=lazy)
    return taken, tuple(_notes(imports, left, stated))


def _imported_in(part: Part, sources: ProjectSources) -> tuple[str, ...]:
    module = next((each for each in sources.modules if each.path == part.path), None)
    return tuple(dict.fromkeys(site.module for site in module.sites if part.holds(site.line))) if module else ()


def _runs(part: Part, stated: Mapping[str, StatedValue]) -> bool:
    return all(test.holds_for(stated[test.variable].value) for test in part.tests if test.variable in stated)


def _without(module: SourceModule, left: Iterable[Part]) -> SourceModule:
    own = [part for part in left if part.path == module.path]
    sites = tuple(site for site in module.sites if not any(part.holds(site.line) for part in own))
    return replace(module, sites=sites) if own else module


def _stated(options: Options, commands: Iterable[StartCommand], entry: EntryPoint) -> Iterator[tuple[str, StatedValue]]:
    """Yield the values of variables, what stands for more of them first: image, env files, service, what is given."""
    own = [each for each in commands if entry.source == each.origin and entry.name == each.name]
    own = own or [each for each in commands if entry.source == each.origin]
    if not own and entry.module is not None:  # given by --entry: of the only command that starts it
        aimed = [each for each in commands if each.launch is not None and each.launch.module == entry.module]
        own = aimed if len(aimed) == 1 else []
    images = {each.image for each in own}
    for command in (*(each for each in commands if each.path in images), *own[:1]):
        text = text_at(options.target.project, command.path) or ""
        for match in _ENV_FILE.finditer(text) if command in own else ():
            for name in re.findall(r"[\w./-]*env[\w./-]*", match[1]):
                path = Path(command.path).parent / name
                values = try_env_file(options.target.project / path)
                yield from ((key, StatedValue(value, path.as_posix())) for key, value in values.items())
        for name, value in command.environ:
            places = places_of(name, {command.path: text})
            yield name, StatedValue(value, places[0] if places else command.path)
        inline = _INLINE.match(command.command)
        for name, value in _PAIR.findall(inline[0]) if inline else ():
            yield name, StatedValue(value, f"{command.path}:{command.line}")
    yield from ((name, StatedValue(value, "")) for name, value in options.probe.environment.items())


def _notes(
    imports: Mapping[Part, tuple[str, ...]], left: Sequence[Part], stated: Mapping[str, StatedValue]
) -> Iterator[Note]:
    """Yield a note per variable that chooses: what is not counted and why, or that all is added up."""
    for variable in dict.fromkeys(test.variable for part in imports for test in part.tests):
        mine = [part for part in imports if any(test.variable == variable for test in part.tests)]
        out = list(dict.fromkeys(name for part in mine if part in left for name in imports[part]))
        place = mine[0]
        if variable in stated and out:
            found = stated[variable]
            where = f"{found.place} sets {variable}={found.value}" if found.place else f"--set gives {variable}"
            message = f"{where}, so lazy imports for other values of it are not counted: {few(out)}"
            yield Note("alternatives-chosen", message, place.path, place.line)
        elif variable not in stated and len({part.tests for part in mine}) > 1:
            names = list(dict.fromkeys(name for part in mine for name in imports[part]))
            message = (
                f"lazy imports between which {variable} chooses are added up, since no deploy file sets it: "
                f"{few(names)}; --set {variable}=... counts one"
            )
            yield Note("alternatives-added", message, place.path, place.line)


_T = TypeVar("_T")


def measure(
    checkout: Checkout,
    progress: Progress,
    meanwhile: Callable[[], _T],
    look_ahead: Callable[[_T, EntryRuntime], None] | None = None,
) -> tuple[tuple[EntryRuntime, ...], _T]:
    """Probe every entry, the first while `meanwhile` runs; return the runtimes and what `meanwhile` gave.

    `look_ahead` gets that and what is known of the first start while its lazy imports are tried.
    No runtime at all when there is nothing to start: no entry, no interpreter, or --no-probe.
    """
    if not checkout.can_start or not checkout.code.entries:
        return (), meanwhile()
    settings, notes = settings_of_entries(checkout)
    settings, unasked = _with_calls(checkout, settings)
    notes[checkout.code.entries[0].name] = (*notes.get(checkout.code.entries[0].name, ()), *unasked)
    runtimes: list[EntryRuntime] = []
    started: dict[object, EntryRuntime] = {}
    done: list[_T] = []
    told: set[WrittenPath] = set()
    for number, entry in enumerate(checkout.code.entries, 1):
        key = start_key(entry, settings[entry.name])
        same = started.get(key)
        if same is not None:  # services that share a command: two processes of one program
            runtimes.append(replace(same, entry=entry.name, notes=()))
            continue
        with runner.start(checkout.target.interpreter, entry, checkout.project, settings[entry.name]) as probe:
            probe.begun.wait()  # else it would get this processor only in turns with us
            done = done or [meanwhile()]
            progress(f"starting {entry.target}{_of_several(number, len(checkout.code.entries))}")
            if look_ahead is not None and number == 1 and (known := probe.run_so_far()) is not None:
                look_ahead(done[0], EntryRuntime(entry.name, known))
            runtimes.append(_with_written(checkout, _explained(checkout, entry, probe.result()), told))
        started[key] = runtimes[-1]
    return tuple(replace(each, notes=(*each.notes, *notes.get(each.entry, ()))) for each in runtimes), done[0]


def _of_several(number: int, count: int) -> str:
    return f", {number} of {count}" if count > 1 else ""


def _with_written(checkout: Checkout, runtime: EntryRuntime, told: set[WrittenPath]) -> EntryRuntime:
    """Return what a start came to with what it wrote in the shadow that it ran in, less what others did: `told`."""
    shadow = checkout.shadow
    if shadow is None:
        return runtime
    fresh = [each for each in shadow.list_written() if each not in told]
    told.update(fresh)
    paths = (place_in(checkout.project, Path(each.path)) or each.path for each in fresh)
    notes = (*runtime.notes, *shadow.notes(runtime.entry, fresh))
    return replace(runtime, written=tuple(paths), notes=notes, shadow=shadow.engine)


def _with_calls(
    checkout: Checkout, settings: dict[str, runner.ProbeOptions]
) -> tuple[dict[str, runner.ProbeOptions], tuple[Note, ...]]:
    """Return how to run each entry with what is called of it, and what to say of calls that are not done."""
    given = checkout.options.probe
    if not given.requests and not given.calls:
        unasked = Note("nothing-repeated", "--repeat: nothing is called; name it with --request or --call")
        return settings, (unasked,) if given.repeat else ()
    from footprint.audit.entry_calls import choose_calls, has_application

    found, notes = choose_calls(checkout.options.target, given, checkout.code.entries)
    asking = {entry.name for entry in checkout.code.entries if AUTO in given.requests and has_application(entry)}
    return {
        name: replace(each, calls=found[name], asks_routes=name in asking, repeat=given.repeat)
        for name, each in settings.items()
    }, notes


def _explained(checkout: Checkout, entry: EntryPoint, runtime: EntryRuntime) -> EntryRuntime:
    """Return what a start came to, with what it has not got where it failed."""
    if runtime.failure is None:
        return runtime
    from footprint.audit.start_causes import Causes

    return Causes(checkout).explain(entry, runtime)


def start_key(entry: EntryPoint, settings: runner.ProbeOptions) -> object:
    """Return what says how one process of an entry starts, and what is done in it."""
    plain = replace(entry, name="", source=GivenEntry(), command=None, workers=None, preload=None, role="web")
    return plain, settings.first_use, settings.forks, settings.calls, settings.asks_routes


def rehearse(checkout: Checkout, progress: Progress, measured: Sequence[EntryRuntime] = ()) -> tuple[EntryRuntime, ...]:
    """Run every entry once more, in one process that its limit stops: with its lazy imports, and with its calls.

    Where there are both these are two starts: it may be that no call runs what is imported late. `measured` says which
    calls came to an end, and which routes were found.
    Raises: UsageError when there is no limit to rehearse.
    """
    entries, limits = checkout.code.entries, checkout.limits
    memory = {entry.name: limit.memory_bytes for entry in entries if (limit := limits.entries.get(entry.name))}
    if entries and not any(memory.values()):
        raise UsageError("--rehearse needs a memory limit: give one with --limit 512MiB")
    if not checkout.can_start:
        return ()
    runtimes = []
    found, _ = _with_calls(checkout, settings_of_entries(checkout)[0])
    runs = {runtime.entry: runtime.run for runtime in measured}
    for entry in entries:
        memory_bytes = memory.get(entry.name)
        if memory_bytes is None:
            continue
        progress(f"rehearsing {entry.target} in {size(memory_bytes)}")
        given = replace(
            found[entry.name], runs=1, memory_limit_bytes=memory_bytes, asks_routes=False, repeat=None, forks=False
        )
        calls = _ended(given.calls, runs.get(entry.name))
        with_calls = replace(given, first_use=(), calls=calls, calls_here=True)
        kinds: list[tuple[StageName, runner.ProbeOptions]] = [("calls", with_calls)] if calls else []
        if given.first_use or not calls:
            kinds.insert(0, ("first_use", replace(given, calls=(), first_use_here=True)))
        for through, settings in kinds:
            with runner.start(checkout.target.interpreter, entry, checkout.project, settings) as probe:
                runtimes.append(replace(probe.result(), through=through))
            if runtimes[-1].failure is not None and runtimes[-1].failure.stage in ("import", "ready"):
                break
    return tuple(runtimes)


def _ended(given: Sequence[Call], run: ProbeRun | None) -> tuple[Call, ...]:
    """Return the calls that came to an end when they were measured, and the routes that were found besides."""
    if run is None or not run.calls:
        return tuple(given)
    ended = {call.name for call in run.calls if call.outcome in ("done", "failed")}
    known = {call.name for call in given}
    routes = [name.partition(" ")[2] for name in sorted(ended - known) if name.startswith("GET ")]
    return (*(call for call in given if call.name in ended), *(Request("GET", path, is_found=True) for path in routes))


def settings_of_entries(checkout: Checkout) -> tuple[dict[str, runner.ProbeOptions], dict[str, tuple[Note, ...]]]:
    """Return how to run each entry, with the lazy imports that it alone reaches, and what to say of these."""
    options, target, code = checkout.options, checkout.target, checkout.code
    given = options.probe
    settings = runner.ProbeOptions(
        runs=given.runs,
        timeout_s=given.timeout_s,
        lifespan=given.lifespan,
        env=given.environment,
        shadow=checkout.shadow,
    )
    found = {entry.name: replace(settings, forks=is_forked(options.target, entry)) for entry in code.entries}
    notes: dict[str, tuple[Note, ...]] = {}
    if not options.probe.first_use:
        return found, notes
    for walked in walk_entries(target, code):
        if runs_beside(walked.entry):
            continue
        uses, notes[walked.entry.name] = uses_taken(checkout, walked)
        statements = lazy_statements(uses, target.interpreter.stdlib_names, lazy_syntax=knows_lazy(target))
        found[walked.entry.name] = replace(found[walked.entry.name], first_use=statements)
    return found, notes
