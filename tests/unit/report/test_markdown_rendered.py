"""The markdown of an audit through GitHub's own parser: what it makes of it, whoever wrote the names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from footprint.config.settings_table import LANGUAGES, Language
from footprint.report import formats
from footprint.report.text.section import Excerpt, Grid, Heading, Section, Sentences
from footprint.report.text.section_markdown import section_lines
from footprint.report.text.view import View
from tests.support.alive import alive_in
from tests.unit.report.test_report_golden import shop
from tests.unit.report.test_report_hostile import HARMFUL, OURS, poison


def rendered(text: str) -> str:
    """Return the page as GitHub's parser makes it, with HTML let through: nothing of ours may depend on a filter."""
    page: Any = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
    assert isinstance(page, str)
    return page


def check(page: str) -> None:
    assert alive_in(page) == []
    tags = set(re.findall(r"<([a-z0-9]+)", re.sub(r"<code[^>]*>.*?</code>", "", page, flags=re.DOTALL)))
    assert tags <= OURS
    for table in re.findall(r"<table>.*?</table>", page, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        assert len({len(re.findall("<t[hd]", row)) for row in rows}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", HARMFUL)
def test_no_script_no_link_no_mention_no_further_cell(text: str, language: Language) -> None:
    view = View(language=language)
    page = rendered(formats.render("markdown", poison(shop(), text), view))
    check(page)
    harmless = rendered(formats.render("markdown", poison(shop(), "x"), view))
    for tag in ("<h1", "<h2", "<h3", "<table", "<tr", "<td", "<li", "<pre"):
        assert page.count(tag) == harmless.count(tag)


def test_the_checks_see_what_they_are_for() -> None:
    for text in ("<b>x</b>", "[x](https://example.org)", "www.example.org", "@octocat", "![x](y)", "~~x~~", "> x"):
        with pytest.raises(AssertionError):
            check(rendered(text))


def test_every_part_of_a_section_is_seen() -> None:
    grid = Grid((Heading("Name", "name"), Heading("MiB", "figure"), Heading("Use", "use")), (("a_b", "1.0", "lazy"),))
    blocks = (
        Sentences(("one", "two"), heading="Lines"),
        replace(grid, rest=("and 3 more",)),
        Excerpt("-a\n b", "diff"),
    )
    page = rendered(
        "\n".join(section_lines(Section("key", "Title", blocks, remarks=("Sure: `footprint trim` says.",))))
    )
    assert "<h2>Title</h2>" in page and "<h3>Lines</h3>" in page
    assert "<li>one</li>" in page
    assert '<td><code>a_b</code></td>\n<td align="right">1.0</td>\n<td><strong>lazy</strong></td>' in page
    assert "<p>and 3 more</p>" in page
    assert '<pre lang="diff"><code>-a\n b\n</code></pre>' in page
    assert "<p>Sure: <code>footprint trim</code> says.</p>" in page


@pytest.mark.parametrize(
    ("section", "shown"),
    [
        (Section("key", "Title", empty="Nothing is there"), ["## Title", "", "Nothing is there", ""]),
        (Section("key", "Title"), []),
        (Section("key", "Title", (Sentences(()),)), ["## Title", ""]),
    ],
)
def test_an_empty_section_says_so_or_is_not_there(section: Section, shown: list[str]) -> None:
    assert list(section_lines(section)) == shown


def test_two_lists_beside_each_other_are_one() -> None:
    blocks = (Sentences(("one",), heading="Lines"), Sentences(("two",)), Sentences(("three",), heading="More"))
    page = rendered("\n".join(section_lines(Section("key", "Title", blocks))))
    assert "<ul>\n<li>one</li>\n<li>two</li>\n</ul>" in page and page.count("<ul>") == 2


def test_a_wide_table_sets_the_version_behind_the_name() -> None:
    headings = (Heading("Name", "name"), Heading("Version", "text", 1), *(Heading(f"h{n}", "figure") for n in range(7)))
    row = ("pkg", "1.0_b", *"1234567")
    page = rendered("\n".join(section_lines(Section("key", "Title", (Grid(headings, (row,)),)))))
    assert "Version" not in page and "<td><code>pkg</code> 1.0_b</td>" in page
    narrow = Grid(headings[:8], (row[:8],))
    page = rendered("\n".join(section_lines(Section("key", "Title", (narrow,)))))
    assert "<th>Version</th>" in page and "<td>1.0_b</td>" in page


@pytest.mark.parametrize(
    "text", ["```", "````\n```", "~~~", "    ```diff", "\x1b[31m", "a\u202eb", "</code></pre><h1>x"]
)
def test_no_line_ends_the_fence_around_it(text: str) -> None:
    page = rendered("\n".join((*section_lines(Section("key", "Title", (Excerpt(text, "text"),))), "after")))
    assert page.count("<pre") == page.count("</pre>") == 1
    assert "<p>after</p>" in page and "<h1>" not in page
    assert "\x1b" not in page and "\u202e" not in page


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("`footprint trim` shows all", "`footprint trim` shows all"),
        ("run `footprint audit --verify fast` now", "run `footprint audit --verify fast` now"),
        ("`footprint trim | x`: no", "`footprint trim `\\|` x`: no"),
        ("`other` stays", "\\`other\\` stays"),
        ("`footprint no end", "\\`footprint no end"),
    ],
)
def test_commands_of_ours_are_code(line: str, shown: str) -> None:
    (found,) = [each for each in section_lines(Section("key", "Title", (Sentences((line,)),))) if each.startswith("- ")]
    if "|" not in line:
        assert found == f"- {shown}"
    check(rendered(found))
