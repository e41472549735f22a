"""The values that must not be shown, and any frozen value with `***` in their place.

Which values: those given by --set and --env-file, those of our own environment whose names say secret, passwords in
URLs of either, and what start commands assign (credentials.py has the rule, and what is too plain to be hidden).

Where facts of a run enter (`probe`) and where a whole report leaves (`audit`), everything goes through `star`: JSON and
every renderer get it starred. Names of distributions, modules, entries and files stay: a report is of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Literal, TypeVar

from footprint import credentials
from footprint.names import word_set
from footprint.values import dataclass, fields, is_dataclass, replace

_T = TypeVar("_T")
_SPLIT_FROM = 8  # characters of a value that is found even when a line ends within it
_CUT_FROM = 4  # characters of a value at the end of a text that was cut
_CUT_END, _CUT_START = 180, 4_000  # texts this long may have been cut: messages at 500, output to its last 4,096
_NUMBERS = re.compile(r"(?:(?:int|float|bool|None)(?: \| )?)+|tuple\[(?:int|float), \.\.\.\]")
_NAMES = word_set("name entry entries loaded_by_entries path file files declared_files lock_files usage code rule")

_COMMANDS = frozenset({"command", "left_over"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """Values to hide, longest first."""

    values: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Mapping[str, str] | None = None, inherited: Mapping[str, str] | None = None) -> Secrets:
        """Return what is secret of variables: of `given` also odd values under names that say nothing."""
        found: list[str] = []
        for name, value in (given or {}).items():
            found += _of_variable(name, value) or ([value] if credentials.is_odd(value) else [])
        for name, value in (inherited or {}).items():
            found += _of_variable(name, value)
        lines = [line.strip() for value in found if "\n" in value for line in value.splitlines()]
        return cls(credentials.longest_first([*found, *(line for line in lines if len(line) >= _SPLIT_FROM)]))

    def with_commands(self, commands: Iterable[str]) -> Secrets:
        """Return these and the values that start commands assign."""
        found = (value for each in commands for value in credentials.secrets_of_command(each))
        return Secrets(credentials.longest_first([*self.values, *found]))


def star(value: _T, secrets: Secrets = Secrets()) -> _T:  # noqa: B008 - frozen
    """Return a frozen value with `***` for every secret in its texts; the same one where there is none."""
    texts, names, commands = _gather(value)
    hidden = _Hidden.of(secrets.with_commands(commands), texts)
    if all(hidden.hide(text) == text for text in texts) and all(
        credentials.star_credentials(name) == name for name in names
    ):
        return value  # most hold none: each text is looked at once, and nothing is built anew
    starred: _T = _rebuild(value, hidden, named=False)
    return starred


def star_text(text: str, secrets: Secrets) -> str:
    """Return one text with `***` for every secret."""
    return _Hidden.of(secrets, (text,)).hide(text)


def star_command(command: str, secrets: Secrets = Secrets()) -> str:  # noqa: B008 - frozen
    """Return a start command, or a text about one, with `***` for what the command assigns or hands over."""
    return star_text(command, secrets.with_commands([command]))


def _of_variable(name: str, value: str) -> list[str]:
    parts = [*credentials.secrets_in(value)]
    return [value, *parts] if credentials.is_secret(name, value) or parts else []


@dataclass(frozen=True, slots=True)
class _Hidden:
    """How the secrets that occur are written: as they are, escaped, encoded, or with a line's end in them."""

    forms: tuple[re.Pattern[str], ...]
    values: tuple[str, ...]

    @classmethod
    def of(cls, secrets: Secrets, texts: Iterable[str]) -> _Hidden:
        """Only what occurs is looked for in every text."""
        if not secrets.values:
            return cls((), ())
        whole = "\n".join(texts)
        squeezed = "".join(whole.split())
        forms = dict.fromkeys(form for value in secrets.values for form in _forms(value))
        found = [form for form in forms if form in whole or "".join(form.split()) in squeezed]
        return cls(tuple(_pattern(form) for form in credentials.longest_first(found)), secrets.values)

    def hide(self, text: str) -> str:
        """Return a text without them, and without what could be a part of one where the text was cut."""
        for form in self.forms:
            text = form.sub(credentials.STAR, text)
        for value in self.values if len(text) >= _CUT_END else ():
            text = _hide_cut(text, value)
        return credentials.star_credentials(text)


