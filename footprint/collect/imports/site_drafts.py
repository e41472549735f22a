"""The last step for one file: what is known of each site only when the whole file has been read."""

from __future__ import annotations

from dataclasses import replace

from footprint.collect.imports.scopes import Scope, Uses, uses_by_scope
from footprint.model.source_modules import ImportForm, ImportSite, Placement
from footprint.names import ModuleName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class StatedImport:
    """What an import says, wherever it stands; fields as in ImportSite."""

    form: ImportForm
    module: ModuleName
    names: tuple[str, ...]
    bound: tuple[str, ...]
    level: int
    redundant_alias: bool = False  # `import x as x`: by convention a re-export


@dataclass(frozen=True, slots=True)
class Draft:
    """A site as it was met, with the scope that it binds in."""

    site: ImportSite
    column: int
    scope: Scope
    redundant_alias: bool


def finish_sites(drafts: list[Draft], scopes: list[Scope], *, is_package: bool) -> tuple[ImportSite, ...]:
    """Return the sites in line order, with the uses of their names."""
    running = [draft for draft in drafts if draft.site.placement.runs_at_import]
    interesting = {name for draft in running for name in draft.site.bound}
    uses = uses_by_scope(scopes, interesting) if interesting else {}
    rivals = _rebound_by_imports(running)
    finished = []
    for draft in sorted(drafts, key=lambda item: (item.site.line, item.column)):
        site = draft.site
        if site.placement.runs_at_import:
            found = uses.get(id(draft.scope), Uses())
            functions = dict.fromkeys(name for bound in site.bound for name in found.functions.get(bound, ()))
            line = _first_use(draft, found, rivals, is_package=is_package)
            site = replace(site, used_in_functions=tuple(functions), used_at_import_line=line)
        finished.append(site)
    return tuple(finished)


def _first_use(draft: Draft, uses: Uses, rivals: dict[tuple[int, str], int], *, is_package: bool) -> int | None:
    """Return the first line on which importing the file needs a name that the site binds.

    A lazy import is resolved by reading its name and by nothing else; for all others, whatever makes it unsafe to
    move the statement counts as a use.
    """
    site, scope = draft.site, draft.scope
    lines = [uses.loaded_at_import[name] for name in site.bound if name in uses.loaded_at_import]
    if site.form == "lazy":
        return min(lines, default=None)
    for name in site.bound:
        lines += [found[name] for found in (scope.stores, scope.marks) if name in found]
        if (id(scope), name) in rivals:
            lines.append(rivals[id(scope), name])
    if lines:
        return min(lines)
    is_unused = not any(name in uses.functions for name in site.bound)
    # A class attribute, a star, a bare import_module("x") and a re-export are used where this file cannot show.
    if site.placement is Placement.CLASS or not site.bound or draft.redundant_alias or (is_package and is_unused):
        return site.line
    return None


def _rebound_by_imports(drafts: list[Draft]) -> dict[tuple[int, str], int]:
    """Return the line of the last of several imports that bind one name to different things."""
    targets: dict[tuple[int, str], set[str]] = {}
    lines: dict[tuple[int, str], int] = {}
    for draft in drafts:
        site = draft.site
        for index, name in enumerate(site.bound):
            target = f"{site.module}:{site.names[index]}" if site.names else site.module
            if not site.names and name == site.module.partition(".")[0]:
                target = name  # import a.b and import a.c both bind a
            key = (id(draft.scope), name)
            targets.setdefault(key, set()).add(target)
            lines[key] = max(lines.get(key, 0), site.line)
    return {key: lines[key] for key, found in targets.items() if len(found) > 1}
