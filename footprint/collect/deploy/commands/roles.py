"""What a program is to the application: a web process, a worker, or a job that runs once, by the clock or by hand.

Source: the commands of celery, rq, taskiq, Flask, Django and its task queues; the names that people give the processes
in Procfiles and compose files.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from footprint.knowledge.servers import BY_PROGRAM
from footprint.late import late_pattern
from footprint.model.source_modules import Launch, Role, StartCommand

# Procfile types, and what platforms call the same: they run once and are no part of the running application.
ONCE = frozenset({"release", "predeploy", "postdeploy", "build", "init"})
_DJANGO_WORKERS = frozenset(
    {"qcluster", "rqworker", "rqscheduler", "run_huey", "djangohuey", "process_tasks", "db_worker", "runworker"}
    | {"celery", "rundramatiq", "runapscheduler", "procrastinate", "crontabd", "livereload"}
)
_STARTS = late_pattern(
    r"^(?:start|entrypoint|docker[-_]?entrypoint|run|boot(?!strap)|serve|launch|prestart|worker|web|init)"
)
_CHECKS = late_pattern(
    r"(?:^|[-_.])(?:tests?|pytest|lint|linters?|format|fmt|checks?|coverage|bench|benchmarks?|docs|ci)"
)
_WORKER_WORDS = frozenset({"worker", "workers", "scheduler", "beat", "consumer", "consume", "listen", "daemon"})
_WORKER_NAME = late_pattern(
    r"worker|consumer|beat|clock|schedul|queue|bot(?![a-z])|listener|daemon|poller|subscriber|runner|stream(?!lit)|cron"
    r"|(?:^|[-_. ])jobs?(?=$|[-_. ])"
)
_SERVES = late_pattern(r"api|web|server|app(?![a-z])|frontend|backend")
# Of a process, a script or a file: it prepares, or it is run once in a while.
_ONCE_NAME = late_pattern(
    r"(?:^|[-_./\s])(?:pre[-_]?start|pre[-_]?deploy|post[-_]?deploy|initial[-_]data|init[-_]?db|migrat\w*|seed\w*|backup\w*"
    r"|clean[-_]?up|release|setup[-_]?db|create[-_]?db|load[-_]?data|bootstrap)(?=$|[-_.\s])"
)


def role_of(command: StartCommand, launch: Launch, words: Sequence[str], *, is_main: bool = True) -> Role:
    """Return the role of a program; `is_main` is whether the command is there to run it, and not to prepare."""
    known = command.role or _role_of_launcher(launch.launcher, words)
    if known is not None:
        return known
    if not is_main or command.purpose != "start" or command.trust == "recipe" or command.name in ONCE:
        return "job"
    stem = posixpath.splitext(posixpath.basename(command.path))[0] if command.trust == "followed" else ""
    if command.foreign and stem and not is_start_script(stem):
        return "job"  # of a script that may be called by nobody
    target = f"{posixpath.basename(launch.file or '')} {launch.module or ''}".lower()
    if _ONCE_NAME.search(target) or (stem and _ONCE_NAME.search(f"{command.name} {stem}".lower())):
        return "job"
    names = f"{command.name} {stem} {target} {_image_name(command.path)}".lower()
    return "worker" if _WORKER_NAME.search(names) else "web"


def _image_name(path: str) -> str:
    """Return what the file of an image is called besides: worker/Dockerfile, Dockerfile.worker. "" where it serves."""
    file = posixpath.basename(path)
    if "dockerfile" not in file.lower() and "containerfile" not in file.lower():
        return ""
    name = f"{posixpath.basename(posixpath.dirname(path))} {file}".lower()
    return "" if _SERVES.search(name) else name


def _role_of_launcher(launcher: str, words: Sequence[str]) -> Role | None:
    """Return what a launcher is for by itself, None where it runs whatever it is given."""
    server = BY_PROGRAM.get(launcher)
    if server is not None:
        return server.role if not server.words or (server.words | server.aside) & set(words) else "job"
    django = _django_command(words)
    if not django:
        return None
    if django in BY_PROGRAM or django == "testserver":
        return BY_PROGRAM[django].role if django in BY_PROGRAM else "web"
    return "worker" if django in _DJANGO_WORKERS or any(word in _WORKER_WORDS for word in words) else "job"


def is_start_script(name: str) -> bool:
    """Whether a script is called as those are that start an application."""
    stem = name.lower()
    return _STARTS.match(stem) is not None and _CHECKS.search(stem) is None


def is_server(launch: Launch) -> bool:
    """Whether a launcher serves an application that it is given, and is no script of ours."""
    server = BY_PROGRAM.get(launch.launcher)
    return server is not None and server.role == "web"


def needs_target(launch: Launch) -> bool:
    """Whether a launcher cannot run without something of the project."""
    return launch.launcher in BY_PROGRAM or launch.launcher == "python"


def _django_command(words: Sequence[str]) -> str | None:
    """Return what `manage.py` or `django-admin` is asked to do, "" for nothing; None for other programs."""
    for index, word in enumerate(words):
        if posixpath.basename(word) in {"manage.py", "manage", "django-admin", "django-admin.py"}:
            return next((each for each in words[index + 1 :] if not each.startswith("-")), "")
    return None
