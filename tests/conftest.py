"""What holds for every test: what it installs is held to the files in constraints/, and its name is short."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from constraints import pins

os.environ.update(pins.variables())

# A deadline would depend on what else the machine does.
settings.register_profile("footprint", deadline=None)
settings.load_profile("footprint")

_LONGEST = 60


@pytest.hookimpl(tryfirst=True)
def pytest_make_parametrize_id(val: object) -> str | None:
    """Cut the name that a long text gives to a test: it would be sent between the workers several times.

    Two of one name get numbers by pytest.
    """
    if isinstance(val, str | bytes) and len(val) > _LONGEST:
        return f"{val[:_LONGEST]!a}... of {len(val)}"
    return None
