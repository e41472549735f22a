"""What the project does not take of several alternatives, and so does not need for that.

Laws: every place has to state its choice; one that does not leaves all open. A choice by the environment counts only
against alternatives of the same kind: a URL for SQLite on one machine says nothing of PostgreSQL on another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from footprint.documents.plain_values import shell_words
from footprint.knowledge.servers import values_of
from footprint.model.source_modules import ToolUse
from footprint.model.third_party_needs import Choice, Chooser, Chosen, NotChosen
from footprint.names import ByName, DistributionName, Names, NameSet
from footprint.pairs import group_pairs
from footprint.values import replace

_Answer = NotChosen | Literal["open", "silent"]


def choosers_for(rows: Iterable[Chooser], names: Names, there: NameSet) -> tuple[Chooser, ...]:
    """Return the choosers that decide on any of `names` and whose takers are there."""
    return tuple(row for row in rows if row.needs.intersection(names) and _is_there(row, there))


def _is_there(chooser: Chooser, there: NameSet) -> bool:
    """Whether whoever takes the choice is there: the first, the others load for it; readers of URLs stand alike."""
    return not there.isdisjoint(chooser.takers if chooser.by_url else chooser.takers[:1])


def choices_of_commands(choosers: Iterable[Chooser], tools: Sequence[ToolUse]) -> Iterator[Choice]:
    """Yield what the options of the project's commands choose."""
    for chooser in choosers:
        for use in tools:
            if use.tool in chooser.commands:
                yield from _choices_of(chooser, use)


def _choices_of(chooser: Chooser, use: ToolUse) -> Iterator[Choice]:
    words = shell_words(use.command)
    given = [(option, value) for option in chooser.options for value in values_of([*words, ""], [option])]
    if chooser.is_flag:
        given = [(option, "True") for option, _ in given]
    if not given:
        has_settings = bool({"-c", "--config"}.intersection(words)) and bool(chooser.settings)
        what = chooser.options[-1]
        yield Choice(chooser.name, what, use.path, use.line, (), has_settings, by_environment=False, is_absent=True)
    for option, value in given:
        known = (value,) if value in chooser.values else ()
        yield Choice(chooser.name, option, use.path, use.line, known, not known, by_environment=False)


def find_chosen(
    choosers: Iterable[Chooser], choices: Iterable[Choice], names: Names, there: NameSet
) -> ByName[tuple[Chosen, ...]]:
    """Return the places that take what needs one of `names`."""
    by_name = {chooser.name: chooser for chooser in choosers}
    found: list[tuple[DistributionName, Chosen]] = []
    for choice in choices:
        chooser = by_name.get(choice.chooser)
        if chooser is None or chooser.is_flag or len(choice.values) != 1 or choice.is_absent:
            continue
        taker = next((name for name in chooser.takers if name in there), chooser.takers[0])
        for value in choice.values:
            needs = chooser.values[value]
            taken = Chosen(taker, choice, value, len(needs) == 1)
            found += ((name, taken) for name in names if name in needs and name != taker)
    return group_pairs(found)


def find_not_chosen(
    choosers: Sequence[Chooser],
    choices: Iterable[Choice],
    names: Iterable[DistributionName],
    by_others: Collection[tuple[DistributionName, str]] = (),
    elsewhere: Iterable[Choice] = (),
) -> ByName[tuple[NotChosen, ...]]:
    """Return what decides against each of `names`, by taker.

    `by_others`: what third-party code may choose itself. `elsewhere`: places in code that nothing reaches, which may be
    settings of another start: they speak for what they name, and against nothing.
    """
    by_name = {chooser.name: chooser for chooser in choosers}
    spoken = {(name, choice.chooser) for choice in elsewhere for name in _needs_of(choice, by_name[choice.chooser])}
    open_pairs = spoken.union(by_others)
    places = group_pairs((choice.chooser, choice) for choice in choices)
    found: dict[DistributionName, tuple[NotChosen, ...]] = {}
    for name in names:
        taken: dict[DistributionName, list[NotChosen] | None] = {}
        for chooser in choosers:
            if name not in chooser.needs:
                continue
            answer = "open" if (name, chooser.name) in open_pairs else _decide(chooser, places, name)
            for taker in chooser.takers:
                _add(taken, taker, answer)
        decided = [(taker, each) for taker, answers in taken.items() for each in answers or ()]
        if decided:
            found[name] = tuple(_one_each(decided))
    return found


def _add(taken: dict[DistributionName, list[NotChosen] | None], taker: DistributionName, answer: _Answer) -> None:
    """Take note of one answer for a taker; one that is open settles it."""
    if answer == "open":
        taken[taker] = None
    elif isinstance(answer, NotChosen):
        answers = taken.setdefault(taker, [])
        if answers is not None:
            answers.append(answer)


def _one_each(decided: Iterable[tuple[DistributionName, NotChosen]]) -> Iterator[NotChosen]:
    """Yield every answer once, for those of its takers of which nothing else is open."""
    takers = group_pairs((answer, taker) for taker, answer in decided)
    yield from (replace(answer, takers=for_whom) for answer, for_whom in takers.items())


def _decide(chooser: Chooser, places: Mapping[str, Sequence[Choice]], name: DistributionName) -> _Answer:
    """Say why a chooser does not take `name`; silent: what would take it is called nowhere."""
    found = list(places.get(chooser.name, ()))
    stated = [choice for choice in found if not choice.is_absent]
    if any(choice.what in chooser.settings or _is_url_of_settings(choice, chooser) for choice in stated):
        found = stated  # what a call leaves open is settled there
    if not found:
        if chooser.absent is None or name in chooser.absent:
            return "open" if chooser.settings or chooser.by_url or chooser.commands else "silent"
        if chooser.commands:
            return "open"  # whoever starts it may say so
        return NotChosen(chooser.takers, None, chooser.settings[0], 0) if chooser.settings else "silent"
    if any(choice.is_open or name in _needs_of(choice, chooser) for choice in found):
        return "open"
    kinds = {chooser.kind_of(value) for value, needs in chooser.values.items() if name in needs}
    said = [choice for choice in found if kinds.intersection(map(chooser.kind_of, choice.values))]
    if any(choice.by_environment for choice in found) and not said:
        return "open"
    place = next(iter((*said, *stated, *found)))
    return NotChosen(chooser.takers, place, place.what, len(found))


def _is_url_of_settings(choice: Choice, chooser: Chooser) -> bool:
    return chooser.by_url and choice.by_environment and not choice.is_open


def _needs_of(choice: Choice, chooser: Chooser) -> Names:
    rows = chooser.by_suffix if choice.is_absent else chooser.values
    needs = {name for value in choice.values for name in rows[value]}
    if choice.is_absent and not choice.values:  # the default; unknown ones may take anything
        needs |= chooser.needs if chooser.absent is None else set(chooser.absent)
    return needs


def show(answer: NotChosen) -> str:
    """Return the reason in words: `BeautifulSoup takes "html.parser" at main.py:2 and 3 more`."""
    what = answer.what
    if answer.place is None:
        return f"{answer.takers[0]} does without it by default, and nothing sets {what}"
    more = f" and {answer.count - 1} more" if answer.count > 1 else ""
    where = f"{answer.place.path}:{answer.place.line}{more}"
    if answer.place.values and not answer.place.is_absent:
        return f'{what} takes "{answer.place.values[0]}" in {where}, which does without it'
    return f"{what} in {where} takes its default, which does without it"
