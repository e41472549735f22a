"""What tests of several commands start from."""

import socket

import pytest


@pytest.fixture
def port() -> int:
    """Return a port of this machine that nobody listened at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
