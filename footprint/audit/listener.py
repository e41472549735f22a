"""Whoever waits for a command: told how far it is, and nothing that is secret."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footprint.config.options import StartOptions
    from footprint.secrets import Secrets

Progress = Callable[[str], None]


def silent(stage: str) -> None:
    """Report no progress."""


def secrets_of(options: StartOptions) -> Secrets:
    """Return what no report may show: what we were given for the application, and what our environment calls secret."""
    from footprint.secrets import Secrets

    return Secrets.of(options.environment, os.environ)
