"""The pattern rules of one ignore file, compiled once, asked for every path.

Laws: bytes in, answers out; no file is read here. Patterns are strangers' text: whatever they hold, an answer takes
time that is linear in the path for each star. Plain names are looked up; all patterns of a file are one expression.
Source: gitignore(5); wildmatch.c of git 2.39 for what it leaves open (bytes, classes, escapes).
"""

from __future__ import annotations

import re
import string
from typing import Literal

from footprint.values import dataclass

_SPECIAL = re.compile(rb"[*?\[\\]")
_SUFFIX = re.compile(rb"\*\.[^*?\[\\/]*")
_ANY = rb"[^/\0]"
_LONGEST = 1_000  # bytes of a pattern: no name has more than 255
_CLASSES = {
    b"alnum": string.ascii_letters + string.digits,
    b"alpha": string.ascii_letters,
    b"blank": " \t",
    b"cntrl": "".join(map(chr, [*range(1, 32), 127])),
    b"digit": string.digits,
    b"graph": string.ascii_letters + string.digits + string.punctuation,
    b"lower": string.ascii_lowercase,
    b"print": string.ascii_letters + string.digits + string.punctuation + " ",
    b"punct": string.punctuation,
    b"space": " \t\n\r",
    b"upper": string.ascii_uppercase,
    b"xdigit": string.hexdigits,
}
_BACKSLASH, _BANG, _CARET, _DASH, _OPEN, _CLOSE, _COLON = b"\\!^-[]:"

# A piece of a pattern: text of fixed length, `*`, `**/` (no folder or more), `/**` at the end (anything below).
_Piece = tuple[Literal["text", "star", "folders", "rest"], bytes]


@dataclass(frozen=True, slots=True)
class _Rule:
    """One line: its pattern without the signs around it."""

    pattern: bytes
    negated: bool
    folders_only: bool
    anchored: bool  # to the folder of the ignore file; else any name below it


class IgnoreRules:
    """The rules of one file. The last line that matches decides."""

    def __init__(self, data: bytes, most: int) -> None:
        """Compile `data`, the content of an ignore file, with at most `most` patterns that are no plain names."""
        rules = _parse(data)
        special = [number for number, rule in enumerate(rules) if _is_special(rule)]
        self.is_empty, self.is_cut = not rules, len(special) > most
        rules = rules[: special[most]] if self.is_cut else rules
        self.special_count = min(len(special), most)
        self._negated = [rule.negated for rule in rules]
        # Plain names, `*.suffix` as it stands, plain paths behind a slash: number of the last such rule
        self._files: dict[bytes, int] = {}
        self._folders: dict[bytes, int] = {}
        self._order: dict[int | None, int] = {}  # group of the expression: number of the rule
        self._may_be_module = False  # whether the expression can match a path that ends in .py: seldom, and most do
        alternatives: list[bytes] = []
        groups = 0
        for number in range(len(rules) - 1, -1, -1):  # the expression takes the first alternative that fits
            rule = rules[number]
            if not _is_special(rule):
                self._add_plain(rule, number)
                continue
            translated = _translate(rule, groups + 1)
            if translated is not None:
                self._order[groups + 1] = number
                alternatives.append(b"(%s)" % translated[0])
                self._may_be_module = self._may_be_module or _may_end_like_a_module(rule)
                groups = translated[1]
        self._expression = re.compile(b"|".join(alternatives), re.DOTALL) if alternatives else None

    def decide(self, path: bytes, *, is_folder: bool) -> bool | None:
        """Return whether `path`, posix and relative to the folder of the file, is ignored; None: nothing is said."""
        name = path[path.rfind(b"/") + 1 :]
        plain = self._folders if is_folder else self._files
        best = max(plain.get(name, -1), plain.get(b"/" + path, -1))
        dot = name.find(b".")
        while dot >= 0:
            best = max(best, plain.get(b"*" + name[dot:], -1))
            dot = name.find(b".", dot + 1)
        if self._expression is not None and (self._may_be_module or is_folder or not name.endswith(b".py")):
            found = self._expression.match(b"%s\0%s\0%s" % (name, path, b"/" if is_folder else b""))
            if found is not None:
                best = max(best, self._order[found.lastindex])
        return None if best < 0 else not self._negated[best]

    def _add_plain(self, rule: _Rule, number: int) -> None:
        key = b"/" + rule.pattern if rule.anchored else rule.pattern
        self._folders.setdefault(key, number)
        if not rule.folders_only:
            self._files.setdefault(key, number)


def _is_special(rule: _Rule) -> bool:
    """Whether a rule has to be matched: it is neither a plain name nor a plain suffix."""
    is_suffix = not rule.anchored and _SUFFIX.fullmatch(rule.pattern) is not None
    return not is_suffix and _SPECIAL.search(rule.pattern) is not None


def _may_end_like_a_module(rule: _Rule) -> bool:
    tail = re.split(rb"[*?\]\\]", rule.pattern)[-1]
    return not rule.folders_only and (tail.endswith(b".py") or b".py".endswith(tail))


def _parse(data: bytes) -> list[_Rule]:
    found = []
    for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        text = line.removesuffix(b"\r")
        if not text or text.startswith(b"#") or b"\0" in text:
            continue
        text = _without_trailing_spaces(text)
        negated = text.startswith(b"!")
        pattern = text[1:] if negated else text
        folders_only = pattern.endswith(b"/")
        pattern = pattern[:-1] if folders_only else pattern
        anchored = b"/" in pattern
        pattern = pattern[1:] if pattern.startswith(b"/") else pattern
        if 0 < len(pattern) <= _LONGEST and not pattern.endswith(b"/"):  # no path has an empty part
            found.append(_Rule(pattern, negated, folders_only, anchored))
    return found


