"""The line of the progress: one on a terminal, a line a minute elsewhere, nothing of it left."""

from __future__ import annotations

import io
import re
import threading

import pytest

from footprint.cli.progress import ProgressLine
from footprint.report.languages.messages import spoken
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.view import text_width


class Stream(io.StringIO):
    """Standard error as a terminal or a file."""

    def __init__(self, *, terminal: bool = True, encoding: str = "utf-8") -> None:
        super().__init__()
        self._terminal, self._encoding = terminal, encoding
        self.drawn_again = threading.Event()

    def write(self, text: str) -> int:
        if self.tell():
            self.drawn_again.set()
        return super().write(text)

    def isatty(self) -> bool:
        return self._terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding

    def fileno(self) -> int:
        raise OSError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "60")


def test_stage_step_and_time() -> None:
    stream, clock = Stream(), Clock()
    line = ProgressLine(stream, clock)
    line.show("reading the project")
    clock.now += 12.7
    line.show("starting app:app, 2 of 3")
    line.end()
    drawn = stream.getvalue().split("\r\x1b[2K")
    assert drawn == [
        "",
        "footprint: reading the project ... step 1",
        "footprint: starting app:app, 2 of 3 ... step 2, 12 s",
        "",
    ]


def test_the_time_goes_on_within_a_stage() -> None:
    stream, clock = Stream(), Clock()
    line = ProgressLine(stream, clock)
    line.show("starting app")
    for _ in range(3):
        clock.now += 1
        line.draw()
    line.end()
    assert re.findall(r"step 1, (\d) s", stream.getvalue()) == ["1", "2", "3"]


def test_it_ticks_by_itself() -> None:
    stream = Stream()
    line = ProgressLine(stream)
    line.show("starting app")
    assert line._ticker is not None
    assert stream.drawn_again.wait(60)  # a busy machine wakes a thread when it can
    line.end()
    line._ticker.join(60)
    assert not line._ticker.is_alive() and stream.getvalue().count("starting app") >= 2
    assert stream.getvalue().endswith("\r\x1b[2K")


@pytest.mark.parametrize("columns", ["20", "40", "60"])
@pytest.mark.parametrize("stage", ["x" * 200, "ファイル" * 40, "a" * 30 + "é" * 60])
def test_it_is_one_line_whatever_stands_in_it(monkeypatch: pytest.MonkeyPatch, columns: str, stage: str) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    stream = Stream()
    line = ProgressLine(stream, Clock())
    line.show(stage)
    drawn = stream.getvalue().rpartition("\x1b[2K")[2]
    line.end()
    assert 0 < text_width(drawn) < int(columns)


def test_what_the_stream_cannot_show_is_told_in_what_it_can() -> None:
    stream = Stream(encoding="ascii")
    line = ProgressLine(stream, Clock())
    line.show("starting größe:ファイル")
    line.end()
    assert stream.getvalue().isascii() and len(stream.getvalue().split("\r\x1b[2K")[1]) < 60


def test_a_hostile_name_and_a_credential() -> None:
    stream = Stream()
    line = ProgressLine(stream, Clock())
    line.show("starting \x1b[31mred https://ada:secret@host/x")
    line.end()
    drawn = stream.getvalue().replace("\r\x1b[2K", "")
    assert "\x1b" not in drawn and "secret" not in drawn


def test_in_spanish() -> None:
    def tell(text: str) -> str:
        with spoken("es"):
            return retell(text)

    stream, clock = Stream(), Clock()
    line = ProgressLine(stream, clock, tell)
    line.show("starting app:app, 2 of 3")
    clock.now += 5
    line.draw()
    line.end()
    assert stream.getvalue().split("\r\x1b[2K")[2] == "footprint: arrancando app:app, 2 de 3 ... paso 1, 5 s"


QUIET = {"a file": (False, "xterm"), "a terminal that is dumb": (True, "dumb")}


@pytest.mark.parametrize("case", QUIET)
def test_elsewhere_short_work_says_nothing_and_long_work_a_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    is_terminal, kind = QUIET[case]
    monkeypatch.setenv("TERM", kind)
    stream, clock = Stream(terminal=is_terminal), Clock()
    line = ProgressLine(stream, clock)
    line.show("starting app")
    for _ in range(59):
        clock.now += 1
        line.draw()
    assert stream.getvalue() == ""
    for _ in range(100):
        clock.now += 1
        line.draw()
    line.end()
    assert stream.getvalue() == "footprint: starting app (step 1, 60 s)\nfootprint: starting app (step 1, 120 s)\n"
