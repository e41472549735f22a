"""Packages that load their modules when a name of them is asked for: `__getattr__` with a table, lazy_loader.

Source: PEP 562; SPEC 1 and lazy_loader's `attach` and `attach_stub`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.analysis.conventions.named_modules import matching
from footprint.analysis.conventions.scene import Lead, Scene
from footprint.model.source_modules import ImportSite, Placement, Reference, SourceModule
from footprint.pairs import group_pairs


def named(reference: Reference, scene: Scene) -> Iterable[Lead]:
    """Yield the module in a row of the package's table; `from package import name` loads it at once."""
    if reference.place[:1] == ("__getattr__",):
        yield from scene.leads(scene.named_by(reference), "lazy", reference)
    elif reference.place == ("__all__",):
        yield from scene.leads(matching(reference, scene), "lazy", reference)


def reached(module: SourceModule, scene: Scene) -> Iterable[Lead]:
    """Yield what the stub of a package names, where lazy_loader reads it."""
    if module.is_package:
        sites = (offer for offers in _offers_of(module, scene).values() for offer in offers)
        for site in dict.fromkeys(site for site in sites if not isinstance(site, Reference)):
            yield from scene.leads(scene.first_party.leads_to(site), "lazy", site)


def asked_of(site: ImportSite, scene: Scene) -> Iterator[SourceModule]:
    """Yield the files that `from package import name` loads through a lazy package."""
    package = scene.first_party.find(site.module) if site.names else None
    if package is not None and _offers_of(package, scene):  # hardly any package is lazy, and every import asks
        for name in site.names:
            yield from _offered(package, name, scene)


def asked_by_call(module: SourceModule, name: str, scene: Scene) -> Iterator[tuple[SourceModule, ImportSite]]:
    """Yield the files that a call such as `package.name()` loads through a lazy package, and the import used."""
    first, _, rest = name.partition(".")
    for site in scene.bindings.of(module, first) if rest else ():
        if site.placement in (Placement.MODULE, Placement.MAIN):
            bound = _bound_module(site, first)
            package = scene.first_party.find(bound) if bound else None
            for file in _offered(package, rest.partition(".")[0], scene) if package is not None else ():
                yield file, site


def _bound_module(site: ImportSite, name: str) -> str | None:
    if not site.names:
        return name if name == site.module.partition(".")[0] else site.module
    index = site.bound.index(name)
    return f"{site.module}.{site.names[index]}" if index < len(site.names) else None


def _offered(package: SourceModule, name: str, scene: Scene) -> Iterator[SourceModule]:
    for offer in _offers_of(package, scene).get(name, ()):
        if not isinstance(offer, Reference):
            index = offer.bound.index(name)
            yield from scene.first_party.files_of(offer.module, offer.names[index : index + 1])
        else:
            yield from matching(offer, scene) if name == "*" else scene.named_by(offer)


def _offers_of(package: SourceModule, scene: Scene) -> Mapping[str, Sequence[Reference | ImportSite]]:
    offers = scene.offers.get(package.path)
    if offers is None:
        offers = scene.offers[package.path] = _offers(package, scene)
    return offers


def _offers(package: SourceModule, scene: Scene) -> Mapping[str, Sequence[Reference | ImportSite]]:
    """Return what a package loads for which name; "*" for all of its own folder."""
    found: list[tuple[str, Reference | ImportSite]] = []
    for reference in package.references:
        names = reference.place[1:] if reference.place[:1] == ("__getattr__",) else ()
        found += ((name, reference) for name in names or (("*",) if reference.place == ("__all__",) else ()))
    found += ((name, site) for site in _stub_sites(package, scene) for name in site.bound)
    return group_pairs(found)


def _stub_sites(module: SourceModule, scene: Scene) -> tuple[ImportSite, ...]:
    called = (name for calls in module.calls if not calls.function for name in calls.names)
    if not any(name.rpartition(".")[2] == "attach_stub" for name in called):
        return ()
    stub = scene.stubs.get(f"{module.path}i")
    return stub.sites if stub is not None else ()
