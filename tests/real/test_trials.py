"""What a trial says of a removal from a real application is what uninstalling does to its start."""

import functools
import subprocess

import pytest

from footprint.audit.checkout import open_checkout
from footprint.audit.entry_starts import measure
from footprint.audit.listener import silent
from footprint.collect import disk
from footprint.config.options import Options
from footprint.model.installed_environment import DiskScan
from footprint.trial.bench import Bench
from footprint.trial.changes import remove, try_changes
from tests.real.cases import load_applications
from tests.real.environments import Place, clean_environment, provide, without

pytestmark = pytest.mark.real

# Of datasette: (distribution, how it is used).
CASES = {
    "mergedeep": "imported",
    "click-default-group": "imported",
    "anyio": "transitive",
    "certifi": "data that a library opens when it is first used",
    "hupper": "in a function",
    "setuptools": "a .pth hook",
}
START = "import datasette.cli"


@functools.cache
def place() -> Place:
    return provide(next(app for app in load_applications() if app.name == "datasette"))


@functools.cache
def bench() -> tuple[Bench, DiskScan]:
    options = Options.of(project=place().source, env=place().venv, entries=("datasette.cli:cli",), first_use=False)
    checkout = open_checkout(options, silent)
    target = checkout.target
    runtimes, scan = measure(checkout, silent, lambda: disk.scan(target.interpreter, target.there))
    return Bench(checkout, runtimes, None, silent), scan


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_what_the_start_does_without_it(name: str) -> None:
    with without(place(), name) as left:
        done = subprocess.run(
            [left.python, "-c", START], cwd=left.source, env=clean_environment(), capture_output=True, check=False
        )
    tried, scan = bench()
    (change,) = try_changes(tried, [remove(name)], scan).changes
    assert change.verdict == ("breaks" if done.returncode else "proved"), (change, done.stderr)
