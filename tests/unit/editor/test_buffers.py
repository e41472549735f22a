"""Positions and changes of a text, in the units of an editor; edits of lines."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.editor.buffers import Buffer, PositionEncoding
from footprint.editor.line_edits import text_edits
from footprint.editor.message_params import RefusedRequest

SNAKE, ACUTE = "\U0001f40d", "\u00e9"


@pytest.mark.parametrize(
    ("text", "encoding", "line", "character", "index"),
    [
        ("ab\ncd", "utf-16", 1, 1, 4),
        ("ab\ncd", "utf-16", 0, 9, 2),  # beyond the line: its end
        ("ab\ncd", "utf-16", 9, 0, 5),  # beyond the text
        ("ab\r\ncd", "utf-16", 0, 3, 2),  # never between the two signs of an end
        ("ab\rcd", "utf-16", 1, 0, 3),
        ("ab\x0ccd", "utf-16", 1, 0, 5),  # a form feed ends no line
        ("ab\u2028cd", "utf-16", 0, 4, 4),
        (f"{SNAKE}x", "utf-16", 0, 2, 1),
        (f"{SNAKE}x", "utf-16", 0, 1, 0),  # within a sign: its beginning
        (f"{SNAKE}x", "utf-16", 0, 3, 2),
        (f"{SNAKE}x", "utf-8", 0, 4, 1),
        (f"{SNAKE}x", "utf-8", 0, 3, 0),
        (f"{ACUTE}x", "utf-16", 0, 1, 1),
        (f"{ACUTE}x", "utf-8", 0, 2, 1),
        ("", "utf-16", 0, 0, 0),
        ("a\n", "utf-16", 1, 0, 2),
    ],
)
def test_an_index_of_a_position(text: str, encoding: PositionEncoding, line: int, character: int, index: int) -> None:
    assert Buffer.of(text, encoding).index(line, character) == index


TEXTS = st.text(st.sampled_from("ab \n\r" + ACUTE + SNAKE), max_size=30)


@given(TEXTS, st.sampled_from(["utf-16", "utf-8"]), st.data())
def test_a_position_and_back(text: str, encoding: PositionEncoding, data: Any) -> None:
    buffer = Buffer.of(text, encoding)
    index = data.draw(st.integers(0, len(text)))
    if text[max(index - 1, 0) : index + 1] != "\r\n":
        where = buffer.position(index)
        if text[buffer.starts[where["line"]] : index].rstrip("\r\n") == text[buffer.starts[where["line"]] : index]:
            assert buffer.index(where["line"], where["character"]) == index


@given(TEXTS, TEXTS, st.sampled_from(["utf-16", "utf-8"]))
def test_edits_make_the_new_text(before: str, after: str, encoding: PositionEncoding) -> None:
    buffer = Buffer.of(before, encoding)
    made = before
    for edit in reversed(text_edits(buffer, after)):
        start, end = (
            buffer.index(edit["range"][side]["line"], edit["range"][side]["character"]) for side in ("start", "end")
        )
        made = made[:start] + edit["newText"] + made[end:]
    assert made == after
    assert (text_edits(buffer, after) == []) == (before == after)


def test_a_text_that_differs_all_over_is_one_edit() -> None:
    before, after = "a\n" * 5_000, "b\n" * 5_000
    (edit,) = text_edits(Buffer.of(before), after)
    assert edit["newText"] == after


def change(start: tuple[int, int], end: tuple[int, int], text: str) -> dict[str, Any]:
    where = {name: dict(zip(("line", "character"), at, strict=True)) for name, at in (("start", start), ("end", end))}
    return {"range": where, "text": text}


@pytest.mark.parametrize(
    ("text", "made", "after"),
    [
        ("ab\n", change((0, 1), (0, 2), "X"), "aX\n"),
        ("ab\n", change((0, 2), (0, 1), "X"), "aX\n"),  # the wrong way round
        ("ab\ncd\n", change((0, 1), (1, 1), ""), "ad\n"),
        ("ab", change((7, 0), (9, 0), "\nc"), "ab\nc"),
        (f"{SNAKE}{SNAKE}", change((0, 2), (0, 4), "x"), f"{SNAKE}x"),
        ("ab", {"text": "all of it"}, "all of it"),
        ("ab", {"text": "", "range": None}, ""),
    ],
)
def test_a_change(text: str, made: dict[str, Any], after: str) -> None:
    assert Buffer.of(text).changed(made).text == after


@pytest.mark.parametrize(
    "made",
    [
        None,
        [],
        {},
        {"text": 1},
        {"text": "", "range": {}},
        {"text": "", "range": {"start": {"line": True, "character": 0}, "end": {"line": 0, "character": 0}}},
        change((-1, 0), (0, 0), ""),
        change((0, 0), (0, -1), ""),
    ],
)
def test_a_change_that_is_none(made: Any) -> None:
    with pytest.raises(RefusedRequest):
        Buffer.of("ab").changed(made)


def test_the_range_of_a_line_is_what_stands_on_it() -> None:
    buffer = Buffer.of(f"  {SNAKE} = 1  \n\t\n")
    assert buffer.range_of(0) == {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 8}}
    assert buffer.range_of(1) == {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 0}}
    assert re.fullmatch(r"\t", buffer.line(1))
    assert buffer.line(99) == ""
