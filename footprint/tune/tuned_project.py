"""A project's command, tuned: read, started as it is, with each setting alone, with the best of them together."""

from __future__ import annotations

import os
import posixpath
import shlex
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from footprint import __version__
from footprint.analysis.tuning import choice
from footprint.analysis.tuning.axes import (
    UVICORN_CLASSES,
    WorkingStart,
    describe_growth,
    fewer_processes,
    find_factors,
)
from footprint.analysis.tuning.optimised_uses import find_uses
from footprint.analysis.tuning.proposed_files import StatedCommand, propose_files
from footprint.analysis.tuning.start_words import for_requests_at_once, read_command
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.real_commands import choose_command
from footprint.audit.target import Target, open_target
from footprint.collect.deploy import read_start_commands
from footprint.collect.deploy.stated_variables import read_import_paths
from footprint.collect.sources.project_files import find_files
from footprint.config.call_texts import parse_request
from footprint.config.options import Options
from footprint.documents.python_trees import try_python
from footprint.errors import CannotMeasure, UsageError
from footprint.files.private import private_folder
from footprint.files.reader import try_read
from footprint.knowledge.tables import read_plans
from footprint.model.requested_calls import AUTO, READING, Request
from footprint.model.tuning import Factor, FittingPlan, OptimisedUse, TunedRow, Tuning, UntriedFactor
from footprint.names import normalise
from footprint.probe.launch import with_path
from footprint.probe.live_start import split_command
from footprint.probe.ready import Readiness, line_of, parse_readiness
from footprint.probe.tuned_start import TunedServer, TuneFailed
from footprint.secrets import star, star_command
from footprint.tune.combination import combine
from footprint.tune.tuning_bench import TunedCommand, TuningBench
from footprint.values import dataclass, replace

_PASSES, _SHARE_ROUNDS = 3, 20
_SOURCE_BYTES = 4 << 20
_TESTS = frozenset({"test", "tests", "conftest.py"})  # parts of a path that no server loads
_LIBRARIES = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib")


@dataclass(frozen=True, slots=True)
class TuneWish:
    """What is asked of a tuning beside the options. `words`: the command; empty: that of the deploy files."""

    words: tuple[str, ...] = ()
    concurrency: int | None = None  # requests at once; None: as many as the command takes
    repeats: int = 1  # starts of each row


def tune(options: Options, wish: TuneWish, progress: Progress = silent) -> Tuning:
    """Start the command in many ways, and return what each takes and which of them are worth it.

    Raises: UsageError for a command or a request that cannot be used, CannotMeasure where it does not start as it is.
    """
    target = open_target(options.target, starts=options.probe.enabled)
    if target.interpreter.executable is None:
        raise CannotMeasure("--site-packages names a folder, not an interpreter to start")
    stated, folder, given = _find_command(options, wish)
    line = line_of(split_command(stated.text), {**os.environ, **given, "PORT": given.get("PORT", "8000")})
    words = read_command(line)
    if wish.concurrency is not None:
        words = for_requests_at_once(words, wish.concurrency)
        written = for_requests_at_once(read_command(stated.text, variables=True), wish.concurrency)
        stated = replace(stated, text=written.line())
    command = TunedCommand(
        *(target.interpreter, words, folder, given),
        requests=_read_requests(options),
        ready=parse_readiness(options.probe.ready) if options.probe.ready else Readiness("serving"),
        timeout_s=options.probe.timeout_s,
        passes=_PASSES,
        repeats=wish.repeats,
        free_port=_free_port,
    )
    with private_folder("tuning", ("cache", "config")) as place:
        bench = TuningBench(command, place, progress)
        try:
            found = _Search(bench, target, options).run(wish, stated)
        except TuneFailed as why:
            said = star_command(f"the command gives no figure as it is: {why}", secrets_of(options.probe))
            raise CannotMeasure(said) from why
    return star(found, secrets_of(options.probe))


