"""The question that a target answers of itself, once.

Nothing of ours is imported in the target: it runs one standard-library script, isolated (`-I`), and
prints JSON between two markers, because a .pth file or sitecustomize may print around it.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from footprint.collect.interpreter.answer import Answer
from footprint.collect.interpreter.conversation import OUTPUT_BYTES, Group, Said, Start, run
from footprint.errors import InterpreterUnusable
from footprint.model.installed_environment import OLDEST_TARGET, Interpreter
from footprint.units import MIB

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


def ask(executable: Path, shown: str, timeout_s: float, start: Start | None) -> Interpreter:
    """Ask the interpreter at an absolute path, `shown` in messages as it was given; as `inspect`."""
    answer = Answer(shown, _ask(executable, shown, timeout_s, start or Group))
    version = answer.version()
    if version < OLDEST_TARGET:
        raise InterpreterUnusable.too_old(shown, version, OLDEST_TARGET)
    return Interpreter(
        executable=executable,
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


def _ask(executable: Path, shown: str, timeout_s: float, start: Start) -> object:
    question = f"BEGIN, END = {_BEGIN!r}, {_END!r}\n{_QUESTION}"
    command = [str(executable), "-I", "-c", question]
    try:
        said = run(command, timeout_s, start)
    except FileNotFoundError as error:
        raise InterpreterUnusable(shown, "it does not exist", _NAME_ANOTHER) from error
    except subprocess.TimeoutExpired as error:
        why, advice = f"it did not answer within {timeout_s:g} s", "look for a .pth file or sitecustomize that waits"
        raise InterpreterUnusable(shown, why, advice) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        why, advice = f"it cannot be run ({reason})", "give the path of a Python interpreter with --python"
        raise InterpreterUnusable(shown, why, advice) from error
    if said.is_cut:
        why, advice = (
            f"it said more than {OUTPUT_BYTES // MIB} MiB",
            "look for a .pth file or sitecustomize that prints",
        )
        raise InterpreterUnusable(shown, why, advice)
    _, begin, rest = said.output.decode("utf-8", "backslashreplace").rpartition(_BEGIN)
    body, end, _ = rest.partition(_END)
    try:
        answer: object = json.loads(body if begin and end else "")
    except (ValueError, RecursionError):  # echo and its like give the question back
        raise InterpreterUnusable(shown, _silence(said), _NAME_ANOTHER) from None
    return answer


def _silence(said: Said) -> str:
    """Return why nothing usable came back, with the last words of the process."""
    lines = said.errors.decode("utf-8", "backslashreplace").strip().splitlines()
    words = f": {lines[-1].strip()[:160]}" if lines else ""
    status = f"status {said.status}" if said.status >= 0 else f"signal {-said.status}"
    return f"it did not answer as Python 3.8 or later does (ended with {status}{words})"
