"""The rules of `footprint check` as tests: `footprint::web::startup-anon`. The first that runs has the check run.

Which of them may have something to judge is told by files, before anything is started.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from footprint.audit.entry_limits import find_limits
from footprint.audit.project_code import open_project
from footprint.audit.target import open_target
from footprint.config.gate_settings import BASELINE_NAME
from footprint.config.options import EntrySettings, GateSettings, TargetOptions
from footprint.errors import FootprintError
from footprint.knowledge.codes import GATE_RULES
from footprint.model.gate_report import GateReport, Verdict
from footprint.model.memory_rows import Limit
from footprint.model.rule import Rule
from footprint.report.gate.sentences import lines_of, own_place, sentence
from footprint.report.text.safe import printable
from footprint.testing import pytest_session as session

Place = tuple[str | None, str]  # an entry's name, None for the environment; the name of a rule


def plan_rules(options: TargetOptions, settings: GateSettings) -> tuple[Place, ...]:
    """Return the rules of each entry, then those of the environment; what is off or was not asked for is left out.

    Raises: FootprintError for settings that cannot be followed.
    """
    target = open_target(options, starts=False, may_be_missing=True)
    target, code = open_project(options, target, thorough=False)
    limits = find_limits(options, code.entries, code.limits, code.commands)
    compared = settings.baseline is not None or (options.project / BASELINE_NAME).exists()
    asking: list[tuple[str | None, GateSettings | EntrySettings, Limit | None]] = [
        (entry.name, settings.of(entry.name), limits.entries.get(entry.name)) for entry in code.entries
    ]
    return tuple(
        (entry, rule.name)
        for entry, own, limit in [*asking, (None, settings, limits.whole)]
        for rule in GATE_RULES
        if (rule.scope == "entry") is (entry is not None) and settings.level(rule.code, entry) != "off"
        if _is_asked(rule, own, limit, compared=compared)
    )


def _is_asked(rule: Rule, own: GateSettings | EntrySettings, limit: Limit | None, *, compared: bool) -> bool:
    """Whether settings, the limit of the host or a baseline ask for a rule; what only a start tells is not told."""
    if rule.setting:
        is_given = getattr(own, rule.setting) != getattr(type(own)(), rule.setting)
        is_derived = rule.limit is not None and getattr(limit, f"{rule.limit}_bytes", None) is not None
        return is_given or is_derived
    return compared if rule.is_compared else rule.kind != "check"


_TOP = "footprint"
_REST: Place = (None, "check")  # what no other item tells
# "not-measured PASSED" would say the opposite
_NAMES = {rule.name: "measured" for rule in GATE_RULES if rule.kind == "start"}
_PLANNED = pytest.StashKey[frozenset[Place]]()


class FootprintWarning(UserWarning):
    """A rule of the level "warning" is violated."""


class RuleItems(pytest.Collector):
    """The rules of the whole project, or of one entry."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return nothing: the rules are added to what pytest collected, whatever it was asked for."""
        return []


class RuleItem(pytest.Item):
    """One rule about one entry, or about the environment; or all verdicts that have no item of their own."""

    place: Place = _REST

    def setup(self) -> None:
        """Have the check run. What could not be measured is an error here, no failure."""
        if unmeasured := [one for one in self._verdicts() if one.failed and one.is_unmeasured]:
            pytest.fail(_tell(unmeasured), pytrace=False)

    def runtest(self) -> None:
        """Fail for what fails the check, warn for what it warns of, skip what was not judged."""
        verdicts = self._verdicts()
        if failed := [one for one in verdicts if one.failed]:
            pytest.fail(_tell(failed), pytrace=False)
        if violated := [one for one in verdicts if one.outcome == "violated"]:
            self.warn(FootprintWarning(f"{self.nodeid}: {_tell(violated)}"))
        elif unjudged := [one for one in verdicts if one.outcome == "not judged"]:
            pytest.skip("; ".join(printable(one.message) for one in unjudged))
        elif not verdicts and self.place != _REST:
            pytest.skip(self._why_nothing())

    def reportinfo(self) -> tuple[str, int, str]:
        """Return where it is, and what pytest heads a failure with."""
        return str(self.path), 0, self.nodeid

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return a warning that was made an error as the words of the rule; all else as pytest tells it."""
        if isinstance(excinfo.value, FootprintWarning):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def _verdicts(self) -> tuple[Verdict, ...]:
        planned = self.config.stash[_PLANNED]
        return tuple(one for one in self._check().verdicts if _place_of(one, planned) == self.place)

    def _why_nothing(self) -> str:
        entry = next((one for one in self._check().entries if one.name == self.place[0]), None)
        if entry is not None and entry.not_measured is not None:
            return f"{printable(entry.name)} could not be measured"
        return "there was nothing to judge"

    def _check(self) -> GateReport:
        return session.of(self.config).check()


def collect_rules(pytest_session: pytest.Session) -> list[pytest.Item]:
    """Return an item for each rule that may have something to judge, as far as files tell, and one for all others.

    Reads the project and starts nothing of it. Mistakes in the settings are told by the one item that is left then.
    """
    config = pytest_session.config
    ours = session.of(config)
    try:
        with session.outside(session.current_environment()):
            planned = plan_rules(ours.options().target, ours.settings())
    except FootprintError:
        planned = ()
    config.stash[_PLANNED] = frozenset(planned)
    top = RuleItems.from_parent(pytest_session, name=_TOP, nodeid=_TOP, path=config.rootpath)
    parents: dict[str | None, pytest.Collector] = {None: top}
    found: list[pytest.Item] = []
    for place in (*planned, _REST):
        entry, rule = place
        if entry not in parents:
            parents[entry] = RuleItems.from_parent(top, name=printable(entry or ""))
        item = RuleItem.from_parent(parents[entry], name=_NAMES.get(rule, rule))
        item.place = place
        item.add_marker("footprint")
        found.append(item)
    # else pytest would say that it collected less than it runs
    config.hook.pytest_collectreport(report=pytest.CollectReport(_TOP, "passed", None, list(found)))
    return found


def _place_of(verdict: Verdict, planned: frozenset[Place]) -> Place:
    """Return which item tells a verdict: none is lost."""
    for place in ((verdict.entry, verdict.rule.called), (None, verdict.rule.called)):
        if place in planned:
            return place
    return _REST


def _tell(verdicts: Iterable[Verdict]) -> str:
    """Return verdicts with their reasons: where to look behind the first line, what to do next in the last."""
    told = []
    for verdict in verdicts:
        _, *reasons = lines_of(verdict)
        where = own_place(verdict)
        told.append(printable(f"{verdict.code} {sentence(verdict)}{f' ({where})' if where else ''}"))
        told += [f"  {line}" for line in reasons]
    return "\n".join(told)
