"""Requirements as they are asked for: parsed, each once, and one with extras beside the same without."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from packaging.requirements import InvalidRequirement, Requirement

from footprint.model.addition import AdditionRefusal
from footprint.names import DistributionName, normalise
from footprint.values import dataclass

_OF_FILES = frozenset({"https", "http", "file", ""})


@dataclass(frozen=True, slots=True)
class AskedCandidate:
    """One requirement to price. `refusal`: it cannot be read."""

    text: str  # as an installer takes it
    name: DistributionName
    extras: tuple[str, ...] = ()
    refusal: AdditionRefusal | None = None
    marker: str | None = None
    url: str | None = None

    @property
    def builds(self) -> bool:
        """Whether an installer would build it, whatever it is told: its address is not that of a wheel's file.

        A repository may be named as a wheel is, and a source archive may have the name of one in its query.
        """
        if self.url is None:
            return False
        try:
            parts = urlsplit(self.url)
        except ValueError:
            return True
        return parts.scheme not in _OF_FILES or not parts.path.endswith(".whl")


def read_candidates(texts: Iterable[str]) -> tuple[AskedCandidate, ...]:
    """Return what is asked for in its order; before one with extras the same without, where that is not asked for."""
    asked = tuple(map(read_candidate, texts))
    known = {(each.name, each.extras) for each in asked}
    found: dict[str, AskedCandidate] = {}
    for each in asked:
        if each.extras and (each.name, ()) not in known and each.refusal is None:
            bare = _without_extras(each)
            found.setdefault(bare.text, bare)
        found.setdefault(each.text, each)
    return tuple(found.values())


def read_candidate(text: str) -> AskedCandidate:
    """Return a requirement as a candidate; one that cannot be read has the refusal that says so."""
    text = text.strip()
    try:
        requirement = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        why = str(error).splitlines()[0] if str(error) else "it cannot be read"
        advice = "write it as in a requirements file: NAME, NAME==1.2, NAME[extra]>=1, NAME @ URL"
        refusal = AdditionRefusal("bad-requirement", f"not a requirement: {why}", advice)
        return AskedCandidate(text, "", refusal=refusal)
    extras = tuple(sorted(map(normalise, requirement.extras)))
    marker = str(requirement.marker) if requirement.marker is not None else None
    return AskedCandidate(text, normalise(requirement.name), extras, marker=marker, url=requirement.url)


def _without_extras(candidate: AskedCandidate) -> AskedCandidate:
    requirement = Requirement(candidate.text)
    requirement.extras = set()
    return AskedCandidate(str(requirement), candidate.name, marker=candidate.marker, url=candidate.url)
