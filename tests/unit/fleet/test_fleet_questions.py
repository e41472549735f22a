"""Questions about a fleet whose truth is known, on real databases; and what no statement may do."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footprint.errors import UsageError
from footprint.fleet.database_tables import LATEST, TABLES
from footprint.fleet.fleet_database import FleetDatabase, make_database, open_database
from footprint.fleet.fleet_questions import QUESTIONS, AskedQuestion, answer, read_question
from footprint.fleet.line_files import line_text, parse_line, read_lines
from footprint.fleet.picture_of_lines import make_picture
from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.environment_facts import DownloadTotal
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine
from footprint.model.memory_rows import Limit
from footprint.report import formats
from footprint.units import MIB
from tests.support import builders

DOCS = Path(__file__).parents[3] / "docs/fleet-database.md"


def line(project: str, audit: Audit | None, **changes: Any) -> FleetLine:
    plain = FleetLine(
        FLEET_FORMAT, project, f"/srv/{project}", "checkout", "a" * 40, "2026-11-20T08:00:00Z", "2026-11-30T08:20:00Z",
        "ci-1", "AMD EPYC", "glibc 2.36", "3.11.7", "done", None, 1.25, audit,
    )  # fmt: skip
    return replace(plain, **changes)


def of(project: str, commit: str, day: str, mebibytes: int) -> FleetLine:
    audit = audited(torch("1.0"), disk=builders.disk(site_apparent_bytes=mebibytes * MIB))
    return line(project, audit, source="commit", commit=commit, committed_at=f"{day}T08:00:00Z")


def torch(version: str | None = "2.0", mebibytes: int = 10, **changes: Any) -> DistributionRow:
    return builders.distribution("torch", version=version, apparent_bytes=mebibytes * MIB, **changes)


def audited(*rows: DistributionRow, **changes: Any) -> Audit:
    return builders.audit(*rows, **{"entries": (builders.entry(),), **changes})


DECLARED = (builders.declared_at("torch>=2", line=4), builders.declared_at("torch", "dev.txt", 2))
LOCKED = DownloadTotal(("uv.lock",), 1, 9 * MIB, 9 * MIB, 20 * MIB, 40 * MIB, (), "measured")
FLEET = (
    # loads it, in a version of its own
    line("api", audited(torch("2.1", 30, loaded_at_stage="import", usage=Usage.STARTUP))),
    # has it for nothing, in a file of two lines; an offer of memory
    line("bot", audited(torch(declared=DECLARED), suggestions=(
        builders.suggestion("torch", disk_bytes=10 * MIB),
        builders.suggestion("nltk", action="defer", disk_bytes=None, rss_bytes=8 * MIB, rss_kind="predicted"),
        builders.suggestion("six", suppressed=True),
    ))),
    # as well, but nothing was started
    line("cron", audited(torch("2.0", 20, required_by=("lib",)), entries=(), suggestions=(
        builders.suggestion("torch", disk_bytes=20 * MIB, rss_bytes=5 * MIB, measured_rss_bytes=2 * MIB),
    ))),
    # declares it without having it
    line("docs", audited(torch(None), builders.distribution("nltk", version="3", apparent_bytes=MIB))),
    line("lost", None, outcome="failed", reason="no interpreter"),
    # too much code, weighed, and by a lock alone
    line("fat", audited(disk=builders.disk(site_apparent_bytes=30 * MIB), limit=Limit(None, 25 * MIB, "vercel"))),
    line("slim", audited(disk=builders.disk(site_apparent_bytes=25 * MIB), limit=Limit(None, 25 * MIB, "vercel"))),
    line("lock", audited(disk=builders.disk(site_apparent_bytes=None, downloads=LOCKED),
                         limit=Limit(None, 15 * MIB, "vercel"))),
    # three commits, the last of which is the newest, whatever the order of the lines
    of("old", "c" * 40, "2026-06-01", 40),
    of("old", "b" * 40, "2026-03-01", 10),
    of("old", "d" * 40, "2026-09-01", 35),
)  # fmt: skip


@pytest.fixture(scope="module")
def lines_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fleet") / "fleet.jsonl"
    path.write_text("".join(f"{line_text(each)}\n" for each in FLEET))
    return path


@pytest.fixture(scope="module")
def database_file(lines_file: Path) -> Path:
    path = lines_file.with_suffix(".duckdb")
    path.write_bytes(make_database(read_lines(lines_file, [])))
    return path


@pytest.fixture(scope="module", params=["duckdb", "jsonl"])
def database(request: pytest.FixtureRequest, lines_file: Path, database_file: Path) -> Iterator[FleetDatabase]:
    with open_database(database_file if request.param == "duckdb" else lines_file, []) as opened:
        yield opened


def ask(database: FleetDatabase, *words: str, since: str | None = None) -> list[tuple[Any, ...]]:
    asked = read_question(words[0], words[1] if words[1:] else None, since)
    return [*answer(database, asked, 100, []).rows]


# the question, the columns that are looked at, and the rows in their order
ANSWERS: dict[str, tuple[tuple[str, ...], tuple[int, ...], list[tuple[Any, ...]]]] = {
    "never loaded": (
        ("never-loaded", "Torch"), (0, 1, 3, 5, 6),
        [
            ("bot", "2.0", 10 * MIB, "in none of 1 measured starts", ("dev.txt:2", "requirements.txt:4")),
            ("old", "1.0", 10 * MIB, "in none of 1 measured starts", None),
            ("cron", "2.0", 20 * MIB, "no start was measured", None),
        ],
    ),
    "never loaded: nobody has it": (("never-loaded", "numpy"), (0,), []),
    "heaviest": (
        ("heaviest",), (0, 1, 2, 3, 4, 5, 6, 7),
        [("torch", 4, 4, 1, 3, 70 * MIB, 30 * MIB, None), ("nltk", 1, 1, 0, 1, MIB, MIB, None)],
    ),
    "over its limit": (
        ("over-limit",), (0, 2, 3, 4, 5),
        [
            ("fat", "code on disk", 30 * MIB, 25 * MIB, 5 * MIB),
            ("lock", "code by the lock, estimated, at the least", 20 * MIB, 15 * MIB, 5 * MIB),
        ],
    ),
    "versions": (("versions",), (0, 1, 2, 3), [("torch", 3, 4, ("1.0", "2.0", "2.1"))]),
    "versions of one": (
        ("versions", "torch"), (0, 1, 2),
        [("2.0", 2, ("bot", "cron")), ("1.0", 1, ("old",)), ("2.1", 1, ("api",))],
    ),
    "versions of nothing": (("versions", "x' OR '1'='1"), (0,), []),
    "an upgrade": (
        ("upgrade", "torch"), (0, 1, 3, 5),
        [
            ("old", "1.0", (), None),
            ("bot", "2.0", (), ("torch", "torch>=2")),
            ("cron", "2.0", ("lib",), None),
            ("api", "2.1", (), None),
        ],
    ),
    "savings: by both shares, suppressed ones left out": (
        ("savings",), (0, 1, 2, 3, 4, 5, 6),
        [
            ("remove", "torch", 2, 30 * MIB, 2 * MIB, 1, ("bot", "cron")),
            ("defer", "nltk", 1, None, 8 * MIB, 0, ("bot",)),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("words", "columns", "expected"), ANSWERS.values(), ids=ANSWERS)
def test_what_is_answered(
    database: FleetDatabase, words: tuple[str, ...], columns: tuple[int, ...], expected: list[tuple[Any, ...]]
) -> None:
    assert [tuple(row[place] for place in columns) for row in ask(database, *words)] == expected


# since -> from, to, disk before, after, more
SINCE = {
    "2026-03-01": ("2026-03-01", "2026-09-01", 10 * MIB, 35 * MIB, 25 * MIB),
    "2026-07-01": ("2026-06-01", "2026-09-01", 40 * MIB, 35 * MIB, -5 * MIB),
    "2020-01-01": ("2026-03-01", "2026-09-01", 10 * MIB, 35 * MIB, 25 * MIB),
}


@pytest.mark.parametrize("since", SINCE)
def test_growth_is_from_the_last_audit_of_that_day(database: FleetDatabase, since: str) -> None:
    (row,) = ask(database, "growth", since=since)
    assert row[:6] == ("old", *SINCE[since])


def test_growth_after_the_last_audit_is_none(database: FleetDatabase) -> None:
    assert ask(database, "growth", since="2026-10-01") == []


def test_every_question_is_answered_and_says_how_many_it_is_of(database: FleetDatabase) -> None:
    for question in QUESTIONS:
        name = "torch" if question.takes == "NAME" else None
        found = answer(
            database, read_question(question.name, name, "2026-01-01" if "DATE" in question.takes else None), 1, []
        )
        assert found.columns
        said = [note.message for note in found.notes]
        assert len(said) == 1 + bool(question.counted)
        assert said[-1] == "the newest audit failed in 1 of 9 projects: lost"


# lines of one project, and which of them is the newest: for the database and for the page the same
EARLIER = "2026-01-01T00:00:00Z"
LOST = line("x", None, outcome="failed", reason="no interpreter")
NEWEST: dict[str, tuple[tuple[FleetLine, ...], int]] = {
    "the later one": ((line("x", audited(), at=EARLIER), line("x", audited())), 1),
    "whatever their order": ((line("x", audited()), line("x", audited(), at=EARLIER)), 0),
    "of one second the one that was added later": ((line("x", audited()), line("x", audited())), 1),
    "one that failed": ((line("x", audited(), at=EARLIER), LOST), 1),
    "an older one that failed": ((replace(LOST, at=EARLIER), line("x", audited())), 1),
    "a failed checkout before commits": ((of("x", "c" * 40, "2026-12-24", 1), LOST), 1),
    "commits of one second are told newest first": (tuple(of("x", each * 40, "2026-03-01", 1) for each in "cba"), 0),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), NEWEST.values(), ids=NEWEST)
def test_the_database_and_the_page_take_the_same_line_for_the_newest(
    tmp_path: Path, lines: tuple[FleetLine, ...], expected: int
) -> None:
    path = tmp_path / "fleet.jsonl"
    path.write_text("".join(f"{line_text(each)}\n" for each in lines))
    (service,) = make_picture(read_lines(path, []), "x").services
    sql = f"SELECT audit_id, outcome, commit FROM {LATEST}"
    with open_database(path, []) as database:
        found = answer(database, AskedQuestion(sql, sql, {}), 10, []).rows
    newest = lines[expected]
    assert found == ((expected + 1, newest.outcome, newest.commit),)
    assert (service.reason is None, service.commit) == (newest.outcome == "done", newest.commit)


def test_downloads_of_which_not_all_are_known_are_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "fleet.jsonl"
    part = replace(LOCKED, most_bytes=None, unknown=("torch",))
    audits = [audited(disk=builders.disk(site_apparent_bytes=None, downloads=each)) for each in (LOCKED, part)]
    lines = [line("x", audits[0]), line("x", audits[1], at="2027-01-01T00:00:00Z")]
    path.write_text("".join(f"{line_text(each)}\n" for each in lines))
    with open_database(path, []) as database:
        (row,) = ask(database, "growth", since="2026-01-01")
    assert row[6] is None
    (trend,) = make_picture(read_lines(path, []), "x").trends
    assert trend.figure == "distributions"


def test_growth_over_commits_of_one_second_is_from_the_first_to_the_last(tmp_path: Path) -> None:
    path = tmp_path / "fleet.jsonl"
    lines = [of("x", each * 40, "2026-03-01", size) for each, size in (("c", 30), ("b", 20), ("a", 10))]
    path.write_text("".join(f"{line_text(each)}\n" for each in lines))
    with open_database(path, []) as database:
        (row,) = ask(database, "growth", since="2026-01-01")
    assert row[3:6] == (10 * MIB, 30 * MIB, 20 * MIB)
    (trend,) = make_picture(read_lines(path, []), "x").trends
    assert [point.value for point in trend.points] == [10 * MIB, 20 * MIB, 30 * MIB]


MISTAKES = {
    "unknown": (("never", None, None), "not a question"),
    "no name": (("never-loaded", None, None), "asks about a distribution"),
    "a name too many": (("heaviest", "torch", None), "takes no name"),
    "no date": (("growth", None, None), "--since DATE goes with growth"),
    "a date too many": (("heaviest", None, "2026-01-01"), "--since DATE goes with growth"),
    "no date at all": (("growth", None, "yesterday"), "write a day as"),
    "a date with more": (("growth", None, "2026-01-01' OR true"), "write a day as"),
}


@pytest.mark.parametrize(("given", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_says_what_to_do(given: tuple[str, str | None, str | None], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        read_question(*given)


REFUSED = {
    "a file": "SELECT * FROM read_csv('/etc/passwd')",
    "a file by its name": "SELECT * FROM '/etc/passwd'",
    "a text": "SELECT * FROM read_text('/etc/passwd')",
    "a folder": "SELECT * FROM glob('/etc/*')",
    "the network": "SELECT * FROM read_csv('https://example.com/x.csv')",
    "a variable of ours": "SELECT * FROM parameters",
    "writing": "INSERT INTO audits (audit_id) VALUES (99)",
    "dropping": "DROP TABLE audits",
    "copying out": "COPY audits TO '/tmp/footprint-out.csv'",
    "exporting": "EXPORT DATABASE '/tmp/footprint-out'",
    "attaching": "ATTACH '/tmp/footprint-other.duckdb'",
    "an extension": "INSTALL httpfs",
    "a setting": "SET enable_external_access = true",
    "two at once": "SELECT 1; DROP TABLE audits",
    "nothing": "",
    "no SQL": "heaviest",
    "a column that there is not": "SELECT nothing FROM audits",
}


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED)
def test_sql_reads_the_audits_and_nothing_else(database: FleetDatabase, sql: str) -> None:
    with pytest.raises(UsageError, match=r"DuckDB says|one SELECT at a time"):
        answer(database, AskedQuestion(sql, sql, {}), 10, [])
    assert len(ask(database, "heaviest")) == 2
    assert not any(Path("/tmp").glob("footprint-o*"))


def test_the_tables_are_those_of_the_docs(database: FleetDatabase) -> None:
    text = DOCS.read_text(encoding="utf-8")
    for table in TABLES:
        (row,) = [each for each in text.splitlines() if each.startswith(f"| `{table.name}` |")]
        assert row.split("|")[3].strip() == ", ".join(f"`{column.name}`" for column in table.columns)
        names = (table.name, LATEST if table.name == "audits" else f"{LATEST}_{table.name}")
        for name in names:
            columns = answer(database, AskedQuestion("", f"SELECT * FROM {name}", {}), 1, []).columns
            assert columns == ("audit_id", "project", "commit", *(column.name for column in table.columns))
    for question in QUESTIONS:
        assert f"| `{question.usage}` |" in text


def test_an_answer_in_every_format(database: FleetDatabase) -> None:
    sql = "SELECT 'a|<b>' AS name, 3 * 1048576 AS disk_bytes, NULL AS rss_bytes, ['x', 'y'] AS many, '=1+1' AS \"=n\""
    found = answer(database, AskedQuestion(sql, sql, {}), 10, [])
    told = {name: formats.render(name, found) for name in formats.ANSWER}
    assert told["table"].split() == [
        "name",
        "disk",
        "MiB",
        "rss",
        "MiB",
        "many",
        "=n",
        "a|<b>",
        "3.0",
        "-",
        "x,",
        "y",
        "=1+1",
    ]
    assert "| 3.0 | - |" in told["markdown"] and "<b>" not in told["markdown"].replace("`", "").replace("\\<b\\>", "")
    document = json.loads(told["json"])
    assert document["rows"] == [
        {"name": "a|<b>", "disk_bytes": 3 * MIB, "rss_bytes": None, "many": ["x", "y"], "=n": "=1+1"}
    ]
    assert [*csv.reader(io.StringIO(told["csv"]))] == [
        ["name", "disk_bytes", "rss_bytes", "many", "'=n"], ["a|<b>", str(3 * MIB), "", "x y", "'=1+1"]
    ]  # fmt: skip


# SQL, and what it is in JSON and CSV
CELLS: dict[str, tuple[str, Any, str]] = {
    "no number": ("'nan'::DOUBLE", "nan", "nan"),
    "too large for one": ("'-inf'::DOUBLE", "-inf", "'-inf"),
    "a fraction in decimals": ("1.25", 1.25, "1.25"),
    "a sum that is larger than 64 bits": ("(1::HUGEINT << 70)", 1 << 70, str(1 << 70)),
    "a list with something that is not known": ("['a', NULL]", ["a", None], "a "),
    "figures in a list": ("[1, 2]", ["1", "2"], "1 2"),
    "a day": ("DATE '2026-03-01'", "2026-03-01", "2026-03-01"),
}


@pytest.mark.parametrize(("sql", "document", "text"), CELLS.values(), ids=CELLS)
def test_what_sql_gives_is_a_plain_value(database: FleetDatabase, sql: str, document: Any, text: str) -> None:
    found = answer(database, AskedQuestion("", f"SELECT {sql} AS x", {}), 10, [])

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    assert json.loads(formats.render("json", found), parse_constant=refuse)["rows"] == [{"x": document}]
    assert [*csv.reader(io.StringIO(formats.render("csv", found)))][1] == [text]
    assert "None" not in formats.render("table", found) + formats.render("markdown", found)


def test_rows_are_bounded_and_said_to_be(database: FleetDatabase) -> None:
    sql = "SELECT range AS n, n AS n FROM (SELECT range, range AS n FROM range(1000))"
    found = answer(database, AskedQuestion(sql, sql, {}), 7, [])
    assert (len(found.rows), found.truncated, found.columns) == (7, True, ("n", "n_2"))
    assert "The first 7 rows" in formats.render("table", found)


HOSTILE: dict[str, Any] = {
    "numbers": {
        "distributions": [{"name": 7, "version": True, "apparent_bytes": 1 << 70, "required_by": [1, "a", None]}]
    },
    "text": {"distributions": [{"name": "a'); DROP TABLE audits; --\ud800\0", "version": "1" * 10_000}]},
    "shapes": {"distributions": {"a": 1}, "entries": [1, {"stages": [], "name": None}], "disk": [], "limit": "x"},
    "nothing": {},
    "times": {"findings": [{"line": 1 << 40}], "disk": {"site_apparent_bytes": -1}},
}


@pytest.mark.parametrize("audit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_line_ends_nothing(tmp_path: Path, audit: dict[str, Any]) -> None:
    values = json.loads(line_text(line("x", audited()))) | {"audit": audit, "at": "not a time; --", "project": "\ud800"}
    values["seconds"] = 10**400
    path = tmp_path / "hostile.jsonl"
    path.write_text(json.dumps(values) + "\n")
    parsed = parse_line(path.read_text())
    assert parsed is not None
    with open_database(path, []) as database:
        for question in ("heaviest", "versions", "over-limit", "savings"):
            ask(database, question)
        assert ask(database, "never-loaded", "torch") == []


OTHERS = {"empty": b"", "text": b"hello\n", "cut": b"\0" * 8 + b"DUCK" + b"\0" * 100}


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_what_is_no_fleet_is_refused_or_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    if not content:
        with open_database(path, []) as database:
            assert ask(database, "heaviest") == []
        return
    with pytest.raises(UsageError), open_database(path, []):
        pass


def test_another_database_is_not_one_of_a_fleet(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "mine.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE audits (a INTEGER)")
    with pytest.raises(UsageError, match="no database of a fleet"), open_database(path, []):
        pass
