"""Tables and arguments that the build does not read: what stands there declares nothing, and a note says so."""

from collections.abc import Mapping
from functools import partial

from tests.cases.case import Case, cases_of, libs

SITE = libs("a b click")
PROJECT = '[project]\nname = "p"\nversion = "1"\n'
OURS = '[build-system]\nbuild-backend = "ours"\nbackend-path = ["."]\n'
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
SETUP = "from setuptools import setup\nsetup(name='p', install_requires=['b'], extras_require={'x': ['click']})\n"


def app(pyproject: str, text: str = "import a", **files: str) -> dict[str, str]:
    named = {name.replace("_py", ".py").replace("_cfg", ".cfg"): each for name, each in files.items()}
    return {
        "main.py": f"{text}\napp = 1\n",
        "Procfile": "web: uvicorn main:app\n",
        "pyproject.toml": pyproject,
        **named,
    }


by_tables = partial(cases_of(app), declares=None)


def dynamic(fields: str) -> str:
    return f"{PROJECT}dynamic = [{fields}]\n"


VERSION = dynamic('"version"')
FILE = '[tool.setuptools.dynamic]\ndependencies = {file = ["deps.list"]}\n'
FLIT = '[tool.flit.metadata]\nmodule = "p"\nrequires = ["a"]\n[tool.flit.metadata.requires-extra]\ntest = ["b"]\n'
DYNAMIC = '[tool.setuptools.dynamic]\ndependencies = ["a", "b"]\n'

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "what the build does not read": {
        "E6 dynamic dependencies that are not called dynamic": by_tables(
            f'{PROJECT}dependencies = ["a"]\n[tool.setuptools.dynamic]\ndependencies = ["b"]\n',
            {"a": "startup", "b": "orphan"}),
        "E6 sibling: another field is called dynamic": by_tables(
            VERSION + 'dependencies = ["a"]\n[tool.setuptools.dynamic]\ndependencies = ["b"]\n',
            {"a": "startup", "b": "orphan"}),
        "E6 sibling: a file that only such a table names": by_tables(
            f'{PROJECT}dependencies = ["a"]\n{FILE}', {"a": "startup", "b": "orphan"}, files={"deps.list": "b\n"}),
        "E6 sibling: setup.py beside [project]": by_tables(
            f'{PROJECT}dependencies = ["a"]\n', {"a": "startup", "b": "orphan", "click": "orphan"}, setup_py=SETUP),
        "E6 sibling: setup.cfg beside [project]": by_tables(
            f'{PROJECT}dependencies = ["a"]\n', {"a": "startup", "b": "orphan", "click": "orphan"},
            setup_cfg="[options]\ninstall_requires = b\n[options.extras_require]\nx = click\n"),
        "E6 sibling: an import of what setup.py beside [project] asks for": by_tables(
            f'{PROJECT}dependencies = ["a"]\n', {"b": "startup"}, text="import a\nimport b", setup_py=SETUP,
            undeclared={"b": "not declared"}, findings=("FP105 b main.py:2",)),
        "noop: E6 called dynamic": Case(app(dynamic('"dependencies"') + DYNAMIC), {"a": "startup", "b": "unused"}),
        "noop: E6 called dynamic, with the backend named": by_tables(
            SETUPTOOLS + dynamic('"dependencies"') + DYNAMIC, {"a": "startup", "b": "unused"}),
        "noop: E6 a backend of one's own": by_tables(
            OURS + dynamic('"dependencies"') + DYNAMIC, {"a": "startup", "b": "unused"}),
        "noop: E6 setup.py for what is called dynamic": by_tables(
            dynamic('"dependencies", "optional-dependencies"'), {"b": "startup", "click": "unused"}, text="import b",
            setup_py=SETUP),
        "noop: E6 setup.py beside the tables of tools": by_tables(
            "[tool.ruff]\nline-length = 100\n", {"b": "startup", "click": "unused"}, text="import b", setup_py=SETUP),
        "noop: E6 Flit's old table alone": Case(app(FLIT), {"a": "startup", "b": "tests"}),
        "noop: E6 pbr's extras": Case(
            {
                "main.py": "import a\napp = 1\n",
                "setup.py": "from setuptools import setup\nsetup(setup_requires=['pbr'], pbr=True)\n",
                "setup.cfg": "[metadata]\nname = p\n[extras]\ntest =\n  b\n",
                "requirements.txt": "a\n",
                "test-requirements.txt": "click\n",
            },
            {"a": "startup", "b": "tests", "click": "tests"},
        ),
    },
}  # fmt: skip
