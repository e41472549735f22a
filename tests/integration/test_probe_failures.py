"""Whatever an entry does to itself, the probe comes back with what it saw and leaves nothing behind."""

import sys
import textwrap
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from footprint.model.runtime import EntryRuntime
from footprint.probe import process, runner
from tests.support.machine import PATIENCE_S, marked_processes, patiently
from tests.support.probing import MARK, costs, entry, failed, inspect, left_behind, probe, versions, write

PYTHONS = [pytest.param(path, id=label) for label, path in list(versions().items())[:: max(1, len(versions()) - 1)]]


pytestmark = pytest.mark.usefixtures("private_temporary_folder")


@dataclass(frozen=True)
class Case:
    """One way to fail in the module `bad`, which main imports in line 2, and what must be said of it."""

    name: str
    kind: str
    code: str
    message: str
    line: int | None = None

    @property
    def first_s(self) -> float:
        return 1.5 if self.kind == "timeout" else 300


HANGS = "not over after {:g} s, killed"
# kind -> name -> code, message, and the line where that is known
FAILURES: Mapping[str, Mapping[str, tuple[str, str] | tuple[str, str, int]]] = {
    "exception": {
        "import error": ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'", 1),
        "exception": ("\nraise ValueError('no\\nway')", "ValueError: no way", 2),
        "syntax error": ("x = 1\ndef (", "SyntaxError: invalid syntax (bad.py, line 2)", 2),
        "base exception": ("class Stop(BaseException): pass\nraise Stop()", "bad.Stop", 2),
        "keyboard interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt", 1),
        "exception whose str raises": (
            "class Odd(Exception):\n    def __str__(self): raise self\nraise Odd()", "bad.Odd: <str() failed>", 3,
        ),
        "exception without a name": ("raise type('A\\nB', (Exception,), {'__module__': None})('x')", "A B: x", 1),
        "no more memory": (
            "import resource\nresource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\nb'x' * (1 << 31)",
            "MemoryError (it got no more memory: of a limit such as RLIMIT_AS, or of the machine)", 3,
        ),
        "in a library that it calls": ("import json\n\njson.loads('{')", "json.decoder.JSONDecodeError: Ex", 3),
        "deep recursion": ("def f(): f()\n\nf()", "RecursionError: maximum recursion depth exceeded", 1),
    },
    "exit": {
        "sys.exit": ("import sys\nsys.exit(3)", "SystemExit: 3", 2),
        "sys.exit of nothing": ("import sys\nsys.exit()", "SystemExit", 2),
        "sys.exit of a text": ("import sys\nsys.exit('no licence found')", "SystemExit: no licence found", 2),
        "os._exit": ("import os\nos._exit(7)", "exited with status 7"),
        "os._exit with success": ("import os\nos._exit(0)", "exited with status 0"),
        "end as a shell tells it": (
            "import os\nos._exit(137)", "exited with status 137 (what a shell says of SIGKILL)",
        ),
        "megabytes on both streams": (
            "import sys\nfor _ in range(200):\n    sys.stdout.write('o' * 50_000)\n    sys.stderr.write('e' * 50_000)\n"
            "print('the end', file=sys.stderr)\nsys.exit(1)", "SystemExit: 1", 6,
        ),
    },
    "signal": {
        "abort": ("import os\nos.abort()", "killed by SIGABRT", 2),
        "null pointer": ("import ctypes\n\nctypes.string_at(0)", "killed by SIGSEGV", 3),
        "kill": ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", "killed by SIGTERM"),
        "kill by somebody": ("import os\nos.kill(os.getpid(), 9)", "killed by SIGKILL (by the kernel for lack of mem"),
        "processor time, told before": (
            "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 9))\nwhile True:\n    pass",
            "killed by SIGXCPU (its limit of processor time, RLIMIT_CPU, is used up)",
        ),
        "processor time, not told before": (
            "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True:\n    pass",
            "killed by SIGKILL (its limit of processor time, RLIMIT_CPU, is used up)",
        ),
    },
    "timeout": {
        "hang": ("import time\n\ntime.sleep(1000)", HANGS, 3),
        "busy hang": ("while True:\n    pass", HANGS),
        "hang that takes no signal": (
            "import signal, time\nfor n in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:\n"
            "    signal.signal(n, signal.SIG_IGN)\ntime.sleep(1000)", HANGS,
        ),
    },
    "incomplete": {
        "closes all descriptors": (
            "import os\nos.closerange(3, 5000)",
            "the entry closed the descriptor that the probe writes to, or set a limit to it",
        ),
    },
}  # fmt: skip
CASES = [Case(name, kind, *row) for kind, rows in FAILURES.items() for name, row in rows.items()]


