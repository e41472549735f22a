"""Which settings are worth it: noise, processor time, the best of each axis, the plans."""

import ast

import pytest

from footprint.analysis.tuning import choice
from footprint.analysis.tuning.axes import ARENAS, PRELOAD
from footprint.analysis.tuning.optimised_uses import find_uses
from footprint.model.tuning import Effect, Factor, StartReading, TreeShares, TunedRow

MIB = 1 << 20
FREEZE = Factor("sharing", "freeze")
OPTIMISED = Factor("optimise", "-OO")
THREADS = Factor("processes", "1 x 4", settings=(("threads", "4"),))
ONE_WORKER = Factor("processes", "1", settings=(("workers", "1"),))


def reading(total: int) -> StartReading:
    tree = TreeShares(total * MIB, total * MIB, None, 1)
    return StartReading(tree, tree, total * MIB, 1, 1, 1, ())


def row(saved: int, factor: Factor, effect: Effect = "saves") -> TunedRow:
    return TunedRow(factor.name, (factor,), effect, 1, reading(100), saved_bytes=saved)


@pytest.mark.parametrize(
    ("totals", "noise"),
    [((700, 700), 7 * MIB), ((700, 705), 7 * MIB + MIB // 40), ((700, 720), 20 * MIB), ((100,), MIB)],
)
def test_noise_is_a_hundredth_or_the_spread(totals: tuple[int, ...], noise: int) -> None:
    assert choice.noise_of([reading(total) for total in totals]) == pytest.approx(noise, abs=MIB / 20)


@pytest.mark.parametrize(("saved", "effect"), [(11, "saves"), (10, "none"), (0, "none"), (-10, "none"), (-11, "worse")])
def test_an_effect_is_told_from_noise(saved: int, effect: Effect) -> None:
    assert choice.effect_of(saved, 10) == effect


@pytest.mark.parametrize(("saved", "doubt"), [(9, False), (10, False), (11, True), (20, True), (21, False)])
def test_what_is_hardly_above_noise_is_measured_again(saved: int, doubt: bool) -> None:
    assert choice.is_doubtful(saved, 10) is doubt


CPU: list[tuple[list[float], bool, bool]] = [  # ratios of rounds, told apart, too much
    ([1.0, 1.02, 0.98, 1.01, 0.99, 1.0, 1.03, 0.97, 1.0, 1.0], False, False),
    ([1.2, 1.25, 1.3, 1.22, 1.21, 1.24, 1.2, 1.26, 1.2, 1.23], True, True),
    ([0.8, 0.82, 0.85, 0.81, 0.8, 0.84, 0.79, 0.8, 0.83, 0.8], True, False),
    ([1.05, 1.06, 1.05, 1.07, 1.04, 1.05, 1.06, 1.05, 1.04, 1.05], True, False),  # a twentieth may be
    ([0.5, 2.0, 0.6, 1.8, 1.0, 1.1, 0.9, 0.7, 1.6, 1.05], False, False),
]


@pytest.mark.parametrize(("ratios", "told_apart", "too_much"), CPU)
def test_processor_time_is_told_apart_by_the_order_of_rounds(
    ratios: list[float], told_apart: bool, too_much: bool
) -> None:
    found = choice.compare_cpu([(1000.0, 1000.0 * ratio) for ratio in ratios], 200)
    assert (found.told_apart, choice.costs_too_much(found)) == (told_apart, too_much)
    assert found.low <= found.ratio <= found.high
    assert sorted(ratios)[1] == pytest.approx(found.low)  # of ten, the second: 97.9 %


def test_few_rounds_tell_nothing_apart() -> None:
    assert not choice.compare_cpu([(1000.0, 3000.0)] * 5, 100).told_apart


BEST: list[tuple[list[TunedRow], list[str]]] = [
    ([], []),
    ([row(50, PRELOAD), row(90, OPTIMISED)], ["-OO", "preload"]),
    ([row(50, PRELOAD), row(80, FREEZE)], ["freeze"]),
    ([row(50, PRELOAD), row(55, FREEZE)], ["preload"]),  # within noise: the simpler one
    ([row(5, PRELOAD, "none"), row(-50, OPTIMISED, "worse")], []),
    ([row(50, PRELOAD, "costs"), row(50, OPTIMISED, "relies"), row(0, ARENAS, "failed")], []),
    ([row(90, Factor("server", "gunicorn")), row(95, PRELOAD)], ["gunicorn"]),  # they share what is one axis
]


@pytest.mark.parametrize(("rows", "names"), BEST)
def test_the_best_of_each_axis(rows: list[TunedRow], names: list[str]) -> None:
    assert [each.name for each in choice.best_of_axes(rows, 10)] == names


def test_what_another_allocator_does_not_read_is_not_added_to_it() -> None:
    other = Factor("allocator", "jemalloc", environment=(("LD_PRELOAD", "/x.so"),))
    trim = Factor("trimming", "MALLOC_TRIM_THRESHOLD_=1")
    assert choice.next_factors((other,), [row(90, other), row(50, trim), row(9, OPTIMISED)]) == (OPTIMISED,)
    assert choice.next_factors((trim,), [row(90, trim), row(50, ARENAS)]) == (ARENAS,)


def test_arenas_are_tried_again_where_threads_take_over() -> None:
    tried = [row(90, THREADS), row(50, OPTIMISED)]
    assert choice.next_factors((THREADS,), tried) == (OPTIMISED, ARENAS)
    assert choice.next_factors((ONE_WORKER,), [row(90, ONE_WORKER)]) == ()
    assert choice.next_factors((THREADS,), [*tried, row(9, ARENAS)]) == (OPTIMISED, ARENAS)


def test_the_smallest_plan_that_holds_it() -> None:
    plans = [
        choice.PlatformPlan("render", "render:pro", 4096, "2026-08"),
        choice.PlatformPlan("render", "render:free", 512, "2026-08"),
        choice.PlatformPlan("lambda", "lambda:default", 128, "2026-08"),
    ]
    found = choice.fitting_plans(plans, 600, 512)
    assert [(each.platform, each.before, each.after) for each in found] == [
        ("render", "render:pro", "render:free"),
        ("lambda", None, None),
    ]


USES: list[tuple[str, int, list[tuple[str, int]]]] = [
    ("assert x\nassert isinstance(x, int), 'no'\nassert len(x) == 2\nassert all(y for y in x)", 4, []),
    ("assert queue.pop()", 1, [("assert", 1)]),
    ("assert (found := x)", 1, [("assert", 1)]),
    ("assert check(x)\nassert name.startswith('a')", 2, [("assert", 1)]),
    ("def f():\n    'words'\n    return f.__doc__", 0, [("docstring", 3)]),
    ("import docopt\ndocopt.docopt(__doc__)", 0, [("docstring", 2)]),
    ("def g(f):\n    g.__doc__ = 'x'\n__doc__ = 'y'", 0, []),  # it is written, and nobody reads it
    ("x = '__doc__'", 0, []),
]


@pytest.mark.parametrize(("source", "asserts", "uses"), USES)
def test_what_relies_on_asserts_and_docstrings(source: str, asserts: int, uses: list[tuple[str, int]]) -> None:
    count, found = find_uses(ast.parse(source), "a.py")
    assert (count, [(each.kind, each.line) for each in found]) == (asserts, uses)
