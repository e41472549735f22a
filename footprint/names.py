"""Names as the field compares them, and what the names of files and folders tell.

Source: "Names and normalization" specification (PEP 503, PEP 685).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias, TypeVar

_T = TypeVar("_T")

DistributionName: TypeAlias = str  # always normalised: "scikit-learn", never "scikit_learn"
ModuleName: TypeAlias = str  # dotted path: "sklearn.utils"
Names: TypeAlias = Collection[DistributionName]
NameSet: TypeAlias = frozenset[DistributionName]
ByName: TypeAlias = Mapping[DistributionName, _T]
ByModule: TypeAlias = Mapping[ModuleName, _T]
ByPath: TypeAlias = Mapping[str, _T]  # of files of the project, posix

_SEPARATORS = re.compile(r"[-_.]+")


def normalise(name: str) -> DistributionName:
    """Return `name` as distributions and extras are compared: lower case, runs of -_. become one dash."""
    return _SEPARATORS.sub("-", name).lower()


def top_level(module: ModuleName) -> ModuleName:
    """Return the import name of a dotted module path: its first part."""
    return module.partition(".")[0]


@lru_cache(maxsize=1 << 16)  # asked for every import of every walk over the project
def ancestors(module: ModuleName) -> tuple[ModuleName, ...]:
    """Return the packages that importing `module` runs first, outermost first, without `module` itself."""
    parts = module.split(".")
    return tuple(".".join(parts[:count]) for count in range(1, len(parts)))


def owner_of(module: ModuleName, owners: Mapping[ModuleName, _T]) -> _T | None:
    """Return whose module it is: by the longest name in `owners` that it begins with."""
    return next((owners[each] for each in (module, *reversed(ancestors(module))) if each in owners), None)


def text_bytes(text: str) -> bytes:
    """Return a text as a file would hold it: also one that no file can hold, as `"\\ud800"` in code or JSON may be."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def is_stubs(name: DistributionName) -> bool:
    """Whether a distribution holds types for another one, by its name. Source: PEP 561."""
    return name.startswith("types-") or name.endswith("-stubs")


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "", *, cutoff: float = 0.6) -> str:
    """Return what a mistake ends with: up to three known names that are spelled like `name`, else `otherwise`."""
    from difflib import get_close_matches  # only mistakes ask

    names = list(dict.fromkeys(known))
    spellings = dict.fromkeys((name, name.lower(), name.upper()))
    close = next(filter(None, (get_close_matches(each, names, 3, cutoff) for each in spellings)), None)
    hint = f"did you mean {' or '.join(close)}?" if close else otherwise
    return f"; {hint}" if hint else ""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table that is written as a text."""
    return frozenset(text.split())


def readable(text: str) -> str:
    """Return the name of a file or distribution with all that is not text, or cannot be seen, as backslash escapes."""
    return text if text.isprintable() else "".join(map(_readable, text))


def _readable(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: the raw byte behind it
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


# Files that build a project and that no run of it reaches, where nothing else is said. Source: the documentation of
# setuptools, hatchling (custom build hook, `path`) and pdm-backend (`custom-hook`).
BUILD_SCRIPTS = frozenset({"setup.py", "hatch_build.py", "pdm_build.py"})


_KINDS_OF_TESTS = word_set("acceptance e2e end_to_end functional integration regression smoke system unit")
# Not every name that ends so: `ab_tests` may be a feature.
_TEST_FOLDERS = frozenset({"tests", "test", "testing", *(f"{kind}_tests" for kind in _KINDS_OF_TESTS)})


@lru_cache(maxsize=4096)
def is_below_tests(folder: str) -> bool:
    """Whether a folder is one for tests, or lies in one, by the parts of its path."""
    return any(part.lower().strip("_").replace("-", "_") in _TEST_FOLDERS for part in folder.split("/"))
