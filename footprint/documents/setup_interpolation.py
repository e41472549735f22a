"""What `%(name)s` in a setup.cfg stands for, as configparser reads it: an option of the same section, or of [DEFAULT].

Laws: bounded in depth and in the number of lines. What names nothing, or itself, stays as it is written: setuptools
refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.documents.setup_options import SetupOption
from footprint.late import late_pattern
from footprint.values import replace

_REFERENCE = late_pattern(r"%\(([^()]{1,200})\)s")
_DEEPEST = 10  # as configparser has it
_LINES_AT_MOST = 2_000  # of one option
_LONGEST = 2_000  # of one line
_Line = tuple[int, str]


def interpolated(options: Sequence[SetupOption]) -> list[SetupOption]:
    """Return the options with what they refer to in its place; a line keeps the number of where it is written."""
    if not any("%(" in text for option in options for _, text in option.values):
        return list(options)
    defaults = {option.name: option for option in options if option.section == "DEFAULT"}
    sections: dict[str, dict[str, SetupOption]] = {}
    for option in options:
        sections.setdefault(option.section, {**defaults})[option.name] = option
    return [replace(option, values=_Section(sections[option.section]).lines_of(option)) for option in options]


class _Section:
    """The options that a section knows, and how many lines may still be made of them."""

    def __init__(self, known: Mapping[str, SetupOption]) -> None:
        self._known, self._left = known, _LINES_AT_MOST

    def lines_of(self, option: SetupOption) -> list[_Line]:
        """Return the lines of an option, with what they refer to in its place."""
        return list(self._lines(option, (option.name,)))

    def _lines(self, option: SetupOption, within: tuple[str, ...]) -> Iterator[_Line]:
        for number, text in option.values:
            meant = _REFERENCE.fullmatch(text)
            other = self._meant(meant[1], within) if meant else None
            if meant and other is not None:
                yield from self._lines(other, (*within, meant[1]))
                continue
            self._left -= 1
            if self._left < 0:
                return
            yield number, self._replaced(text, within)

    def _replaced(self, text: str, within: tuple[str, ...]) -> str:
        """Return one line with what parts of it refer to: an option of one line."""
        parts, place = [], 0
        for match in _REFERENCE.finditer(text):
            other = self._meant(match[1], within)
            if other is not None and len(other.values) == 1:
                self._left -= 1
                meant = self._replaced(other.values[0][1], (*within, match[1])) if self._left > 0 else match[0]
                parts += [text[place : match.start()], meant]
                place = match.end()
        made = "".join([*parts, text[place:]])
        return made if len(made) <= _LONGEST else text

    def _meant(self, name: str, within: tuple[str, ...]) -> SetupOption | None:
        return self._known.get(name) if name not in within and len(within) <= _DEEPEST else None
