"""Python that is newer than the interpreter that reads it, put into words that this one parses.

Laws: a last try, after the parser refused. Lines stay where they are, and so do the names in f-strings; what a
statement means may change where nobody asks: the parameters of types are left out, `except A, B` gets its brackets.
Source: PEP 701 (3.12), PEP 695 and 696 (3.12, 3.13), PEP 750 and 758 (3.14).
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r"#[^\n]*|(?<!\w)([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_TYPE = re.compile(r"^([ \t]*)type[ \t]+(\w+)[ \t]*(\[[^\n=]*\])?[ \t]*=(?!=)", re.MULTILINE)
_PARAMETERS = re.compile(r"^([ \t]*(?:async[ \t]+def|def|class)[ \t]+\w+)[ \t]*\[", re.MULTILINE)
_EXCEPT = re.compile(r"^([ \t]*except\*?)[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)+)[ \t]*:", re.MULTILINE)
_PREFIXES = frozenset({"f", "fr", "rf", "t", "tr", "rt"})
_DEEP = 6  # strings inside strings
_LONGEST = 2_000_000


def lowered(text: str) -> str | None:
    """Return `text` in the syntax of Python 3.8 to 3.11 as far as it is newer, None when nothing of it is."""
    if len(text) > _LONGEST:
        return None
    changed = _strings(text, _DEEP)
    changed = _TYPE.sub(r"\1\2 =", changed)
    changed = _without_parameters(changed)
    changed = _EXCEPT.sub(r"\1 (\2):", changed)
    return changed if changed != text else None


def _without_parameters(text: str) -> str:
    """Leave out what stands in brackets behind the name of a function or class, but not its line ends."""
    parts, position = [], 0
    for found in _PARAMETERS.finditer(text):
        if found.start() < position:
            continue
        end = _end_of_brackets(text, found.end(), "[]")
        parts += [text[position : found.end() - 1], "\\\n" * text.count("\n", found.end(), end)]
        position = end
    return "".join([*parts, text[position:]])


def _strings(text: str, depth: int) -> str:
    """Write each f-string that only a newer Python takes as a sum of what stands in its braces."""
    parts, position, end = list[str](), 0, 0
    while (found := _TOKEN.search(text, end)) is not None:
        end, prefix = found.end(), (found[1] or "").lower()
        if prefix in _PREFIXES:
            end, inside, is_newer = _read(text, end, found[2], is_raw="r" in prefix)
            if is_newer or "t" in prefix:
                lines = text.count("\n", found.start(), end)
                parts += [text[position : found.start()], _sum_of(inside, lines, depth)]
                position = end
        elif found[2] is not None:
            end = _end_of(text, end, found[2])
    return "".join([*parts, text[position:]])


def _sum_of(inside: list[str], lines: int, depth: int) -> str:
    """Return a tuple of expressions over as many lines as they stood on; what follows may be a string beside it."""
    values = [_without_comments(_strings(each, depth - 1)) if depth > 1 else "0" for each in inside]
    left = max(lines - sum(value.count("\n") for value in values), 0)
    return "('', " + "".join(f"({value}), " for value in values) + "\n" * left + ') + ""'


def _without_comments(text: str) -> str:
    parts, position, end = list[str](), 0, 0
    while "#" in text and (found := _TOKEN.search(text, end)) is not None:
        end = found.end()
        if found[2] is None:
            parts.append(text[position : found.start()])
            position = end
        else:
            end = _end_of(text, end, found[2])
    return "".join([*parts, text[position:]])


def _end_of(text: str, start: int, quote: str, *, is_inner: bool = False) -> int:
    """Return where a string ends. `is_inner`: of an f-string in an expression its braces are passed by their number."""
    position, depth = start, 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if depth == 0 and text.startswith(quote, position):
            return position + len(quote)
        if text[position] == "\n" and len(quote) == 1 and not is_inner:
            return position
        if is_inner:
            depth = max(depth + {"{": 1, "}": -1}.get(text[position], 0), 0)
        position += 1
    return position


def _read(text: str, start: int, quote: str, *, is_raw: bool) -> tuple[int, list[str], bool]:
    """Return where an f-string ends, the expressions in it, and whether it is one that older Pythons refuse."""
    position, inside, is_newer = start, list[str](), False
    while position < len(text):
        if text.startswith(quote, position):
            return position + len(quote), inside, is_newer
        if (
            text[position] == "\\" and not (is_raw and text[position + 1 : position + 2] in ("{", "}"))
        ) or text.startswith("{{", position):
            position += 2
        elif text[position] == "{":
            end = _end_of_expression(text, position + 1)
            inside.append(text[position + 1 : end].strip().removesuffix("=") or "0")
            expression = text[position:end]
            is_newer = is_newer or quote[0] in expression or "\\" in expression or "#" in expression
            is_newer = is_newer or ("\n" in expression and len(quote) == 1)
            position = _end_of_brackets(text, end, "{}")
        elif text[position] == "\n" and len(quote) == 1:
            return position, inside, is_newer
        else:
            position += 1
    return position, inside, is_newer


def _end_of_expression(text: str, start: int) -> int:
    """Return where the expression in braces ends: at a conversion, a format or the closing brace."""
    position, depth = start, 0
    while position < len(text):
        letter = text[position]
        if letter in "'\"":
            quote = letter * 3 if text.startswith(letter * 3, position) else letter
            before = re.search(r"[A-Za-z]{0,2}$", text[max(position - 2, start) : position])
            is_inner = before is not None and before[0].lower() in _PREFIXES
            position = _end_of(text, position + len(quote), quote, is_inner=is_inner)
            continue
        if letter == "#":
            position = max(text.find("\n", position), position + 1)
            continue
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1}.get(letter, 0)
        if letter == "}":
            if depth <= 0:
                return position
            depth -= 1
        is_end = letter == ":" or (letter == "!" and text[position + 1 : position + 2] != "=")
        if depth <= 0 and is_end:
            return position
        position += 1
    return position


def _end_of_brackets(text: str, start: int, pair: str) -> int:
    """Return what stands behind the closing one of a pair: a format may have braces of its own."""
    position, depth = start, 1
    while position < len(text) and depth:
        depth += {pair[0]: 1, pair[1]: -1}.get(text[position], 0)
        position += 1
    return position
