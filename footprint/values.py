"""`dataclass` as the standard library has it, for classes with slots, but compiled when the first instance is made.

There each class has up to six functions compiled when its module is imported: nine tenths of what a class costs, and a
tenth of a whole audit, in which half of the classes have no instance. What is not said here is as it is there.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool = False, slots: bool = False, eq: bool = True, **others: bool):
        """Return a decorator that makes of a class what that of the standard library makes of it."""
        if others or not slots:
            return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq, **others)
        return lambda kind: _make(kind, frozen=frozen, eq=eq)


def _make(kind: type, *, frozen: bool, eq: bool) -> type:
    own = {
        name for name, value in vars(kind).items() if value is not None
    }  # None: no hash, for lack of one beside __eq__
    kind.__doc__ = kind.__doc__ or kind.__name__  # else the signature is worked out for it
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(kind)
    later = ("__init__", *(("__eq__",) if eq else ()), *(("__hash__",) if eq and frozen else ()))
    methods: dict[str, object] = {name: _first(made, name) for name in later}
    methods |= {"__repr__": _show, "__reduce__": _reduce}
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    elif eq:
        methods["__hash__"] = None
    for name in methods.keys() - own:
        setattr(made, name, methods[name])
    return made


def _first(kind: type, name: str) -> Callable[..., Any]:
    """Return a method that is compiled, and replaced by what that gives, when it is called for the first time."""

    def method(self: object, /, *given: object, **named: object) -> Any:
        written = _init_of(kind) if name == "__init__" else _compare_by(kind, name)
        setattr(kind, name, written)
        return written(self, *given, **named)

    return method


def _init_of(kind: Any) -> Any:
    """Return `__init__`; fields are set through their slots, also those of a frozen class."""
    fields = dataclasses.fields(kind)
    mark = max([field.name for field in fields], key=len, default="") + "_"  # longer than any name of a field
    scope: dict[str, Any] = {f"{mark}none": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for field in fields:
        name, given = field.name, field.name
        scope[f"{mark}set_{name}"] = getattr(kind, name).__set__
        if field.default is not dataclasses.MISSING:
            given, scope[f"{mark}default_{name}"] = f"{name}={mark}default_{name}", field.default
        if field.default_factory is not dataclasses.MISSING:
            given, scope[f"{mark}make_{name}"] = f"{name}={mark}none", field.default_factory
            lines.append(f"if {name} is {mark}none: {name} = {mark}make_{name}()")
        parameters.append(given)
        lines.append(f"{mark}set_{name}(self, {name})")
    body = "\n    ".join(lines) or "pass"
    exec(f"def __init__({', '.join(parameters)}):\n    {body}", scope)
    scope["__init__"].__qualname__ = f"{kind.__qualname__}.__init__"
    return scope["__init__"]


def _compare_by(kind: Any, name: str) -> Any:
    """Return `__eq__` or `__hash__`, of all fields."""
    own, others = ("".join(f"{of}.{field.name}," for field in dataclasses.fields(kind)) for of in ("self", "other"))
    scope: dict[str, Any] = {}
    exec(
        f"def __hash__(self):\n    return hash(({own}))"
        if name == "__hash__"
        else f"def __eq__(self, other):\n"
        f"    return ({own}) == ({others}) if other.__class__ is self.__class__ else NotImplemented",
        scope,
    )
    return scope[name]


def _show(self: Any) -> str:
    shown = ", ".join(f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self))
    return f"{type(self).__qualname__}({shown})"


def _reduce(self: Any) -> tuple[type, tuple[object, ...]]:
    return type(self), tuple(getattr(self, field.name) for field in dataclasses.fields(self))


def _refuse(self: object, name: str, value: object = None) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot change {name!r} of {type(self).__qualname__}")
