"""Files that are no good Python: half a statement, newer syntax, and what must not get lost beside (E8)."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, app, libs

SITE: Mapping[str, Lib] = libs("redis flask boto3")


def read(text: str, expected: Mapping[str, str]) -> Case:
    return Case(app(text, *expected), expected)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "E8 half statements": {
        "E8 a dot at the end": read(
            "import redis.\nimport flask", {"redis": "startup main.py:1", "flask": "startup main.py:2"}),
        "E8 sibling: a dot before import": read(
            "from redis. import x\nimport flask", {"redis": "startup main.py:1", "flask": "startup main.py:2"}),
        "E8 sibling: an open bracket": read(
            "from redis import (\n    a,\nimport flask", {"redis": "startup main.py:1", "flask": "startup main.py:3"}),
        "E8 sibling: nothing behind import": read(
            "from redis import\nimport flask", {"redis": "startup", "flask": "startup"}),
        "E8 sibling: only the word": read("import\nimport flask", {"flask": "startup main.py:2"}),
        "E8 sibling: a conflict that is left": read(
            "<<<<<<< HEAD\nimport redis\n=======\nimport boto3\n>>>>>>> x\nimport flask",
            {"redis": "startup main.py:2", "boto3": "startup main.py:4", "flask": "startup main.py:6"}),
        "noop: E8 what is not begun names nothing": read(
            "from . import\nimport flask", {"flask": "startup", "redis": "unused"}),
    },
    "E8 newer syntax": {
        "E8 quotes in an f-string": read(
            "x = f\"{d[\"a\"]}\"\nimport redis\ndef f():\n    import flask",
            {"redis": "startup main.py:2", "flask": "lazy main.py:4"}),
        "E8 sibling: a type and a generic function": read(
            "type X = int\ndef f[T](x: T):\n    import redis\nimport flask",
            {"redis": "lazy main.py:3", "flask": "startup main.py:4"}),
        "E8 sibling: a name in a string": read(
            "import importlib\nx = f\"{d[\"a\"]}\"\nT = {'a': 'redis'}\ndef f(k):\n    importlib.import_module(T[k])",
            {"redis": "lazy main.py:3"}),
        "E8 sibling: exceptions without brackets": read(
            "try:\n    import redis\nexcept ImportError, OSError:\n    import flask",
            {"redis": "startup main.py:2", "flask": "startup main.py:4"}),
        "noop: E8 what an f-string only shows": read("x = f\"{\"import redis\"}\"\nimport flask",
                                                    {"flask": "startup main.py:2", "redis": "unused"}),
    },
}  # fmt: skip
