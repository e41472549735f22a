"""The gate, its stages in order: measure as an audit does, start again without a hook, read the baseline, judge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.analysis.gate import GateFacts, judge
from footprint.analysis.gate.findings_as_verdicts import codes_on
from footprint.analysis.gate.this_run import describe_run, join_references, stored_key
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import Cover
from footprint.collect.baseline_file import find_place, read_baseline, write_baseline
from footprint.config.gate_settings import BASELINE_NAME
from footprint.config.options import GateSettings, Options
from footprint.errors import UsageError
from footprint.files.paths import folder_in_work_tree, place_in
from footprint.files.writer import Place
from footprint.gate.started_tree import Start, StartedTree, add_against, start, start_base, with_added
from footprint.knowledge.codes import RULES
from footprint.model.audit import Audit, NotMeasured
from footprint.model.baseline import Baseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineUse, GateReport
from footprint.model.note import Note
from footprint.secrets import star
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.analysis.facts.run_facts import Collected
    from footprint.analysis.gate.baseline_update import Update
    from footprint.model.image_report import ImageReport

_OF_THE_WHOLE = frozenset(rule.code for rule in RULES if rule.stage == "read whole")


@dataclass(frozen=True, slots=True)
class Checked:
    """A check, and what an update of the baseline did."""

    report: GateReport
    update: Update | None = None
    baseline: Path | None = None  # the file that was written, or would be
    unwritten: UsageError | None = None  # why the baseline was not written, where it was to be


def run_check(
    options: Options,
    progress: Progress = silent,
    *,
    write: bool = False,
    allow_increase: bool = False,
    cover: Cover = nullcontext,
    image: ImageReport | None = None,
) -> Checked:
    """Measure one project, judge it by budgets, baseline and use, and with `write` record what was measured.

    `cover` gives a checkout as it is to be started. `image` is judged by its own budgets beside.
    Raises: UsageError for settings that cannot be followed, and for a baseline that cannot be read or, with `write`,
        not be written; else as run_audit. When that shows in the end only, the answer says so: nothing is lost.
    """
    with ExitStack() as held:
        started = partial(start, progress=progress, cover=lambda tree: held.enter_context(cover(tree)))
        return _run(options, progress, started, write=write, allow_increase=allow_increase, image=image)


def _run(
    options: Options,
    progress: Progress,
    started: Start,
    *,
    write: bool,
    allow_increase: bool,
    image: ImageReport | None,
) -> Checked:
    settings, project = options.gate, options.target.project
    path = settings.baseline or project / BASELINE_NAME
    old = read_baseline(path)  # a broken one is told before anything is measured
    place = find_place(path) if write else None
    options, secrets = _for_gate(options, _compares_calls(old, options, write=write)), secrets_of(options.probe)
    head = started(options, thorough=not settings.static)
    strange = _check_names(settings, head.facts)
    base = start_base(options, head.target, started)
    facts = replace(_measure(head, base, settings, progress), image=image)
    found = stored_key(old, facts.key)
    facts = replace(facts, has_file=old is not None, stored=_of_environment(old, found), reference_keys=(found,))
    facts, against = add_against(replace(facts, notes=(*strange, *facts.notes)), base, settings)
    facts = with_added(facts, head, base)
    done = unwritten = None
    if place is not None:
        from footprint.analysis.gate.baseline_update import update

        new = update(old, star(describe_run(facts), secrets), allow_increase=allow_increase)
        unwritten = _write(path, new.baseline, place)
        if unwritten is None:
            done = new
            facts = replace(facts, has_file=True, stored=_of_environment(new.baseline, facts.key), reference_keys=())
    other = settings.against.as_posix() if settings.against is not None else None
    use = BaselineUse(place_in(project, path) or path.as_posix(), facts.stored is not None, other)
    facts = replace(facts, baseline=use, reference=join_references(facts.stored, against))
    report = replace(judge(facts), folder=folder_in_work_tree(project))
    return Checked(star(report, secrets), done, path, unwritten)


def _write(path: Path, baseline: Baseline, place: Place) -> UsageError | None:
    """Write the baseline; return why it could not be written: what was measured is told all the same."""
    try:
        write_baseline(path, baseline, place)
    except UsageError as error:
        return error
    return None


def _of_environment(baseline: Baseline | None, key: str) -> EnvironmentBaseline | None:
    return baseline.environments.get(key) if baseline is not None else None


def _compares_calls(old: Baseline | None, options: Options, *, write: bool) -> bool:
    """Whether what calls add is recorded, or compared with a file that has it or with another checkout."""
    entries = (entry for each in (old.environments.values() if old else ()) for entry in each.entries.values())
    return write or options.gate.against is not None or any(entry.calls for entry in entries)


def _for_gate(options: Options, compares_calls: bool) -> Options:
    """One start with a hook says who loads what. Lazy imports are run only where a budget asks for them, calls where a
    budget or the baseline does."""
    settings = options.gate
    each = (settings.all_entries, *settings.entries.values())
    first_use = any(entry.max_first_use_rss is not None for entry in each)
    calls = compares_calls or any(entry.max_after_calls or entry.max_peak for entry in each)
    probe = options.probe if calls else replace(options.probe, requests=(), calls=())
    once = replace(probe, enabled=not settings.static, runs=1, first_use=first_use, live=False, rehearse=False)
    return replace(options, probe=once)


def _measure(head: StartedTree, base: StartedTree | None, settings: GateSettings, progress: Progress) -> GateFacts:
    if settings.static:
        codes = {*codes_on(settings), *_OF_THE_WHOLE}
        audit = head.audit(codes)
        if any(finding.code in _OF_THE_WHOLE for finding in audit.findings):
            head = start(head.options, progress)
            audit = head.audit(codes)
        return replace(head.gather(audit, settings, {}), notes=tuple(dict.fromkeys(audit.notes)))
    from footprint.gate.runs import measure_series

    trees = [head.bare] if base is None else [base.bare, head.bare]
    found, notes, audit = measure_series(trees, settings, progress, meanwhile=head.audit)
    facts = head.gather(audit, settings, found[-1])
    base_series = found[0] if base is not None else {}
    told = (*audit.notes, *_not_called(audit), *notes)
    return replace(facts, base_series=base_series, notes=tuple(dict.fromkeys(told)))


def _not_called(audit: Audit) -> Iterator[Note]:
    """Yield a note per entry of which a start measures less than its command takes: a rule that holds says little."""
    for entry in audit.started:
        if entry.uncalled is not None and not isinstance(entry.start, NotMeasured):
            message = f"{entry.name}: {entry.uncalled} was imported and not called: what it loads is in no figure"
            yield Note("function-not-called", message)


def _check_names(settings: GateSettings, facts: Collected) -> tuple[Note, ...]:
    """Return a note for each section of an unknown entry; with all entries at hand it is a mistake: UsageError."""
    names = [entry.name for entry in facts.entries]
    strange = [name for name in settings.entries if names and name not in names]
    if strange and settings.every_entry:
        raise UsageError(f"[tool.footprint.check.entries.{strange[0]}]: unknown entry; choose from {', '.join(names)}")
    words = f"names none of the entries that were asked for ({', '.join(names)}): nothing is judged by it"
    return tuple(Note("unused-section", f"[tool.footprint.check.entries.{name}] {words}") for name in strange)
