"""What a branch adds to the requirement files, priced together: today's lines against those of another commit.

What the environment has for the added lines alone counts as added, whether it is installed already or not. The start
is that of both sides: the other commit's code without what was added, and today's with it.
"""

from __future__ import annotations

from contextlib import ExitStack

from footprint.addition.added_environment import AddedEnvironment, find_files, open_added
from footprint.addition.app_starts import AppStart, find_file, settings_of_start, start_in
from footprint.addition.candidate_prices import CostWish, OpenedShop, broken_by, make_report, open_shop
from footprint.addition.installation import Refused, WantedCandidates
from footprint.analysis.additions.asked_candidates import AskedCandidate, read_candidate
from footprint.analysis.additions.branch_lines import BranchLines, compare_lines, find_held, requirement_text
from footprint.analysis.additions.candidate_rows import NewArrivals, Standing, describe
from footprint.analysis.additions.import_growth import ready_reading
from footprint.analysis.additions.installer_words import refuse
from footprint.audit.listener import Progress, secrets_of
from footprint.collect.declared import read_declared
from footprint.collect.git.commits import Commit, find_commits, list_commit, read_commit
from footprint.config.options import Options
from footprint.files.paths import rebased
from footprint.files.private import private_folder
from footprint.files.tree_writer import write_tree
from footprint.model.addition import AdditionReport, BranchAddition, CandidateCost
from footprint.model.note import Note
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from footprint.model.runtime import EntryRuntime
from footprint.names import NameSet
from footprint.secrets import star
from footprint.trial.ground import Change, NoShadow
from footprint.trial.two_audits import change_to
from footprint.values import dataclass, replace

_HIDDEN = "****"  # in the place of what an address says of its user


@dataclass(frozen=True, slots=True)
class _Base:
    """The other commit: its files in a folder of ours, and what they declare."""

    commit: Commit
    change: Change
    declared: DeclaredFiles


def price_branch(options: Options, wish: CostWish, against: str, progress: Progress) -> AdditionReport:
    """Return what the lines cost that the project has and `against` has not, as one row.

    Raises: UsageError where git does not know the commit; else as price.
    """
    commit, _ = find_commits(options.target.project, f"{against}..")
    with ExitStack() as held:
        opened = held.enter_context(open_shop(options, wish, progress))
        base = _open_base(held, opened, commit, progress)
        today = read_declared(options.target.project, options.target.requirements)
        lines = compare_lines(base.declared.requirements, today.requirements)
        added = tuple(f"{line.path}:{line.line} {requirement_text(line)}" for line in lines.added)
        branch = BranchAddition(commit.asked, added, lines.removed)
        rows: tuple[CandidateCost, ...] = ()
        app = AppStart(None)
        if lines.added:
            row, branch, app = _price(opened, base, lines, branch, progress)
            rows = (row,)
        report = replace(make_report(opened, app, rows), branch=branch)
        return star(report, secrets_of(options.probe))


def _open_base(held: ExitStack, opened: OpenedShop, commit: Commit, progress: Progress) -> _Base:
    options = opened.checkout.options.target
    progress(f"reading {commit.asked}")
    folder = held.enter_context(private_folder("commit")) / (options.project.resolve().name or "project")
    write_tree(folder, read_commit(commit))
    files = tuple(path for each in options.requirements if (path := rebased(each, options.project, folder)).is_file())
    today = [module.path for module in opened.checkout.code.sources.modules]
    here, _ = find_commits(options.project, "..")
    paths = frozenset(list_commit(commit))
    prefix = opened.checkout.target.interpreter.prefix
    change = change_to(folder, paths, frozenset((*today, *list_commit(here))), options.project, prefix)
    return _Base(commit, change, read_declared(folder, files))


