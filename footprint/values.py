"""`dataclass`, `field`, `fields` and `replace` as the standard library has them, for classes that cost next to nothing.

There each class has up to six functions compiled when its module is imported, and `dataclasses` itself imports
`inspect`, which costs as much as a third of a short command. Here a class has its methods when they are first called,
made out of a pattern that all classes with as many fields share. What else is asked of a class (`dataclasses.fields`,
`asdict`, `copy.replace`) finds what it looks for; a class that wants more than is done here is left to the standard
library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, MemberDescriptorType
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["as_dict", "dataclass", "field", "fields", "is_dataclass", "replace"]

_NOTHING: Any = object()  # no default; in a call: not given
_ROWS = "__value_fields__"
_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
_NOT_HERE = ("ClassVar", "typing.ClassVar", "InitVar", "dataclasses.", "KW_ONLY")  # annotations of no plain field


class Field:
    """One field of a class, as `fields` gives it."""

    __slots__ = ("compare", "default", "default_factory", "name", "repr", "type")

    def __init__(self, default: Any, factory: Any, *, shown: bool, compared: bool) -> None:
        self.default, self.default_factory, self.repr, self.compare = default, factory, shown, compared
        self.name, self.type = "", None


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, is_dataclass, replace
else:

    def dataclass(*, frozen=False, slots=False, eq=True, order=False, **others):
        """Return a decorator that makes of a class what that of the standard library makes of it."""

        def make(kind):
            if others or not _is_plain(kind):
                return _make_by_others(kind, frozen=frozen, slots=slots, eq=eq, order=order, **others)
            return _make(kind, _collect(kind), frozen=frozen, slots=slots, compared=(eq, order))

        return make

    def field(*, default=_NOTHING, default_factory=_NOTHING, repr=True, compare=True):
        """Return what says of a field that each instance has a value of its own, or that it is not compared."""
        return Field(default, default_factory, shown=repr, compared=compare)

    def fields(one):
        """Return the fields of a class or of an instance in their order."""
        if (found := getattr(one, _ROWS, None)) is not None:
            return found
        import dataclasses

        return dataclasses.fields(one)

    def is_dataclass(one):
        """Whether it is a class with fields, or an instance of one."""
        kind = one if isinstance(one, type) else type(one)
        return hasattr(kind, _ROWS) or hasattr(kind, "__dataclass_fields__")

    def replace(one, /, **changes):
        """Return the same with other values of some fields."""
        rows = getattr(one, _ROWS, None)
        if rows is None:
            import dataclasses

            return dataclasses.replace(one, **changes)
        for row in rows:
            if row.name not in changes:
                changes[row.name] = getattr(one, row.name)
        return type(one)(**changes)


def as_dict(one: Any) -> dict[str, Any]:
    """Return the values of the fields by name, each as it is."""
    return {row.name: getattr(one, row.name) for row in fields(one)}


def _is_plain(kind: Any) -> bool:
    """Whether all that a class asks for is done here."""
    hints, own = kind.__annotations__, vars(kind)
    return (
        not any(str(hint).startswith(_NOT_HERE) for hint in hints.values())
        and not any(type(own.get(name)).__module__ == "dataclasses" for name in hints)
        and not any("__dataclass_fields__" in vars(base) and _ROWS not in vars(base) for base in kind.__mro__)
        and not hasattr(kind, "__post_init__")
    )


def _make_by_others(kind: Any, **how: bool) -> Any:
    """Return what the standard library makes of a class."""
    import dataclasses

    for name, row in [*vars(kind).items()]:
        if isinstance(row, Field):
            setattr(kind, name, dataclasses.field(**dict(_said(row))))
    return dataclasses.dataclass(**how)(kind)


def _collect(kind: Any) -> tuple[Field, ...]:
    """Return the fields of a class after those of its bases. Raises: ValueError, TypeError for a default."""
    found: dict[str, Field] = {}
    for base in kind.__mro__[:0:-1]:
        found |= {row.name: row for row in vars(base).get(_ROWS, ())}
    for name, hint in kind.__annotations__.items():
        given = getattr(kind, name, _NOTHING)
        if isinstance(given, MemberDescriptorType):  # the slot of a base
            given = _NOTHING
        row = given if isinstance(given, Field) else Field(given, _NOTHING, shown=True, compared=True)
        if type(row.default).__hash__ is None:
            raise ValueError(f"the default of {name} can be changed: use default_factory")
        row.name, row.type = name, hint
        found[name] = row
    without = [row.name for row in found.values() if not _has_default(row)]
    if list(found)[: len(without)] != without:
        raise TypeError(f"a field without a default follows one with a default in {kind.__qualname__}")
    return tuple(found.values())


def _has_default(row: Field) -> bool:
    return row.default is not _NOTHING or row.default_factory is not _NOTHING


def _make(kind: type, rows: tuple[Field, ...], *, frozen: bool, slots: bool, compared: tuple[bool, bool]) -> Any:
    own, place = vars(kind), list[Any]()
    eq, order = compared
    wanted: dict[str, Any] = {"__repr__": _show, "__replace__": replace, "__match_args__": tuple(r.name for r in rows)}
    later = ["__init__", *(["__eq__"] if eq else ()), *(["__hash__"] if eq and frozen else ())]
    wanted |= {name: _first(place, name) for name in (*later, *(_ORDER if order else ()))}
    if slots:
        wanted["__reduce__"] = _reduce
    if frozen:
        wanted |= {"__setattr__": _refuse, "__delattr__": _refuse}
    elif eq:
        wanted["__hash__"] = None
    # None: no hash, for lack of one beside __eq__
    added = {name: value for name, value in wanted.items() if own.get(name) is None}
    added |= {_ROWS: rows, "__doc__": kind.__doc__ or kind.__name__}
    added |= {name: _Standard(name, place, frozen) for name in ("__dataclass_fields__", "__dataclass_params__")}
    place.append(_with_slots(kind, rows, added) if slots else _without_slots(kind, rows, added))
    return place[0]


def _with_slots(kind: type, rows: tuple[Field, ...], added: Mapping[str, Any]) -> type:
    """Return the class made once more, since slots cannot be given to one that is."""
    taken = {name for base in kind.__mro__[1:] for name in vars(base).get("__slots__", ())}
    names = [row.name for row in rows]
    left_out = {"__dict__", "__weakref__", *names}
    body = {name: value for name, value in vars(kind).items() if name not in left_out}
    slots = tuple(name for name in names if name not in taken)
    return type(kind)(kind.__name__, kind.__bases__, {**body, **added, "__slots__": slots})


def _without_slots(kind: Any, rows: tuple[Field, ...], added: Mapping[str, Any]) -> type:
    for row in rows:
        if isinstance(vars(kind).get(row.name), Field):
            delattr(kind, row.name) if row.default is _NOTHING else setattr(kind, row.name, row.default)
    for name, value in added.items():
        setattr(kind, name, value)
    made: type = kind
    return made


def _first(place: list[Any], name: str) -> Callable[..., Any]:
    """Return a method that is made, and replaced by what that gives, when it is called for the first time."""

    def method(self: object, /, *given: object, **named: object) -> Any:
        (kind,) = place
        written = _init_of(kind) if name == "__init__" else _compare_by(kind, name)
        written.__qualname__ = f"{kind.__qualname__}.{name}"
        setattr(kind, name, written)
        return written(self, *given, **named)

    return method


_PATTERNS: dict[object, CodeType] = {}


def _pattern(key: object, name: str, write: Callable[[], str]) -> CodeType:
    """Return the code of a function that many classes have, compiled for the first of them."""
    if key not in _PATTERNS:
        scope: dict[str, Any] = {}
        exec(write(), scope)
        _PATTERNS[key] = scope[name].__code__
    return _PATTERNS[key]


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    from dataclasses import FrozenInstanceError

    raise FrozenInstanceError(f"cannot change {name!r} of {type(self).__qualname__}")


# `__init__` of the classes with fewest fields, which are most: to compile it takes longer than to load it.
set0 = set1 = set2 = set3 = set4 = set5 = _refuse  # each class has its own


def _init0(self: Any) -> None:
    pass


def _init1(self: Any, f0: Any) -> None:
    set0(self, f0)


def _init2(self: Any, f0: Any, f1: Any) -> None:
    set0(self, f0)
    set1(self, f1)


def _init3(self: Any, f0: Any, f1: Any, f2: Any) -> None:
    set0(self, f0)
    set1(self, f1)
    set2(self, f2)


def _init4(self: Any, f0: Any, f1: Any, f2: Any, f3: Any) -> None:
    set0(self, f0)
    set1(self, f1)
    set2(self, f2)
    set3(self, f3)


def _init5(self: Any, f0: Any, f1: Any, f2: Any, f3: Any, f4: Any) -> None:
    set0(self, f0)
    set1(self, f1)
    set2(self, f2)
    set3(self, f3)
    set4(self, f4)


def _init6(self: Any, f0: Any, f1: Any, f2: Any, f3: Any, f4: Any, f5: Any) -> None:  # noqa: PLR0913, PLR0917
    set0(self, f0)
    set1(self, f1)
    set2(self, f2)
    set3(self, f3)
    set4(self, f4)
    set5(self, f5)


_WRITTEN = tuple(each.__code__ for each in (_init0, _init1, _init2, _init3, _init4, _init5, _init6))
_LINES_AT_MOST = 17  # fields with a line of their own: quick for objects by the thousand, slow to compile


def _init_of(kind: Any) -> FunctionType:
    """Return `__init__`; fields are set through their slots, also those of a frozen class."""
    rows: tuple[Field, ...] = fields(kind)  # type: ignore[assignment]  # ours
    count = len(rows)

    def write() -> str:
        given = [f"f{at}" for at in range(count)]
        lines = [f"set{at}(self, f{at})" for at in range(count)]
        if count > _LINES_AT_MOST:
            lines = [f"for put, value in zip(puts, ({', '.join(given)})): put(self, value)"]
        return "\n    ".join((f"def __init__({', '.join(['self', *given])}):", *lines))

    code = _WRITTEN[count] if count < len(_WRITTEN) else _pattern(count, "__init__", write)
    puts = tuple(_setter(kind, row) for row in rows)
    scope: dict[str, Any] = {f"set{at}": put for at, put in enumerate(puts)} | {"puts": puts, "zip": zip}
    names = [row.name for row in rows]
    variables = ("self" if "self" not in names else f"{max(names, key=len)}_", *names)
    code = code.replace(co_varnames=(*variables, *code.co_varnames[count + 1 :]))
    return FunctionType(code, scope, "__init__", tuple(row.default for row in rows if _has_default(row)))


def _setter(kind: Any, row: Field) -> Callable[[Any, Any], None]:
    """Return what puts a value into a field; a new one where none was given and each instance has its own."""
    slot = getattr(kind, row.name, None)
    put = slot.__set__ if isinstance(slot, MemberDescriptorType) else _putter(row.name)
    make = row.default_factory

    def put_made(one: Any, value: Any) -> None:
        put(one, make() if value is _NOTHING else value)

    return put if make is _NOTHING else put_made


def _putter(name: str) -> Callable[[Any, Any], None]:
    def put(one: Any, value: Any) -> None:
        one.__dict__[name] = value

    return put


def _compare_by(kind: Any, name: str) -> FunctionType:
    """Return `__eq__`, `__hash__` or one of order, of all fields that are compared."""
    compared = [row.name for row in fields(kind) if row.compare]

    def write() -> str:
        own, others = ("".join(f"{of}.f{at}," for at in range(len(compared))) for of in ("self", "other"))
        if name == "__hash__":
            return f"def __hash__(self):\n    return hash(({own}))"
        sign = _ORDER.get(name, "==")
        told = f"({own}) {sign} ({others}) if other.__class__ is self.__class__ else NotImplemented"
        return f"def {name}(self, other):\n    return {told}"

    code = _pattern((name, len(compared)), name, write)
    named = {f"f{at}": each for at, each in enumerate(compared)}
    return FunctionType(code.replace(co_names=tuple(named.get(each, each) for each in code.co_names)), {}, name)


class _Standard:
    """What the standard library looks for in a class: made when it does."""

    def __init__(self, name: str, place: list[Any], frozen: bool) -> None:
        self._name, self._place, self._frozen = name, place, frozen

    def __get__(self, one: object, kind: type | None = None) -> Any:
        import dataclasses

        (owner,) = self._place
        rows = [(row.name, row.type, dataclasses.field(**dict(_said(row)))) for row in fields(owner)]
        made: Any = dataclasses.make_dataclass(
            owner.__name__, rows, init=False, repr=False, eq=False, frozen=self._frozen
        )
        for name in ("__dataclass_fields__", "__dataclass_params__"):
            setattr(owner, name, getattr(made, name))
        return getattr(owner, self._name)


def _said(row: Any) -> Iterator[tuple[str, Any]]:
    yield "repr", row.repr
    yield "compare", row.compare
    for name in ("default", "default_factory"):
        if getattr(row, name) is not _NOTHING:
            yield name, getattr(row, name)


def _show(self: Any) -> str:
    shown = ", ".join(f"{row.name}={getattr(self, row.name)!r}" for row in fields(self) if row.repr)
    return f"{type(self).__qualname__}({shown})"


_takers: dict[type, Callable[[Any], tuple[object, ...]]] = {}  # by class: what takes the values of all fields


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    kind = type(self)
    take = _takers.get(kind)
    if take is None:
        from operator import attrgetter  # whoever pickles thousands: ten times as fast as one by one

        names = [row.name for row in fields(kind)]
        take = attrgetter(*names) if len(names) > 1 else lambda one: tuple(getattr(one, name) for name in names)
        _takers[kind] = take
    return kind, take(self)
