"""docs/model-reports.md: what reports by hand say, row by row, in the reports that are rendered of real audits."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit
from footprint.report.audit import stored
from footprint.report.audit.sections import sections
from footprint.report.text.section import Section
from footprint.report.text.section_markdown import section_lines
from footprint.report.text.view import View
from tests.cases.case import Case, app, audit_of, lib
from tests.support.command import footprint
from tests.support.example_reports import STORED
from tests.support.machine import install
from tests.support.projects import make_shop, site_of

PAGE = Path(__file__).parents[2] / "docs" / "model-reports.md"
_ROW = re.compile(r"^\| (\d\.\d+) \| .+? \| ([a-z-]+): (.+?) \| .+? \|$", re.MULTILINE)
FIGURE = r"[\d.,]+"


@dataclass(frozen=True)
class Found:
    """What the section has to say, as a pattern over its markdown, and of which audit."""

    pattern: str
    audit: str = "example"


ROWS: Mapping[str, Found] = {
    "1.1": Found(rf"\| `scipy` [^|]*\| {FIGURE} \|"),
    "1.2": Found(r"joined to the RECORD of its distribution, folders such as numpy\.libs with it"),
    "1.3": Found(r"### Imported when the app starts.*`pandas` .*backend/routes/export\.py:7"),
    "1.4": Found(r"### Lazy.*`fastembed` .*backend/embedding_manager\.py:33 in \\_load_model\(\)"),
    "1.5": Found(r"### Unused.*`sqlalchemy` .*no import, no start command, no requirer"),
    "1.6": Found(rf"What it drags in.*fastembed \\> onnxruntime \(onnxruntime {FIGURE}, .*tokenizers {FIGURE}"),
    "1.7": Found(r"### Transitive.*Required through.*`hf-xet` .*fastembed \\> huggingface-hub"),
    "1.8": Found(rf"\| `fastembed` \| \*\*lazy\*\* \| {FIGURE} \| {FIGURE} \| .*\| `matplotlib` \|.*\| remove \|"),
    "1.9": Found(rf"fits at startup: {FIGURE} of {FIGURE} MiB \(docker-compose\.yml:10\), headroom {FIGURE} MiB"),
    "1.10": Found(r"(?i)fits at startup.*does not fit after its lazy imports", "does not fit"),
    "1.11": Found(r"import xlsxwriter where it is used: backend/routes/export\.py:8 into \\_build_workbook\(\)"),
    "1.12": Found(r"```diff\n.*^-matplotlib==.*^-nltk=="),
    "1.13": Found(r"Each entry was started in a fresh process.*Off by"),
    "2.1": Found(r"Limit stated in.*docker-compose\.yml:10"),
    "2.2": Found(rf"% of limit.*\| startup \| {FIGURE} \| {FIGURE} \| \d+ \| {FIGURE} \| fits"),
    "2.3": Found(rf"^\| import: RSS, MiB \| {FIGURE} \| {FIGURE} \| -{FIGURE} \|$", "changed"),
    "2.4": Found(r"Code and memory are two limits: .* on disk"),
    "2.5": Found(r"The plan that is needed.*heroku:\w+"),
    "2.6": Found(rf"Several workers, estimated.*2 of uvicorn \| startup \| \\~{FIGURE} \| \\~{FIGURE}"),
    "3.1": Found(rf"\| interpreter \| {FIGURE} \|"),
    "3.2": Found(rf"\| web framework: fastapi, with all it brings \| {FIGURE} \|"),
    "3.3": Found(rf"\| scikit-learn, with all it brings \| {FIGURE} \|"),
    "3.4": Found(rf"\| own code and its data \| {FIGURE} \|"),
    "3.5": Found(rf"\| headroom \| {FIGURE} \|"),
    "3.6": Found(rf"\| all together \| {FIGURE} \|"),
    "3.7": Found(rf"\| now \| {FIGURE} \|.*\| least, for what the start alone needs \| {FIGURE} \|.*these lines"),
    "3.8": Found(r"lighter one: torch, with nvidia-cublas-cu12 .*download\.pytorch\.org/whl/cpu", "GPU"),
    "4.1": Found(rf"^\| disk, [^|]* \| {FIGURE} \| {FIGURE} \|.*^\| distributions \| 3 \| 2 \|", "changed"),
    "4.2": Found(rf"^\| `idle` \| gone: 1\.0 \| gone: unused \| {FIGURE} \| -{FIGURE} \|", "changed"),
    "4.3": Found(r"\| 1 \| FP102 remove: matplotlib.*\| 2 \| FP101 remove: boto3"),
    "4.4": Found(r"Effort.*\| medium \|.*\| low \|"),
    "4.5": Found(r"Tried in a shadow: 4 of 5 changes are proved by its start and its lazy imports"),
    "5.1": Found(rf"`botocore` \| {FIGURE} \|.*boto3"),
    "5.2": Found(r"### Imported when.*### Lazy.*### Implied.*### Unreached.*### Unused.*### Transitive"),
    "5.3": Found(r"imported only by backend/talktraces\\?_service\.py, which nothing imports"),
    "5.4": Found(rf"FP101 remove: nltk, with regex \| requirements\.txt:26 \| {FIGURE} \|"),
    "5.5": Found(rf"The 4 removals together free {FIGURE} MiB: from {FIGURE} MiB to {FIGURE} MiB on disk"),
    "5.6": Found(r"```diff\n.*^ fastapi==.*^-SQLAlchemy=="),
    "5.7": Found(rf"\| now \| {FIGURE} \|.*\| with the recommended lines and deferrals \| {FIGURE} \|.*\| least, "),
    "5.8": Found(r"footprint trim\n.*footprint check"),
}


def example(folder: Path) -> tuple[Section, ...]:
    return sections(stored.parse(STORED.read_text(encoding="utf-8")), View())


def does_not_fit(folder: Path) -> tuple[Section, ...]:
    """A real project whose start fits, and whose lazy import does not."""
    shop = make_shop(folder / "shop")
    install(site_of(shop / ".venv"), "light", {"light/__init__.py": b"data = b'x' * (90 << 20)\n"})
    return sections(audited(shop, "--entry", "app", "--limit", "80MiB"), View())


def changed(folder: Path) -> tuple[Section, ...]:
    """A real project before and after one line and one import were taken out."""
    shop = make_shop(folder / "shop")
    before = audited(shop, "--entry", "app")
    (shop / "requirements.txt").write_text("light==1.0\n")
    (shop / "app.py").write_text("def run():\n    import light\n")
    for name in ("idle", "idle-1.0.dist-info"):
        shutil.rmtree(site_of(shop / ".venv") / name)
    after = audited(shop, "--entry", "app")
    return sections(after, View(before=compare_audits(before, after, ("before", "after"))))


def gpu(folder: Path) -> tuple[Section, ...]:
    """A project that installs what only a GPU can use, and gives its host none."""
    wheel = lib("nvidia/cublas/lib/libcublas.so.12")
    torch = lib(torch____init__="", requires=("nvidia-cublas-cu12",))
    case = Case(app("import torch", "torch"), site={"torch": torch, "nvidia-cublas-cu12": wheel})
    return sections(audit_of(folder, case), View())


AUDITS: Mapping[str, Callable[[Path], tuple[Section, ...]]] = {
    "example": example, "does not fit": does_not_fit, "changed": changed, "GPU": gpu,
}  # fmt: skip


def audited(project: Path, *words: str) -> Audit:
    done = footprint("audit", project, *words, "-f", "json")
    assert done.returncode == 0, done.stderr
    return stored.parse(done.stdout)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return title and text of every section by key, by audit."""
    return {
        name: {
            each.key: (each.title, "\n".join(section_lines(each))) for each in make(tmp_path_factory.mktemp("model"))
        }
        for name, make in AUDITS.items()
    }


def rows_of_the_page() -> list[tuple[str, str, str]]:
    return _ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_every_row_of_the_page_is_looked_for_and_no_other() -> None:
    assert [number for number, _, _ in rows_of_the_page()] == [*ROWS]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "key", "title"), rows_of_the_page(), ids=[row[0] for row in rows_of_the_page()])
def test_a_report_says_it(told: Mapping[str, Mapping[str, tuple[str, str]]], number: str, key: str, title: str) -> None:
    found = ROWS[number]
    shown, text = told[found.audit][key]
    assert shown == title
    assert re.search(found.pattern, text, re.DOTALL | re.MULTILINE), text