def is_stopped_in(runtime: EntryRuntime, path: str, line: int | None) -> bool:
    """Whether the time was enough to come to where the entry hangs."""
    failure = runtime.failure
    if failure is None or failure.kind != "timeout":
        return True
    return path.removesuffix(".py") in failure.under_way and line in (None, failure.line)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_failing_import_is_described(case: Case, python: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": "import json\nimport bad\n", "bad.py": case.code})
    runtime, limit_s = patiently(
        lambda limit_s: probe(python, project, timeout_s=limit_s),
        lambda found: is_stopped_in(found, "bad.py", case.line),
        first_s=case.first_s,
    )
    failure = failed(runtime)
    assert (failure.kind, failure.stage) == (case.kind, "import")
    assert failure.message.startswith(case.message.format(limit_s) if case.kind == "timeout" else case.message)
    assert runtime.run is not None
    assert [reading.stage for reading in runtime.run.stages] == ["interpreter"]
    assert "json" in costs(runtime.run)
    assert len(failure.stderr_tail) <= 4096
    assert ("the end" in failure.stderr_tail) == (case.name == "megabytes on both streams")
    if case.name != "closes all descriptors":
        assert failure.under_way[:2] == ("main", "bad")
    if case.line is not None:
        assert (failure.path, failure.line) == ("bad.py", case.line)
    assert runtime.rss_runs_bytes == ()


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        pytest.param("raise OSError('no database')", "exception", "OSError: no database", id="raises"),
        pytest.param(
            'await send({"type": "lifespan.startup.failed", "message": "no database"})',
            "exception",
            "LifespanFailed: no database",
            id="says failed",
        ),
        pytest.param("import os; os._exit(4)", "exit", "exited with status 4", id="exits"),
        pytest.param("await asyncio.sleep(1000)", "timeout", "not over after {:g} s, killed", id="hangs"),
    ],
)
def test_what_was_measured_before_a_failing_lifespan_stays(
    code: str, kind: str, message: str, python: Path, tmp_path: Path
) -> None:
    application = f"""
        import asyncio

        async def app(scope, receive, send):
            await receive()
            try:
                {code}
            except OSError:
                await send({{"type": "lifespan.startup.failed", "message": "failed"}})
                raise
    """
    # The clock starts with the interpreter: bytecode first, or a cold start eats the time.
    project = write(tmp_path / "project", {"main.py": application})
    probe(python, project)
    runtime, limit_s = patiently(
        lambda limit_s: probe(python, project, entry("main", "app"), timeout_s=limit_s),
        lambda found: found.failure is None or found.failure.kind != "timeout" or found.failure.stage == "ready",
        first_s=2 if kind == "timeout" else 300,
    )
    failure, run = failed(runtime), runtime.run
    assert run is not None
    message = message.format(limit_s) if kind == "timeout" else message
    assert (failure.kind, failure.message, failure.stage) == (kind, message, "ready")
    assert [reading.stage for reading in run.stages] == ["interpreter", "import"]
    if message.startswith("OSError"):
        assert (failure.path, failure.line) == ("main.py", 7)


