"""What the project asks not to be told, and requests that silence nothing."""

from __future__ import annotations

from collections.abc import Mapping

from tests.cases.case import Case, code, lib, libs

SITE = libs("a b c")


def app(text: str, *lines: str, ignore: str = "", **files: str) -> dict[str, str]:
    pyproject = {"pyproject.toml": f"[tool.footprint]\nignore = {ignore}\n"} if ignore else {}
    return {**code(text, *lines, Procfile="web: python main.py\n"), **pyproject, **files}


STALE = "FP902 * pyproject.toml:2"
DEAD = {"dead.py": "import b\n"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "settings": {
        "a name": Case(
            app("import a", "a", "b", ignore='{FP101 = ["b"]}'), {"b": "unused"}, SITE,
            suppressed=("FP101 b requirements.txt:2",),
        ),
        "a pattern": Case(
            app("import a", "a", "b", ignore='{FP101 = ["*"]}'), {"b": "unused"}, SITE,
            suppressed=("FP101 b requirements.txt:2",),
        ),
        "an undeclared import by its import name": Case(
            app("import a\nimport b", "a", ignore='{FP105 = ["b"]}'), {"b": "startup main.py:2"}, SITE,
            suppressed=("FP105 b main.py:2",),
        ),
        "one of two codes": Case(
            app("import c", "a", "b", ignore='{FP105 = ["c"]}'), {"a": "unused", "b": "unused"}, SITE,
            findings=("FP101 a requirements.txt:1", "FP101 b requirements.txt:2"), suppressed=("FP105 c main.py:1",),
        ),
        "by class": Case(
            app("import a", "a", "b", ignore='{unused = ["b"]}'), {"b": "unused"}, SITE,
            suppressed=("FP101 b requirements.txt:2",),
        ),
        "noop: stale, the name is used": Case(
            app("import a", "a", ignore='{FP105 = ["a"]}'), {"a": "startup main.py:1"}, SITE, findings=(STALE,),
        ),
        "noop: another name": Case(
            app("import a\nimport b", "a", ignore='{FP105 = ["c"]}'), {"b": "startup main.py:2"}, SITE,
            findings=("FP105 b main.py:2", STALE),
        ),
        "noop: another code": Case(
            app("import a\nimport b", "a", ignore='{FP106 = ["b"]}'), {"b": "startup main.py:2"}, SITE,
            findings=("FP105 b main.py:2", STALE),
        ),
        "noop: not stale while it cannot be told": Case(
            app("import a", "a", "b", ignore='{FP101 = ["b"]}'), {"b": "implied cannot-tell a/__init__.py:2"},
            {"a": lib(a____init__="def f():\n    import b\n"), **libs("b")},
        ),
    },
    "comments": {
        "beside an import": Case(
            app("import a\nimport b  # footprint: ignore[FP105]", "a"), {"b": "startup main.py:2"}, SITE,
            suppressed=("FP105 b main.py:2",),
        ),
        "without a code": Case(
            app("import a\nimport b  # footprint: ignore", "a"), {}, SITE, suppressed=("FP105 b main.py:2",),
        ),
        "beside a requirement": Case(
            app("import a", "a", "b  # footprint: ignore[FP101]"), {"b": "unused"}, SITE,
            suppressed=("FP101 b requirements.txt:2",),
        ),
        "beside an import over lines": Case(
            app("import a\nfrom b import (\n    x,\n)  # footprint: ignore[FP105]", "a"), {}, SITE,
            suppressed=("FP105 b main.py:2",),
        ),
        "noop: one of two places": Case(
            app("import a\nimport b  # footprint: ignore[FP105]\nimport mine", "a", **{"mine.py": "import b\n"}),
            {"b": "startup"}, SITE, findings=("FP105 b main.py:2",),
        ),
        "noop: in a string": Case(
            app("import a\nimport b; x = '# footprint: ignore'", "a"), {}, SITE, findings=("FP105 b main.py:2",),
        ),
        "noop: stale, nothing to silence": Case(
            app("import a  # footprint: ignore[FP105]", "a"), {"a": "startup main.py:1"}, SITE,
            findings=("FP902 * main.py:1",),
        ),
        "noop: no code of ours": Case(
            app("import a\nimport b  # footprint: ignore[E501]", "a"), {}, SITE,
            findings=("FP105 b main.py:2", "FP902 * main.py:2"),
        ),
        "noop: noqa of another tool": Case(
            app("import a\nimport b  # noqa: F401", "a"), {}, SITE, findings=("FP105 b main.py:2",),
        ),
    },
}  # fmt: skip
