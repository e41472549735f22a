"""The real command of each entry as a judge: whether it gets ready with a change, and answers the same requests alike.

What it answered unchanged is asked once, in a shadow as well. A request that fails unchanged tells nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping

from footprint.audit.checkout import Checkout
from footprint.audit.listener import Progress
from footprint.audit.real_commands import LiveCommands, choose_lives, run_real
from footprint.model.live_readings import LiveAnswer, LiveRun
from footprint.model.runtime import EntryRuntime
from footprint.model.trial import Breakage, JudgedBy
from footprint.names import DistributionName, ModuleName, NameSet
from footprint.probe.shadow import Shadow
from footprint.report.text.last_output import last_said
from footprint.trial.ground import Change, NoShadow
from footprint.trial.shadows import Shadows
from footprint.values import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class LiveOutcome:
    """What the real commands did with a change. `called`: whose modules their processes had loaded at the end."""

    breakage: Breakage | None = None
    printed: str = ""
    by: tuple[JudgedBy, ...] = ()
    called: NameSet = frozenset()


@dataclass(slots=True)
class LiveJudge:
    """Runs the real commands of a checkout in shadows. None are run where --live does not ask for it."""

    checkout: Checkout
    shadows: Shadows
    progress: Progress
    commands: LiveCommands = field(default_factory=dict)
    _before: dict[str, LiveRun] = field(default_factory=dict)

    @classmethod
    def of(cls, checkout: Checkout, shadows: Shadows, progress: Progress) -> LiveJudge:
        """Return the judge. Raises: UsageError for options that are no way to run a command."""
        commands = choose_lives(checkout.options, checkout.code.entries, checkout.code.commands)
        return cls(checkout, shadows, progress, commands)

    def measure(self) -> None:
        """Run each command unchanged, once. Raises: NoShadow where one does not get ready."""
        for name in self.commands.keys() - self._before.keys():
            self.progress(f"starting the command of {name} unchanged in a shadow")
            with self.shadows.give(Change()) as shadow:
                run = self._before[name] = self._run(name, shadow, {})
            if not run.readings:
                raise NoShadow(f"the command of {name} is not ready unchanged: {run.message}")

    def judge(self, shadow: Shadow, variables: Mapping[str, str]) -> LiveOutcome:
        """Run each command in a shadow with a change, and compare."""
        by: dict[JudgedBy, None] = {}
        called: set[DistributionName] = set()
        for name in self.commands:
            self.progress(f"starting the command of {name} with the change")
            run, before = self._run(name, shadow, variables), self._before[name]
            if not run.readings:
                said = "; ".join(filter(None, [run.message, *last_said(run.output_tail)]))
                return LiveOutcome(Breakage("live", said, name), run.output_tail)
            told = dict(_steady(before.answers))
            for answer in run.answers:
                was, now = told.get(answer.request), frozenset(answer.statuses)
                if was is not None and now != {was}:
                    said = f"{answer.request}: {_statuses(answer)}, {was} before"
                    return LiveOutcome(Breakage("requests", said, name), run.output_tail)
            by |= dict.fromkeys(("live", *(("requests",) if told else ())))
            called.update(*(self._owners(each.origins) for _, each in run.runs))
        return LiveOutcome(by=tuple(by), called=frozenset(called))

    def started(self, runtimes: Iterable[EntryRuntime]) -> NameSet:
        """Return the distributions that starts had loaded before any function was called."""
        found: set[DistributionName] = set()
        for run in (each.run for each in runtimes if each.run is not None):
            late = {cost.module for cost in run.costs if cost.stage == "first_use"}
            found.update(self._owners(pair for pair in run.origins if pair[0] not in late))
        return frozenset(found)

    def _run(self, name: str, shadow: Shadow, variables: Mapping[str, str]) -> LiveRun:
        probe = self.checkout.options.probe
        given = replace(probe, environment={**probe.environment, **variables})
        options = replace(self.checkout.options, probe=given)
        return run_real(replace(self.checkout, options=options, shadow=shadow), name, self.commands[name])

    def _owners(self, origins: Iterable[tuple[ModuleName, str]]) -> Iterator[DistributionName]:
        """Yield the distributions that the files of modules are of."""
        claims = self.shadows.ground.claims
        files = {f"{root}/{path}": owner for root in claims.roots for path, owner in claims.files[root].items()}
        owners = (files.get(os.path.realpath(origin)) for _, origin in origins)
        yield from (claims.installed[owner].name for owner in owners if owner is not None)


def _steady(answers: tuple[LiveAnswer, ...]) -> Iterator[tuple[str, int]]:
    """Yield the requests that were answered well and alike, with the status."""
    for answer in answers:
        statuses = set(answer.statuses)
        status = next(iter(statuses), None)
        if len(statuses) == 1 and status is not None and status < 400:
            yield answer.request, status


def _statuses(answer: LiveAnswer) -> str:
    words = ("no answer" if each is None else f"status {each}" for each in dict.fromkeys(answer.statuses))
    return " and ".join(words)
