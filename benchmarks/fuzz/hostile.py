"""Values that nobody expects: texts, names, numbers, trees and damaged bytes, all from one random source."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

_T = TypeVar("_T")

TEXTS = (
    "",
    " ",
    "\t",
    "..",
    "../../../etc/passwd",
    "/",
    ".",
    "-",
    "--help",
    "-rf",
    "a\0b",
    "\ud800",
    "\udcff\udc80",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202egnp.exe",
    "\u200b",
    "\ufeff",
    "a\rb",
    "a\nb",
    "\u2028x",
    "@octocat",
    "#1",
    "GH-1",
    "evil@example.com",
    ":smile:",
    "<script>alert(1)</script>",
    "![x](http://e.example/x)",
    "[x](javascript:1)",
    "`" * 5,
    "|" * 5,
    "::error::x",
    "%0A::error::x",
    "{{7*7}}",
    "%s%n%d",
    "$(touch x)",
    "`touch x`",
    "x" * 5000,
    "é" * 300,
    "名前",
    "🐍",
    "==",
    ">",
    "0",
    "1" * 400,
    "1e999",
    "nan",
    "None",
    "true",
    "[" * 200,
    "{" * 200,
    "(" * 200,
    "a." * 300 + "a",
    "__class__",
    "con",
    "NUL",
    "C:\\x",
    "\\\\host\\x",
    "file:///etc/passwd",
    "http://[::1",
    "git+ssh://user:@host/x.git",
)
NAMES = (
    "requests", "Flask", "numpy", "a", "A.B_c-d", "zope.interface", "x" * 200, "-", "_", ".", "..", "a b", "a\tb",
    "é", "1", "pip", "setuptools", "footprint-audit", "fastapi", "uvicorn[standard]", "django>=1", "a;b", "a@b",
    "a/b", "../a", "#1", "@octocat", "\ud800", "con.", "Django", "PyYAML", "python", "celery",
)  # fmt: skip
VERSIONS = (
    "1.0", "0", "2024.1", "1!2.0", "1.0rc1", "1.0+local.1", "==", ">", ".", "", "*", "1.*", "latest", "^1.0", "~1",
    "1.0.0.0.0.0", "9" * 200, "-1", "1 || 2", ">=1,<2", "!=", "v1", "1.0\n", "\ud800", "1.0-", "git", "1e5",
)  # fmt: skip
MARKERS = (
    "python_version < '3'",
    "python_version >= '3.8'",
    "sys_platform == 'win32'",
    "extra == 'x'",
    "python_version in '3.8 3.9'",
    "os_name == ''",
    "platform_machine != 'x' or (python_version < '4' and extra == 'y')",
    "nonsense",
    "python_version",
    "'a' == 'b'",
    "(" * 150 + "python_version < '3'" + ")" * 150,
    "python_version === '3.11'",
    "implementation_name == '\ud800'",
)
NUMBERS = (0, -1, 1, 2, 7, 2**31, 2**63, 2**64, -(2**63), 10**30, 10**309, 10**400, -(10**400), 0.0, -0.5, 1e308, 3.14)


def pick(random: Random, values: Sequence[_T]) -> _T:
    """Return one of some values."""
    return values[random.randrange(len(values))]


def some(random: Random, values: Sequence[_T], most: int) -> list[_T]:
    """Return up to `most` of some values, any of them more than once."""
    return [pick(random, values) for _ in range(random.randint(0, most))]


def chance(random: Random, share: float) -> bool:
    """Say yes as often as `share` tells."""
    return random.random() < share


def text(random: Random) -> str:
    """Return a text that is one of the usual suspects, several of them, or random characters."""
    way = random.random()
    if way < 0.6:
        return pick(random, TEXTS)
    if way < 0.8:
        return "".join(some(random, TEXTS, 4))
    return "".join(chr(random.choice((random.randrange(128), random.randrange(0x3000)))) for _ in range(12))


def line(random: Random) -> str:
    """Return a text without line ends and NUL."""
    return text(random).replace("\n", " ").replace("\r", " ").replace("\0", " ").replace("\u2028", " ")


def encoded(value: str) -> bytes:
    """Return a text as bytes; lone surrogates as the bytes that they would be."""
    return value.encode("utf-8", "surrogatepass")


def file_name(random: Random) -> bytes:
    """Return a name that a file may have: any bytes but a slash and NUL, 200 at most."""
    if chance(random, 0.3):
        raw = bytes(random.randrange(1, 256) for _ in range(random.randint(1, 30)))
    else:
        raw = encoded(text(random))
    cleaned = raw.replace(b"/", b"_").replace(b"\0", b"_")[:200]
    return cleaned if cleaned not in (b"", b".", b"..") else b"_"


def requirement(random: Random) -> str:
    """Return a line as requirement files have it, or nearly."""
    name = pick(random, NAMES)
    way = random.random()
    if way < 0.3:
        return f"{name}{pick(random, ('==', '>=', '~=', '<', '===', '@', ' '))}{pick(random, VERSIONS)}"
    if way < 0.5:
        return f"{name}; {pick(random, MARKERS)}"
    if way < 0.6:
        return f"{name}[{','.join(some(random, NAMES, 4))}]>={pick(random, VERSIONS)}"
    if way < 0.7:
        url = pick(random, ("git+https://h/x.git@v1#egg=x", "file:///dev/zero", "https://[", "\ud800"))
        return f"{name} @ {url}"
    return name if way < 0.9 else line(random)


def scalar(random: Random) -> Any:
    """Return a value of any plain type."""
    way = random.random()
    if way < 0.5:
        return text(random)
    return pick(random, (*NUMBERS, None, True, False)) if way < 0.95 else float("nan")


def tree(random: Random, depth: int = 3) -> Any:
    """Return nested lists and tables of any plain values."""
    way = random.random()
    if depth == 0 or way < 0.5:
        return scalar(random)
    if way < 0.75:
        return [tree(random, depth - 1) for _ in range(random.randint(0, 4))]
    return {text(random): tree(random, depth - 1) for _ in range(random.randint(0, 4))}


def mutated(random: Random, value: Any) -> Any:
    """Return a deep copy of a tree with one or several places replaced, removed or doubled."""
    copy = json.loads(json.dumps(value))
    gentle = chance(random, 0.5)  # within their types: what is refused at the door meets nobody behind it
    for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
        places = list(_places(copy))
        if not places:
            return tree(random)
        holder, key = pick(random, places)
        way = 0.5 if gentle else random.random()
        if way < 0.15:
            del holder[key]
        elif way < 0.25 and isinstance(holder, list):
            holder.extend([holder[key]] * random.choice((1, 3, 50)))
        elif way < 0.35:
            holder[key] = _wrapped(random, holder[key])
        elif way < 0.65:
            holder[key] = _alike(random, holder[key])
        else:
            holder[key] = tree(random, 2)
    return copy


def _alike(random: Random, value: Any) -> Any:
    """Return a value of the same type, which whoever looks at types alone lets pass."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return pick(random, NUMBERS)
    if isinstance(value, str):
        return text(random)
    if isinstance(value, list):
        return [] if chance(random, 0.3) else value * pick(random, (2, 30))
    return {text(random): each for each in value.values()} if isinstance(value, dict) else value


