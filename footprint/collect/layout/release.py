"""Which Python one is: its numbers and implementation, and the markers that follow from them."""

from __future__ import annotations

import re

from footprint.model.installed_environment import Numbers
from footprint.values import dataclass

LEVELS = {"alpha": "a", "beta": "b", "candidate": "rc", "a": "a", "b": "b", "c": "rc", "rc": "rc"}
# 3.11.7, 3.13.0rc1 (venv, uv); 3.11.7.final.0 (virtualenv). A build may add a sign of its own: 3.11.2+
_VERSION = re.compile(
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
