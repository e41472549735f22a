"""What trimmed files promise, held against an environment that is really installed from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress, secrets_of
from footprint.audit.minimal_file import minimal_text
from footprint.audit.removal_edits import PlannedTrim
from footprint.audit.run import audit_covered
from footprint.audit.scratch_environment import Installation, absolute_links, make_scratch
from footprint.collect.disk.contents import weigh_contents
from footprint.config.options import Options
from footprint.errors import CannotMeasure
from footprint.files.private import private_folder
from footprint.model.audit import OF_LINES, Audit, DistributionRow, EntryRow
from footprint.model.trim import CheckedEntry, InstallCheck
from footprint.names import ByName
from footprint.secrets import star
from footprint.values import replace

Weights = ByName[int]


def check_install(
    planned: PlannedTrim, options: Options, find_links: tuple[str, ...], progress: Progress
) -> InstallCheck:
    """Install what is left into a scratch environment, start the application from it, and compare.

    The versions are those that are installed now. Raises: CannotMeasure, UsageError where it cannot be installed.
    """
    before, python = planned.audit, planned.executable
    if python is None or before.environment.kind != "installed":
        raise CannotMeasure("--install-check needs an environment to compare with, and there is none")
    stays = _installed(before).keys() - _leaving(before)
    pins = [f"{row.name}=={row.version}\n" for row in before.distributions if row.name in stays]
    wanted = Installation(
        minimal_text(planned.kept, planned.local_paths), "".join(pins), absolute_links(find_links), planned.paths
    )
    with private_folder("install") as folder:
        progress("installing what is left into a scratch environment")
        env, installer = make_scratch(folder, python, wanted, options.target.project)
        target = replace(options.target, env=env, python=None, site_packages=())
        checkout = open_checkout(replace(options, target=target), progress)
        _, after = audit_covered(checkout, planned.cover, progress)
        weights = _weigh(planned.checkout), _weigh(checkout)
    return star(compare(before, after, installer, weights), secrets_of(options.probe))


def _weigh(checkout: Checkout) -> Weights:
    target = checkout.target
    return weigh_contents(target.interpreter.prefix, target.interpreter.site_dirs, target.there)


def compare(
    before: Audit, after: Audit, installer: Literal["uv", "pip"], weights: tuple[Weights, Weights]
) -> InstallCheck:
    """Return what is there afterwards against what was promised; `weights` are of the contents, before and after."""
    old, new, leaving = _installed(before), _installed(after), _leaving(before)
    common = sorted(old.keys() & new.keys() - leaving)
    return InstallCheck(
        installer=installer,
        came_back=tuple(sorted(leaving & new.keys())),
        not_installed=tuple(sorted(old.keys() - new.keys() - leaving)),
        new=tuple(sorted(new.keys() - old.keys())),
        other_versions=tuple(name for name in common if old[name].version != new[name].version),
        common_before_bytes=sum(weights[0].get(name, 0) for name in common),
        common_after_bytes=sum(weights[1].get(name, 0) for name in common),
        entries=tuple(_entries(before.started, {entry.name: entry for entry in after.started})),
    )


def _leaving(audit: Audit) -> frozenset[str]:
    single = {name for item in audit.proposed(*OF_LINES) for name in item.distributions}
    return frozenset(single | {line.name for line in audit.removable_lines if not line.extras})


def _installed(audit: Audit) -> ByName[DistributionRow]:
    return {row.name: row for row in audit.distributions if row.version is not None and row.apparent_bytes is not None}


def _entries(before: Iterable[EntryRow], after: dict[str, EntryRow]) -> Iterator[CheckedEntry]:
    for entry in before:
        other = after.get(entry.name)
        failure = "it is not found any more" if other is None else other.failure.message if other.failure else None
        (rss, anon), (rss_after, anon_after) = _memory(entry), _memory(other)
        yield CheckedEntry(entry.name, rss, rss_after, failure, anon, anon_after)


def _memory(entry: EntryRow | None) -> tuple[int | None, int | None]:
    last = entry.last_stage if entry is not None and entry.failure is None else None
    return (last.reading.rss_bytes, last.reading.anon_bytes) if last is not None else (None, None)
