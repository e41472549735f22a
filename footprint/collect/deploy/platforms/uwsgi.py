"""uwsgi.ini: what it serves, and its options as those of the command line.

Source: uWSGI documentation, "Configuring uWSGI".
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.platforms.stated import code_folder, line_at
from footprint.model.source_modules import StartCommand
from footprint.names import word_set

_SECTION = re.compile(r"^\s*\[([^\]\n]{0,100})\]")
_PAIR = re.compile(r"^\s*([\w-]+)\s*=(.*)$")
_PLACE = re.compile(r"%\([^)\n]{0,100}\)|%[A-Za-z]")  # known where it runs
_SERVED = re.compile(r"^[ \t]*(?:module|wsgi|wsgi-file|mount)[ \t]*=", re.MULTILINE)
_KEPT = word_set("module wsgi wsgi-file callable chdir pythonpath processes workers threads lazy-apps master")


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield what a file of settings serves."""
    words = read_options(text)
    launch = parse_command(shlex.join(["uwsgi", *words])) if words else None
    if launch is not None and (launch.module or launch.file):
        command, line = f"uwsgi --ini {posixpath.basename(path)}", line_at(text, _SERVED.search(text))
        yield StartCommand("web", command, path, line, code_folder(path), launch, trust="followed")


def read_options(text: str) -> tuple[str, ...]:
    """Return the options that say what is served and how, as words of a command line."""
    words: list[str] = []
    inside = False
    for line in text.splitlines():
        section = _SECTION.match(line)
        if section is not None:
            inside = section[1].partition(":")[0].strip() == "uwsgi"
            continue
        pair = _PAIR.match(line) if inside else None
        if pair is None or pair[1] not in _KEPT:
            continue
        value = _PLACE.sub("", pair[2].strip())
        if value in {"true", "1"} and pair[1] in {"lazy-apps", "master"}:
            words.append(f"--{pair[1]}")
        elif value:
            words += [f"--{pair[1]}", value]
    return tuple(words)
