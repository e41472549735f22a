"""The scanner against the walker on real code: the standard library and an environment.

`benchmarks/check_scanner.py` does the same on more than 9,000 files of pinned wheels, and on whatever is named.
"""

import sysconfig
from pathlib import Path

import pytest

from footprint.analysis.reach import entry_walk
from footprint.audit.project_code import read_code
from footprint.audit.target import open_target
from footprint.collect.imports.walker import read_imports
from footprint.config.audit_settings import read_options
from tests.support.machine import need
from tests.support.scanning import compare, standard_library

pytestmark = pytest.mark.large

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "rag_backend"

# One file in a hundred may ask for the walker; the prototype's experience is one in thousands.
FALLBACKS_AT_MOST = 0.01
OF_A_SAMPLE = 3  # few files are not a hundredth of themselves

# All of it is slow and rarely breaks: what a change to the scanner broke stood in the tables of its unit tests, too.
EVERY = [8, pytest.param(1, marks=pytest.mark.slow_check)]


def example_packages() -> Path | None:
    return next(iter((EXAMPLE / ".venv" / "lib").glob("python3*/site-packages")), None)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("of", ["the standard library", "an environment"])
def test_every_import_is_told_alike(of: str, every: int) -> None:
    folder, files = standard_library() if of == "the standard library" else (example_packages(), iter(()))
    need(folder, "the example's environment: make test builds it")
    assert folder is not None
    outcome = compare((list(files) or sorted(folder.rglob("*.py"))[::4])[::every], folder)
    assert outcome.wrong == []
    assert outcome.file_count > (500 if of == "the standard library" else 1000) / every
    assert len(outcome.fallbacks) <= outcome.file_count * FALLBACKS_AT_MOST + OF_A_SAMPLE, outcome.fallbacks


def projects() -> list[Path]:
    """The example, footprint itself, and packages with an entry, with lazy imports, with names in strings."""
    library = Path(sysconfig.get_path("stdlib"))
    packages = example_packages()
    return [
        EXAMPLE,
        ROOT / "footprint",
        *(library / name for name in ("asyncio", "json", "logging", "unittest", "ensurepip")),
        *(packages / name for name in ("uvicorn", "joblib", "chromadb") if packages and (packages / name).is_dir()),
    ]


@pytest.mark.parametrize("project", projects(), ids=lambda path: path.name)
def test_reading_in_full_only_what_is_reached_changes_no_class(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statements for all and the rest where it matters, against every file read by the walker."""
    need(project.is_dir(), "the example's environment: make test builds it")
    options = read_options({}, project).target
    target = open_target(options, starts=True)
    code = read_code(options, target, thorough=False)
    monkeypatch.setattr("footprint.collect.imports.scan.scanner.scan_imports", read_imports)
    full = read_code(options, target, thorough=False).sources
    assert all(module.complete for module in full.modules)
    reaches, expected = (entry_walk.walk(sources, code.entries) for sources in (code.sources, full))
    assert [{(one.path, one.status) for one in each.modules} for each in reaches] == [
        {(one.path, one.status) for one in each.modules} for each in expected
    ]
    assert [each.startup_functions for each in reaches] == [each.startup_functions for each in expected]
    # What a function is handed is read where something reaches it, and by a whole audit everywhere.
    reached = {one.path for each in expected for one in each.modules}
    found, wanted = (
        [
            (use.site.path, use.site.line, use.site.module, use.status)
            for use in entry_walk.classify_sites(sources, walked)
            if use.site.form in ("import", "from") or use.site.path in reached
        ]
        for sources, walked in ((code.sources, reaches), (full, expected))
    )
    assert found == wanted
    at_startup = {one.path for each in reaches for one in each.modules if one.status == "startup"}
    assert {one for one in code.sources.modules if one.path in at_startup} == {
        one for one in full.modules if one.path in at_startup
    }
