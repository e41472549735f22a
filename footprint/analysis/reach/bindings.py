"""The imports of a module by the names that they bind, so that each of its calls does not look at each of them."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.source_modules import ImportSite, SourceModule

STAR = "*"


class Bindings:
    """Answers for the modules of one view of the project; each is gone through once."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, list[tuple[int, ImportSite]]]] = {}

    def of(self, module: SourceModule, name: str, *, stars: bool = False) -> list[ImportSite]:
        """Return the imports that bind `name`, and with `stars` those of a star, in the order of the file."""
        by_name = self._known.get(module.path)
        if by_name is None:
            by_name = self._known[module.path] = _by_name(module)
        found = by_name.get(name, [])
        if stars and STAR in by_name:
            found = sorted([*found, *by_name[STAR]], key=lambda numbered: numbered[0])
        return [site for _, site in found]


def _by_name(module: SourceModule) -> Mapping[str, list[tuple[int, ImportSite]]]:
    found: dict[str, list[tuple[int, ImportSite]]] = {}
    for number, site in enumerate(module.sites):
        for name in dict.fromkeys((STAR,) if site.names == (STAR,) else site.bound):
            found.setdefault(name, []).append((number, site))
    return found
