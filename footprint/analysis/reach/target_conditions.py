"""Imports under conditions on the interpreter and the platform, settled for the target.

What asks whether a module is loaded does not run where that is not there to be loaded.

Laws: pure; what cannot be evaluated runs. Only comparisons of known facts with literals are: nothing is executed.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from footprint.documents.python_trees import try_expression
from footprint.knowledge.target_facts import LOADED, TargetFact, TargetFacts
from footprint.late import late_pattern
from footprint.model.installed_environment import Interpreter
from footprint.model.source_modules import FileImports, ImportSite, Placement
from footprint.names import ModuleName
from footprint.values import replace

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}
_MARKERS = {
    "sys.platform": "sys_platform",
    "os.name": "os_name",
    "platform.system()": "platform_system",
    "platform.machine()": "platform_machine",
    "platform.python_implementation()": "platform_python_implementation",
}


_VERSIONED = late_pattern(r"python\d+\.\d+")
_COUNTED = 3  # of the fields of sys.version_info; whether the target is a release candidate is not asked


class _NotKnown(Exception):
    """The value of an expression cannot be told."""


def facts_of(interpreter: Interpreter) -> TargetFacts:
    """Return what is known of the target: without an environment the one that is assumed, by which markers go, too.

    No version where the folder of packages that stands in for an interpreter is one of another version:
    `python3.9/site-packages`.
    """
    facts: dict[str, TargetFact] = {
        fact: interpreter.markers[name] for fact, name in _MARKERS.items() if name in interpreter.markers
    }
    facts["sys.implementation.name"] = interpreter.implementation
    major, minor, micro = interpreter.version
    named = {part for folder in interpreter.site_dirs for part in folder.parts if _VERSIONED.fullmatch(part)}
    if interpreter.executable is None and named - {f"python{major}.{minor}"}:
        return facts
    return facts | {
        "sys.version_info": (major, minor, micro, "final", 0),
        "sys.version_info.major": major,
        "sys.version_info.minor": minor,
        "sys.version_info.micro": micro,
        "sys.hexversion": major << 24 | minor << 16 | micro << 8 | 0xF0,
        "PY2": major == 2,
        "PY3": major == 3,
    }


# Tells whether an import name may be there; it is only asked where a condition asks.
IsThere = Callable[[ModuleName], bool]


def settle(found: FileImports, facts: TargetFacts, is_there: IsThere = bool) -> FileImports:
    """Return what a file says with the imports set apart that cannot run on the target: placed in `ELSEWHERE`."""
    if not facts or all(site.condition is None for site in found.sites):
        return found
    return replace(found, sites=tuple(_settle_site(site, facts, is_there) for site in found.sites))


def _settle_site(site: ImportSite, facts: TargetFacts, is_there: IsThere) -> ImportSite:
    if site.condition is None or site.placement is Placement.TYPE_CHECKING or may_hold(site.condition, facts, is_there):
        return site
    return replace(site, placement=Placement.ELSEWHERE, used_in_functions=(), used_at_import_line=None)


_parse = lru_cache(1024)(try_expression)


def may_hold(condition: str, facts: TargetFacts, is_there: IsThere = bool) -> bool:
    """Whether a condition as `ImportSite` has it holds for the target, or cannot be told."""
    tree = _parse(condition)
    return tree is None or _truth(tree, facts, is_there) is not False


def _truth(node: ast.expr, facts: TargetFacts, is_there: IsThere) -> bool | None:
    """Return whether an expression is true, None if that is not known."""
    if isinstance(node, ast.BoolOp):
        truths = [_truth(value, facts, is_there) for value in node.values]
        decides = isinstance(node.op, ast.Or)  # one true decides an or, one false an and
        return decides if decides in truths else None if None in truths else not decides
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        truth = _truth(node.operand, facts, is_there)
        return None if truth is None else not truth
    if (loaded := _loaded(node)) is not None:
        return None if is_there(loaded) else isinstance(getattr(node, "ops", (None,))[0], ast.NotIn)
    try:
        return bool(_value(node, facts))
    except (_NotKnown, TypeError, IndexError, ValueError):  # what would raise there proves nothing here
        return None


def _loaded(node: ast.expr) -> ModuleName | None:
    """Return the module of `"x" in sys.modules`; whether one that is there is loaded is never known."""
    match node:
        case ast.Compare(left=ast.Constant(value=str() as name), comparators=[ast.Attribute() as table]):
            return name if ast.unparse(table) == LOADED else None
        case _:
            return None


def _value(node: ast.expr, facts: TargetFacts) -> Any:
    if isinstance(node, ast.Compare):
        values = [_value(side, facts) for side in (node.left, *node.comparators)]
        if any(isinstance(side, ast.Tuple) and len(side.elts) > _COUNTED for side in (node.left, *node.comparators)):
            raise _NotKnown
        pairs = zip(node.ops, values, values[1:], strict=False)
        return all(_COMPARE[type(sign)](left, right) for sign, left, right in pairs)
    if isinstance(node, (ast.Constant, ast.Tuple, ast.List, ast.Set)):
        return ast.literal_eval(node)
    if isinstance(node, ast.Subscript):
        return _value(node.value, facts)[_index(node.slice)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _call(node, node.func, facts)
    name = ast.unparse(node)
    fact = facts.get(name, facts.get(name.rpartition(".")[2]))
    if fact is None:
        raise _NotKnown
    return fact


def _index(node: ast.expr) -> Any:
    parts = [node.lower, node.upper, node.step] if isinstance(node, ast.Slice) else [node]
    bounds = [None if part is None else ast.literal_eval(part) for part in parts]
    if any(isinstance(bound, int) and bound > _COUNTED for bound in bounds) or bounds == [_COUNTED]:
        raise _NotKnown
    return slice(*bounds) if isinstance(node, ast.Slice) else bounds[0]


def _call(node: ast.Call, function: ast.Attribute, facts: TargetFacts) -> Any:
    known = facts.get(ast.unparse(node))
    if known is not None:
        return known
    owner = _value(function.value, facts)
    if not isinstance(owner, str) or function.attr not in ("startswith", "endswith", "lower", "upper"):
        raise _NotKnown
    return getattr(owner, function.attr)(*(ast.literal_eval(argument) for argument in node.args))
