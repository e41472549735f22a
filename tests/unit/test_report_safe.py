"""Hostile text on its way to a terminal, to markdown and to JSON."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from footprint.report.safe import encodable, markdown, markdown_code, plain_ascii, printable

ANY = st.text(st.characters(), max_size=40)  # surrogates too
MARKUP = st.text(st.sampled_from(list("\\`*_{}[]()<>#|~&!:/.-+=\"'$ \n\tax1")), max_size=30)
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

PRINTED = [
    ("plain", "plain"),
    ("größe ファイル", "größe ファイル"),
    ("a\x1b[31mred", "a\\x1b[31mred"),
    ("two\nlines\r\ttab", "two\\x0alines\\x0d\\x09tab"),
    ("\x9b31m", "\\x9b31m"),
    ("\u202egnp.exe", "\\u202egnp.exe"),
    ("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"),
    ("caf\udce9", "caf\\xe9"),
    ("\ud83d", "\\ud83d"),
]


@pytest.mark.parametrize(("text", "shown"), PRINTED)
def test_what_cannot_be_printed_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY)
def test_printable_text_is_one_line_without_commands(text: str) -> None:
    shown = printable(text)
    assert {unicodedata.category(sign) for sign in shown}.isdisjoint({"Cc", "Cs", "Zl", "Zp"})
    assert len(shown.splitlines()) <= 1
    assert printable(shown) == shown
    shown.encode("utf-8")


@given(ANY)
def test_ascii_is_ascii_and_json_is_encodable(text: str) -> None:
    assert plain_ascii(printable(text)).isascii()
    encodable(text).encode("utf-8")


@given(st.text(max_size=40))
def test_text_without_surrogates_goes_into_json_as_it_is(text: str) -> None:
    assert encodable(text) == text


def shown_in_a_cell(cell: str) -> tuple[str, str]:
    """Return the markup and the text of the one cell that a table row gives, and that there is only one."""
    rendered = PARSER.render(f"| a | b |\n| --- | --- |\n| {cell} | end |\n")
    (first, last) = re.findall(r"<td>(.*?)</td>", rendered, re.DOTALL)
    assert last == "end"
    return first, html.unescape(re.sub(r"^<code>|</code>$", "", first))


@given(MARKUP)
@example("a\\|b")
@example("\\")
@example("`|`")
@example("<b>x</b>")
@example("[x](y)")
@example("&lt;")
@example("http://example.org www.example.org")
def test_a_markdown_cell_shows_the_text_as_it_stands(text: str) -> None:
    markup, shown = shown_in_a_cell(markdown(text))
    assert "<" not in markup
    assert shown.split() == printable(text).split()
    markup, shown = shown_in_a_cell(markdown_code(text))
    assert "<" not in markup.removeprefix("<code>").removesuffix("</code>")
    assert shown.split() == printable(text).split()


@given(MARKUP)
def test_a_markdown_item_shows_the_text_as_it_stands(text: str) -> None:
    rendered = PARSER.render(f"- begin {markdown(text)}\n")
    (item,) = re.findall(r"<li>(.*)</li>", rendered, re.DOTALL)
    assert "<" not in item
    assert html.unescape(item).split() == f"begin {printable(text)}".split()
