"""Commands: those of scripts, images, recipes and timetables, one a line, and the words of one that name something.

That is what it runs, a module behind -m, code behind -c, an option's value.

Laws: a word that stands by itself is an argument, and may be anything: a host, a service, a file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from footprint.collect.namings.keyed_values import Concerns, KeyedValue, is_contrary, is_label, lines_of, value_of
from footprint.collect.namings.sought_names import FoundName, Sought, at_line
from footprint.documents.json_lines import try_json
from footprint.documents.plain_values import shell_words
from footprint.late import late_pattern
from footprint.names import word_set

_LONGEST = 4_000
_SEPARATOR = late_pattern(r"&&|\|\||[;|&\n(`]")
_ASSIGNMENT = late_pattern(r"(?:export\s+)?([A-Za-z_]\w*)=(.*)", re.DOTALL)
_PYTHON = late_pattern(r"(?:.*/)?(?:\$\{?\w+\}?|python[\d.]*|pypy[\d.]*|py|coverage|sys\.executable)")
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
    for quoted in re.findall(r"""\s-c\s+(?:"((?:[^"\\]|\\.)*)"|'([^']*)')""", text):
        yield from at_line(1, names.in_code(quoted[0].replace('\\"', '"') or quoted[1]))
    for part in _SEPARATOR.split(text):
        yield from _names_in(shell_words(part, comments=True), names)


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


# Commands of files, one a line: continued lines are joined.

_CRON = late_pattern(r"\s*(?:@\w+|(?:[\d*/,A-Za-z-]+\s+){4}[\d*/,A-Za-z-]+)\s+(.*)")
_INSTRUCTION = late_pattern(r"\s*(RUN|CMD|ENTRYPOINT|HEALTHCHECK|ENV|ARG|SHELL)\s+(.*)", re.IGNORECASE | re.DOTALL)
_PAIRED = late_pattern(r"([A-Za-z_]\w*)\s+([^=\s]+)\s*")
_FLAGS = late_pattern(r"(?:--[\w-]+=\S+\s+)*")
_IMPORT = late_pattern(r"\s*(?:import|from)\s+[A-Za-z_][\w.]*")
_HERE_DOCUMENT = late_pattern(r"<<-?\s*['\"]?(\w+)")
_PROCESS = late_pattern(r"\s*[\w-]+\s*:\s*(.*)")
_ENV = late_pattern(r"\s*(?:export\s+|set\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")


def shell_lines(text: str, concerns: Concerns) -> Iterator[tuple[int, str]]:
    """Yield the commands that hold a name; of a text that is handed to Python, its import statements."""
    end = ""  # of the text that is handed to Python: `python - <<WORD`
    for number, line in _joined(text):
        if end and line.strip() == end:
            end = ""
        elif concerns(line) and not line.lstrip().startswith("#"):
            yield number, _as_code(line) if end else line
        end = _end_of_document(line) or end


def makefile_lines(text: str, concerns: Concerns) -> Iterator[tuple[int, str]]:
    """Yield the recipe lines and the assignments."""
    for number, line in _joined(text):
        if concerns(line) and not line.lstrip().startswith("#"):
            yield number, re.sub(r"\s*[:?+]?=\s*", "=", line.strip().lstrip("@-+"), count=1)


def crontab_lines(text: str, concerns: Concerns) -> Iterator[tuple[int, str]]:
    """Yield the commands behind the times, also without the first word, which may be the user."""
    for number, line in _joined(text):
        match = _CRON.match(line)
        if concerns(line) and not line.lstrip().startswith("#"):
            command = match[1] if match else line
            yield number, command
            user, _, rest = command.partition(" ")
            if match and user.isidentifier() and rest:
                yield number, rest


def procfile_lines(text: str, concerns: Concerns) -> Iterator[tuple[int, str]]:
    """Yield the commands of processes."""
    for number, line in enumerate(lines_of(text), start=1):
        match = _PROCESS.match(line) if concerns(line) and not line.startswith("#") else None
        if match is not None:
            yield number, match[1]


def dockerfile_lines(text: str, concerns: Concerns) -> Iterator[tuple[int, str]]:
    """Yield what an image runs, and its variables as assignments."""
    is_code = False  # of a text that is handed to Python: `RUN python3 <<EOF`
    for number, line in _joined(text):
        is_code = bool(_end_of_document(line)) or (is_code and _INSTRUCTION.match(line) is None)
        match = _INSTRUCTION.match(line) if concerns(line) else None
        if match is None:
            if is_code and concerns(line):
                yield number, _as_code(line)
            continue
        rest = _FLAGS.sub("", match[2], count=1).strip()
        pair = _PAIRED.fullmatch(rest)
        if match[1].upper() == "ENV" and pair is not None:
            rest = f"{pair[1]}={pair[2]}"
        elif rest.startswith("["):
            rest = _words_of(rest)
        yield number, rest


def env_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the variables of an env file."""
    for number, line in enumerate(lines_of(text), start=1):
        match = _ENV.match(line) if concerns(line) else None
        if match is not None:
            yield KeyedValue((match[1],), value_of(match[2]), number)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield the logical lines with the number of their first one."""
    parts: list[str] = []
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if not parts:
            first = number
        if line.endswith("\\"):
            parts.append(line[:-1])
            continue
        yield first, " ".join([*parts, line])
        parts = []
    if parts:
        yield first, " ".join(parts)


def _end_of_document(line: str) -> str:
    """Return the word that ends the text which a line hands to Python; "" where it hands it none."""
    before, sign, _ = line.partition("<<")
    match = _HERE_DOCUMENT.match(line, len(before)) if sign and "python" in before else None
    return match[1] if match is not None else ""


def _as_code(line: str) -> str:
    return f"python -c {json.dumps(line.strip())}" if _IMPORT.match(line) else line


def _words_of(text: str) -> str:
    words = try_json(text)
    return " ".join(map(_quoted, words)) if isinstance(words, list) else text


def _quoted(word: object) -> str:
    text = str(word)
    return json.dumps(text) if re.search(r"[\s;&|]", text) else text
