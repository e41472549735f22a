"""A stored audit by the files that it speaks of: what it knows of each import statement and each requirement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from footprint.model.audit import Audit, DeclaredAt, DistributionRow, Finding, Suggestion
from footprint.model.memory_rows import FirstUseRow, ImportLine
from footprint.model.runtime import Statement
from footprint.model.source_modules import Placement
from footprint.names import ModuleName, normalise, owner_of
from footprint.pairs import group_pairs
from footprint.values import dataclass, field

_IMPORTS = frozenset(placement.value for placement in Placement)
_PART = re.compile(r"(?:\w+/)*\w+(?=$|\.(?:py|pyi|so|pyd|[\w-]+\.so|[\w-]+\.pyd)$)")


@dataclass(slots=True)
class AuditedPlace:
    """An import statement as the audit saw it: one line of a file. `modules` are those that it was seen to import."""

    line: int
    function: str | None
    modules: set[ModuleName] = field(default_factory=set)
    rows: dict[str, DistributionRow] = field(default_factory=dict)
    startup: list[ImportLine] = field(default_factory=list)
    first_uses: list[FirstUseRow] = field(default_factory=list)

    @property
    def was_run(self) -> bool:
        """Whether a start or a lazy import ran it, so that it is a statement for certain."""
        return bool(self.startup or self.first_uses)

    @property
    def keys(self) -> frozenset[tuple[str | None, str]]:
        """What it is known by: modules, or where none was seen distributions; with the function around it."""
        known = self.modules or {f"{name}:" for name in self.rows}  # no module has a colon in its name
        return frozenset((self.function, name) for name in known)


@dataclass(frozen=True, slots=True)
class AuditedProject:
    """An audit, and what it knows by file. Names are of modules, as far as it is known who provides them."""

    audit: Audit
    places: Mapping[str, tuple[AuditedPlace, ...]]  # of a file by line
    declared: Mapping[str, tuple[tuple[DistributionRow, DeclaredAt], ...]]
    findings: Mapping[str, tuple[Finding, ...]]
    suggestions: Mapping[str, tuple[Suggestion, ...]]  # by every file that they are about
    names: Mapping[ModuleName, tuple[DistributionRow, ...]]
    statements: Mapping[Statement, tuple[FirstUseRow, ...]]

    def providers(self, modules: Iterable[ModuleName]) -> tuple[DistributionRow, ...]:
        """Return the distributions that may provide these modules, each once."""
        found = (owner_of(module, self.names) or () for module in modules)
        return tuple({row.name: row for rows in found for row in rows}.values())


def index_audit(audit: Audit) -> AuditedProject:
    """Return an audit by its files."""
    shown = [each for each in audit.suggestions if not each.suppressed]
    return AuditedProject(
        audit=audit,
        places=_places(audit),
        declared=group_pairs((at.file, (row, at)) for row in audit.distributions for at in row.declared),
        findings=group_pairs((each.path, each) for each in audit.findings if each.path and not each.suppressed),
        suggestions=group_pairs((path, each) for each in shown for path in _files_of(each)),
        names=_names(audit),
        statements=group_pairs((use.statement, use) for use in audit.first_uses),
    )


def _files_of(suggestion: Suggestion) -> dict[str, None]:
    return dict.fromkeys([*(line.file for line in suggestion.lines), *(each.path for each in suggestion.evidence)])


def _places(audit: Audit) -> dict[str, tuple[AuditedPlace, ...]]:
    found: dict[tuple[str, int, str | None], AuditedPlace] = {}

    def place(path: str, line: int, function: str | None) -> AuditedPlace:
        return found.setdefault((path, line, function), AuditedPlace(line, function))

    rows = {row.name: row for row in audit.distributions}
    for each in audit.import_lines:
        here = place(each.path, each.line, each.function)
        here.startup.append(each)
        here.modules |= {each.module, *(part.module for part in each.imports)}
        here.rows |= {name: rows[name] for name in each.distributions if name in rows}
    for use in audit.first_uses:
        here = place(use.path, use.line, use.function)
        here.first_uses.append(use)
        here.modules.add(use.statement.module)
        here.rows |= {name: rows[name] for name in use.distributions if name in rows}
    for row in audit.distributions:
        for item in row.evidence:
            if item.line is not None and item.placement in _IMPORTS:
                place(item.path, item.line, item.function).rows[row.name] = row
    by_file = group_pairs((path, here) for (path, _, _), here in found.items())
    return {path: tuple(sorted(those, key=lambda each: each.line)) for path, those in by_file.items()}


def _names(audit: Audit) -> dict[ModuleName, tuple[DistributionRow, ...]]:
    """Return who provides a module, by what lies in the site folders and by what was seen to be imported."""
    rows = {row.name: row for row in audit.distributions}
    found: dict[ModuleName, dict[str, DistributionRow]] = {}
    for name, module in (*_imported_names(audit), *_installed_names(audit)):
        if name in rows:
            found.setdefault(module, {})[name] = rows[name]
    for row in audit.distributions:  # without an environment nothing says more
        found.setdefault(row.name.replace("-", "_"), {row.name: row})
    return {module: tuple(those.values()) for module, those in found.items()}


def _imported_names(audit: Audit) -> Iterator[tuple[str, ModuleName]]:
    for line in audit.import_lines:
        if len(line.distributions) == 1 and not line.imports:
            yield line.distributions[0], line.module
    for use in audit.first_uses:
        if len(use.distributions) == 1:
            yield use.distributions[0], use.statement.module


def _installed_names(audit: Audit) -> Iterator[tuple[str, ModuleName]]:
    for row in audit.distributions:
        for path, _ in row.parts:
            match = _PART.match(path.replace("-stubs", "", 1))
            if match and not match[0].startswith("__pycache__"):
                yield row.name, match[0].replace("/", ".")


def name_words(line: str) -> set[str]:
    """Return the words of a line that may be the name of a distribution, as such names are compared."""
    return {normalise(word.strip(".")) for word in _WORD.findall(line)}


_WORD = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)
