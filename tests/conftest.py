"""What holds for every test: what it installs is held to the files in constraints/, and its name is short."""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

from constraints import pins
from tests.support.machine import follow_no_more, follow_this_process, save_what_was_followed

os.environ.update(pins.variables())
os.environ["FOOTPRINT_CACHE"] = (
    ""  # what one test reads in files is no help to another; those of the cache name a folder
)

# Under nohup, or as a background job of a script, the tests inherit ignored signals, and what they start would inherit
# them in turn: Python answers Ctrl-C only where it finds the signal at its default. These tests want a terminal's.
for _number, _answer in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, _answer)

# A deadline would depend on what else the machine does.
settings.register_profile("footprint", deadline=None)
settings.load_profile("footprint")

_LONGEST = 60


def pytest_configure(config: pytest.Config) -> None:
    """Have coverage follow what runs the package, no other process; whoever starts the workers has to hand it on."""
    if hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None):
        follow_no_more()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have coverage follow all but what reads much of the same kind: it more than doubles the time of a test."""
    follow_this_process(item.get_closest_marker("large") is None)
    return (yield)


def pytest_sessionfinish() -> None:
    """Write what coverage has seen so far: a worker that takes more than ten seconds to leave is killed by xdist."""
    save_what_was_followed()


@pytest.hookimpl(tryfirst=True)
def pytest_make_parametrize_id(val: object) -> str | None:
    """Cut the name that a long text gives to a test: it would be sent between the workers several times.

    Two of one name get numbers by pytest.
    """
    if isinstance(val, str | bytes) and len(val) > _LONGEST:
        return f"{val[:_LONGEST]!a}... of {len(val)}"
    return None
