"""Fixed checks as markdown, compared with tests/golden/gate_*.md, and read as a markdown parser reads them.

UPDATE_GOLDEN=1 python -m pytest tests/unit/report/test_gate_markdown.py && git diff tests/golden
"""

import html
import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from footprint.model.gate_report import GateReport
from footprint.report.gate import markdown
from footprint.report.gate.markdown import MARKDOWN_MOST, CappedPart, list_metrics
from footprint.report.text.safe import printable
from footprint.report.text.view import View
from tests.support import gate_reports as made
from tests.support.alive import PARSER, alive_in
from tests.unit.report.test_report_golden import compare

GOLDEN = ["failed", "passed", "warned", "noisy", "not_measured", "static_failed", "without_baseline", "hostile"]
OUR_HTML = r"<!-- footprint:[^<>]* -->\n|<details>\n<summary>[A-Za-z, ]+( \([\d,]+\))?</summary>\n|</details>\n"


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    compare(f"gate_{name}.md", markdown.render(made.REPORTS[name]()))


def tokens_of(text: str) -> list[Token]:
    return [each for token in PARSER.parse(text) for each in (token, *(token.children or ()))]


@pytest.mark.parametrize("name", [*made.REPORTS, "huge"])
def test_no_html_but_ours_gets_through_and_every_part_is_closed(name: str) -> None:
    text = markdown.render(made.huge(400) if name == "huge" else made.REPORTS[name]())
    tokens = tokens_of(text)
    foreign = "html_inline link_open image blockquote_open fence code_block em_open s_open"
    assert {token.type for token in tokens}.isdisjoint(foreign.split())
    pieces = [token.content for token in tokens if token.type == "html_block"]
    assert all(re.fullmatch(OUR_HTML, piece) for piece in pieces)
    opened = ["open" if "<details>" in piece else "close" for piece in pieces[1:]]
    assert opened == ["open", "close"] * (len(opened) // 2) and len(opened) >= 2


@pytest.mark.parametrize("name", [*made.REPORTS, "huge"])
def test_tables_are_tables_of_five_columns(name: str) -> None:
    report = made.huge(400) if name == "huge" else made.REPORTS[name]()
    rows: list[int] = []
    for token in tokens_of(markdown.render(report)):
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in ("td_open", "th_open"):
            rows[-1] += 1
    assert set(rows) <= {5}
    shown = [row for row in list_metrics(report) if row.wrong or row.changed]
    if name != "huge":
        assert len(rows) == (len(shown) + 1 if shown else 0)


@pytest.mark.parametrize("name", [*made.REPORTS, "huge"])
def test_nobody_is_called_and_nothing_is_linked(name: str) -> None:
    rendered = PARSER.render(markdown.render(made.huge(400) if name == "huge" else made.REPORTS[name]()))
    assert alive_in(rendered) == []


def test_headings_are_ours() -> None:
    headings = re.findall(r"<h\d>(.*?)</h\d>", PARSER.render(markdown.render(made.hostile())))
    assert headings[1:] == ["Failed", "Warnings", "Not judged"]
    assert len(headings) == 4


def test_hostile_text_is_shown_as_it_stands() -> None:
    shown = html.unescape(re.sub(r"</?code>", "", PARSER.render(markdown.render(made.hostile()))))
    assert printable(made.HOSTILE_WORDS) in shown
    assert f"**{made.HOSTILE_NAME}" not in shown and made.HOSTILE_NAME in shown


MARKUP = st.text(st.sampled_from(list("\\`*_{}[]()<>#|~&!:/.-+=\"'$@%w \n\tax1")), max_size=40)


@settings(max_examples=300)
@given(MARKUP)
@example("@octocat|@octocat")
@example("a`|`@b")
@example("| 1 ")
@example("http://a|b")
@example("`@a` ``b``")
@example("\\@a \\`@b")
def test_text_and_names_are_shown_as_they_stand_in_a_cell_and_in_a_line(words: str) -> None:
    for shown in (markdown.text(words), markdown.code(words)):
        rendered = PARSER.render(f"| a | b |\n| --- | --- |\n| {shown} | end |\n")
        first, last = re.findall(r"<td>(.*?)</td>", rendered, re.DOTALL)
        assert last == "end"
        assert "<" not in re.sub(r"</?code>", "", first)
        assert html.unescape(re.sub(r"</?code>", "", first)).split() == printable(words).split()
        assert alive_in(first) == []
        item = PARSER.render(f"- begin {shown} end\n")
        assert html.unescape(re.sub(r"</?(code|ul|li)>", "", item)).split() == f"begin {printable(words)} end".split()


# Nobody finds the comment again by a marker that ends early, or that two projects share

MARKED = [
    ("shop", "<!-- footprint:shop:k -->"),
    ("a--b", "<!-- footprint:a%2d-b:k -->"),
    ("-->", "<!-- footprint:%2d-%3e:k -->"),
    ("a:b", "<!-- footprint:a%3ab:k -->"),
    ("größe", "<!-- footprint:gr%c3%b6%c3%9fe:k -->"),
    ("\udce9", "<!-- footprint:%ed%b3%a9:k -->"),
    ("a%2d", "<!-- footprint:a%252d:k -->"),
    ("", "<!-- footprint::k -->"),
]


@pytest.mark.parametrize(("project", "line"), MARKED)
def test_marker(project: str, line: str) -> None:
    assert markdown.marker(project, "k") == line


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_marker_is_one_comment_of_its_own(first: str, second: str) -> None:
    line = markdown.marker(first, second)
    assert re.fullmatch(r"<!-- footprint:[\w.%-]*:[\w.%-]* -->", line, re.ASCII)
    assert "--" not in line[4:-3] and len(line) < 500
    assert (markdown.marker(first, "k") == markdown.marker(second, "k")) == (first == second)


def test_a_long_marker_is_cut_and_still_one_of_its_own() -> None:
    first, second = (markdown.marker(f"{'p' * 5000}{end}", "k") for end in "ab")
    assert first != second and len(first) == len(second) < 300


# The figures


def rows_of(report: GateReport) -> list[list[str]]:
    rendered = PARSER.render(markdown.render(report))
    rows = re.findall(r"<tr>(.*?)</tr>", rendered, re.DOTALL)
    return [[re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row)] for row in rows[1:]]


