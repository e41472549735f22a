"""One-line helpers that build the values of an audit. `**changes` replace fields of a plain, valid value."""

from collections.abc import Callable
from dataclasses import MISSING, fields, replace
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from packaging.requirements import Requirement

from footprint import __version__
from footprint.analysis.use.use_facts import Facts
from footprint.model.audit import (
    SCHEMA_VERSION,
    Audit,
    DeclaredAt,
    DistributionRow,
    EntryRow,
    Evidence,
    StageRow,
    Suggestion,
    Usage,
)
from footprint.model.entry_origins import StartLine
from footprint.model.environment_facts import DiskFacts, EnvironmentFacts, Machine, Measurement
from footprint.model.installed_environment import Installed, Interpreter
from footprint.model.memory_rows import Brought, CallRow, FirstUseRow, ImportLine, MemoryPart
from footprint.model.requirements import DeclaredRequirement
from footprint.model.runtime import Failure, GrowthLine, StageName, StageReading, Statement
from footprint.model.source_modules import ImportSite, Placement, ReachStatus, SiteUse
from footprint.names import normalise
from footprint.units import MIB

Built = TypeVar("Built")


@cache
def _empty(kind: type[Any]) -> dict[str, Any]:
    required = {each.name for each in fields(kind) if each.default is each.default_factory is MISSING}
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name in required}
    known = {name: get_origin(hint) or hint for name, hint in hints.items()}
    plain = {name: made() for name, made in known.items() if made in (bool, int, str, tuple, frozenset)}
    return plain | {name: None for name, hint in hints.items() if NoneType in get_args(hint)}


def bare(kind: Callable[..., Built], **told: Any) -> Built:
    """Return a value of which only this is `told`: all else is None where it may be, or has no items, or is 0 or ""."""
    return kind(**(_empty(kind) | told))


def evidence(path: str = "app.py", line: int | None = 1, **changes: Any) -> Evidence:
    return replace(Evidence(path, line, placement="module", function=None), **changes)


def declared_at(raw: str = "pkg==1.0", file: str = "requirements.txt", line: int = 1, **changes: Any) -> DeclaredAt:
    return replace(DeclaredAt(file, line, group="main", specifier="==1.0", raw=raw), **changes)


def distribution(name: str = "pkg", usage: Usage = Usage.UNUSED, **changes: Any) -> DistributionRow:
    """Return an installed row that nobody declares: 1 MiB, nothing measured."""
    row = bare(
        DistributionRow,
        name=name,
        version="1.0",
        usage=usage,
        reason="no import",
        confidence="certain",
        apparent_bytes=MIB,
        allocated_bytes=MIB,
        outside_bytes=0,
        bytecode_bytes=0,
        file_count=1,
        parts=((name, MIB),),
        origin="index",
        closure_bytes=MIB,
        exclusive_bytes=MIB,
        closure=(name,),
        exclusive=(name,),
        requirement_chain=(name,),
    )
    return replace(row, **changes)


