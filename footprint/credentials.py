"""What of a text is a secret by its shape and its name: credentials in URLs, assignments, options and headers.

The law of this module: text in, text out; it knows neither settings nor the environment. Names stay, values become
`***`.

A value is **trivial**, and never a secret whatever its name, when it has fewer than four characters, is a number of
fewer than six digits, or one of the words that settings are made of (`true`, `debug`, `localhost`, `production`).
A value under a **name that says secret** (`DBPASS`, `API_KEY`, `--token`) is one unless it is trivial or a path.
A value under **any other name** is a secret only where we were given it (`--set`, `--env-file`) or a start command
sets it, and only if it is **odd**: six characters or more, and neither a path, a number, a host, a dotted name, a URL
without credentials, a locale, nor a list of such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

STAR = "***"

_NAME_WORDS = frozenset(
    """
    auth authorization bearer cookie cred creds credential credentials dsn jwt key keys passphrase pat pw salt sas
    secret secrets signature sig token tokens webhook
    """.split()  # noqa: SIM905
)
_NAME_ENDS = re.compile(r"(?:pass|passwd|password|pwd|secret|token|apikey|accesskey|secretkey|privatekey)s?$")
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_TRIVIAL = frozenset(
    """
    true false none null yes no on off debug info warn warning error critical trace auto default local localhost
    dev develop development devel test testing tests stage staging prod production live master main enabled
    disabled always never utf-8 utf8 ascii strict sqlite postgres postgresql mysql redis memory simple json text value
    """.split()  # noqa: SIM905
)
_PATH = re.compile(r"(?:~|\.{1,2}|[A-Za-z]:)?[/\\][^\s:=?&]*")
_NUMBER = re.compile(r"[-+]?\d[\d_.,]*(?:[eE]\d+)?\s?[A-Za-z%]{0,3}|\d[\d.:/T+-]*Z?")
_HOST = re.compile(
    r"(?:[a-z0-9_-]+\.)*[a-z0-9_-]{1,30}\.?:\d{2,5}|(?:[a-z0-9-]{1,30}\.)+[a-z]{2,12}|\[[0-9a-f:]+\](?::\d+)?"
)
_DOTTED = re.compile(
    r"[A-Za-z_]{1,30}(?:\.[A-Za-z_]{1,30})+(?::[A-Za-z_]{1,30})?|[a-z_]{1,30}:(?:\w*app\w*|api|server|main)"
)
_LOCALE = re.compile(r"[a-z]{2}_[A-Z]{2}(?:\.[A-Za-z0-9-]+)?")
_PLAIN_URL = re.compile(r"[A-Za-z][\w+.-]*://[^\s@?#]*")
_RANDOM = re.compile(r"(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+=-]{16,}")

_WORD = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s"'&|;<>()]+)"""
# Up to the last @ before what looks like a host, else before a blank, a quote or another URL: passwords hold @ and /
# unescaped. host:8000/@x is no password, and repository@tag has none.
_USERINFO = re.compile(
    r"""([A-Za-z][\w+.-]{0,30}://)([^\s:/@'"]*):(?!\d+/)"""
    r"""([^\s/'"]*(?=@(?:[^\s/@'"]*[.:]|localhost))|(?:(?!://)[^\s'"])*)@"""
)
_USER_ALONE = re.compile(r"""([A-Za-z][\w+.-]{0,30}://)([^\s:/@'"]+)@""")
_QUERY = re.compile(r"""([?&;])([\w.%-]+)=([^&;\s'"#<>]+)""")
_ASSIGNED = re.compile(rf"(?<![\w.?&-])([\w.-]+)=(?!=)({_WORD})")
_QUOTED = re.compile(r"""(["'])([\w.-]+)\1(\s*[:=]\s*)(b?)(["'])((?:(?!\5).)+)\5""")
_HEADER = re.compile(
    r"""(?i)((?:proxy-)?authorization|x-[\w-]{0,60}(?:key|token)|(?:set-)?cookie)(["']?\s*[:=]\s*["']?)([^\s"',;]+(?:\s+[^\s"',;]+)?)"""
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+(?=\S*[\d=])([\w.~+/=-]{8,})")
_TOKENS = re.compile(r"""(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\;|&])+|[;|&]""")


def star_credentials(text: str) -> str:
    """Return `text` with `***` for passwords and tokens in URLs, assigned to names that say secret, and in headers."""
    if "://" in text:
        text = _USERINFO.sub(lambda match: f"{match[1]}{_hide_user(match[2])}:{STAR}@", text)
        text = _USER_ALONE.sub(lambda match: f"{match[1]}{_hide_user(match[2])}@", text)
    if "=" in text:
        text = _QUERY.sub(lambda match: f"{match[1]}{match[2]}={_hide(match[2], match[3])}", text)
        text = _ASSIGNED.sub(lambda match: f"{match[1]}={_hide_word(match[1], match[2])}", text)
    if ":" in text or "=" in text:
        text = _QUOTED.sub(_star_quoted, text)
        text = _HEADER.sub(lambda match: f"{match[1]}{match[2]}{STAR}", text)
    if "asic" in text or "earer" in text or "EARER" in text:
        text = _BEARER.sub(lambda match: f"{match[1]} {STAR}", text)
    return text


def secrets_in(text: str) -> tuple[str, ...]:
    """Return the parts of a value that are secrets by themselves: what `star_credentials` would hide."""
    found = [match[3] for match in _USERINFO.finditer(text)]
    found += [match[3] for match in _QUERY.finditer(text) if is_secret(match[2], match[3])]
    return tuple(value for value in found if not is_trivial(value))


def secrets_of_command(command: str) -> tuple[str, ...]:
    """Return the values that a start command assigns or hands over under a name that says secret, and odd ones."""
    found = [*secrets_in(command)]
    words = [match[0] for match in _TOKENS.finditer(command)]
    for word, after in zip(words, [*words[1:], ""], strict=False):
        bare = _unquote(word)
        if bare != word and " " in bare:  # sh -c "..."
            found += secrets_of_command(bare)
        else:
            found += _of_word(bare, _unquote(after))
    return tuple(dict.fromkeys(found))


def is_secret_name(name: str) -> bool:
    """Say whether the name of a variable, an option or a key says that its value is a secret."""
    parts = [part.lower() for part in _NAME_PARTS.findall(name)]
    return any(part in _NAME_WORDS or _NAME_ENDS.search(part) for part in parts) and parts not in (["pwd"], ["oldpwd"])


def is_secret(name: str, value: str) -> bool:
    """Say whether a name says secret and its value can be one."""
    return is_secret_name(name) and not is_trivial(value) and not _PATH.fullmatch(value)


def is_odd(value: str) -> bool:
    """Say whether a value that we were given under any name is nothing that settings are usually made of."""
    if len(value) < 6 or is_trivial(value):
        return False
    parts = [part.strip() for part in re.split("[,;]", value)]
    return not all(_is_ordinary(part) for part in parts)


def is_trivial(value: str) -> bool:
    """Say whether a value can be no secret: short, a small number, or a word that settings are made of."""
    return len(value) < 4 or value.lower() in _TRIVIAL or (value.isdecimal() and len(value) < 6) or value == STAR


def _is_ordinary(value: str) -> bool:
    if is_trivial(value):
        return True
    if _PATH.fullmatch(value) or _PLAIN_URL.fullmatch(value):
        return not any(_RANDOM.fullmatch(part) for part in re.split(r"[/\\]", value))
    shapes = (_NUMBER, _HOST, _DOTTED, _LOCALE)
    return any(shape.fullmatch(value) for shape in shapes) or (value.isalpha() and len(value) < 8)


def _of_word(word: str, after: str) -> Iterator[str]:
    """Yield the secrets of one word of a command; `after` is the next one."""
    name, equals, value = re.sub(r"^(?:-[eD]|--env=)(?=\w+=)", "", word).partition("=")
    value = _unquote(value)
    if equals and re.fullmatch(r"[A-Za-z_]\w*", name):
        if is_secret(name, value) or is_odd(value):
            yield value
    elif name.startswith("-"):
        handed = value if equals else after
        if is_secret(name, handed) and not handed.startswith("-"):
            yield handed
        user, colon, password = handed.partition(":")
        if name in ("-u", "--user", "--proxy-user") and user and colon and not is_trivial(password):
            yield password


def _unquote(word: str) -> str:
    return word[1:-1] if len(word) > 1 and word[0] == word[-1] and word[0] in "\"'" else word


def _hide(name: str, value: str) -> str:
    return STAR if is_secret(name, value) else value


def _hide_word(name: str, word: str) -> str:
    quote = word[0] if _unquote(word) != word else ""
    return f"{quote}{STAR}{quote}" if is_secret(name, _unquote(word)) and name != "key" else word


def _hide_user(user: str) -> str:
    """A token may stand in place of a name: https://TOKEN@github.com."""
    return STAR if _RANDOM.fullmatch(user) else user


def _star_quoted(match: re.Match[str]) -> str:
    quote, name, between, prefix, mark, value = match.groups()
    shown = STAR if is_secret(name, value) else value
    return f"{quote}{name}{quote}{between}{prefix}{mark}{shown}{mark}"


def longest_first(values: Iterable[str]) -> tuple[str, ...]:
    """Return each value once, so that one which holds another is hidden whole."""
    return tuple(sorted(dict.fromkeys(values), key=lambda value: (-len(value), value)))
