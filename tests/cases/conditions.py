"""Imports under a condition: type checking, guards, versions and platforms, the main block."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, a_server, lib, libs
from tests.cases.case import served as app

SITE = libs("a b c")
TYPED = "from typing import TYPE_CHECKING\n"
SYS = "import sys\n"


def guarded(first: str, handler: str, second: str) -> str:
    return f"try:\n    {first}\nexcept {handler}:\n    {second}"


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "type checking": {
        "if TYPE_CHECKING": a_server(f"{TYPED}if TYPE_CHECKING:\n    import a", {"a": "typing certain main.py:3"}),
        "a .pyi file": Case({**app("", "a"), "mod.pyi": "import a\n"}, {"a": "typing certain mod.pyi:1"}),
        "through a module that only type checking imports": a_server(
            f"{TYPED}if TYPE_CHECKING:\n    import mine", {"a": "unreached mine.py:1"},
            files={"mine.py": "import a\n"}),
        "noop: else": a_server(
            f"{TYPED}if TYPE_CHECKING:\n    import b\nelse:\n    import a",
            {"a": "startup main.py:5", "b": "typing main.py:3"}),
        "noop: used for types and in a function": a_server(
            f"{TYPED}if TYPE_CHECKING:\n    import a\ndef f():\n    import a", {"a": "lazy main.py:5"}),
    },
    "guards": {
        "try and except ImportError": a_server(
            guarded("import a", "ImportError", "a = None"), {"a": "startup likely main.py:2"}),
        "the one that is not installed": a_server(
            guarded("import a", "ImportError", "import b"), {"a": "startup likely main.py:2", "b": "startup main.py:4"},
            libs("b")),
        "guarded and not declared: optional": a_server(
            guarded("import a", "ImportError", "a = None"), {"a": "startup likely main.py:2"}, declares="b",
            undeclared={"a": "optional"}, findings=("FP105 a main.py:2",)),
        "noop: the fallback is declared, the other is standard library": Case(
            app(guarded("import tomllib", "ImportError", "import tomli as tomllib"), "tomli; python_version < '3.11'"),
            {}, {}, absent=("tomllib",), entries=("main",),
        ),
        "noop: except of another kind": a_server(
            guarded("import a", "ValueError", "pass"), {"a": "startup certain main.py:2"}),
    },
    "what is loaded": {
        "sopel: what only tests load": a_server(
            f"{SYS}if 'gone' in sys.modules and x:\n    import mine", {"a": "unreached cannot-tell mine.py:1"},
            libs("a"), files={"mine.py": "import a\nimport gone\n"},
            says={"a": "only where another module is loaded: main.py:3, which leads to mine.py:1, runs where 'gone'"}),
        "sopel sibling: in a function": a_server(
            f"{SYS}def f():\n    if sys.modules.get('gone'):\n        import gone\n        import a",
            {"a": "unreached cannot-tell main.py:5"}, libs("a"),
            says={"a": "only where another module is loaded: main.py:5 runs where 'gone' in sys.modules"}),
        "sopel sibling: a flag (of notebooks)": a_server(
            f"{SYS}COLAB = 'google.colab' in sys.modules\nif COLAB:\n    from google.colab import drive\n    import a",
            {"a": "unreached cannot-tell main.py:5"}, libs("a")),
        "sopel sibling: one of two": a_server(
            f"{SYS}if 'gone' in sys.modules:\n    import gone\nelif 'b' in sys.modules:\n    import b\n    import a",
            {"a": "startup main.py:6", "b": "startup main.py:5"}, libs("a b")),
        "noop: sopel sibling: it is installed": a_server(
            f"{SYS}if 'b' in sys.modules:\n    import a", {"a": "startup main.py:3"}, libs("a b"), declares="a"),
        "noop: sopel sibling: it is ours": a_server(
            f"{SYS}if 'mine' in sys.modules:\n    import a", {"a": "startup main.py:3"}, libs("a"),
            files={"mine.py": ""}),
        "noop: sopel sibling: it is of the standard library": a_server(
            f"{SYS}if 'json' in sys.modules or '__main__' in sys.modules:\n    import a", {"a": "startup main.py:3"}),
        "noop: sopel sibling: where it is not loaded": a_server(
            f"{SYS}if 'gone' not in sys.modules:\n    import a\nif not ('gone' in sys.modules):\n    import b",
            {"a": "startup main.py:3", "b": "startup main.py:5"}, libs("a b")),
        "noop: sopel sibling: no environment tells": a_server(
            f"{SYS}if 'gone' in sys.modules:\n    import a", {"a": "startup main.py:3"}, {}, installed=False),
        "noop: sopel sibling: something else as well": a_server(
            f"{SYS}if 'gone' in sys.modules or x:\n    import a", {"a": "startup main.py:3"}, libs("a")),
    },
    "versions and platforms": {
        "of this version": a_server(f"{SYS}if sys.version_info >= (3, 8):\n    import a", {"a": "startup main.py:3"}),
        "of an older version": a_server(
            f"{SYS}if sys.version_info < (3, 8):\n    import a", {"a": "unreached cannot-tell main.py:3"},
            says={"a": "only for other targets: main.py:3 runs where sys.version_info < (3, 8)"}),
        "behind a module that only an older version imports": a_server(
            f"{SYS}if sys.version_info < (3, 8):\n    import mine", {"a": "unreached cannot-tell mine.py:2"},
            files={"mine.py": "def f():\n    import a\n"},
            says={"a": "main.py:3, which leads to mine.py:2, runs where sys.version_info < (3, 8)"}),
        "in a function that only another platform defines": a_server(
            "import os\nif os.name == 'java':\n    def f():\n        import a",
            {"a": "unreached cannot-tell main.py:4"}),
        "asked for by used code, on another platform": a_server(
            "import a", {"a": "startup main.py:1", "b": "unused"},
            {"a": lib(a____init__=f"{SYS}if sys.platform == 'none':\n    import b\n"), **libs("b")}),
        "noop: asked for by used code, on this platform": a_server(
            "import a", {"a": "startup main.py:1", "b": "implied cannot-tell"},
            {"a": lib(a____init__=f"{SYS}if sys.platform != 'none':\n    import b\n"), **libs("b")}),
        "of a version in a variable": a_server(
            f"{SYS}OLD = sys.version_info < (3, 8)\nif OLD:\n    import a", {"a": "unreached cannot-tell main.py:4"},
            says={"a": "runs where sys.version_info < (3, 8)"}),
        "noop: of another version, and plainly elsewhere": a_server(
            f"{SYS}if sys.version_info < (3, 8):\n    import a\ndef f():\n    import a", {"a": "lazy main.py:5"}),
    },
    "the main block": {
        "of the script that is started": a_project(
            "if __name__ == '__main__':\n    import a", {"a": "startup main.py:2"}, Procfile="web: python main.py\n"),
        "noop: of an imported module": a_server(
            "import mine", {"a": "unreached mine.py:2"},
            files={"mine.py": "if __name__ == '__main__':\n    import a\n"}),
        "noop: of the module that a server imports": a_server(
            "if __name__ == '__main__':\n    import uvicorn\n    uvicorn.run(app)",
            {"uvicorn": "implied certain Procfile:1"},
            {"uvicorn": lib("uvicorn/__init__.py", entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n")}),
    },
}  # fmt: skip
