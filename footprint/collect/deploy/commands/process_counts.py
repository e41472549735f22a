"""How many processes a start command starts, as far as it says.

The servers' options and variables stand in `knowledge.servers`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from footprint.collect.deploy.commands.launcher_arguments import more_words
from footprint.credentials import is_odd, is_secret_name
from footprint.knowledge.servers import BY_PROGRAM, Server, values_of
from footprint.model.source_modules import Launch

# Of the variables that a deploy file sets these are kept, and words under names that say no secret: others may be
# passwords.
_WANTED = re.compile(
    r"GUNICORN_CMD_ARGS|PYTHONPATH|PYTHON_LAZY_IMPORTS|FLASK_APP|CELERY_APP|(?:UVICORN|GRANIAN)_[A-Z_]+|[A-Z_]*(?:WORKERS|CONCURRENCY|THREADS|PRELOAD)"
)
_NAME = re.compile(r"\$\{?(\w+)\}?")
_WORD = re.compile(r"[A-Za-z0-9][\w.+-]{0,39}")
_MOST = 10_000


def keep_environ(pairs: Mapping[str, str | None]) -> dict[str, str]:
    """Return the variables that say how to start, and between what the code chooses: PROVIDER=openai."""
    return {
        name: value for name, value in pairs.items() if value and (_WANTED.fullmatch(name) or _is_word(name, value))
    }


def _is_word(name: str, value: str) -> bool:
    return _WORD.fullmatch(value) is not None and not is_secret_name(name) and not is_odd(value)


def with_processes(launch: Launch, words: Sequence[str], environ: Mapping[str, str]) -> Launch:
    """Return `launch` with its workers, threads and whether they share the application's pages, where that is stated.

    `words` follow the launcher's name.
    """
    server = BY_PROGRAM.get(launch.launcher)
    if server is None or not server.options or (server.words and not server.words.intersection(words)):
        return launch
    words = [*more_words(launch.launcher, environ), *words]
    launch = replace(launch, pool=_last(words, server.pool))
    threads = _count(_last(words, server.threads), environ)
    stated = _last(words, server.options)
    if stated is not None:
        launch = replace(launch, workers=_count(stated, environ), workers_from="option")
    else:
        by_name = next((environ[name] for name in server.variables if name in environ), None)
        workers = _count(by_name, environ)
        launch = replace(launch, workers=workers, workers_from="environment" if workers is not None else None)
    return _forks(replace(launch, threads=threads), server, words)


def _forks(launch: Launch, server: Server, words: Sequence[str]) -> Launch:
    """Say whether the application is imported before the workers are forked."""
    pool = _last(words, server.pool) or server.pool_default
    if pool in server.single:
        return replace(launch, workers=1, workers_from="option", threads=launch.workers, preload=None)
    if not set(server.preload).isdisjoint(words):
        return replace(launch, preload=True)
    if launch.launcher == "uwsgi" and launch.workers is None:
        return launch
    return replace(launch, preload=not {"--lazy-apps", "--lazy"} & set(words)) if server.forks_it(pool) else launch


def _last(words: Sequence[str], options: Sequence[str]) -> str | None:
    return next(reversed(values_of(words, options)), None)


def _count(text: str | None, environ: Mapping[str, str]) -> int | None:
    """Return a count, the value of a variable among them; None for what only the machine knows: `$(nproc)`."""
    text = (text or "").partition(",")[0]  # celery --autoscale=8,2
    match = _NAME.fullmatch(text)
    text = environ.get(match[1]) if match else text
    digits = text is not None and text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
    return int(text or 0) if digits and 0 < int(text or 0) <= _MOST else None
