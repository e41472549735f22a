"""Calls that are done many times: growth by its cause, and what may happen on the way."""

import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.cost.repetitions import judge_repeat
from footprint.config.call_texts import parse_call, parse_request
from footprint.model.memory_rows import RepeatedCall
from footprint.model.runtime import EntryRuntime
from tests.support.command import audit_json, codes_of, footprint
from tests.support.machine import need, on_interpreters
from tests.support.probing import entry, probe, whole, write
from tests.support.repeated_calls import ALL, HEAD, function_of, is_right

MIB = 1 << 20
HERE = Path(sys.executable)
PYTHONS = on_interpreters()
QUICK = ("list that grows", "400 small dicts", "growth in C", "LRU of 20 warming", "none", "freed, with pins", "cycles")


def cases(folder: Path) -> Path:
    """Write the functions of which the growth is known as one module."""
    body = "\n\n".join(textwrap.dedent(case.source) for case in ALL.values())
    return write(folder, {"cases.py": f"{HEAD}\n\n{body}"})


@pytest.mark.parametrize("python", PYTHONS)
def test_growth_is_told_by_its_cause(python: Path, tmp_path: Path) -> None:
    words: list[str | Path] = [cases(tmp_path), "--python", python, "--entry", "cases", "--timeout", "600"]
    words += [word for name in QUICK for word in ("--call", f"cases:{function_of(name)}")]
    told = audit_json(*words, "--repeat", "50")
    rows = {row["name"]: row for row in told["calls"]}
    wrong = {name: row["repeated"] for name in QUICK if not is_right(name, row := rows[f"cases:{function_of(name)}"])}
    assert not wrong


APP = """
import gc, os, signal, threading, time
kept, count = [], 0


def next_number():
    global count
    count += 1
    return count


def grow():
    kept.append(b"x" * 100_000)


def second():
    if next_number() == 2:
        raise KeyError("second")


def thirtieth():
    grow()
    if next_number() == 30:
        threading.Event().wait()


def dies():
    grow()
    if next_number() == 30:
        os.kill(os.getpid(), signal.SIGSEGV)


def leaves():
    if next_number() == 30:
        os._exit(3)


def exits():
    if next_number() == 30:
        raise SystemExit(1)


def forks():
    grow()
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
    else:
        open("children.txt", "a").write("x\\n")


def forks_and_exits():
    pid = os.fork()
    if pid == 0:
        raise SystemExit(0)
    os.waitpid(pid, 0)
    grow()


def slow():
    grow()
    time.sleep(0.5)


def uncollected():
    gc.disable()
    made = []
    made.append((made, b"x" * 300_000))


def frozen():
    gc.freeze()
    grow()


def followed():
    import tracemalloc
    tracemalloc.start(1)
    grow()


def busy():
    threads = [threading.Thread(target=sum, args=(range(10**5),)) for _ in range(3)]
    for thread in threads:
        thread.start()
    grow()


def buffered():
    made = []
    file = open("lines.txt", "a")
    file.write("line\\n")
    made.append((made, file))


def reaps():
    grow()
    signal.signal(signal.SIGCHLD, lambda *_: os.waitpid(-1, os.WNOHANG))


async def app(scope, receive, send):
    if scope["path"] == "/grow":
        grow()
    status = 429 if scope["path"] == "/limited" and next_number() > 12 else 200
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b"x"})


def wsgi(environ, start_response):
    if environ["PATH_INFO"] == "/grow":
        grow()
    start_response("200 OK", [])
    return [b"x"]
"""


def repeat(folder: Path, *texts: str, count: int = 50, point: str | None = None, **options: Any) -> EntryRuntime:
    write(folder, {"main.py": APP})
    asked = [parse_request(text) if text.startswith("/") else parse_call(f"main:{text}", folder) for text in texts]
    return probe(HERE, folder, entry("main", point), calls=tuple(asked), repeat=count, **options)


def judged(runtime: EntryRuntime) -> dict[str, RepeatedCall]:
    runs = {call.name.rpartition(":")[2]: call.repeat for call in whole(runtime).calls}
    return {name: judge_repeat(run) for name, run in runs.items() if run is not None}


def is_growth(call: RepeatedCall) -> bool:
    """Whether it is growth of 100,000 bytes a call, made in the line that does it."""
    slope = call.slope_bytes or 0
    return call.kind == "rising-python" and 90_000 < slope < 115_000 and (call.path, call.line) == ("main.py", 13)


@pytest.mark.parametrize("point", ["app", "wsgi"])
def test_requests(point: str, tmp_path: Path) -> None:
    found = judged(repeat(tmp_path, "/grow", "/x", point=point))
    assert is_growth(found["GET /grow"]) and found["GET /x"].kind == "flat"


