"""docs/recipes: their files, and what footprint finds in them; `python -m tests.support.recipe_pages` writes that."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from footprint.model.audit import Audit
from footprint.units import size
from tests.cases.case import Case, Lib, audit_of, lib, libs

FOLDER = Path(__file__).parents[2] / "docs" / "recipes"
RECIPES = tuple(sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README"))
BEGIN, END = "<!-- found: begin -->\n", "<!-- found: end -->"

_FILE = re.compile(r"^`([\w-]*\.[\w.-]+|Procfile|Dockerfile)`[^`\n]*:\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BASE: Mapping[str, str] = {
    "requirements.txt": "fastapi\nuvicorn\n", "main.py": "from fastapi import FastAPI\n\napp = FastAPI()\n",
}  # fmt: skip
_OWN_REQUIREMENTS = frozenset({"uv", "poetry"})
_MORE: Mapping[str, Mapping[str, str]] = {
    "heroku": {"requirements.txt": "fastapi\nuvicorn\ngunicorn\n", "migrate.py": ""},
    "lambda": {"requirements.txt": "fastapi\nmangum\n"},
    "poetry": {"poetry.lock": "package = []\n"},
}


def _server(name: str) -> Lib:
    return lib(f"{name}/__init__.py", entry_points=f"[console_scripts]\n{name} = {name}:main\n")


_SITE = {"uvicorn": _server("uvicorn"), "gunicorn": _server("gunicorn"), **libs("fastapi mangum pytest")}


def read(name: str) -> str:
    """Return the text of a recipe."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def files_of(text: str) -> dict[str, str]:
    """Return the files of a recipe: a path in code, a colon, and a block."""
    return {match[1]: match[2] for match in _FILE.finditer(text)}


def project_of(name: str) -> dict[str, str]:
    """Return all files of the project that a recipe is about."""
    base = {path: text for path, text in _BASE.items() if path == "main.py" or name not in _OWN_REQUIREMENTS}
    return base | dict(_MORE.get(name, {})) | files_of(read(name))


def audit(name: str) -> Audit:
    """Return what an audit without a start says of the recipe's project."""
    with tempfile.TemporaryDirectory() as folder:
        return audit_of(Path(folder), Case(project_of(name), site=_SITE))


def found(audited: Audit) -> str:
    """Return the table of what was found."""
    limit = audited.limit
    rows = [
        f"| `{entry.command or entry.target}` | {entry.source} | {_workers(entry.serving)} |"
        for entry in audited.entries
    ]
    bounds = [] if limit is None else [("memory", limit.memory_bytes), ("code", limit.disk_bytes)]
    told = [f"{size(count)} of {what}" for what, count in bounds if count is not None]
    words = f"{' and '.join(told)} ({_stated(limit.source)})" if limit is not None else "none is stated in these files"
    head = ["What footprint finds in it:", "", "| start | stands in | workers |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, "", f"The limit: {words}.", ""])


def _stated(source: str) -> str:
    return "`[tool.footprint]`" if source == "--limit" else source  # the only place of a recipe that gives one


def _workers(serving: object) -> str:
    return str(getattr(serving, "workers", None) or "-")


def renewed(name: str) -> str:
    """Return the text of a recipe with what is found now."""
    text = read(name)
    if BEGIN not in text:
        return text
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}{found(audit(name))}{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    for each in RECIPES:
        (FOLDER / f"{each}.md").write_text(renewed(each), encoding="utf-8")
