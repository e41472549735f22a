"""How many processes a start command starts, as far as it says.

Source: the option parsers and documentation of uvicorn, gunicorn, hypercorn, granian, fastapi-cli, uWSGI, celery,
dramatiq and taskiq; WEB_CONCURRENCY is the default of uvicorn and gunicorn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from footprint.collect.deploy.wrappers import split_commands
from footprint.model.sources import Launch

# Of the variables that a deploy file sets these are kept: others may be passwords.
_WANTED = re.compile(
    r"GUNICORN_CMD_ARGS|PYTHONPATH|FLASK_APP|CELERY_APP|(?:UVICORN|GRANIAN)_[A-Z_]+|[A-Z_]*(?:WORKERS|CONCURRENCY|THREADS|PRELOAD)"
)
_NAME = re.compile(r"\$\{?(\w+)\}?")
_MOST = 10_000
# Celery's pools of one process.
_SINGLE_POOLS = frozenset({"solo", "threads", "gevent", "eventlet"})


@dataclass(frozen=True, slots=True)
class _Options:
    workers: tuple[str, ...]
    threads: tuple[str, ...] = ()
    environ: tuple[str, ...] = ()


_OPTIONS: Mapping[str, _Options] = {
    "uvicorn": _Options(("--workers",), environ=("UVICORN_WORKERS", "WEB_CONCURRENCY")),
    "fastapi": _Options(("--workers",), environ=("WEB_CONCURRENCY",)),
    "gunicorn": _Options(("-w", "--workers"), ("--threads",), ("WEB_CONCURRENCY",)),
    "hypercorn": _Options(("-w", "--workers")),
    "granian": _Options(("--workers",), environ=("GRANIAN_WORKERS",)),
    "uwsgi": _Options(("-p", "--processes", "--workers"), ("--threads",)),
    "celery": _Options(("-c", "--concurrency")),
    "dramatiq": _Options(("-p", "--processes"), ("-t", "--threads")),
    "taskiq": _Options(("-w", "--workers")),
}


def keep_environ(pairs: Mapping[str, str | None]) -> dict[str, str]:
    """Return the variables that say how to start."""
    return {name: value for name, value in pairs.items() if value and _WANTED.fullmatch(name)}


def with_processes(launch: Launch, words: Sequence[str], environ: Mapping[str, str]) -> Launch:
    """Return `launch` with its workers, threads and whether they share the application's pages, where that is stated.

    `words` follow the launcher's name.
    """
    options = _OPTIONS.get(launch.launcher)
    if options is None:
        return launch
    if launch.launcher == "gunicorn":
        extra = [word for line in split_commands(environ.get("GUNICORN_CMD_ARGS", "")) for word in line]
        words = [*extra, *words]
    threads = _count(_value(words, options.threads), environ)
    stated = _value(words, options.workers)
    if stated is not None:
        launch = replace(launch, workers=_count(stated, environ), workers_from="option")
    else:
        by_name = next((environ[name] for name in options.environ if name in environ), None)
        workers = _count(by_name, environ)
        launch = replace(launch, workers=workers, workers_from="environment" if workers is not None else None)
    launch = replace(launch, threads=threads)
    return _forks(launch, words)


def _forks(launch: Launch, words: Sequence[str]) -> Launch:
    """Say whether the application is imported before the workers are forked."""
    match launch.launcher:
        case "gunicorn" if "--preload" in words:
            return replace(launch, preload=True)
        case "uwsgi":
            lazy = {"--lazy-apps", "--lazy"} & set(words)
            return replace(launch, preload=not lazy if launch.workers is not None else None)
        case "celery" if "worker" in words:
            pool = _value(words, ("-P", "--pool")) or "prefork"
            if pool in _SINGLE_POOLS:
                return replace(launch, workers=1, workers_from="option", threads=launch.workers, preload=None)
            return replace(launch, preload=True)
    return launch


def _value(words: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the last value that an option is given: `-w 4`, `-w4`, `--workers 4`, `--workers=4`."""
    found = None
    for index, word in enumerate(words):
        for name in names:
            if word == name and index + 1 < len(words):
                found = words[index + 1]
            elif word.startswith(f"{name}="):
                found = word[len(name) + 1 :]
            elif not name.startswith("--") and re.fullmatch(rf"{re.escape(name)}\d+", word):
                found = word[len(name) :]
    return found


def _count(text: str | None, environ: Mapping[str, str]) -> int | None:
    """Return a count, the value of a variable among them; None for what only the machine knows: `$(nproc)`."""
    match = _NAME.fullmatch(text or "")
    text = environ.get(match[1]) if match else text
    digits = text is not None and text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))
    return int(text or 0) if digits and 0 < int(text or 0) <= _MOST else None
