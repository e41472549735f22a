"""Search results as an Excel file."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import xlsxwriter
from fastapi import APIRouter, Request, Response

router = APIRouter()

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/export.xlsx")
def export(question: str, request: Request, count: int = 10) -> Response:
    """Return what `/search` finds as a workbook, best first, with the share of each title."""
    _, hits = request.app.state.retriever.search(question, count)
    rows = [{"title": hit.passage.title, "text": hit.passage.text, "similarity": hit.similarity} for hit in hits]
    headers = {"Content-Disposition": 'attachment; filename="answers.xlsx"'}
    return Response(_build_workbook(rows), media_type=_XLSX, headers=headers)


def _build_workbook(rows: list[dict[str, object]]) -> bytes:
    table = pd.DataFrame(rows, columns=["title", "text", "similarity"])
    table["share"] = (table["similarity"] / table["similarity"].sum()).round(3)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("answers")
        sheet.write_row(0, 0, table.columns, book.add_format({"bold": True}))
        for number, row in enumerate(table.itertuples(index=False), start=1):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()
