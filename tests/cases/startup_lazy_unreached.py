"""Where an import stands and who reaches it: at the start, in functions, in code that nothing imports."""

from collections.abc import Mapping

from tests.cases.case import WEB, Case, code, lib, libs
from tests.cases.case import served as app

SITE = libs("a b c d")
LAZY_PACKAGE = (
    "import importlib\n_WHERE = {'Heavy': 'pkg.heavy', 'Light': 'pkg.light'}\n"
    "def __getattr__(name):\n    if name in _WHERE:\n"
    "        return getattr(importlib.import_module(_WHERE[name]), name)\n    raise AttributeError(name)\n"
)


def with_files(text: str, *lines: str, files: Mapping[str, str]) -> dict[str, str]:
    return {**app(text, *lines), **files}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "at the start": {
        "module level": Case(app("import a", "a"), {"a": "startup certain main.py:1"}),
        "a part of a package": Case(app("from a.sub import x", "a"), {"a": "startup certain main.py:1"}),
        "a class body": Case(app("class C:\n    import a", "a"), {"a": "startup certain main.py:2"}),
        "through a module of ours": Case(
            with_files("import mine", "a", files={"mine.py": "import a\n"}), {"a": "startup certain mine.py:1"},
        ),
        "through a package's __init__": Case(
            with_files("from pkg import mod", "a", files={"pkg/__init__.py": "import a\n", "pkg/mod.py": ""}),
            {"a": "startup certain pkg/__init__.py:1"},
        ),
        "through a relative import": Case(
            with_files("import pkg.mod", "a", files={"pkg/__init__.py": "", "pkg/mod.py": "from . import other\n",
                                                     "pkg/other.py": "import a\n"}),
            {"a": "startup certain pkg/other.py:1"},
        ),
        "through a re-export with a star": Case(
            with_files("from pkg import *", "a", files={"pkg/__init__.py": "from .mod import *\n",
                                                        "pkg/mod.py": "import a\n"}),
            {"a": "startup certain pkg/mod.py:1"},
        ),
        "in a function that the module calls": Case(
            app("def load():\n    import a\nload()", "a"), {"a": "startup main.py:2"},
        ),
        "in a factory that the module calls": Case(
            app("def create_app():\n    from a import App\n    return App()\napp = create_app()", "a"),
            {"a": "startup main.py:2"},
        ),
        "in a function of another module, called at import": Case(
            with_files("from mine import load\nload()", "a", files={"mine.py": "def load():\n    import a\n"}),
            {"a": "startup mine.py:2"},
        ),
        "in a decorator of ours that is applied": Case(
            app("def mark(f):\n    import a\n    return f\n@mark\ndef g(): ...", "a"), {"a": "startup main.py:2"},
        ),
        "in the default of an argument": Case(app("def f(x=__import__('a')): ...", "a"), {"a": "startup main.py:1"}),
        "in the default of a lambda's argument": Case(
            app("f = lambda x=__import__('a'): x", "a"), {"a": "startup main.py:1"},
        ),
        "in a comprehension": Case(
            app("import importlib\nmods = [importlib.import_module('a') for _ in range(1)]", "a"),
            {"a": "startup main.py:2"},
        ),
        "in a list of names that a loop imports": Case(
            app("import importlib\nfor name in ('a', 'b'):\n    importlib.import_module(name)", "a", "b"),
            {"a": "startup likely main.py:3", "b": "startup likely main.py:3"},
        ),
        "in a list of names that a function's loop imports": Case(
            app("import importlib\nNAMES = ['a']\ndef f():\n    for name in NAMES:\n"
                "        importlib.import_module(name)", "a", "b"),
            {"a": "lazy main.py:5", "b": "unused"},
        ),
        "noop: in a list of names that a loop only prints": Case(
            app("import importlib\nfor name in ('a', 'b'):\n    print(name)", "a"), {"a": "unused"},
        ),
        "noop: in a list of names, in code that nothing reaches": Case(
            with_files("", "a",
              files={"dead.py": "import importlib\nfor n in ('a',):\n    importlib.import_module(n)\n"}),
            {"a": "unreached dead.py:3"},
        ),
        "noop: names of the standard library and of ours": Case(
            with_files("import importlib\nfor n in ('json', 'mine', 'nowhere'):\n    importlib.import_module(n)", "a",
                       files={"mine.py": ""}), {"a": "unused"},
        ),
        "import_module under another name": Case(
            app("from importlib import import_module as load\nm = load('a')", "a"), {"a": "startup main.py:2"},
        ),
        "import_module of a part": Case(
            app("import importlib\nm = importlib.import_module('a.sub')", "a"), {"a": "startup main.py:2"},
        ),
        "import_module by a relative name": Case(
            with_files("import pkg", "a", files={
                "pkg/__init__.py": "from importlib import import_module\nimport_module('.mod', __name__)\n",
                "pkg/mod.py": "import a\n"}),
            {"a": "startup pkg/mod.py:1"},
        ),
        "runpy": Case(app("import runpy\nrunpy.run_module('a')", "a"), {"a": "startup main.py:2"}),
        "import_string of a framework": Case(
            app("from werkzeug.utils import import_string\nx = import_string('a.mod:Thing')", "a", "werkzeug"),
            {"a": "implied main.py:2"}, {**libs("werkzeug"), "a": lib("a/__init__.py", a__mod="class Thing: ...\n")},
        ),
        "in a with block, a loop, a match": Case(
            app("with open(p) as f:\n    import a\nfor x in y:\n    import b\nwhile 1:\n    import c", "a", "b", "c"),
            {"a": "startup main.py:2", "b": "startup main.py:4", "c": "startup main.py:6"},
        ),
        "two statements on one line": Case(
            app("x = 1; import a\nif x: import b", "a", "b"), {"a": "startup main.py:1", "b": "startup main.py:2"},
        ),
        "noop: in a string, a docstring and a comment": Case(
            app('"""import a"""\nTEXT = """\nimport a\n"""\n# import a', "a"), {"a": "unused"},
        ),
        "noop: a module of ours of that name": Case(with_files("import a", "a", files={"a.py": ""}), {"a": "unused"}),
        "noop: an attribute of that name": Case(app("import os\nos.a()\na = 1\nx.import_module('a')", "a"),
                                                {"a": "unused"}),
        "noop: a local function named import_module": Case(
            app("def import_module(name): ...\nimport_module('a')", "a"), {"a": "unused"},
            known="a function of ours of that name counts as importlib's: collect/imports/dynamic",
        ),
    },
    "in functions": {
        "a function": Case(app("def f():\n    import a", "a"), {"a": "lazy certain main.py:2"}, says={"a": "f()"}),
        "a method": Case(
            app("class C:\n    def m(self):\n        import a", "a"), {"a": "lazy certain main.py:3"},
              says={"a": "C.m()"},
        ),
        "a nested function": Case(
            app("def f():\n    def g():\n        import a\n    return g", "a"), {"a": "lazy certain main.py:3"},
        ),
        "an async function": Case(app("async def f():\n    import a", "a"), {"a": "lazy certain main.py:2"}),
        "the body of a lambda": Case(app("f = lambda: __import__('a')", "a"), {"a": "lazy main.py:1"}),
        "the module level of a module that a function imports": Case(
            with_files("def f():\n    import mine", "a", files={"mine.py": "import a\n"}),
            {"a": "lazy certain mine.py:1"},
        ),
        "import_module in a function": Case(
            app("import importlib\ndef f():\n    return importlib.import_module('a')", "a"),
            {"a": "lazy certain main.py:3"},
        ),
        "a lazy package: __getattr__ with a table": Case(
            with_files("import pkg\ndef f():\n    return pkg.Heavy", "a", files={
                "pkg/__init__.py": LAZY_PACKAGE, "pkg/heavy.py": "import a\nHeavy = 1\n", "pkg/light.py": ""}),
            {"a": "lazy pkg/heavy.py:1"},
        ),
        "a lazy package: __getattr__ with an import": Case(
            with_files("import pkg", "a", files={
                "pkg/__init__.py": "def __getattr__(name):\n    from .heavy import Heavy\n    return Heavy\n",
                "pkg/heavy.py": "import a\nHeavy = 1\n"}),
            {"a": "lazy pkg/heavy.py:1"},
        ),
        "lazy_loader": Case(
            with_files("import pkg", "a", "b", "lazy-loader", files={
                "pkg/__init__.py": "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach(\n"
                "    __name__, submodules=['heavy'], submod_attrs={'light': ['x']})\n",
                "pkg/heavy.py": "import a\n", "pkg/light.py": "import b\n"}),
            {"a": "lazy pkg/heavy.py:1", "b": "lazy pkg/light.py:1", "lazy-loader": "startup pkg/__init__.py:1"},
            {**SITE, **libs("lazy-loader")},
        ),
        "noop: in a function and at module level": Case(
            app("import a\ndef f():\n    import a", "a"), {"a": "startup certain main.py:1"},
        ),
        "noop: in a function, while another module starts with it": Case(
            with_files("import mine\ndef f():\n    import a", "a", files={"mine.py": "import a\n"}),
            {"a": "startup certain mine.py:1"},
        ),
        "noop: in a function of code that nothing reaches": Case(
            with_files("", "a", files={"dead.py": "def f():\n    import a\n"}), {"a": "unreached dead.py:2"},
        ),
    },
    "unreached": {
        "a module that nothing imports": Case(
            with_files("", "a", files={"dead.py": "import a\n"}), {"a": "unreached dead.py:1"},
            says={"a": "nothing imports"}, findings=("FP102 a requirements.txt:1",),
        ),
        "two dead modules that import each other": Case(
            with_files("", "a", files={"x.py": "import y\nimport a\n", "y.py": "import x\n"}),
            {"a": "unreached x.py:2"},
        ),
        "a part of a package of which only another part is used": Case(
            with_files("import pkg.live", "a", files={"pkg/__init__.py": "", "pkg/live.py": "",
                                                      "pkg/dead.py": "import a\n"}),
            {"a": "unreached pkg/dead.py:1"},
        ),
        "a script of its own: is it an entry?": Case(
            with_files("", "a", files={"job.py": "import a\nif __name__ == '__main__':\n    a.run()\n"}),
            {"a": "unreached cannot-tell job.py:1"}, says={"a": "is it an entry"},
        ),
        "the entry is a guess": Case(
            {**code("", "a"), "dead.py": "import a\n"}, {"a": "unreached cannot-tell dead.py:1"}, says={"a": "--entry"},
        ),
        "a computed import may load it": Case(
            with_files("import importlib\nimportlib.import_module(name)", "a", files={"dead.py": "import a\n"}),
            {"a": "unreached cannot-tell dead.py:1"}, says={"a": "main.py:2"},
        ),
        "noop: no entry at all": Case(
            {"lib/thing.py": "import a\n", "lib/__init__.py": "", "requirements.txt": "a\n"},
            {"a": "startup likely lib/thing.py:1"}, says={"a": "no entry point is known"},
        ),
        "noop: another process starts with it": Case(
            {**code("", "a"), "worker.py": "import a\n", "Procfile": f"{WEB}worker: python worker.py\n"},
            {"a": "startup certain worker.py:1"},
        ),
        "noop: named in a string that is imported": Case(
            with_files("import importlib\nimportlib.import_module('mine')", "a", files={"mine.py": "import a\n"}),
            {"a": "startup mine.py:1"},
        ),
    },
    "several entries": {
        "web, worker and command": Case(
            {
                "main.py": "import a\napp = 1\n", "worker.py": "def job():\n    import b\n", "manage.py": "import c\n",
                "requirements.txt": "a\nb\nc\nd\n", "dead.py": "import d\n",
                "Procfile": f"{WEB}worker: python worker.py\nmigrate: python manage.py\n",
            },
            {"a": "startup certain main.py:1", "b": "lazy certain worker.py:2", "c": "startup certain manage.py:1",
             "d": "unreached dead.py:1"},
        ),
        "lazy for the web, startup for the worker": Case(
            {
                "main.py": "def f():\n    import a\napp = 1\n", "worker.py": "import a\n", "requirements.txt": "a\n",
                "Procfile": f"{WEB}worker: python worker.py\n",
            },
            {"a": "startup certain worker.py:1"},
        ),
        "given by hand": Case(
            {"one.py": "import a\n", "two.py": "import b\n", "three.py": "import c\n", "requirements.txt": "a\nb\nc\n"},
            {"a": "startup certain one.py:1", "b": "startup certain two.py:1", "c": "unreached three.py:1"},
            entries=("one", "-m two"),
        ),
        "a console script of the project": Case(
            {
                "pyproject.toml": '[project]\nname = "p"\ndependencies = ["a", "b"]\n'
                '[project.scripts]\np = "p.cli:main"\n',
                "src/p/__init__.py": "", "src/p/cli.py": "import a\ndef main():\n    import b\n",
            },
            {"a": "startup src/p/cli.py:1", "b": "startup src/p/cli.py:3"},
        ),
        "noop: the release step is no part of the start": Case(
            {**code("", "a"), "seed.py": "import a\n", "Procfile": f"{WEB}release: python seed.py\n"},
            {"a": "lazy certain seed.py:1"}, says={"a": "a job"},
        ),
    },
    "loaded by third-party code of ours": {
        "asked for by what we import": Case(
            app("import a", "a", "b"),
            {"b": "implied cannot-tell a/inner.py:2"},
            {**libs("b"), "a": lib(a____init__="from . import inner\n", a__inner="def f():\n    import b\n")},
        ),
        "noop: by a module that we do not reach": Case(
            app("import a", "a", "b"), {"b": "unused"},
            {**libs("b"), "a": lib(a____init__="", a__inner="def f():\n    import b\n")},
        ),
    },
}  # fmt: skip
