"""Patterns of whole sentences: `{name} is a pin: required by {names} anyway`, and what stands for it.

A sentence is told clause by clause where it has several, with `; ` between them. A field takes any text that is not
empty, up to the first place where the literal behind it stands. Its name says what becomes of that text, digits behind
the name apart:

- `{n}`, `{size}`: a figure, in the signs of the language; nothing else fits.
- `{names}`, `{places}`: a list that may end in how many more there are; between names stand "and" and "or", too.
- `{moves}`: places that go into functions.
- `{clause}`: told itself; `{known}`: so, and the pattern holds only where that succeeds.
- `{text}`: anything, `; ` included; it stays, as any other field does. `{word}`: without a blank.

Of several patterns that take a clause, the one with most literal text does.

Laws: the time is linear in the text, whatever stands in it: a literal is looked for once, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from string import Formatter

from footprint.report.languages.catalogue import Catalogue
from footprint.report.languages.figures import NOT_MEASURED, localise
from footprint.report.languages.messages import say
from footprint.values import dataclass

_DEEPEST = 4  # sentences inside of sentences
_JOINT, _MOST_CLAUSES = "; ", 12
_FIGURE = re.compile(r"[-+~<]?\d[\d,]*(?:\.\d+)?")
_SIZE = re.compile(r"[-+~<]?\d[\d,]*(?:\.\d+)? (?:B|[KMG]iB|ms|s)|not measured")
_MORE = re.compile(r"(.*) and (\d[\d,]*) more", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SentencePattern:
    """A whole sentence: `literals` stand around its `fields`, one more of them; the first and the last may be empty."""

    literals: tuple[str, ...]
    fields: tuple[str, ...]
    told: str

    @property
    def weight(self) -> int:
        """How much of a sentence it fixes."""
        return sum(map(len, self.literals))


def told_by(text: str, spoken: Catalogue, depth: int = _DEEPEST) -> str | None:
    """Return what a catalogue tells for a sentence, clause by clause; None where no pattern takes any of it."""
    parts = text.split(_JOINT, _MOST_CLAUSES)
    if len(parts) == 1:
        return _clause(text, spoken, depth)
    told = [_clause(part, spoken, depth) for part in parts]
    if None in told and (whole := _clause(text, spoken, depth)) is not None:  # a text of somebody else has such a mark
        return whole
    shown = [part if each is None else each for part, each in zip(parts, told, strict=True)]
    return _JOINT.join(shown) if any(told) else None


def _clause(text: str, spoken: Catalogue, depth: int) -> str | None:
    for pattern in _candidates(text, spoken):
        values = _values(text, pattern)
        if values is None:
            continue
        shown = [_shown(field, value, spoken, depth - 1) for field, value in zip(pattern.fields, values, strict=True)]
        if None not in shown:
            return pattern.told.format_map(dict(zip(pattern.fields, shown, strict=True)))
    return None


def read_pattern(english: str, told: str) -> SentencePattern:
    """Return a row of a catalogue as a pattern."""
    parts = [(literal, field) for literal, field, _, _ in Formatter().parse(english)]
    literals = [literal for literal, _ in parts]
    fields = tuple(field for _, field in parts if field is not None)
    return SentencePattern((*literals, "") if len(literals) == len(fields) else tuple(literals), fields, told)


def _candidates(text: str, spoken: Catalogue) -> Sequence[SentencePattern]:
    """Return the patterns that begin with the first word of a text, or with a field; most literal text first."""
    by_word = _patterns(spoken)
    return by_word.get(_first_word(text)) or by_word[""]


@cache
def _patterns(spoken: Catalogue) -> Mapping[str, Sequence[SentencePattern]]:
    """Return the patterns of a catalogue by their first word, those that begin with a field among each."""
    found: dict[str, list[SentencePattern]] = {"": []}
    for english, told in spoken.stored.items():
        pattern = read_pattern(english, told)
        begin = pattern.literals[0]
        found.setdefault(_first_word(begin) if " " in begin or not pattern.fields else "", []).append(pattern)
    anywhere = found.pop("")
    by_word = {word: [*patterns, *anywhere] for word, patterns in found.items()} | {"": anywhere}
    return {word: sorted(patterns, key=lambda each: -each.weight) for word, patterns in by_word.items()}


def _first_word(text: str) -> str:
    return text[:80].partition(" ")[0]


def _values(text: str, pattern: SentencePattern) -> tuple[str, ...] | None:
    """Return the text of each field; None where the pattern does not take the whole sentence."""
    first, *others = pattern.literals
    if not others:
        return () if text == first else None
    last = others.pop()
    end, ends, begins = len(text) - len(last), [], [len(first)]
    if not text.endswith(last) or not text.startswith(first):
        return None
    for literal in others:
        at = text.find(literal, begins[-1] + 1, end)
        if at < 0:
            return None
        ends.append(at)
        begins.append(at + len(literal))
    values = tuple(text[begin:until] for begin, until in zip(begins, [*ends, end], strict=True))
    return values if all(map(_fits, pattern.fields, values)) else None


def _fits(field: str, value: str) -> bool:
    match _kind(field):
        case "n":
            return _FIGURE.fullmatch(value) is not None
        case "size":
            return _SIZE.fullmatch(value) is not None
        case "word":
            return bool(value) and " " not in value
        case "text" | "clause" | "known":
            return bool(value)
        case _:
            return bool(value) and _JOINT not in value


def _shown(field: str, value: str, spoken: Catalogue, depth: int) -> str | None:
    """Return a field as it is told; None where it has to be known and is not."""
    match _kind(field):
        case "n" | "size":
            return say(NOT_MEASURED) if value == NOT_MEASURED else localise(value)
        case "names":
            return _few(value, spoken).replace(" and ", spoken.and_).replace(" or ", spoken.or_)
        case "places":
            return _few(value, spoken)
        case "moves":
            return _few(value, spoken).replace(" into ", say(" into "))
        case "clause":
            return (told_by(value, spoken, depth) if depth else None) or value
        case "known":
            return told_by(value, spoken, depth) if depth else None
        case _:
            return value


def _few(value: str, spoken: Catalogue) -> str:
    more = _MORE.fullmatch(value)
    return value if more is None else spoken.more.format(names=more[1], count=localise(more[2]))


def _kind(field: str) -> str:
    return field.rstrip("0123456789")
