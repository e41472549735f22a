"""The target interpreter: which one it is, and what it says of itself when asked once.

Nothing of ours is imported in the target: it runs one standard-library script, isolated (`-I`), and
prints JSON between two markers, because a .pth file or sitecustomize may print around it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from footprint.collect.interpreter.answer import Answer
from footprint.collect.interpreter.conversation import OUTPUT_BYTES, Group, Said, Start, run
from footprint.collect.interpreter.environments import (
    FoundEnvironment,
    find_environments,
    find_program,
    find_trouble,
    has_packages,
    look_at,
)
from footprint.errors import InterpreterUnusable, UsageError
from footprint.model.installed_environment import OLDEST_TARGET, HowFound, Interpreter
from footprint.units import MIB

__all__ = [
    "RUNNING",
    "FoundEnvironment",
    "find",
    "find_environments",
    "find_own",
    "find_trouble",
    "has_packages",
    "inspect",
    "look_at",
]

TIMEOUT_S = 30.0
RUNNING = HowFound("running", "the interpreter that runs footprint", "name another with --python or --env")  # no other
_NAME_ANOTHER = "name another with --python"

_BEGIN, _END = "--footprint-begin--", "--footprint-end--"

# Runs in the target: Python 3.4 syntax, so that a too old interpreter can still tell its version.
_QUESTION = """
import json, os, platform, site, sys, sysconfig

def full_version(info):
    text = "%d.%d.%d" % (info.major, info.minor, info.micro)
    return text if info.releaselevel == "final" else text + info.releaselevel[0] + str(info.serial)

def stdlib():
    known = getattr(sys, "stdlib_module_names", None)  # 3.10 and later
    if known is not None:
        return sorted(known)
    # Those of other platforms count, too: code that imports winreg is no user of a distribution.
    names = set(sys.builtin_module_names) | set(
        "_msi _overlapped _scproxy _winapi crypt curses fcntl grp msilib msvcrt nis nt ossaudiodev posix pwd "
        "readline resource spwd syslog termios winreg winsound".split())
    base = sysconfig.get_path("stdlib")
    for folder in {base, sysconfig.get_path("platstdlib"), os.path.join(base, "lib-dynload")}:
        for entry in os.listdir(folder) if os.path.isdir(folder) else ():
            stem, dot, rest = entry.partition(".")
            folder_like = not dot and os.path.isdir(os.path.join(folder, entry))
            if stem.isidentifier() and (folder_like or rest.endswith(("py", "so", "pyd"))):
                names.add(stem)
    return sorted(names - {"__pycache__"})

def user_site():
    # -I switches it off, but the application will run without -I.
    shares = sys.prefix == sys.base_prefix or any(
        os.path.realpath(entry).startswith(os.path.realpath(sys.base_prefix) + os.sep)
        and os.path.basename(entry) in ("site-packages", "dist-packages") for entry in sys.path)
    folder = site.getusersitepackages()
    if not shares or os.environ.get("PYTHONNOUSERSITE") or not os.path.isdir(folder):
        return None
    before = list(sys.path)
    site.addsitedir(folder)
    added = [entry for entry in sys.path if entry not in before]
    at = [i for i, entry in enumerate(before) if os.path.basename(entry) in ("site-packages", "dist-packages")]
    sys.path[:] = before[:at[0]] + added + before[at[0]:] if at else before + added
    return folder

