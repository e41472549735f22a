"""One fixed audit in every format, compared with tests/golden/. After a change that is meant, look at the difference:

UPDATE_GOLDEN=1 python -m pytest tests/unit/report/test_report_golden.py && git diff tests/golden
"""

import os
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from footprint.model.audit import Audit, Finding, GoingLine, UndeclaredRow, Usage
from footprint.model.entry_origins import GivenEntry, StartLine
from footprint.model.installed_environment import DiskScan, DiskUse, Installed, OwnershipConflict, Unowned
from footprint.model.memory_rows import LoadStep, MemoryPart, SetSaving
from footprint.model.note import Note
from footprint.model.requirements import RequirementProblem
from footprint.model.runtime import GrowthLine, Statement, TreeReading
from footprint.model.service_memory import HostRow, LiveGrowth, LiveReading, StateRow, WorkersRow
from footprint.report import formats
from footprint.report.audit import markdown, stored, suggestion_sentences, table, why
from footprint.report.stages import scan
from footprint.report.text.safe import printable
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import View
from footprint.units import MIB
from tests.support.builders import (
    audit,
    declared_at,
    disk,
    distribution,
    entry,
    evidence,
    failure,
    first_use,
    import_line,
    measurement,
    stage,
    suggestion,
)

GOLDEN = Path(__file__).parents[2] / "golden"

HOSTILE_NAME = "x|y<script>alert(1)</script>"
HOSTILE_PATH = "odd `dir`/a|b\n\x1b[31m*c*_d_\u202e\udce9.py"

NOT_INSTALLED: dict[str, Any] = dict.fromkeys(
    ["version", "origin", "apparent_bytes", "allocated_bytes", "outside_bytes", "bytecode_bytes", "file_count"]
) | dict.fromkeys(["closure_bytes", "exclusive_bytes"])
STARTUP: dict[str, Any] = {
    "loaded_at_stage": "import",
    "loaded_by_entries": ("web",),
    "startup_self_anon_bytes": MIB,
}


