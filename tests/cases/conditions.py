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
        "if typing.TYPE_CHECKING": Case(
            app("import typing as t\nif t.TYPE_CHECKING:\n    import a", "a"), {"a": "typing certain main.py:3"},
        ),
        "if False": Case(app("if False:\n    import a", "a"), {"a": "typing main.py:2"}),
        "a .pyi file": Case({**app("", "a"), "mod.pyi": "import a\n"}, {"a": "typing certain mod.pyi:1"}),
        "through a module that only type checking imports": Case(
            {**app(f"{TYPED}if TYPE_CHECKING:\n    import mine", "a"), "mine.py": "import a\n"},
            {"a": "unreached mine.py:1"},
        ),
        "noop: else": Case(
            app(f"{TYPED}if TYPE_CHECKING:\n    import b\nelse:\n    import a", "a", "b"),
            {"a": "startup main.py:5", "b": "typing main.py:3"},
        ),
        "noop: elif": Case(
            app(f"{TYPED}if TYPE_CHECKING:\n    import b\nelif x:\n    import a", "a", "b"),
            {"a": "startup main.py:5", "b": "typing main.py:3"},
        ),
        "noop: if not TYPE_CHECKING": Case(
            app(f"{TYPED}if not TYPE_CHECKING:\n    import a\nelse:\n    import b", "a", "b"),
            {"a": "startup main.py:3", "b": "typing main.py:5"},
        ),
        "noop: TYPE_CHECKING or something": Case(
            app(f"{TYPED}if TYPE_CHECKING or x:\n    import a", "a"), {"a": "startup main.py:3"},
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
        "in parentheses": Case(
            app(guarded("import a", "(ImportError, OSError)", "a = None"), "a"), {"a": "startup likely main.py:2"},
        ),
        "ModuleNotFoundError": Case(
            app(guarded("import a", "ModuleNotFoundError as why", "a = None"), "a"), {"a": "startup likely main.py:2"},
        ),
        "contextlib.suppress": Case(
            app("import contextlib\nwith contextlib.suppress(ImportError):\n    import a", "a"),
            {"a": "startup likely main.py:3"},
        ),
        "in a function": Case(
            app("def f():\n    try:\n        import a\n    except ImportError:\n        pass", "a"),
            {"a": "lazy main.py:3"},
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
        "not declared, for another version": Case(
            app("import six\nif six.PY2:\n    import b", "six"), {}, libs("six a"), absent=("b",),
        ),
        "elif and else": Case(
            app(f"{SYS}if sys.version_info < (3, 8):\n    import b\nelif sys.platform == 'none':\n    import c\n"
                "else:\n    import a", "a", "b", "c"),
            {"a": "startup main.py:7", "b": "unreached main.py:3", "c": "unreached main.py:5"},
        ),
        "no part of another condition": Case(
            app(f"{SYS}if sys.version_info < (3, 8) and FLAG:\n    import a", "a"), {"a": "unreached main.py:3"},
        ),
        "the else of an older version": Case(
            app(f"{SYS}if sys.version_info < (3, 8):\n    import b\nelse:\n    import a", "a", "b"),
            {"a": "startup main.py:5"},
        ),
        "of another platform": Case(
            app(f"{SYS}if sys.platform == 'none':\n    import a", "a"), {"a": "unreached cannot-tell main.py:3"},
        ),
        "asked for by used code, on another platform": Case(
            app("import a", "a", "b"), {"a": "startup main.py:1", "b": "unused"},
            {"a": lib(a____init__=f"{SYS}if sys.platform == 'none':\n    import b\n"), **libs("b")},
        ),
        "noop: asked for by used code, on this platform": Case(
            app("import a", "a", "b"), {"a": "startup main.py:1", "b": "implied cannot-tell"},
            {"a": lib(a____init__=f"{SYS}if sys.platform != 'none':\n    import b\n"), **libs("b")},
        ),
        "noop: of an older version, or by a condition of ours": Case(
            app(f"{SYS}if sys.version_info < (3, 8) or FLAG:\n    import a\nelse:\n    import b", "a", "b"),
            {"a": "startup main.py:3", "b": "startup main.py:5"},
        ),
        "of a version in a variable": Case(
            app(f"{SYS}OLD = sys.version_info < (3, 8)\nif OLD:\n    import a", "a"),
            {"a": "unreached cannot-tell main.py:4"}, says={"a": "runs where sys.version_info < (3, 8)"},
        ),
        "noop: of a variable that may change": Case(
            app(f"{SYS}OLD = sys.version_info < (3, 8)\nOLD = OLD or f()\nif OLD:\n    import a", "a"),
            {"a": "startup main.py:5"},
        ),
        "noop: of another version, and plainly elsewhere": Case(
            app(f"{SYS}if sys.version_info < (3, 8):\n    import a\ndef f():\n    import a", "a"),
            {"a": "lazy main.py:5"},
        ),
        "noop: of this platform and others": Case(
            app(f"{SYS}if sys.platform in ('linux', 'darwin', 'win32'):\n    import a", "a"),
            {"a": "startup main.py:3"},
        ),
        "noop: a condition of ours": Case(
            app("import os\nif os.environ.get('DEBUG'):\n    import a", "a"), {"a": "startup main.py:3"},
        ),
    },
    "the main block": {
        "of the script that is started": a_project(
            "if __name__ == '__main__':\n    import a", {"a": "startup main.py:2"}, Procfile="web: python main.py\n"),
        "of the module run by -m": a_project(
            "if __name__ == '__main__':\n    import a", {"a": "startup main.py:2"}, Procfile="web: python -m main\n"),
        "its function is called there": a_project(
            "def run():\n    import a\nif __name__ == '__main__':\n    run()", {"a": "startup main.py:2"},
            Procfile="web: python main.py\n"),
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
