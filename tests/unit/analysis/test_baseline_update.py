"""Updating the baseline: what did not change stays as it is, lowers are free, raises are asked for."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.analysis.gate.baseline_update import Stale, Update, find_stale, update
from footprint.config.options import Tolerance
from footprint.documents.baseline_document import format_baseline, parse_baseline
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineChange
from footprint.units import MIB

KEY, OTHER = "cpython-3.11-linux-x86_64-glibc", "cpython-3.12-linux-x86_64-glibc"

ENTRY = EntryBaseline(
    *(100 * MIB, 150 * MIB, MIB // 10, 200 * MIB, 2.0, {"numpy": 12 * MIB, "pandas": 50 * MIB}),
    peak_bytes=300 * MIB,
)
ENVIRONMENT = EnvironmentBaseline(
    "3.11.7", "0.1.0", 700 * MIB, 73, {"torch": 400 * MIB}, {"web": ENTRY}, {"FP101": ("nltk",)}
)


def _mib(amount: float) -> int:
    return round(amount * MIB)


def _file(entry: EntryBaseline = ENTRY, **fields: Any) -> Baseline:
    return Baseline({KEY: replace(ENVIRONMENT, **{"entries": {"web": entry}, **fields})})


def _web(**fields: Any) -> Baseline:
    return _file(replace(ENTRY, **fields))


def _update(measured: Baseline, *, allow: bool = False, old: Baseline | None = None) -> Update:
    return update(old if old is not None else _file(), measured, allow_increase=allow)


def _told(changes: tuple[BaselineChange, ...]) -> list[tuple[str | None, str, str | None, str | None, bool]]:
    return [(change.entry, change.what, change.before, change.after, change.raises) for change in changes]


NOOPS = [
    pytest.param(_file(), id="the same"),
    pytest.param(_web(anon_bytes=_mib(100.2)), id="anon within a quarter"),
    pytest.param(_web(anon_bytes=_mib(99.8), noise_bytes=_mib(0.05)), id="noise alone"),
    pytest.param(_web(anon_bytes=_mib(103), noise_bytes=4 * MIB), id="anon within this run's noise"),
    pytest.param(_web(rss_bytes=_mib(151.4)), id="RSS within a hundredth"),
    pytest.param(_web(first_use_rss_bytes=_mib(198.1)), id="first use within a hundredth"),
    pytest.param(_web(peak_bytes=_mib(303)), id="peak within a hundredth"),
    pytest.param(_web(time_ratio=2.4), id="time within a quarter"),
    pytest.param(_web(startup={"numpy": _mib(12.4), "pandas": _mib(52.4)}), id="shared pages"),
    pytest.param(_file(disk_bytes=_mib(700.05), heavy={"torch": _mib(400.05)}), id="disk below a tenth"),
    pytest.param(_file(tool_version="0.2.0"), id="another footprint"),
    pytest.param(_file(EntryBaseline(None, 150 * MIB, startup=ENTRY.startup)), id="not measured this time"),
    pytest.param(_file(disk_bytes=None, distribution_count=None, heavy={}), id="disk not read"),
    pytest.param(Baseline({KEY: replace(ENVIRONMENT, entries={})}), id="entry not measured"),
    pytest.param(Baseline(), id="nothing measured"),
]


@pytest.mark.parametrize("measured", NOOPS)
@pytest.mark.parametrize("allow", [False, True])
def test_what_did_not_change_is_not_written(measured: Baseline, allow: bool) -> None:
    assert _update(measured, allow=allow) == Update(_file(), (), ())


CALLS = {"GET /x": (60 * MIB, 40 * MIB), "jobs:y": ()}
# what calls add, peak first; what is written without and with --allow-increase, and what is told
LESS, HIGHER = {**CALLS, "GET /x": (_mib(50), _mib(30))}, {**CALLS, "GET /x": (_mib(90), _mib(40))}
ENDED, NEW = {**CALLS, "jobs:y": (MIB, 0)}, {**CALLS, "z": (MIB, MIB)}
SETTLED: dict[str, tuple[Any, Any, Any, tuple[str, ...]]] = {
    "as they were": (CALLS, CALLS, CALLS, ()),
    "within what moves by itself": ({**CALLS, "GET /x": (_mib(62), _mib(41.5))}, CALLS, CALLS, ()),
    "less": (LESS, LESS, LESS, ("call GET /x", "peak of GET /x")),
    "more for a moment": (HIGHER, CALLS, HIGHER, ("peak of GET /x",)),
    "one that came to its end": (ENDED, ENDED, ENDED, ("call jobs:y",)),
    "one that came to none": ({"GET /x": (), "jobs:y": ()}, CALLS, CALLS, ()),
    "a new one": (NEW, NEW, NEW, ("call z",)),
    "one is gone": ({"jobs:y": ()}, {"jobs:y": ()}, {"jobs:y": ()}, ("call GET /x",)),
    "none was done": (None, CALLS, CALLS, ()),
}


@pytest.mark.parametrize("case", SETTLED)
def test_what_calls_add(case: str) -> None:
    measured, kept, allowed, told = SETTLED[case]
    for allow, wanted in ((False, kept), (True, allowed)):
        found = _update(_web(calls=measured), allow=allow, old=_web(calls=CALLS))
        assert found.baseline.environments[KEY].entries["web"].calls == wanted
        assert sorted(change.what for change in (*found.changes, *found.refused)) == sorted(told)
        read = parse_baseline(format_baseline(found.baseline), "b.json").environments[KEY].entries["web"].calls
        assert read == wanted
    first = _update(_web(calls=CALLS)).baseline.environments[KEY].entries["web"].calls
    assert first == CALLS


def test_stale_calls_are_told_where_calls_were_done() -> None:
    before = _web(calls={**CALLS, "gone": (MIB, MIB)}).environments[KEY]
    for calls, told in (
        ({"GET /x": (60 * MIB, 20 * MIB)}, ["call GET /x", "call gone", "call jobs:y"]),
        ({"GET /x": (20 * MIB, 20 * MIB), "gone": (), "jobs:y": ()}, ["call GET /x", "peak of GET /x"]),
        (None, []),
    ):
        found = find_stale(before, _web(calls=calls).environments[KEY], ["web"], Tolerance())
        assert sorted(each.what for each in found) == told


LOWERS: list[tuple[Baseline, tuple[str | None, str, str | None, str | None]]] = [
    (_web(anon_bytes=_mib(99.7)), ("web", "startup anon", "100.0 MiB", "99.7 MiB")),
    (_web(rss_bytes=_mib(148)), ("web", "startup RSS", "150.0 MiB", "148.0 MiB")),
    (_web(first_use_rss_bytes=_mib(190)), ("web", "first use RSS", "200.0 MiB", "190.0 MiB")),
    (_web(peak_bytes=_mib(290)), ("web", "startup peak", "300.0 MiB", "290.0 MiB")),
    (_web(time_ratio=1.4), ("web", "time ratio", "2.00", "1.40")),
    (_web(startup={"numpy": 12 * MIB, "pandas": 47 * MIB}), ("web", "pandas at startup", "50.0 MiB", "47.0 MiB")),
    (_web(startup={"numpy": 12 * MIB}), ("web", "pandas at startup", "50.0 MiB", None)),
    (_file(disk_bytes=_mib(699.8)), (None, "disk", "700.0 MiB", "699.8 MiB")),
    (_file(distribution_count=72), (None, "distributions", "73", "72")),
    (_file(heavy={"torch": _mib(399.8)}), (None, "distribution torch", "400.0 MiB", "399.8 MiB")),
    (_file(heavy={}), (None, "distribution torch", "400.0 MiB", None)),
    (_file(known={}), (None, "unused nltk", "known", None)),
    (_file(python="3.11.9"), (None, "python", "3.11.7", "3.11.9")),
]  # each with the one change it makes


@pytest.mark.parametrize(("measured", "change"), LOWERS, ids=[change[1] for _, change in LOWERS])
def test_lowers_and_what_is_gone_are_taken_freely(
    measured: Baseline, change: tuple[str | None, str, str | None, str | None]
) -> None:
    done = _update(measured)
    assert _told(done.changes) == [(*change, False)]
    assert done.refused == ()
    assert done.baseline == measured


def test_a_code_without_findings_leaves_no_trace() -> None:
    assert _update(_file(known={"FP101": ()})).baseline == _file(known={})


RAISES: list[tuple[Baseline, tuple[str | None, str, str | None, str | None]]] = [
    (_web(anon_bytes=_mib(100.3)), ("web", "startup anon", "100.0 MiB", "100.3 MiB")),
    (_web(rss_bytes=_mib(152)), ("web", "startup RSS", "150.0 MiB", "152.0 MiB")),
    (_web(first_use_rss_bytes=_mib(210)), ("web", "first use RSS", "200.0 MiB", "210.0 MiB")),
    (_web(peak_bytes=_mib(310)), ("web", "startup peak", "300.0 MiB", "310.0 MiB")),
    (_web(time_ratio=2.6), ("web", "time ratio", "2.00", "2.60")),
    (_web(startup={**ENTRY.startup, "attrs": MIB}), ("web", "attrs at startup", None, "1.0 MiB")),
    (_file(disk_bytes=_mib(700.2)), (None, "disk", "700.0 MiB", "700.2 MiB")),
    (_file(distribution_count=74), (None, "distributions", "73", "74")),
    (_file(heavy={"scipy": 3 * MIB, "torch": 400 * MIB}), (None, "distribution scipy", None, "3.0 MiB")),
    (_file(known={"FP101": ("nltk", "zope")}), (None, "unused zope", None, "known")),
    (_file(known={"FP101": ("nltk",), "FP105": ("yaml",)}), (None, "undeclared yaml", None, "known")),
]


@pytest.mark.parametrize(("measured", "change"), RAISES, ids=[change[1] for _, change in RAISES])
def test_raises_are_refused_until_they_are_allowed(
    measured: Baseline, change: tuple[str | None, str, str | None, str | None]
) -> None:
    refused = _update(measured)
    assert (refused.baseline, refused.changes) == (_file(), ())
    assert _told(refused.refused) == [(*change, True)]
    allowed = _update(measured, allow=True)
    assert _told(allowed.changes) == [(*change, True)]
    assert allowed.refused == ()
    assert format_baseline(allowed.baseline) == format_baseline(measured)


def test_what_is_refused_does_not_hold_up_the_rest() -> None:
    done = _update(_file(replace(ENTRY, anon_bytes=120 * MIB, first_use_rss_bytes=180 * MIB), disk_bytes=600 * MIB))
    assert [change.what for change in done.changes] == ["disk", "first use RSS"]
    assert [change.what for change in done.refused] == ["startup anon"]
    assert done.baseline == _file(replace(ENTRY, first_use_rss_bytes=180 * MIB), disk_bytes=600 * MIB)


def test_noise_is_rewritten_with_the_memory_it_belongs_to() -> None:
    quiet = _update(_web(first_use_rss_bytes=100 * MIB, noise_bytes=MIB))
    assert quiet.baseline.environments[KEY].entries["web"].noise_bytes == ENTRY.noise_bytes
    lower = _update(_web(anon_bytes=90 * MIB, noise_bytes=MIB))
    assert lower.baseline.environments[KEY].entries["web"].noise_bytes == MIB


def test_a_figure_that_took_over_from_another_is_no_raise() -> None:
    moved = {"numpy": 20 * MIB, "pandas": 42 * MIB}
    done = _update(_web(startup=moved))
    assert not any(change.raises for change in done.changes)
    assert done.baseline.environments[KEY].entries["web"].startup == moved


def test_a_figure_that_made_the_whole_grow_is_a_raise() -> None:
    measured = _web(anon_bytes=108 * MIB, startup={"numpy": 20 * MIB, "pandas": 50 * MIB})
    assert [change.what for change in _update(measured).refused] == ["startup anon", "numpy at startup"]
    disk = _file(disk_bytes=710 * MIB, heavy={"torch": 410 * MIB})
    assert [change.what for change in _update(disk).refused] == ["disk", "distribution torch"]


def test_the_first_baseline_is_all_new_and_no_raise() -> None:
    done = update(None, _file(), allow_increase=False)
    assert done.baseline == _file()
    assert _told(done.changes) == [
        (None, "environment", None, "Python 3.11.7, 73 distributions, 700.0 MiB", False),
        (None, "unused nltk", None, "known", False),
        ("web", "entry", None, "100.0 MiB anon, 150.0 MiB RSS", False),
    ]


def test_other_environments_and_entries_stay() -> None:
    old = Baseline({OTHER: ENVIRONMENT, KEY: replace(ENVIRONMENT, entries={"web": ENTRY, "worker": ENTRY})})
    done = _update(_web(anon_bytes=90 * MIB), old=old)
    assert done.baseline.environments[OTHER] == ENVIRONMENT
    assert done.baseline.environments[KEY].entries["worker"] == ENTRY


def test_a_new_entry_is_no_raise_and_takes_the_version_along() -> None:
    measured = Baseline({KEY: replace(ENVIRONMENT, tool_version="0.2.0", entries={"worker": ENTRY})})
    done = _update(measured)
    assert _told(done.changes) == [
        (None, "footprint", "0.1.0", "0.2.0", False),
        ("worker", "entry", None, "100.0 MiB anon, 150.0 MiB RSS", False),
    ]
    assert done.refused == ()
    assert list(done.baseline.environments[KEY].entries) == ["web", "worker"]


def test_what_was_not_measured_before_is_no_raise() -> None:
    bare = EntryBaseline(None, 150 * MIB, MIB // 10, startup=ENTRY.startup)
    old = _file(bare, disk_bytes=None, distribution_count=None, heavy={})
    done = _update(_file(), old=old)
    assert done.refused == ()
    assert done.baseline == _file()


def test_a_refused_raise_alone_does_not_rewrite_the_version() -> None:
    done = _update(_file(replace(ENTRY, anon_bytes=120 * MIB), tool_version="0.2.0"))
    assert done.baseline == _file()


# small ranges around the tolerances: most pairs of figures differ a little, some by much
_around = st.builds(lambda base, off: base * MIB + off, st.integers(20, 24), st.integers(-MIB, MIB))
_startup = st.dictionaries(st.sampled_from(["numpy", "pandas", "scipy", "attrs"]), _around, max_size=4)
_entries = st.builds(
    EntryBaseline,
    anon_bytes=st.none() | _around,
    rss_bytes=_around,
    noise_bytes=st.integers(0, 3 * MIB),
    first_use_rss_bytes=st.none() | _around,
    peak_bytes=st.none() | _around,
    time_ratio=st.none() | st.floats(0.5, 3),
    startup=_startup,
)
_environments = st.builds(
    EnvironmentBaseline,
    python=st.sampled_from(["3.11.7", "3.11.9"]),
    tool_version=st.sampled_from(["0.1.0", "0.2.0"]),
    disk_bytes=st.none() | _around,
    distribution_count=st.none() | st.integers(70, 73),
    heavy=_startup,
    entries=st.dictionaries(st.sampled_from(["web", "worker", "cli"]), _entries, max_size=3),
    known=st.dictionaries(
        st.sampled_from(["FP101", "FP105"]),
        st.lists(st.sampled_from(["a", "b", "c"]), max_size=3, unique=True).map(tuple),
    ),
)
_baselines = st.builds(Baseline, st.dictionaries(st.sampled_from([KEY, OTHER, "third"]), _environments, max_size=3))


def _as_stored(baseline: Baseline) -> Baseline:
    return parse_baseline(format_baseline(baseline), "b.json")


@given(st.none() | _baselines, _baselines, st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_second_update_writes_the_same_bytes(old: Baseline | None, measured: Baseline, allow: bool) -> None:
    # The old one was read from a file, which holds two decimals: 0.1 MiB of disk hang on the third.
    read = None if old is None else _as_stored(old)
    first = update(read, measured, allow_increase=allow)
    stored = _as_stored(first.baseline)
    second = update(stored, measured, allow_increase=allow)
    assert second.changes == ()
    assert [change.what for change in second.refused] == [change.what for change in first.refused]
    assert format_baseline(second.baseline) == format_baseline(first.baseline)


def _wobble(baseline: Baseline, off: int) -> Baseline:
    """Return the same as another day measures it."""

    def shift(size_bytes: int | None) -> int | None:
        return None if size_bytes is None else size_bytes + off

    return Baseline(
        {
            key: replace(
                environment,
                tool_version="0.3.0",
                entries={
                    name: replace(
                        entry,
                        anon_bytes=shift(entry.anon_bytes),
                        rss_bytes=entry.rss_bytes + off,
                        first_use_rss_bytes=shift(entry.first_use_rss_bytes),
                        peak_bytes=shift(entry.peak_bytes),
                        noise_bytes=0,
                        startup={item: size + off for item, size in entry.startup.items()},
                    )
                    for name, entry in environment.entries.items()
                },
            )
            for key, environment in baseline.environments.items()
        }
    )


@given(_baselines, st.integers(-MIB // 5, MIB // 5), st.booleans())
@settings(max_examples=80, deadline=None)
def test_another_day_without_a_change_writes_the_same_bytes(baseline: Baseline, off: int, allow: bool) -> None:
    stored = _as_stored(baseline)
    done = update(stored, _wobble(baseline, off), allow_increase=allow)
    assert (done.changes, done.refused) == ((), ())
    assert format_baseline(done.baseline) == format_baseline(stored)


def _is_raised(before: float | None, after: float | None) -> bool:
    return before is not None and (after is None or after > before)


@given(_baselines, _baselines)
@settings(max_examples=150, deadline=None)
def test_nothing_is_raised_without_leave(old: Baseline, measured: Baseline) -> None:
    done = update(old, measured, allow_increase=False)
    assert not any(change.raises for change in done.changes)
    assert all(change.raises for change in done.refused)
    for key, before in old.environments.items():
        after = done.baseline.environments[key]
        assert not _is_raised(before.disk_bytes, after.disk_bytes)
        assert not _is_raised(before.distribution_count, after.distribution_count)
        if before.disk_bytes is not None:
            assert after.heavy.keys() <= before.heavy.keys()
        for code, names in after.known.items():
            assert set(names) <= set(before.known.get(code, ()))
        for name, was in before.entries.items():
            now = after.entries[name]
            for figure in ("anon_bytes", "rss_bytes", "first_use_rss_bytes", "peak_bytes", "time_ratio"):
                assert not _is_raised(getattr(was, figure), getattr(now, figure)), figure
            assert now.startup.keys() <= was.startup.keys()


@given(_baselines, _baselines)
@settings(max_examples=80, deadline=None)
def test_with_leave_every_figure_ends_where_it_was_measured_or_moves_by_itself(
    old: Baseline, measured: Baseline
) -> None:
    done = update(old, measured, allow_increase=True)
    assert done.refused == ()
    for key, environment in measured.environments.items():
        after = done.baseline.environments[key]
        for name, entry in environment.entries.items():
            now = after.entries[name]
            assert now.startup.keys() == entry.startup.keys()
            spread = max(MIB // 4, entry.noise_bytes, now.noise_bytes)
            assert entry.anon_bytes is None or abs((now.anon_bytes or 0) - entry.anon_bytes) <= spread
            assert abs(now.rss_bytes - entry.rss_bytes) <= max(spread, 0.01 * now.rss_bytes)


@given(_baselines, _baselines, st.booleans())
@settings(max_examples=80, deadline=None)
def test_strangers_are_kept(old: Baseline, measured: Baseline, allow: bool) -> None:
    done = update(old, measured, allow_increase=allow)
    assert done.baseline.environments.keys() == old.environments.keys() | measured.environments.keys()
    for key, before in old.environments.items():
        after = done.baseline.environments[key]
        if key not in measured.environments:
            assert after == before
            continue
        own = measured.environments[key].entries
        assert {name: entry for name, entry in after.entries.items() if name not in own} == {
            name: entry for name, entry in before.entries.items() if name not in own
        }


@given(_baselines, _baselines, st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_text_changes_only_if_a_change_is_told(old: Baseline, measured: Baseline, allow: bool) -> None:
    done = update(old, measured, allow_increase=allow)
    assert (done.baseline == old) == (done.changes == ())
    assert all(change.before != change.after for change in (*done.changes, *done.refused))


def _stale(measured: EnvironmentBaseline, entries: tuple[str, ...] = ("web",)) -> list[tuple[str | None, str]]:
    found = find_stale(ENVIRONMENT, measured, entries, Tolerance(0.05, 5 * MIB))
    return [(stale.entry, stale.what) for stale in found]


def _of(**entry: Any) -> EnvironmentBaseline:
    return replace(ENVIRONMENT, entries={"web": replace(ENTRY, **entry)})


FRESH = [
    pytest.param(ENVIRONMENT, id="the same"),
    pytest.param(replace(ENVIRONMENT, entries={}), id="entry not measured"),
    pytest.param(_of(anon_bytes=_mib(95)), id="by 5 MiB"),
    pytest.param(_of(rss_bytes=_mib(142.6)), id="by 5 %"),
    pytest.param(_of(anon_bytes=None), id="anon not measured"),
    pytest.param(_of(anon_bytes=300 * MIB), id="grown"),
    pytest.param(replace(ENVIRONMENT, disk_bytes=None), id="disk not read"),
    pytest.param(replace(ENVIRONMENT, disk_bytes=_mib(666)), id="disk by less than 5 %"),
    pytest.param(replace(ENVIRONMENT, known={"FP101": ("nltk", "zope")}), id="more findings"),
]


@pytest.mark.parametrize("measured", FRESH)
def test_what_still_holds_is_not_stale(measured: EnvironmentBaseline) -> None:
    assert _stale(measured) == []


def test_what_no_longer_holds_is_stale() -> None:
    lower = replace(ENTRY, anon_bytes=_mib(94), rss_bytes=_mib(140), first_use_rss_bytes=_mib(180))
    measured = replace(ENVIRONMENT, disk_bytes=_mib(600), known={}, entries={"web": lower})
    stale = [(None, "unused nltk"), (None, "disk")]
    assert _stale(measured) == [*stale, *(("web", what) for what in ("startup anon", "startup RSS", "first use RSS"))]
    assert _stale(ENVIRONMENT, ()) == [("web", "entry")]


def test_stale_is_said_in_words() -> None:
    measured = _of(anon_bytes=_mib(80))
    (found,) = find_stale(ENVIRONMENT, measured, {"web": True}, Tolerance(0.05, 5 * MIB))
    assert found == Stale("web", "startup anon", "startup anon is 80.0 MiB, the baseline still holds 100.0 MiB")


def test_another_environment_has_nothing_stale() -> None:
    assert find_stale(Baseline({OTHER: ENVIRONMENT}).environments.get(KEY), ENVIRONMENT, (), Tolerance(0, 0)) == ()


@given(_baselines, _baselines, st.floats(0, 0.5), st.integers(MIB // 4, 9 * MIB))
@settings(max_examples=80, deadline=None)
def test_an_update_leaves_nothing_stale_but_what_it_does_not_own(
    old: Baseline, measured: Baseline, relative: float, absolute_bytes: int
) -> None:
    after = update(old, measured, allow_increase=True).baseline
    for key, environment in measured.environments.items():
        written = after.environments[key]
        found = find_stale(written, environment, written.entries, Tolerance(relative, absolute_bytes))
        # what still differs is within the noise, which may be larger than the tolerance
        assert all(stale.entry is not None and stale.what != "entry" for stale in found)
