"""What the header of a compound statement says about the imports under it: never run, script only, guarded."""

from __future__ import annotations

import ast
from collections.abc import Container
from typing import Literal

from footprint.documents.python_trees import catches, dotted_name, running

Truth = Literal["typing", "main"]
_DEPTH_AT_MOST = 20  # of `not` and brackets: nobody writes more, and what does is no test of typing
_CATCHES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def classify_test(test: ast.expr, typing_names: Container[str], *, depth: int = 0) -> tuple[Truth | None, Truth | None]:
    """Return what holds in the body and in the else of an `if`: ("typing", None) for `if TYPE_CHECKING`.

    `typing_names` are the aliases of typing.TYPE_CHECKING that the file imports. `if False` and `if MYPY` were
    the idiom before TYPE_CHECKING existed and mean the same.
    """
    if depth > _DEPTH_AT_MOST:
        return None, None
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        body, other = classify_test(test.operand, typing_names, depth=depth + 1)
        return other, body
    if isinstance(test, ast.BoolOp):
        sides = [classify_test(value, typing_names, depth=depth + 1) for value in test.values]
        # `A and B` runs its body only if both hold, `A or B` its else only if neither does.
        if isinstance(test.op, ast.And):
            return next((body for body, _ in sides if body), None), None
        return None, next((other for _, other in sides if other), None)
    if isinstance(test, ast.Constant):
        return (None, "typing") if test.value else ("typing", None)
    if isinstance(test, ast.Compare):
        return _classify_comparison(test)
    name = dotted_name(test)
    is_typing = name is not None and (name.rpartition(".")[2] in {"TYPE_CHECKING", "MYPY"} or name in typing_names)
    return ("typing", None) if is_typing else (None, None)


def _classify_comparison(test: ast.Compare) -> tuple[Truth | None, Truth | None]:
    sides = [test.left, *test.comparators]
    is_main = len(sides) == 2 and any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    is_main = is_main and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    if is_main and isinstance(test.ops[0], ast.Eq):
        return "main", None
    if is_main and isinstance(test.ops[0], ast.NotEq):
        return None, "main"
    return None, None


def catches_import_error(kind: ast.expr | None) -> bool:
    """Whether `except <kind>` catches a failed import; a bare except catches everything."""
    return catches(kind, _CATCHES_IMPORT_ERROR)


def suppresses_import_error(item: ast.withitem, suppress_names: Container[str]) -> bool:
    """Whether a with item is `contextlib.suppress(ImportError)` or wider."""
    call = item.context_expr
    if not isinstance(call, ast.Call):
        return False
    name = dotted_name(call.func)
    if name is None or not (name == "contextlib.suppress" or name in suppress_names):
        return False
    return any(catches_import_error(argument) for argument in call.args)


def has_import(block: list[ast.stmt]) -> bool:
    """Whether a block holds an import that runs when the block runs: what makes its handlers a fallback."""
    return any(
        isinstance(node, (ast.Import, ast.ImportFrom))
        or (isinstance(node, ast.Call) and (dotted_name(node.func) or "").endswith(("import_module", "__import__")))
        for node in running(block)
    )