class _Search:
    """One tuning under way."""

    def __init__(self, bench: TuningBench, target: Target, options: Options) -> None:
        self._bench, self._target, self._options = bench, target, options

    def run(self, wish: TuneWish, stated: StatedCommand) -> Tuning:
        """Start it as it is, then with each setting alone, then together. Raises: TuneFailed where it does not start.

        The first start warms what is on the disk, and shows what it holds: it is in no figure.
        """
        bench = self._bench
        with bench.start(name="as it is, to warm up") as server:
            server.measure()
            bench.learn(server)
            working = self._look_at(server)
        bench.compile_optimised()
        capacity = wish.concurrency or working.workers * working.threads
        asserts, uses = _find_uses(self._options)
        with ExitStack() as held:
            share = self._measure_base(held)
            factors, untried = _factors_of(working, capacity, share)
            alone = [_unless_used(bench.try_factors((factor,)), uses) for factor in factors]
            together, best = combine(bench, alone)
        if bench.growth is not None:
            untried += (describe_growth(*bench.growth, bench.noise_bytes),)
        base, factors = bench.base_row(), best.factors if best is not None else ()
        own = bench.own_config({**os.environ, **bench.command.environment})
        stated = replace(stated, text=star_command(stated.text), config=_shown(own, self._options.target.project))
        asgi = bench.serves_asgi(factors)
        return Tuning(
            *(stated.text, stated.path or "the command line", capacity),
            requests=tuple(request.name for request in bench.command.requests),
            rows=(base, *alone, *together),
            noise_bytes=bench.noise_bytes,
            start_count=bench.start_count,
            best=best,
            untried=untried,
            files=propose_files(stated, factors, bench.reading_requests, asgi=asgi) if factors else (),
            plans=_plans(base, best),
            optimised_uses=uses,
            assert_count=asserts,
            growth=bench.growth,
            tool_version=__version__,
        )

    def _measure_base(self, held: ExitStack) -> float:
        """Start it twice as it is, and keep the second; return how much of a request computes."""
        bench = self._bench
        with bench.start() as first:
            readings = [first.measure()]
        with ExitStack() as alone:  # where it listens at a fixed place, the next start needs that
            place = held if bench.command.words.can_move else alone
            second = place.enter_context(bench.start(name="as it is, again"))
            bench.keep_base(second if place is held else None, (*readings, second.measure()))
            return second.cpu_share(_SHARE_ROUNDS) if bench.command.requests else 1.0

    def _look_at(self, server: TunedServer) -> WorkingStart:
        """Return what the running command is and holds."""
        bench, facts = self._bench, self._bench.facts
        given = {**os.environ, **bench.command.environment, **dict(bench.command.words.environment)}
        return WorkingStart(
            command=bench.command.words,
            workers=len(server.workers),
            threads=facts.threads,
            worker_class=facts.worker_class,
            preloads=facts.preloads,
            mapped=server.mapped_files(),
            thread_count=server.threads_of_worker(),
            allocators=_find_allocators(),
            can_load=bool(bench.reading_requests),
            is_set=frozenset(given),
            gunicorn_worker=_worker_for_asgi(self._target),
        )


def _shown(config: str | None, project: Path) -> str | None:
    """Return the user's own file of settings as the project names it."""
    return config if config is None else config.removeprefix(f"{project.absolute()}/")


def _factors_of(
    working: WorkingStart, capacity: int, share: float
) -> tuple[tuple[Factor, ...], tuple[UntriedFactor, ...]]:
    factors, untried = find_factors(working)
    fewer = fewer_processes(working, capacity, share)
    if isinstance(fewer, Factor):
        return (*factors, fewer), untried
    return factors, (*untried, fewer) if fewer is not None else untried


