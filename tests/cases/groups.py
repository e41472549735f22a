"""Dependency groups of any name are for development, unless a command of production installs them; extras are not."""

from collections.abc import Mapping

from tests.cases.case import Case, libs

SITE = libs("a gitdb shiv redis worker-lib")
PROJECT = '[project]\nname = "p"\ndependencies = ["a"]\n'
IMAGE = "FROM python:3.12\nRUN {0}\nCMD python main.py\n"


def grouped(tables: str, text: str = "", **more: str) -> dict[str, str]:
    return {
        "pyproject.toml": PROJECT + tables,
        "main.py": f"import a\n{text}",
        "Procfile": "web: python main.py\n",
        **more,
    }


def group(name: str, text: str = "", **more: str) -> dict[str, str]:
    return grouped(f'[dependency-groups]\n{name} = ["redis"]\n', text, **more)


def poetry(tables: str, **more: str) -> dict[str, str]:
    return {"pyproject.toml": '[tool.poetry]\nname = "p"\n[tool.poetry.dependencies]\na = "*"\n' + tables,
            "main.py": "import a\n", "Procfile": "web: python main.py\n", **more}  # fmt: skip


WORKER = '[tool.poetry.group.worker.dependencies]\nredis = "*"\n'
TESTS, UNUSED = {"redis": "tests certain"}, {"redis": "unused"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "groups": {
        "A11 groups of any name": Case(
            grouped('[dependency-groups]\ntype = ["gitdb"]\nzipapp = ["shiv"]\n'),
            {"a": "startup", "gitdb": "tests certain", "shiv": "tests certain"},
            declared={"gitdb": "dev pyproject.toml:5", "shiv": "dev pyproject.toml:6"},
        ),
        "A11 sibling: included by another": Case(
            grouped('[dependency-groups]\nbase = ["redis"]\neverything = [{include-group = "base"}, "shiv"]\n'),
            {"redis": "tests", "shiv": "tests"},
        ),
        "A11 sibling: Poetry": Case(poetry(WORKER), TESTS),
        "A11 sibling: Poetry, optional": Case(poetry("[tool.poetry.group.worker]\noptional = true\n" + WORKER), TESTS),
        "A11 sibling: PDM": Case(grouped('[tool.pdm.dev-dependencies]\nzipapp = ["redis"]\n'), TESTS),
        "A11 sibling: an environment of Hatch": Case(
            grouped('[tool.hatch.envs.zipapp]\ndependencies = ["redis"]\n'), TESTS,
        ),
        "A11 sibling: groups that uv installs by default": Case(
            group("zipapp", **{"uv.toml": 'default-groups = ["zipapp"]\n'}), TESTS,
        ),
        "A11 sibling: used by the application, no matter who installs it": Case(
            group("worker", "import redis\n"), {"redis": "startup main.py:2"},
        ),
        "A11 sibling: what a pipeline installs": Case(
            group("zipapp", **{".github/workflows/ci.yml": "jobs:\n  t:\n    steps:\n"
                "      - run: uv sync --group zipapp\n"}),
            TESTS,
        ),
        "noop: an extra": Case(
            grouped('[project.optional-dependencies]\nzipapp = ["redis"]\n'), UNUSED,
            declared={"redis": "optional:zipapp pyproject.toml:5"},
        ),
        "noop: an extra of Poetry": Case(
            poetry('redis = {version = "*", optional = true}\n[tool.poetry.extras]\nworker = ["redis"]\n'), UNUSED,
        ),
    },
    "groups of production": {
        "A11 sibling: installed by uv": Case(
            group("prod", Dockerfile=IMAGE.format("uv sync --frozen --no-dev --group prod")), UNUSED,
            declared={"redis": "main pyproject.toml:5"},
        ),
        "A11 sibling: installed by pip": Case(
            group("prod", Dockerfile=IMAGE.format("pip install --group pyproject.toml:prod")), UNUSED,
        ),
        "A11 sibling: all groups": Case(group("prod", Dockerfile=IMAGE.format("uv sync --all-groups")), UNUSED),
        "A11 sibling: installed by Poetry": Case(
            poetry(WORKER, Dockerfile=IMAGE.format("poetry install --with worker")), UNUSED,
        ),
        "A11 sibling: installed by Poetry with what it is for": Case(
            poetry(WORKER, Dockerfile=IMAGE.format("poetry install --only=main,worker")), UNUSED,
        ),
        "A11 sibling: installed by Poetry, which leaves none out": Case(
            poetry(WORKER, Dockerfile=IMAGE.format("poetry install --without dev")), UNUSED,
        ),
        "A11 sibling: asked for by a start": Case(
            group("prod", Procfile="web: uv run --group prod python main.py\n"), UNUSED,
        ),
        "noop: another group": Case(group("zipapp", Dockerfile=IMAGE.format("uv sync --group prod")), TESTS),
        "noop: Poetry leaves it out": Case(
            poetry(WORKER, Dockerfile=IMAGE.format("poetry install --only main")), TESTS,
        ),
        "noop: an image for tests": Case(
            group("prod", **{"Dockerfile.test": IMAGE.format("uv sync --group prod")}), TESTS,
        ),
        "noop: a group that says what it is for": Case(
            group("dev", Dockerfile=IMAGE.format("uv sync --group dev")), TESTS,
        ),
    },
}  # fmt: skip