def _price(
    opened: OpenedShop, base: _Base, lines: BranchLines, branch: BranchAddition, progress: Progress
) -> tuple[CandidateCost, BranchAddition, AppStart]:
    markers = opened.standing.markers
    gone = find_held(opened.standing.installed, base.declared.requirements, lines.added, markers)
    candidates = tuple(map(_candidate, lines.added))
    unread = next((each for each in candidates if each.refusal is not None), None)
    progress("pricing what was added")
    app = _today(opened)
    try:
        if unread is not None and unread.refusal is not None:
            raise Refused(unread.refusal)
        with open_added(opened.shop, WantedCandidates(candidates)) as added:
            row = _row(opened, added, candidates, gone)
            progress("starting both sides")
            branch, app = _started(opened, added, base, gone, branch)
            return row, branch, app
    except Refused as why:
        return _refused(lines.added, why), replace(branch, why_not="what was added cannot be installed"), app
    except NoShadow as why:
        return _without_figures(lines.added), replace(branch, why_not=f"there is no shadow: {why}"), app


def _candidate(line: DeclaredRequirement) -> AskedCandidate:
    if line.url is not None and _HIDDEN in line.url:
        refusal = refuse("bad-requirement", f"the address of {line.name} holds a secret", "price it by its name")
        return AskedCandidate(requirement_text(line), line.name, line.extras, refusal)
    return read_candidate(requirement_text(line))


def _row(
    opened: OpenedShop, added: AddedEnvironment, candidates: tuple[AskedCandidate, ...], gone: NameSet
) -> CandidateCost:
    """Return the row of what comes and what is there already for these lines alone."""
    standing = opened.standing
    there = tuple(one for one in standing.installed if one.name in gone and one.name not in _names(added))
    before = Standing(
        tuple(one for one in standing.installed if one.name not in gone), standing.weights, standing.markers
    )
    weights = {**{one.name: standing.weights.get(one.name, 0) for one in there}, **added.weights}
    wheels = {**find_files(opened.shop, added, there), **added.wheels}
    came = tuple(sorted((*added.came, *there), key=lambda one: one.name))
    row = describe(before, NewArrivals(came, weights, added.left, wheels, added.built), candidates)
    # They may be there for lines that the branch takes away, so no refusal follows from that.
    broken = (Note("breaks", f"{each}: what came does not fit that") for each in broken_by(opened, added))
    return replace(row, notes=(*added.planned.notes, *broken), why_not_alone="", why_not_marginal="")


def _names(added: AddedEnvironment) -> NameSet:
    return frozenset(one.name for one in added.came)


def _today(opened: OpenedShop) -> AppStart:
    """Return the entry that is started on both sides, not started yet."""
    checkout = opened.checkout
    entry = next(iter(checkout.code.entries), None)
    if entry is None:
        return AppStart(None, why_not="no entry was found: name one with --entry")
    if not checkout.can_start:
        return AppStart(entry, why_not="nothing is started")
    return AppStart(entry, find_file(entry, checkout) or "", settings_of_start(checkout, entry))


def _started(
    opened: OpenedShop, added: AddedEnvironment, base: _Base, gone: NameSet, branch: BranchAddition
) -> tuple[BranchAddition, AppStart]:
    """Return the change with the start of both sides, and the start of today."""
    app = _today(opened)
    if app.entry is None or app.settings is None:
        return replace(branch, why_not=app.why_not), app
    after = start_in(added.shadow, app.entry, app.settings)
    entry, settings = app.entry, app.settings
    app = replace(app, before=after)
    with opened.shop.shadows.give(replace(base.change, without=gone)) as shadow:
        before = start_in(shadow, entry, settings)
    old, new = ready_reading(before), ready_reading(after)
    if new is None:
        return replace(branch, why_not=f"{entry.target} does not start: {_said(after)}"), app
    if old is None:
        why = f"{entry.target} does not start as it was in {base.commit.asked}: {_said(before)}"
        return replace(branch, rss_after_bytes=new.rss_bytes, why_not=why), app
    if old.stage != new.stage:
        return replace(branch, why_not="the two starts came to different stages"), app
    return replace(branch, rss_before_bytes=old.rss_bytes, rss_after_bytes=new.rss_bytes), app


def _said(runtime: EntryRuntime) -> str:
    return runtime.failure.message if runtime.failure is not None else "it gave no figures"


def _refused(lines: tuple[DeclaredRequirement, ...], why: Refused) -> CandidateCost:
    return replace(_without_figures(lines), refusal=why.refusal)


def _without_figures(lines: tuple[DeclaredRequirement, ...]) -> CandidateCost:
    text = ", ".join(map(requirement_text, lines))
    return CandidateCost(text, lines[0].name, lines[0].extras, "refused")
