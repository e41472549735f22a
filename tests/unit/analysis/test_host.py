"""Several entries on one host: what each has alone, and what is there once."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.attribution import LoadTree
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.host import total_on_host
from footprint.model.memory_rows import MemoryPart
from footprint.model.runtime import DistributionCost, ProbeRun, StageReading, TreeReading
from footprint.model.service_memory import LiveGrowth, LiveReading
from footprint.report.audit import json, markdown, stored, table
from footprint.report.audit.hosting_sentences import host_line, live_lines
from footprint.report.text.view import View
from tests.support.builders import audit, distribution, entry, stage

MIB = 1 << 20


def observed(name: str, rss: int, anon: int | None, **costs: tuple[int, int | None]) -> ObservedEntry:
    """Return an entry of `rss` MiB in all; per distribution (RSS, anon) in MiB."""
    reading = StageReading("import", rss * MIB, None if anon is None else anon * MIB, None, 0, 1)
    run = ProbeRun((reading,), (), frozenset(), (), (), 0, 0)
    found = {
        each: DistributionCost(each, "import", each, size * MIB, None if own is None else own * MIB, 0, 0, 0, 1)
        for each, (size, own) in costs.items()
    }
    return ObservedEntry(name, run, LoadTree.of(run), {}, found, {}, complete=True)


def row(name: str, **parts: int) -> Any:
    memory = [MemoryPart("interpreter", "interpreter", 10 * MIB), MemoryPart("own code", "first-party", 5 * MIB)]
    memory += [MemoryPart(each, "distribution", size * MIB) for each, size in parts.items()]
    return entry(name, stages=(stage("import", 100 * MIB),), memory=(*memory, MemoryPart("rest", "rest", MIB)))


WEB = observed("web", 100, 60, numpy=(30, 10), fastapi=(10, 10))  # 20 of its 40 MiB of files are numpy's
WORKER = observed("worker", 90, 40, numpy=(25, 10), pandas=(30, 5))  # 15 numpy, 25 pandas, 10 of the rest


def test_files_are_there_once_and_anonymous_memory_for_each() -> None:
    found = total_on_host([WEB, WORKER], [row("web", numpy=30, fastapi=10), row("worker", numpy=25, pandas=30)])
    assert found is not None
    assert found.entries == ("web", "worker")
    assert found.total_bytes == (60 + 40 + 20 + 25 + 20) * MIB  # anon, numpy, pandas, the larger of the rests
    assert found.unshared_bytes == 190 * MIB
    assert (found.common, found.common_bytes) == (("numpy",), 35 * MIB)  # with the interpreter, own code without


def test_what_they_start_is_part_of_it() -> None:
    tree = TreeReading(2, 190 * MIB, 170 * MIB, 170 * MIB, "private", (90 * MIB,))
    with_child = replace(row("web", numpy=30), stages=(stage("import", 100 * MIB, tree=tree),))
    plain = total_on_host([WEB, WORKER], [row("web", numpy=30), row("worker")])
    found = total_on_host([WEB, WORKER], [with_child, row("worker")])
    assert found is not None
    assert plain is not None
    assert found.total_bytes - plain.total_bytes == found.unshared_bytes - plain.unshared_bytes == 70 * MIB


def test_noop_with_one_measured_entry_or_without_anon() -> None:
    assert total_on_host([WEB], [row("web")]) is None
    assert total_on_host([], []) is None
    assert total_on_host([WEB, observed("worker", 90, None)], [row("web"), row("worker")]) is None


def test_an_entry_that_was_not_measured_is_no_part_of_it() -> None:
    failed = observed("cron", 1, 1)
    nothing = ObservedEntry(
        "cron", ProbeRun((), (), frozenset(), (), (), 0, 0), failed.tree, {}, {}, {}, complete=False
    )
    found = total_on_host([WEB, nothing, WORKER], [row("web"), entry("cron", stages=(), memory=()), row("worker")])
    assert found is not None and found.entries == ("web", "worker")


anon_and_files = st.tuples(st.integers(0, 500), st.integers(0, 500))


@given(st.lists(anon_and_files, min_size=2, max_size=6))
def test_the_total_lies_between_the_largest_and_the_sum(sizes: list[tuple[int, int]]) -> None:
    entries = [observed(f"e{index}", anon + file, anon) for index, (anon, file) in enumerate(sizes)]
    found = total_on_host(entries, [row(each.name) for each in entries])
    assert found is not None
    assert max(anon + file for anon, file in sizes) * MIB <= found.total_bytes <= found.unshared_bytes
    assert found.total_bytes >= sum(anon for anon, _ in sizes) * MIB


def test_a_column_for_each_entry_and_a_line_for_the_host() -> None:
    host = total_on_host([WEB, WORKER], [row("web", numpy=30), row("worker", numpy=25)])
    numpy = distribution(
        "numpy", startup_self_rss_bytes=30 * MIB, startup_self_rss_by_entry=(("web", 30 * MIB), ("worker", 25 * MIB))
    )
    pandas = distribution("pandas", startup_self_rss_bytes=31 * MIB, startup_self_rss_by_entry=(("worker", 31 * MIB),))
    told = audit(numpy, pandas, entries=(row("web"), row("worker"), entry("cron", stages=())), host=host)
    assert host_line(told) == (
        "2 of 3 entries (web, worker; the others were not measured) on one host: about 165.0 MiB (anonymous memory of "
        "each, file pages once), 190.0 MiB if nothing were shared; 35.0 MiB of it are in each: the interpreter, "
        "the standard library and 1 distribution"
    )
    shown = table.render(told).splitlines()
    (header,) = [line for line in shown if line.startswith("Distribution")]
    assert "RSS web  RSS worker" in header and "cron" not in header and "RSS MiB" not in header
    cells = {line.split()[0]: line.split() for line in shown if line.startswith(("numpy", "pandas"))}
    assert cells["numpy"][3:5] == ["30.0", "25.0"]
    assert cells["pandas"][3:5] == ["-", "31.0"]
    assert "| RSS web | RSS worker |" in markdown.render(told)
    assert host_line(audit()) is None


def test_one_entry_keeps_its_one_column_and_a_narrow_screen_the_first() -> None:
    numpy = distribution(
        "numpy", startup_self_rss_bytes=MIB, startup_self_rss_by_entry=(("web", MIB),), reason="no import, " * 4
    )
    assert "RSS MiB" in table.render(audit(numpy, entries=(row("web"),)))
    narrow = table.render(audit(numpy, entries=(row("web"), row("worker"))), View(width=60))
    assert "web" in narrow and "worker" not in narrow.split("Distribution")[1].split("\n\n")[0]


def test_a_hostile_name_of_an_entry_reaches_no_terminal() -> None:
    numpy = distribution("numpy", startup_self_rss_bytes=MIB)
    told = audit(numpy, entries=(row("web"), row("a|b\x1b[2J<b>")))
    assert "\x1b" not in table.render(told) + markdown.render(told)
    dead = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown.render(told))  # without code spans
    assert "<b>" not in dead and "2J" not in dead


def test_what_is_told_of_each_entry_is_stored_and_read_back() -> None:
    figures = (("web", 30 * MIB), ("worker", -MIB))
    numpy = distribution("numpy", startup_self_rss_bytes=30 * MIB, startup_self_rss_by_entry=figures)
    told = audit(
        numpy, entries=(row("web"), row("worker")), host=total_on_host([WEB, WORKER], [row("web"), row("worker")])
    )
    values = json.to_json(told)["distributions"][0]["startup_self_rss_by_entry"]
    assert values == [{"entry": "web", "rss_bytes": 30 * MIB}, {"entry": "worker", "rss_bytes": -MIB}]
    assert stored.parse(json.render(told)) == told


SIGNS = [(3 * MIB, "+3.0"), (0, "+0.0"), (-MIB // 100, "+0.0"), (-3 * MIB, "-3.0"), (2000 * MIB, "+2,000.0")]


@pytest.mark.parametrize(("grown", "said"), SIGNS)
def test_a_request_may_give_memory_back(grown: int, said: str) -> None:
    asked = LiveGrowth("GET /", grown, 1, 0)
    live = LiveReading("run", "Procfile:1", "listens", 1, 2, 1, 1, MIB, MIB, MIB, MIB, requests=(asked,))
    assert live_lines(entry("web", live=live))[1:] == (f"live: GET /: {said} MiB",)
