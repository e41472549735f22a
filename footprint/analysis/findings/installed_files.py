"""What the files of an environment themselves say: two distributions with the same files, and files of nobody. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from footprint.model.environment_facts import DiskFacts
from footprint.model.installed_environment import OwnershipConflict
from footprint.names import DistributionName
from footprint.pairs import group_pairs
from footprint.units import MIB, few, size

_IMPORTABLE = (".py", ".so", ".pyd")
_NOT_A_CLASH = "__init__.py"  # of a namespace that several have: each would do
_SMALLEST_BYTES = MIB  # of what is nobody's: below it is what installers themselves leave


def find_shared(conflicts: Iterable[OwnershipConflict]) -> Iterator[tuple[tuple[DistributionName, ...], str]]:
    """Yield the distributions that install the same modules, and what to say of it."""
    found = group_pairs(((each.owner, *each.others), each) for each in conflicts)
    for names, files in sorted(found.items()):
        modules = [each for each in files if each.path.endswith(_IMPORTABLE)]
        if all(each.path.rpartition("/")[2] == _NOT_A_CLASH for each in modules):
            continue
        count = "the same file" if len(files) == 1 else f"the same {len(files)} files"
        weight = size(sum(each.apparent_bytes for each in files))
        said = f"{' and '.join(names)} install {count} ({few([each.path for each in modules], 1)}; {weight})"
        yield names, f"{said}: the last one installed wins, and pip takes them along with either; keep one of them"


def describe_unowned(disk: DiskFacts) -> str | None:
    """Return what lies in the site folders and no distribution lists; None where that is little."""
    if (disk.unowned_bytes or 0) < _SMALLEST_BYTES:
        return None
    names = few([f"{each.path} {size(each.apparent_bytes)}" for each in disk.unowned], 3)
    return (
        f"{size(disk.unowned_bytes)} in the site folders belong to no distribution, so nothing uninstalls them: {names}"
    )
