"""Distributions of their own within the project: members of workspaces, folders that lines ask for."""

from collections.abc import Mapping

from tests.cases.case import Case, lib, libs

SITE = libs("a lxml redis")
ALL = '[tool.uv.workspace]\nmembers = ["libs/*", "services/*"]\n'
API = "services/api/main.py"


def project(name: str, *lines: str, more: str = "") -> str:
    listed = ", ".join(f'"{line}"' for line in lines)
    return f'[project]\nname = "{name}"\nversion = "1"\ndependencies = [{listed}]\n{more}'


def workspace(api: str, reporting: str, *, text: str = "import a", root: str = "", **files: str) -> dict[str, str]:
    """A service that starts, and a library beside it that imports lxml."""
    names = {"root": "pyproject.toml"}
    return {
        "pyproject.toml": root or ALL,
        "services/api/pyproject.toml": api,
        "services/api/Procfile": "web: uvicorn main:app\n",
        API: f"{text}\napp = 1\n",
        "libs/reporting/pyproject.toml": reporting,
        "libs/reporting/reporting/__init__.py": "",
        "libs/reporting/reporting/pdf.py": "import lxml\n",
        **{names.get(name, name): text for name, text in files.items()},
    }


PDF = "libs/reporting/reporting/pdf.py:1"
ASKED = project("api", "a", "reporting", more="[tool.uv.sources]\nreporting = { workspace = true }\n")

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "members of a workspace": {
        "B3 a member that the service requires": Case(
            workspace(ASKED, project("reporting", "lxml")), {"a": f"startup {API}:1", "lxml": f"implied certain {PDF}"},
            says={"lxml": "a distribution of its own"}, absent=("reporting",),
        ),
        "B3 a member that nothing requires": Case(
            workspace(project("api", "a"), project("reporting", "lxml")),
            {"a": f"startup {API}:1", "lxml": f"implied likely {PDF}"},
            says={"lxml": "services/api does not require"},
        ),
        "B3 sibling: Hatch's workspace": Case(
            workspace(project("api", "a"), project("reporting", "lxml"),
                      root='[tool.hatch.workspace]\nmembers = ["libs/*", "services/*"]\n'),
            {"lxml": f"implied {PDF}"},
        ),
        "B3 sibling: Poetry, by its path": Case(
            workspace('[tool.poetry]\nname = "api"\n[tool.poetry.dependencies]\na = "*"\n'
                      'reporting = { path = "../../libs/reporting", develop = true }\n',
                      '[tool.poetry]\nname = "reporting"\n[tool.poetry.dependencies]\nlxml = "*"\n', root="[tool.x]\n"),
            {"lxml": f"implied certain {PDF}"},
        ),
        "B3 sibling: PDM, by a file URL": Case(
            workspace(project("api", "a", "reporting @ file:///${PROJECT_ROOT}/../../libs/reporting"),
                      project("reporting", "lxml"), root="[tool.x]\n"),
            {"lxml": f"implied certain {PDF}"}, absent=("reporting",),
        ),
        "B3 sibling: a requirements file and setup.py": Case(
            {
                "services/api/requirements.txt": "a\n-e ../../libs/reporting\n",
                "Procfile": "web: uvicorn --app-dir services/api main:app\n",
                API: "import a\napp = 1\n",
                "libs/reporting/setup.py": "from setuptools import setup\n"
                "setup(name='reporting', install_requires=['lxml'])\n",
                "libs/reporting/reporting/__init__.py": "import lxml\n",
            },
            {"lxml": "implied certain libs/reporting/reporting/__init__.py:1"},
        ),
        "B3 sibling: a line of the member that its own modules do not import": Case(
            workspace(ASKED, project("reporting", "lxml", "redis")), {"lxml": "implied", "redis": "unused"},
            findings=("FP101 redis libs/reporting/pyproject.toml:4",),
        ),
        "B3 sibling: a member by way of another": Case(
            {
                **workspace(project("api", "a", "core"), project("reporting", "lxml")),
                "libs/core/pyproject.toml": project("core", "reporting"),
                "libs/core/core/__init__.py": "",
            },
            {"lxml": f"implied certain {PDF}"},
        ),
        "B3 sibling: what only another member declares": Case(
            {
                **workspace(project("api", "a", "redis"), project("reporting", "lxml")),
                "libs/reporting/reporting/store.py": "import redis\n",
                "services/api/cache.py": "import redis\n",
            },
            {"lxml": "implied"}, undeclared={"redis": "only services/api/pyproject.toml:4 declares it"},
            findings=("FP105 redis libs/reporting/reporting/store.py:1",),
        ),
        "B3 sibling: a script of the member that a workflow runs": Case(
            {
                **workspace(ASKED, project("reporting", "lxml", "redis")),
                "libs/reporting/tools/build.py": "import redis\n",
                ".github/workflows/x.yml": "jobs:\n  x:\n    steps:\n    - run: python libs/reporting/tools/build.py\n",
            },
            {"lxml": f"implied certain {PDF}"},
        ),
        "B3 sibling: declared for the developers of the member alone": Case(
            {
                **workspace(project("api", "a", "redis"),
                            project("reporting", "lxml", more='[dependency-groups]\ndev = ["redis"]\n')),
                "libs/reporting/reporting/store.py": "import redis\n",
                "services/api/cache.py": "import redis\n",
            },
            {"lxml": "implied"}, findings=("FP106 redis libs/reporting/reporting/store.py:1",),
        ),
        "noop: B3 declared for the developers of the member, and used in its tests": Case(
            {
                **workspace(project("api", "a", "redis"),
                            project("reporting", "lxml", more='[dependency-groups]\ndev = ["redis"]\n')),
                "libs/reporting/tests/test_store.py": "import redis\n",
                "services/api/cache.py": "import redis\n",
            },
            {"lxml": "implied"},
        ),
        "B3 sibling: a part with a requirements file of its own, in which nothing starts": Case(
            {
                "api/main.py": "import a\napp = 1\n",
                "api/requirements.txt": "a\n",
                "Procfile": "web: uvicorn --app-dir api main:app\n",
                "worker/requirements.txt": "redis\nlxml\n",
                "worker/consumer.py": "import redis\n",
            },
            {"a": "startup", "redis": "unreached cannot-tell worker/consumer.py:1", "lxml": "unused"},
            says={"redis": "which has requirements of its own"},
        ),
        "noop: B3 a part in which an entry starts": Case(
            {
                "api/main.py": "import a\napp = 1\n",
                "api/dead.py": "import redis\n",
                "api/requirements.txt": "a\nredis\n",
                "Procfile": "web: uvicorn --app-dir api main:app\n",
            },
            {"a": "startup", "redis": "unreached likely api/dead.py:1"},
            findings=("FP102 redis api/requirements.txt:2",),
        ),
        "noop: B3 what a member takes from one that it requires": Case(
            {
                **workspace(project("api", "a"), project("reporting", "lxml", "core")),
                "libs/core/pyproject.toml": project("core", "redis"),
                "libs/core/core/__init__.py": "import redis\n",
                "libs/reporting/reporting/store.py": "import redis\n",
            },
            {"lxml": "implied"},
        ),
        "noop: B3 what a member takes from the project's own lines": Case(
            {
                **workspace(project("api", "a"), project("reporting", "lxml"), root=project("all", "redis", more=ALL)),
                "libs/reporting/reporting/store.py": "import redis\n",
            },
            {"lxml": "implied"},
        ),
        "noop: B3 a dead module of the service itself": Case(
            {
                **workspace(project("api", "a", "redis"), project("reporting", "lxml")),
                "services/api/dead.py": "import redis\n",
            },
            {"redis": "unreached services/api/dead.py:1"},
        ),
        "noop: B3 a member whose modules the service imports": Case(
            workspace(ASKED, project("reporting", "lxml"), text="import a\nimport reporting.pdf"),
            {"lxml": f"startup certain {PDF}"}, {**SITE, "reporting": lib()},
        ),
    },
}  # fmt: skip
