"""How text gets to the terminal or the pipe: lines made harmless, the view that it allows, what is going on."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from footprint.cli.arguments import Given
from footprint.config.settings_table import Language
from footprint.errors import UsageError
from footprint.model.note import Note
from footprint.report.text.phrases import describe_notes
from footprint.report.text.safe import printable
from footprint.report.text.view import SortKey, View

if TYPE_CHECKING:
    from footprint.config.options import Options


def read_language(given: Given) -> Language:
    """Return the language of a report: as given, else as the environment says, else English."""
    chosen: Language | None = given["lang"]
    if chosen is not None:
        return chosen
    from footprint.report.languages.catalogue import language_named

    # POSIX, "Environment Variables", 8.2: the first that is set and not empty counts
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return language_named(said) or "en"


_ONE_BYTE = ("cp125", "cp437", "cp850", "cp858", "iso8859")  # what a sign of theirs does is known


def make_view(
    sort: SortKey = "disk",
    top: int | None = 0,
    *,
    quiet: bool = False,
    legend: bool = False,
    language: Language = "en",
) -> View:
    """Return how standard output can show a report: width, colour and characters of the terminal behind it."""
    terminal = sys.stdout.isatty()
    # https://no-color.org: only a value that is not empty counts
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    encoding = codecs.lookup(sys.stdout.encoding or "ascii").name
    return View(
        sort=sort,
        top=top,
        width=max(_columns(), 60) if terminal else None,
        colour=colour or bool(os.environ.get("FORCE_COLOR")),
        ascii=not encoding.startswith("utf"),
        charset=encoding if encoding.startswith(_ONE_BYTE) else "ascii",
        quiet=quiet,
        language=language,
        legend=legend,
    )


def _columns() -> int:
    import shutil  # with it come three libraries for archives

    return shutil.get_terminal_size().columns


def check_format(name: str, known: tuple[str, ...] = ("table", "json")) -> str:
    """Return `name`. Raises: UsageError naming the formats there are."""
    if name not in known:
        raise UsageError(f"{name!r} is not a format; there are {', '.join(known)}")
    return name


def json_text(values: Any) -> str:
    """Return plain values as a document."""
    return json.dumps(values, indent=2) + "\n"


def print_lines(lines: Iterable[str], view: View) -> None:
    """Print lines, made harmless."""
    sys.stdout.write(view.join(lines))


def print_notes(notes: Iterable[Note]) -> None:
    """Print notes where they do not mix with the result."""
    for line in describe_notes(notes):
        sys.stderr.write(f"note: {printable(line)}\n")


def warn(line: str) -> None:
    """Say one thing on standard error."""
    sys.stderr.write(f"footprint: {printable(line)}\n")


@contextmanager
def started(command: str, given: Given, *, starts: bool = True) -> Iterator[tuple[Options, Callable[[str], None]]]:
    """Read the options of a command and say what it will start; give them, and what shows a stage."""
    from footprint.audit.announcement import describe_start
    from footprint.config.audit_settings import read_options

    options = read_options(given, given["project"])
    line = describe_start(command, options, starts=starts and options.probe.enabled)
    with announced(line, read_language(given) if "lang" in given else "en") as show:
        yield options, show


@contextmanager
def announced(line: str | None, language: Language = "en") -> Iterator[Callable[[str], None]]:
    """Say what will be started before it is, whoever watches; give what shows a stage, and wipe that in the end."""
    tell: Callable[[str], str] = str if language == "en" else partial(_told_in, language)
    if line is not None:
        sys.stderr.write(f"{printable(tell(line))}\n")
        sys.stderr.flush()
    from footprint.cli.progress import ProgressLine

    progress = ProgressLine(sys.stderr, tell=tell)
    try:
        yield progress.show
    finally:
        progress.end()


def _told_in(language: Language, sentence: str) -> str:
    from footprint.report.languages.messages import spoken
    from footprint.report.languages.stored_sentences import retell

    with spoken(language):
        return retell(sentence)
