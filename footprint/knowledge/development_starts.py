"""Which words of a start command are for developers: one row per server, by the name of its row in `servers`.

Source: option parsers and documentation of uvicorn 0.32, fastapi-cli 0.0.7, gunicorn 23, hypercorn 0.17, granian 2,
litestar 2, Sanic 24, Flask 3, Django 5, uWSGI 2.0, dramatiq 1.17, taskiq 0.11, arq 0.26.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from footprint.names import word_set
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class DevelopmentStart:
    """What makes a server one for developers. Options are whole words, or stand before a `=`."""

    watching: frozenset[str] = frozenset()  # options with which it starts anew when a file changes
    unless: frozenset[str] = frozenset()  # options that take that back
    words: frozenset[str] = frozenset()  # as its first word, one of these has it watch
    is_always: bool = False  # its own documentation says that it is none for production
    watches: bool = False  # it does so unasked


_RELOAD = frozenset({"--reload"})
ROWS: Mapping[str, DevelopmentStart] = {
    "uvicorn": DevelopmentStart(_RELOAD),
    "gunicorn": DevelopmentStart(_RELOAD),
    "hypercorn": DevelopmentStart(_RELOAD),
    "granian": DevelopmentStart(_RELOAD),
    "fastapi": DevelopmentStart(_RELOAD, frozenset({"--no-reload"}), frozenset({"dev"})),
    "litestar": DevelopmentStart(word_set("--reload -r")),
    "sanic": DevelopmentStart(word_set("--reload --auto-reload -r --dev")),
    "flask": DevelopmentStart(word_set("--reload --debug"), word_set("--no-reload"), is_always=True),
    "runserver": DevelopmentStart(unless=frozenset({"--noreload"}), is_always=True, watches=True),
    "uwsgi": DevelopmentStart(word_set("--py-autoreload --python-autoreload --py-auto-reload")),
    "dramatiq": DevelopmentStart(frozenset({"--watch"})),
    "taskiq": DevelopmentStart(word_set("--reload -r")),
    "arq": DevelopmentStart(frozenset({"--watch"})),
}
# Programs that start another one anew when a file changes.
WATCHERS = word_set("watchmedo nodemon watchexec watchfiles hupper")
# Arguments of a call that serves, which do the same, by server.
WATCHING_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "flask": word_set("debug use_reloader"), "uvicorn": word_set("reload"), "granian": word_set("reload"),
    "sanic": word_set("auto_reload dev"),
}  # fmt: skip
_OFF = frozenset({"", "0", "false", "no", "off"})
_DEVELOPERS = re.compile(
    r"(?:^|[-_./])(?:dev|devel|develop|development|local|localhost|tests?|testing|debug|override|ci|e2e|devcontainer"
    r"|examples?|samples?|docs?|tutorials?|lint|playground)(?:$|[-_./\d])",
    re.IGNORECASE,
)
_PRODUCTION = re.compile(
    r"(?:^|[-_./])(?:prod|production|live|deploy|release|staging|stage)(?:$|[-_./])", re.IGNORECASE
)


def is_for_developers(name: str) -> bool:
    """Whether the name of a file, a stage or a service says that developers use it: `Dockerfile.dev`, `web-dev`."""
    return _DEVELOPERS.search(name) is not None


def is_for_production(path: str) -> bool:
    """Whether the name of a file says that it is deployed: `compose.prod.yaml`."""
    return _PRODUCTION.search(path) is not None


def watches(row: DevelopmentStart, words: Sequence[str], environ: Mapping[str, str]) -> bool:
    """Whether a server that is given these words starts anew when a file changes."""
    options = {word.partition("=")[0] for word in words}
    if options & row.unless:
        return False
    is_debugged = row is ROWS["flask"] and is_debug(environ) and "--no-debug" not in options
    return row.watches or bool(options & row.watching) or bool(row.words & {*words[:1]}) or is_debugged


def is_debug(environ: Mapping[str, str]) -> bool:
    """Whether variables switch Flask's debugger on."""
    return environ.get("FLASK_DEBUG", "").lower() not in _OFF or environ.get("FLASK_ENV") == "development"
