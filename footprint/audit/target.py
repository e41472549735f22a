"""The audited environment, opened: its interpreter asked once, its metadata read."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.collect import interpreter, metadata
from footprint.config import Options
from footprint.model.environment import Installed, Interpreter
from footprint.model.note import Note


@dataclass(frozen=True, slots=True)
class Target:
    """The audited environment: its interpreter and what is installed."""

    interpreter: Interpreter
    chosen: str
    installed: tuple[Installed, ...]
    notes: tuple[Note, ...]


def open_target(options: Options) -> Target:
    """Find the target interpreter, ask it once and read what is installed for it."""
    if options.site_packages:
        python = interpreter.for_site_packages(options.site_packages)
        chosen = "given by --site-packages, no interpreter"
    else:
        executable, chosen = interpreter.find(python=options.python, env=options.env, project=options.project)
        python = interpreter.inspect(executable)
    installed, notes = metadata.read_installed(python.site_dirs)
    return Target(python, chosen, installed, notes)


def knows_lazy(target: Target) -> bool:
    """Return whether `lazy import` and `__lazy_modules__` mean something to the target (PEP 810)."""
    return target.interpreter.version >= (3, 15)
