"""What a start costs without bytecode, where the deploy files leave an image without any: one start more, compared."""

from __future__ import annotations

from collections.abc import Iterable

from footprint.analysis.facts.run_facts import Collected
from footprint.analysis.findings.deployment import BYTECODE
from footprint.audit.checkout import Checkout
from footprint.audit.entry_starts import settings_of_entries
from footprint.audit.listener import Progress
from footprint.files.private import private_folder
from footprint.model.audit import Audit, Finding, Measured
from footprint.model.runtime import LATER, StageReading
from footprint.model.start_habits import StartHabit
from footprint.probe import runner
from footprint.units import mebibytes, milliseconds
from footprint.values import replace


def with_cold_start(audit: Audit, facts: Collected, checkout: Checkout, progress: Progress) -> Audit:
    """Return the audit whose findings about bytecode have the time and memory that compiling everything takes here.

    As it is where no file leaves all modules without bytecode, or no start went through.
    """
    places = {(habit.path, habit.line) for habit in facts.habits if _leaves_none(habit)}
    entry = next((each for each in audit.started if isinstance(each.start, Measured)), None)
    if not places or entry is None or not checkout.can_start:
        return audit
    progress(f"starting {entry.target} without bytecode")
    cold = _start(checkout, entry.name)
    warm = entry.last_stage.reading if entry.last_stage is not None else None
    if cold is None or warm is None or cold.stage != warm.stage:
        return audit
    time, rss = cold.time_us - warm.time_us, cold.rss_bytes - warm.rss_bytes
    words = (
        f"; here the start of {entry.name} takes {milliseconds(cold.time_us)} ms without it, with it "
        f"{milliseconds(warm.time_us)} ({milliseconds(time)} more), and {mebibytes(rss)} MiB more stay (measured once)"
    )
    return replace(audit, findings=tuple(_told(audit.findings, places, words)))


def _leaves_none(habit: StartHabit) -> bool:
    return habit.kind == "uncompiled" or (habit.kind == "unwritten" and not habit.is_written)


def _told(findings: Iterable[Finding], places: set[tuple[str, int]], words: str) -> Iterable[Finding]:
    for each in findings:
        is_meant = each.code == BYTECODE and (each.path, each.line) in places
        yield replace(each, message=each.message + words) if is_meant else each


def _start(checkout: Checkout, name: str) -> StageReading | None:
    """Return the last stage of a start that finds no bytecode and writes none; None where it did not go through."""
    settings, _ = settings_of_entries(checkout)
    entry = next(each for each in checkout.code.entries if each.name == name)
    with private_folder("cold") as empty:
        variables = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(empty)}
        given = settings[name]
        options = replace(given, runs=1, first_use=(), forks=False, env={**given.env, **variables})
        with runner.start(checkout.target.interpreter, entry, checkout.project, options) as probe:
            found = probe.result()
    if found.run is None or found.failure is not None:
        return None
    stages: list[StageReading] = [each for each in found.run.stages if each.stage not in LATER]
    return stages[-1] if stages else None
