"""Uses by what runs whenever Python starts: a line of a .pth or .start file, a sitecustomize.

Laws: pure. Whose file it is, and whose modules it imports, are both at work before the first line of the application.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from footprint.analysis.names.import_names import ImportNames
from footprint.analysis.use.use_facts import Classification, Facts
from footprint.model.audit import Evidence, Usage
from footprint.model.installed_environment import DiskScan, Installed, StartHook
from footprint.model.source_modules import ImportSite
from footprint.names import DistributionName
from footprint.pairs import group_pairs


def own_hooks(
    hooks: Iterable[StartHook],
    scan: DiskScan,
    installed: Sequence[Installed],
    names: ImportNames,
    given: Collection[str],
) -> Mapping[DistributionName, tuple[StartHook, ...]]:
    """Return the hooks by whose they are: the owner of the file, and who provides what it imports.

    `given` are variables that are set for the start. The finder of an editable install is no use of it.
    """
    editable = {item.name for item in installed if item.origin == "editable"}
    found: list[tuple[DistributionName, StartHook]] = []
    for hook in hooks:
        owner = _owner_of_file(hook, scan)
        providers = {name for module in hook.modules for name in names.owner_of_module(module)}
        if owner in editable and owner not in providers:
            continue
        switched = replace(hook, variables=()) if any(name in given for name in hook.variables) else hook
        found += ((name, switched) for name in sorted({*providers, *([owner] if owner else [])}))
    return group_pairs(found)


def run_by_hook(facts: Facts) -> Classification | None:
    """Return the use that a hook makes, None where none runs."""
    live = [hook for hook in facts.hooks if not hook.variables]
    if not live:
        return None
    hook = next((hook for hook in live if not hook.dormant), live[0])
    evidence = tuple(Evidence(each.shown, each.line, "hook", None, each.text) for each in live)
    if hook.dormant:
        reason = f"its start-up hook runs {hook.modules[0]}, and {hook.dormant}"
        return Classification(Usage.IMPLIED, reason, "cannot tell", evidence)
    reason = f"{hook.shown}:{hook.line} runs {hook.modules[0]} whenever Python starts"
    if facts.measured and facts.load is None:
        return Classification(Usage.IMPLIED, f"{reason}, yet it was not in memory", "likely", evidence)
    return Classification(Usage.IMPLIED, reason, "certain", evidence)


def sites_of_hooks(hooks: Iterable[StartHook]) -> Iterator[ImportSite]:
    """Yield what hooks import as import sites of modules that run."""
    for hook in hooks:
        for module in hook.modules if not hook.variables and not hook.dormant else ():
            yield ImportSite(hook.shown, hook.line, module)


def explain_idle_hook(facts: Facts) -> str:
    """Return why a hook of it is no use, in words; "" where it has none."""
    hook = next((hook for hook in facts.hooks if hook.variables), None)
    return f"its {hook.shown} does nothing unless {' or '.join(hook.variables)} is set" if hook is not None else ""


def _owner_of_file(hook: StartHook, scan: DiskScan) -> DistributionName | None:
    if hook.file in scan.path_files:
        return scan.path_files[hook.file]
    sites = zip(scan.site_dirs, scan.owners, strict=True)
    return next((owners[hook.shown] for site, owners in sites if _is_in(hook, site.as_posix(), owners)), None)


def _is_in(hook: StartHook, site: str, owners: Mapping[str, DistributionName]) -> bool:
    return hook.file == f"{site}/{hook.shown}" and hook.shown in owners
