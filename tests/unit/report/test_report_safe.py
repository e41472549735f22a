"""Hostile text on its way to a terminal, to markdown and to JSON."""

import html
import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.report.text import safe
from footprint.report.text.safe import encodable, markdown, markdown_code, plain_ascii, printable
from tests.support.alive import ALIVE, MARKUP, PARSER, alive_in

ANY = st.text(st.characters(), max_size=40)  # surrogates too
ANY_MARKUP = st.text(st.sampled_from(list("\\`*_{}[]()<>#|~&!:/.-+=\"'$@%^w \n\tax1")), max_size=30)

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
    ("\x1b]8;;http://x\x07text\x1b]8;;\x07", "\\x1b]8;;http://x\\x07text\\x1b]8;;\\x07"),
    ("a\U000e0041\ufe01\u3164b", "a\\U000e0041\\ufe01\\u3164b"),
    ("::error::x", "\\x3a:error::x"),
    ("a::b ##[group]", "a::b #\\x23[group]"),
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


# Each way to put a text on a page, with what stands around it there
PLACES = {
    "cell": ("| a | b |\n| --- | --- |\n| ", " | end |\n"),
    "item": ("- ", "\n"),
    "inner item": ("- x\n  - ", "\n"),
    "paragraph": ("before\n\n", "\n"),
    "sentence": ("- begin ", " end\n"),
    "heading": ("# ", "\n"),
    "bold": ("- **", "**\n"),
}
OURS = r"</?(?:code|p|ul|li|h1|strong|table|thead|tbody|tr|t[hd])>"


@pytest.mark.parametrize(("text", "rule"), ALIVE)
def test_what_sites_bring_to_life_is_alive_without_us(text: str, rule: str) -> None:
    assert rule in alive_in(html.escape(text))


def check_in_every_place(text: str) -> None:
    if not text.strip(" "):
        return  # `- ` below a line is the underline of a heading: no text of ours is empty
    for write in (markdown, markdown_code):
        shown = write(text)
        for place, (before, after) in PLACES.items():
            rendered = PARSER.render(before + shown + after)
            bare = PARSER.render(before + "x" + after)
            assert alive_in(rendered) == [], place
            assert sorted(re.findall(r"<\w+", re.sub("</?code>", "", rendered))) == sorted(re.findall(r"<\w+", bare))
            words = html.unescape(re.sub(OURS, " ", re.sub("</?code>", "", rendered))).split()
            around = html.unescape(re.sub(OURS, " ", bare)).split()
            at = around.index("x", place == "inner item")
            assert words == [*around[:at], *printable(text).split(), *around[at + 1 :]], place


@pytest.mark.parametrize("text", [*(text for text, _ in ALIVE), *MARKUP])
def test_hostile_words_are_shown_dead_and_in_full_wherever_they_stand(text: str) -> None:
    check_in_every_place(text)
    check_in_every_place(f"({text}), x{text}, `{text}` {text}|{text}.")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.sampled_from([*(text for text, _ in ALIVE), *MARKUP, "|", "`", "\\", "x", "(", ":", "_"])).map("".join)
)
def test_so_are_any_of_them_together(text: str) -> None:
    check_in_every_place(text)


@settings(max_examples=150, deadline=None)
@given(st.one_of(ANY, ANY_MARKUP))
def test_so_is_any_text(text: str) -> None:
    check_in_every_place(text)


@given(st.one_of(ANY, ANY_MARKUP))
def test_no_line_begins_with_a_command_of_a_runner(text: str) -> None:
    assert not printable(text).lstrip().startswith("::") and "##[" not in printable(text)


@given(text=st.text(st.sampled_from([*" ::##[a\\\n\t\x7f\x00~é\u202e"]), max_size=9))
def test_text_that_is_left_alone_at_once_is_what_the_patterns_leave_alone(text: str) -> None:
    shown = safe._UNPRINTABLE.sub(safe._escape, text)
    assert printable(text) == safe._COMMAND.sub(safe._hide_command, shown)
