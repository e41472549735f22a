"""Candidates priced one after the other: each installed into a shadow, weighed, imported alone and in the application.

Starts of one machine run one after the other: each measures memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from footprint import __version__
from footprint.addition.added_environment import AddedEnvironment, Workshop, open_added
from footprint.addition.app_starts import AppStart, begin_app, measure_alone
from footprint.addition.bare_environment import open_bare
from footprint.addition.installation import Refused, WantedCandidates
from footprint.addition.installer_programs import InstallerChoice, find_installer
from footprint.addition.price_cache import PriceCache, key_of
from footprint.analysis.additions.asked_candidates import AskedCandidate
from footprint.analysis.additions.broken_requirements import find_broken
from footprint.analysis.additions.candidate_rows import NewArrivals, Standing, closure_of, describe
from footprint.analysis.additions.import_choice import choose_imports
from footprint.analysis.additions.import_growth import ready_reading
from footprint.analysis.additions.installer_words import refuse
from footprint.analysis.names.import_names import outermost_modules
from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress, secrets_of
from footprint.audit.scratch_environment import absolute_links
from footprint.collect import disk
from footprint.collect.machine import count_processors
from footprint.config.options import Options, StartOptions
from footprint.credentials import star_credentials
from footprint.errors import CannotMeasure
from footprint.files.private import private_folder
from footprint.model.addition import ADDITION_VERSION, AdditionRefusal, AdditionReport, CandidateCost, ImportGrowth
from footprint.model.installed_environment import DiskScan, DiskUse
from footprint.model.note import Note
from footprint.model.trial import Engine
from footprint.names import ByName, DistributionName, ModuleName
from footprint.probe.runner import ProbeOptions
from footprint.secrets import star
from footprint.trial.ground import NoShadow
from footprint.trial.shadows import Shadows
from footprint.values import dataclass, replace

_SHOWN = 3  # requirements that are broken


@dataclass(frozen=True, slots=True)
class CostWish:
    """What to price, and how. `imports`: the modules to import for a distribution, where its own are not meant."""

    candidates: tuple[AskedCandidate, ...]
    imports: ByName[tuple[ModuleName, ...]]
    choice: InstallerChoice = InstallerChoice()
    engine: Engine | None = None  # None: overlays where they can be mounted
    bare: bool = False  # without a project: in an empty environment
    notes: tuple[Note, ...] = ()  # what of the files that name candidates is not priced


@dataclass(frozen=True, slots=True)
class OpenedShop:
    """All that candidates are priced with."""

    checkout: Checkout
    shop: Workshop
    scan: DiskScan
    standing: Standing
    environment: str  # for a reader


def price(options: Options, wish: CostWish, progress: Progress) -> AdditionReport:
    """Return what each candidate would cost. One that cannot be had is a row that says why.

    Raises: CannotMeasure where nothing can be tried; else as open_checkout.
    """
    with open_shop(options, wish, progress) as opened:
        cache = PriceCache.find(wanted=options.target.cache)
        with _begun(opened, wish, progress) as app_start:
            if count_processors() < 2:  # its time beside the installer would be no figure
                app_start()
            rows = tuple(_price_all(opened, app_start, wish, cache, progress))
            app = app_start()
        report = make_report(opened, app, rows)
        notes = [*report.notes, *wish.notes]
        if app.why_not and options.probe.enabled and not wish.bare:
            notes.append(Note("no-start", f"no figures of the app: {app.why_not}"))
        return star(replace(report, notes=tuple(notes)), secrets_of(options.probe))


@contextmanager
def _begun(opened: OpenedShop, wish: CostWish, progress: Progress) -> Iterator[Callable[[], AppStart]]:
    """Start the application as it is, and give what waits for that. Raises: NoShadow."""
    if wish.bare:
        yield lambda: AppStart(None, why_not="there is no project")
        return
    progress("starting the application as it is")
    with begin_app(opened.checkout, opened.shop.shadows) as app_start:
        yield app_start


@contextmanager
def open_shop(options: Options, wish: CostWish, progress: Progress) -> Iterator[OpenedShop]:
    """Give what candidates are priced with. Raises: as price."""
    with ExitStack() as held:
        target = options.target
        if wish.bare:
            progress("making an empty environment")
            project, env = held.enter_context(open_bare(target.python))
            target = replace(target, project=project, env=env, python=None, site_packages=(), no_env=False, entries=())
            options = replace(options, target=target)
        checkout = open_checkout(options, progress)
        python = checkout.target.interpreter
        if checkout.target.missing is not None or python.executable is None:
            raise CannotMeasure(
                "the project has no environment to price anything against: make one, name one with --env, "
                "or give --alone for an empty one"
            )
        progress("weighing what is installed")
        scan = disk.scan(python, checkout.target.there)
        shadows = Shadows.of(checkout.target, target, wish.engine)
        home = held.enter_context(private_folder("installer"))
        choice = replace(wish.choice, find_links=absolute_links(wish.choice.find_links))
        installer = find_installer(python, home, choice)
        there = checkout.target.there
        with_bytecode = True if wish.bare else scan.has_bytecode
        pins = "".join(f"{one.name}=={one.version}\n" for one in there if _is_pin(one.version))
        shop = Workshop(shadows, installer, pins, with_bytecode, there)
        weights = {use.name: _weigh(use, with_bytecode=with_bytecode) for use in scan.uses}
        said = "an empty environment" if wish.bare else str(checkout.target.chosen.said)
        yield OpenedShop(checkout, shop, scan, Standing(there, weights, python.markers), said)


def _weigh(use: DiskUse, *, with_bytecode: bool) -> int:
    return use.apparent_bytes + use.outside_bytes - (0 if with_bytecode else use.bytecode_bytes)


def _is_pin(version: str) -> bool:
    return bool(version) and version[0].isdigit() and not any(sign.isspace() or sign in ",;" for sign in version)


def _price_all(
    opened: OpenedShop,
    app_start: Callable[[], AppStart],
    wish: CostWish,
    cache: PriceCache,
    progress: Progress,
) -> Iterator[CandidateCost]:
    for number, candidate in enumerate(wish.candidates, 1):
        progress(f"pricing {candidate.text}, {number} of {len(wish.candidates)}")
        if candidate.refusal is not None:
            yield _refused(candidate, candidate.refusal)
            continue
        try:
            with open_added(opened.shop, WantedCandidates((candidate,))) as added:
                _refuse_what_breaks_others(opened, added)
                yield _priced(opened, app_start(), wish, cache, added, candidate)
        except Refused as why:
            yield _refused(candidate, why.refusal)
        except NoShadow as why:
            refusal = refuse("failed", f"there is no shadow for it: {why}", "price it alone (--alone)")
            yield _refused(candidate, refusal)


def _refuse_what_breaks_others(opened: OpenedShop, added: AddedEnvironment) -> None:
    """Raises: Refused where what stays would no longer have what it requires."""
    broken = list(broken_by(opened, added))
    if broken:
        message = f"it conflicts with what is installed: {'; '.join(broken[:_SHOWN])}"
        more = f", and {len(broken) - _SHOWN} more" if len(broken) > _SHOWN else ""
        advice = "name a release that fits them, or move them as well, on a branch (--against)"
        raise Refused(AdditionRefusal("conflict", f"{message}{more}", advice))


def broken_by(opened: OpenedShop, added: AddedEnvironment) -> Iterator[str]:
    """Yield, for a reader, the requirements of what is installed and stays that what came does not meet."""
    return find_broken(opened.standing, added.came, opened.checkout.code.declared().requirements)


def _refused(candidate: AskedCandidate, refusal: AdditionRefusal) -> CandidateCost:
    return CandidateCost(candidate.text, candidate.name, candidate.extras, "refused", refusal=refusal)


def _priced(
    opened: OpenedShop,
    app: AppStart,
    wish: CostWish,
    cache: PriceCache,
    added: AddedEnvironment,
    candidate: AskedCandidate,
) -> CandidateCost:
    row = describe_arrival(opened, added, (candidate,))
    if row.state == "excluded":
        why = "its marker leaves it out here"
        return replace(row, why_not_alone=why, why_not_marginal=why)
    modules = wish.imports.get(candidate.name) or find_imports(opened, added, candidate.name)
    if not modules:
        why = "it has no module to import"
        return replace(row, why_not_alone=why, why_not_marginal=why)
    if not opened.checkout.options.probe.enabled:
        why = "nothing is started"
        return replace(row, imports=modules, why_not_alone=why, why_not_marginal=why)
    settings = _settings_alone(opened.checkout.options.probe)
    key = key_of(opened.shop, added, modules, settings) if _is_known_by_versions(opened, added, candidate) else None
    known = cache.read(key)
    alone = known or measure_alone(added, modules, settings)
    if isinstance(alone, ImportGrowth) and known is None:
        cache.write(key, alone)
    marginal: ImportGrowth | str = f"its import fails: see {candidate.name} alone"
    if isinstance(alone, ImportGrowth):
        marginal = app.measure(added, modules, opened.checkout.project)
    return replace(
        row,
        imports=modules,
        alone=alone if isinstance(alone, ImportGrowth) else None,
        why_not_alone=alone if isinstance(alone, str) else "",
        marginal=marginal if isinstance(marginal, ImportGrowth) else None,
        why_not_marginal=marginal if isinstance(marginal, str) else "",
        is_remembered=known is not None,
    )


def _is_known_by_versions(opened: OpenedShop, added: AddedEnvironment, candidate: AskedCandidate) -> bool:
    """Whether all that it needs and is there came from an index: anything else changes without another version."""
    came = {one.name for one in added.came}
    needed = closure_of(opened.standing, NewArrivals(added.came), (candidate,)) - came
    return all(one.origin == "index" for one in opened.standing.installed if one.name in needed)


def _settings_alone(options: StartOptions) -> ProbeOptions:
    return ProbeOptions(timeout_s=options.timeout_s, lifespan=False, env=options.environment)


def describe_arrival(opened: OpenedShop, added: AddedEnvironment, wanted: Sequence[AskedCandidate]) -> CandidateCost:
    """Return the row of what came with candidates that are priced together."""
    arrivals = NewArrivals(added.came, added.weights, added.left, added.wheels, added.built)
    return replace(describe(opened.standing, arrivals, wanted), notes=added.planned.notes)


def find_imports(opened: OpenedShop, added: AddedEnvironment, name: DistributionName) -> tuple[ModuleName, ...]:
    """Return what is imported for a distribution, that came or was there."""
    for scan in filter(None, (added.scan, opened.scan)):
        recorded = outermost_modules(path for owners in scan.owners for path, owner in owners.items() if owner == name)
        if recorded:
            return choose_imports(name, recorded)
    return choose_imports(name, ())


def make_report(opened: OpenedShop, app: AppStart, rows: tuple[CandidateCost, ...]) -> AdditionReport:
    """Return the rows with what they were measured against."""
    python, shop = opened.checkout.target.interpreter, opened.shop
    ready = ready_reading(app.before) if app.before is not None else None
    return AdditionReport(
        schema_version=ADDITION_VERSION,
        tool_version=__version__,
        environment=opened.environment,
        python=".".join(map(str, python.version)),
        platform=python.platform,
        installer=shop.installer.kind,
        with_bytecode=shop.with_bytecode,
        entry=app.entry.target if app.entry is not None else None,
        ready_rss_bytes=ready.rss_bytes if ready is not None else None,
        ready_time_us=ready.time_us if ready is not None else None,
        candidates=tuple(map(_without_credentials, rows)),
        notes=tuple(_notes(opened, app)),
    )


def _without_credentials(row: CandidateCost) -> CandidateCost:
    """Return the row without the passwords that an address may hold."""
    refusal = row.refusal
    if refusal is not None:
        said = tuple(map(star_credentials, refusal.said))
        refusal = replace(refusal, message=star_credentials(refusal.message), said=said)
    return replace(row, requirement=star_credentials(row.requirement), refusal=refusal)


def _notes(opened: OpenedShop, app: AppStart) -> Iterator[Note]:
    entries = opened.checkout.code.entries
    if len(entries) > 1 and app.entry is not None:
        others = ", ".join(each.target for each in entries if each.name != app.entry.name)
        yield Note("other-entries", f"measured in {app.entry.target} alone, not in {others}: choose with --entry")
    if opened.shop.shadows.engine == "links":
        yield Note(
            "cost-by-links",
            f"there is no overlay ({opened.shop.shadows.why or 'as asked for'}): what comes lies in a folder of "
            "its own that is first on the import path, and its .pth files are not read",
        )