def test_nothing_is_said_of_changes_where_there_is_nothing_to_compare_with() -> None:
    assert "beyond the tolerance" not in markdown.render(made.gate_report(*made.BUDGETS))


def test_less_than_before_is_a_change_too() -> None:
    shrunk = replace(made.STEADY[0], measured=made.mib(100.0))
    assert rows_of(made.gate_report(shrunk, *made.STEADY[1:])) == [
        ["web startup anon", "116.0 MiB", "100.0 MiB", "-16.0 MiB (-13.8 %)", "121.8 MiB"]
    ]
    assert "Nothing else changed beyond the tolerance." in markdown.render(made.gate_report(shrunk, *made.STEADY[1:]))


def test_a_budget_and_a_growth_of_one_figure_share_a_row_with_the_lower_bound() -> None:
    over = replace(made.BUDGETS[0], outcome="violated", measured=made.mib(150.3), allowed=made.mib(120))
    assert rows_of(made.gate_report(over, made.GROWN))[0][4] == "120.0 MiB"
    assert len(rows_of(made.gate_report(over, made.GROWN))) == 1


def test_what_is_missing_is_said_and_never_zero() -> None:
    unknown = made.verdict("FP403", "it could not be measured here", entry="web", outcome="not judged")
    entries = (made.gated_entry(), made.gated_entry("worker", rss_bytes=None, not_measured="it hung"))
    assert rows_of(made.gate_report(unknown, entries=entries)) == [
        ["worker start", "none", "not measured", "not known", "not limited"],
        ["web RSS after lazy imports", "none", "not measured", "not known", "not limited"],
    ]


