"""The recorder as bytecode of the target: compiling its source in the measured process would cost it 1.5 MiB."""

from __future__ import annotations

import struct
from pathlib import Path

from footprint.probe.bare import run_bare
from footprint.values import dataclass

CHILD_FOLDER = Path(__file__).parent / "child"

_TIMEOUT_S = 60
_COMPILE = """
import py_compile, sys
for source, target in zip(sys.argv[1::2], sys.argv[2::2]):
    py_compile.compile(source, target, doraise=True, invalidation_mode=py_compile.PycInvalidationMode.TIMESTAMP)
"""


@dataclass(frozen=True, slots=True)
class ChildCode:
    """Where the recorder and the files beside it are, and how their names end."""

    folder: Path
    suffix: str  # ".cpython-311.pyc"; ".py" when they could not be compiled

    @property
    def recorder(self) -> Path:
        """The file that the target runs."""
        return self.folder / f"recorder{self.suffix}"


def provide(executable: Path, cache_tag: str, private: Path) -> ChildCode:
    """Return the child's code compiled for `executable`: in its usual place, else in `private`, else as source.

    Only the first probe with an interpreter compiles anything.
    """
    sources = sorted(path for path in CHILD_FOLDER.glob("*.py") if path.stem != "__init__")
    for folder in (CHILD_FOLDER / "__pycache__", private):
        code = ChildCode(folder, f".{cache_tag}.pyc")
        if _is_fresh(code, sources) or _compile(executable, code, sources):
            return code
    return ChildCode(CHILD_FOLDER, ".py")


def is_bytecode_of(target: Path, source: Path) -> bool:
    """Say whether a .pyc is of this very source. Source: PEP 552, the time stamp form."""
    try:
        with target.open("rb") as file:
            header = file.read(16)
        status = source.stat()
    except OSError:
        return False
    wanted = (0, int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF)
    return len(header) == 16 and struct.unpack("<III", header[4:]) == wanted


def _is_fresh(code: ChildCode, sources: list[Path]) -> bool:
    return all(is_bytecode_of(code.folder / f"{source.stem}{code.suffix}", source) for source in sources)


def _compile(executable: Path, code: ChildCode, sources: list[Path]) -> bool:
    pairs = [str(path) for source in sources for path in (source, code.folder / f"{source.stem}{code.suffix}")]
    return run_bare([str(executable), "-I", "-S", "-c", _COMPILE, *pairs], _TIMEOUT_S)
