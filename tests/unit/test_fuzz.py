"""The campaign of `benchmarks/fuzz` sees what it has to see: each oracle, the canary, the shares of the kinds."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from benchmarks.fuzz.campaign import plan
from benchmarks.fuzz.case import Blow, Case, Outcome, Output
from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.oracles import judge
from benchmarks.fuzz.place import OLD_S, Place, changes, lay_out, look
from benchmarks.fuzz.protections import MUTANTS

TRACEBACK = b'Traceback (most recent call last)\n  File "/x/footprint/audit/whole.py", line 3\nKeyError: 1\n'


def ended(returncode: int = 0, stdout: bytes = b"", stderr: bytes = b"", **more: object) -> Outcome:
    return Outcome(returncode, stdout, stderr, 0.1, **more)  # type: ignore[arg-type]


def call(**more: object) -> Case:
    return Case(("scan",), Path(), "a call", **more)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = lay_out(tmp_path / "place")
    (made.project / "main.py").write_text("import json\n")
    return made


def make_longer(place: Place) -> None:
    (place.target / "open").write_text("more\n")


def rewrite_alike(place: Place) -> None:
    path = place.beside / "keep.txt"
    path.write_bytes(path.read_bytes())
    os.utime(path, (OLD_S, OLD_S))


HARM: list[tuple[Callable[[Place], object], str]] = [
    (lambda place: (place.target / "shared").chmod(0o700), "mode 40755 -> 40700"),
    (lambda place: (place.target / "link").unlink(), "'target/link' has gone"),
    (lambda place: (place.beside / "new").touch(), "'beside/new' is new"),
    (lambda place: (place.home / "closed" / "keep.txt").touch(), "modified"),
    (lambda place: (place.project / "main.py").write_text("import os\n"), "other content"),
    (lambda place: (place.project / "made").mkdir(), "'project/made' is new"),
    (make_longer, "other content"),
    (rewrite_alike, "its status was changed"),
    (lambda place: os.link(place.target / "keep.txt", place.tmp / "hard"), "its status was changed"),
]


@pytest.mark.parametrize(("harm", "said"), HARM, ids=[said for _, said in HARM])
def test_the_canary_tells_what_changed(place: Place, harm: Callable[[Place], object], said: str) -> None:
    before = look(place)
    harm(place)
    found = judge(call(), ended(), place, before, look(place))
    assert said in next(fault.text for fault in found if fault.kind == "changed")


def test_what_an_application_may_write_is_no_fault(place: Place) -> None:
    before = look(place)
    (place.project / "__pycache__").mkdir()
    (place.project / "__pycache__" / "main.pyc").touch()
    assert changes(before, look(place), ("project/__pycache__", "project/__pycache__/*")) == []
    assert changes(before, look(place), ())


SEEN: list[tuple[Case, Outcome, str]] = [
    (call(), ended(stderr=TRACEBACK), "traceback"),
    (call(), ended(-11), "exit code"),
    (call(), ended(1, hung="after 40 s"), "hang"),
    (call(), ended(peak_bytes=500 << 20), "memory"),
    (call(), ended(stdout=b"\x1b[31mred"), "escape"),
    (call(), ended(stderr="\u202e".encode()), "escape"),
    (call(), ended(stdout=b"\xff"), "escape"),
    (call(), ended(2), "words"),
    (call(secrets=("hunter2hunter2",)), ended(stdout=b"at hunter2hunter2."), "secret"),
    (call(json="any"), ended(stdout=b"{'a': 1}"), "json"),
    (call(json="any"), ended(stdout=b'{"a": NaN}'), "json"),
    (call(json="audit"), ended(stdout=b'{"schema_version": 1}'), "json"),
    (call(), ended(processes=("sleep 97",)), "process"),
    (call(), ended(ports=("tcp 1",)), "port"),
    (call(measures=True), ended(3), "output"),
    (call(refused=True), ended(0), "refusal"),
    (call(refused=True), ended(2, stderr=b"no", starts=1), "refusal"),
    (call(blow=Blow(15, (0.1,))), ended(-15), "exit code"),
]


@pytest.mark.parametrize(("case", "outcome", "kind"), SEEN)
def test_a_fault_is_seen(place: Place, case: Case, outcome: Outcome, kind: str) -> None:
    state = look(place)
    assert kind in {fault.kind for fault in judge(case, outcome, place, state, state)}


NOT_SEEN: list[tuple[Case, Outcome]] = [
    (call(), ended(2, stderr=b"footprint: no such folder\n")),
    (call(json="any"), ended(stdout=b"[]")),
    (call(), ended(3, stdout="é |\t名前\n".encode())),
    (call(blow=Blow(15, (0.1,), from_ready=False), runner="process"), ended(-15)),
    (call(blow=Blow(2, (0.1,)), exit_codes=frozenset({0, 130})), ended(130, stderr=b"footprint: interrupted\n")),
]


@pytest.mark.parametrize(("case", "outcome"), NOT_SEEN)
def test_what_is_right_is_no_fault(place: Place, case: Case, outcome: Outcome) -> None:
    state = look(place)
    assert judge(case, outcome, place, state, state) == ()


def test_a_file_that_was_cut_is_seen(place: Place) -> None:
    path = place.out / "audit.json"
    state = look(place)
    case = call(outputs=(Output(path, b'{"old": 1}\n', "json"),), listed=frozenset({"starts"}))
    for content, expected in ((b'{"old"', True), (b"", True), (b'{"old": 1}\n', False), (b'{"new": 2}', False)):
        path.write_bytes(content)
        found = {fault.kind for fault in judge(case, ended(3), place, state, state)}
        assert found == ({"output"} if expected else set()), content
    (place.out / ".footprint-x.tmp").touch()
    assert {fault.kind for fault in judge(case, ended(3), place, state, state)} == {"output"}


def test_what_is_left_in_tmpdir_is_seen(place: Place) -> None:
    state = look(place)
    (place.tmp / "footprint-home-x").mkdir()
    assert {fault.kind for fault in judge(call(), ended(), place, state, state)} == {"temporary"}


def test_no_kind_is_rare_and_every_one_is_spread_evenly() -> None:
    orders = plan(10_000)
    counts = Counter(order.kind for order in orders)
    assert len(orders) >= 10_000
    assert min(counts.values()) >= 0.03 * len(orders)
    half = Counter(order.kind for order in orders[: len(orders) // 2])
    assert all(abs(half[kind] - counts[kind] / 2) <= 1 for kind in KINDS)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"disks"}))  # those mount, where root makes them
def test_an_input_is_made_from_its_seed_alone(kind: str, tmp_path: Path) -> None:
    made = []
    for number in range(2):
        place = lay_out(tmp_path / str(number))
        case = KINDS[kind].make(place, Random(f"7:{kind}:3"))
        files = sorted(path.relative_to(place.root) for path in place.root.rglob("*"))
        arguments = [argument.replace(str(place.root), "") for argument in case.arguments]
        made.append((arguments, case.does, case.blow, files))
    assert made[0] == made[1]


def test_every_mutant_says_what_it_switches_off() -> None:
    assert len(MUTANTS) >= 12
    assert all(mutant.says and set(mutant.kinds) <= KINDS.keys() for mutant in MUTANTS.values())
