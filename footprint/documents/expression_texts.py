"""What an expression of Python may be as text, as far as the text of its file tells. Nothing is run.

Laws: bounded in depth, in the number of texts. "*" stands for a part that is not known. What names, calls and literals
mean is said by who reads: module names and choices follow them in ways of their own.
"""

from __future__ import annotations

import ast
import itertools
import math
from collections.abc import Callable, Iterable, Sequence

from footprint.late import late_pattern
from footprint.values import dataclass

UNKNOWN = "*"
_MOST_JOINED = 64  # texts that several parts make together
_MOST_VALUES = 40
_PERCENT = late_pattern(r"%(?:\(\w+\))?[-#0 +]*\d*(?:\.\d+)?[a-zA-Z]")
_FIELD = late_pattern(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class PossibleTexts:
    """The texts that an expression may have. `is_open`: others, too; `by_environment`: where it runs decides."""

    texts: tuple[str, ...] = ()
    is_open: bool = False
    by_environment: bool = False

    def or_else(self, other: PossibleTexts) -> PossibleTexts:
        """Return what either may have."""
        texts = tuple(dict.fromkeys((*self.texts, *other.texts)))
        is_open = self.is_open or other.is_open or len(texts) > _MOST_VALUES
        return PossibleTexts(texts[:_MOST_VALUES], is_open, self.by_environment or other.by_environment)

    def changed(self, change: Callable[[str], str]) -> PossibleTexts:
        """Return what a change makes of each."""
        return PossibleTexts(tuple(map(change, self.texts)), self.is_open, self.by_environment)


OPEN = PossibleTexts(is_open=True)


class TextReader:
    """Reads sums, f-strings and templates; who inherits from it reads names, calls and the rest."""

    deepest = 12  # level of an expression that is read

    def read(self, node: ast.expr, depth: int = 0) -> PossibleTexts:
        """Return the texts that `node` may be."""
        if depth > self.deepest:
            return OPEN
        match node:
            case ast.Constant(value=value):
                return self.literal(value)
            case ast.JoinedStr(values=parts):
                return self.joined(parts, depth)
            case ast.FormattedValue(value=inner):
                return self.read(inner, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.joined((left, right), depth)
            case ast.BinOp(left=left, op=ast.Mod()):
                return self.read(left, depth + 1).changed(lambda text: _PERCENT.sub(UNKNOWN, text))
            case ast.Call(func=ast.Attribute(value=template, attr="format")):
                return self.read(template, depth + 1).changed(lambda text: _FIELD.sub(UNKNOWN, text))
        return self.other(node, depth)

    def literal(self, value: object) -> PossibleTexts:
        """Return the worth of a literal."""
        return PossibleTexts((value,)) if isinstance(value, str) else OPEN

    def other(self, node: ast.expr, depth: int) -> PossibleTexts:
        """Return the worth of a name, a call and whatever else."""
        raise NotImplementedError

    def joined(self, parts: Sequence[ast.expr], depth: int) -> PossibleTexts:
        """Return what parts make together."""
        found = [self.read(part, depth + 1) for part in parts]
        choices = [(*each.texts, UNKNOWN) if each.is_open or not each.texts else each.texts for each in found]
        if math.prod(map(len, choices)) > _MOST_JOINED:
            return OPEN
        texts = tuple("".join(choice) for choice in itertools.product(*choices))
        return PossibleTexts(texts, by_environment=any(each.by_environment for each in found))

    def any_of(self, nodes: Iterable[ast.expr], depth: int) -> PossibleTexts:
        """Return what one of several may be."""
        found = PossibleTexts()
        for node in nodes:
            found = found.or_else(self.read(node, depth + 1))
        return found