def stage(name: StageName, rss_bytes: int, *, time_us: int = 0, distributions: int = 0, **changes: Any) -> StageRow:
    reading = StageReading(name, rss_bytes, rss_bytes // 2, rss_bytes, time_us, module_count=34)
    return StageRow(replace(reading, **changes), distributions)


def entry(name: str = "web", **changes: Any) -> EntryRow:
    """Return an entry that was measured once: 10 MiB of interpreter, 30 MiB imported."""
    row = bare(
        EntryRow,
        name=name,
        target="app:app",
        source=StartLine("Procfile", 1),
        command="uvicorn app:app",
        working_dir=".",
        stages=(stage("interpreter", 10 * MIB), stage("import", 30 * MIB, time_us=1_200_000, distributions=2)),
        memory=(MemoryPart("interpreter", "interpreter", 10 * MIB), MemoryPart("pkg", "distribution", 20 * MIB)),
        runs=(30 * MIB,),
        hook="find_and_load",
    )
    return replace(row, **changes)


def failure(message: str = "killed by SIGSEGV", **changes: Any) -> Failure:
    return replace(Failure("signal", message, stage="import", under_way=("app", "pkg")), **changes)


def suggestion(name: str = "pkg", **changes: Any) -> Suggestion:
    """Return the removal of a line that frees 1 MiB."""
    value = bare(
        Suggestion,
        code="FP101",
        action="remove",
        distribution=name,
        distributions=(name,),
        disk_bytes=MIB,
        verdict="not verified",
        effort="low",
        confidence="certain",
        evidence=(evidence("requirements.txt", 1, placement="declared"),),
        detail=f"remove {name} from requirements.txt:1: no import",
    )
    return replace(value, **changes)


def import_line(path: str = "app.py", line: int = 1, module: str = "pkg", rss_bytes: int = 0) -> ImportLine:
    return ImportLine("web", path, line, module, None, (module,), rss_bytes, rss_bytes, 20_000, 3, ())


def first_use(path: str = "app.py", line: int = 1, **changes: Any) -> FirstUseRow:
    row = FirstUseRow(
        "web", Statement("heavy"), path, line, "run", 0, ("heavy",), "imported", None, False, 40 * MIB, 30 * MIB,
        900_000,
        (Brought("heavy", 25 * MIB), Brought("its-core", 15 * MIB)), (),
    )  # fmt: skip
    return replace(row, **changes)


def call(name: str = "GET /x", **changes: Any) -> CallRow:
    """Return a request that added 40 MiB and needed 60 for a moment, all of it data of one line."""
    row = CallRow(
        *("web", name, "done", None, None, None, 200, 2, 40 * MIB, 38 * MIB, 60 * MIB, 900_000, 0, (), ()),
        lines=(GrowthLine("data", "app.py", 9, 40 * MIB, 60 * MIB),),
        files=(),
        written=(),
        was_apart=False,
    )
    return replace(row, **changes)


def disk(**changes: Any) -> DiskFacts:
    value = DiskFacts(
        site_apparent_bytes=3 * MIB,
        site_allocated_bytes=4 * MIB,
        shared_bytes=4096,
        unowned_bytes=0,
        outside_bytes=0,
        own_bytes=0,
        hard_linked_bytes=0,
        reconciles=True,
        unowned=(),
        conflicts=(),
    )
    return replace(value, **changes)


def environment(**changes: Any) -> EnvironmentFacts:
    value = EnvironmentFacts("3.11.7", "cpython", "linux-x86_64", ".venv", ".venv in the project", True)
    return replace(value, **changes)


def audit(*rows: DistributionRow, **changes: Any) -> Audit:
    """Return an audit of `rows` in one environment, without entries, suggestions or notes."""
    value = bare(
        Audit,
        schema_version=SCHEMA_VERSION,
        tool_version=__version__,
        project="shop",
        environment=environment(),
        disk=disk(),
        distributions=tuple(sorted(rows, key=lambda row: row.name)),
        declared_files=("requirements.txt",),
    )
    return replace(value, **changes)


def measurement(**changes: Any) -> Measurement:
    """Return a moment and a machine; `changes` are of the machine."""
    machine = Machine(
        *("Linux", "6.1.0", "Debian GNU/Linux 12 (bookworm)", "x86_64", "AMD EPYC", 4, 8 << 30, "glibc 2.36"),
        container=None,
        memory_limit_bytes=None,
        processor_limit_millis=None,
    )
    return Measurement("2026-01-02T03:04:05Z", replace(machine, **changes))


def requirement(text: str = "pkg", **changes: Any) -> DeclaredRequirement:
    """Return what a line of requirements.txt says: `name[extra]>=1 ; marker`."""
    asked = Requirement(text)
    value = DeclaredRequirement(
        name=normalise(asked.name),
        extras=tuple(sorted(normalise(extra) for extra in asked.extras)),
        specifier=str(asked.specifier),
        marker=str(asked.marker) if asked.marker else None,
        url=None,
        group="main",
        kind="requirement",
        path="requirements.txt",
        line=1,
        raw=text,
    )
    return replace(value, **changes)


def installed(name: str = "pkg", *requires: str, **changes: Any) -> Installed:
    value = Installed(normalise(name), name, "1.0", Path("/site"), f"{name}-1.0.dist-info", requires)
    return replace(value, **changes)


def interpreter(prefix: Path, *site_dirs: Path) -> Interpreter:
    """An interpreter that nobody asked: where it looks for modules, and whose prefix that is."""
    values = {"implementation": "cpython", "platform": "linux-x86_64", "cache_tag": "cpython-311"}
    places = {"prefix": prefix, "site_dirs": site_dirs, "sys_path": site_dirs}
    return bare(Interpreter, version=(3, 11, 0), markers={}, stdlib_names=frozenset(), **values, **places)


def site(module: str = "pkg", path: str = "app.py", line: int = 1, **changes: Any) -> ImportSite:
    """Return `import pkg` at module level."""
    value = bare(
        ImportSite,
        path=path,
        line=line,
        module=module,
        placement=Placement.MODULE,
        form="import",
        bound=(module.partition(".")[0],),
    )
    return replace(value, **changes)


def site_use(module: str = "pkg", status: ReachStatus = "startup", **changes: Any) -> SiteUse:
    """Return an import site with its status; `changes` are those of `site`."""
    where = site(module, **changes)
    return SiteUse(where, status, None if status == "unreached" else "web", (where,))


def facts(name: str = "pkg", **changes: Any) -> Facts:
    """Return what is known of an installed, undeclared distribution after a complete measurement: no use at all."""
    value = bare(
        Facts,
        name=name,
        installed=True,
        measured=True,
        entries_known=True,
    )
    return replace(value, **changes)
