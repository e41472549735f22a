"""Records to runs: what each record means, and that no stream, whole, cut or wrong, breaks the arithmetic."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.runtime import ImportEdge, ProbeRun
from footprint.probe.recording import parse
from footprint.probe.records import count

PAGE = 4096
MAIN, OTHER = 1, 2


class Stream:
    """Writes records as the child does; each takes the clock on by 10 us."""

    def __init__(self) -> None:
        self.data = b""
        self.us = 1000
        self.rss = 2000
        self.file = 1000

    def grow(self, rss: int, file: int = 0) -> Stream:
        self.rss += rss
        self.file += file
        return self

    def raw(self, text: str) -> Stream:
        self.data += f"\x1e{text}\n".encode("utf-8", "backslashreplace")
        return self

    def start(self) -> Stream:
        self.stage("interpreter").raw("p sys\tos")
        return self.raw(f"h find_and_load {PAGE} {MAIN}")

    def begin(self, number: int, name: str, thread: int = MAIN) -> Stream:
        return self.raw(f"b {number} {thread} {self._ns()} {name}\t{self._statm()}")

    def end(self, number: int, ok: int = 1) -> Stream:
        return self.raw(f"e {number} {self._ns()} {ok}\t{self._statm()}")

    def stage(self, name: str) -> Stream:
        return self.raw(f"s {name} {self.us * 1000} 40 9000\t{self._statm()}")

    def edges(self, *names: str, thread: int = MAIN) -> Stream:
        return self.raw("\t".join([f"i {thread}", *names]))

    def _ns(self) -> int:
        self.us += 10
        return self.us * 1000

    def _statm(self) -> str:
        return f"9999 {self.rss} {self.file} 1 0 5 0"


def simple() -> Stream:
    stream = Stream().start().begin(0, "<entry>").grow(1).begin(1, "main").grow(2)
    return stream.begin(2, "json").grow(10, 4).end(2).grow(3).end(1).grow(5).end(0).stage("import").raw("z")


def edges(*pairs: str) -> set[ImportEdge]:
    """`a b`: a asks for b."""
    return {ImportEdge(*pair.split()) for pair in pairs}


def run_of(stream: Stream | bytes) -> ProbeRun:
    run = parse(stream if isinstance(stream, bytes) else stream.data).run
    assert run is not None
    return run


# What a line took at the most by a reading, in KiB -> what it is told to have passed: at most the mark of its stage,
# which is 9000 in a stream, as far as the counters of the kernel may be apart.
RISES = {8500: 8500, 9000: 9000, 9100: 9000, 9000 + 1024: 9000, 9000 + 1028: 9000 + 1028, 40_000: 40_000}


@pytest.mark.parametrize("most_kib", RISES)
def test_a_line_passes_no_more_than_the_mark_of_its_stage(most_kib: int) -> None:
    grown = most_kib // 4 - 2000
    stream = Stream()
    stream.raw(f"s interpreter {stream.us * 1000} 40 8000\t{stream._statm()}").raw(f"h find_and_load {PAGE} {MAIN}")
    stream.begin(0, "<entry>").begin(1, "main").raw(f"t {MAIN} 3 /p/main.py")
    stream = stream.grow(grown).begin(2, "json").grow(-grown).end(2).end(1).end(0).stage("import").raw("z")
    rises = [(rise.line, rise.before_bytes, rise.peak_bytes) for rise in run_of(stream).rises]
    assert rises == [(3, 8000 * 1024, RISES[most_kib] * 1024)]


def test_what_passes_the_mark_of_its_stage_twice_passes_it_once() -> None:
    stream = Stream()
    stream.raw(f"s interpreter {stream.us * 1000} 40 8000\t{stream._statm()}").raw(f"h find_and_load {PAGE} {MAIN}")
    stream.begin(0, "<entry>").begin(1, "main")
    for line, kib in ((3, 9100), (4, 9200)):
        stream.raw(f"t {MAIN} {line} /p/main.py").raw(f"v {kib} 0")
    rises = [
        (rise.line, rise.before_bytes >> 10, rise.peak_bytes >> 10)
        for rise in run_of(stream.end(1).end(0).stage("import").raw("z")).rises
    ]
    assert rises == [(3, 8000, 9000), (4, 9000, 9000)]


def test_costs_are_self_and_cumulative_in_load_order() -> None:
    run = run_of(simple())
    entry, main, json = run.costs
    told = [(cost.module, cost.importer, cost.order) for cost in run.costs]
    assert told == [("<entry>", None, 0), ("main", None, 1), ("json", "main", 2)]
    assert (entry.self_rss_bytes, entry.cumulative_rss_bytes) == (6 * PAGE, 21 * PAGE)
    assert (main.self_rss_bytes, main.cumulative_rss_bytes) == (5 * PAGE, 15 * PAGE)
    assert (json.self_rss_bytes, json.self_anon_bytes, json.cumulative_anon_bytes) == (10 * PAGE, 6 * PAGE, 6 * PAGE)
    assert (main.self_time_us, main.cumulative_time_us) == (20, 30)
    assert all(cost.ok and cost.stage == "import" for cost in run.costs)


def test_stages_and_what_was_there_before() -> None:
    recording, run = parse(simple().data), run_of(simple())
    assert recording.finished and recording.hook == "find_and_load"
    assert run.preloaded == ("sys", "os")
    bare, imported = run.stages
    assert (bare.stage, bare.rss_bytes, bare.anon_bytes, bare.time_us) == ("interpreter", 2000 * PAGE, 1000 * PAGE, 0)
    assert (imported.rss_bytes, imported.module_count, imported.peak_rss_bytes) == (2021 * PAGE, 40, 9000 * 1024)
    assert run.baseline_rss_bytes == bare.rss_bytes


def test_what_threads_load_after_the_last_stage_is_no_part_of_the_run() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "a", thread=8).grow(4).end(0).stage("import")
    stream.grow(100).end(1).begin(2, "late", thread=8).grow(50).end(2)
    whole, going_on = run_of(stream.data + b"\x1ez\n"), run_of(stream)
    assert [(cost.module, cost.ok) for cost in whole.costs] == [("<entry>", True), ("a", True)]
    assert sum(cost.self_rss_bytes for cost in whole.costs) == whole.stages[-1].rss_bytes - whole.baseline_rss_bytes
    assert sum(cost.self_time_us for cost in whole.costs) == whole.stages[-1].time_us
    assert "late" in {cost.module for cost in going_on.costs}  # the next stage had begun and was cut off


def test_loads_belong_to_the_stage_in_which_they_began() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "a").end(1).end(0).stage("import")
    stream.begin(2, "<lifespan>").begin(3, "b").end(3).end(2).stage("ready")
    stream.begin(4, "<first-use>").begin(5, "c").end(5).end(4).stage("first_use")
    begun = [f"{cost.module} {cost.stage}" for cost in run_of(stream).costs]
    assert begun == [
        "<entry> import",
        "a import",
        "<lifespan> ready",
        "b ready",
        "<first-use> first_use",
        "c first_use",
    ]


def test_edges_come_from_the_load_under_way() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "app").edges("os", "app.db", "xml.dom.minidom")
    stream.begin(2, "lib").edges("os").end(2).end(1).end(0).edges("nowhere").stage("import")
    asked = edges("<entry> app", "app os", "app app.db", "app xml.dom.minidom", "app lib", "lib os")
    inside = edges("app.db app", "xml.dom.minidom xml.dom", "xml.dom xml")  # being inside a package asks for it
    assert run_of(stream).edges == asked | inside


def test_a_module_does_not_ask_for_itself() -> None:
    stream = Stream().start().begin(0, "pkg").edges("pkg", "pkg.sub").end(0).stage("import")
    assert run_of(stream).edges == edges("<thread> pkg", "pkg pkg.sub", "pkg.sub pkg")


def test_threads_have_stacks_of_their_own() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "a").begin(2, "b", OTHER).edges("x", thread=OTHER)
    stream.begin(3, "c").begin(4, "d", OTHER).end(3).end(4).end(2).end(1).end(0).stage("import")
    run = run_of(stream)
    importers = {cost.module: cost.importer for cost in run.costs}
    assert importers == {"<entry>": None, "a": None, "b": None, "c": "a", "d": "b"}
    assert run.edges >= edges("b x", "<thread> b")


def test_growth_before_a_thread_imports_is_charged_to_the_load_of_the_main_thread() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "a").grow(7).begin(2, "b", OTHER).grow(3).end(2)
    run = run_of(stream.end(1).end(0).stage("import"))
    assert {cost.module: cost.self_rss_bytes // PAGE for cost in run.costs} == {"<entry>": 0, "a": 7, "b": 3}


def test_greenlets_may_end_out_of_turn() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "a").begin(2, "b").grow(4).end(1).grow(2).end(2).end(0)
    found = {cost.module: (cost.ok, cost.self_rss_bytes // PAGE) for cost in run_of(stream.stage("import")).costs}
    assert found == {"<entry>": (True, 0), "a": (True, 4), "b": (True, 2)}


def test_what_was_under_way_when_the_stream_broke_off() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "main").begin(2, "ok").end(2).begin(3, "hang").grow(8)
    recording = parse(stream.begin(4, "deep").data)
    assert recording.under_way == ("main", "hang", "deep")
    assert not recording.finished
    run = run_of(stream)
    assert [cost.module for cost in run.costs if not cost.ok] == ["<entry>", "main", "hang", "deep"]
    assert sum(cost.self_rss_bytes for cost in run.costs) == 8 * PAGE


def test_under_way_are_the_loads_that_the_exception_went_through() -> None:
    caught, raised = 7001, 7002
    stream = Stream().start().begin(0, "<entry>").begin(1, "main").begin(2, "sub")
    stream.begin(3, "optional").end(3, caught).end(2, raised).end(1, raised)
    recording = parse(stream.raw(f"x exception\t{raised}\tValueError: no\t/p/main.py:3\t/p/sub.py:9").data)
    assert recording.under_way == ("main", "sub")
    assert recording.raised is not None
    assert recording.raised.frames == (("/p/main.py", 3), ("/p/sub.py", 9))


def test_a_load_that_was_caught_long_ago_is_not_under_way() -> None:
    stream = Stream().start().begin(0, "<lifespan>").begin(1, "optional").end(1, 7001)
    recording = parse(stream.raw("x exception\t7002\tValueError: no").data)
    assert recording.under_way == ()


@pytest.mark.parametrize(
    "junk",
    [
        pytest.param(b"printed by accident", id="text without an end"),
        pytest.param(b"b 1 1 1 x\t1 2 3\n", id="a record without its mark"),
        pytest.param(b"\x1eb 1\n", id="too few fields"),
        pytest.param(b"\x1eb one two three name\t1 2 3 4\n", id="no numbers"),
        pytest.param(b"\x1ee 99 5 1\t1 2 3 4\n", id="an end without a beginning"),
        pytest.param(b"\x1eb 0 1 99000 again\t1 2 3 4 5 6 7\n", id="a number twice"),
        pytest.param(b"\x1es nowhere 1 1 1\t1 2 3 4\n", id="a stage nobody knows"),
        pytest.param(b"\x1e?\n\x1e\n\x1e\x1e\n", id="letters nobody knows"),
        pytest.param(b"\xff\xfe\x00\n", id="no text"),
        pytest.param(b"\x1eb 5 1 2 x\t1 nan 3 4\n", id="no reading"),
    ],
)
def test_what_is_not_ours_changes_nothing(junk: bytes) -> None:
    clean = simple().data
    position = clean.index(b"\x1eb 2 ")
    assert parse(clean[:position] + junk + clean[position:]).run == parse(clean).run


def test_names_may_hold_anything() -> None:
    stream = Stream().start().begin(0, "<entry>").begin(1, "weird name").end(1).begin(2, "\udcff").end(2).end(0)
    assert [cost.module for cost in run_of(stream.stage("import")).costs] == ["<entry>", "weird name", "\\udcff"]


def test_nothing_at_all_is_no_run() -> None:
    assert parse(b"").run is None


def test_without_readings_there_are_stages_and_no_costs() -> None:
    lines = ["s interpreter 1000 30 -1\t", f"h find_and_load {PAGE} {MAIN}", "b 0 1 2000 <entry>\t", "e 0 3000 1\t"]
    stream = Stream()
    for line in [*lines, "s import 3000 35 -1\t", "z"]:
        stream.raw(line)
    run = parse(stream.data, stage_rss={"interpreter": 9_000_000, "import": 12_000_000}).run
    assert run is not None
    assert run.costs == ()
    assert [(stage.rss_bytes, stage.anon_bytes, stage.peak_rss_bytes) for stage in run.stages] == [
        (9_000_000, None, None),
        (12_000_000, None, None),
    ]


def test_compiled_and_cached_are_counted() -> None:
    data = Stream().start().raw("c").raw("w").raw("c").stage("import").data
    assert (count(data, "c"), count(data, "w")) == (2, 1)
    assert run_of(data).compiled_count == 2


def test_origins_and_lifespan_and_failed_first_use() -> None:
    stream = simple()
    stream.data = stream.data[: -len("\x1ez\n")]
    stream.raw("l complete").raw("f torch\tImportError: no").raw("m json\t/lib/json/__init__.py").raw("z")
    recording = parse(stream.data)
    assert recording.run is not None
    assert recording.run.origins == (("json", "/lib/json/__init__.py"),)
    assert recording.lifespan == "complete"
    assert recording.failed_first_use == "torch\tImportError: no"


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """A well-formed stream: up to three threads, any nesting, memory going up and down."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    stream = Stream().start().begin(0, "<entry>")
    stacks: dict[int, list[int]] = {MAIN: [], OTHER: [], 3: []}
    for number in range(1, draw(st.integers(1, 40))):
        stream.grow(chance.randint(-50, 400), chance.randint(-5, 40))
        thread = chance.choice([MAIN, MAIN, OTHER, 3])
        open_loads = stacks[thread]
        if open_loads and chance.random() < 0.5:
            stream.end(open_loads.pop(), chance.choice([1, 1, 77]))
        else:
            stream.begin(number, f"m{number}", thread)
            open_loads.append(number)
        if chance.random() < 0.3:
            stream.edges("os", f"m{number}.sub", thread=thread)
    for open_loads in stacks.values():
        while open_loads:
            stream.grow(chance.randint(-50, 400)).end(open_loads.pop())
    return stream.end(0).stage("import").raw("z")


