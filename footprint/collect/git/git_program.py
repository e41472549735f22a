"""Questions to git, which is started for them alone: it writes nothing, runs no monitor, asks and fetches nothing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_TIMEOUT_S = 60.0
_QUIET = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none", "LC_ALL": "C"}


class GitSilent(Exception):
    """Git gave no answer; why, in its own words."""


def ask_git(folder: Path, *words: str, given: bytes = b"") -> bytes:
    """Return what git prints when it is asked in a folder; `given` is its standard input.

    What the environment says of another repository or index counts for nothing. Raises: GitSilent.
    """
    command = ["git", "--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false", *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | _QUIET
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=given, capture_output=True, timeout=_TIMEOUT_S, check=False
        )
    except FileNotFoundError:
        raise GitSilent("there is no program git") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitSilent(str(error)) from None
    if done.returncode != 0:
        said = os.fsdecode(done.stderr).strip().splitlines()
        raise GitSilent(said[0] if said else f"exit code {done.returncode}")
    return done.stdout
