"""The words of a command that name something: what it runs, a module behind -m, code behind -c, an option's value.

Laws: a word that stands by itself is an argument, and may be anything: a host, a service, a file.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from footprint.collect.namings.keyed_values import is_contrary, is_label
from footprint.collect.namings.sought_names import FoundName, Sought, at_line
from footprint.names import word_set

_LONGEST = 4_000
_SEPARATOR = re.compile(r"&&|\|\||[;|&\n(`]")
_ASSIGNMENT = re.compile(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)", re.DOTALL)
_PYTHON = re.compile(r"(?:.*/)?(?:\$\{?\w+\}?|python[\d.]*|pypy[\d.]*|py|coverage|sys\.executable)")
# They run what follows them.
_WRAPPERS = word_set("""
    exec sudo env nohup time nice ionice setsid command then else do if while tini dumb-init gosu su-exec chpst
    stdbuf xvfb-run doppler dotenv flock timeout uv poetry pipenv pdm hatch rye pixi conda micromamba run -- uvx
    pipx -
""")
# They put files in place, speak, or run what is not Python of ours: none of their words names what is loaded.
_OTHERS = word_set("""
    echo printf apt apt-get apk yum dnf brew npm yarn pnpm docker docker-compose kubectl helm service systemctl git
    curl wget grep sed awk cat ls cp mv rm mkdir touch chmod chown nc ping test [ [[ cd for case make pip pip3 tar
    unzip psql redis-cli export-env which type hash source .
""")
_INSTALLS = word_set("install uninstall add remove sync lock download show freeze search")


def command_names(text: str, names: Sought) -> Iterator[FoundName]:
    """Yield what the commands of a text name; lines are 1 throughout."""
    if len(text) > _LONGEST:
        return
    code = re.findall(r"""\s-c\s+(?:"((?:[^"\\]|\\.)*)"|'([^']*)')""", text)
    for quoted in code:
        yield from at_line(1, names.in_code(quoted[0].replace('\\"', '"') or quoted[1]))
    for part in _SEPARATOR.split(text):
        yield from _names_in(_split(part), names)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:  # a quote that is closed elsewhere
        return text.split()


def _names_in(words: list[str], names: Sought) -> Iterator[FoundName]:
    while words:
        match = _ASSIGNMENT.fullmatch(words[0])
        if match is None and words[0] != "export":
            break
        words = words[1:]
        if match is not None and not is_label(match[1]) and not is_contrary(match[1]):
            yield from names.in_text(match[2])
    while words and (words[0] in _WRAPPERS or (words[0].startswith("-") and not _PYTHON.fullmatch(words[0]))):
        if words[0] == "-m":
            break
        words = words[1:]
    if not words or words[0] in _OTHERS or (len(words) > 1 and words[1] in _INSTALLS):
        return
    if _PYTHON.fullmatch(words[0]) and "-m" in words:
        rest = words[words.index("-m") + 1 :]
        if rest[1:2] and rest[1] in _INSTALLS:
            return
        yield from names.module_run(rest[0]) if rest else ()
    yield from names.command(words[0])
    yield from _names_in_options(words, names)


def _names_in_options(words: list[str], names: Sought) -> Iterator[FoundName]:
    for position, word in enumerate(words):
        following = words[position + 1] if position + 1 < len(words) else ""
        if not position or not word.startswith("-"):
            continue
        option, sign, value = word.partition("=")
        if is_label(option) or is_contrary(option) or option in ("-h", "-m", "-c"):
            continue
        yield from names.in_text(value if sign else following)