@given(streams())
def test_self_costs_add_up_to_end_minus_start(stream: Stream) -> None:
    run = run_of(stream)
    assert parse(stream.data).malformed_count == 0
    last = run.stages[-1]
    assert sum(cost.self_rss_bytes for cost in run.costs) == last.rss_bytes - run.baseline_rss_bytes
    anon = sum(cost.self_anon_bytes or 0 for cost in run.costs)
    assert anon == (last.anon_bytes or 0) - (run.stages[0].anon_bytes or 0)
    assert sum(cost.self_time_us for cost in run.costs) == last.time_us
    roots = {cost.module for cost in run.costs if cost.importer is None}
    for cost in run.costs:
        children = sum(c.cumulative_rss_bytes for c in run.costs if c.importer == cost.module)
        if cost.module != "<entry>":
            assert cost.cumulative_rss_bytes == cost.self_rss_bytes + children
    assert "<entry>" in roots


@given(streams(), st.data())
def test_a_stream_cut_anywhere_still_adds_up(stream: Stream, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(stream.data)))
    run = parse(stream.data[:cut]).run
    if run is None:
        return
    readings = [
        line.rpartition(b"\t")[2].split() for line in stream.data[:cut].split(b"\n")[:-1] if line[1:2] in (b"b", b"e")
    ]
    grown = (int(readings[-1][1]) * PAGE - run.baseline_rss_bytes) if readings else 0
    assert sum(cost.self_rss_bytes for cost in run.costs) == grown


@given(streams(), st.binary(max_size=40), st.data())
def test_no_bytes_make_the_parser_raise(stream: Stream, junk: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stream.data)))
    run = parse(stream.data[:at] + junk + stream.data[at:]).run
    assert run is None or all(isinstance(cost.self_rss_bytes, int) for cost in run.costs)


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    parse(data)


RECORDS = (
    b"\x1eb 1 1 5 a\t1 2 3 4\n",
    b"\x1ee 1 6 1\t1 5 3 4\n",
    b"\x1es interpreter 1 1 1\t1 1 1 1\n",
    b"\x1es import 7 1 1\t1 6 3 4\n",
    b"\x1ei 1\ta.b\n",
    b"\x1ei 9\t\t..\t.\n",
    b"\x1ex exit\t1\tq\t:\n",
    b"\x1ex exit\n",
    b"\x1eb 2 9 5 \t1 2 3 4\n",
    b"\x1eh none 4096 1\n",
    b"\x1ez\n",
)


@given(st.lists(st.sampled_from(RECORDS)))
def test_records_in_any_order_are_read(records: list[bytes]) -> None:
    parse(b"".join(records))
