"""Names that are sought: of many the same are found as of each alone, in time that grows as they do."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.collect.namings.sought_names import Sought
from footprint.model.namings import SoughtName
from tests.support.growing import counted_exponent

COUNT = 90  # so many that a file's words are compared
WORDS = ("redis", "python-json-logger", "azure.storage", "naïve", "a.b-c", "größe_x", "x-y", "_", "pkg_resources")
NAMES = tuple(
    SoughtName(f"d{number}", (word,), (word,) if "-" not in word else (), (f"{word}-run",), (f"{word}plug",))
    for number, word in enumerate((*WORDS, *(f"name{number:03}" for number in range(COUNT))))
)
_PIECES = st.sampled_from(
    [
        *WORDS,
        "name007",
        "name077",
        "redis-run",
        "nameplug",
        "'",
        '"',
        ".",
        "-",
        "/",
        " ",
        "\n",
        "import ",
        "é",
        "x",
        "=",
        ",",
    ]
)


def _of(names: tuple[SoughtName, ...]) -> Sought:
    return Sought(names, lambda _: True)


EACH = [_of((name,)) for name in NAMES]
ALL = _of(NAMES)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_many_names_are_found_as_each_alone(text: str) -> None:
    data = text.encode()
    assert set(ALL.lines_in_code(data)) == {line for one in EACH for line in one.lines_in_code(data)}
    alone = {(found.text, found.line) for one in EACH for found in one.quoted_in(data)}
    assert {(found.text, found.line) for found in ALL.quoted_in(data)} == alone
    if alone:
        assert ALL.stands_in(data)
    if any(True for one in EACH for _ in one.in_text(text)):
        assert ALL.stands_in_text(text)


@pytest.mark.parametrize("text", ["", "nothing of them", "rediscovered", "azurestorage", "json logging", "name"])
def test_a_text_that_holds_no_whole_name(text: str) -> None:
    assert not ALL.stands_in(text.encode()) and not ALL.stands_in_text(text)
    assert not ALL.lines_in_code(text.encode())


def test_no_name_at_all() -> None:
    nothing = _of(())
    assert (
        not nothing.stands_in(b"redis") and not nothing.stands_in_text("redis") and not nothing.lines_in_code(b"redis")
    )


def test_as_many_files_as_names_take_time_as_there_are_files() -> None:
    def look(count: int) -> Callable[[], object]:
        sought = _of(tuple(SoughtName(f"d{each}", (f"name{each}",), (f"name{each}",)) for each in range(count)))
        files = [f"def f():\n    import name{each}\n".encode() for each in range(count)]
        return lambda: [sought.stands_in(data) and sought.lines_in_code(data) for data in files]

    assert counted_exponent(look, 100) <= 1.15