# What depends on the Python that the entry has. What hides from its supervisor is tried in test_left_overs.py.
LEFT_OVERS = {
    "thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "forked child that goes on importing": """
        import os
        child = os.fork() == 0
        import decimal
        if child:
            import time
            time.sleep(1000)
        """,
    "process that fills our pipes": """
        import subprocess, sys
        endless = [sys.executable, "-c", "while True: print(1)"]
        subprocess.Popen(endless, close_fds=False, start_new_session=True)
        """,
    "atexit": "import atexit, time\natexit.register(time.sleep, 1000)",
}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LEFT_OVERS.items()])
def test_what_an_entry_leaves_running_ends_with_it(code: str, python: Path, tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"main.py": textwrap.dedent(code) + "\nimport json\n"})
    runtime = probe(python, project)
    assert runtime.failure is None
    assert runtime.run is not None
    modules = [cost.module for cost in runtime.run.costs if cost.ok]  # a failed import may be tried again
    assert len(modules) == len(set(modules)), "a forked child wrote records too"
    assert "json" in modules


def test_what_is_printed_to_stdout_serves_when_stderr_is_empty(tmp_path: Path) -> None:
    code = "import os\nos.write(1, b'set DATABASE_URL \\xff')\nos._exit(1)"
    runtime = probe(Path(sys.executable), write(tmp_path / "p", {"main.py": code}))
    assert failed(runtime).stderr_tail == "set DATABASE_URL \\xff"


def test_an_entry_that_imports_endlessly_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "EVENTS_LIMIT_BYTES", 300_000)
    code = """
        import itertools
        for number in itertools.count():
            try:
                __import__("nowhere%d" % number)
            except ImportError:
                pass
    """
    runtime = probe(Path(sys.executable), write(tmp_path / "p", {"main.py": code}))
    assert (failed(runtime).kind, failed(runtime).message) == ("incomplete", "stopped: it imported endlessly")
    assert runtime.run is not None
    assert len(runtime.run.costs) > 100


NOT_STARTED = {
    "no such module file": (entry(None, file="nowhere.py"), "the file nowhere.py does not exist"),
    "no such folder": (entry(working_dir="nowhere"), "the working folder nowhere does not exist"),
    "a call that is not literal": (entry("main", "make(os.environ)"), "make(os.environ) is not a call with literal"),
    # in place of any mistake of ours in the thread of the probe: nobody waits for ever, nothing is printed
    "a name that cannot be a path": (entry(working_dir="a\0b"), ""),
    "no call at all": (entry("main", "make(1) + 1"), "make(1) + 1 is not a call with literal arguments"),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in NOT_STARTED.items()])
def test_what_cannot_be_started_says_why(case: tuple[object, str], tmp_path: Path) -> None:
    point, message = case
    runtime = probe(Path(sys.executable), write(tmp_path / "p", {"main.py": ""}), point)  # type: ignore[arg-type]
    failure = failed(runtime)
    assert (failure.kind, failure.stage) == ("not-started", "interpreter")
    assert failure.message.startswith(message)
    assert runtime.run is None


@pytest.mark.parametrize("text", [None, "#!/bin/sh\necho not python >&2\nexit 3\n"], ids=["gone", "no interpreter"])
def test_an_interpreter_that_is_none(text: str | None, tmp_path: Path) -> None:
    program = write(tmp_path, {"python": text} if text else {}) / "python"
    target = replace(inspect(Path(sys.executable)), executable=program, cache_tag="none")
    with runner.start(target, entry(), write(tmp_path / "p", {"main.py": ""})) as running:
        failure = failed(running.result())
    assert (failure.kind, failure.stage) == ("not-started", "interpreter")
    if text:
        assert failure.stderr_tail == "not python\n"
    else:
        assert failure.message == f"cannot start {program}: No such file or directory"


@pytest.mark.parametrize("value", ["half \ud800", "a\0b"])
def test_a_variable_that_no_process_can_have_is_a_failure_of_the_entry(value: str, tmp_path: Path) -> None:
    runtime = probe(Path(sys.executable), write(tmp_path / "p", {"main.py": ""}), env={"VARIABLE": value})
    failure = failed(runtime)
    assert (failure.kind, runtime.run) == ("not-started", None)
    assert failure.message.startswith("cannot start ")


def test_leaving_the_block_early_ends_the_child(tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": "import time\ntime.sleep(1000)\n"})
    target = inspect(Path(sys.executable))
    with (
        pytest.raises(KeyboardInterrupt),
        left_behind({}) as options,
        runner.start(target, entry(), project, options),
    ):
        wait_for_start(options.env[MARK])
        raise KeyboardInterrupt


def wait_for_start(mark: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not marked_processes(mark) and time.monotonic() < limit:
        time.sleep(0.01)
    assert marked_processes(mark), "the child never started"
