"""Parts of the project's code that run for some values of a variable only, and what is known of its value."""

from __future__ import annotations

from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class VariableTest:
    """What code asks of a variable of the environment: whether it is one of some texts, or (`negated`) none of them."""

    variable: str
    texts: tuple[str, ...]
    negated: bool = False
    folds: bool = False  # without case

    def holds_for(self, value: str) -> bool:
        """Whether code under this test runs when the variable has this value."""
        texts = self.texts
        if self.folds:
            value, texts = value.casefold(), tuple(text.casefold() for text in texts)
        return (value in texts) is not self.negated


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of a file that run only where all `tests` hold. `column`: of one expression alone, from there on."""

    path: str
    line: int
    last_line: int
    tests: tuple[VariableTest, ...]
    column: int = -1

    def holds(self, line: int, column: int = 0) -> bool:
        """Whether a place lies in it."""
        return self.line <= line <= self.last_line and (self.column < 0 or column >= self.column)


@dataclass(frozen=True, slots=True)
class StatedValue:
    """The value that a deploy file gives to a variable."""

    value: str
    place: str  # "render.yaml:9"
