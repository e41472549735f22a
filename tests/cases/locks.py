"""Projects without an environment: lock files give versions, requirements and groups."""

from collections.abc import Mapping

from tests.cases.case import Case, served
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


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "lock files": {
        "uv": Case(
            app(PYPROJECT, **{"uv.lock": UV}),
            {"a": "startup main.py:1", "b": "transitive", "c": "tests"}, installed=False,
        ),
        "Poetry": Case(
            app(POETRY_PROJECT, **{"poetry.lock": POETRY}),
            {"a": "startup main.py:1", "b": "transitive", "c": "tests"}, installed=False,
        ),
        "a pin in the project of what the lock requires": Case(
            app(PYPROJECT.replace('"a"]', '"a", "b"]'), **{"uv.lock": UV}), {"b": "transitive"}, installed=False,
        ),
        "the lines alone": Case(
            app(PYPROJECT), {"a": "startup main.py:1", "c": "tests"}, absent=("b",), installed=False,
        ),
        "lazy import, for a target that knows it": Case(
            app('[project]\nname = "p"\nrequires-python = ">=3.15"\ndependencies = ["a", "b"]\n',
                "lazy import a\n__lazy_modules__ = ['b']\nimport b"),
            {"a": "lazy main.py:1", "b": "lazy main.py:3"}, installed=False,
        ),
        "a condition is decided for the version that is assumed": Case(
            app('[project]\nname = "p"\nrequires-python = ">=3.13"\ndependencies = ["a", "b"]\n',
                "import sys\nif sys.version_info >= (3, 13):\n    import a\nelse:\n    import b",
                **{".python-version": "3.13\n"}),
            {"a": "startup main.py:3", "b": "unreached cannot-tell main.py:5"}, installed=False,
        ),
        "noop: lazy import, for a target that does not": Case(
            app('[project]\nname = "p"\nrequires-python = ">=3.9"\ndependencies = ["b"]\n',
                "__lazy_modules__ = ['b']\nimport b"), {"b": "startup main.py:2"}, installed=False,
        ),
        "noop: nothing is called unused for certain": Case(
            app(PYPROJECT, "", **{"uv.lock": UV}), {"a": "unused cannot-tell"}, installed=False,
        ),
        "noop: an import of what the lock brings in is not declared": Case(
            app(PYPROJECT, "import a\nimport b", **{"uv.lock": UV}), {"b": "startup main.py:2"},
            findings=("FP105 b main.py:2",), installed=False,
        ),
    },
}  # fmt: skip
