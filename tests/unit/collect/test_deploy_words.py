"""Which words of a shell line are tools that run, by tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.collect.deploy.commands.launchers import command_tools
from footprint.collect.deploy.commands.shell_lines import CHARACTERS_AT_MOST, shell_lines

TOOLS = {
    # plain
    "gunicorn app:app": ["gunicorn"],
    "datasette serve data.db": ["datasette"],
    "/usr/local/bin/gunicorn app:app": ["gunicorn"],
    ".venv/bin/pytest -q": ["pytest"],
    "$VENV/bin/pytest": ["pytest"],
    # python -m
    "python -m pytest": ["pytest"],
    "python3.11 -u -X dev -m pytest tests": ["pytest"],
    "python -mpytest": ["pytest"],
    "python -m django check": ["django"],
    "python -m celery.bin.worker": ["celery"],
    "python -m pip_audit": ["pip-audit", "pip_audit"],
    "$PYTHON -m pytest": ["pytest"],
    "${PYTHON:-python3} -m pytest": ["pytest"],
    "python -m coverage run -m pytest": ["coverage", "pytest"],
    # several in one line
    "alembic upgrade head && gunicorn app:app": ["alembic", "gunicorn"],
    "ruff check . || true; mypy .": ["ruff", "mypy"],
    "pytest 2>&1 | tee log": ["pytest"],
    "pytest; pytest --lf": ["pytest"],
    "sh -c 'pytest && mypy .'": ["pytest", "mypy"],
    'bash -lc "exec gunicorn app:app"': ["gunicorn"],
    "(cd docs && sphinx-build . out)": ["sphinx-build"],
    "if ! pytest; then exit 1; fi": ["pytest"],
    "while true; do celery -A app beat; done": ["celery"],
    "VERSION=$(hatchling version) make image": ["hatchling"],
    "X=`towncrier --version`": ["towncrier"],
    "git ls-files | xargs -n1 black": ["black"],
    # wrappers
    "exec gunicorn app:app": ["gunicorn"],
    "PYTHONPATH=. DEBUG=1 gunicorn app:app": ["gunicorn"],
    "env A=1 gunicorn app:app": ["gunicorn"],
    "sudo -u www-data gunicorn app:app": ["gunicorn"],
    "timeout 30 pytest": ["pytest"],
    "poetry run pytest -q": ["poetry", "pytest"],
    "uv run --frozen pytest -k flask": ["uv", "pytest"],
    "uv run --with httpx pytest": ["uv", "pytest"],
    "pipenv run -- pytest": ["pipenv", "pytest"],
    "ddtrace-run gunicorn app:app": ["ddtrace-run", "gunicorn"],
    "coverage run -m pytest": ["coverage", "pytest"],
    "./wait-for-it.sh db:5432 -- gunicorn app:app": ["gunicorn"],
    "/docker-entrypoint.sh gunicorn app:app": ["gunicorn"],
    "docker compose exec -T web pytest": ["pytest"],
    "docker-compose run --rm -e A=1 web alembic upgrade head": ["alembic"],
}

NOOP = [
    "",
    "# gunicorn app:app",
    "echo 'run gunicorn app:app'",
    'echo "then start: uvicorn main:app; celery -A x worker"',
    "printf 'pytest\\n'",
    "export SERVER=gunicorn",
    "SERVER=gunicorn",
    "cat /etc/gunicorn/conf.py",
    "cp deploy/gunicorn /etc/init.d/gunicorn",
    "./gunicorn start",
    "bin/pytest",
    "scripts/black.sh",
    "rm -rf .pytest_cache mypy",
    "which gunicorn",
    'echo "run \\`gunicorn\\` first"',
    "cd gunicorn",
    "apt-get install -y gunicorn",
    "apt install gunicorn && true",
    "apk add --no-cache gunicorn",
    "brew install black",
    "npm run pytest",
    "docker run --rm python:3.12 gunicorn --version",
    "docker compose up gunicorn",
    "uvx ruff check",
    "pipx run black .",
    "uv tool run ruff check",
    "python -c 'import gunicorn'",
    "python gunicorn.py",
    "python tools/pytest",
    "for tool in black mypy; do true; done",
    'exec "$@"',
    "$TOOL run",
    "true # gunicorn app:app",
    "it's; gunicorn",
    "gunicorn() { true; }",
    "gunicorn)",
    "x" * (CHARACTERS_AT_MOST + 1),
]

INSTALLERS = {
    "pip install uvicorn": ["pip"],
    "python -m pip install uvicorn gunicorn": ["pip"],
    "uv pip install uvicorn": ["uv"],
    "poetry add uvicorn": ["poetry"],
    "pip install -r requirements.txt && gunicorn app:app": ["pip", "gunicorn"],
}


@pytest.mark.parametrize(("line", "expected"), (TOOLS | INSTALLERS).items())
def test_tools_are_the_words_that_run(line: str, expected: list[str]) -> None:
    assert list(command_tools(line)) == expected


@pytest.mark.parametrize("line", NOOP, ids=lambda line: line[:40])
def test_noop_a_tool_that_is_only_named_is_not_used(line: str) -> None:
    assert command_tools(line) == ()


@given(st.text(alphabet="ab;&|$(){}`'\"\\ \n-#=pytest", max_size=200))
def test_no_line_stops_the_reading(line: str) -> None:
    assert all("\n" not in tool and " " not in tool for tool in command_tools(line))


LINES = {
    "a\nb\n": [(1, "a"), (2, "b")],
    "# c\n\na\n": [(3, "a")],
    "a \\\n  b\nc": [(1, "a \\\n  b"), (3, "c")],
    "a \\": [(1, "a \\")],
    "# c \\\na": [(2, "a")],
    "cat <<EOF\ngunicorn app\nEOF\na": [(1, "cat <<EOF"), (4, "a")],
    "cat <<-'END' > x\n\tgunicorn\n\tEND\na": [(1, "cat <<-'END' > x"), (4, "a")],
    "cat <<EOF\nnever closed": [(1, "cat <<EOF"), (2, "never closed")],
    "a <<< EOF\nb": [(1, "a <<< EOF"), (2, "b")],
    "sh -c '\npytest\n'\na": [(1, "sh -c '\npytest\n'"), (4, "a")],
    "echo don't\na": [(1, "echo don't"), (2, "a")],
    "a # don't\nb # isn't": [(1, "a # don't"), (2, "b # isn't")],
}


@pytest.mark.parametrize(("text", "expected"), LINES.items())
def test_lines_that_belong_together(text: str, expected: list[tuple[int, str]]) -> None:
    assert list(shell_lines(text)) == expected


@given(st.text(alphabet="ab'\"\\\n#< EOF", max_size=300))
def test_every_line_begins_where_it_says(text: str) -> None:
    lines = text.splitlines()
    for number, line in shell_lines(text):
        assert line.split("\n")[0] == lines[number - 1]
