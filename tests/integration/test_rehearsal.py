"""An entry that passes its memory limit is stopped there, and the import that did it is named.

How far it comes beyond depends on what else the machine does: benchmarks/bench_rehearsal.py has the figures.
"""

import sys
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call, parse_request
from footprint.model.runtime import EntryRuntime, Statement
from tests.support.machine import on_interpreters
from tests.support.probing import entry, failed, probe, write

MIB = 1 << 20
HERE = Path(sys.executable)
LIMIT = 120 * MIB
GROW = "x = []\nfor _ in range({}): x.append(b'x' * (1 << 20))\n"
FILES = {
    # Grows in small steps, over many modules.
    "steps.py": "import part0, part1, part2, part3, part4, part5, part6, part7\n",
    **{f"part{number}.py": GROW.format(25) for number in range(8)},
    # One single large import, in one single allocation.
    "single.py": "import once\n",
    "once.py": "y = bytes(3 << 20)\nx = b'x' * (700 << 20)\n",
    "small.py": "import json\n",
    "freed.py": "x = b'x' * (200 << 20)\ndel x\n",
    "children.py": (
        "import subprocess, sys\ncode = 'import time; x = bytearray(b\"x\") * (40 << 20); time.sleep(3600)'\n"
        "all = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(3)]\n"
    ),
    # Beyond the limit for several looks, which come every 5 to 10 ms: what is over in less may be missed.
    "passing.py": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(b\"x\") * (400 << 20)'])\n"
    ),
    "borrowing.py": ("import subprocess\nx = b'x' * (70 << 20)\nfor _ in range(40): subprocess.run(['true'])\n"),
    "later.py": "def use():\n    import once\napp = object()\n",
}


def rehearse(folder: Path, module: str, **options: object) -> EntryRuntime:
    return probe(HERE, write(folder, FILES), entry(module), memory_limit_bytes=LIMIT, **options)


@pytest.mark.parametrize(("module", "under_way"), [("steps", ("steps", "part")), ("single", ("single", "once"))])
def test_it_is_stopped_at_the_limit_and_the_import_is_named(
    module: str, under_way: tuple[str, str], tmp_path: Path
) -> None:
    failure = failed(rehearse(tmp_path, module))
    assert (failure.kind, failure.stage) == ("limit", "import")
    assert failure.rss_bytes is not None and failure.rss_bytes > LIMIT
    outer, inner = failure.under_way
    assert outer == under_way[0] and inner.startswith(under_way[1])
    assert inner not in ("part0", "part1")  # 50 MiB are below the limit, whatever else the machine does


@pytest.mark.parametrize("module", ["freed", "children", "passing"])
def test_what_does_not_stay_and_what_it_starts_count(module: str, tmp_path: Path) -> None:
    failure = failed(rehearse(tmp_path, module))
    assert (failure.kind, failure.stage) == ("limit", "import")
    assert failure.rss_bytes is not None and failure.rss_bytes > LIMIT


@pytest.mark.parametrize("module", ["small", "borrowing"])
def test_noop_what_stays_below_goes_through(module: str, tmp_path: Path) -> None:
    runtime = rehearse(tmp_path, module)
    assert runtime.failure is None
    assert runtime.run is not None and runtime.run.stages[-1].stage == "import"


def test_first_use_is_rehearsed_in_the_same_process(tmp_path: Path) -> None:
    runtime = rehearse(tmp_path, "later", first_use=(Statement("json"), Statement("once")), first_use_here=True)
    failure = failed(runtime)
    assert (failure.kind, failure.stage, failure.under_way) == ("limit", "first_use", ("once",))


CALLED = """
import time

held = []


def small():
    held.append(b"x" * (5 << 20))


def steps():
    for _ in range(300):
        held.append(b"x" * (1 << 20))


def at_once():
    held.append(b"x" * (700 << 20))  # one instruction, in which no other thread runs


def passing():
    len(b"x" * (200 << 20))
    time.sleep(0)


def importing():
    import once


def failing():
    raise RuntimeError("no")


def app(environ, start_response):
    steps()
    start_response("200 OK", [])
    return []
"""
# calls, and where it is stopped: which of them, words of the line, what is being imported
CALLS: dict[str, tuple[tuple[str, ...], str, str, tuple[str, ...]]] = {
    "in steps": (("called:small", "called:steps"), "called:steps", "1 << 20", ()),
    "at once": (("called:small", "called:at_once"), "called:at_once", "700 << 20", ()),
    "a request": (("called:small", "GET /x"), "GET /x", "1 << 20", ()),
    "by an import": (("called:importing", "called:small"), "called:importing", "700 << 20", ("once",)),
    "after one that fails": (("called:failing", "called:steps"), "called:steps", "1 << 20", ()),
    "for a moment, others after it": (("called:passing", *["called:small"] * 3), "called:passing", "200 << 20", ()),
    "for a moment, at last": (("called:small", "called:passing"), "called:passing", "200 << 20", ()),
}


@pytest.mark.parametrize("python", on_interpreters())
@pytest.mark.parametrize("case", CALLS)
def test_a_call_is_stopped_at_the_limit_and_named_with_its_line(case: str, python: Path, tmp_path: Path) -> None:
    texts, name, word, under_way = CALLS[case]
    write(tmp_path, {**FILES, "called.py": CALLED})
    calls = tuple(parse_request(text) if "/" in text else parse_call(text) for text in texts)
    options = dict(calls=calls, calls_here=True, memory_limit_bytes=LIMIT)
    failure = failed(probe(python, tmp_path, entry("called", "app"), **options))
    assert (failure.kind, failure.stage, failure.call) == ("limit", "calls", name)
    assert failure.rss_bytes is not None and failure.rss_bytes > LIMIT
    assert failure.path is not None and failure.line is not None
    found = (tmp_path / failure.path).read_text().splitlines()[failure.line - 1]
    assert word in found or ("passing" in name and failure.path == "called.py"), found
    assert failure.under_way == under_way


def test_noop_calls_that_stay_below_go_through_whatever_they_raise(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "called.py": CALLED})
    calls = tuple(map(parse_call, ("called:small", "called:failing", "called:small")))
    options = dict(calls=calls, calls_here=True, memory_limit_bytes=LIMIT)
    runtime = probe(HERE, tmp_path, entry("called", "app"), **options)
    assert runtime.failure is None and runtime.run is not None
    assert [stage.stage for stage in runtime.run.stages][-1] == "calls"
    assert runtime.run.stages[-1].rss_bytes - runtime.run.stages[-2].rss_bytes > 10 * MIB
    assert "calls-stopped" not in [note.code for note in runtime.notes]
