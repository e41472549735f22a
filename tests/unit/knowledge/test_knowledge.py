"""The tables of knowledge that ship with footprint: well formed, dated, and free of rows that say nothing."""

import datetime
import re
import sys
from pathlib import Path

import pytest

import footprint
from footprint.cli import explain_command
from footprint.errors import UsageError
from footprint.knowledge.codes import CODES, GATE_RULES, RULE_BY_CODE
from footprint.knowledge.explanations import read_explanations
from footprint.knowledge.servers import BY_PROGRAM, SERVERS, find_server, values_of
from footprint.knowledge.tables import read_import_names
from footprint.model.audit import Usage
from footprint.model.rule import Rule
from footprint.names import normalise, top_level

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DATA = Path(footprint.__file__).parent / "data"


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("PIL", "pillow"), ("cv2", "opencv-python"), ("yaml", "pyyaml"), ("sklearn", "scikit-learn"),
        ("git", "gitpython"),
        ("bs4", "beautifulsoup4"), ("dateutil", "python-dateutil"), ("dotenv", "python-dotenv"), ("jwt", "pyjwt"),
        ("faiss", "faiss-cpu"), ("grpc", "grpcio"), ("google.protobuf", "protobuf"), ("attr", "attrs"),
        ("fitz", "pymupdf"), ("magic", "python-magic"),
        ("psycopg2", "psycopg2-binary"), ("pkg_resources", "setuptools"), ("Crypto", "pycryptodome"),
    ],
)  # fmt: skip
def test_well_known_import_names(name: str, distribution: str) -> None:
    assert distribution in read_import_names()[name]


def test_every_row_of_import_names_says_something() -> None:
    names = read_import_names()
    assert len(names) >= 120
    for name, distributions in names.items():
        assert re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", name)
        assert distributions
        assert len(set(distributions)) == len(distributions)
        assert top_level(name) not in sys.stdlib_module_names
        assert "." in name or distributions != (normalise(name),)


def test_rows_of_import_names_are_sorted_and_stand_once() -> None:
    text = (DATA / "import_names.toml").read_text(encoding="utf-8")
    for table in re.split(r"^\[\w+\]$", text, flags=re.MULTILINE)[1:]:
        keys = [key.strip('"') for key in re.findall(r"^(\S+) = \[", table, re.MULTILINE)]
        assert keys == sorted(keys, key=lambda key: (key.lower(), key))


def test_conda_names_say_something() -> None:
    table = tomllib.loads((DATA / "conda_names.toml").read_text(encoding="utf-8"))
    assert all(normalise(name) != found and normalise(found) == found for name, found in table["index_names"].items())
    foreign = table["not_python"]["names"]
    assert foreign == sorted(set(foreign))
    assert not set(foreign) & set(table["index_names"])


@pytest.mark.parametrize("path", sorted(DATA.glob("*.toml")), ids=lambda path: path.name)
def test_every_table_is_dated(path: Path) -> None:
    assert isinstance(tomllib.loads(path.read_text(encoding="utf-8"))["checked"], datetime.date)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("implied", "asker"),
        ("implied", "data_need"),
        ("implied", "kept"),
        ("choices", "chooser"),
        ("drivers", "reader"),
    ],
)
def test_what_others_document_says_where(name: str, rows: str) -> None:
    table = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
    assert all(row["source"] for row in table[rows])


# The table of servers: which one a command starts, and that its rows agree with each other

