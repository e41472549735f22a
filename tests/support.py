"""Helpers that several test modules share."""

from __future__ import annotations

import os

import pytest


def need(condition: object, reason: str) -> None:
    """Skip the test when something it needs is missing here; under CI that is a failure, not a skip."""
    if condition:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI must provide: {reason}")
    pytest.skip(reason)
