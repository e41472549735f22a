"""What one pytest session has measured: each start once, and the check once."""

from __future__ import annotations

import os
import pickle
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from footprint.config.audit_settings import read_options
from footprint.config.options import Options
from footprint.errors import FootprintError
from footprint.files.descriptors import locked
from footprint.files.reader import NotRead, read_regular
from footprint.files.writer import write_file
from footprint.report.text.safe import printable
from footprint.values import dataclass, replace

if TYPE_CHECKING:
    from footprint.config.options import GateSettings
    from footprint.gate.one_entry import OneStart
    from footprint.model.gate_report import GateReport
    from footprint.testing.start_assertions import Start

# What pytest and its plugins tell their own processes: an application may behave otherwise when it sees them.
_OF_PYTEST = ("PYTEST_", "COV_CORE_", "COVERAGE_")

_STORED_BYTES = 1 << 30  # of our own processes

_T = TypeVar("_T")


@dataclass(frozen=True)
class _Refused:
    """Why there is nothing: kept, so that every test is told and nothing is tried again."""

    text: str


class Measurements:
    """The starts of one session. Processes of pytest-xdist wait for each other and share what was measured.

    The environment is that of `begin`, before any fixture of a test has changed it, without pytest's variables.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._environment: Mapping[str, str] | None = None
        self._known: dict[str, object] = {}

    def begin(self) -> Measurements:
        """Keep the environment for all starts, whatever a test changes in it for itself."""
        if self._environment is None:
            self._environment = current_environment()
        return self

    def start(
        self,
        entry: str | None = None,
        *,
        env: Mapping[str, str] | None = None,
        factory: bool | None = None,
        lifespan: bool | None = None,
        timeout: float | None = None,
    ) -> Start:
        """Return one entry after its start-up, measured in a process of its own; once per session and arguments.

        `entry` is what `footprint probe --entry` takes, or the name of an entry; it may be left out when the project
        has one only. `env` is laid over the environment, `timeout` in seconds. Fails the test when it cannot start.
        """
        wrong = _refuse(entry, env)
        if wrong:
            pytest.fail(f"footprint: {wrong}", pytrace=False)
        flags = {"factory": factory, "lifespan": lifespan, "timeout_s": timeout}
        given = {name: value for name, value in flags.items() if value is not None}
        key = repr((entry, sorted((env or {}).items()), sorted(given.items())))
        found = self._once(f"start {key}", lambda: self._measure(entry, {**given, "environment": dict(env or {})}))
        from footprint.testing.start_assertions import Start

        return Start(found)

    def check(self) -> GateReport:
        """Return what `footprint check` says of the project; once per session. Fails the test when it cannot be run."""
        return self._once("check", self._check)

    def options(self, flags: Mapping[str, Any] | None = None) -> Options:
        """Return the settings of the project at the rootdir: flags of pytest, then its own, then this environment.

        Raises: UsageError.
        """
        config = self._config
        given = {"trust_settings": config.getoption("footprint_trust_settings"), **(flags or {})}
        if entries := config.getoption("footprint_entry"):
            given["entries"] = tuple(entries)
        if env := config.getoption("footprint_env"):
            given["env"] = config.invocation_params.dir / env
        options = read_options(given, config.rootpath)
        if options.target.names_environment:
            return options
        return replace(options, target=replace(options.target, python=Path(sys.executable)))

    def settings(self) -> GateSettings:
        """Return how the project at the rootdir wants to be judged. Raises: UsageError."""
        from footprint.config.gate_settings import read_gate_settings

        trusted = self._config.getoption("footprint_trust_settings")
        return read_gate_settings({"trust_settings": trusted}, self._config.rootpath)

    def _measure(self, entry: str | None, flags: Mapping[str, Any]) -> OneStart:
        from footprint.gate.one_entry import measure_one

        return measure_one(self.options(flags), entry)

    def _check(self) -> GateReport:
        from footprint.gate.check import run_check

        return run_check(replace(self.options(), gate=self.settings())).report

    def _once(self, key: str, make: Callable[[], _T]) -> _T:
        __tracebackhide__ = True
        if key not in self._known:
            with outside(self.begin()._environment or {}), self._shared(key) as file:
                self._known[key] = _recall(file) or _store(file, _try(make))
        found: Any = self._known[key]
        if isinstance(found, _Refused):
            pytest.fail(found.text, pytrace=False)
        kept: _T = found
        return kept

    @contextmanager
    def _shared(self, key: str) -> Iterator[Path | None]:
        """Give the file that the processes of pytest-xdist keep a measurement in, held by one of them at a time."""
        factory = getattr(self._config, "_tmp_path_factory", None)
        if not hasattr(self._config, "workerinput") or factory is None:
            yield None
            return
        folder: Path = factory.getbasetemp().parent  # of all workers of this run; private to the user
        with locked(folder / "footprint.lock"):  # never two starts at once: applications take ports and locks
            name = sha256(f"{self._config.workerinput['testrunuid']} {key}".encode()).hexdigest()[:16]
            yield folder / f"footprint-{name}.pickle"


@contextmanager
def outside(environment: Mapping[str, str]) -> Iterator[None]:
    """Put `environment` in the place of the process's own, and let warnings be: `-W error` is for the tests."""
    before = dict(os.environ)
    _set_environment(environment)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        _set_environment(before)


def current_environment() -> dict[str, str]:
    """Return the environment of the process without the variables of pytest."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OF_PYTEST)}


_KEY = pytest.StashKey[Measurements]()


def of(config: pytest.Config) -> Measurements:
    """Return the measurements of a session, begun when they are first asked for."""
    if _KEY not in config.stash:
        config.stash[_KEY] = Measurements(config)
    return config.stash[_KEY]


def announce(config: pytest.Config) -> list[str]:
    """Return what the rules of a session will start, for the head of its report; nothing where that cannot be told."""
    from footprint.audit.announcement import describe_start

    try:
        line = describe_start("pytest --footprint", of(config).options())
    except FootprintError:  # every rule says so
        return []
    return [printable(line)] if line is not None else []


def _refuse(entry: object, env: Mapping[str, str] | None) -> str:
    """Return what is wrong with the arguments of a start; empty when nothing is."""
    if entry is not None and (not isinstance(entry, str) or not entry.strip()):
        return f'{entry!r} is not an entry: write it as "app.main:app", a file or "-m module"'
    if env and not all(isinstance(part, str) for pair in env.items() for part in pair):
        return f'env={env!r}: names and values are text: {{"PORT": "8000"}}'
    return ""


def _try(make: Callable[[], object]) -> object:
    try:
        return make()
    except FootprintError as error:
        return _Refused(f"footprint: {error}")


def _recall(file: Path | None) -> object | None:
    if file is None:
        return None
    try:
        found: object = pickle.loads(read_regular(file, bytes_at_most=_STORED_BYTES))
    except NotRead:
        return None
    return found


def _store(file: Path | None, found: object) -> object:
    if file is not None:
        write_file(file, pickle.dumps(found))  # whole: a worker may be killed while it writes
    return found


def _set_environment(wanted: Mapping[str, str]) -> None:
    for name in os.environ.keys() - wanted.keys():
        del os.environ[name]
    for name, value in wanted.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
