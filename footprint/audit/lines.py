"""One start with the project's own import lines behind what it loaded: the basis of every predicted saving."""

from __future__ import annotations

from footprint.analysis.cost.import_lines import ExplainedGraph
from footprint.analysis.cost.observed import observe
from footprint.analysis.cost.savings import explain_starts
from footprint.audit.measuring import Progress, find_places, measure
from footprint.audit.parts import silent
from footprint.audit.project import read_code, walk_entries
from footprint.audit.target import open_target
from footprint.collect import disk
from footprint.config import Options
from footprint.errors import NotMeasured


def explain_start(options: Options, progress: Progress = silent) -> ExplainedGraph:
    """Start the entries and return for the first what it loaded, with the lines that asked for it.

    Raises: NotMeasured when no entry got through its start.
    """
    target = open_target(options)
    code = read_code(options, target)
    runtimes, scan = measure(
        options, target, code, progress, meanwhile=lambda: disk.scan(target.interpreter, target.installed)
    )
    observed = observe(runtimes, find_places(target.interpreter, scan, options.project))
    sources = {module.path: module for module in code.sources.modules}
    starts = explain_starts(observed, sources, walk_entries(target, code)).entries
    if not starts:
        raise NotMeasured("no entry got through its start: `footprint probe` says why")
    return next(iter(starts.values()))
