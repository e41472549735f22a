"""The peak of each stage, and what an entry starts beside itself: real processes, read from outside."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from footprint.model.runtime import ProbeRun, StageName, StageReading, Statement, TreeReading
from footprint.probe import started_program
from footprint.units import MIB
from tests.support.machine import UNCOVERED
from tests.support.probing import entry, probe, versions, whole, write

HERE = Path(sys.executable)
NEAR_MIB = 4  # pages of files that a process touches besides, and what the kernel counts late
PYTHON_MIB = 12  # a bare interpreter at most, which a child may be

HEAD = """
import os, subprocess, sys, threading, time
def mib(count):
    return bytearray(b"x") * (count << 20)
def keep(count):
    global kept
    kept = mib(count)
def python(count, code=""):
    return [sys.executable, "-S", "-c", "import time\\nkept = bytearray(b'x') * (%d << 20)\\n%s" % (count, code)]
def child(count):
    return subprocess.Popen(python(count, "time.sleep(3600)"))
app = None
"""
LIFESPAN = """
class App:
    async def __call__(self, scope, receive, send):
        await receive()
        self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
    def start(self):
        %s
app = App()
"""


class Row(NamedTuple):
    """What one stage comes to, in MiB above the bare interpreter; children without their own interpreters."""

    rest: int
    peak: int
    children: int = 0
    tree_peak: int | None = None  # None: that of the process and its children
    running: int = 0
    ended: int = 0


IMPORTS: dict[str, tuple[str, Row]] = {
    "nothing: noop": ("", Row(0, 0)),
    "kept": ("kept = mib(40)", Row(40, 40)),
    "a buffer freed": ("kept = mib(40)\ndel kept", Row(0, 40)),
    "freed within one statement": ("count = len(mib(40))", Row(0, 40)),
    "a list freed": ("rows = [b'x' * 9000 + b'%d' % n for n in range(5000)]\ndel rows", Row(0, 43)),
    "freed in a module that it imports": ("import heavy", Row(0, 40)),
    "kept and a peak above it": ("kept = mib(30)\nmore = mib(30)\ndel more", Row(30, 60)),
    "in a thread that is over": ("t = threading.Thread(target=mib, args=(40,))\nt.start()\nt.join()", Row(0, 40)),
    "shared memory": ("import mmap\nm = mmap.mmap(-1, 40 << 20)\nm.write(b'x' * (40 << 20))", Row(40, 80)),
    "a child": ("p = child(30)", Row(2, 2, 30, running=1)),
    "three children": ("p = [child(20) for _ in range(3)]", Row(2, 2, 60, running=3)),
    "a child of a shell": (
        "import shlex\np = subprocess.Popen(['sh', '-c', shlex.join(python(30, 'time.sleep(3600)')) + '; true'])",
        Row(2, 2, 30, running=2),
    ),
    "a daemon of a child": (
        "subprocess.run([sys.executable, '-c', 'import os, time\\nif os.fork() == 0:\\n os.setsid()\\n"
        " kept = bytearray(b\"x\") * (30 << 20)\\n time.sleep(3600)'])",
        Row(2, 2, 30, running=1, ended=1),
    ),
    "a fork that writes to nothing": (
        "kept = mib(40)\nif os.fork() == 0:\n    time.sleep(3600)",
        Row(40, 40, 0, running=1),
    ),
    "a fork that writes to half": (
        "kept = mib(40)\nif os.fork() == 0:\n    for n in range(0, 20 << 20, 4096):\n        kept[n] = 121\n"
        "    time.sleep(3600)",
        Row(40, 40, 20, running=1),
    ),
    "a fork that writes to all and ends": (
        "kept = mib(40)\npid = os.fork()\nif pid == 0:\n    for n in range(0, 40 << 20, 4096):\n        kept[n] = 121\n"
        "    time.sleep(0.3)\n    os._exit(0)\nos.waitpid(pid, 0)",
        Row(40, 40, 0, 80, ended=1),
    ),
    "two forks that write to all": (
        "kept = mib(20)\nfor _ in range(2):\n    if os.fork() == 0:\n        for n in range(0, 20 << 20, 4096):\n"
        "            kept[n] = 121\n        time.sleep(3600)",
        Row(20, 20, 40, running=2),
    ),
    "a child that is over": ("subprocess.run(python(40, 'time.sleep(0.1)'))", Row(2, 2, 0, 40, ended=1)),
    "a child that has a peak of its own": (
        "p = subprocess.Popen([sys.executable, '-S', '-c', 'import time\\nk = bytearray(b\"x\") * (40 << 20)\\ndel k\\n"
        "time.sleep(3600)'])",
        Row(2, 2, 0, 40, running=1),
    ),
    "a child that is busy for ever": (
        "p = subprocess.Popen(python(20, 'while True: pass'))",
        Row(2, 2, 20, running=1),
    ),
    "many programs that borrow its memory at first: noop": (
        "kept = mib(60)\nfor _ in range(40):\n    subprocess.run(['true'])",
        Row(62, 62, 0, 66, ended=-1),
    ),
}  # fmt: skip


def _tree(reading: StageReading) -> TreeReading:
    assert reading.tree is not None
    assert reading.tree.peak_bytes is not None
    return reading.tree


def _check(run: ProbeRun, stage: StageName, row: Row) -> None:
    bare = run.stages[0].rss_bytes
    (reading,) = (each for each in run.stages if each.stage == stage)
    tree = _tree(reading)
    processes = max(row.running, row.ended, 0)
    assert reading.peak_rss_bytes is not None
    assert tree.peak_bytes is not None
    assert row.rest - NEAR_MIB <= (reading.rss_bytes - bare) / MIB <= row.rest + NEAR_MIB
    assert row.peak - NEAR_MIB <= (reading.peak_rss_bytes - bare) / MIB <= row.peak + NEAR_MIB
    children = (tree.total_bytes - reading.rss_bytes) / MIB
    assert row.children - NEAR_MIB <= children <= row.children + NEAR_MIB + row.running * PYTHON_MIB
    assert tree.process_count == 1 + row.running == 1 + len(tree.children_rss_bytes)
    assert row.ended < 0 or tree.ended_count == row.ended
    whole_peak = row.rest + row.children if row.tree_peak is None else row.tree_peak
    assert max(whole_peak, row.peak) - NEAR_MIB <= (tree.peak_bytes - bare) / MIB
    assert (tree.peak_bytes - bare) / MIB <= max(whole_peak, row.peak) + NEAR_MIB + processes * PYTHON_MIB
    assert tree.peak_bytes >= max(tree.total_bytes, reading.peak_rss_bytes)
    assert tree.total_bytes <= tree.rss_bytes
    assert not tree.is_growing


@pytest.mark.parametrize("name", IMPORTS)
def test_at_import(name: str, tmp_path: Path) -> None:
    code, row = IMPORTS[name]
    project = write(
        tmp_path / "p", {"main.py": HEAD + code + "\n", "heavy.py": "x = bytearray(b'x') * (40 << 20)\ndel x"}
    )
    runtime = probe(HERE, project)
    _check(whole(runtime), "import", row)
    told = [note.code for note in runtime.notes if note.code == "child-processes"]
    assert len(told) >= (row.running > 0) + (row.ended > 0)
    assert (row.running, row.ended) != (0, 0) or not told


MARKS = "import sys; sys.path.insert(0, '.'); import main; print(open('/proc/self/status').read())"
ALONE = [name for name, (_, row) in IMPORTS.items() if (row.running, row.ended) == (0, 0)]


@pytest.mark.parametrize("name", ALONE)
def test_peak_and_rest_are_those_of_a_bare_process(name: str, tmp_path: Path) -> None:
    files = {"main.py": f"{HEAD}{IMPORTS[name][0]}\n", "heavy.py": "x = bytearray(b'x') * (40 << 20)\ndel x"}
    project = write(tmp_path / "p", files)
    for _ in range(2):  # the first writes bytecode
        done = subprocess.run(
            [HERE, "-c", MARKS], cwd=project, env=os.environ | UNCOVERED, capture_output=True, text=True, check=True
        )
    known = {line.split(":")[0]: line.split()[1] for line in done.stdout.splitlines() if line.startswith("Vm")}
    reading = whole(probe(HERE, project)).stages[-1]
    for measured, real in ((reading.peak_rss_bytes, known["VmHWM"]), (reading.rss_bytes, known["VmRSS"])):
        assert measured is not None
        assert abs(measured - int(real) * 1024) <= MIB


# the import, the start-up handler, what each stage comes to
LIFESPANS: dict[str, tuple[str, str, Row, Row]] = {
    "the peak of the import is not the lifespan's": (
        "k = mib(40)\ndel k", "self.kept = mib(10)", Row(0, 40), Row(12, 12),
    ),
    "a larger one in the lifespan": ("k = mib(10)\ndel k", "k = mib(40)\n        del k", Row(0, 10), Row(2, 42)),
    "a child of the import that the lifespan ends": (
        "p = child(30)", "p.kill(); p.wait()", Row(2, 2, 30, running=1), Row(4, 4, 0, 34, ended=1),
    ),
    "a child of the lifespan": ("", "self.child = child(30)", Row(0, 0), Row(4, 4, 30, running=1)),
    "a pool of the lifespan": (
        "", "import multiprocessing; self.pool = multiprocessing.get_context('fork').Pool(2); "
        "self.pool.map(keep, [20, 20])", Row(0, 0), Row(4, 4, 40, running=2),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIFESPANS)
def test_in_the_lifespan(name: str, tmp_path: Path) -> None:
    code, start, imported, ready = LIFESPANS[name]
    project = write(tmp_path / "p", {"main.py": HEAD + code + LIFESPAN % start})
    run = whole(probe(HERE, project, entry("main", "app")))
    _check(run, "import", imported)
    (reading,) = (each for each in run.stages if each.stage == "ready")
    asyncio = reading.rss_bytes // MIB - run.stages[0].rss_bytes // MIB - ready.rest  # which the lifespan needs
    assert 0 <= asyncio + NEAR_MIB < 5 * NEAR_MIB
    _check(run, "ready", ready._replace(**{key: getattr(ready, key) + asyncio for key in ("rest", "peak")}))


@pytest.mark.parametrize("version", versions())
def test_every_python_has_peaks_and_trees(version: str, tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": HEAD + "k = mib(40)\ndel k\np = child(20)\n"})
    run = whole(probe(versions()[version], project))
    _check(run, "import", Row(2, 40, 20, 40, running=1))


def test_a_lazy_import_has_a_peak_and_children(tmp_path: Path) -> None:
    files = {
        "main.py": HEAD + "kept = mib(20)\ndel kept\n",
        "heavy.py": "import main\nk = main.mib(40)\ndel k\nkept = main.mib(10)\np = main.child(20)\n",
    }
    run = whole(probe(HERE, write(tmp_path / "p", files), first_use=(Statement("heavy"),)))
    bare, imported, later = run.stages
    (use,) = run.first_uses
    assert use.peak_bytes is not None
    assert 38 <= use.peak_bytes / MIB <= 46
    assert 18 <= use.children_bytes / MIB <= 20 + PYTHON_MIB
    assert 38 <= ((later.peak_rss_bytes or 0) - imported.rss_bytes) / MIB <= 46
    assert 28 <= (_tree(later).total_bytes - imported.rss_bytes) / MIB <= 36 + PYTHON_MIB
    assert (imported.peak_rss_bytes or 0) - bare.rss_bytes >= 18 * MIB


def test_a_child_that_does_not_come_to_rest_is_said(tmp_path: Path) -> None:
    grow = "import time\nrows = []\nwhile True:\n rows.append(b'x' * (1 << 20))\n time.sleep(0.02)"
    code = f"{HEAD}p = subprocess.Popen([sys.executable, '-c', {grow!r}])\n"
    runtime = probe(HERE, write(tmp_path / "p", {"main.py": code}))
    assert _tree(whole(runtime).stages[-1]).is_growing
    (note,) = (note for note in runtime.notes if note.code == "child-processes")
    assert "still growing when read: only --live can tell" in note.message


def test_a_thread_that_goes_on_is_said(tmp_path: Path) -> None:
    code = f"{HEAD}threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()\n"
    runtime = probe(HERE, write(tmp_path / "p", {"main.py": code}))
    (note,) = (note for note in runtime.notes if note.code == "threads-go-on")
    assert note.message == "web: a thread goes on when it has started: what that takes later, only --live can tell"


def _without(words: str, monkeypatch: pytest.MonkeyPatch, new: str = "nothing") -> None:
    """Let the supervisor find no file called like that, as on a system that has none."""
    source = Path(started_program.__file__).with_name("tree_watch.py")
    text = source.read_text()
    assert words in text
    code = compile(text.replace(words, new), str(source), "exec")
    compiled = started_program._compile

    def replaced(path: Path) -> object:
        return code if path == source else compiled(path)

    monkeypatch.setattr(started_program, "_compile", replaced)


def test_a_look_that_had_to_wait_delays_the_next_one_by_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without("rss = pss = own = shared = 0", monkeypatch, new="rss = pss = own = shared = 0; time.sleep(0.08)")
    grow = "time.sleep(0.05)\n    grown = mib(30)\n    time.sleep(0.4)\n    os._exit(0)\n"
    code = f"{HEAD}pid = os.fork()\nif pid == 0:\n    {grow}os.waitpid(pid, 0)\n"
    imported = whole(probe(HERE, write(tmp_path / "p", {"main.py": code}))).stages[-1]
    assert 30 < ((imported.highest_bytes or 0) - imported.rss_bytes) / MIB < 44


@pytest.mark.parametrize(
    "end", ["os._exit(0)", "os.execvp('sleep', ['sleep', '0.1'])"], ids=["ends", "becomes another"]
)
def test_what_a_child_shares_is_not_counted_again_as_it_goes(
    end: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look that reads its level is the last one that finds it: its shares are read when it is over."""
    _without("rss = pss = own = shared = 0", monkeypatch, new="rss = pss = own = shared = 0; time.sleep(0.08)")
    child = f"pid = os.fork()\n    if pid == 0:\n        time.sleep(0.05)\n        {end}\n    os.waitpid(pid, 0)\n"
    code = f"{HEAD}kept = mib(40)\nfor _ in range(6):\n    {child}"
    imported = whole(probe(HERE, write(tmp_path / "p", {"main.py": code}))).stages[-1]
    assert ((imported.highest_bytes or 0) - imported.rss_bytes) / MIB < 20


