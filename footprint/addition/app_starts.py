"""The start of the application as it is, and with an import added to its entry; and an import alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

from footprint.addition.added_environment import AddedEnvironment
from footprint.analysis.additions.import_growth import growth_alone, growth_between, ready_reading
from footprint.audit.checkout import Checkout
from footprint.audit.entry_starts import settings_of_entries
from footprint.edit.imports.added_import import import_lines, with_added_import
from footprint.files.private import private_folder
from footprint.files.reader import try_read
from footprint.files.writer import write_file
from footprint.model.addition import ImportGrowth
from footprint.model.runtime import EntryRuntime
from footprint.model.source_modules import EntryPoint
from footprint.names import ModuleName
from footprint.probe import runner
from footprint.probe.shadow import Shadow
from footprint.trial.ground import Change
from footprint.trial.shadows import Shadows
from footprint.values import dataclass, replace

_FILE_AT_MOST = 16 << 20
_SCRIPT = "added_import.py"


@dataclass(frozen=True, slots=True)
class AppStart:
    """One entry of the project, and its start as it is. `why_not`: it tells nothing of what is added, and why."""

    entry: EntryPoint | None
    path: str = ""  # of its file, relative to the project
    settings: runner.ProbeOptions | None = None
    before: EntryRuntime | None = None
    why_not: str = ""

    def measure(self, added: AddedEnvironment, modules: tuple[ModuleName, ...], project: Path) -> ImportGrowth | str:
        """Return what the start grows by with `modules` imported in its entry; else why there is no figure."""
        if self.entry is None or self.settings is None or self.before is None or self.why_not:
            return self.why_not or "there is no start"
        content = try_read(project / self.path, bytes_at_most=_FILE_AT_MOST)
        edited = with_added_import(content, modules) if content is not None else None
        if edited is None:
            return f"no import can be added to {self.path}"
        Shadows.edit(added.shadow, {self.path: edited})
        after = start_in(added.shadow, self.entry, self.settings)
        if after.failure is not None and ready_reading(after) is None:
            return f"the application does not start with it: {after.failure.message}"
        return growth_between(self.before, after) or "the start gave no figures"


def start_in(shadow: Shadow, entry: EntryPoint, settings: runner.ProbeOptions) -> EntryRuntime:
    """Return the start of an entry in a shadow."""
    with _begin(shadow, entry, settings) as probe:
        return probe.result()


def _begin(shadow: Shadow, entry: EntryPoint, settings: runner.ProbeOptions) -> runner.EntryProbe:
    return runner.start(shadow.interpreter, entry, shadow.project, replace(settings, shadow=shadow))


@contextmanager
def begin_app(checkout: Checkout, shadows: Shadows) -> Iterator[Callable[[], AppStart]]:
    """Start the first entry of the project as it is, in a shadow, and give what waits for the end of that.

    Raises: NoShadow.
    """
    with ExitStack() as held:
        app = _unstarted(checkout)
        if app.entry is None or app.settings is None:
            yield lambda: app
            return
        shadow = held.enter_context(shadows.give(Change()))
        probe = held.enter_context(_begin(shadow, app.entry, app.settings))
        yield cache(lambda: _with_start(app, probe.result()))


def _unstarted(checkout: Checkout) -> AppStart:
    """Return the first entry with how it is started, else why it cannot be."""
    if not checkout.code.entries:
        return AppStart(None, why_not="no entry was found: name one with --entry")
    if not checkout.can_start:
        return AppStart(None, why_not="nothing is started")
    entry = checkout.code.entries[0]
    path = find_file(entry, checkout)
    if path is None:
        return AppStart(entry, why_not=f"the entry {entry.target} has no file in the project")
    return AppStart(entry, path, settings_of_start(checkout, entry))


def _with_start(app: AppStart, before: EntryRuntime) -> AppStart:
    assert app.entry is not None
    if ready_reading(before) is None:
        why = before.failure.message if before.failure is not None else "it gave no figures"
        return replace(app, before=before, why_not=f"{app.entry.target} does not start as it is: {why}")
    return replace(app, before=before)


def settings_of_start(checkout: Checkout, entry: EntryPoint) -> runner.ProbeOptions:
    """Return how an entry is started: once, and no further than it is ready."""
    found, _ = settings_of_entries(checkout)
    return replace(found[entry.name], runs=1, forks=False, first_use=())


def find_file(entry: EntryPoint, checkout: Checkout) -> str | None:
    """Return the file whose code runs first when an entry starts, relative to the project; None: it has none there."""
    served = entry.serves or entry
    if served.file is not None:
        places = [f"{served.working_dir}/{served.file}" if served.working_dir != "." else served.file, served.file]
        return next((each for each in places if (checkout.project / each).is_file()), None)
    module = served.module or ""
    wanted = [f"{module}.__main__", module] if served.target.startswith("-m") else [module]
    modules = checkout.code.sources.modules
    for name in wanted:
        for each in modules:
            if name == each.module or name in each.other_names:
                return each.path
    return None


def measure_alone(
    added: AddedEnvironment, modules: tuple[ModuleName, ...], settings: runner.ProbeOptions
) -> ImportGrowth | str:
    """Return what `modules` add to a bare interpreter with what came with them; else why there is no figure."""
    with private_folder("alone", ("project",)) as folder:
        project = folder / "project"
        write_file(project / _SCRIPT, "".join(f"{line}\n" for line in import_lines(modules)).encode())
        entry = EntryPoint("alone", _SCRIPT, file=_SCRIPT)
        shadow = replace(added.shadow, project=project)
        runtime = start_in(shadow, entry, settings)
    if ready_reading(runtime) is None and runtime.failure is not None:
        return f"its import fails: {runtime.failure.message}"
    return growth_alone(runtime) or "the start gave no figures"