def test_what_ends_it_is_told_with_what_was_reached(tmp_path: Path) -> None:
    texts = ("second", "thirtieth", "dies", "leaves", "exits", "/limited")
    found = judged(repeat(tmp_path, *texts, point="app"))
    told = {name: (call.end, call.done_count, call.message) for name, call in found.items()}
    assert told == {
        "second": ("failed", 1, "KeyError: 'second'"),
        "thirtieth": ("hung", 29, None),
        "dies": ("crashed", 29, "killed by SIGSEGV"),
        "leaves": ("crashed", 29, "exited with status 3"),
        "exits": ("failed", 29, "SystemExit: 1"),
        "GET /limited": ("failed", 12, "it answered 429"),
    }
    assert (found["second"].path, found["second"].line, found["second"].kind) == ("main.py", 18, "not-told")
    assert found["thirtieth"].kind == found["dies"].kind == "still-rising"
    assert found["leaves"].kind == "flat"


def test_a_call_that_forks_is_done_as_often_as_asked_for(tmp_path: Path) -> None:
    found = judged(repeat(tmp_path, "forks", "forks_and_exits"))
    assert {name: (call.done_count, call.kind) for name, call in found.items()} == {
        "forks": (50, "rising-python"),
        "forks_and_exits": (50, "rising-python"),
    }
    assert len((tmp_path / "children.txt").read_text().split()) < 90


def test_time_bounds_how_often_it_is_done(tmp_path: Path) -> None:
    found = judged(repeat(tmp_path, "slow", count=1000, timeout_s=30))["slow"]
    assert found.end == "time" and 10 <= found.done_count < 60
    assert found.kind in ("still-rising", "rising-python") and (found.time_us or 0) > 500_000


@pytest.mark.parametrize("name", ["uncollected", "frozen", "followed", "busy", "reaps"])
def test_what_an_application_does_to_its_process(name: str, tmp_path: Path) -> None:
    found = judged(repeat(tmp_path, name))[name]
    assert (found.end, found.done_count) == ("done", 50)
    if name == "uncollected":
        assert found.kind == "flat" and (found.waiting_for_collector_bytes or 0) > 10 * MIB
    else:
        assert is_growth(found), found


def test_reading_the_memory_does_nothing_for_the_application(tmp_path: Path) -> None:
    # each line is written by the call that made it, once alone and 50 times in a row, or not at all: never twice
    judged(repeat(tmp_path, "buffered"))
    assert len((tmp_path / "lines.txt").read_text().split()) <= 51


@pytest.mark.parametrize(
    ("variable", "value"), [("PYTHONMALLOC", "debug"), ("PYTHONMALLOC", "malloc"), ("PYTHONTRACEMALLOC", "3")]
)
def test_other_allocators_of_python(variable: str, value: str, tmp_path: Path) -> None:
    found = judged(repeat(tmp_path, "grow", "/x", point="app", env={variable: value}))
    assert is_growth(found["grow"]) and found["GET /x"].kind == "flat"


@pytest.mark.parametrize("library", ["libjemalloc.so.2", "libmimalloc.so.2"])
def test_another_malloc(library: str, tmp_path: Path) -> None:
    path = next(Path("/usr/lib").glob(f"*/{library}"), None)
    need(path, f"{library}: apt-get install libjemalloc2 libmimalloc2.0")
    found = judged(repeat(tmp_path, "grow", "/x", point="app", env={"LD_PRELOAD": str(path)}))
    assert found["grow"].kind == "rising-python" and found["GET /x"].kind == "flat"


HELD = """
import queue, threading
import main
asked, done = queue.SimpleQueue(), queue.SimpleQueue()


def serve():
    while True:
        done.put(asked.get()())


threading.Thread(target=serve, daemon=True).start()


def grow():
    asked.put(main.grow)
    done.get()
"""


def test_what_bears_no_fork_is_done_in_a_start_of_its_own(tmp_path: Path) -> None:
    # executors are made anew in a fork, a thread of the application's own is not
    write(tmp_path, {"main.py": APP, "held.py": HELD})
    run = whole(probe(HERE, tmp_path, entry("held"), calls=(parse_call("held:grow"),), repeat=50))
    (call,) = run.calls
    assert call.outcome == "done" and call.was_apart and call.repeat is not None
    assert is_growth(judge_repeat(call.repeat))


def test_few_calls_are_told_as_such_and_none_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": APP})
    told = footprint("audit", tmp_path, "--python", HERE, "--entry", "main", "--call", "main:grow", "--repeat", "20")
    assert "20 times in a row: still rising by" in told.stdout and "a cache that fills looks the same" in told.stdout
    assert "leak" not in told.stdout
    shown = footprint("probe", tmp_path, "--python", HERE, "--entry", "main", "--call", "main:grow", "--repeat", "20")
    assert "20 times in a row: still rising by" in shown.stdout
    refused = footprint("audit", tmp_path, "--python", HERE, "--entry", "main", "--call", "main:grow", "--repeat", "9")
    assert refused.returncode == 2 and "--repeat 9: give 10 or more" in refused.stderr
    assert "nothing-repeated" in codes_of(audit_json(tmp_path, "--python", HERE, "--entry", "main", "--repeat", "20"))


def test_without_it_nothing_of_it_runs(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": APP})
    run = whole(probe(HERE, tmp_path, entry("main"), calls=(parse_call("main:grow"),)))
    assert run.calls[0].repeat is None
