"""footprint: what every Python dependency weighs, costs and is used for.

Public: `run_audit(options)` measures, `load(text)` reads a stored JSON audit, `Audit` is the result;
`Options.of(project=folder, runs=3)` says what to audit and how; `run_check(options)` judges by the `GateSettings` that
are its part `gate`, its `report` is a `GateReport`;
`FootprintError` is the base of all errors. Everything else is private.
"""

# No `from __future__ import` here: it reads a file, and `python -m footprint` looks in the working folder first.
import os
import sys


def _leave_working_folder() -> None:
    """Take folders of the project off the path when the command is started: its typing.py is not ours to run.

    They are the working folder, where `-m` put it there, and what PYTHONPATH names in it. What `-m` itself imports
    before us (warnings, contextlib, types and the like) is out of our reach, so that is said and the end: `footprint`
    and `python -I -m footprint` have no such folder.
    """
    by_module = sys.argv[:1] == ["-m"] and _is_named_by_m()
    name = os.path.basename(sys.argv[0]) if sys.argv else ""  # noqa: PTH119
    if not by_module and name.partition(".")[0] != "footprint":
        return  # imported by somebody whose path it is
    try:
        here = os.getcwd()  # noqa: PTH109
    except OSError:  # it was removed
        return
    if by_module and sys.path[:1] == [here] and not sys.flags.isolated and not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
        _refuse_shadows(here)
    ours = (os.path.dirname(os.path.dirname(os.path.abspath(__file__))), os.path.dirname(os.__file__))  # noqa: PTH100, PTH120
    given = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
    for entry in given.split(os.pathsep) if given else ():
        place = os.path.abspath(entry)  # noqa: PTH100 - an empty one means the working folder
        is_needed = place in ours or place.endswith(("site-packages", "dist-packages"))
        if (place == here or place.startswith(here + os.sep)) and place in sys.path and not is_needed:
            sys.path.remove(place)


def _is_named_by_m() -> bool:
    """Return whether Python was started as `python -m footprint`, and not as another module that imports us."""
    words = sys.orig_argv
    pairs = [(words[at], words[at + 1]) for at in range(len(words) - 1)]
    apart = [name for option, name in pairs if option.startswith("-") and option.endswith("m")]
    joined = [word[2:] for word in words if word.startswith("-m") and word != "-m"]
    return any(name.partition(".")[0] == "footprint" for name in (*apart[:1], *joined[:1]))


def _refuse_shadows(here: str) -> None:
    """End where a file of the working folder was loaded in the place of one of Python's own."""
    own = os.path.dirname(os.__file__)  # noqa: PTH120
    for name in sys.stdlib_module_names & sys.modules.keys() if here != own else ():
        file = getattr(sys.modules[name], "__file__", None) or ""
        if os.path.dirname(file) in (here, os.path.join(here, name)):  # noqa: PTH118, PTH120
            sys.stderr.write(
                f"footprint: {os.path.basename(file)!r} of this folder was loaded as Python's own {name}, which "  # noqa: PTH119
                "`python -m` does; start the command `footprint`, or `python -I -m footprint`\n"
            )
            sys.exit(2)


_leave_working_folder()

TYPE_CHECKING = False  # as type checkers know it: typing itself takes longer than all else before signals are answered
if TYPE_CHECKING:
    from typing import Any

    from footprint.audit.run import run_audit
    from footprint.config.options import GateSettings, Options
    from footprint.errors import FootprintError
    from footprint.gate.check import run_check
    from footprint.model.audit import Audit
    from footprint.model.gate_report import GateReport
    from footprint.report.audit.stored import parse as load

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
    "GateReport": ("footprint.model.gate_report", "GateReport"),
    "GateSettings": ("footprint.config.options", "GateSettings"),
    "Options": ("footprint.config.options", "Options"),
    "load": ("footprint.report.audit.stored", "parse"),
    "run_audit": ("footprint.audit.run", "run_audit"),
    "run_check": ("footprint.gate.check", "run_check"),
}


def __getattr__(name: str) -> "Any":
    """Load a public name when it is first asked for (PEP 562): the command itself needs none of them."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _PLACES[name]
    return getattr(import_module(module), attribute)
