"""Which settings are tried for a command, and which cannot help it."""

import pytest

from footprint.analysis.tuning.axes import WorkingStart, describe_growth, fewer_processes, find_factors
from footprint.analysis.tuning.start_words import read_command
from footprint.model.tuning import Factor, UntriedFactor

FREEZE = "gc.freeze() before the fork"
LOADED = f"the requests asked before the fork + {FREEZE}"
ALWAYS = {"MALLOC_ARENA_MAX=2", "MALLOC_TRIM_THRESHOLD_=131072", "-OO"}


def working(line: str, workers: int = 4, **values: object) -> WorkingStart:
    return WorkingStart(read_command(line), workers, **values)  # type: ignore[arg-type]


TRIED: list[tuple[str, WorkingStart, set[str], set[str]]] = [
    ("gunicorn", working("gunicorn -w 4 a:a", can_load=True),
     {"preload", f"preload + {FREEZE}", f"preload + {LOADED}"}, set()),
    ("without a request that reads", working("gunicorn -w 4 a:a"), {"preload", f"preload + {FREEZE}"},
     {"the requests asked before the fork"}),
    ("preloaded already", working("gunicorn --preload -w 4 a:a", preloads=True, can_load=True), {FREEZE, LOADED},
     set()),
    ("one worker", working("gunicorn a:a", 1), set(), {"preload"}),
    ("new interpreters", working("uvicorn --workers 4 a:a"), set(), {"preload", "gunicorn with uvicorn's worker"}),
    ("another server for it", working("uvicorn --workers 4 a:a", gunicorn_worker="x.Y"),
     {f"gunicorn with uvicorn's worker, preload + {FREEZE}"}, {"preload"}),
    ("words that the other server has not", working("uvicorn --loop uvloop a:a --workers 4", gunicorn_worker="x.Y"),
     set(), {"preload", "gunicorn with uvicorn's worker"}),
    ("another server that forks", working("celery -A a worker"), {FREEZE}, {"the requests asked before the fork"}),
    ("no server", working("python serve.py", 1), set(), {"preload"}),
    ("allocators", working("python serve.py", 1, allocators=(("jemalloc", "/j.so"),)), {"jemalloc"}, {"mimalloc"}),
    ("libraries with threads", working("python a.py", 1, mapped=frozenset({"libscipy_openblas64_.so"}), thread_count=2),
     {"OPENBLAS_NUM_THREADS=1"}, set()),
    ("libraries without threads", working("python a.py", 1, mapped=frozenset({"libgomp-1.so"})), set(),
     {"OMP_NUM_THREADS=1"}),
    ("no such library", working("python a.py", 1), set(), {"OMP_NUM_THREADS and the like"}),
    ("onnxruntime", working("python a.py", 1, mapped=frozenset({"onnxruntime_pybind11_state.so"})), set(),
     {"onnxruntime's threads"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "start", "tried", "untried"), TRIED, ids=[row[0] for row in TRIED])
def test_what_is_tried(what: str, start: WorkingStart, tried: set[str], untried: set[str]) -> None:
    factors, left = find_factors(start)
    names = {factor.name for factor in factors}
    assert names >= tried | ALWAYS, what
    assert untried <= {each.name for each in left}
    assert not names & {each.name for each in left}


def test_what_is_set_already_is_not_tried() -> None:
    factors, left = find_factors(working("python a.py", 1, is_set=frozenset({"PYTHONOPTIMIZE", "MALLOC_ARENA_MAX"})))
    assert {factor.name for factor in factors} == {"MALLOC_TRIM_THRESHOLD_=131072"}
    assert {"-OO", "MALLOC_ARENA_MAX=2"} <= {each.name for each in left}


@pytest.mark.parametrize(
    ("line", "worker_class", "capacity", "share", "name"),
    [
        ("gunicorn -w 4 a:a", "sync", 4, 0.10, "1 worker x 4 threads"),
        ("gunicorn -w 4 a:a", "sync", 4, 0.50, "2 workers x 2 threads"),
        ("gunicorn -w 4 a:a", "sync", 4, 0.95, None),  # as many processes as compute at once
        ("gunicorn -w 4 a:a", "sync", 4, 1.7, None),
        ("gunicorn -w 4 a:a", "sync", 2, 0.2, "1 worker x 2 threads"),
        ("gunicorn -w 4 --threads 2 a:a", "gthread", 8, 0.2, "2 workers x 4 threads"),
        ("gunicorn -w 4 -k gevent a:a", "gevent", 4, 0.1, None),
        ("uvicorn --workers 4 a:a", "", 4, 0.2, "1 worker"),
        ("gunicorn -w 4 -k uvicorn.workers.UvicornWorker a:a", "uvicorn.workers.UvicornWorker", 4, 0.2, "1 worker"),
    ],
)
def test_fewer_processes_for_as_many_at_once(
    line: str, worker_class: str, capacity: int, share: float, name: str | None
) -> None:
    found = fewer_processes(working(line, worker_class=worker_class), capacity, share)
    assert (found.name if isinstance(found, Factor) else None) == name


def test_one_process_has_none_to_lose() -> None:
    assert fewer_processes(working("gunicorn a:a", 1), 1, 0.1) is None


@pytest.mark.parametrize(("grown", "words"), [(8 << 20, "added 8.0 MiB"), (1 << 19, "added nothing"), (-5, "nothing")])
def test_growth_says_what_new_workers_would_give_back(grown: int, words: str) -> None:
    found = describe_growth(grown, 200, 3 << 20)
    assert isinstance(found, UntriedFactor)
    assert words in found.why
