"""The commands of scripts, images, recipes and timetables, one a line: continued lines are joined."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from footprint.collect.namings.keyed_values import Concerns, KeyedValue, lines_of, value_of
from footprint.documents.json_lines import try_json

_CRON = re.compile(r"\s*(?:@\w+|(?:[\d*/,A-Za-z-]+\s+){4}[\d*/,A-Za-z-]+)\s+(.*)")
_INSTRUCTION = re.compile(r"\s*(RUN|CMD|ENTRYPOINT|HEALTHCHECK|ENV|ARG|SHELL)\s+(.*)", re.IGNORECASE | re.DOTALL)
_PAIRED = re.compile(r"([A-Za-z_]\w*)\s+([^=\s]+)\s*")
_OPTIONS = re.compile(r"(?:--[\w-]+=\S+\s+)*")
_IMPORT = re.compile(r"\s*(?:import|from)\s+[A-Za-z_][\w.]*")
_HERE_DOCUMENT = re.compile(r"<<-?\s*['\"]?(\w+)")
_PROCESS = re.compile(r"\s*[\w-]+\s*:\s*(.*)")
_ENV = re.compile(r"\s*(?:export\s+|set\s+)?([A-Za-z_]\w*)\s*=\s*(.*)")


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
        rest = _OPTIONS.sub("", match[2], count=1).strip()
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
