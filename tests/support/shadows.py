"""What the tests of trials share: shadows of a small environment and project, by either engine."""

import functools
import subprocess
import tempfile
from pathlib import Path

from footprint.audit.target import open_target
from footprint.config.options import TargetOptions
from footprint.model.trial import Engine
from footprint.trial.shadows import Shadows

ENGINES: tuple[Engine, ...] = ("overlay", "links")
_MOUNT = "cd '{folder}' && mkdir l u w m && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w,userxattr m"


@functools.cache
def can_overlay() -> bool:
    """Whether the machine lets us mount one: in a container it may not, nor on top of another overlay."""
    with tempfile.TemporaryDirectory() as folder:
        command = _MOUNT.format(folder=folder)
        return any(_runs("unshare", flags, "sh", "-c", command) for flags in ("-m", "-rm"))


def _runs(*words: str) -> bool:
    try:
        return subprocess.run(words, capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def shadows_of(project: Path, engine: Engine | None, env: Path | None = None) -> Shadows:
    options = TargetOptions(project=project, env=env or project / ".venv")
    return Shadows.of(open_target(options, starts=True), options, engine)
