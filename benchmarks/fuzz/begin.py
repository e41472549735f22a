"""Starts the command in a new process.

Usage: python begin.py CHECKOUT MUTANT ARGUMENT... Its own imports are few: what runs before is the interpreter's.
"""

import os
import sys

_READY_FD = 3
_checkout, _mutant = sys.argv[1:3]
sys.argv[:] = ["footprint", *sys.argv[3:]]
sys.path[0] = _checkout
import footprint.__main__ as command  # noqa: E402
from footprint import ending  # noqa: E402

if _mutant:
    from benchmarks.fuzz.protections import switch_off

    switch_off(_mutant)
_take_signals = ending.take_signals


def _take_and_tell() -> None:
    """Say on descriptor 3 that signals are answered from here on."""
    _take_signals()
    os.write(_READY_FD, b"r")
    os.close(_READY_FD)


ending.take_signals = _take_and_tell
command.run()
