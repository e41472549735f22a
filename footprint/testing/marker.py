"""`@pytest.mark.footprint(entry=..., max_anon=..., max_rss=..., forbid=[...])`: read, measured, judged.

A plugin of its own, registered where a test is marked: other tests have no hook of ours to go through.
"""

from __future__ import annotations

from typing import Any

import pytest

from footprint.errors import UsageError
from footprint.testing import pytest_session
from footprint.units import parse_size
from footprint.values import dataclass, replace

_KEYWORDS = ("entry", "max_anon", "max_rss", "forbid")


@dataclass(frozen=True)
class Wish:
    """What one marker asks for."""

    entry: str | None
    max_anon: str | int | None
    max_rss: str | int | None
    forbid: tuple[str, ...]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Read the markers of a test, also of one that is skipped, and measure before its fixtures are set up."""
    __tracebackhide__ = True
    for wish in _read(item):
        if item.config.getoption("footprint"):
            pytest_session.of(item.config).start(wish.entry)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Fail a test before its body runs when a start is not as a marker of it wants it."""
    __tracebackhide__ = True
    told = []
    for wish in _read(item):
        start = pytest_session.of(item.config).start(wish.entry)
        told += [start.describe_loaded(*wish.forbid), start.describe_excess(anon=wish.max_anon, rss=wish.max_rss)]
    if text := "\n".join(filter(None, told)):
        pytest.fail(text, pytrace=False)


def _read(item: pytest.Item) -> tuple[Wish, ...]:
    """Return the wishes of all markers, the test's own first. One without an entry takes that of the next."""
    if item.nodeid.startswith("footprint::"):  # a rule of the check: marked to be selected, no more
        return ()
    marks = tuple(item.iter_markers("footprint"))
    wishes: tuple[Wish, ...] = ()
    wrong = ""
    try:
        wishes = tuple(_read_mark(mark) for mark in marks)
    except UsageError as error:
        wrong = f"@pytest.mark.footprint: {error}"
    if wrong:
        pytest.fail(wrong, pytrace=False)  # outside of the handler: pytest would tell both
    return tuple(
        replace(wish, entry=next((each.entry for each in wishes[place:] if each.entry is not None), None))
        for place, wish in enumerate(wishes)
    )


def _read_mark(mark: pytest.Mark) -> Wish:
    """Return what one marker says. Raises: UsageError, naming the keyword."""
    given = dict(mark.kwargs)
    if len(mark.args) > 1 or (mark.args and "entry" in given):
        raise UsageError("it takes one entry, and all else by keyword")
    if mark.args:
        given["entry"] = mark.args[0]
    if unknown := sorted(given.keys() - set(_KEYWORDS)):
        raise UsageError(f"it does not know {unknown[0]!r}; it knows {', '.join(_KEYWORDS)}")
    entry, forbid = given.get("entry"), given.get("forbid", ())
    if entry is not None and (not isinstance(entry, str) or not entry.strip()):
        raise UsageError(f'entry={entry!r}: write it as "app.main:app", a file or "-m module"')
    forbid = (forbid,) if isinstance(forbid, str) else forbid
    if not isinstance(forbid, list | tuple | set | frozenset) or not all(isinstance(n, str) and n for n in forbid):
        raise UsageError(f'forbid={forbid!r}: write it as ["torch", "pandas.*"]')
    return Wish(entry, _budget("max_anon", given), _budget("max_rss", given), tuple(forbid))


def _budget(keyword: str, given: dict[str, Any]) -> str | int | None:
    value = given.get(keyword)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int) or (isinstance(value, int) and value <= 0):
        raise UsageError(f'{keyword}={value!r}: write it as "150 MiB"')
    try:
        return parse_size(value) if isinstance(value, str) else value
    except UsageError as error:
        raise UsageError(f"{keyword}: {error}") from None
