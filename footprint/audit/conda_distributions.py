"""The lines for conda, settled by what is known of the environment and of the project's imports."""

from __future__ import annotations

from footprint.analysis.graph.left_out import KnownPython, find_uncertain, settle_conda
from footprint.audit.project_code import ProjectCode
from footprint.audit.target import Target
from footprint.collect.layout.installations import read_conda_packages
from footprint.knowledge.tables import read_import_names
from footprint.model.requirements import DeclaredFiles
from footprint.names import DistributionName, normalise, top_level


def settle_conda_lines(
    target: Target, code: ProjectCode, declared: DeclaredFiles
) -> tuple[DeclaredFiles, frozenset[DistributionName]]:
    """Return the declared files without what is not a Python distribution, and the names that may be none."""
    asked = {line.conda_name for line in declared.requirements if line.conda_name}
    if not asked:
        return declared, frozenset()
    sites = (site for module in code.sources.modules for site in module.sites if site.level == 0)
    known = KnownPython(
        installed=frozenset(item.name for item in target.installed),
        imported=frozenset(normalise(name) for name in {top_level(site.module) for site in sites}),
        listed=frozenset(name for names in read_import_names().values() for name in names),
        records=read_conda_packages(target.interpreter.prefix, asked) if target.missing is None else None,
    )
    declared = settle_conda(declared, known)
    return declared, find_uncertain(declared, known)
