"""Starts the command in a new process, and says so on descriptor 3 when our first line is next.

Usage: python begin.py CHECKOUT MUTANT ARGUMENT... Its own imports are few: what runs before is the interpreter's.
"""

import os
import sys

_checkout, _mutant = sys.argv[1:3]
sys.argv[:] = ["footprint", *sys.argv[3:]]
sys.path[0] = _checkout
import footprint.__main__ as command  # noqa: E402

if _mutant:
    from benchmarks.fuzz import mutants

    mutants.apply(_mutant)
os.write(3, b"r")
os.close(3)
command.run()
