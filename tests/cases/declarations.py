"""Every kind of file that people declare requirements in: the class and the line of what it declares.

The application imports `a` in each; what is beside it shows the group.
"""

from collections.abc import Mapping

from tests.cases.case import Case, libs

SITE = libs("a b c d")
PEP723 = "# /// script\n# dependencies = [\n#   'a',\n#   'b',\n# ]\n# ///\nimport a\n"


def app(**files: str) -> dict[str, str]:
    """A project that imports `a` when it starts; `pyproject` and `setup` stand for their files."""
    names = {"pyproject": "pyproject.toml", "setup": "setup.py"}
    return {"main.py": "import a\napp = 1\n", **{names.get(name, name): text for name, text in files.items()}}


def pyproject(text: str) -> dict[str, str]:
    return app(pyproject=text)


USED = "startup main.py:1"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "requirements files": {
        "nested files and constraints": Case(
            app(**{
                "requirements.txt": "# ours\n-r base.txt\n-c constraints.txt\na>=1  # why\n",
                "base.txt": "b\n", "constraints.txt": "c<9\n",
            }),
            {"a": USED, "b": "unused"}, libs("a b"),
            declared={"a": "main requirements.txt:4", "b": "main base.txt:1"}, absent=("c",),
        ),
        "groups by the name of the file": Case(
            app(**{"requirements.txt": "a\n", "requirements-dev.txt": "b\n", "docs/requirements.txt": "c\n",
                   "requirements/test.txt": "d\n"}),
            {"a": USED, "b": "tests certain", "c": "tests", "d": "tests"},
            declared={"b": "dev requirements-dev.txt:1", "c": "docs docs/requirements.txt:1",
                      "d": "test requirements/test.txt:1"},
        ),
        "a folder of ours, editable, with its own lines": Case(
            {**app(**{"requirements.txt": "-e ./core\na\n", "main.py": "import a\nimport core\napp = 1\n"}),
             "core/setup.py": "from setuptools import setup\nsetup(name='core', install_requires=['b'])\n",
             "core/core/__init__.py": "import b\n"},
            {"a": USED, "b": "startup core/core/__init__.py:1"}, absent=("core",),
            declared={"b": "main core/setup.py:2"},
        ),
        "noop: a folder within a folder of its name, not installed": Case(
            {**app(**{"requirements.txt": "a\nb\n", "main.py": "import a\nfrom core.core import x\napp = 1\n"}),
             "core/core/__init__.py": "from core.core import more\n", "core/core/more.py": "import b\n"},
            {"a": USED, "b": "startup core/core/more.py:1"},
        ),
        "noop: a constraint alone declares nothing": Case(
            app(**{"requirements.txt": "a\n-c c.txt\n", "c.txt": "b==1.0\n"}), {"a": USED, "b": "orphan"},
        ),
        "noop: a marker that never holds here": Case(
            app(**{"requirements.txt": "a\nb; python_version < '3'\n"}), {"a": USED, "b": "orphan"},
        ),
        "noop: another text file": Case(
            app(**{"requirements.txt": "a\n", "notes.txt": "b\n", "robots.txt": "c\n"}), {"b": "orphan"},
        ),
    },
    "PEP 621 and PEP 735": {
        "dependencies and extras": Case(
            pyproject('[project]\nname = "p"\ndependencies = [\n  "a",\n]\n'
                      '[project.optional-dependencies]\npdf = ["b"]\ntest = ["c"]\n'),
            {"a": USED, "b": "unused", "c": "tests"},
            declared={"a": "main pyproject.toml:4", "b": "optional:pdf pyproject.toml:7",
                      "c": "optional:test pyproject.toml:8"},
        ),
        "an extra that names the project itself": Case(
            pyproject('[project]\nname = "p"\ndependencies = ["a"]\n'
                      '[project.optional-dependencies]\nall = ["p[pdf]"]\npdf = ["b"]\n'),
            {"a": USED, "b": "unused"}, absent=("p",),
        ),
        "noop: a group that is included in a ring": Case(
            pyproject('[project]\nname = "p"\ndependencies = ["a"]\n[dependency-groups]\n'
                      'x = [{include-group = "y"}]\ny = [{include-group = "x"}, "b"]\n'),
            {"a": USED, "b": "tests"},
        ),
    },
    "script headers": {
        "PEP 723": Case({"tool.py": PEP723}, {"a": "startup tool.py:7", "b": "unused"},
                        declared={"a": "script:tool.py tool.py:3"}, entries=("tool.py",)),
        "noop: a block of another type, and one that does not end": Case(
            {"tool.py": PEP723.replace("script", "example"), "other.py": PEP723.replace("# ///\n", ""),
             "requirements.txt": "a\n"}, {"b": "orphan"}, entries=("tool.py",),
        ),
    },
    "Poetry": {
        "its own table": Case(
            pyproject('[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\npython = "^3.8"\na = "^1"\n'
                      'b = {version = "*", optional = true}\n[tool.poetry.extras]\npdf = ["b"]\n'
                      '[tool.poetry.group.dev.dependencies]\nc = "*"\n[tool.poetry.dev-dependencies]\nd = "*"\n'),
            {"a": USED, "b": "unused", "c": "tests", "d": "tests"},
            declared={"a": "main pyproject.toml:5", "b": "optional:pdf pyproject.toml:6",
                      "c": "dev pyproject.toml:10", "d": "dev pyproject.toml:12"}, absent=("python",),
        ),
        "noop: a dependency by path is first party": Case(
            {**pyproject('[tool.poetry.dependencies]\na = "*"\ncore = {path = "core", develop = true}\n'),
             "core/pyproject.toml": '[project]\nname = "core"\ndependencies = ["b"]\n', "core/core/__init__.py": ""},
            {"a": USED, "b": "unused"}, absent=("core",),
        ),
    },
    "PDM, Hatch, uv": {
        "uv workspace: each member its own lines": Case(
            {**pyproject('[project]\nname = "p"\ndependencies = ["a", "core"]\n[tool.uv.sources]\n'
                         'core = {workspace = true}\n[tool.uv.workspace]\nmembers = ["libs/*"]\n'),
             "libs/core/pyproject.toml": '[project]\nname = "core"\ndependencies = ["b", "c"]\n',
             "libs/core/src/core/__init__.py": "import b\n", "main.py": "import a\nimport core\napp = 1\n"},
            {"a": USED, "b": "startup libs/core/src/core/__init__.py:1", "c": "unused"}, absent=("core",),
            declared={"b": "main libs/core/pyproject.toml:3"},
        ),
        "uv workspace: a member without a src folder": Case(
            {**pyproject('[project]\nname = "p"\ndependencies = ["a", "my-core"]\n[tool.uv.workspace]\n'
                         'members = ["libs/*"]\n'),
             "libs/my-core/pyproject.toml": '[project]\nname = "my-core"\ndependencies = ["b"]\n',
             "libs/my-core/my_core/__init__.py": "import b\n", "main.py": "import a\nimport my_core\napp = 1\n"},
            {"a": USED, "b": "startup libs/my-core/my_core/__init__.py:1"}, absent=("my-core",),
        ),
        "noop: a folder elsewhere that only holds the name": Case(
            {**pyproject('[project]\nname = "p"\ndependencies = ["a"]\n'), "attic/old/b.py": "import c\n",
             "main.py": "import a\nimport b\napp = 1\n"},
            {"a": USED}, libs("a c"), absent=("b",), findings=("FP105 * main.py:2", "FP105 c attic/old/b.py:1"),
        ),
        "noop: a source that is overridden declares nothing": Case(
            pyproject('[project]\nname = "p"\ndependencies = ["a"]\n[tool.uv]\n'
                      'override-dependencies = ["b==1"]\nconstraint-dependencies = ["c<2"]\n'),
            {"a": USED, "b": "orphan", "c": "orphan"},
        ),
        "noop: the members of a workspace declare nothing else": Case(
            {**pyproject('[project]\nname = "p"\ndependencies = ["a"]\n[tool.uv.workspace]\nmembers = ["libs/*"]\n'
                         'exclude = ["libs/old"]\n'),
             "libs/old/pyproject.toml": '[project]\nname = "old"\ndependencies = ["b"]\n'},
            {"a": USED, "b": "orphan"},
        ),
    },
    "setup files": {
        "setup.py by its literals": Case(
            app(setup="from setuptools import setup\nBASE = ['a']\nsetup(\n  name='p',\n"
                "  install_requires=BASE + ['b'],\n  extras_require={'dev': ['c']},\n)\n"),
            {"a": USED, "b": "unused", "c": "tests"},
            declared={"a": "main setup.py:2", "b": "main setup.py:5", "c": "optional:dev setup.py:6"},
        ),
        "noop: setup.py is not run": Case(
            app(setup="import setuptools\nraise SystemExit(open('/etc/hostname').read())\n"
                "setuptools.setup(install_requires=['a'])\n"),
            {"a": USED}, libs("a"), declared={"a": "main setup.py:3"},
        ),
        "noop: a list that setup() does not get": Case(
            app(setup="from setuptools import setup\nOLD = ['b']\nsetup(name='p', install_requires=['a'])\n"),
            {"a": USED, "b": "orphan"},
        ),
    },
    "Pipfile, conda, pixi": {
        "conda: a name that differs on the index": Case(
            {"main.py": "import torch\napp = 1\n", "environment.yml": "dependencies:\n  - pytorch\n"},
            {"torch": "startup main.py:1"}, libs("torch"), declared={"torch": "main environment.yml:2"},
        ),
        "noop: a channel and a program of the system": Case(
            app(**{"environment.yml": "channels:\n  - b\ndependencies:\n  - a\n"}), {"b": "orphan"},
        ),
    },
    "declared twice or in vain": {
        "lines that exclude each other": Case(
            app(**{"requirements.txt": "a<2\na>=2\n"}), {"a": USED}, findings=("FP108 a requirements.txt:2",),
        ),
        "a name of the standard library": Case(
            app(**{"requirements.txt": "a\nargparse\n"}), {"argparse": "unused"},
            findings=("FP107 argparse requirements.txt:2",),
        ),
        "noop: one line for each target": Case(
            app(**{"requirements.txt": "a<2; sys_platform == 'win32'\na>=1; sys_platform != 'win32'\n"}), {"a": USED},
        ),
    },
}  # fmt: skip