def shop() -> Audit:
    """Return an audit in which every class, every section and some hostile text occurs."""
    rows = (
        distribution(
            "fastapi",
            Usage.STARTUP,
            version="0.115.14",
            reason="imported by backend/main.py:8 and 2 more",
            declared=(declared_at("fastapi==0.115.14", line=4),),
            evidence=tuple(evidence("backend/main.py", line) for line in (8, 9, 10)),
            apparent_bytes=1_258_291,
            exclusive_bytes=1_900_000,
            startup_self_rss_bytes=6_900_000,
            startup_cumulative_rss_bytes=32_000_000,
            avoidable_rss_bytes=9_900_000,
            still_needed_by=("starlette", HOSTILE_PATH),
            import_time_us=186_000,
            load_chain=(LoadStep("backend.main", None, None), LoadStep("fastapi", "backend/main.py", 8)),
            **STARTUP,
        ),
        distribution(
            "scikit-learn-with-a-rather-long-name",
            Usage.TRANSITIVE,
            reason="required through fastapi -> scikit-learn",
            requirement_chain=("fastapi", "scikit-learn-with-a-rather-long-name"),
            required_by=("fastapi",),
            apparent_bytes=2_345 * MIB,
            startup_self_rss_bytes=1_234 * MIB,
            startup_cumulative_rss_bytes=1_240 * MIB,
            import_time_us=12_345_678,
            load_chain=(
                LoadStep("backend.main", None, None),
                LoadStep("fastapi", "backend/main.py", 8),
                LoadStep("sklearn", None, None),
            ),
            **STARTUP,
        ),
        distribution(
            "fastembed",
            Usage.LAZY,
            reason="imported inside _load_model() only",
            first_use_rss_bytes=31_400_000,
            declared=(declared_at("fastembed", line=5),),
            evidence=(evidence("backend/embedding.py", 33, placement="function", function="_load_model"),),
        ),
        distribution(
            "uvicorn",
            Usage.IMPLIED,
            reason="the start command in Procfile:1 runs uvicorn",
            declared=(declared_at("uvicorn", line=6),),
            evidence=(evidence("Procfile", 1, placement="command", detail="uvicorn backend.main:app"),),
        ),
        distribution(
            "openpyxl",
            Usage.IMPLIED,
            confidence="cannot tell",
            reason="pandas.io.excel asks for it in load(); whether that is needed is not tested",
            declared=(declared_at("openpyxl", line=7),),
        ),
        distribution(
            "matplotlib",
            Usage.UNREACHED,
            reason="imported only by backend/talk.py, which nothing imports",
            declared=(declared_at("matplotlib", line=8),),
            evidence=(evidence("backend/talk.py", 7),),
            exclusive_bytes=67 * MIB,
            exclusive=("cycler", "matplotlib"),
        ),
        distribution(
            "nltk",
            reason="no import, no start command, no requirer, and not in memory after startup",
            declared=(declared_at("nltk", line=9),),
        ),
        distribution(
            "pytest",
            Usage.TESTS,
            declared=(declared_at("pytest", file="requirements-dev.txt", group="optional:dev"),),
            evidence=(evidence("tests/conftest.py", 5),),
        ),
        distribution(
            "pandas-stubs",
            Usage.TYPING,
            declared=(declared_at("pandas-stubs", line=10),),
            evidence=(evidence("backend/export.py", 7, placement="type-checking"),),
        ),
        distribution("pip", Usage.ORPHAN, reason="installed, but nothing declared requires it"),
        distribution(
            "gone",
            reason="declared, not installed, and nothing imports it",
            declared=(declared_at("gone", line=11),),
            **NOT_INSTALLED,
        ),
        distribution(
            HOSTILE_NAME,
            Usage.STARTUP,
            version="1.0\x1b[2J\x07",
            reason="imported",
            declared=(declared_at("x|y", file=HOSTILE_PATH, line=1),),
            evidence=(evidence(HOSTILE_PATH, 3),),
            **STARTUP,
        ),
    )
    web = entry(
        target="backend.main:app",
        stages=(
            stage("interpreter", 10 * MIB),
            stage("import", 170 * MIB, time_us=1_430_000, distributions=21, peak_rss_bytes=200 * MIB),
            stage(
                "ready",
                180 * MIB,
                time_us=2_099_000,
                distributions=21,
                tree=TreeReading(3, 242 * MIB, 210 * MIB, 215 * MIB, "private", (41 * MIB, 21 * MIB), 1),
            ),
        ),
        memory=(
            MemoryPart("scikit-learn-with-a-rather-long-name", "distribution", 100 * MIB),
            *(MemoryPart(f"part-{number}", "distribution", (10 - number) * MIB) for number in range(9)),
            MemoryPart("interpreter", "interpreter", 10 * MIB),
            MemoryPart("the rest", "rest", 16 * MIB),
        ),
        runs=(180 * MIB, 180 * MIB + 90_000, 181 * MIB),
        spread_bytes=MIB,
        discarded_runs=1,
        written=("cache.db", "logs/app.log"),
        live=LiveReading(
            *("gunicorn -w 2 backend.main:app", "Procfile:1", "http://127.0.0.1:8000/health answered 200", 2_900_000),
            *(4_100_000, 3, 3, 420 * MIB, 300 * MIB, 340 * MIB, 352 * MIB),
            counted_by="private",
            growing_bytes=3 * MIB,
            peak_bytes=400 * MIB,
            listening=("127.0.0.1:8000",),
            worker_count=2,
            workers_wanted=3,
            requests=(
                LiveGrowth("GET /embed", 60 * MIB, 1, 40 * MIB, (GrowthLine("data", "app.py", 9, 40 * MIB, 50 * MIB),)),
                LiveGrowth("GET /tmp", 0, 0, 0, (GrowthLine("data", "app.py", 12, 0, 50 * MIB),)),
            ),
            ready_total_bytes=292 * MIB,
            ready_peak_bytes=300 * MIB,
            lines=(
                GrowthLine("import", "app.py", 3, 40 * MIB, MIB),
                GrowthLine("data", "app.py", 4, MIB * 9, MIB * 9),
            ),
        ),
    )
    worker = entry(
        "worker",
        target="worker.py",
        source=StartLine("Procfile", 2),
        stages=(stage("interpreter", 10 * MIB),),
        memory=(),
        runs=(),
        failure=failure(path="worker.py", line=3, stderr_tail="warming up\nFatal Python error: Segmentation fault\n"),
        not_measured="killed by SIGSEGV",
    )
    reader = entry(
        "cron",
        target="cron:main",
        source=GivenEntry(),
        stages=(),
        memory=(),
        runs=(),
        not_measured="--no-probe",
        live_failure="python -m cron (from Procfile:3): exited with status 1 before it was ready",
    )
    return audit(
        *rows,
        project="shop & co",
        entries=(web, worker, reader),
        workers=(
            WorkersRow("web", "gunicorn", 4, False, 600 * MIB, 18 * MIB, 130 * MIB, 62 * MIB, None, 512 * MIB, False),
            replace(
                WorkersRow(
                    *("web", "gunicorn", 4, True, 400 * MIB, 90 * MIB, 62 * MIB, 62 * MIB, 250 * MIB, 512 * MIB, True)
                ),
                states=(
                    StateRow("ready", 250 * MIB, 240 * MIB, 260 * MIB),
                    StateRow("collected", 400 * MIB, 380 * MIB, 420 * MIB),
                ),
                decides="collected",
            ),
        ),
        measured=measurement(),
        host=HostRow(("web", "worker"), 210 * MIB, 250 * MIB, 40 * MIB, ("fastapi",)),
        disk=disk(site_apparent_bytes=2_400 * MIB, unowned_bytes=3 * MIB, outside_bytes=33_636, own_bytes=9 * MIB),
        suggestions=(
            suggestion(
                "matplotlib",
                code="FP102",
                disk_bytes=67 * MIB,
                detail="remove matplotlib from requirements.txt:8: imported only by backend/talk.py, which nothing "
                "imports; the module goes with it, or keeps a broken import",
            ),
            suggestion("nltk"),
            suggestion("idle", suppressed=True),
            suggestion(
                "fastapi",
                code="FP103",
                action="defer",
                disk_bytes=None,
                rss_bytes=32_000_000,
                rss_kind="predicted",
                detail="import fastapi where it is used: backend/main.py:8 into make_app()",
            ),
        ),
        undeclared=(
            UndeclaredRow("yaml", "pyyaml", ("fastembed",), (evidence("backend/conf.py", 2),)),
            UndeclaredRow("nowhere", None, (), (evidence(HOSTILE_PATH, 4),)),
        ),
        problems=(
            RequirementProblem("missing", None, "gone", None),
            RequirementProblem("conflict", "fastapi", "pydantic<2", "2.11.10"),
        ),
        notes=(
            Note("syntax-error", "cannot be parsed; 2 imports were saved", "backend/old.py", 7),
            Note(
                "hostile",
                "<img src=x onerror=alert(1)> [click](https://example.org) @all www.example.org",
                HOSTILE_PATH,
            ),
            Note("plain", "# no heading\n- no list\n| no | table |"),
        ),
        removable_bytes=70 * MIB,
        removable_lines=(
            GoingLine("matplotlib", "requirements.txt", 8),
            GoingLine("nltk", "requirements.txt", 9),
            GoingLine("nltk", "requirements.lock", 30, compiled=True),
        ),
        import_lines=(
            import_line("backend/main.py", 8, "fastapi", 30 * MIB),
            import_line(HOSTILE_PATH, 3, "x|y", 5 * MIB),
            import_line("backend/main.py", 9, "small", 2 * MIB - 1),
        ),
        first_uses=(
            first_use(HOSTILE_PATH, 4, outcome="failed", message="ImportError: no <b>", rss_bytes=None, brings=()),
            first_use("backend/embedding.py", 33, further_count=2),
            first_use(statement=Statement("here"), outcome="loaded", rss_bytes=0),
            first_use(
                statement=Statement("optional"), outcome="failed", message="not there", guarded=True, rss_bytes=None
            ),
        ),
        deferrals=(SetSaving("web", 40 * MIB, 39 * MIB, 700_000),),
        findings=(
            Finding("FP106", "error", "x is declared for development only", "x|y", HOSTILE_PATH, 3),
            Finding("FP101", "warning", "remove nltk from requirements.txt:9", "nltk", "requirements.txt", 9),
            Finding("FP105", "warning", "nowhere is imported and not declared; not installed", None, HOSTILE_PATH, 4),
            Finding("FP101", "warning", "remove idle", "idle", "requirements.txt", 12, suppressed=True),
            Finding("FP107", "warning", "argparse: silent", "argparse", "requirements.txt", 3, suppressed=True),
            Finding("FP104", "info", "attrs is a pin: fastapi requires it anyway", "attrs", "requirements.txt", 20),
            *(
                Finding("FP104", "info", f"pin-{number} is a pin", f"pin-{number}", "compiled.txt", number)
                for number in range(1, 6)
            ),
            Finding(
                "FP902", "warning", "nothing to suppress: FP101 is not reported for x", None, "pyproject.toml", None
            ),
        ),
    )


