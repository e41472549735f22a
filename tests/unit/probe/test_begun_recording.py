"""Records read while a process ran and gone on with at its end: the same as all of them read at once, or none of it."""

from __future__ import annotations

import pytest

from footprint.probe.begun_recording import Begun
from footprint.probe.readings import OutsideReading
from footprint.probe.recording import Recording, parse
from tests.unit.probe.test_record_doubts import honest, seen
from tests.unit.probe.test_recording import PAGE, Stream


def whole() -> tuple[bytes, list[OutsideReading]]:
    """A start with two threads, a failed load, lazy imports that are tried, and the list of modules at its end."""
    stream = Stream()
    stream.stage("interpreter").raw("p sys\tos")
    readings = [seen(stream)]
    stream.us += 10
    stream.raw(f"g {stream.us * 1000}\t{stream._statm()}").raw(f"h find_and_load {PAGE} 1")
    stream.begin(0, "<entry>").grow(100, 10).begin(1, "main").grow(400, 40).edges("json.decoder", "re")
    stream.begin(2, "late.part", thread=2).raw("q 2 5 late").grow(7).end(2)
    stream.begin(3, "missing").grow(3).end(3, 77).raw("c").end(1).grow(3).end(0).stage("import")
    readings.append(seen(stream, stream.rss + 2))
    stream.us += 10
    stream.raw(f"g {stream.us * 1000}\t{stream._statm()}").raw("n 1").raw("k 0").edges("re.late")
    return stream.raw("m main\t/app/main.py").raw("m json\t/lib/json.py").raw("z").data, readings


DATA, READINGS = whole()
ENDS = [place + 1 for place, each in enumerate(DATA) if each == 0x0A]


def told(recording: Recording) -> tuple[object, ...]:
    """All that anybody asks of a recording."""
    seen_by = recording.witness
    return (
        *(recording.run, recording.hook, recording.stage, recording.under_way, recording.finished),
        *(recording.malformed_count, recording.thread_count, recording.lifespan, recording.raised),
        *(seen_by.doubts(), seen_by.latest_ns, seen_by.most_bytes),
    )


@pytest.mark.parametrize("end", ENDS)
def test_it_is_the_same_wherever_it_was_begun(end: int) -> None:
    stages = DATA[:end].count(b"\x1es ")
    begun = Begun.of(DATA[:end], READINGS[:stages])
    recording = begun.go_on(DATA, READINGS)
    knows_hook, is_over = b"\x1eh " in DATA[:end], end == len(DATA)
    assert (recording is not None) == (knows_hook and not is_over)
    assert recording is None or told(recording) == told(parse(DATA, READINGS))


def test_what_was_told_of_it_before_stays_as_it_was() -> None:
    begun = Begun.of(DATA[: ENDS[-4]], READINGS)
    before = begun.recording.run
    assert before is not None
    costs, edges = before.costs, before.edges
    assert begun.go_on(DATA, READINGS) is begun.recording
    assert (before.costs, before.edges, before.origins) == (costs, edges, ())


def test_records_of_another_start_are_not_gone_on_with() -> None:
    begun = Begun.of(DATA[: ENDS[-4]], READINGS)
    assert begun.go_on(DATA.replace(b"json", b"yaml"), READINGS) is None
    assert begun.go_on(DATA, [READINGS[0], READINGS[0]]) is None
    assert begun.go_on(DATA, READINGS[:1]) is None
    assert begun.go_on(DATA, None) is None


def test_nothing_is_gone_on_with_that_was_in_doubt() -> None:
    stream, readings = honest()
    begun = Begun.of(stream.data, readings[:1])  # nobody saw the end of the import
    assert begun.go_on(stream.raw("z").data, readings) is None
