"""What is read while lazy imports of the first start are tried: when that is, and that no answer rests on it.

The order is seen from inside the application: its lazy import waits, busy, for what is to come first.
"""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.audit.listener import silent
from footprint.audit.look_ahead import find_look_ahead
from footprint.audit.run import judged, measure_project
from footprint.config.options import Options, TargetOptions
from footprint.model.runtime import Statement
from footprint.probe import runner
from footprint.probe.spans import moved
from tests.support import probing
from tests.support.machine import install, need
from tests.support.projects import make_env, site_of, write

WAITING = """
import os, time
until = time.monotonic() + 30
while not {there}:
    if time.monotonic() > until:
        raise ImportError("nobody came")
"""
PROJECT: Mapping[str, str] = {
    "requirements.txt": "lib\nasked\nidle\nslow\n",
    "app.py": "import lib\n\napp = object()\n\ndef later():\n    import slow\n",
    "Procfile": "web: uvicorn app:app\n",
}
ASKS = b"def use():\n    import asked\n    return asked\n"


@pytest.fixture
def options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Options:
    """A project whose lazy import goes on once something is kept of what was read in `lib`."""
    need(len(os.sched_getaffinity(0)) > 1, "two processors: where there is one, nothing is read ahead")
    kept = tmp_path / "kept"
    monkeypatch.setenv("FOOTPRINT_CACHE", str(kept))
    site = site_of(make_env(tmp_path / "env"))
    install(site, "lib", {"lib/__init__.py": b"from lib import core\n", "lib/core.py": ASKS})
    install(site, "asked", {"asked.py": b""})
    install(site, "idle", {"idle/__init__.py": b"import importlib\nimportlib.import_module('x')\n"})
    files = f"(open({str(kept)!r} + '/' + name, 'rb') for name in os.listdir({str(kept)!r}))"
    there = f"any(b'lib/core.py' in file.read() for file in {files})"
    install(site, "slow", {"slow.py": WAITING.format(there=there).encode()})
    return Options.of(project=write(tmp_path / "project", PROJECT), env=tmp_path / "env")


def test_third_party_code_is_read_while_a_lazy_import_is_tried(options: Options) -> None:
    checkout, facts = measure_project(options, silent)
    audit = judged(checkout, facts)
    assert [(str(use.statement), use.outcome) for use in audit.first_uses] == [("import slow", "imported")]
    assert {row.name: row.usage.value for row in audit.distributions} == {
        "lib": "startup",
        "asked": "implied",
        "idle": "unused",
        "slow": "lazy",
    }


def test_the_same_audit_as_if_nothing_had_been_read_ahead(options: Options) -> None:
    checkout, facts = measure_project(options, silent)
    without = replace(checkout, options=replace(options, target=replace(options.target, cache=False)))
    one, other = judged(checkout, facts), judged(without, facts)
    assert replace(one, measured=None) == replace(other, measured=None)


@pytest.mark.parametrize(
    ("processors", "cache", "folder", "is_done"),
    [(2, True, "kept", True), (1, True, "kept", False), (2, False, "kept", False), (2, True, "", False)],
)
def test_where_it_is_not_done(
    processors: int, cache: bool, folder: str, is_done: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTPRINT_CACHE", folder and str(tmp_path / folder))
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)))
    assert (find_look_ahead(TargetOptions(project=tmp_path, cache=cache)) is not None) == is_done


def run_of(tmp_path: Path, *lazy: Statement) -> tuple[runner.EntryProbe, Path]:
    """Start an application whose lazy import waits for a file, and return that, too."""
    there = tmp_path / "there"
    files = {"main.py": "import json\napp = 1\n", "slow.py": WAITING.format(there=f"os.path.exists({str(there)!r})")}
    python = next(iter(probing.versions().values()))
    options = runner.ProbeOptions(timeout_s=300, first_use=lazy)
    project = write(tmp_path / "project", files)
    subprocess.run([python, "-m", "compileall", "-q", project], check=True)  # else the first start counts for nothing
    return runner.start(probing.inspect(python), probing.entry("main", "app"), project, options), there


def test_a_start_is_known_while_its_lazy_imports_are_tried(tmp_path: Path) -> None:
    running, there = run_of(tmp_path, Statement("slow"))
    with running:
        known = running.run_so_far()
        there.touch()
        whole = probing.whole(running.result())
    assert known is not None
    assert [stage.stage for stage in known.stages] == ["interpreter", "import"]
    assert known.stages == whole.stages[:2]
    hooks = [cost for cost in whole.costs if cost.stage == "interpreter"]  # told by a start of their own, at the end
    own = tuple(moved(cost, -len(hooks)) for cost in whole.costs[len(hooks) :])
    assert known.costs == own[: len(known.costs)]
    assert [use.outcome for use in whole.first_uses] == ["imported"]


@pytest.mark.parametrize("lazy", [(), (Statement("json"),)], ids=["nothing lazy", "all of it loaded"])
def test_nothing_is_known_before_the_end_where_nothing_is_tried(lazy: tuple[Statement, ...], tmp_path: Path) -> None:
    running, _ = run_of(tmp_path, *lazy)
    with running:
        assert running.run_so_far() is None
        assert probing.whole(running.result()).stages


def test_who_gives_up_waits_for_nothing(tmp_path: Path) -> None:
    running, _ = run_of(tmp_path, Statement("slow"))
    running.stop()
    assert running.run_so_far() is None
