"""What real applications brought to light: each row is a mistake that was made about one of them."""

from collections.abc import Mapping

from tests.cases.asked_for import FASTAPI
from tests.cases.case import Case, Lib, a_project, code, lib, libs

SLIM: Mapping[str, Lib] = {"fastmcp": lib(requires=("fastmcp-slim",)), "fastmcp-slim": lib("fastmcp/__init__.py")}
DEEP: Mapping[str, Lib] = {
    "suite": lib(requires=("suite-all",)), "suite-all": lib(requires=("engine",)), "engine": lib("engine/__init__.py"),
}  # fmt: skip
DOCS = '[project]\nname = "p"\ndependencies = ["a"]\n[project.optional-dependencies]\n'
SCRIPTED = {
    "pyproject.toml": '[project]\nname = "p"\ndependencies = ["a", "b"]\n[project.scripts]\np = "cli.main:run"\n',
    "p/__init__.py": "", "cli/__init__.py": "", "cli/main.py": "import a\ndef run(): ...\n",
}  # fmt: skip
OPTIONAL = "try:\n    from . import kobo\nexcept ImportError:\n    kobo = None\n"


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a distribution that stands for another": {
        "its modules are in one that it requires": a_project(
            "import fastmcp", {"fastmcp": "startup certain main.py:1"}, SLIM,
            says={"fastmcp": "its modules are those of fastmcp-slim"}),
        "through another without modules": Case(code("import engine", "suite"), {"suite": "startup main.py:1"}, DEEP),
        "in a function": Case(code("def f():\n    import fastmcp", "fastmcp"), {"fastmcp": "lazy main.py:2"}, SLIM),
        "noop: the other one is declared, too": a_project(
            "import fastmcp", {"fastmcp": "unused", "fastmcp-slim": "startup main.py:1"}, SLIM),
        "C1 sibling: frozen, the other one without its extras": a_project(
            "import fastmcp",
            {"fastmcp": "startup main.py:1", "fastmcp-slim": "startup main.py:1", "auth": "transitive"},
            {"fastmcp": lib(requires=("fastmcp-slim[server]",)), "fastmcp-slim": lib("fastmcp/__init__.py",
                    requires=('auth; extra == "server"',)), **libs("auth")},
            declares="fastmcp==1 fastmcp-slim==1 auth==1", removes={}, findings=("FP104 auth requirements.txt:3",)),
        "noop: nobody imports it": Case(code("", "fastmcp"), {"fastmcp": "unused"}, SLIM),
        "noop: it has modules of its own": a_project(
            "import b", {"a": "unused"}, {"a": lib("a/__init__.py", requires=("b",)), **libs("b")},
            findings=("FP105 b main.py:1",)),
        "noop: stubs": a_project(
            "import b", {"types-a": "typing"}, {"types-a": lib("a-stubs/__init__.pyi", requires=("b",)), **libs("b")},
            findings=("FP105 b main.py:1",)),
    },
    "submodules that a package imports if it can": {
        "from its own __init__": a_project(
            "import p", {"a": "startup p/kobo.py:1"}, libs("a"),
            files={"p/__init__.py": OPTIONAL, "p/kobo.py": "import a\n"}),
        "from elsewhere": a_project(
            "from p import kobo", {"a": "startup p/kobo.py:1"}, libs("a"),
            files={"p/__init__.py": OPTIONAL, "p/kobo.py": "import a\n"}),
        "noop: what __init__ only defines hides the submodule": a_project(
            "from p import kobo", {"a": "unreached p/kobo.py:1"}, libs("a"),
            files={"p/__init__.py": "kobo = None\n", "p/kobo.py": "import a\n"}),
    },
    "folders of a package without __init__": {
        "a module called like what it imports": a_project(
            "from p.engines.a import go", {"a": "startup p/engines/a.py:1"}, libs("b"),
            files={"p/__init__.py": "", "p/engines/a.py": "import a\n"}),
        "one beside it that imports the same": a_project(
            "from p.engines import b", {"a": "startup p/engines/b.py:1"}, libs("b"),
            files={"p/__init__.py": "", "p/engines/a.py": "x = 1\n", "p/engines/b.py": "import a\n"}),
        "a package called like what it imports": a_project(
            "from p.ai.a.client import go", {"a": "startup p/ai/a/client.py:1"}, libs("b"),
            files={"p/__init__.py": "", "p/ai/__init__.py": "", "p/ai/a/__init__.py": "", "p/ai/a/types.py": "",
                   "p/ai/a/client.py": "from a.types import x\n"}),
        "noop: scripts beside each other, which nobody imports": a_project(
            "import p", {"a": "unused"}, libs("b"),
            files={"p/__init__.py": "", "p/jobs/a.py": "x = 1\n", "p/jobs/b.py": "import a\n"}),
    },
    "folders of tests": {
        "inside the package": a_project(
            "import p", {"a": "tests p/_smoke_tests/main.py:1"}, libs("a"),
            files={"p/__init__.py": "", "p/_smoke_tests/main.py": "import a\napp = a.App()\n"}),
        "noop: a feature called so": a_project(
            "import p", {"a": "unreached p/ab_tests/main.py:1"}, libs("a"),
            files={"p/__init__.py": "", "p/ab_tests/main.py": "import a\n"}),
    },
    "the clearest of several words": {
        "a class of ours called File": a_project(
            "from mine import File\nfrom fastapi import UploadFile", {"python-multipart": "implied main.py:2"}, FASTAPI,
            declares="fastapi python-multipart", files={"mine.py": ""},
            says={"python-multipart": "for UploadFile, used in main.py:2"}),
        "noop: none of the words": Case(
            code("from fastapi import FastAPI", "fastapi", "python-multipart"), {"python-multipart": "unused"}, FASTAPI,
        ),
    },
    "console scripts and __main__": {
        "what __main__ of another package calls": Case(
            {**SCRIPTED, "p/__main__.py": "from cli.main import run\nrun()\n"}, {"a": "startup", "b": "unused likely"},
            libs("a b"), findings=("FP101 b pyproject.toml:3",),
        ),
        "noop: a __main__ that nothing but its name speaks for": Case(
            {"p/__init__.py": "", "p/__main__.py": "import a\n", "requirements.txt": "a\nb\n"},
            {"a": "startup", "b": "unused likely"}, libs("a b"), says={"b": "the entry is a guess"},
            findings=("FP101 b requirements.txt:2",),
        ),
        "a __main__ that does something else is a start, and no guess": Case(
            {**SCRIPTED, "p/__main__.py": "import a\nprint(a)\n"}, {"a": "startup", "b": "unused likely"},
            libs("a b"), findings=("FP101 b pyproject.toml:3",),
        ),
    },
    "lines for developers in files that nothing reaches": {
        "an extension of the documentation": a_project(
            "import a", {"b": "tests certain"}, libs("a b"), declares="a",
            **{"requirements-dev.txt": "b\n", "docs/ext/conf.py": "import b\n"}),
        "a hook of the build": a_project(
            "import a", {"b": "tests certain"}, libs("a b"), declares="a",
            **{"requirements-dev.txt": "b\n", "build_backend/hook.py": "import b\n"}),
        "noop: a line of production": a_project(
            "import a", {"b": "unreached tool/hook.py:1"}, libs("a b"), declares="a b",
            **{"tool/hook.py": "import b\n"}),
    },
    "lines that are not installed": {
        "an extra whose modules go by another name": Case(
            {
                "main.py": "import a\ndef f():\n    import sung\n",
                "pyproject.toml": DOCS + 'audio = ["tune-lib"]\n',
            },
            {"tune-lib": "unused cannot-tell"}, libs("a"), says={"tune-lib": "no line accounts for sung (main.py:3)"},
            findings=("FP105 * main.py:3",),
        ),
        "a main line whose modules go by another name": a_project(
            "import a\nimport sung", {"tune-lib": "unused cannot-tell"}, libs("a"), declares="a tune-lib",
            findings=("FP105 * main.py:2",)),
        "an extra, and every import is accounted for": Case(
            {"main.py": "import a\n", "pyproject.toml": DOCS + 'audio = ["tune-lib"]\n'},
            {"tune-lib": "unused cannot-tell"}, libs("a"), says={"tune-lib": "an extra that is not installed here"},
        ),
        "noop: a main line, and every import is accounted for": a_project(
            "import a", {"tune-lib": "unused likely"}, libs("a"), declares="a tune-lib"),
        "noop: its import name is known, and nothing imports it": a_project(
            "import a\nimport sung", {"pyyaml": "unused likely"}, libs("a"), declares="a pyyaml",
            findings=("FP105 * main.py:2",)),
    },
    "groups that no server installs": {
        "an extra called doc": Case(
            {"main.py": "import a\n", "pyproject.toml": DOCS + 'doc = ["b"]\n'}, {"b": "tests"}, libs("a b"),
        ),
        "an extra for tests of one part": Case(
            {"main.py": "import a\n", "pyproject.toml": DOCS + 'api-test = ["b"]\n'}, {"b": "tests"}, libs("a b"),
        ),
        "noop: an extra called test-client": Case(
            {"main.py": "import a\n", "pyproject.toml": DOCS + 'test-client = ["b"]\n'}, {"b": "unused"}, libs("a b"),
        ),
        **{
            f"a file called {name}": Case(code("import a", "a", **{name: "b\n"}), {"b": "tests"}, libs("a b"))
            for name in ("unittest_requirements.txt", "functest_requirements.txt", "bench-requirements.txt")
        },
        **{
            f"noop: a file called {name}": Case(
                code("import a", "a", **{name: "b\n"}), {"b": "unused"}, libs("a b"), findings=(f"FP101 b {name}:1",),
            )
            for name in ("requirements-latest.txt", "requirements-contest.txt")
        },
        "noop: an extra called docker": Case(
            {"main.py": "import a\n", "pyproject.toml": DOCS + 'docker = ["b"]\n'}, {"b": "unused"}, libs("a b"),
        ),
    },
}  # fmt: skip
