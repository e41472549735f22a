"""The question that a target answers of itself, once, and the answer, which is not believed.

Nothing of ours is imported in the target: it runs one standard-library script, isolated (`-I`), and
prints JSON between two markers, because a .pth file or sitecustomize may print around it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from footprint.collect.interpreter.conversation import OUTPUT_BYTES, Group, Said, Start, run
from footprint.errors import InterpreterUnusable
from footprint.late import late_pattern
from footprint.model.installed_environment import OLDEST_TARGET, Interpreter
from footprint.units import MIB
from footprint.values import dataclass

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
    command = [str(executable), "-I", "-c", f"BEGIN, END = {_BEGIN!r}, {_END!r}\n{_QUESTION}"]
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


_T = TypeVar("_T")

_WORD_AT_MOST, _PATH_BYTES, _PATHS_AT_MOST, _NAMES_AT_MOST = 255, 4096, 10_000, 10_000
_MARKERS = (
    "implementation_name", "implementation_version", "os_name", "platform_machine", "platform_release",
    "platform_system", "platform_version", "platform_python_implementation", "python_full_version", "python_version",
    "sys_platform",
)  # fmt: skip
# + ends that of a build by hand.
_VERSION = late_pattern(r"\d{1,4}(?:\.\d{1,6}){0,3}(?:(?:a|b|c|rc)\d{1,6})?\+?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target says of itself, not believed: every value has the kind and size that an interpreter's has."""

    executable: str
    values: object

    def get(self, key: str, kind: type[_T]) -> _T:
        """Return a value of one kind. Raises: InterpreterUnusable."""
        values = self.values if isinstance(self.values, dict) else {}
        value = values.get(key)
        if not isinstance(value, kind):
            raise self.refuse(key)
        return value

    def refuse(self, key: str) -> InterpreterUnusable:
        """Return the error that says what is wrong with the answer."""
        why = f"its answer is not that of a Python interpreter ({key})"
        return InterpreterUnusable(self.executable, why, "name another with --python")

    def version(self) -> tuple[int, int, int]:
        """Return three numbers."""
        numbers = self.get("version", list)
        if len(numbers) != 3 or not all(type(number) is int and 0 <= number < 1000 for number in numbers):
            raise self.refuse("version")
        return numbers[0], numbers[1], numbers[2]

    def word(self, key: str) -> str:
        """Return a short printable text."""
        text = self.get(key, str)
        if len(text) > _WORD_AT_MOST or not text.isprintable():
            raise self.refuse(key)
        return text

    def path(self, key: str) -> str:
        """Return a path as the system can have one."""
        return self._checked(key, self.get(key, str))

    def paths(self, key: str) -> list[str]:
        """Return a list of them."""
        found = self.get(key, list)
        if len(found) > _PATHS_AT_MOST:
            raise self.refuse(key)
        return [self._checked(key, path) for path in found]

    def names(self, key: str) -> frozenset[str]:
        """Return names of modules."""
        found = self.get(key, list)
        if len(found) > _NAMES_AT_MOST or not all(isinstance(name, str) and name.isidentifier() for name in found):
            raise self.refuse(key)
        return frozenset(found)

    def markers(self, version: tuple[int, int, int]) -> Mapping[str, str]:
        """Return the names of the specification, and no others; versions among them are versions."""
        given = Answer(self.executable, self.get("markers", dict))
        found = {name: given.word(name) for name in _MARKERS}
        numbers = ".".join(map(str, version))
        is_same = found["python_version"] == numbers.rpartition(".")[0]
        if not is_same or not found["python_full_version"].startswith(numbers):
            raise self.refuse("python_version")
        if not all(_VERSION.fullmatch(found[name]) for name in ("python_full_version", "implementation_version")):
            raise self.refuse("implementation_version")
        return found

    def _checked(self, key: str, path: object) -> str:
        try:
            if isinstance(path, str) and len(os.fsencode(path)) <= _PATH_BYTES and "\0" not in path:
                return path
        except UnicodeEncodeError:
            pass
        raise self.refuse(key)