COMMANDS: dict[str | None, str | None] = {
    "gunicorn -w 4 app:app": "gunicorn",
    "/srv/venv/bin/gunicorn app:app": "gunicorn",
    "python -m gunicorn -k uvicorn.workers.UvicornWorker app:app": "gunicorn",
    "python -m gunicorn.app.wsgiapp app:app": "gunicorn",
    "gunicorn -k uvicorn app:app": "gunicorn",
    "alembic upgrade head && uvicorn main:app": "uvicorn",
    "sh -c 'exec uvicorn main:app --port $PORT'": "uvicorn",
    "poetry run uvicorn app:app --workers 4": "uvicorn",
    "hypercorn app:app -w 2": "hypercorn",
    "fastapi run app.py": "fastapi",
    "flask --app shop run -p 80": "flask",
    "python manage.py runserver 0.0.0.0:8000": "runserver",
    "python -m waitress --port 80 app:app": "waitress-serve",
    "streamlit run home.py": "streamlit",
    "celery -A app worker": "celery",
    "python -m celery -A app worker -P solo": "celery",
    "huey_consumer.py tasks.huey": "huey_consumer",
    "rq worker-pool -n 3": "rq",
    # and none
    "flask db upgrade": None,
    "celery -A app beat": None,
    "fastapi --version": None,
    "python worker.py": None,
    "python my-gunicorn.py": None,
    "python -m http.server": None,
    None: None,
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_server_is_known_by_its_command(command: str | None) -> None:
    found = find_server(command)
    assert (found[0].name if found else None) == COMMANDS[command]


VALUES = {
    "-w 4": ["4"],
    "-w4": ["4"],
    "--workers 4": ["4"],
    "--workers=4 -w 2": ["4", "2"],
    "--workers-lifetime 4": [],
    "-w": [],
    "app:app": [],
}


@pytest.mark.parametrize("words", VALUES)
def test_values_of_an_option(words: str) -> None:
    assert values_of(words.split(), ("-w", "--workers")) == VALUES[words]


def test_every_name_means_one_server() -> None:
    assert len(BY_PROGRAM) == sum(len(server.spellings) for server in SERVERS)


def test_what_counts_workers_says_what_they_are() -> None:
    for server in SERVERS:
        assert bool(server.options) == (server.workers is not None), server.name
        assert not server.single or server.pool, server.name
        assert all(name.startswith("-") for name in (*server.options, *server.pool, *server.binds)), server.name


# Every code and every class is explained, offline, in full

RULE_CODES = tuple(rule.code for rule in GATE_RULES if rule.code not in CODES)


def test_every_code_and_class_is_explained_in_order_and_nothing_else_is() -> None:
    assert list(read_explanations()) == [*CODES, *RULE_CODES, *(usage.value for usage in Usage)]


@pytest.mark.parametrize("name", read_explanations())
def test_an_explanation_is_whole(name: str) -> None:
    found = read_explanations()[name]
    for part in (found.title, found.meaning, found.why, found.certainty, found.fix, found.example):
        assert part.strip()
    assert bool(found.ignore) == name.startswith("FP")
    assert not name.startswith("FP") or name in found.example
    assert "  " not in " ".join(found.meaning.split())


@pytest.mark.parametrize("code", RULE_CODES)
def test_a_rule_of_the_gate_says_how_to_turn_it_off(code: str) -> None:
    found, rule = read_explanations()[code], RULE_BY_CODE[code]
    how = "It cannot be off" if rule.kind == "start" else f'`[tool.footprint.check.rules] {rule.name} = "off"`'
    assert how in found.ignore


@pytest.mark.parametrize("code", ["FP101", "FP102", "FP105"])
def test_a_finding_that_is_a_rule_as_well_says_so(code: str) -> None:
    rule = RULE_BY_CODE[code]
    assert f'`[tool.footprint.check.rules] {rule.name} = "off"`' in read_explanations()[code].ignore


@pytest.mark.parametrize("rule", GATE_RULES, ids=lambda rule: rule.name)
def test_a_rule_is_found_by_its_name(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": rule.name})
    text = capsys.readouterr().out
    if rule.name in {usage.value for usage in Usage}:  # the class is more than the finding about it
        assert text.startswith(f"{rule.name}: ")
    else:
        assert text.startswith(f"{rule.code}: ")
        assert f"In `footprint check`: the rule {rule.name}, " in text


@pytest.mark.parametrize("usage", Usage)
def test_a_class_means_the_same_here_and_in_the_report(usage: Usage) -> None:
    assert read_explanations()[usage.value].title.split(":")[0] == usage.meaning.split(":")[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("FP101", "FP101: "), ("fp101", "FP101: "), (" Fp108 ", "FP108: "), ("implied", "implied: "),
        ("Implied?", "implied: "), ("TRANSITIVE", "transitive: "),
    ],
)  # fmt: skip
def test_names_are_taken_in_any_spelling(name: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": name})
    text = capsys.readouterr().out
    assert text.startswith(shown)
    for heading in ("Why it matters: ", "How sure: ", "What to do: ", "\nExample\n  "):
        assert heading in text
    assert ("How to ignore it: " in text) == ("In `footprint check`: " in text) == shown.startswith("FP")
    assert max(map(len, text.splitlines())) <= 120


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": None})
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines() if line.startswith("  ")] == list(read_explanations())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FP210", "FP20"),
        ("FP1", "FP10"),
        ("unreachable", "unreached"),
        ("anon-increse", "anon-increase"),
        ("", "footprint explain"),
        ("xyz", "lists"),
    ],
)
def test_an_unknown_name_is_a_usage_error_with_near_matches(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        explain_command.run({"name": name})
