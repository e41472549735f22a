"""Fixed checks as text, compared with tests/golden/gate_*.txt. After a change that is meant, look at the difference:

UPDATE_GOLDEN=1 python -m pytest tests/unit/report/test_gate_table.py && git diff tests/golden
"""

import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.gate_report import BaselineUse, GateReport, Reason, Verdict
from footprint.model.note import Note
from footprint.model.rule import Hint
from footprint.report.gate import markdown, sentences, table
from footprint.report.text.view import View, text_width
from tests.support import gate_reports as made
from tests.unit.report.test_report_golden import compare

GOLDEN = {
    "failed": View(),
    "failed_80": View(width=80),
    "failed_colour": View(width=100, colour=True),
    "passed": View(),
    "warned": View(),
    "noisy": View(),
    "not_measured": View(),
    "failed_and_not_measured": View(),
    "static_failed": View(),
    "without_baseline": View(),
    "against": View(),
    "hostile": View(ascii=True),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    report = made.REPORTS[re.sub(r"_(80|colour)$", "", name)]()
    compare(f"gate_{name}.txt", table.render(report, GOLDEN[name]))


# The conclusion


def all_conclusions() -> dict[str, GateReport]:
    """Return checks of every conclusion by every way to it: each outcome at each level, with and without FP905."""
    every = {name: build() for name, build in made.REPORTS.items()}
    levels, outcomes = (get_args(get_type_hints(Verdict)[name]) for name in ("level", "outcome"))
    for level in levels:
        for outcome in outcomes:
            for base in (made.UNUSED, made.GROWN, made.NOT_MEASURED):
                one = replace(base, level=level, outcome=outcome)
                every[f"{base.code} {level} {outcome}"] = made.gate_report(one, *made.STEADY)
    every["nothing"] = made.gate_report()
    every["exit zero"] = replace(made.failed(), exit_code=0)
    return every


def test_every_conclusion_occurs() -> None:
    assert {report.conclusion for report in all_conclusions().values()} == set(sentences.CONCLUSIONS)


@pytest.mark.parametrize("quiet", [False, True])
@pytest.mark.parametrize("name", all_conclusions())
def test_passed_is_said_of_what_passed_and_of_nothing_else(name: str, quiet: bool) -> None:
    report = all_conclusions()[name]
    for text in (table.render(report, View(quiet=quiet)), markdown.render(report)):
        assert ("passed" in text.lower()) == (report.conclusion == "passed")
        assert [word for word in sentences.CONCLUSIONS.values() if word in text] == [
            sentences.CONCLUSIONS[report.conclusion]
        ]


@pytest.mark.parametrize("name", made.REPORTS)
def test_the_verdict_is_the_last_line_with_its_exit_code(name: str) -> None:
    report = made.REPORTS[name]()
    lines = [line for line in table.render(report).splitlines() if not line.startswith("Accept on purpose")]
    assert lines[-1].startswith(f"{sentences.CONCLUSIONS[report.conclusion]}: ")
    assert lines[-1].endswith(f"; exit {report.exit_code}")
    counted = sum(int(number.replace(",", "")) for number in re.findall(r"([\d,]+) [a-z]", lines[-1].partition(";")[0]))
    assert counted == len(report.verdicts)


ACCEPTABLE = [
    (made.GROWN, True),
    (made.DISK_GREW, True),
    (replace(made.NEW_AT_STARTUP, level="error"), True),
    (made.NEW_AT_STARTUP, False),  # it only warns
    (replace(made.GROWN, level="warning"), False),
    (replace(made.GROWN, outcome="known"), False),
    (made.NOISE, False),
    (made.UNUSED, False),
    (made.FORBIDDEN, False),
    (made.NOT_MEASURED, False),
]


@pytest.mark.parametrize(("one", "acceptable"), ACCEPTABLE)
def test_how_to_accept_is_said_when_a_rule_that_compares_failed(one: Verdict, acceptable: bool) -> None:
    for text in (table.render(made.gate_report(one)), markdown.render(made.gate_report(one))):
        assert ("Accept on purpose: " in text) is acceptable
        # once, though the hint of the made.verdict says it, too
        assert text.count("--allow-increase") == (1 if acceptable or (one.warned and one.hint is Hint.ACCEPT) else 0)


def test_nothing_can_be_accepted_into_a_baseline_that_nobody_keeps() -> None:
    alone = made.gate_report(made.GROWN, baseline=BaselineUse(None, found=False, against="../base"))
    for text in (table.render(alone), markdown.render(alone)):
        assert "Accept on purpose: " not in text


# What is shown, and where


NEW = "new at startup"
NOT_ACCOUNTED = "not accounted for by any distribution or line"
REASONS = [
    (made.reason(), "pandas 30.2 MiB RSS", f"{NEW}, by no line of the project"),
    (made.reason(after_bytes=None), "pandas not measured", f"{NEW}, by no line of the project"),
    (made.reason(path="a.py", line=3), "pandas 30.2 MiB RSS", f"{NEW}, imported by a.py:3"),
    (made.reason(path="a.py", statement="pandas.io"), "pandas 30.2 MiB RSS", f"{NEW}, imported by a.py"),
    (
        made.reason("scikit-learn", path="a.py", line=3, statement="sklearn"),
        *("scikit-learn 30.2 MiB RSS", f"{NEW}, imported by a.py:3 through sklearn"),
    ),
    (made.reason(kind="grown", before_bytes=None), "pandas not measured -> 30.2 MiB RSS", "grew at startup"),
    (
        made.reason(kind="grown", before_bytes=made.mib(1), after_bytes=None),
        *("pandas 1.0 -> not measured", "grew at startup"),
    ),
    (made.reason(None, kind="rest", after_bytes=made.mib(2)), "2.0 MiB", NOT_ACCOUNTED),
    (made.reason(None, kind="rest", after_bytes=None), "not measured", NOT_ACCOUNTED),
]


@pytest.mark.parametrize(("one", "what", "why"), REASONS)
def test_reasons_in_words(one: Reason, what: str, why: str) -> None:
    assert sentences.reason_head(one, RULE_BY_CODE["FP411"]) == (what, why)


def test_a_reason_of_the_disk_is_no_reason_of_memory() -> None:
    one = made.reason("polars", path="requirements.txt", line=12)
    said = sentences.reason_head(one, RULE_BY_CODE["FP413"])
    assert said == ("polars 30.2 MiB", "new on disk, declared in requirements.txt:12")


def test_a_saving_within_the_error_of_its_prediction_is_no_figure() -> None:
    assert sentences.reason_details(made.reason(deferral_bytes=made.mib(1.9))) == (
        "deferred it would save less than 2 MiB",
    )
    assert sentences.reason_details(made.reason(deferral_bytes=-5)) == ("deferred it would save less than 2 MiB",)
    assert sentences.reason_details(made.reason(deferral_bytes=None)) == ()
    assert sentences.reason_details(made.reason(kind="grown", before_bytes=0, deferral_bytes=made.mib(1))) == ()


def test_a_reason_is_told_in_full_once() -> None:
    text = table.render(made.failed())
    assert text.count("by way of backend.main > backend.routes.export > pandas") == 1
    assert text.count("+ pandas 30.2 MiB") == 3  # forbidden, anon, RSS; that it is new says nothing more
    both = made.gate_report(made.UNUSED, replace(made.UNUSED, subject="idle", message="idle is declared and unused"))
    assert table.render(both).count("next: footprint explain FP101") == 1


def test_the_place_of_a_verdict_is_told_once() -> None:
    told = made.verdict(
        "FP301", "pandas at a.py:3: forbidden", outcome="violated", path="a.py", line=3, names_place=True
    )
    assert table.render(made.gate_report(told)).count("a.py:3") == 1
    unnamed = replace(told, message="pandas: forbidden", names_place=False)
    assert table.render(made.gate_report(unnamed)).count("(a.py:3)") == 1
    with_reason = replace(told, message="pandas", names_place=False, reasons=(made.reason(path="a.py", line=3),))
    assert table.render(made.gate_report(with_reason)).count("a.py:3") == 1


def test_many_reasons_are_cut_to_the_largest_unless_all_are_asked_for() -> None:
    many = replace(
        made.GROWN, reasons=tuple(made.reason(f"pkg-{number}", after_bytes=made.mib(2)) for number in range(11))
    )
    text = table.render(made.gate_report(many))
    assert "pkg-7" in text and "pkg-8" not in text and "and 3 smaller: 6.0 MiB" in text
    assert "pkg-10 2.0 MiB" in table.render(made.gate_report(many), View(top=0))


def test_quiet_shows_what_failed_and_the_verdict() -> None:
    quiet = View(quiet=True)
    text = table.render(made.failed(), quiet)
    assert "FAIL  FP411" in text and "WARN  FP412" in text and "+ numpy" in text
    assert not re.search(r"^(ok|made.known) ", text, re.MULTILINE) and "Notes" not in text
    assert table.render(made.passed(), quiet) == "PASSED: 10 ok; exit 0\n"
    assert table.render(made.known(), quiet) == "PASSED: 7 ok, 2 known; exit 0\n"


def test_top_leaves_out_rules_that_hold_and_says_so() -> None:
    text = table.render(made.passed(), View(top=3))
    assert len(re.findall(r"^ok ", text, re.MULTILINE)) == 3 and "and 7 more ok" in text
    assert len(re.findall(r"^ok ", table.render(made.passed(), View(top=0)), re.MULTILINE)) == 10
    assert table.render(made.warned(), View(top=1)).count("WARN") == 3


def test_nothing_is_said_of_memory_when_nothing_was_started() -> None:
    text = f"{table.render(made.static_failed())}{markdown.render(made.static_failed())}".lower()
    assert not re.search(r"\b(memory|rss|anon|startup|measured entries|runs?)\b", text)
    assert "nothing was started" in text


def test_a_rule_that_has_no_name_is_its_code() -> None:
    one = Verdict(RULE_BY_CODE["FP108"], "error", "violated", None, "numpy is declared twice")
    assert "FAIL  FP108  numpy is declared twice" in table.render(made.gate_report(one))
    assert "- **FP108** numpy is declared twice" in markdown.render(made.gate_report(one))


def test_an_entry_is_named_once() -> None:
    one = made.verdict("FP301", "web: pandas is loaded", entry="web", names_entry=True)
    assert sentences.sentence(one) == "web: pandas is loaded"
    assert sentences.sentence(replace(one, entry="we", names_entry=False)) == "we: web: pandas is loaded"


ENTRIES = [
    (made.gated_entry(), "anon 116.1 MiB, RSS 166.2 MiB; median of 3 runs, spread 12.0 KiB anon, 204.8 KiB RSS"),
    (made.gated_entry(anon_bytes=None, anon_noise_bytes=None), "anon not measured, RSS 166.2 MiB; median of 3 runs, "),
    (made.gated_entry(rss_runs_bytes=(5,)), "RSS 166.2 MiB; measured once"),
    (made.gated_entry(not_measured="it hung"), ": not measured, it hung"),
    (made.gated_entry(first_use_rss_bytes=made.mib(300)), "; RSS after its lazy imports 300.0 MiB"),
    (made.gated_entry(base_rss_bytes=made.mib(160)), "; base anon not measured, RSS 160.0 MiB"),
    (made.gated_entry(time_ratio=2.5), "; start 2.50 x that of the bare interpreter"),
]


@pytest.mark.parametrize(("entry", "said"), ENTRIES)
def test_what_was_measured_of_an_entry(entry: object, said: str) -> None:
    assert said in sentences.entry_line(entry)  # type: ignore[arg-type]


def test_what_was_not_measured_is_never_zero() -> None:
    nothing: dict[str, Any] = dict.fromkeys(("anon_bytes", "rss_bytes", "anon_noise_bytes", "rss_noise_bytes"))
    entry = made.gated_entry(anon_runs_bytes=(), rss_runs_bytes=(), **nothing)
    line = sentences.entry_line(entry)
    assert line.count("not measured") == 2 and "no run went through" in line and "0" not in line


# path of the baseline, whether it was found, what it is compared against
BASELINES = {
    ("b.json", True, None): "compared with the baseline b.json",
    ("b.json", True, "../base"): "compared with the baseline b.json, and with ../base",
    ("b.json", False, None): "NO BASELINE of this environment (b.json): nothing is compared",
    ("b.json", False, "../base"): "no baseline; compared with ../base",
    (None, False, None): "compared with no baseline",
    (None, False, "../base"): "no baseline; compared with ../base",
}


@pytest.mark.parametrize("use", BASELINES)
def test_baselines_in_words(use: tuple[str | None, bool, str | None]) -> None:
    path, found, against = use
    report = replace(made.passed(), baseline=BaselineUse(path, found=found, against=against))
    assert sentences.baseline_line(report) == BASELINES[use]


# Layout and hostile text

PLAIN = [name for name in made.REPORTS if name != "hostile"]


@pytest.mark.parametrize("name", made.REPORTS)
def test_nothing_reaches_the_terminal_as_a_command(name: str) -> None:
    text = table.render(made.REPORTS[name]())
    assert {unicodedata.category(sign) for sign in text if sign != "\n"}.isdisjoint({"Cc", "Cf", "Cs"})
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n") and not text.endswith("\n\n") and "\n\n\n" not in text


def test_nothing_reaches_a_log_as_a_command() -> None:
    bad = "::set-output name=a::b"
    evil = replace(made.UNUSED, message=f"##[add-mask]x ##vso[task.complete] {bad}", path=bad)
    report = made.gate_report(
        replace(evil, entry=bad, reasons=(made.reason(bad, statement=bad, still_needed_by=(bad,)),)),
        project=bad,
        key=bad,
        entries=(made.gated_entry(bad, target=bad),),
        notes=(Note("code", bad), Note("code", bad, bad, 1)),
    )
    for line in table.render(report).splitlines():
        assert not line.lstrip().startswith(("::", "##"))
        assert "##[" not in line and "##vso[" not in line


@pytest.mark.parametrize("name", made.REPORTS)
@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_any_width_is_kept_and_no_word_is_lost(name: str, width: int) -> None:
    report = made.REPORTS[name]()
    narrow, wide = table.render(report, View(width=width)), table.render(report)
    assert max(len(line) for line in narrow.splitlines()) <= width
    assert "".join(narrow.split()) == "".join(wide.split())


@given(st.text(st.sampled_from(list("ab ,é漢e\u0301/")), max_size=300), st.integers(50, 120))
def test_wrapped_text_keeps_its_signs_and_its_width(message: str, width: int) -> None:
    report = made.gate_report(made.verdict("FP301", message, outcome="violated", entry="web"))
    narrow = table.render(report, View(width=width))
    assert "".join(narrow.split()) == "".join(table.render(report).split())
    assert all(text_width(line) <= width for line in narrow.splitlines())


def test_wide_words_go_to_the_next_line_whole() -> None:
    text = table.render(made.gate_report(replace(made.UNUSED, message="漢字 " * 60)), View(width=60))
    assert set(re.findall("[漢字]+", text)) == {"漢字"}


@pytest.mark.parametrize("name", made.REPORTS)
@pytest.mark.parametrize("width", [None, 70])
def test_colour_adds_nothing_but_colour(name: str, width: int | None) -> None:
    report = made.REPORTS[name]()
    coloured = table.render(report, View(width=width, colour=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == table.render(report, View(width=width))
    for line in coloured.splitlines():
        assert line.count("\x1b[0m") == line.count("\x1b[") / 2  # no colour runs on


@pytest.mark.parametrize("name", made.REPORTS)
def test_ascii_is_ascii(name: str) -> None:
    report = replace(made.REPORTS[name](), project="größe", notes=(Note("sign", "naïve ファイル"),))
    assert table.render(report, View(ascii=True)).isascii()
    assert markdown.render(report, View(ascii=True)).isascii()


def test_a_pipe_cuts_nothing() -> None:
    long = f"{'very ' * 400}end"
    assert long in table.render(made.gate_report(replace(made.UNUSED, message=long)))
    assert "end" in table.render(made.gate_report(replace(made.UNUSED, message=long)), View(width=60))


def test_a_hostile_name_is_shown_as_it_stands() -> None:
    text = table.render(made.REPORTS["hostile"]())
    assert made.HOSTILE_NAME in text
    assert made.HOSTILE_WORDS.replace("\r\n", "\\x0d\\x0a").replace("\n", "\\x0a") in text


def test_a_check_in_words_loads_no_heavy_library() -> None:
    code = (
        "import sys; from footprint.report.gate import table, markdown; "
        "sys.exit(bool({'rich', 'typer', 'psutil', 'asyncio', 'subprocess'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
