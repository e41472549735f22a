"""A message in the language that is spoken: `say("{count} of {total}", count=3, total=4)`.

Laws: a message is a literal where it is said (`say`) or named (`message`), so that a test can hold every catalogue
against all of them. Values are put in as they are: they were made harmless, or are made so when a line is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from footprint.config.settings_table import Language
from footprint.report.languages.catalogue import ENGLISH, Catalogue, catalogue_of

_SPOKEN: ContextVar[Catalogue] = ContextVar("spoken", default=ENGLISH)


@contextmanager
def spoken(language: Language) -> Iterator[None]:
    """Speak a language as long as this is open: of this thread and of what it calls."""
    token = _SPOKEN.set(catalogue_of(language))
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def catalogue() -> Catalogue:
    """Return the catalogue of the language that is spoken."""
    return _SPOKEN.get()


def message(english: str) -> str:
    """Return a message as it is: it is said later, by a constant that names it."""
    return english


def say(english: str, /, **values: object) -> str:
    """Return a message in the language that is spoken, its fields filled in."""
    template = _SPOKEN.get().messages.get(english, english)
    return template.format_map(values) if values else template


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Return `1 file` or `1,204 files`, in the language that is spoken."""
    from footprint.report.languages.figures import whole

    one, many = _SPOKEN.get().nouns.get(noun, (noun, plural or f"{noun}s"))
    return f"{number} {one}" if number == 1 else f"{whole(number)} {many}"


def few(names: Sequence[str], most: int = 3) -> str:
    """Return names, of many the first and how many more there are: `a, b, c and 4 more`."""
    shown = ", ".join(names[:most])
    return _SPOKEN.get().more.format(names=shown, count=len(names) - most) if len(names) > most else shown


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{_SPOKEN.get().and_}{names[-1]}"
