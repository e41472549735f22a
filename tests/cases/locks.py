"""Projects without an environment: lock files give versions, requirements and groups."""

from collections.abc import Mapping
from functools import partial

from tests.cases.case import Case, cases_of, served
from tests.support.projects import package, uv_names

INDEX = 'source = { registry = "x" }'
UV = "\n".join(
    (
        'version = 1\nrequires-python = ">=3.9"\n',
        package("p 0", 'source = { virtual = "." }', uv_names("dependencies", "a")),
        uv_names("[package.dev-dependencies] dev", "c") + "\n",
        package("a 1.0", INDEX, uv_names("dependencies", "b")) + package("b 1.0", INDEX) + package("c 1.0", INDEX),
    )
)
MAIN = 'groups = ["main"]'
POETRY = package("a 1.0", MAIN, '[package.dependencies]\nb = "*"') + package("b 1.0", MAIN)
POETRY += package("c 1.0", 'groups = ["dev"]')
PYPROJECT = '[project]\nname = "p"\ndependencies = ["a"]\n[dependency-groups]\ndev = ["c"]\n'
POETRY_PROJECT = '[tool.poetry.dependencies]\na = "*"\n[tool.poetry.group.dev.dependencies]\nc = "*"\n'


def app(pyproject: str, text: str = "import a", **files: str) -> dict[str, str]:
    return served(text, **{"pyproject.toml": pyproject, **files})


locked = partial(cases_of(app), declares=None, installed=False)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "lock files": {
        "uv": locked(PYPROJECT, {"a": "startup main.py:1", "b": "transitive", "c": "tests"}, **{"uv.lock": UV}),
        "Poetry": locked(
            POETRY_PROJECT, {"a": "startup main.py:1", "b": "transitive", "c": "tests"}, **{"poetry.lock": POETRY}),
        "a pin in the project of what the lock requires": locked(
            PYPROJECT.replace('"a"]', '"a", "b"]'), {"b": "transitive"}, **{"uv.lock": UV}),
        "the lines alone": locked(PYPROJECT, {"a": "startup main.py:1", "c": "tests"}, absent=("b",)),
        "lazy import, for a target that knows it": locked(
            '[project]\nname = "p"\nrequires-python = ">=3.15"\ndependencies = ["a", "b"]\n',
            {"a": "lazy main.py:1", "b": "lazy main.py:3"}, text="lazy import a\n__lazy_modules__ = ['b']\nimport b"),
        "a condition is decided for the version that is assumed": locked(
            '[project]\nname = "p"\nrequires-python = ">=3.13"\ndependencies = ["a", "b"]\n',
            {"a": "startup main.py:3", "b": "unreached cannot-tell main.py:5"},
            text="import sys\nif sys.version_info >= (3, 13):\n    import a\nelse:\n    import b",
            **{".python-version": "3.13\n"}),
        "noop: lazy import, for a target that does not": locked(
            '[project]\nname = "p"\nrequires-python = ">=3.9"\ndependencies = ["b"]\n', {"b": "startup main.py:2"},
            text="__lazy_modules__ = ['b']\nimport b"),
        "noop: nothing is called unused for certain": locked(
            PYPROJECT, {"a": "unused cannot-tell"}, text="", **{"uv.lock": UV}),
        "noop: an import of what the lock brings in is not declared": locked(
            PYPROJECT, {"b": "startup main.py:2"}, text="import a\nimport b", **{"uv.lock": UV},
            findings=("FP105 b main.py:2",)),
    },
}  # fmt: skip
