"""Where an import stands and who reaches it: at the start, in functions, in code that nothing imports."""

from collections.abc import Mapping

from tests.cases.case import WEB, Case, a_project, a_server, lib, libs
from tests.cases.case import served as app

SITE = libs("a b c d")
LAZY_PACKAGE = (
    "import importlib\n_WHERE = {'Heavy': 'pkg.heavy', 'Light': 'pkg.light'}\n"
    "def __getattr__(name):\n    if name in _WHERE:\n"
    "        return getattr(importlib.import_module(_WHERE[name]), name)\n    raise AttributeError(name)\n"
)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "at the start": {
        "module level": Case(app("import a", "a"), {"a": "startup certain main.py:1"}),
        "a part of a package": Case(app("from a.sub import x", "a"), {"a": "startup certain main.py:1"}),
        "through a package's __init__": a_server(
            "from pkg import mod", {"a": "startup certain pkg/__init__.py:1"},
            files={"pkg/__init__.py": "import a\n", "pkg/mod.py": ""}),
        "in a function that the module calls": a_server(
            "def load():\n    import a\nload()", {"a": "startup main.py:2"}),
        "in the default of a lambda's argument": a_server(
            "f = lambda x=__import__('a'): x", {"a": "startup main.py:1"}),
        "in a list of names that a loop imports": a_server(
            "import importlib\nfor name in ('a', 'b'):\n    importlib.import_module(name)",
            {"a": "startup likely main.py:3", "b": "startup likely main.py:3"}),
        "noop: in a list of names that a loop only prints": a_server(
            "import importlib\nfor name in ('a', 'b'):\n    print(name)", {"a": "unused"}),
        "noop: in a list of names, in code that nothing reaches": a_server(
            "", {"a": "unreached dead.py:3"},
            files={"dead.py": "import importlib\nfor n in ('a',):\n    importlib.import_module(n)\n"}),
        "noop: names of the standard library and of ours": a_server(
            "import importlib\nfor n in ('json', 'mine', 'nowhere'):\n    importlib.import_module(n)", {"a": "unused"},
            files={"mine.py": ""}),
        "import_string of a framework": a_server(
            "from werkzeug.utils import import_string\nx = import_string('a.mod:Thing')", {"a": "implied main.py:2"},
            {**libs("werkzeug"), "a": lib("a/__init__.py", a__mod="class Thing: ...\n")}, declares="a werkzeug"),
        "noop: in a string, a docstring and a comment": a_server(
            '"""import a"""\nTEXT = """\nimport a\n"""\n# import a', {"a": "unused"}),
        "noop: a module of ours of that name": a_server("import a", {"a": "unused"}, files={"a.py": ""}),
        "noop: a local function named import_module": a_server(
            "def import_module(name): ...\nimport_module('a')", {"a": "unused"}),
        "noop: a local __import__ that looks something up": a_server(
            "def __import__(name):\n    return KNOWN.get(name)\n__import__('a')",
            {"a": "implied cannot-tell main.py:3"}),
        "noop: a method named import_module": a_server(
            "class C:\n    def import_module(self, n): ...\nC().import_module('a')", {"a": "unused"}),
        "noop: import_module rebound to what only prints": a_server(
            "import_module = print\nimport_module('a')", {"a": "implied cannot-tell main.py:2"}),
        "noop: a local function named import_module, in a loop": a_server(
            "def import_module(name): ...\nfor n in ('a', 'b'):\n    import_module(n)",
            {"a": "implied cannot-tell main.py:2", "b": "implied cannot-tell main.py:2"}),
        "noop: defined below the function that calls it": a_server(
            "def f():\n    import_module('a')\ndef import_module(name): ...\nf()", {"a": "unused"}),
        "noop: defined within the function that calls it": a_server(
            "def f():\n    def import_module(name): ...\n    import_module('a')\nf()", {"a": "unused"}),
        "a function of ours around the real import_module": a_server(
            "import importlib\ndef import_module(name):\n    return importlib.import_module(name)\nimport_module('a')",
            {"a": "startup main.py:4"}),
        "a function of ours where importlib has none": a_server(
            "try:\n    from importlib import import_module\nexcept ImportError:\n"
            "    def import_module(name): ...\nimport_module('a')", {"a": "startup certain main.py:5"}),
        "a method of that name, and the real one": a_server(
            "from importlib import import_module\nclass C:\n    def import_module(self, n): ...\n"
            "import_module('a')", {"a": "startup certain main.py:4"}),
        "another function's own import_module": a_server(
            "from importlib import import_module\ndef f():\n    import_module = print\nimport_module('a')",
            {"a": "startup certain main.py:4"}),
        "an import_module that is handed in": a_server(
            "def f(import_module):\n    import_module('a')\n", {"a": "lazy main.py:2"}),
        "an import_module that something computes": a_server(
            "import_module = make()\nimport_module('a')", {"a": "startup main.py:2"}),
        "a function of ours that runs code": a_server(
            "def import_module(name):\n    exec(f'{name}')\nimport_module('a')", {"a": "startup main.py:3"}),
    },
    "in functions": {
        "a function": Case(app("def f():\n    import a", "a"), {"a": "lazy certain main.py:2"}, says={"a": "f()"}),
        "octoprint: a function, and the top of a file that loads late": Case(
            app("def f():\n    import a\n    import late", "a", **{"late.py": "import a\n"}),
            {"a": "lazy certain late.py:1 main.py:2"}, says={"a": "imported late, by late.py:1"}),
        "a lazy package: __getattr__ with a table": a_server(
            "import pkg\ndef f():\n    return pkg.Heavy", {"a": "lazy pkg/heavy.py:1"},
            files={"pkg/__init__.py": LAZY_PACKAGE, "pkg/heavy.py": "import a\nHeavy = 1\n", "pkg/light.py": ""}),
        "noop: in a function and at module level": a_server(
            "import a\ndef f():\n    import a", {"a": "startup certain main.py:1"}),
        "noop: in a function, while another module starts with it": a_server(
            "import mine\ndef f():\n    import a", {"a": "startup certain mine.py:1"}, files={"mine.py": "import a\n"}),
        "noop: in a function of code that nothing reaches": a_server(
            "", {"a": "unreached dead.py:2"}, files={"dead.py": "def f():\n    import a\n"}),
    },
    "unreached": {
        "a module that nothing imports": a_server(
            "", {"a": "unreached dead.py:1"}, files={"dead.py": "import a\n"}, says={"a": "nothing imports"},
            findings=("FP102 a requirements.txt:1",)),
        "two dead modules that import each other": a_server(
            "", {"a": "unreached x.py:2"}, files={"x.py": "import y\nimport a\n", "y.py": "import x\n"}),
        "a part of a package of which only another part is used": a_server(
            "import pkg.live", {"a": "unreached pkg/dead.py:1"},
            files={"pkg/__init__.py": "", "pkg/live.py": "", "pkg/dead.py": "import a\n"}),
        "a script of its own: is it an entry?": a_server(
            "", {"a": "unreached cannot-tell job.py:1"},
            files={"job.py": "import a\nif __name__ == '__main__':\n    a.run()\n"}, says={"a": "is it an entry"}),
        "the entry is a guess": a_project(
            "", {"a": "unreached cannot-tell dead.py:1"}, files={"dead.py": "import a\n"}, says={"a": "--entry"}),
        "a computed import may load it": a_server(
            "import importlib\nimportlib.import_module(name)", {"a": "unreached cannot-tell dead.py:1"},
            files={"dead.py": "import a\n"}, says={"a": "main.py:2"}),
        "noop: no entry at all": Case(
            {"lib/thing.py": "import a\n", "lib/__init__.py": "", "requirements.txt": "a\n"},
            {"a": "startup likely lib/thing.py:1"}, says={"a": "no entry point is known"},
        ),
        "noop: another process starts with it": a_project(
            "", {"a": "startup certain worker.py:1"},
            files={"worker.py": "import a\n", "Procfile": f"{WEB}worker: python worker.py\n"}),
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
        "noop: the release step is no part of the start": a_project(
            "", {"a": "lazy certain seed.py:1"},
            files={"seed.py": "import a\n", "Procfile": f"{WEB}release: python seed.py\n"}, says={"a": "a job"}),
    },
    "loaded by third-party code of ours": {
        "asked for by what we import": a_server(
            "import a", {"b": "implied cannot-tell a/inner.py:2"},
            {**libs("b"), "a": lib(a____init__="from . import inner\n", a__inner="def f():\n    import b\n")},
            declares="a b"),
        "noop: by a module that we do not reach": a_server(
            "import a", {"b": "unused"}, {**libs("b"), "a": lib(a____init__="", a__inner="def f():\n    import b\n")},
            declares="a b"),
    },
}  # fmt: skip
