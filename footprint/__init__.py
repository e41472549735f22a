"""footprint: what every Python dependency weighs, costs and is used for.

Public: `run_audit(options)` measures, `load(text)` reads a stored JSON audit, `Options` says what to audit,
`Audit` is the result; `run_check(options, settings)` judges by `GateSettings`, its `report` is a `GateReport`;
`FootprintError` is the base of all errors. Everything else is private.
"""

# No `from __future__ import` here: it reads a file, and `python -m footprint` looks in the working folder first.
import os
import sys


def _leave_working_folder() -> None:
    """Take folders of the project off the path when the command is started: its typing.py is not ours to run.

    They are the working folder, where `-m` put it there, and what PYTHONPATH names in it. What `-m` itself imports
    before us (warnings, contextlib, types and the like) is out of our reach: `footprint` and `python -I -m footprint`
    have no such folder.
    """
    by_module = any(
        option.startswith("-") and option.endswith("m") and name.partition(".")[0] == "footprint"
        for option, name in zip(sys.orig_argv, sys.orig_argv[1:])  # noqa: B905 - no import for it
    ) or any(option.startswith("-mfootprint") for option in sys.orig_argv)
    by_module = by_module and sys.argv[:1] == ["-m"]
    name = os.path.basename(sys.argv[0]) if sys.argv else ""  # noqa: PTH119
    if not by_module and name.partition(".")[0] != "footprint":
        return  # imported by somebody whose path it is
    try:
        here = os.getcwd()  # noqa: PTH109
    except OSError:  # it was removed
        return
    if by_module and sys.path[:1] == [here] and not sys.flags.isolated and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120
    for given in os.environ.get("PYTHONPATH", "").split(os.pathsep) if not sys.flags.ignore_environment else ():
        place = os.path.abspath(given)  # noqa: PTH100 - an empty one means the working folder
        is_site = place.endswith(("site-packages", "dist-packages"))
        if (place == here or place.startswith(here + os.sep)) and place in sys.path and place != home and not is_site:
            sys.path.remove(place)


_leave_working_folder()

from typing import TYPE_CHECKING, Any  # noqa: E402 - not before the path is ours

if TYPE_CHECKING:
    from footprint.audit import run_audit, run_check
    from footprint.config import Options
    from footprint.config.gate import GateSettings
    from footprint.errors import FootprintError
    from footprint.model.audit import Audit
    from footprint.model.gate import GateReport
    from footprint.report.stored import parse as load

__version__ = "0.1.0"
__all__ = [
    "Audit",
    "FootprintError",
    "GateReport",
    "GateSettings",
    "Options",
    "__version__",
    "load",
    "run_audit",
    "run_check",
]

_PLACES = {
    "Audit": ("footprint.model.audit", "Audit"),
    "FootprintError": ("footprint.errors", "FootprintError"),
    "GateReport": ("footprint.model.gate", "GateReport"),
    "GateSettings": ("footprint.config.gate", "GateSettings"),
    "Options": ("footprint.config", "Options"),
    "load": ("footprint.report.stored", "parse"),
    "run_audit": ("footprint.audit", "run_audit"),
    "run_check": ("footprint.audit", "run_check"),
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for (PEP 562): the command itself needs none of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
