"""The deferrals of an audit as edits of the project's modules; what cannot move stays, with all of its distribution."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

from footprint import __version__
from footprint.analysis.facts.run_facts import Collected, group_uses
from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.deferral_form import find_form
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.loaded_code import read_loaded
from footprint.audit.run import Cover, audit_covered
from footprint.audit.user_edits import FileEdit
from footprint.config.options import Options
from footprint.edit.imports.deferral import DeferredModule, Left, Wanted, defer_imports
from footprint.edit.imports.imported_name import ModuleAround
from footprint.edit.imports.library_code import LibraryFacts
from footprint.edit.imports.module_bytes import decode_module
from footprint.edit.imports.project_names import ProjectNames, read_project
from footprint.edit.imports.refusals import Obstacle, Refusal
from footprint.errors import UsageError
from footprint.files.reader import try_read
from footprint.model.audit import Audit, Suggestion
from footprint.model.deferrals import (
    DEFERRALS_VERSION,
    DeferralForm,
    Deferrals,
    MovedImport,
    TakenDeferral,
    UntouchedImport,
)
from footprint.model.source_modules import SiteUse
from footprint.model.trim import FileDiff
from footprint.names import ByName, DistributionName, did_you_mean, normalise, top_level
from footprint.report.text.file_diff import diff_lines
from footprint.secrets import star
from footprint.units import MIB
from footprint.values import dataclass, replace

_BYTES_AT_MOST = 5 * MIB


@dataclass(frozen=True, slots=True)
class _Site:
    """One import of the project that a deferral moves."""

    distribution: DistributionName
    path: str
    wanted: Wanted
    module: str


@dataclass(frozen=True, slots=True)
class _ReadProject:
    """The texts of the modules, and what is known of what they import."""

    contents: Mapping[str, bytes]
    texts: Mapping[str, tuple[str, str]]  # with the encoding
    names: ProjectNames
    libraries: Mapping[str, LibraryFacts]
    form: DeferralForm


@dataclass(frozen=True, slots=True)
class _Ground:
    """What all edits are made from."""

    facts: Collected
    audit: Audit
    chosen: tuple[Suggestion, ...]
    sites: tuple[_Site, ...]
    project: _ReadProject


@dataclass(frozen=True, slots=True)
class PlannedDeferral:
    """What to show, and what to write."""

    deferrals: Deferrals
    edits: tuple[FileEdit, ...]
    audit: Audit
    checkout: Checkout
    ground: _Ground

    def contents_with(self, names: Collection[DistributionName]) -> Mapping[str, bytes]:
        """Return what the files hold when these distributions are deferred and no others, by path."""
        made, _ = _edited([site for site in self.ground.sites if site.distribution in names], self.ground.project)
        edits = (_edit_of(path, module, self.ground.project) for path, module in made.items() if module.deferred)
        return {edit.path: edit.after for edit in edits}


def plan_deferral(
    options: Options, only: Iterable[str], progress: Progress = silent, *, cover: Cover = nullcontext
) -> PlannedDeferral:
    """Audit a project and return its deferrals as edits of its modules; nothing is written.

    `only`: distributions, or places as `path:line`; `cover` as in plan_trim. Raises: UsageError for one that is
    neither; else as run_audit.
    """
    checkout = open_checkout(options, progress)
    facts, audit = audit_covered(checkout, cover, progress)
    progress("moving the imports")
    return plan_of(checkout, facts, audit, only)


def plan_of(
    checkout: Checkout, facts: Collected, audit: Audit, only: Iterable[str] = (), *, flag: str = "--only"
) -> PlannedDeferral:
    """Return the deferrals of an audit as edits; `only` as in plan_deferral, given by `flag`. Raises: UsageError."""
    chosen = _chosen(audit, tuple(only), flag)
    sites = _sites(chosen, facts)
    ground = _Ground(facts, audit, chosen, tuple(sites), _read(checkout.project, facts, sites))
    return _plan(checkout, ground, ())


def without_deferrals(planned: PlannedDeferral, left: Iterable[UntouchedImport]) -> PlannedDeferral:
    """Return a plan that leaves these imports where they are, with all of their distributions."""
    return _plan(planned.checkout, planned.ground, tuple(left))


def _plan(checkout: Checkout, ground: _Ground, broken: tuple[UntouchedImport, ...]) -> PlannedDeferral:
    away = {each.distribution for each in broken}
    sites = [site for site in ground.sites if site.distribution not in away]
    made, left = _edited(sites, ground.project)
    left = [*broken, *left]
    edits = tuple(_edit_of(path, module, ground.project) for path, module in made.items() if module.deferred)
    deferrals = _deferrals(ground, left, made)
    diffs = tuple(FileDiff(edit.path, _diff(edit, ground.project)) for edit in edits)
    secrets = secrets_of(checkout.options.probe)
    return PlannedDeferral(
        star(replace(deferrals, files=diffs), secrets), edits, star(ground.audit, secrets), checkout, ground
    )


def _chosen(audit: Audit, only: tuple[str, ...], flag: str) -> tuple[Suggestion, ...]:
    """Return the deferrals to take. Raises: UsageError for a name or a place of none of them."""
    proposed = audit.proposed("defer")
    if not only:
        return proposed
    chosen: dict[DistributionName, Suggestion] = {}
    for words in only:
        name = normalise(words)
        found = [
            item
            for item in proposed
            if item.distribution == name or words in {f"{each.path}:{each.line}" for each in item.evidence}
        ]
        if not found and any(row.name == name for row in audit.distributions):
            raise UsageError(
                f"{flag} {words}: {name} is not among what can be deferred; `footprint why {name}` says why"
            )
        if not found:
            hint = did_you_mean(name, (item.distribution for item in proposed))
            raise UsageError(f"{flag} {words}: no deferral of that name or place is proposed{hint}")
        chosen |= {item.distribution: item for item in found}
    return tuple(item for item in proposed if item.distribution in chosen)


def _sites(chosen: Iterable[Suggestion], facts: Collected) -> list[_Site]:
    """Return the imports that the chosen deferrals move, each once per distribution."""
    uses = group_uses(facts).by_distribution
    found: dict[tuple[DistributionName, str, int], list[SiteUse]] = {}
    for item in chosen:
        places = {(each.path, each.line) for each in item.evidence}
        for use in uses.get(item.distribution, ()):
            if (use.site.path, use.site.line) in places:
                found.setdefault((item.distribution, use.site.path, use.site.line), []).append(use)
    return [
        _Site(
            name,
            path,
            Wanted(line, tuple(dict.fromkeys(n for use in those for n in use.site.bound))),
            those[0].site.module,
        )
        for (name, path, line), those in found.items()
    ]


def _read(folder: Path, facts: Collected, sites: Iterable[_Site]) -> _ReadProject:
    """Read the modules of the project again, as bytes, and the libraries that the imports load."""
    contents = {}
    for module in facts.sources.modules if sites else ():
        content = try_read(folder / module.path, bytes_at_most=_BYTES_AT_MOST)
        if content is not None:
            contents[module.path] = content
    texts = {path: found for path, content in contents.items() if (found := decode_module(content)) is not None}
    shown = {path: texts[path][0] if path in texts else content.decode("latin-1") for path, content in contents.items()}
    return _ReadProject(
        contents,
        texts,
        read_project(shown),
        read_loaded(facts, {site.module for site in sites}),
        find_form(folder, facts.interpreter.version),
    )


def _edited(sites: list[_Site], project: _ReadProject) -> tuple[dict[str, DeferredModule], list[UntouchedImport]]:
    """Return the modules as edited, and what stays: one import that does keeps all of its distribution."""
    left: list[UntouchedImport] = []
    while True:
        kept = {each.distribution for each in left}
        going = [site for site in sites if site.distribution not in kept]
        made = {path: _edit_module(path, going, project) for path in dict.fromkeys(site.path for site in going)}
        found = [
            _untouched(site, refusal)
            for site in going
            for each in made[site.path].left
            if each.wanted == site.wanted and (refusal := each.refusal)
        ]
        if not found:
            return made, left
        left += found


def _edit_module(path: str, sites: Iterable[_Site], project: _ReadProject) -> DeferredModule:
    wanted = [site.wanted for site in sites if site.path == path]
    if path not in project.texts:
        return DeferredModule("", left=tuple(Left(each, Refusal(Obstacle.NOT_PYTHON, each.line)) for each in wanted))
    around = ModuleAround(path, project.names, project.libraries)
    return defer_imports(project.texts[path][0], wanted, around, project.form)


def _untouched(site: _Site, refusal: Refusal) -> UntouchedImport:
    place = f"{refusal.path or site.path}:{refusal.line}"
    return UntouchedImport(site.distribution, site.path, site.wanted.line, refusal.reason.value, refusal.show(), place)


def _edit_of(path: str, module: DeferredModule, project: _ReadProject) -> FileEdit:
    return FileEdit(path, project.contents[path], module.text.encode(project.texts[path][1]))


def _diff(edit: FileEdit, project: _ReadProject) -> tuple[str, ...]:
    before, encoding = project.texts[edit.path]
    return diff_lines(edit.path, before, edit.after.decode(encoding))


def _deferrals(ground: _Ground, left: list[UntouchedImport], made: Mapping[str, DeferredModule]) -> Deferrals:
    audit, sites = ground.audit, ground.sites
    stays = {each.distribution for each in left}
    taken = [item for item in ground.chosen if item.distribution not in stays]
    reasons: ByName[str] = {row.name: row.reason for row in audit.distributions}
    names = {item.distribution for item in taken}
    return Deferrals(
        schema_version=DEFERRALS_VERSION,
        tool_version=__version__,
        project=audit.project,
        form=ground.project.form,
        deferrals=tuple(
            TakenDeferral(
                code=item.code,
                distribution=item.distribution,
                reason=reasons[item.distribution],
                confidence=item.confidence,
                effort=item.effort,
                imports=tuple(_moved(item.distribution, sites, made)),
                rss_bytes=item.rss_bytes,
                rss_kind=item.rss_kind,
            )
            for item in taken
        ),
        left=tuple(left),
        files=(),
        together=audit.deferrals if len(taken) == len(audit.proposed("defer")) else (),
        guard=tuple(sorted({top_level(site.module) for site in sites if site.distribution in names})),
        is_measured=any(entry.last_stage is not None for entry in audit.entries),
    )


def _moved(name: DistributionName, sites: Iterable[_Site], made: Mapping[str, DeferredModule]) -> Iterator[MovedImport]:
    for site in sites:
        if site.distribution == name:
            for each in made[site.path].deferred:
                if each.line == site.wanted.line and set(site.wanted.names) <= set(each.names):
                    yield MovedImport(site.path, each.line, each.names, each.functions, each.for_types)
