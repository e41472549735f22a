"""The parts of files that run for some values of a variable only: `if PROVIDER == "openai": ... else: ...`.

A variable is one of the environment: what a name holds that is read from it once, a field of a class of settings.
Followed are comparisons with texts (`==`, `!=`, `in`, match), what stands after a branch that returns, tables of
functions by its value, and functions that are named nowhere but in such parts.

Laws: what is not understood is no part. Of a file nothing is kept but names, compared texts and lines.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from footprint.collect.project_settings.classes import all_fields
from footprint.documents.python_trees import assigned, last_name, text_of, try_python
from footprint.files.reader import try_read
from footprint.late import late_pattern
from footprint.model.variable_choices import Part, VariableTest
from footprint.names import text_bytes
from footprint.pairs import group_pairs
from footprint.values import dataclass, replace

_LARGEST_BYTES = 2_000_000
_DEEPEST = 20
_MOST_PARTS = 500
_READS = late_pattern(rb"\benviron\b|\bgetenv\b|BaseSettings|\bdecouple\b|starlette\.config|\bEnv\b")
_SETTINGS = late_pattern(r"(?i)(?:^|_)(?:settings|config|conf|cfg|env)$")
_UNCHANGED = frozenset({"lower", "upper", "strip", "casefold", "str"})
_FOLDS = frozenset({"lower", "upper", "casefold"})
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_ENDS = (ast.Return, ast.Raise, ast.Continue)


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    folds: bool = False  # compared without case


@dataclass(slots=True)
class _Project:
    trees: dict[str, ast.Module]
    names: dict[str, _Variable]  # in the code -> what it holds
    fields: dict[str, str]  # of classes of settings -> variable
    tables: dict[tuple[str, str], tuple[ast.Dict, ...]]  # by path and name

    def variable(self, node: ast.AST, depth: int = 0) -> _Variable | None:
        """Return the variable that an expression is."""
        if depth > _DEEPEST:
            return None
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr=attribute), args=[]) if attribute in _UNCHANGED:
                found = self.variable(owner, depth + 1)
                return found and _Variable(found.name, found.folds or attribute in _FOLDS)
            case (
                ast.Call(func=ast.Name(id="str"), args=[inner])
                | ast.BoolOp(op=ast.Or(), values=[inner, ast.Constant()])
            ):
                return self.variable(inner, depth + 1)
            case ast.Call(func=function, args=[ast.Constant(value=str(name)), *_]):
                return _Variable(name) if _reads(function) else None
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
                if last_name(value) == "environ":
                    return _Variable(name)
                return self.names.get(name) if _SETTINGS.search(last_name(value)) else None
            case ast.Name(id=name):
                return self.names.get(name)
            case ast.Attribute(value=value, attr=name):
                holder = last_name(value.func) if isinstance(value, ast.Call) else last_name(value)
                if name in self.fields and _SETTINGS.search(holder):
                    return _Variable(self.fields[name])
                return self.names.get(name)
        return None


def _reads(function: ast.expr) -> bool:
    """Return whether calling a function reads the variable that its first argument names."""
    if isinstance(function, ast.Attribute) and function.attr == "get":
        return last_name(function.value) == "environ"
    owner = last_name(function.value) if isinstance(function, ast.Attribute) else ""
    return last_name(function) in ("getenv", "config", "env") or owner == "env"


def find_parts(project: Path, paths: Sequence[str], functions: Collection[str]) -> tuple[Part, ...]:
    """Return the parts of the files at `paths` that run for some values of a variable only.

    `functions` are the names of functions and classes that hold imports: their bodies may be such parts.
    """
    texts = {path: data for path in paths if (data := try_read(project / path, bytes_at_most=_LARGEST_BYTES))}
    known = _Project({}, {}, {}, {})
    known.trees |= _parse(texts, _READS)
    known.fields |= all_fields(known.trees.items())
    _learn(known)
    known.trees |= _parse(texts, _choice_of([*known.names, *known.fields]))
    known.tables |= group_pairs(
        ((path, name), value)
        for path, tree in known.trees.items()
        for name, value in _assigned(tree)
        if isinstance(value, ast.Dict)
    )
    found = (part for path, tree in known.trees.items() for part in _in_block(path, tree, known))
    parts = list(islice(found, _MOST_PARTS))
    if not parts:
        return ()
    named = set(functions).intersection(
        name
        for path, tree in known.trees.items()
        for name in _named_in(tree, [part for part in parts if part.path == path])
    )
    if not named:
        return tuple(parts)
    known.trees |= _parse(texts, re.compile(text_bytes(_any_of(named))))
    return (*parts, *_in_functions(known, parts, named))


def _named_in(tree: ast.Module, parts: Sequence[Part]) -> Iterator[str]:
    """Yield what is called or named in some parts of a file."""
    for node in ast.walk(tree) if parts else ():
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        if any(part.holds(node.lineno, node.col_offset) for part in parts):
            yield last_name(node)


def _parse(texts: dict[str, bytes], pattern: re.Pattern[bytes]) -> dict[str, ast.Module]:
    """Return the trees of the texts in which a pattern is found, and take these texts out."""
    found = [path for path, data in texts.items() if pattern.search(data)]
    trees = {path: try_python(texts.pop(path)) for path in found}
    return {path: tree for path, tree in trees.items() if tree is not None}


def _choice_of(names: Iterable[str]) -> re.Pattern[bytes]:
    """Return what tells of a file that one of these names may choose in it."""
    name = _any_of(names)
    asked = rf"{name}(?:\.\w+\(\))*\)?\s*(?:==|!=|in\b|not in\b)|(?:==|!=)\s*[\w.]*{name}"
    return re.compile(text_bytes(rf"{asked}|\bmatch\b[^\n]*{name}|[\[(]\s*[\w.]*{name}"))


def _any_of(names: Iterable[str]) -> str:
    usual = "|".join(map(re.escape, sorted(names))) or r"\Z."
    return rf"(?<!\w)(?:{usual})(?!\w)"


def _learn(known: _Project) -> None:
    """Learn which names hold a variable: those that are given a value once in all files."""
    given = group_pairs(pair for tree in known.trees.values() for pair in _assigned(tree))
    for _ in range(2):  # a name may hold what another one holds
        for name, values in given.items():
            found = known.variable(values[0]) if len(values) == 1 else None
            if name and found is not None:
                known.names[name] = found


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        for target, value in assigned(node):
            yield last_name(target) or text_of(getattr(target, "slice", None)), value


def _in_block(path: str, node: ast.AST, known: _Project) -> Iterator[Part]:
    """Yield the parts below a node, without recursion."""
    for each in ast.walk(node):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(each, field, None)
            if isinstance(block, list):
                yield from _after_returns(path, block, known)
        match each:
            case ast.If(test=condition, body=body, orelse=orelse):
                tests = _test_of(condition, known)
                yield from _part(path, body, tests)
                yield from _part(path, orelse, _opposite(tests))
            case ast.Match(subject=subject, cases=cases):
                yield from _cases(path, subject, cases, known)
            case ast.Subscript(value=table, slice=key) if (variable := known.variable(key)) is not None:
                yield from _table(path, table, variable, known)
            case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_]):
                if (variable := known.variable(key)) is not None:
                    yield from _table(path, table, variable, known)


def _part(path: str, body: Sequence[ast.stmt], tests: tuple[VariableTest, ...]) -> Iterator[Part]:
    if body and tests:
        yield Part(path, body[0].lineno, body[-1].end_lineno or body[-1].lineno, tests)


def _after_returns(path: str, block: Sequence[ast.stmt], known: _Project) -> Iterator[Part]:
    """Yield what follows branches that return: it runs for the other values."""
    tests: tuple[VariableTest, ...] = ()
    for place, each in enumerate(block[:-1]):
        if isinstance(each, ast.If) and not each.orelse and isinstance(each.body[-1], _ENDS):
            found = _opposite(_test_of(each.test, known))
            if found:
                tests += found
                yield from _part(path, block[place + 1 :], tests)


def _test_of(node: ast.expr, known: _Project, depth: int = 0) -> tuple[VariableTest, ...]:
    """Return what a condition asks of one variable; of an `and` as much as is understood."""
    if depth > _DEEPEST:
        return ()
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            variable, texts = known.variable(left), _texts(right)
            if variable is None:
                variable, texts = known.variable(right), _texts(left)
            if variable is None or not texts or not isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
                return ()
            return (VariableTest(variable.name, texts, isinstance(op, ast.NotEq | ast.NotIn), variable.folds),)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _opposite(_test_of(operand, known, depth + 1))
        case ast.BoolOp(op=ast.And(), values=values):
            return tuple(test for value in values for test in _test_of(value, known, depth + 1))
        case ast.BoolOp(op=ast.Or(), values=values):
            tests = [_test_of(value, known, depth + 1) for value in values]
            same = {(test.variable, test.negated, test.folds) for found in tests for test in found}
            if len(same) == 1 and all(len(found) == 1 and not found[0].negated for found in tests):
                texts = tuple(text for found in tests for text in found[0].texts)
                return (VariableTest(tests[0][0].variable, texts, False, tests[0][0].folds),)
    return ()


def _opposite(tests: tuple[VariableTest, ...]) -> tuple[VariableTest, ...]:
    """Return the opposite of one test; of several it says nothing of any."""
    return tuple(replace(test, negated=not test.negated) for test in tests[:1] if len(tests) == 1)


def _texts(node: ast.expr) -> tuple[str, ...]:
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    texts = tuple(text_of(part) for part in parts)
    return texts if all(texts) else ()


def _cases(path: str, subject: ast.expr, cases: Sequence[ast.match_case], known: _Project) -> Iterator[Part]:
    variable = known.variable(subject)
    before: tuple[str, ...] = ()
    for case in cases if variable is not None else ():
        patterns = case.pattern.patterns if isinstance(case.pattern, ast.MatchOr) else [case.pattern]
        texts = tuple(text_of(each.value) if isinstance(each, ast.MatchValue) else "" for each in patterns)
        assert variable is not None
        if case.guard is None and all(texts):
            yield from _part(path, case.body, (VariableTest(variable.name, texts, False, variable.folds),))
            before += texts
        elif before and isinstance(case.pattern, ast.MatchAs) and case.pattern.pattern is None and case.guard is None:
            yield from _part(path, case.body, (VariableTest(variable.name, before, True, variable.folds),))


def _table(path: str, node: ast.expr, variable: _Variable, known: _Project) -> Iterator[Part]:
    """Yield the values of a table by their keys: {"openai": make_openai}[PROVIDER]."""
    tables = (node,) if isinstance(node, ast.Dict) else known.tables.get((path, last_name(node)), ())
    for table in tables[:1] if len(tables) == 1 else ():
        for key, value in zip(table.keys, table.values, strict=True):
            if text := text_of(key):
                test = VariableTest(variable.name, (text,), False, variable.folds)
                yield Part(path, value.lineno, value.end_lineno or value.lineno, (test,), value.col_offset)


def _in_functions(known: _Project, parts: Sequence[Part], named: Collection[str]) -> Iterator[Part]:
    """Yield the bodies of functions that are named in such parts only, all of one kind."""
    uses: dict[str, list[tuple[VariableTest, ...]]] = {}
    defined: dict[str, list[tuple[str, _Definition]]] = {}
    by_path = group_pairs((part.path, part) for part in parts)
    for path, tree in known.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                defined.setdefault(node.name, []).append((path, node))
            elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                around = [part.tests for part in by_path.get(path, ()) if part.holds(node.lineno, node.col_offset)]
                uses.setdefault(last_name(node), []).append(around[-1] if around else ())
    for name, places in ((name, places) for name, places in defined.items() if name in named):
        found = uses.get(name, [])
        (path, node), *others = places
        if found and all(found) and len(set(found)) == 1 and not others and not node.decorator_list:
            yield Part(path, node.lineno, node.end_lineno or node.lineno, found[0])