def _find_command(options: Options, wish: TuneWish) -> tuple[StatedCommand, Path, dict[str, str]]:
    """Return the command as it is stated, its folder and its variables. Raises: UsageError where there is none."""
    project, given = options.target.project, dict(options.probe.environment)
    if wish.words:
        return StatedCommand(shlex.join(wish.words)), project, given
    commands, _ = read_start_commands(project)
    found = choose_command(commands)
    given = {**{name: value for name, value in found.environ if name != "PYTHONPATH"}, **given}
    paths = [str(path.folder) for path in read_import_paths(project, [found])]
    folder = project / posixpath.normpath(found.working_dir)
    return StatedCommand(found.command, found.name, found.path), folder, dict(with_path(paths, given))


def _read_requests(options: Options) -> tuple[Request, ...]:
    """Return what is asked of every worker. Raises: UsageError for what may write, and cannot be read."""
    found = [parse_request(text, options.target.project) for text in options.probe.requests if text != AUTO]
    if options.probe.requests and not found:
        raise UsageError(f"--request {AUTO}: tune asks the real server, which tells no routes: give --request /path")
    for request in found:
        if request.method not in READING and not options.probe.allow_writes:
            why = "it may write, and tune sends it some thousand times: give the app a database of its own by --set"
            raise UsageError(f"--request {request.method} {request.url}: {why}, and add --allow-writes")
    return tuple(found)


def _find_uses(options: Options) -> tuple[int, tuple[OptimisedUse, ...]]:
    """Return how many asserts the project has, and what it relies on of them and of docstrings; tests left out."""
    count, uses = 0, list[OptimisedUse]()
    for path in find_files(options.target.project, options.target.exclude, ()).files:
        parts = path.split("/")
        if _TESTS & {*parts} or parts[-1].startswith("test_"):
            continue
        data = try_read(options.target.project / path, bytes_at_most=_SOURCE_BYTES)
        tree = try_python(data) if data is not None and (b"assert" in data or b"__doc__" in data) else None
        if tree is not None:
            asserts, found = find_uses(tree, path)
            count, uses = count + asserts, [*uses, *found]
    return count, tuple(uses)


def _unless_used(row: TunedRow, uses: Sequence[OptimisedUse]) -> TunedRow:
    """Return the row, which is not proposed where the project relies on what -OO takes away."""
    if row.effect != "saves" or not uses or row.factors[0].axis != "optimise":
        return row
    return replace(row, effect="relies", why=f"{uses[0].path}:{uses[0].line} relies on it")


def _find_allocators() -> tuple[tuple[str, str], ...]:
    """Return the libraries that can take the place of the allocator, where they are."""
    found = {}
    for name in ("jemalloc", "mimalloc"):
        for folder in _LIBRARIES:
            paths = sorted([*Path(folder).glob(f"lib{name}.so.*"), *Path(folder).glob(f"*-linux-*/lib{name}.so.*")])
            if paths and name not in found:
                found[name] = str(paths[0])
    return tuple(found.items())


def _worker_for_asgi(target: Target) -> str:
    """Return the class of gunicorn that runs an ASGI application, where both are installed; else nothing."""
    places = {each.name: each.site_dir for each in target.installed}
    if "gunicorn" not in places:
        return ""
    if "uvicorn-worker" in places:
        return UVICORN_CLASSES["uvicorn_worker"]
    is_there = "uvicorn" in places and (places[normalise("uvicorn")] / "uvicorn" / "workers.py").is_file()
    return UVICORN_CLASSES["uvicorn"] if is_there else ""


def _plans(base: TunedRow, best: TunedRow | None) -> tuple[FittingPlan, ...]:
    if base.reading is None:
        return ()
    known = [
        choice.PlatformPlan(plan.platform, name, plan.memory_bytes, plan.checked)
        for name, plan in read_plans().items()
        if plan.memory_bytes is not None
    ]
    after = best.reading if best is not None and best.reading is not None else base.reading
    return choice.fitting_plans(known, base.reading.peak_bytes, after.peak_bytes)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
