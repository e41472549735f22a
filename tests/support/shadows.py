"""What the tests of trials share: shadows of a small environment and project, by either engine."""

from pathlib import Path

from footprint.audit.target import open_target
from footprint.config.options import TargetOptions
from footprint.model.trial import Engine
from footprint.trial.shadows import Shadows
from tests.support.machine import runs

ENGINES: tuple[Engine, ...] = ("overlay", "links")


def can_overlay() -> bool:
    """Whether the machine lets us mount: in a container it may not."""
    return runs("unshare", "-m", "true") or runs("unshare", "-rm", "true")


def shadows_of(project: Path, engine: Engine | None, env: Path | None = None) -> Shadows:
    options = TargetOptions(project=project, env=env or project / ".venv")
    return Shadows.of(open_target(options, starts=True), options, engine)
