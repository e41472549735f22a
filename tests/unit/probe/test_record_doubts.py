"""What reaches the file of the records by accident stays out; what no honest start can have written is a doubt."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.probe.readings import Outside, OutsideReading
from footprint.probe.recording import find_doubt, parse
from footprint.probe.records import untag
from tests.unit.probe.test_recording import PAGE, Stream

TAG = "0123456789abcdef"
MARK = b"\x1e" + TAG.encode()
MACHINE = 1 << 34


def record(text: bytes) -> bytes:
    return MARK + text + b"\n"


ACCIDENTS = {
    "text": b"hello",
    "a whole record of ours without its tag": b"\x1eb 1 1 5 a\t1 2 3 4\n",
    "a frame of a fork with a number without end": b"\x1eu 1 2 99999999999999999999999\n",
    "the mark alone": b"\x1e\x1e\x1e\n",
    "the tag alone": TAG.encode() + b"u 1 2 3\n",
    "another start's record": b"\x1efedcba9876543210z\n",
    "a record that begins in the text": b"x" * 500 + b"\x1e0123456789abcde",
    "nothing but ends of lines": b"\n" * 50,
}


@pytest.mark.parametrize("junk", [pytest.param(junk, id=name) for name, junk in ACCIDENTS.items()])
def test_what_carries_no_tag_is_left_out(junk: bytes) -> None:
    data = junk + record(b"n 1") + junk + record(b"u 0 0 7") + b"\x1e" + TAG.encode()[:6] + record(b"z") + junk
    assert untag(data, TAG) == b"\x1en 1\n\x1eu 0 0 0\n\x1ez\n"


def test_what_a_fork_wrote_stays_in_its_frame() -> None:
    inside = record(b"b 0 1 5 a\t1 2 3") + b"junk" + record(b"z")
    data = record(b"n 1") + record(b"u 0 0 %d" % len(inside)) + inside + record(b"z")
    clean = b"\x1eb 0 1 5 a\t1 2 3\n\x1ez\n"
    assert untag(data, TAG) == b"\x1en 1\n\x1eu 0 0 %d\n" % len(clean) + clean + b"\x1ez\n"


STARTS = {
    "records alone": [record(b"n 1"), record(b"m a\tb"), record(b"z")],
    "a record that is cut short": [record(b"n 1"), MARK + b"cut", record(b"z")],
    "a record with the mark of records inside": [record(b"n\x1e1"), record(b"z")],
    "two ends of lines": [record(b"n 1\n"), record(b"z")],
    "a frame whose blanks are marks": [record(b"u\x1e0 0 20"), record(b"z"), record(b"n 1")],
    "a frame with a record of another start": [record(b"u 0 0 19"), b"\x1efedcba9876543210z\n", record(b"z")],
    "a frame longer than all that follows": [record(b"u 0 timeout 500"), record(b"z")],
}


@pytest.mark.parametrize("parts", [pytest.param(parts, id=name) for name, parts in STARTS.items()])
def test_records_read_at_once_are_those_read_one_by_one(parts: list[bytes]) -> None:
    junk = b"\n"  # no record: what follows is looked for
    assert untag(b"".join(parts), TAG) == untag(junk + b"".join(parts) + junk, TAG)


def test_frames_inside_frames_do_no_harm() -> None:
    data = b"".join(record(b"u 0 0 999999999") for _ in range(20_000))
    assert untag(data, TAG).count(b"u 0 0") == 20_000


def test_a_record_that_was_cut_short_is_none() -> None:
    assert untag(record(b"n 1") + MARK + b"b 1 1 5", TAG) == b"\x1en 1\n"
    assert untag(MARK + b"b 1 1 5" + record(b"z"), TAG) == b"\x1ez\n"


@given(st.lists(st.one_of(st.binary(max_size=30), st.sampled_from([MARK, record(b"z"), record(b"u 1 0 9"), b"\x1e"]))))
def test_any_bytes_are_read(parts: list[bytes]) -> None:
    parse(untag(b"".join(parts), TAG), ())


def seen(stream: Stream, pages: int | None = None) -> OutsideReading:
    rss = (stream.rss if pages is None else pages) * PAGE
    return OutsideReading(stream.us * 1000 + 1, 7, rss, stream.file * PAGE, rss)


def honest() -> tuple[Stream, list[OutsideReading]]:
    """A start of two stages, read from outside at the end of each."""
    stream = Stream()
    stream.stage("interpreter")
    readings = [seen(stream)]
    stream.us += 10
    stream.raw(f"g {stream.us * 1000}\t{stream._statm()}").raw(f"h find_and_load {PAGE} 1")
    stream.begin(0, "<entry>").grow(100, 10).begin(1, "main").grow(400, 40).end(1).grow(3).end(0).stage("import")
    readings.append(seen(stream, stream.rss + 2))
    stream.us += 10
    return stream.raw(f"g {stream.us * 1000}\t{stream._statm()}"), readings


def doubt_of(stream: Stream, readings: list[OutsideReading] | None) -> str | None:
    outside = None if readings is None else Outside(tuple(readings), 7, 1 << 60)
    return find_doubt(parse(stream.data, readings), outside, MACHINE)


def test_an_honest_start_is_believed_and_its_figures_are_those_seen_outside() -> None:
    stream, readings = honest()
    recording = parse(stream.raw("z").data, readings)
    run = recording.run
    assert run is not None
    assert doubt_of(stream, readings) is None
    assert [reading.rss_bytes for reading in run.stages] == [reading.rss_bytes for reading in readings]
    assert run.stages[-1].peak_rss_bytes == readings[-1].peak_rss_bytes
    assert sum(cost.self_rss_bytes for cost in run.costs) == run.stages[-1].rss_bytes - run.baseline_rss_bytes
    assert sum(cost.self_time_us for cost in run.costs) == run.stages[-1].time_us


def test_the_time_of_waiting_counts_for_nothing() -> None:
    stream, readings = honest()
    late = Stream()
    late.us, late.rss, late.file = stream.us + 5_000_000, stream.rss, stream.file
    times = []
    for data in (stream.data, stream.data.replace(b"\x1eg 1010000\t", b"\x1eg 1005000\t")):
        run = parse(data, readings).run
        assert run is not None
        times.append(run.stages[-1].time_us)
    assert times[1] - times[0] == 5


def test_without_anybody_outside_its_own_word_is_taken() -> None:
    stream, _ = honest()
    assert doubt_of(stream.raw("z"), None) is None


Change = Callable[[Stream, list[OutsideReading]], object]

FORGED: dict[str, tuple[Change, str]] = {
    "less memory than was seen": (lambda s, r: r.append(seen_again(r, 2)), "it says"),
    "nobody saw it": (lambda s, r: r.pop(), "nobody saw the end of stage import"),
    "seen too early": (lambda s, r: r.append(moved(r, -(10**9))), "nobody saw the end of stage import"),
    "a stage twice": (lambda s, r: s.stage("import"), "ended twice or out of turn"),
    "a stage out of turn": (lambda s, r: s.stage("interpreter"), "ended twice or out of turn"),
    "time before the start": (lambda s, r: s.raw("b 9 1 5 x\t1 2003 1000 1"), "older than the start"),
    "no memory": (lambda s, r: s.raw(f"b 9 1 {s._ns()} x\t1 0 0 0"), "0 B in all"),
    "less than a bare interpreter": (lambda s, r: s.raw(f"b 9 1 {s._ns()} x\t1 200 100 0"), "the bare interpreter has"),
    "more shared than there is": (lambda s, r: s.raw(f"b 9 1 {s._ns()} x\t1 2003 9000 0"), "of shared memory"),
    "more than the machine has": (lambda s, r: s.raw(f"b 9 1 {s._ns()} x\t1 {10**8} 1 0"), "than this machine has"),
    "a number without end": (lambda s, r: s.raw(f"b {'9' * 40} 1 {s._ns()} x\t1 2003 1 0"), "cannot be read"),
    "a load twice": (lambda s, r: s.begin(1, "again"), "cannot be read"),
    "an end without a beginning": (lambda s, r: s.end(77), "cannot be read"),
    "no modules": (lambda s, r: s.raw(f"s ready {s._ns()} 0 9000\t{s._statm()}"), "0 modules at the end"),
    "endless modules": (lambda s, r: s.raw(f"s ready {s._ns()} {10**9} 9000\t{s._statm()}"), "1000000000 modules"),
    "a time after the end": (lambda s, r: s.raw(f"b 9 1 {(1 << 60) + 5} x\t1 2003 1000 0"), "after the end"),
    "a stage that ends before the one before": (lambda s, r: s.raw(f"s ready 1000001 9 9\t{s._statm()}"), "time went"),
}  # fmt: skip


def seen_again(readings: list[OutsideReading], factor: int) -> OutsideReading:
    last = readings.pop()
    return OutsideReading(last.ns, last.pid, last.rss_bytes * factor, last.file_bytes, None)


def moved(readings: list[OutsideReading], ns: int) -> OutsideReading:
    last = readings.pop()
    return OutsideReading(last.ns + ns, last.pid, last.rss_bytes, last.file_bytes, None)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in FORGED.items()])
def test_what_cannot_be_is_a_doubt(case: tuple[Change, str]) -> None:
    stream, readings = honest()
    change, words = case
    change(stream, readings)
    found = doubt_of(stream, readings)
    assert found is not None
    assert words in found


NO_DOUBT: dict[str, Change] = {
    "killed before anybody saw it": lambda s, r: s.stage("ready"),
    "threads that write out of turn": lambda s, r: s.raw(f"b 9 2 {s._ns() - 9000} x\t1 2503 1050 0"),
    "memory given back": lambda s, r: s.raw(f"b 9 1 {s._ns()} x\t1 1500 900 0"),
    "a record after the last": lambda s, r: s.raw("z").raw(f"b 9 2 {s._ns()} x\t1 2503 1050 0"),
    "few modules left in sys.modules": lambda s, r: s.raw(f"s ready {s._ns()} 1 9000\t{s._statm()}"),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in NO_DOUBT.items()])
def test_what_may_be_is_none(change: Change) -> None:
    stream, readings = honest()
    change(stream, readings)
    assert doubt_of(stream, readings) is None
