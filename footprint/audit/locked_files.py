"""What the project's lock files say of downloads, for what is installed or stands in for it."""

from __future__ import annotations

from footprint.analysis.cost.locked_downloads import find_downloads, total_downloads, without_estimate
from footprint.audit.target import Target
from footprint.collect.declared.locks import read_locked
from footprint.collect.layout.wheel_tags import rank_tags
from footprint.config.options import TargetOptions
from footprint.knowledge.tables import read_unpacked_ratios
from footprint.model.environment_facts import Download, DownloadTotal
from footprint.names import ByName


def read_downloads(options: TargetOptions, target: Target) -> tuple[ByName[Download], DownloadTotal | None]:
    """Return what each distribution is downloaded as, by the lock files of the project, and the sum for deployment.

    Nothing of a distribution that is installed in another version than the locked one.
    """
    locked = (target.locked or read_locked(options.project)).distributions
    if not any(one.archives for one in locked):
        return {}, None
    ratios, source = read_unpacked_ratios()
    versions = {item.name: item.version for item in target.installed}
    downloads = find_downloads(locked, versions, rank_tags(target.interpreter), ratios)
    if target.missing is None:
        downloads = {name: without_estimate(each) for name, each in downloads.items()}
    return downloads, total_downloads(locked, versions, downloads, source)
