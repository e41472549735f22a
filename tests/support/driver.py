"""Runs commands of footprint one after the other in one process that may start no other, nor read where it is told."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.command import plain_environment

# Source: "Audit events table", documentation of Python. Files that are opened by descriptor have names, not paths.
_DRIVER = """
import json, os, sys
STARTS = ("subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.system", "os.startfile", "pty.")
READS = ("open", "os.listdir", "os.scandir", "os.chdir")
words = json.loads(sys.stdin.read())
told = os.dup(1)  # a command that has ended lets go of its output
closed = words["closed"] and os.path.realpath(words["closed"])

def refuse(event, args):
    if event.startswith(STARTS):
        said = "%s %r" % (event, args)
    elif closed and event in READS and isinstance(args[0], (str, bytes, os.PathLike)):
        place = os.path.realpath(os.fsdecode(args[0]))
        if place != closed and not place.startswith(closed + os.sep):
            return
        said = "%s of %s" % (event, os.fsdecode(args[0]))
    else:
        return
    os.write(told, ("\\nDID %s\\n" % said).encode())

sys.addaudithook(refuse)
from footprint.__main__ import run
for command in words["commands"]:
    sys.argv = ["footprint", *command]
    os.dup2(told, 1)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
    try:
        run()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    os.write(told, ("\\nENDED %s %s\\n" % (code, " ".join(command))).encode())
"""


def drive_commands(
    folder: Path,
    commands: Sequence[Sequence[str]],
    *,
    closed: Path | None = None,
    before: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Run commands in `folder`, and return how each ended.

    Fails when one starts a process, or reads anything in the folder `closed`, and when one ends with a traceback.
    `before` is a program that starts the process, such as strace.
    """
    done = subprocess.run(
        [*before, sys.executable, "-I", "-c", _DRIVER],
        cwd=folder,
        env=plain_environment(**(env or {})),
        input=json.dumps({"commands": [list(words) for words in commands], "closed": closed and str(closed)}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    did = {line for line in done.stdout.splitlines() if line.startswith("DID ")}
    assert not did, "\n".join(sorted(did))
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    ended = (line.split(" ", 2) for line in done.stdout.splitlines() if line.startswith("ENDED "))
    codes = {words: int(code) for _, code, words in ended}
    assert len(codes) == len(commands)
    return codes
