"""Our `dataclass` against that of the standard library: the same class body, made by both, has to answer alike."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import field
from functools import partial
from typing import Any

import pytest

from footprint import values

BODIES = {
    "nothing": "    pass",
    "one field": "    a: int",
    "defaults": "    a: int\n    b: str = 'x'\n    c: tuple = (1, 2)",
    "made anew": "    a: int\n    b: list = field(default_factory=list)\n    c: dict = field(default_factory=dict)",
    "not compared": "    a: int\n    b: str = field(default='x', compare=False)\n"
    "    c: int = field(default=3, repr=False)",
    "of the class": "    a: int\n    b: ClassVar[int] = 3\n    c: int = 4",
    "made ready": "    a: int\n    b: str = 'x'\n    def __post_init__(self): print(self.a)",
    "named like ours": "    a: int\n    hash: int = 2\n    f0: int = 3\n    f1: str = 'y'\n    other: int = 4",
    "called self": "    a: int\n    self: int = 2",
    "names of ours": "    a: int\n    _set_a: int = 2\n    other: int = 3\n    _missing: int = 4",
    "own methods": "    a: int\n    def __eq__(self, other): return True\n    def __hash__(self): return 7\n"
    "    def __repr__(self): return 'mine'",
    "equal by hand": "    a: int\n    def __eq__(self, other): return True",
    "a docstring": "    'What it is.'\n    a: int",
    "a property": "    a: int\n    @property\n    def twice(self): return 2 * self.a",
    "a union": "    a: int | None\n    b: 'int | None' = None",
}
KINDS = {
    "frozen": {"frozen": True, "slots": True},
    "mutable": {"slots": True},
    "by identity": {"frozen": True, "slots": True, "eq": False},
    "without slots": {"frozen": True},
    "ordered": {"frozen": True, "slots": True, "order": True},
    "by name": {"frozen": True, "slots": True, "kw_only": True},
    "made by hand": {"frozen": True, "slots": True, "init": False},
}


def both(body: str, **kind: bool) -> tuple[type[Any], type[Any]]:
    """Return one class made by the standard library, and one by us."""
    made = []
    for room in (dataclasses, values):
        scope = {"dataclass": room.dataclass, "field": room.field, "__name__": __name__}
        exec(f"from __future__ import annotations\n@dataclass(**{kind})\nclass One:\n{body}\n", scope)
        made.append(scope["One"])
    return made[0], made[1]


def answers(kind: type[Any], *given: object, **named: object) -> dict[str, object]:
    """Return all that is asked of a class here; an exception by its type, of a wrong call its words."""

    def make(*first: object) -> Any:
        return _told(lambda: kind(*first, **named))

    one, again, other = make(*given), make(*given), make(9)
    asked: dict[str, Callable[[], object]] = {
        "repr": lambda: repr(one),
        "equal": lambda: (one == again, one == other, one != again, one == 1),
        "hash": lambda: hash(one) == hash(again),
        "fields": lambda: [(item.name, item.default, item.type) for item in dataclasses.fields(kind)],
        "match": lambda: kind.__match_args__,
        "slots": lambda: getattr(kind, "__slots__", None),
        "replaced": lambda: repr(dataclasses.replace(one, a=5)),
        "equal to a changed one": lambda: [
            (one == (two := dataclasses.replace(one, **{name: 5})), hash(one) == hash(two)) for name in ("b", "c")
        ],
        "copied": lambda: repr(copy.copy(one)),
        "as a dict": lambda: dataclasses.asdict(one),
        "set": lambda: _is_refused(lambda: setattr(one, "a", 3)),
        "deleted": lambda: _is_refused(lambda: delattr(one, "a")),
        "unknown": lambda: _is_refused(lambda: setattr(one, "unknown", 3)),
        "order": lambda: one < other,
        "after": lambda: [getattr(one, item.name, None) for item in dataclasses.fields(kind)],
    }
    return {"made": _told(lambda: repr(one)), **{name: _told(question) for name, question in asked.items()}}


def _told(question: Callable[[], object]) -> Any:
    try:
        return question()
    except TypeError as error:
        return str(error)
    except Exception as error:
        return type(error)


def _is_refused(change: Callable[[], object]) -> bool:
    try:
        change()
    except (
        AttributeError,
        TypeError,
    ):  # the standard library's own mistake of 3.10 and 3.11: `super` of the class without slots
        return True
    return False


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("given", [(), (1,), (1, "y"), (1, 2, 3, 4), (1, 2, 3, 4, 5)])
def test_a_class_answers_as_that_of_the_standard_library(kind: str, body: str, given: tuple[object, ...]) -> None:
    standard, ours = both(BODIES[body], **KINDS[kind])
    assert answers(ours, *given) == answers(standard, *given)


@pytest.mark.parametrize("named", [{"a": 1}, {"b": 2}, {"a": 1, "b": 2}, {"a": 1, "z": 2}])
def test_fields_are_given_by_name(named: dict[str, object]) -> None:
    standard, ours = both(BODIES["defaults"], frozen=True, slots=True)
    assert answers(ours, **named) == answers(standard, **named)


@values.dataclass(frozen=True, slots=True)
class Pair:
    a: int
    b: tuple[int, ...] = ()


@values.dataclass(frozen=True, slots=True)
class Triple(Pair):
    c: list[int] = field(default_factory=list)


@values.dataclass(frozen=True, slots=True)
class Never:
    a: int


def test_a_derived_class_has_the_fields_of_both() -> None:
    assert repr(Triple(1, (2,), [3])) == "Triple(a=1, b=(2,), c=[3])"
    assert Triple(1) != Pair(1)
    assert Triple(1).c is not Triple(1).c


def test_a_value_that_is_read_before_any_was_made_here_is_whole() -> None:
    stored = pickle.dumps(Never(1))
    assert pickle.loads(stored) == Never(1)
    bare: Any = object.__new__(Pair)
    object.__setattr__(bare, "a", 1)
    object.__setattr__(bare, "b", ())
    assert bare == Pair(1)


def test_what_a_value_is_made_of_is_asked_once_for_all_instances() -> None:
    """The first question compiles; from then on no function of ours stands between a caller and the class."""
    _, ours = both(BODIES["defaults"], frozen=True, slots=True)
    assert ours(1) != ours(2)
    assert hash(ours(1)) != hash(ours(2))
    assert {getattr(ours, name).__code__.co_freevars for name in ("__init__", "__eq__", "__hash__")} == {()}


def _shown(kind: Any, count: int) -> str:
    return repr(kind(*range(count)))


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("count", [*range(21), 45])
def test_a_class_of_any_size(count: int, slots: bool) -> None:
    """Those with few fields, more, and many are made in different ways; the last two fields have what is given else."""

    def body(make: Any) -> dict[str, Any]:
        names = ["put", "zip", "value", "self", *(f"f{at}" for at in range(count))][:count]
        defaults = dict(zip(names[-2:], (7, make(default_factory=list)), strict=False)) if count > 1 else {}
        return {"__annotations__": dict.fromkeys(names, "int"), **defaults}

    standard: Any = dataclasses.dataclass(frozen=True, slots=slots)(type("Many", (), body(dataclasses.field)))
    ours: Any = values.dataclass(frozen=True, slots=slots)(type("Many", (), body(field)))
    names = list(ours.__annotations__)
    for given in range(count + 2):
        told = [_told(partial(_shown, kind, given)) for kind in (standard, ours)]
        assert told[0] == told[1]
    named = dict(zip(names, range(count), strict=True))
    if "self" not in named:  # the standard library calls its own parameter otherwise, as we do
        assert repr(ours(**named)) == repr(standard(**named))
    if count > 1:
        assert getattr(ours(*range(count - 1)), names[-1]) is not getattr(ours(*range(count - 1)), names[-1])