def _hide_cut(text: str, value: str) -> str:
    for size in range(min(len(value) - 1, len(text)), _CUT_FROM - 1, -1):
        if text.endswith(value[:size]):
            text = text[:-size] + credentials.STAR
            break
    for size in range(len(value) - 1, _CUT_FROM - 1, -1) if len(text) >= _CUT_START else ():
        if text.startswith(value[-size:]):
            return credentials.STAR + text[size:]
    return text


def _pattern(form: str) -> re.Pattern[str]:
    """Return what finds a form: a short word only as a whole, a long one also where a line ends within it."""
    if len(form) < _SPLIT_FROM:
        return re.compile(rf"(?<!\w){re.escape(form)}(?!\w)" if form.isalnum() else re.escape(form))
    signs = (r"\s+" if sign.isspace() else re.escape(sign) for sign in form)
    return re.compile(r"\s*?".join(signs))


@cache
def _forms(value: str) -> tuple[str, ...]:
    """Return how a value is written: plain, in a literal, in JSON, in a URL, in HTML, in hexadecimal and base64."""
    import json
    from html import escape
    from urllib.parse import quote, quote_plus

    data = value.encode("utf-8", "surrogateescape") if _is_encodable(value) else b""
    forms = [value, repr(value)[1:-1], ascii(value)[1:-1], json.dumps(value)[1:-1], escape(value)]
    if data:
        forms += [quote(data), quote(data, safe=""), quote_plus(data), repr(data)[2:-1]]
    if len(data) >= 6:
        forms += [data.hex(), *_base64(data)]
    return tuple(dict.fromkeys(form for form in forms if form))


def _is_encodable(value: str) -> bool:
    return not any(0xD800 <= ord(sign) < 0xDC80 or 0xDCFF < ord(sign) <= 0xDFFF for sign in value)


def _base64(data: bytes) -> Iterator[str]:
    """Yield the signs that a value gives in base64 wherever it begins in what was encoded."""
    from base64 import b64encode, urlsafe_b64encode

    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):
            text = encode(b"\0" * before + data).decode().rstrip("=")
            first = (0, 2, 3)[before]
            last = len(text) if (before + len(data)) % 3 == 0 else len(text) - 1
            yield text[first:last]


_Kind = Literal["text", "name", "command"]


@cache
def _plan(kind: type) -> tuple[tuple[str, _Kind], ...]:
    """Return the fields of a dataclass that can hold text, and what kind of text."""
    plan: list[tuple[str, _Kind]] = []
    for item in fields(kind):
        hint = str(item.type)
        if _NUMBERS.fullmatch(hint) or "Name" in hint or item.name == "costs":
            continue
        plan.append((item.name, "name" if item.name in _NAMES else "command" if item.name in _COMMANDS else "text"))
    return tuple(plan)


def _gather(value: Any) -> tuple[dict[str, None], set[str], list[str]]:
    """Return all texts of a value but its names, its names, and those of its texts that are commands."""
    texts: dict[str, None] = {}
    names: set[str] = set()
    commands: list[str] = []
    waiting: list[tuple[Any, _Kind]] = [(value, "text")]
    while waiting:
        found, kind = waiting.pop()
        if isinstance(found, str):
            if kind == "name":
                names.add(found)
            else:
                texts[found] = None
                commands += [found] if kind == "command" else []
        elif isinstance(found, tuple):
            if kind == "command" and all(isinstance(item, str) for item in found):
                commands.append(" ".join(found))
            waiting += ((item, kind) for item in found)
        elif isinstance(found, Mapping):
            waiting += ((item, kind) for item in found.values())
        elif is_dataclass(found) and not isinstance(found, type):
            waiting += ((getattr(found, name), each) for name, each in _plan(type(found)))
    return texts, names, commands


def _rebuild(value: Any, hidden: _Hidden, *, named: bool) -> Any:
    """Return a value with starred texts; of names only credentials are hidden. Unchanged parts stay the same."""
    if isinstance(value, str):
        if type(value) is not str:  # an enumeration of ours
            return value
        shown = credentials.star_credentials(value) if named else hidden.hide(value)
        return value if shown == value else shown
    if isinstance(value, tuple):
        items = tuple(_rebuild(item, hidden, named=named) for item in value)
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, Mapping):
        items_ = {key: _rebuild(item, hidden, named=named) for key, item in value.items()}
        return items_ if any(items_[key] is not item for key, item in value.items()) else value
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for name, kind in _plan(type(value)):
        old = getattr(value, name)
        new = _rebuild(old, hidden, named=kind == "name")
        if new is not old:
            changed[name] = new
    return replace(value, **changed) if changed else value