def _without_trailing_spaces(text: bytes) -> bytes:
    """Return `text` without the spaces at its end, except one that a backslash keeps."""
    bare = text.rstrip(b" ")
    backslashes = len(bare) - len(bare.rstrip(b"\\"))
    return text[: len(bare) + 1] if backslashes % 2 and len(bare) < len(text) else bare


# Patterns to expressions, over the subject `name NUL path NUL [/]`, the slash for folders


def _translate(rule: _Rule, group: int) -> tuple[bytes, int] | None:
    """Return the expression of a rule that is group number `group`, and the number of its last group.

    None for a pattern that matches nothing: a class that is never closed, a backslash at the end.
    """
    pieces = _split(rule.pattern, anchored=rule.anchored)
    if pieces is None:
        return None
    sections: list[list[_Piece]] = [[]]
    for piece in pieces:
        if piece[0] == "folders":
            sections.append([])
        else:
            sections[-1].append(piece)
    expression, group = _join(sections[0], group)
    for section in sections[1:-1]:
        # Where the section fits first is as good as any other place, and keeps the search from going back.
        inner, last = _join(section, group + 1)
        expression += rb"(?=(?P<g%d>(?:%s+/)*?%s))(?P=g%d)" % (group + 1, _ANY, inner, group + 1)
        group = last
    if len(sections) > 1:
        inner, group = _join(sections[-1], group)
        expression += rb"(?:%s+/)*%s" % (_ANY, inner)
    if rule.anchored:
        return rb"[^\0]*\0%s\0%s" % (expression, b"/" if rule.folders_only else b""), group
    return rb"%s\0%s" % (expression, rb"[^\0]*\0/" if rule.folders_only else b""), group


def _join(pieces: list[_Piece], group: int) -> tuple[bytes, int]:
    """Return the expression of pieces between two `**/`; all stars but the last settle for the first fit."""
    expression = b""
    stars = sum(kind == "star" for kind, _ in pieces)
    position = 0
    while position < len(pieces):
        kind, text = pieces[position]
        position += 1
        if kind == "text":
            expression += text
        elif kind == "rest":
            expression += rb"[^\0]*"
        else:
            stars -= 1
            follows = b""
            while stars and position < len(pieces) and pieces[position][0] == "text":
                follows += pieces[position][1]
                position += 1
            if stars:
                group += 1
                expression += rb"(?=(?P<g%d>%s*?%s))(?P=g%d)" % (group, _ANY, follows, group)
            else:
                expression += _ANY + b"*"
    return expression, group


def _split(pattern: bytes, *, anchored: bool) -> list[_Piece] | None:
    pieces: list[_Piece] = []
    position, end = 0, len(pattern)
    while position < end:
        sign = pattern[position]
        if sign == b"*"[0]:
            after = position
            while after < end and pattern[after] == sign:
                after += 1
            alone = position == 0 or pattern[position - 1 : position] == b"/"
            is_double = anchored and after - position > 1 and alone
            if is_double and after == end:
                pieces.append(("rest", b""))
            elif is_double and pattern[after : after + 1] == b"/":
                pieces.append(("folders", b""))
                after += 1
            elif not pieces or pieces[-1][0] != "star":
                pieces.append(("star", b""))
            position = after
            continue
        read = _read_one(pattern, position)
        if read is None:
            return None
        text, position = read
        pieces.append(("text", text))
    return pieces


def _read_one(pattern: bytes, position: int) -> tuple[bytes, int] | None:
    """Return the expression of one sign, escape or class, and where it ends; None when it does not end."""
    sign = pattern[position]
    if sign == b"?"[0]:
        return _ANY, position + 1
    if sign == _OPEN:
        return _read_class(pattern, position + 1)
    if sign == _BACKSLASH:
        position += 1
        if position == len(pattern):
            return None
    return re.escape(pattern[position : position + 1]), position + 1


def _read_class(pattern: bytes, position: int) -> tuple[bytes, int] | None:
    """Read a class from behind its bracket, as wildmatch does: `[!a]`, `[]a]`, `[a-z]`, `[[:alpha:]]`, escapes."""
    end = len(pattern)
    negated = pattern[position : position + 1] in (b"!", b"^")
    position += negated
    members: set[int] = set()
    before = first = -1  # the sign that a range may begin with
    while position < end and (pattern[position] != _CLOSE or first < 0):
        first = position
        sign = pattern[position]
        if sign == _DASH and before >= 0 and pattern[position + 1 : position + 2] not in (b"", b"]"):
            position += 2 if pattern[position + 1] == _BACKSLASH else 1
            if position == end:
                return None
            members.update(range(before, pattern[position] + 1))
            before = -1
        elif sign == _OPEN and pattern[position + 1 : position + 2] == b":":
            closing = pattern.find(b"]", position + 2)
            if closing < 0:
                return None
            name = pattern[position + 2 : closing - 1]
            if closing < position + 3 or pattern[closing - 1] != _COLON:  # no class after all: `[` is a member
                members.add(sign)
                before = sign
            elif name not in _CLASSES:
                return None
            else:
                members.update(_CLASSES[name].encode())
                position, before = closing, -1
        else:
            position += sign == _BACKSLASH
            if position == end:
                return None
            before = pattern[position]
            members.add(before)
        position += 1
    if position >= end:
        return None
    kept = (members if not negated else set(range(256)) - members) - {0, b"/"[0]}
    return (b"[%s]" % b"".join(b"\\x%02x" % member for member in sorted(kept)) if kept else b"(?!)"), position + 1