VIEWS = {
    "table.txt": ("table", View()),
    "table_all.txt": ("table", View(top=0, legend=True)),
    "table_80.txt": ("table", View(width=80)),
    "table_100.txt": ("table", View(width=100)),
    "table_120.txt": ("table", View(width=120)),
    "table_es.txt": ("table", View(width=100, language="es", legend=True)),
    "table_ascii_100.txt": ("table", View(width=100, ascii=True)),
    "table_ascii.txt": ("table", View(ascii=True, sort="rss", top=3)),
    "table_colour.txt": ("table", View(width=140, colour=True)),
    "report.md": ("markdown", View()),
    "report_es.md": ("markdown", View(language="es")),
    "audit.json": ("json", View()),
}


def compare(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    assert path.is_file(), "no golden file: run with UPDATE_GOLDEN=1"
    assert text == path.read_bytes().decode("utf-8"), f"differs from {name}: see the head of this file"


@pytest.mark.parametrize("name", VIEWS)
def test_golden(name: str) -> None:
    format_, view = VIEWS[name]
    compare(name, formats.render(format_, shop(), view))


def test_golden_why() -> None:
    found = shop()
    rows = (found.row(name) for name in ("fastapi", "matplotlib", "openpyxl", "gone", HOSTILE_NAME))
    compare("why.txt", "\n".join(why.render(found, row) for row in rows if row))


def test_golden_why_of_a_row_with_everything() -> None:
    requirements = tuple(f"requirement-{number:02}" for number in range(15))
    row = distribution(
        "pandas",
        Usage.TRANSITIVE,
        reason="required by dask anyway: the line is a pin, removing it frees nothing",
        declared=(declared_at("pandas==2.3.3", group="optional:excel"),),
        evidence=tuple(evidence(f"app/m{number}.py", number + 1) for number in range(14)),
        requirement_chain=("dask", "pandas"),
        required_by=("dask", "seaborn"),
        closure=(*requirements, "pandas"),
        exclusive=(*requirements, "pandas"),
        kept_by=("dask",),
        outside_bytes=2048,
        file_count=2930,
        also_imported_by=("scikit-learn",),
        opportunistic=True,
        load_chain=(LoadStep("app", None, None), LoadStep("pandas", "app/m0.py", 1)),
        startup_self_rss_bytes=MIB,
        startup_cumulative_rss_bytes=2 * MIB,
        removal_rss_bytes=3 * MIB,
        import_time_us=146_000,
        **STARTUP,
    )
    compare("why_all.txt", why.render(audit(row, entries=(entry(),)), row))


def test_golden_scan() -> None:
    site = Path("site-packages")
    installed = Installed("numpy", "numpy", "2.2.6", site, "numpy-2.2.6.dist-info", (), (), "index")
    scanned = DiskScan(
        site_dirs=(site,),
        uses=(
            DiskUse("numpy", 69 * MIB, 73 * MIB, 2048, 1496, 13 * MIB, (("numpy", 60 * MIB), ("numpy.libs", 9 * MIB))),
            DiskUse(HOSTILE_NAME, MIB, MIB, 0, 1, 0, ((HOSTILE_PATH, MIB),)),
            DiskUse("small", 100, 4096, 0, 1, 0, (("small.py", 100),)),
        ),
        owners=({},),
        shared_bytes=4096,
        shared_allocated_bytes=4096,
        unowned_bytes=2 * MIB,
        unowned_allocated_bytes=2 * MIB,
        unowned=(Unowned("left/over", 2 * MIB - 5, 12), Unowned(HOSTILE_PATH, 5, 1)),
        conflicts=(OwnershipConflict("shared.py", "numpy", ("small",), 50),),
        total_apparent_bytes=72 * MIB + 4196,
        total_allocated_bytes=76 * MIB + 8192,
        hard_linked_bytes=0,
        has_bytecode=True,
        notes=(),
    )
    assert scanned.reconciles
    rows, lines = scan.scan_rows(scanned, [installed], top=2)
    text = render_rows(rows, View()) + "".join(f"{printable(line)}\n" for line in lines)
    compare("scan.txt", text)


# What the eye may miss in a golden file

OUTPUTS = [name for name in VIEWS if name != "table_colour.txt"]


@pytest.mark.parametrize("name", OUTPUTS)
def test_nothing_reaches_the_terminal_as_a_command(name: str) -> None:
    format_, view = VIEWS[name]
    text = formats.render(format_, shop(), view)
    assert {unicodedata.category(sign) for sign in text if sign != "\n"}.isdisjoint({"Cc", "Cf", "Cs"})
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n") and not text.endswith("\n\n")


def test_colour_adds_nothing_but_colour() -> None:
    coloured = table.render(shop(), View(width=140, colour=True))
    assert "\x1b[" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    lines = [line.rstrip() for line in plain.splitlines()]
    assert lines == table.render(shop(), View(width=140)).splitlines()


@pytest.mark.parametrize("width", [60, 72, 80, 100, 120, 200])
def test_every_figure_survives_any_width(width: int) -> None:
    shown = table.render(shop(), View(width=width))
    assert max(len(line) for line in shown.splitlines()) <= width
    for figure in ("2,345.0", "1,234.0", "67.0", "180.0 MiB", "~30.5"):
        assert figure in shown
    whole = shown.replace("\n", "").replace(" ", "")
    for name in ("scikit", "fastapi", "uvicorn", "transitive", "implied?", "requirements.txt:8"):
        assert name in whole


def test_ascii_is_ascii() -> None:
    accented = replace(shop(), project="größe", notes=(Note("sign", "naïve ファイル"),))
    for format_ in (each for each in formats.AUDIT if each != "html"):  # which says that it is UTF-8
        assert formats.render(format_, accented, View(ascii=True)).isascii()
    row = accented.row("fastapi")
    assert row and why.render(accented, row, View(ascii=True)).isascii()


def tokens_of(text: str) -> list[Token]:
    parsed = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table", "strikethrough"]).parse(text)
    return [each for token in parsed for each in (token, *(token.children or ()))]


def test_markdown_holds_no_html_no_link_and_no_further_cell() -> None:
    tokens = tokens_of(markdown.render(shop(), View(top=0)))
    kinds = {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "blockquote_open", "code_block"}
    assert "em_open" not in kinds and "s_open" not in kinds
    assert {token.info for token in tokens if token.type == "fence"} == {"diff", "shell"}
    tables: list[list[int]] = []
    for token in tokens:
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append(0)
        elif token.type in ("td_open", "th_open"):
            tables[-1][-1] += 1
    assert all(len(set(rows)) == 1 for rows in tables)
    assert [9] * (1 + len(shop().distributions)) in tables
    assert [7] * (1 + len(suggestion_sentences.shown_suggestions(shop()))) in tables


def test_markdown_shows_hostile_text_as_it_stands() -> None:
    whole = markdown.render(shop(), View(top=0))
    shown = re.sub("</?code>", "", MarkdownIt("commonmark").enable("table").render(whole))
    assert "<script" not in shown and "<img" not in shown
    assert "x|y&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "odd `dir`/a|b\\x0a\\x1b[31m*c*_d_\\u202e\\xe9.py:3" in shown
    quiet = re.sub(
        "^```.*?^```$", "", markdown.render(replace(shop(), notes=()), View(top=0)), flags=re.DOTALL | re.MULTILINE
    )
    lost = 1  # the heading of the notes
    assert len(re.findall(r"<h\d>", shown)) == lost + len(re.findall("^#+ ", quiet, re.MULTILINE))


def test_table_and_markdown_say_the_same_of_every_row() -> None:
    plain = table.render(shop(), View(top=0)).split("Weight and use\n")[1].split("\n\n")[0]
    whole = MarkdownIt("commonmark").enable("table").render(markdown.render(shop(), View(top=0)))
    marked = next(each for each in re.findall("<table>.*?</table>", whole, re.DOTALL) if "Where, why" in each)
    for row in shop().distributions:
        if row.name == HOSTILE_NAME:
            continue
        (line,) = [one for one in plain.splitlines() if one.startswith(f"{row.name} ")]
        (cells,) = [
            one for one in re.findall(r"<tr>(.*?)</tr>", marked, re.DOTALL) if f"<code>{row.name}</code>" in one
        ]
        words = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", cells)]
        assert " ".join(word for word in words if word) == " ".join(re.split(r"\s{2,}", line))


def test_what_is_suppressed_is_counted_and_not_shown() -> None:
    for format_ in ("table", "markdown"):
        text = formats.render(format_, shop(), View())
        assert "2 suppressed" in text
        assert "idle" not in text and "silent" not in text
    stored_ = stored.parse(formats.render("json", shop(), View()))
    assert [finding.distribution for finding in stored_.findings if finding.suppressed] == ["idle", "argparse"]
    assert [item.distribution for item in stored_.suggestions if item.suppressed] == ["idle"]


def test_no_finding_no_section() -> None:
    quiet = replace(shop(), findings=(), suggestions=())
    for format_ in ("table", "markdown"):
        text = formats.render(format_, quiet, View())
        assert "Findings" not in text and "suppressed" not in text and "Suggestions" not in text and "FP1" not in text


def test_golden_json_is_read_back_whole() -> None:
    # A name that is no text is escaped for good: JSON cannot carry it.
    text = formats.render("json", shop())
    assert formats.render("json", stored.parse(text)) == text
