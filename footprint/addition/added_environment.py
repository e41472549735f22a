"""A shadow of the environment with one candidate in it: what came, what it weighs, and where to start something.

Below overlays the installer runs as it would in the real environment, and the upper layers hold all that it wrote.
Where no overlay can be mounted, it fills a folder of ours, which is first on the import path of a shadow of links; what
gets another version is not in that shadow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from footprint.addition.installation import (
    InstallPlace,
    Planned,
    Refused,
    WantedCandidates,
    ask_files,
    compile_files,
    install,
    plan_installation,
)
from footprint.addition.installer_programs import Installer
from footprint.addition.shadow_layers import had_before, has_after, seen_above
from footprint.analysis.additions.installer_words import source_only
from footprint.analysis.additions.locked_wheels import WheelFile, choose_wheel, wheel_tags
from footprint.collect import disk
from footprint.collect.disk.arrived_files import weigh_arrived
from footprint.collect.disk.claims import Claims
from footprint.collect.metadata import read_installed
from footprint.errors import EnvironmentUnreadable
from footprint.files.private import private_folder
from footprint.files.reader import try_read
from footprint.model.installed_environment import DiskScan, Installed, Interpreter
from footprint.names import ByName, DistributionName
from footprint.probe.shadow import Shadow
from footprint.trial.ground import Change
from footprint.trial.large_libraries import find_large_libraries
from footprint.trial.shadows import Shadows
from footprint.values import dataclass, replace

_WHEEL_AT_MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class AddedEnvironment:
    """What came with a candidate. `weights` are bytes by distribution; `wheels` the files, as far as they are known."""

    shadow: Shadow
    came: tuple[Installed, ...]
    scan: DiskScan | None  # of what came; None: nothing did
    weights: ByName[int]  # of what came
    left: ByName[int]  # of the versions that went for it
    wheels: ByName[WheelFile]
    built: frozenset[DistributionName]
    planned: Planned


@dataclass(frozen=True, slots=True)
class Workshop:
    """What candidates are installed with. `constraints`: what is installed, pinned."""

    shadows: Shadows
    installer: Installer
    constraints: str
    with_bytecode: bool
    installed: tuple[Installed, ...] = ()


@contextmanager
def open_added(
    shop: Workshop, wanted: WantedCandidates, without: frozenset[str] = frozenset()
) -> Iterator[AddedEnvironment]:
    """Give the environment with a candidate in it, and without other distributions. Raises: Refused, NoShadow."""
    if any(each.builds for each in wanted.candidates) and not shop.installer.build:
        raise Refused(source_only(""))
    with shop.shadows.give(Change(without, opens_metadata=True)) as shadow:
        if shadow.engine == "overlay":
            yield _below_overlays(shop, wanted, shadow)
            return
        place = InstallPlace(_python(shadow))
        planned = plan_installation(shop.installer, place, wanted, shop.constraints)
    moved = {name for name, _ in planned.releases} & {one.name for one in shop.installed}
    with shop.shadows.give(Change(without | moved)) as shadow, private_folder("added", ("site",)) as folder:
        yield _beside(shop, wanted, planned, shadow, folder / "site")


def _python(shadow: Shadow) -> Path:
    assert shadow.interpreter.executable is not None
    return shadow.interpreter.executable


def _below_overlays(shop: Workshop, wanted: WantedCandidates, shadow: Shadow) -> AddedEnvironment:
    place = InstallPlace(_python(shadow), shadow.overlays)
    planned = plan_installation(shop.installer, place, wanted, shop.constraints)
    taken = install(shop.installer, place, planned, wanted)
    upper = seen_above(shadow)
    return _gathered(shop, place, planned, taken, shadow, upper)


def _beside(
    shop: Workshop, wanted: WantedCandidates, planned: Planned, shadow: Shadow, folder: Path
) -> AddedEnvironment:
    place = InstallPlace(_python(shadow), folder=folder)
    taken = install(shop.installer, place, planned, wanted)
    own = os.environ.get("PYTHONPATH")
    path = os.pathsep.join([str(folder), *filter(None, [own])])
    shadow = replace(shadow, environment={**shadow.environment, "PYTHONPATH": path})
    there = replace(shadow.interpreter, prefix=folder, site_dirs=(folder,), sys_path=(folder,))
    return _gathered(shop, place, planned, taken, shadow, there)


def _gathered(
    shop: Workshop,
    place: InstallPlace,
    planned: Planned,
    taken: dict[str, WheelFile],
    shadow: Shadow,
    above: Interpreter,
) -> AddedEnvironment:
    """Return what came: known by the metadata that was written."""
    if not planned.releases or not above.site_dirs:
        return AddedEnvironment(shadow, (), None, {}, {}, {}, frozenset(), planned)
    wanted = {name for name, _ in planned.releases}
    try:
        found, _ = read_installed(above.site_dirs)
    except EnvironmentUnreadable:
        found = ()
    came = tuple(one for one in found if one.name in wanted)
    claims = Claims(above.prefix, above.site_dirs, came)
    claims.collect()
    if shop.with_bytecode and shop.installer.kind == "uv":
        compile_files(shop.installer, place, _modules(claims, shadow))
    shadow = _with_libraries(shadow, claims)
    scan = disk.scan(above, came)
    was_there = had_before(above, shadow)
    weights = weigh_arrived(above, came, was_there, with_bytecode=shop.with_bytecode)
    moved = [one for one in shop.installed if one.name in {each.name for each in came}]
    real = shop.shadows.ground.interpreter
    left = weigh_arrived(real, moved, has_after(real, shadow), with_bytecode=shop.with_bytecode) if moved else {}
    known = ask_files(shop.installer, place, planned.releases)
    chosen = {one.name: _file_of(one, known.get(one.name, ()), taken) for one in came}
    wheels = {name: file for name, file in chosen.items() if file is not None}
    built = frozenset(one.name for one in came if shop.installer.build and one.name not in wheels)
    return AddedEnvironment(shadow, came, scan, weights, left, wheels, built, planned)


def find_files(shop: Workshop, added: AddedEnvironment, there: Sequence[Installed]) -> dict[str, WheelFile]:
    """Return the files that the index has of distributions that are installed, as far as it tells."""
    place = InstallPlace(_python(added.shadow), added.shadow.overlays)
    known = ask_files(shop.installer, place, [(one.name, one.version) for one in there])
    found = {one.name: _file_of(one, known.get(one.name, ()), {}) for one in there}
    return {name: file for name, file in found.items() if file is not None}


def _file_of(one: Installed, wheels: Sequence[WheelFile], taken: ByName[WheelFile]) -> WheelFile | None:
    if one.name in taken:
        return taken[one.name]
    text = try_read(f"{one.site_dir}/{one.info_name}/WHEEL", bytes_at_most=_WHEEL_AT_MOST) or b""
    return choose_wheel(wheels, wheel_tags(text.decode("utf-8", "replace")))


def _modules(claims: Claims, shadow: Shadow) -> Iterator[str]:
    """Yield the modules of what came, by the paths that they have for what runs in the shadow."""
    for root, files in claims.files.items():
        lower = _as_seen(root, shadow)
        yield from (f"{lower}/{path}" for path in files if path.endswith(".py"))


def _with_libraries(shadow: Shadow, claims: Claims) -> Shadow:
    """Return the shadow with the large libraries of what came."""
    came = (_as_seen(path, shadow) for path in find_large_libraries(claims))
    return replace(shadow, libraries=tuple(dict.fromkeys((*shadow.libraries, *came))))


def _as_seen(path: str, shadow: Shadow) -> str:
    """Return the path that a file or folder of the upper layers has for what runs in the shadow."""
    covers = (low + path[len(up) :] for low, up, _ in shadow.overlays if f"{path}/".startswith(f"{up}/"))
    return next(covers, path)
