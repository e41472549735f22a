"""The findings of an audit: what the suggestions say, and what is wrong with the declarations themselves.

Laws: pure; each rule gives candidates, which `suppress` marks afterwards. Codes and severities: knowledge/codes.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from footprint.analysis.findings.clashes import find_clashes
from footprint.analysis.findings.installed_files import describe_unowned, find_shared
from footprint.analysis.findings.suppressed import Candidate, Place, Undecided
from footprint.analysis.findings.undeclared import Borrowed, find_computed
from footprint.analysis.reach.reach_rule import is_caught, is_shipped
from footprint.analysis.use.installed_groups import is_named_for_development
from footprint.knowledge.codes import CLASS_CODES, RULES, SEVERITIES
from footprint.knowledge.groups import is_development
from footprint.model.audit import DistributionRow, Finding, Suggestion, UndeclaredRow, Usage
from footprint.model.environment_facts import DiskFacts
from footprint.model.memory_rows import CallRow, FirstUseRow
from footprint.model.requirements import DeclaredRequirement
from footprint.model.rule import Severity
from footprint.model.source_modules import SiteUse
from footprint.names import ByName, DistributionName, ModuleName, Names, top_level
from footprint.units import few
from footprint.values import dataclass, field, replace

if TYPE_CHECKING:
    from footprint.analysis.findings.deployment import DeploymentContext

# Backports under names of their own, with the module and the version that brought it into the standard library.
# Source: the projects' own descriptions and "What's New in Python".
_BACKPORTS: ByName[tuple[str, tuple[int, int]]] = {
    "backports-functools-lru-cache": ("functools.lru_cache", (3, 2)),
    "backports-statistics": ("statistics", (3, 4)),
    "backports-strenum": ("enum.StrEnum", (3, 11)),
    "backports-tempfile": ("tempfile", (3, 4)),
    "backports-zoneinfo": ("zoneinfo", (3, 9)),
    "cached-property": ("functools.cached_property", (3, 8)),
    "enum34": ("enum", (3, 4)),
    "exceptiongroup": ("ExceptionGroup", (3, 11)),
    "functools32": ("functools", (3, 2)),
    "futures": ("concurrent.futures", (3, 2)),
    "graphlib-backport": ("graphlib", (3, 9)),
    "pathlib2": ("pathlib", (3, 4)),
    "selectors34": ("selectors", (3, 4)),
    "singledispatch": ("functools.singledispatch", (3, 4)),
    "subprocess32": ("subprocess", (3, 2)),
    "taskgroup": ("asyncio.TaskGroup", (3, 11)),
    "tomli": ("tomllib", (3, 11)),
    "unittest2": ("unittest", (3, 2)),
}
_SUGGESTED = {usage: CLASS_CODES[usage.value] for usage in (Usage.UNUSED, Usage.UNREACHED)}
_PIN, _UNDECLARED = CLASS_CODES["transitive"], CLASS_CODES["undeclared"]
_DEVELOPMENT, _STANDARD, _CLASH, _BROKEN_LAZY, _FAILED_CALL = "FP106", "FP107", "FP108", "FP201", "FP202"
_SHARED, _UNOWNED = "FP114", "FP115"
_OF_STARTS = frozenset(rule.code for rule in RULES if rule.severity and rule.stage in ("start", "first use"))


@dataclass(frozen=True, slots=True)
class FindingContext:
    """What the rules look at. `reached` are the imports that the application may run, by distribution."""

    rows: tuple[DistributionRow, ...]
    suggestions: tuple[Suggestion, ...]
    undeclared: tuple[UndeclaredRow, ...]
    declared: ByName[tuple[DeclaredRequirement, ...]]  # lines that apply to the target
    reached: ByName[tuple[SiteUse, ...]]
    imported: Names  # whatever any file of the project imports
    holders: Callable[[DistributionName], tuple[DistributionName, ...]]  # declared names that bring one in
    stdlib_names: Collection[str]
    python: tuple[int, ...]
    entries_known: bool
    measured: bool
    developed: ByName[Borrowed] = field(default_factory=dict)  # for developers of a member alone
    files: Collection[str] = ()  # the project's own, Python
    loaded_files: Collection[str] = ()  # of these, what the start was seen to load
    first_uses: tuple[FirstUseRow, ...] = ()
    disk: DiskFacts | None = None
    calls: tuple[CallRow, ...] = ()
    deployment: DeploymentContext | None = None
    # the line for another platform or version that declares what provides a module
    declared_elsewhere: Callable[[ModuleName], DeclaredRequirement | None] = lambda module: None


def find_candidates(context: FindingContext) -> tuple[Candidate, ...]:
    """Return the findings before suppression: grave ones first, then by code and place."""
    found = [candidate for rule in _RULES for candidate in rule(context)]
    order = ("error", "warning", "info")

    def key(candidate: Candidate) -> tuple[int, str, str, int, str]:
        finding = candidate.finding
        where = (finding.path or "", finding.line or 0, finding.distribution or "")
        return order.index(finding.severity), finding.code, *where

    return tuple(sorted(found, key=key))


def find_undecided(context: FindingContext) -> Undecided:
    """Return what this run cannot rule out: savings without a measured start, uses that cannot be told."""
    names, places = set(), set()
    for row in context.rows:
        code = _SUGGESTED.get(row.usage)
        undecided: tuple[str, ...] = (code,) if code is not None else ()
        if row.usage in (Usage.IMPLIED, Usage.TESTS) and row.confidence == "cannot tell":
            undecided = tuple(_SUGGESTED.values())
        for each in undecided if row.declared else ():
            names.add((each, row.name))
            places |= {(each, place) for place in (*_declared_places(row), *_evidence_places(row))}
    codes: frozenset[str] = frozenset()
    if not context.measured:
        codes = _OF_STARTS
        sites = {(use.site.path, use.site.line) for uses in context.reached.values() for use in uses}
        places |= {(code, site) for code in codes for site in sites}
    if not context.declared:
        codes |= {_UNDECLARED}
    if not context.entries_known:
        codes |= {_SUGGESTED[Usage.UNREACHED], _DEVELOPMENT}
    return Undecided(codes, frozenset(names), frozenset(places))


def _suggested(context: FindingContext) -> Iterator[Candidate]:
    rows = {row.name: row for row in context.rows}
    for item in context.suggestions:
        if item.code not in SEVERITIES:
            continue
        places = tuple((each.path, each.line) for each in item.evidence)
        row = rows.get(item.distribution)
        extra = _declared_places(row) if row else ()
        yield replace(_tell(item.code, item.detail, item.distribution, places), places=(*places, *extra))


def _pins(context: FindingContext) -> Iterator[Candidate]:
    going = {name: item.distribution for item in context.suggestions for name in item.distributions}
    for row in context.rows:
        placed = any(line.source_line is not None for line in context.declared.get(row.name, ()))
        if row.usage is Usage.TRANSITIVE and row.declared and row.required_by and not placed:
            by = ", ".join((row.pinned_by or row.required_by)[:3])
            frees = f"only what its extra brings: {', '.join(row.exclusive[:3])}" if row.exclusive else "nothing"
            message = f"{row.name} is a pin: required by {by} anyway, removing the line frees {frees}"
            message += f"; it goes with {going[row.name]}" if row.name in going else ""
            yield _tell(_PIN, message, row.name, _declared_places(row))


def _undeclared(context: FindingContext) -> Iterator[Candidate]:
    for row in context.undeclared:
        places = tuple((item.path, item.line) for item in row.evidence)
        if row.distribution is not None:
            who = f" ({row.distribution})" if row.distribution != row.import_name else ""
            rest = f"; {row.fragility}" if row.fragility else ""
            rest = rest or (f"; brought in by {', '.join(row.brought_by[:3])}" if row.brought_by else "")
        else:
            usual = f", usually {' or '.join(row.likely[:3])}" if row.likely else ""
            there = "provided by no name that is known here" if row.cannot_tell else "not installed"
            who, rest = "", f"; {there}{usual}"
            if row.cannot_tell:
                rest += "; whether a declared line provides it cannot be told without an environment"
        rest += f"; {row.may_come_with}" if row.may_come_with else ""
        if row.may_be_declared:
            rest += f"; it may be declared in {row.may_be_declared}, which could not be read"
        optional = ", optional (every import is guarded)" if row.optional else ""
        where = " by modules that nothing reaches" if row.unreached else ""
        if row.computed_at:
            where = f" by modules that only the import of a computed name in {row.computed_at} may load"
        where = " by what only developers run" if row.for_developers else where
        used = "run by a start command" if row.is_command else f"imported{where}"
        message = f"{row.import_name}{who} is {used} and not declared{optional}{rest}"
        names = (row.import_name, top_level(row.import_name), *([row.distribution] if row.distribution else row.likely))
        is_idle = row.unreached or row.for_developers or row.computed_at
        is_open = row.optional or is_idle or row.cannot_tell or row.may_come_with or row.may_be_declared
        severity: Severity | None = "info" if is_open else None
        yield replace(_tell(_UNDECLARED, message, row.distribution, places, severity), names=names, every_place=True)


def _development(context: FindingContext) -> Iterator[Candidate]:
    for row in context.rows:
        uses = context.reached.get(row.name, ())
        if not context.entries_known:  # every module counts as reached then, also those of the development tools
            uses = tuple(use for use in uses if is_shipped(use.site.path, context.files) is not False)
        lines = context.declared.get(row.name, ())
        if not uses or not row.declared or not all(is_development(at.group) for at in row.declared):
            continue
        if not all(map(_is_for_developers, lines)):
            continue
        places = _places_of(uses)
        at, where = row.declared[0], _show_places(places)
        message = f"{row.name} is declared for development only ({at.file}:{at.line}) and imported by {where}"
        severity: Severity | None = None
        others = [name for name in context.holders(row.name) if name != row.name and _is_main(name, context)]
        if all(map(is_caught, uses)):
            message, severity = f"{message}, optional (every import is guarded)", "info"
        elif computed := find_computed(uses, context.loaded_files):  # a plugin of a tool for developers, say
            message, severity = f"{message}; only the import of a computed name in {computed} may come there", "info"
        elif not context.entries_known and not any(is_shipped(use.site.path, context.files) for use in uses):
            message = f"{message}; whether that is for developers, too, cannot be told without an entry"
            severity = "info"
        elif others:
            message, severity = f"{message}; without the line only {others[0]} brings it in", "warning"
        yield replace(_tell(_DEVELOPMENT, message, row.name, places, severity), every_place=True)


def _development_of_members(context: FindingContext) -> Iterator[Candidate]:
    for name, found in sorted(context.developed.items()):
        uses = [use for use in found.uses if is_shipped(use.site.path, context.files) is not False]
        if not uses:
            continue
        at, first = found.line, uses[0].site
        message = (
            f"{name} is declared for development only by {found.users} ({at.path}:{at.line}) and imported by "
            f"{first.path}:{first.line}; only members that it does not require declare it in full"
        )
        severity: Severity | None = "info" if all(map(is_caught, uses)) else None
        yield replace(_tell(_DEVELOPMENT, message, name, _places_of(uses), severity), every_place=True)


def _standard_library(context: FindingContext) -> Iterator[Candidate]:
    for row in context.rows:
        if not row.declared or row.name in context.imported:
            continue
        module = row.name.replace("-", "_")
        backport = _BACKPORTS.get(row.name)
        if module in context.stdlib_names and not module.startswith("_"):
            version = ".".join(map(str, context.python[:2]))
            message = f"{row.name} is a name of the standard library of Python {version}, which wins on import"
        elif backport is not None and context.python[:2] >= backport[1] and row.usage is not Usage.IMPLIED:
            version = ".".join(map(str, backport[1]))
            message = f"{row.name} is a backport of {backport[0]}, in the standard library since Python {version}"
        else:
            continue
        yield _tell(_STANDARD, message, row.name, _declared_places(row))


def _clashes(context: FindingContext) -> Iterator[Candidate]:
    versions = {row.name: row.version for row in context.rows}
    for name, lines in sorted(context.declared.items()):
        for clash in find_clashes(lines, versions.get(name)):
            places = tuple((line.path, line.line) for line in reversed(clash.lines))
            yield _tell(_CLASH, clash.message, name, places, None if clash.is_conflict else "info")


def _broken_lazy(context: FindingContext) -> Iterator[Candidate]:
    missing: dict[str, list[FirstUseRow]] = {}
    for row in context.first_uses:
        if row.message is None or (row.guarded and row.outcome == "failed"):  # nothing catches a crash
            continue
        if row.missing is not None:
            missing.setdefault(row.missing, []).append(row)
            continue
        verb = {"hung": "hangs", "crashed": "crashes"}.get(row.outcome, "fails")
        inside = f" in {row.function}()" if row.function else ""
        under_way = f", while importing {' > '.join(row.under_way[-3:])}" if row.under_way else ""
        message = f"`{row.statement}`{inside} {verb} when it runs: {row.message}{under_way}; the app starts without it"
        yield _broken(message, row.distributions or (top_level(row.statement.module),), [row])
    for name, rows in missing.items():
        where = _show_places([(row.path, row.line) for row in rows])
        # What is there of its package may be of an older release, and that of a namespace of somebody else.
        owners = few(rows[0].distributions)
        why = f"there is no such module in {owners}" if owners else "is not installed"
        message = f"{name} is imported when {where} runs, and {why}: the app starts, that path fails"
        optional = "" if owners else _why_optional(name, rows, context)
        message = f"{message}; {optional}" if optional else message
        yield _broken(message, tuple(dict.fromkeys((name, top_level(name)))), rows, "info" if optional else None)


def _why_optional(name: ModuleName, rows: Sequence[FirstUseRow], context: FindingContext) -> str:
    """Return how the project says that a module that is not installed may be missing; "" where it does not."""
    places, top = {(row.path, row.line) for row in rows}, top_level(name)
    undeclared = next((row for row in context.undeclared if row.import_name in (name, top)), None)
    if undeclared is not None and undeclared.computed_at:
        return f"only the import of a computed name in {undeclared.computed_at} may come there"
    if undeclared is not None and undeclared.may_come_with:
        return undeclared.may_come_with
    line = context.declared_elsewhere(name)
    if line is not None:  # psutil; sys_platform == "win32": what needs it does not run here
        return f"{line.path}:{line.line} declares it only for `{line.marker}`"
    for distribution, uses in context.reached.items():
        if places.isdisjoint(_places_of(uses)):
            continue
        lines = context.declared.get(distribution, ())
        if lines and all(line.group.startswith("optional:") for line in lines):
            line = lines[0]
            extra = line.group_name or line.group.removeprefix("optional:")
            return f"{distribution} is declared for the extra {extra} ({line.path}:{line.line})"
        caught = [use for use in uses if is_caught(use) and top_level(use.site.module) == top]
        if caught:
            return f"{caught[0].place} catches that it is missing"
    return ""


def _broken(
    message: str, names: tuple[str, ...], rows: Sequence[FirstUseRow], severity: Severity | None = None
) -> Candidate:
    places = tuple(dict.fromkeys((row.path, row.line) for row in rows))
    name = rows[0].distributions[0] if rows[0].distributions else None
    return replace(_tell(_BROKEN_LAZY, message, name, places, severity), names=names, every_place=True)


def _files(context: FindingContext) -> Iterator[Candidate]:
    if context.disk is None:
        return
    rows = {row.name: row for row in context.rows}
    for shared in find_shared(context.disk.conflicts, {name: row.required_by for name, row in rows.items()}):
        places = tuple(place for name in shared.names if name in rows for place in _declared_places(rows[name]))
        severity: Severity | None = "info" if shared.is_tied else None
        yield replace(_tell(_SHARED, shared.message, shared.names[0], places, severity), names=shared.names)
    if (unowned := describe_unowned(context.disk)) is not None:
        yield replace(_tell(_UNOWNED, unowned, None, ()), names=("unowned",))


def _failed_calls(context: FindingContext) -> Iterator[Candidate]:
    for call in context.calls:
        if call.outcome in ("done", "undecided"):
            continue
        verb = {"hung": "hangs", "crashed": "crashes"}.get(call.outcome, "fails")
        message = f"{call.name} {verb} once the app is ready: {call.message}"
        places = ((call.path, call.line),) if call.path and call.line else ()
        yield replace(_tell(_FAILED_CALL, message, None, places), names=(call.name,))


def _deployed(context: FindingContext) -> Iterator[Candidate]:
    deployment = context.deployment
    if deployment is None or not (deployment.habits or deployment.workers):
        return
    from footprint.analysis.findings.deployment import find_deployed

    for told in find_deployed(deployment):
        places = ((told.path, told.line),) if told.path else ()
        yield replace(_tell(told.code, told.message, None, places), names=told.names)


_RULES: tuple[Callable[[FindingContext], Iterator[Candidate]], ...] = (
    _suggested,
    _pins,
    _undeclared,
    _development,
    _development_of_members,
    _standard_library,
    _clashes,
    _broken_lazy,
    _files,
    _failed_calls,
    _deployed,
)


def _tell(
    code: str, message: str, name: DistributionName | None, places: tuple[Place, ...], severity: Severity | None = None
) -> Candidate:
    """Return a finding at the first of its places, as grave as its row says where nothing else is known."""
    path, line = places[0] if places else (None, None)
    finding = Finding(code, severity or SEVERITIES[code], message, name, path, line)
    return Candidate(finding, (name,) if name is not None else (), places)


def _places_of(uses: Iterable[SiteUse]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys((use.site.path, use.site.line) for use in uses))


def _show_places(places: Sequence[Place]) -> str:
    return few(list(dict.fromkeys(f"{path}:{line}" for path, line in places)), 1)


def _is_for_developers(line: DeclaredRequirement) -> bool:
    """Whether its group says so itself; one of any other name may be what a server installs, by a command unknown."""
    return is_development(line.group) and (not line.group_name or is_named_for_development(line.group_name))


def _is_main(name: DistributionName, context: FindingContext) -> bool:
    return any(not is_development(line.group) for line in context.declared.get(name, ()))


def _declared_places(row: DistributionRow) -> tuple[Place, ...]:
    return tuple((at.file, at.line) for at in row.declared)


def _evidence_places(row: DistributionRow) -> tuple[Place, ...]:
    return tuple((item.path, item.line) for item in row.evidence)
