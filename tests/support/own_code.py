"""footprint and all that it requires, copied to where another user may read it: ours may be root's alone."""

import shutil
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]


def copy_own_code(folder: Path) -> Path:
    """Fill a folder that can stand on the path, and return it."""
    shutil.copytree(ROOT / "footprint", folder / "footprint")
    for each in required("footprint-audit"):
        for file in metadata.files(each) or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), target)
    return folder


def required(name: str) -> set[str]:
    """Return the distributions that one requires here, without itself."""
    found: set[str] = set()
    pending = [name]
    while pending:
        for line in metadata.requires(pending.pop()) or ():
            each = Requirement(line)
            if each.name not in found and (each.marker is None or each.marker.evaluate({"extra": ""})):
                found.add(each.name)
                pending.append(each.name)
    return found