def _places(value: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting and len(found) < 5000:
        holder = waiting.pop()
        keys: Sequence[Any] = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys if isinstance(holder, dict | list) else ():
            found.append((holder, key))
            if isinstance(holder[key], dict | list):
                waiting.append(holder[key])
    return found


def _wrapped(random: Random, value: Any) -> Any:
    """Return the value one type further: a list of it, its text, the other sign."""
    ways: tuple[Callable[[], Any], ...] = (
        lambda: [value],
        lambda: {"": value},
        lambda: str(value),
        lambda: -value if isinstance(value, int | float) else None,
        lambda: text(random) + str(value),
    )
    return pick(random, ways)()


def json_bytes(random: Random, value: Any) -> bytes:
    """Return a tree as JSON, now and then in a form that is none."""
    written = encoded(json.dumps(value, ensure_ascii=chance(random, 0.5)))
    return damaged(random, written) if chance(random, 0.15) else written


def damaged(random: Random, content: bytes) -> bytes:
    """Return bytes with something cut, turned, doubled or put in."""
    if not content:
        return b"\xff\xfe\0"
    place = random.randrange(len(content))
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: content[:place],
        lambda: content[:place] + bytes([random.randrange(256)]) + content[place + 1 :],
        lambda: content[:place] + content[place // 2 : place] * 3 + content[place:],
        lambda: content[:place] + encoded(text(random)) + content[place:],
        lambda: content.replace(b"\n", b"\r"),
        lambda: b"\xef\xbb\xbf" + content,
        lambda: content.decode("utf-8", "replace").encode("utf-16"),
        lambda: content + b"\0" * random.choice((1, 5000)),
        lambda: bytes(random.randrange(256) for _ in range(300)),
        lambda: b"[" * 50_000,
        lambda: b'{"a":' * 3_000,
        lambda: b"",
    )
    return pick(random, ways)()