def site_dirs():
    own = [user_site(), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    own = [os.path.realpath(folder) for folder in own if folder]
    found = []
    for entry in sys.path + own:
        real = os.path.realpath(entry)
        wanted = real in own or os.path.basename(entry) in ("site-packages", "dist-packages")
        if wanted and os.path.isdir(real) and real not in found:
            found.append(real)
    return found

sites = site_dirs()
answer = {
    "version": list(sys.version_info[:3]),
    "implementation": sys.implementation.name,
    "platform": sysconfig.get_platform(),
    "cache_tag": sys.implementation.cache_tag or "",
    "abi_flags": getattr(sys, "abiflags", ""),
    "libc": sys.platform.startswith("linux") and (
        "musl" if "musl" in (sysconfig.get_config_var("SOABI") or "") else "glibc") or "",
    "prefix": os.path.realpath(sys.prefix),
    "site_dirs": sites,
    "sys_path": [entry for entry in sys.path if entry],
    "stdlib_names": stdlib(),
    "markers": {
        "implementation_name": sys.implementation.name,
        "implementation_version": full_version(sys.implementation.version),
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "platform_python_implementation": platform.python_implementation(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}
sys.stdout.write("\\n%s%s%s\\n" % (BEGIN, json.dumps(answer), END))
"""


def find(*, python: Path | None, env: Path | None, project: Path) -> tuple[Path, HowFound]:
    """Return the interpreter to audit, and how it was chosen.

    Order: --python, --env, the active environment, those of the project (`environments`), of which one that can be
    started comes first, the running interpreter. The path keeps its symbolic links: an environment's python is one.
    Raises: UsageError when a given one does not exist.
    """
    if python is not None:
        return _given_python(python), HowFound("python", "--python")
    if env is not None:
        return _given_env(env), HowFound("env", "--env")
    for variable, folder in _active_environments():
        if (found := find_program(folder)) is not None:
            return _absolute(found), HowFound("active", f"the active environment ({variable})")
    own = find_environments(project)
    chosen = next((each for each in own if not each.trouble), own[0] if own else None)
    if chosen is None:
        return Path(sys.executable), RUNNING
    return chosen.python, HowFound("own", chosen.where)


def find_own(project: Path) -> Path | None:
    """Return the interpreter of the environment that lies in the project's folder, whatever else is active."""
    top = project.resolve()
    own = (each.python for each in find_environments(project) if not each.trouble)
    return next((python for python in own if python.is_relative_to(top)), None)


def inspect(executable: Path, *, timeout_s: float = TIMEOUT_S, start: Start | None = None) -> Interpreter:
    """Ask `executable` once for its version, paths, markers and standard library.

    `start` starts it; without one, what it leaves running in a session of its own is not ended.
    Raises: InterpreterUnusable if it is missing, no Python, older than 3.8, silent for `timeout_s`, or if its answer is
        endless or not that of an interpreter.
    Source: "Dependency specifiers" specification (environment markers), as packaging computes them.
    """
    answer = Answer(str(executable), _ask(executable, timeout_s, start or Group))
    version = answer.version()
    if version < OLDEST_TARGET:
        raise InterpreterUnusable.too_old(str(executable), version, OLDEST_TARGET)
    return Interpreter(
        executable=_absolute(executable),
        version=version,
        implementation=answer.word("implementation"),
        platform=answer.word("platform"),
        cache_tag=answer.word("cache_tag"),
        libc=answer.word("libc"),
        abi_flags=answer.word("abi_flags"),
        prefix=Path(answer.path("prefix")),
        site_dirs=tuple(map(Path, answer.paths("site_dirs"))),
        sys_path=tuple(map(Path, answer.paths("sys_path"))),
        markers=answer.markers(version),
        stdlib_names=answer.names("stdlib_names") | {"__main__"},  # every interpreter has it, and no list names it
    )


def _given_python(python: Path) -> Path:
    if python.is_file():
        return _absolute(python)
    on_path = shutil.which(str(python)) if python.name == str(python) else None
    if on_path is not None:
        return Path(on_path)
    if python.is_dir():
        raise UsageError(f"--python {python} is a folder: give the interpreter in it, or use --env {python}")
    raise UsageError(f"--python {python} does not exist: give the path of a Python interpreter")


def _given_env(env: Path) -> Path:
    if not env.is_dir():
        raise UsageError(f"--env {env} is not a folder: give the folder of a virtual environment")
    if (program := find_program(env)) is not None:
        return _absolute(program)
    if (broken := look_at(env, "--env")) is not None:
        return broken.python  # what is installed there can be read
    raise UsageError(
        f"--env {env} has neither bin/python nor Scripts/python.exe: "
        "give the folder of a virtual environment, or an interpreter with --python"
    )


def _active_environments() -> Iterator[tuple[str, Path]]:
    if folder := os.environ.get("VIRTUAL_ENV"):
        yield "VIRTUAL_ENV", Path(folder)
    # conda's base is active in every shell of many machines: no sign that the project uses it.
    if (folder := os.environ.get("CONDA_PREFIX")) and os.environ.get("CONDA_DEFAULT_ENV") not in ("base", "root"):
        yield "CONDA_PREFIX", Path(folder)


def _absolute(path: Path) -> Path:
    return Path.cwd() / path  # not resolve(): the link is what makes it the environment's python


def _ask(executable: Path, timeout_s: float, start: Start) -> object:
    question = f"BEGIN, END = {_BEGIN!r}, {_END!r}\n{_QUESTION}"
    command = [str(_absolute(executable)), "-I", "-c", question]
    try:
        said = run(command, timeout_s, start)
    except FileNotFoundError as error:
        raise InterpreterUnusable(str(executable), "it does not exist", _NAME_ANOTHER) from error
    except subprocess.TimeoutExpired as error:
        why, advice = f"it did not answer within {timeout_s:g} s", "look for a .pth file or sitecustomize that waits"
        raise InterpreterUnusable(str(executable), why, advice) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        why, advice = f"it cannot be run ({reason})", "give the path of a Python interpreter with --python"
        raise InterpreterUnusable(str(executable), why, advice) from error
    if said.is_cut:
        why, advice = (
            f"it said more than {OUTPUT_BYTES // MIB} MiB",
            "look for a .pth file or sitecustomize that prints",
        )
        raise InterpreterUnusable(str(executable), why, advice)
    _, begin, rest = said.output.decode("utf-8", "backslashreplace").rpartition(_BEGIN)
    body, end, _ = rest.partition(_END)
    try:
        answer: object = json.loads(body if begin and end else "")
    except (ValueError, RecursionError):  # echo and its like give the question back
        raise InterpreterUnusable(str(executable), _silence(said), _NAME_ANOTHER) from None
    return answer


def _silence(said: Said) -> str:
    """Return why nothing usable came back, with the last words of the process."""
    lines = said.errors.decode("utf-8", "backslashreplace").strip().splitlines()
    words = f": {lines[-1].strip()[:160]}" if lines else ""
    status = f"status {said.status}" if said.status >= 0 else f"signal {-said.status}"
    return f"it did not answer as Python 3.8 or later does (ended with {status}{words})"