def test_counts_and_ratios_have_no_bytes() -> None:
    count = replace(made.BUDGETS[3], outcome="violated", measured=1204, baseline=1200)
    ratio = made.verdict(
        "FP415", "slow", entry="web", outcome="violated", unit="ratio", measured=3.0, allowed=2.5, baseline=2.0
    )
    assert rows_of(made.gate_report(count, ratio)) == [
        ["web start time", "2.00 x", "3.00 x", "+1.00 x (+50.0 %)", "2.50 x"],
        ["distributions", "1,200", "1,204", "+4 (+0.3 %)", "100"],
    ]


def test_what_changed_and_is_tolerated_is_notable() -> None:
    tolerated = replace(made.STEADY[0], reasons=(made.NEW_PANDAS, made.reason("idle")))
    text = markdown.render(made.gate_report(tolerated, made.GROWN))
    assert "#### Notable changes" in text and "- `idle` 30.2 MiB RSS, new at startup" in text
    assert text.count("`pandas` 30.2 MiB") == 1  # it is behind a failure, and told there


# The cap


@pytest.mark.parametrize("count", [0, 50, 500, 5000])
def test_the_text_is_capped_in_whole_rows(count: int) -> None:
    text = markdown.render(made.huge(count))
    assert len(text) <= len(text.encode()) <= MARKDOWN_MOST < 65_536
    left_out = re.findall(r"^and ([\d,]+) more \w+ left out here: .*footprint check.*JSON", text, re.MULTILINE)
    if count == 5000:
        assert len(text) > MARKDOWN_MOST * 0.8
        # 5 kinds of 1,000 verdicts, the table has 3,000 figures
        shown = [len(re.findall(rf"^- (?:\*\*)?{code}", text, re.MULTILINE)) for code in ("FP411", "FP412", "FP101")]
        assert min(shown) >= 1
        assert sum(int(number.replace(",", "")) for number in left_out) > 5000
    if count == 0:
        assert not left_out


def test_a_failure_is_shown_however_long_its_reasons_are() -> None:
    names = tuple(f"{number}{made.HOSTILE_WORDS * 9}" for number in range(9))
    long = replace(
        made.GROWN, reasons=tuple(made.reason(name, path=name, line=1, still_needed_by=names) for name in names)
    )
    text = markdown.render(made.gate_report(long))
    assert "**FP411** anon-increase" in text and f"  - and more: {markdown.ELSEWHERE}" in text
    assert len(text) < 12_000
    assert "and more" not in markdown.render(made.failed())


def test_ascii_is_capped_too() -> None:
    wide = replace(made.GROWN, message="漢" * 400)
    text = markdown.render(
        made.gate_report(*(replace(wide, entry=f"{number}") for number in range(300))), View(ascii=True)
    )
    assert text.isascii() and len(text) <= MARKDOWN_MOST and "left out here" in text


@given(
    st.lists(
        st.builds(
            CappedPart,
            opening=st.tuples(st.text("ab", max_size=20)),
            rows=st.lists(st.text("xé漢", min_size=1, max_size=80), max_size=30).map(tuple),
            closing=st.tuples(st.text("c", max_size=20)),
            share=st.floats(0, 1),
            further_count=st.integers(0, 5000),
        ),
        min_size=1,
        max_size=6,
    ),
    st.integers(2_000, 6_000),
)
def test_blocks_fit_keep_their_frames_and_count_what_is_missing(blocks: list[CappedPart], most: int) -> None:
    text = markdown.fit(blocks, most, "elsewhere")
    assert len(text.encode()) <= most
    lines = text.splitlines()
    shown = sum(1 for line in lines if line.startswith(("x", "é", "漢")))
    counted = sum(int(number.replace(",", "")) for number in re.findall(r"^and ([\d,]+) more", text, re.MULTILINE))
    assert shown + counted == sum(len(block.rows) + block.further_count for block in blocks)
    if sum(len(row.encode()) + 1 for block in blocks for row in block.rows) <= most - 250 * len(blocks):
        assert counted == sum(block.further_count for block in blocks)  # nothing is left out where there is room
