"""How the output of a program ends, as far as it says why the program did."""

from __future__ import annotations

import re

from footprint.late import late_pattern

# What faulthandler writes when a process dies or is stopped: the failure says the same, with the project's own line.
_STACK = late_pattern(r"File \"|Current thread |Thread 0x|Extension modules:|Fatal Python error:|<no Python frame>")
_RAISED = late_pattern(r"^Traceback \(most recent call last\):\n(?:[ \t].*\n|\n)*(\S.*)", re.MULTILINE)
# An exit with a number says nothing itself: what was printed before says why. The beginning may be cut off.
_EXIT = late_pattern(
    r"(?:^Traceback \(most recent call last\):\n)?(?:^[ \t].*\n|^\n)*^SystemExit(?:: -?\d+)?$", re.MULTILINE
)


def last_said(output: str, told: str = "") -> tuple[str, ...]:
    """Return how the last tracebacks of a program end, and its last line that has words; nothing that is `told`.

    Two of them: a server adds its own to that of its worker. Of an exit it is what was printed before.
    """
    output = _EXIT.sub("", output)
    lines = (line.strip() for line in output.splitlines())
    last = [line for line in lines if re.search(r"[^\W_]", line) and not _STACK.match(line)][-1:]
    raised = dict.fromkeys(found.strip() for found in reversed(_RAISED.findall(output)))
    said = [("a traceback ends", each) for each in reversed([*raised][:2]) if each not in last]
    said += [("its last output", each) for each in last]
    return tuple(f"{what}: {each[:200]}" for what, each in said if each not in told)
