"""What the files of an environment themselves say: two distributions with the same files, and files of nobody. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.model.environment_facts import DiskFacts
from footprint.model.installed_environment import OwnershipConflict
from footprint.names import ByName, DistributionName
from footprint.pairs import follow, group_pairs
from footprint.units import MIB, few, size
from footprint.values import dataclass

_IMPORTABLE = (".py", ".so", ".pyd")
_NOT_A_CLASH = "__init__.py"  # of a namespace that several have: each would do
_SMALLEST_BYTES = MIB  # of what is nobody's: below it is what installers themselves leave


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """Distributions that install the same modules, and what to say of it."""

    names: tuple[DistributionName, ...]
    message: str
    is_tied: bool  # one of them requires the others: none of them is there by choice


def find_shared(
    conflicts: Iterable[OwnershipConflict], required_by: ByName[Sequence[DistributionName]]
) -> Iterator[SharedFiles]:
    """Yield the distributions that install the same modules. `required_by` are the requirers of each installed one."""
    found = group_pairs(((each.owner, *each.others), each) for each in conflicts)
    for names, files in sorted(found.items()):
        modules = [each for each in files if each.path.endswith(_IMPORTABLE)]
        if all(each.path.rpartition("/")[2] == _NOT_A_CLASH for each in modules):
            continue
        count = "the same file" if len(files) == 1 else f"the same {len(files)} files"
        weight = size(sum(each.apparent_bytes for each in files))
        said = f"{' and '.join(names)} install {count} ({few([each.path for each in modules], 1)}; {weight})"
        said = f"{said}: the last one installed wins, and pip takes them along with either"
        first = _find_requirer(names, required_by)
        if first is None:
            yield SharedFiles(names, f"{said}; keep one of them", is_tied=False)
        else:
            others = ", ".join(name for name in names if name != first)
            yield SharedFiles(names, f"{said}; {first} requires {others}, so they belong together", is_tied=True)


def _find_requirer(
    names: Sequence[DistributionName], required_by: ByName[Sequence[DistributionName]]
) -> DistributionName | None:
    """Return which of `names` requires all others, whatever lies between; None where none does."""
    requirers = [follow([name], lambda each: required_by.get(each, ())) for name in names]
    return next((name for name in names if all(name in each for each in requirers)), None)


def describe_unowned(disk: DiskFacts) -> str | None:
    """Return what lies in the site folders and no distribution lists; None where that is little."""
    if (disk.unowned_bytes or 0) < _SMALLEST_BYTES:
        return None
    names = few([f"{each.path} {size(each.apparent_bytes)}" for each in disk.unowned], 3)
    return (
        f"{size(disk.unowned_bytes)} in the site folders belong to no distribution, so nothing uninstalls them: {names}"
    )
