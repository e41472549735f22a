"""`footprint ask`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row
from footprint.errors import UsageError

if TYPE_CHECKING:
    from footprint.fleet.fleet_questions import AskedQuestion

ABOUT = """\
Ask the audits of a fleet: where torch is installed and never loaded, who exceeds its limit, what one upgrade touches.

--db is what `footprint fleet -o duckdb:FILE` or -o jsonl:FILE wrote. Without a question all of them are listed. Needs
DuckDB: python -m pip install 'footprint-audit[fleet]'. docs/fleet-database.md has the tables for SQL of your own."""
TAKES = (
    Argument("question", "never-loaded NAME, heaviest, over-limit, versions [NAME], upgrade NAME, growth, savings.",
             is_optional=True, metavar="QUESTION"),
    Argument("name", "The distribution that it is about.", is_optional=True, metavar="NAME"),
    Setting("db", "path", "The DuckDB file of a fleet, or its lines as JSONL.", "FILE", in_file=False),
    Setting("sql", "text", "Ask this in place of a question: one statement, which reads the database and nothing else.",
            "SELECT", in_file=False),
    Setting("since", "text", "With growth: compare with the last audit of that day or before.", "DATE", in_file=False),
    Setting("top", "whole number", "How many rows to show; 0 for as many as there are, 100,000 at most.", "N",
            default=50, least=0, in_file=False),
    format_row("Standard output: table, markdown, json or csv."),
    output_row("Write this format to a file as well. Repeatable."),
)  # fmt: skip
_MOST_ROWS = 100_000
_DEFAULT_ROWS = 50


def run(given: Given) -> None:
    """Answer, print and write; without a question list those that there are."""
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import make_view
    from footprint.fleet.fleet_database import open_database
    from footprint.fleet.fleet_questions import answer
    from footprint.model.note import Note
    from footprint.report import formats

    outputs = Outputs.read(given, formats.ANSWER, "csv:answer.csv")
    asked = _read(given)
    if asked is None:
        _list_questions()
        return
    path: Path | None = given["db"]
    if path is None:
        raise UsageError("name the database: footprint ask --db fleet.duckdb QUESTION")
    top = _DEFAULT_ROWS if given["top"] is None else given["top"]
    notes: list[Note] = []
    with open_database(path, notes) as database:
        found = answer(database, asked, min(top or _MOST_ROWS, _MOST_ROWS), notes)
    refuse(outputs.write(lambda name, shown: formats.render(name, found, shown), make_view("name")))


def _read(given: Given) -> AskedQuestion | None:
    """Return what is asked; None where nothing is. Raises: UsageError."""
    from footprint.fleet.fleet_questions import AskedQuestion, read_question

    if given["sql"] is not None:
        if given["question"] is not None or given["since"] is not None:
            raise UsageError("--sql stands in the place of a question: leave one of the two out")
        return AskedQuestion(given["sql"], given["sql"], {})
    if given["question"] is None:
        if given["since"] is not None:
            raise UsageError("--since DATE goes with growth: footprint ask --db FILE growth --since DATE")
        return None
    return read_question(given["question"], given["name"], given["since"])


def _list_questions() -> None:
    from footprint.cli.printing import make_view
    from footprint.fleet.fleet_questions import QUESTIONS
    from footprint.report.text.text_table import render_rows

    cells = [(question.usage, question.says) for question in QUESTIONS]
    cells.append(('--sql "SELECT ..."', "Any question in SQL; docs/fleet-database.md has the tables."))
    sys.stdout.write(render_rows((("Question", "What it tells"), "ll", cells), make_view("name")))
