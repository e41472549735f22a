"""What a server takes by itself, with real servers and nothing to serve."""

import os
import tempfile
from pathlib import Path

import pytest

from footprint.audit.run import run_audit
from footprint.audit.server_memory import _understood
from footprint.collect import interpreter
from footprint.config.options import Options
from footprint.knowledge.servers import BY_PROGRAM
from footprint.model.installed_environment import Interpreter
from footprint.model.service_memory import ServerMemory
from footprint.probe import empty_server
from footprint.probe.empty_server import measure_empty
from footprint.probe.memory import system
from footprint.units import MIB
from tests.support.machine import need, only_where
from tests.support.projects import write

EXAMPLE = Path(__file__).parents[2] / "examples" / "rag_backend" / ".venv" / "bin" / "python"


@pytest.fixture(scope="module")
def target() -> Interpreter:
    only_where(Path("/proc/self/smaps_rollup").exists(), "the kernel tells no shares")
    need(EXAMPLE.exists(), "the environment of the example is not built")
    return interpreter.inspect(EXAMPLE)


def test_one_process_and_workers_of_their_own(target: Interpreter) -> None:
    before = set(system().find_below(os.getpid()))
    alone = measure_empty(target, BY_PROGRAM["uvicorn"], "", workers=1)
    several = measure_empty(target, BY_PROGRAM["uvicorn"], "", workers=2)
    assert alone is not None and several is not None
    assert alone.above_bytes == 0
    assert 5 * MIB < alone.worker_bytes < 60 * MIB
    assert several.worker_bytes == pytest.approx(alone.worker_bytes, abs=3 * MIB)
    assert several.above_bytes > 5 * MIB  # its supervisor
    assert {"uvicorn.server", "asyncio"} <= set(alone.modules)
    assert set(system().find_below(os.getpid())) == before  # no process stays, and no folder
    assert not list(Path(tempfile.gettempdir()).glob("footprint-server-*/empty.py"))


def test_a_server_that_does_not_start_is_not_measured(target: Interpreter) -> None:
    assert measure_empty(target, BY_PROGRAM["hypercorn"], "", workers=1) is None  # it is not installed there
    assert measure_empty(target, BY_PROGRAM["rq"], "", workers=1) is None  # it needs a Redis


def test_a_kind_of_workers_is_one_word() -> None:
    words = empty_server._command(BY_PROGRAM["gunicorn"], {"socket": "s", "workers": 2, "kind": "sync -c evil.py"})
    assert words[-3:] == ["-k", "sync -c evil.py", "empty:app"]


def test_one_that_hangs_is_given_up(target: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_server, "TIME_LIMIT_S", 1.0)
    monkeypatch.setitem(empty_server._APPLICATIONS, "uvicorn", "import time\ntime.sleep(600)\n")
    assert measure_empty(target, BY_PROGRAM["uvicorn"], "", workers=1) is None


def test_a_launcher_is_judged_by_what_it_serves_with_its_server(
    target: Interpreter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("FOOTPRINT_NO_CACHE", raising=False)
    project = write(
        tmp_path / "project",
        {
            "main.py": "from fastapi import FastAPI\nDATA = b'x' * (24 << 20)\napp = FastAPI()\n",
            "run.py": "import uvicorn\n\nif __name__ == '__main__':\n    uvicorn.run('main:app')\n",
            "Procfile": "web: python run.py\n",
        },
    )
    assert target.executable is not None
    options = Options.of(project=project, python=target.executable, first_use=False, limit="512MiB")
    (entry,), (fit,) = ((found := run_audit(options)).entries, found.fits)
    assert (entry.serves, entry.server, entry.served_at) == ("main:app", "uvicorn", "run.py:4")
    assert entry.last_stage is not None and entry.last_stage.reading.rss_bytes > 50 * MIB  # the script alone has 25
    assert {part.kind: part.measured for part in fit.parts} == {"process": True, "server": True}
    assert 0 < sum(part.bytes for part in fit.parts if part.kind == "server") < 20 * MIB
    assert (tmp_path / "cache/footprint/servers.json").is_file()
    monkeypatch.setattr("footprint.audit.server_memory.measure_empty", lambda *_, **__: pytest.fail("it is remembered"))
    assert run_audit(options).fits[0].parts[1] is not None


REMEMBERED = {
    "whole": ({"above_bytes": 1, "worker_bytes": 2, "file_bytes": 3, "modules": ["a"]}, ServerMemory(1, 2, 3, ("a",))),
    "without a figure": ({"above_bytes": 1, "worker_bytes": 2, "modules": []}, None),
    "below nothing": ({"above_bytes": -1, "worker_bytes": 2, "file_bytes": 3, "modules": []}, None),
    "beyond all memory": ({"above_bytes": 1 << 50, "worker_bytes": 2, "file_bytes": 3, "modules": []}, None),
    "a list": ([], None),
    "a text": ("x", None),
    "nothing": (None, None),
}


@pytest.mark.parametrize("case", REMEMBERED)
def test_what_is_remembered_is_looked_at(case: str) -> None:
    value, expected = REMEMBERED[case]
    assert _understood(value) == expected
