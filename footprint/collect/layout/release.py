"""Which Python one is: its numbers and implementation, and the markers and the standard library that follow."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.late import late_pattern
from footprint.model.installed_environment import Numbers
from footprint.values import dataclass

LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc", "a": "a", "b": "b", "c": "rc", "rc": "rc"}
# 3.11.7, 3.13.0rc1 (venv, uv); 3.11.7.final.0 (virtualenv). A build may add a sign of its own: 3.11.2+
_VERSION = late_pattern(
    r"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?(?:\.?(alpha|beta|candidate|final|a|b|c|rc)\.?(\d{1,4}))?\+?"
)
_NAMES = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalVM"}


@dataclass(frozen=True, slots=True)
class Release:
    """One Python. `suffix` is that of a pre-release: "rc1"; `library` the folder of its modules: "python3.13t"."""

    numbers: Numbers
    implementation: str = "cpython"  # sys.implementation.name
    suffix: str = ""
    library: str = ""
    abi_flags: str = ""  # "t", "d", "td"

    @property
    def cache_tag(self) -> str:
        """The part of a .pyc file's name that is its interpreter's: cpython-311, pypy310."""
        major, minor, _ = self.numbers
        return f"cpython-{major}{minor}" if self.implementation == "cpython" else f"{self.implementation}{major}{minor}"

    @property
    def markers(self) -> dict[str, str]:
        """The variables of PEP 508 that follow from the release; all others are of the machine."""
        full = ".".join(map(str, self.numbers)) + self.suffix
        return {
            "implementation_name": self.implementation,
            "implementation_version": full,  # only CPython's is that of the language
            "platform_python_implementation": _NAMES.get(self.implementation, self.implementation),
            "python_full_version": full,
            "python_version": ".".join(map(str, self.numbers[:2])),
        }


Version = tuple[int, int, int | None, str]  # 3, 13, 0, "rc1"; None: the patch release is not said


def parse_version(text: str) -> Version | None:
    """Return the numbers and the suffix of a written version; None for anything else."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    major, minor, micro, level, serial = match.groups()
    suffix = f"{LEVELS[level]}{int(serial)}" if level in LEVELS else ""
    return int(major), int(minor), int(micro) if micro is not None else None, suffix


# By minor version of Python 3: what came with it, and what it no longer had.
# Source: sys.stdlib_module_names of each, and the removals in "What's New in Python".
_CAME: Mapping[int, str] = {
    9: "_aix_support _bootsubprocess _peg_parser _zoneinfo graphlib zoneinfo",
    11: "_tokenize _typing tomllib",
    12: "_pydatetime _pylong _sha2",
    13: "_android_support _colorize _interpchannels _interpqueues _interpreters _ios_support _opcode_metadata _pyrepl "
    "_suggestions _sysconfig _wmi",
    14: "_hmac _remote_debugging _types _zstd annotationlib compression",
    15: "_math_integer profiling",
}
_WENT: Mapping[int, str] = {
    9: "_dummy_thread dummy_threading",
    10: "_bootlocale _peg_parser _xxsubinterpreters formatter parser symbol",
    11: "binhex",
    12: "_bootsubprocess _sha256 _sha512 asynchat asyncore distutils imp smtpd",
    13: "_crypt _msi aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes "
    "sndhdr spwd sunau telnetlib uu xdrlib",
    15: "sre_compile sre_constants sre_parse",
}


def stdlib_names_of(wanted: Numbers, known: frozenset[str], version: Numbers) -> frozenset[str]:
    """Return the names of the `wanted` Python, given those that are `known` of another `version`."""
    names = set(known)
    is_newer = wanted[1] >= version[1]
    low, high = sorted((wanted[1], version[1]))
    for minor in range(low + 1, high + 1) if is_newer else range(high, low, -1):
        came, went = (set(table.get(minor, "").split()) for table in (_CAME, _WENT))
        names = names - went | came if is_newer else names - came | went
    return frozenset(names)
