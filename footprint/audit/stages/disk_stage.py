"""The disk stage of an audit alone: nothing of the project is read, nothing is started."""

from __future__ import annotations

from footprint.audit.listener import Progress, silent
from footprint.audit.target import Target, open_target
from footprint.collect import disk
from footprint.config.options import Options
from footprint.files.cache_folder import find_cache_folder
from footprint.model.installed_environment import DiskScan


def scan_disk(options: Options, progress: Progress = silent) -> tuple[Target, DiskScan]:
    """Weigh what is installed: the disk stage alone."""
    progress("reading the environment")
    target = open_target(options.target, starts=False)
    progress("weighing the installed distributions")
    return target, disk.scan(target.interpreter, target.there, cache=find_cache_folder(wanted=options.target.cache))