def test_where_the_mark_cannot_be_set_back_it_is_sampled_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without("clear_refs", monkeypatch)
    start = "kept = mib(20); time.sleep(0.3); del kept"
    project = write(tmp_path / "p", {"main.py": HEAD + "k = mib(40)\ntime.sleep(0.3)\ndel k" + LIFESPAN % start})
    runtime = probe(HERE, project, entry("main", "app"))
    bare, imported, ready = whole(runtime).stages
    assert 38 <= ((imported.peak_rss_bytes or 0) - bare.rss_bytes) / MIB <= 44  # above all before: the kernel's own
    assert 18 <= ((ready.peak_rss_bytes or 0) - imported.rss_bytes) / MIB <= 30
    assert "peak-sampled" in [note.code for note in runtime.notes]


def test_where_shares_are_not_told_the_sum_is_and_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _without("smaps_rollup", monkeypatch)
    code = HEAD + "kept = mib(40)\nif os.fork() == 0:\n    time.sleep(3600)\n"
    runtime = probe(HERE, write(tmp_path / "p", {"main.py": code}))
    tree = _tree(whole(runtime).stages[-1])
    assert (tree.counted_by, tree.total_bytes) == ("rss", tree.rss_bytes)
    (note,) = (note for note in runtime.notes if note.code == "child-processes")
    assert "what they share counts for each" in note.message


def test_where_memories_cannot_be_compared_none_is_counted_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without('"x86_64": 312, "aarch64": 272', monkeypatch, new="")
    code, row = IMPORTS["many programs that borrow its memory at first: noop"]
    _check(whole(probe(HERE, write(tmp_path / "p", {"main.py": HEAD + code}))), "import", row)
