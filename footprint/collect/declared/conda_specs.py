"""conda's match specifications as requirements: names of the package index, PEP 440 versions.

Source: conda documentation, "Package match specifications"; names in footprint/data/conda_names.toml.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping
from importlib import resources

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.collect.declared.doubtful_words import words_of
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.names import DistributionName, normalise
from footprint.values import dataclass

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# channel::name version build, name=version=build, name[version='>=1']
_SPEC = re.compile(r"(?:[^\s:=<>!~\[]+::)?([A-Za-z0-9_][\w.-]*)\s*(.*)", re.DOTALL)
_KEYS = re.compile(r"\[(.*)\]\s*$", re.DOTALL)
_VERSION_KEY = re.compile(r"version\s*=\s*[\"']?([^\"'\]]+)")


@dataclass(frozen=True, slots=True)
class _CondaNames:
    """What conda's names mean on the package index."""

    index_names: Mapping[str, DistributionName]
    foreign: frozenset[str]  # no Python distributions: compilers, libraries, tools
    foreign_prefixes: tuple[str, ...]
    foreign_suffixes: tuple[str, ...]


def add_conda(text: str, into: Gathering, place: DeclaredPlace) -> None:
    """Add one match specification; what is no Python distribution is left out."""
    found = _SPEC.fullmatch(text.partition(" #")[0].strip()[:500])
    if found is None:
        message = f"no conda specification: {text[:80]!r}: it begins with the name of a package"
        into.doubt_line(message, place, words_of(text[:500]))
        return
    keys = _KEYS.search(found[2])
    version = _VERSION_KEY.search(keys[1]) if keys else None
    constraint = version[1] if version else _KEYS.sub("", found[2])
    add_conda_name(found[1], constraint, text.strip()[:500], into, place)


def add_conda_name(name: str, constraint: str, raw: str, into: Gathering, place: DeclaredPlace) -> None:
    """Add the distribution that conda calls `name`, with conda's version constraint."""
    names = _names()
    shown = name.lower()
    if shown in names.foreign or shown.startswith(names.foreign_prefixes) or shown.endswith(names.foreign_suffixes):
        return
    text = names.index_names.get(shown, normalise(name)) + to_specifier(constraint)
    into.add(text, place, raw=raw, conda_name=shown)


def to_specifier(constraint: str) -> str:
    """Return a conda version constraint as a PEP 440 specifier; "" where it has no equal.

    `=1.2` is `==1.2.*`, `==1.2` and `=1.2=build` are `==1.2`, `1.2` after a blank is `==1.2`.
    """
    constraint = constraint.strip()
    if not constraint or constraint == "*" or "|" in constraint:
        return ""
    fuzzy = re.fullmatch(r"=([^=<>!~,\s]+)", constraint)
    if fuzzy:
        base = fuzzy[1].removesuffix("*").removesuffix(".")
        return _checked(f"=={base}.*") if base else ""
    exact = re.fullmatch(r"(?:={0,2}\s*)([^=<>!~,\s]+)(?:[\s=]+[^\s=<>,]+)?", constraint)
    if exact:
        return "" if exact[1] == "*" else _checked(f"=={exact[1]}")
    return _checked(re.sub(r"\s+", "", constraint))


def _checked(specifier: str) -> str:
    try:
        SpecifierSet(specifier)
    except InvalidSpecifier:
        return ""
    return specifier


@functools.cache
def _names() -> _CondaNames:
    text = (resources.files("footprint") / "data" / "conda_names.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    foreign = document["not_python"]
    prefixes, suffixes = tuple(foreign["prefixes"]), tuple(foreign["suffixes"])
    return _CondaNames(document["index_names"], frozenset(foreign["names"]), prefixes, suffixes)
