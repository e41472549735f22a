"""Imports under a condition: type checking, guards, versions and platforms, the main block."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, lib, libs
from tests.cases.case import served as app

SITE = libs("a b c")
TYPED = "from typing import TYPE_CHECKING\n"
SYS = "import sys\n"


def guarded(first: str, handler: str, second: str) -> str:
    return f"try:\n    {first}\nexcept {handler}:\n    {second}"


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "type checking": {
        "if TYPE_CHECKING": Case(
            app(f"{TYPED}if TYPE_CHECKING:\n    import a", "a"), {"a": "typing certain main.py:3"},
        ),
        "a .pyi file": Case({**app("", "a"), "mod.pyi": "import a\n"}, {"a": "typing certain mod.pyi:1"}),
        "through a module that only type checking imports": Case(
            {**app(f"{TYPED}if TYPE_CHECKING:\n    import mine", "a"), "mine.py": "import a\n"},
            {"a": "unreached mine.py:1"},
        ),
        "noop: else": Case(
            app(f"{TYPED}if TYPE_CHECKING:\n    import b\nelse:\n    import a", "a", "b"),
            {"a": "startup main.py:5", "b": "typing main.py:3"},
        ),
        "noop: used for types and in a function": Case(
            app(f"{TYPED}if TYPE_CHECKING:\n    import a\ndef f():\n    import a", "a"), {"a": "lazy main.py:5"},
        ),
    },
    "guards": {
        "try and except ImportError": Case(
            app(guarded("import a", "ImportError", "a = None"), "a"), {"a": "startup likely main.py:2"},
        ),
        "the one that is not installed": Case(
            app(guarded("import a", "ImportError", "import b"), "a", "b"),
            {"a": "startup likely main.py:2", "b": "startup main.py:4"}, libs("b"),
        ),
        "guarded and not declared: optional": Case(
            app(guarded("import a", "ImportError", "a = None"), "b"), {"a": "startup likely main.py:2"},
            undeclared={"a": "optional"}, findings=("FP105 a main.py:2",),
        ),
        "noop: the fallback is declared, the other is standard library": Case(
            app(guarded("import tomllib", "ImportError", "import tomli as tomllib"), "tomli; python_version < '3.11'"),
            {}, {}, absent=("tomllib",), entries=("main",),
        ),
        "noop: except of another kind": Case(
            app(guarded("import a", "ValueError", "pass"), "a"), {"a": "startup certain main.py:2"},
        ),
    },
    "versions and platforms": {
        "of this version": Case(
            app(f"{SYS}if sys.version_info >= (3, 8):\n    import a", "a"), {"a": "startup main.py:3"},
        ),
        "of an older version": Case(
            app(f"{SYS}if sys.version_info < (3, 8):\n    import a", "a"),
            {"a": "unreached cannot-tell main.py:3"},
            says={"a": "only for other targets: main.py:3 runs where sys.version_info < (3, 8)"},
        ),
        "behind a module that only an older version imports": Case(
            {**app(f"{SYS}if sys.version_info < (3, 8):\n    import mine", "a"), "mine.py": "def f():\n    import a\n"},
            {"a": "unreached cannot-tell mine.py:2"},
            says={"a": "main.py:3, which leads to mine.py:2, runs where sys.version_info < (3, 8)"},
        ),
        "in a function that only another platform defines": Case(
            app("import os\nif os.name == 'java':\n    def f():\n        import a", "a"),
            {"a": "unreached cannot-tell main.py:4"},
        ),
        "asked for by used code, on another platform": Case(
            app("import a", "a", "b"), {"a": "startup main.py:1", "b": "unused"},
            {"a": lib(a____init__=f"{SYS}if sys.platform == 'none':\n    import b\n"), **libs("b")},
        ),
        "noop: asked for by used code, on this platform": Case(
            app("import a", "a", "b"), {"a": "startup main.py:1", "b": "implied cannot-tell"},
            {"a": lib(a____init__=f"{SYS}if sys.platform != 'none':\n    import b\n"), **libs("b")},
        ),
        "of a version in a variable": Case(
            app(f"{SYS}OLD = sys.version_info < (3, 8)\nif OLD:\n    import a", "a"),
            {"a": "unreached cannot-tell main.py:4"}, says={"a": "runs where sys.version_info < (3, 8)"},
        ),
        "noop: of another version, and plainly elsewhere": Case(
            app(f"{SYS}if sys.version_info < (3, 8):\n    import a\ndef f():\n    import a", "a"),
            {"a": "lazy main.py:5"},
        ),
    },
    "the main block": {
        "of the script that is started": a_project(
            "if __name__ == '__main__':\n    import a", {"a": "startup main.py:2"}, Procfile="web: python main.py\n"),
        "noop: of an imported module": Case(
            {**app("import mine", "a"), "mine.py": "if __name__ == '__main__':\n    import a\n"},
            {"a": "unreached mine.py:2"},
        ),
        "noop: of the module that a server imports": Case(
            app("if __name__ == '__main__':\n    import uvicorn\n    uvicorn.run(app)", "uvicorn"),
            {"uvicorn": "implied certain Procfile:1"},
            {"uvicorn": lib("uvicorn/__init__.py", entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n")},
        ),
    },
}  # fmt: skip
