"""What the project asks not to be told, and requests that silence nothing."""

from collections.abc import Mapping

from tests.cases.case import Case, cases_of, code, lib, libs

SITE = libs("a b c")


def app(text: str, *lines: str, ignore: str = "", **files: str) -> dict[str, str]:
    pyproject = {"pyproject.toml": f"[tool.footprint]\nignore = {ignore}\n"} if ignore else {}
    return {**code(text, *lines, Procfile="web: python main.py\n"), **pyproject, **files}


ignoring = cases_of(app)


STALE = "FP902 * pyproject.toml:2"
DEAD = {"dead.py": "import b\n"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "settings": {
        "a name": ignoring(
            "import a", {"b": "unused"}, declares="a b", ignore='{FP101 = ["b"]}',
            suppressed=("FP101 b requirements.txt:2",)),
        "an undeclared import by its import name": ignoring(
            "import a\nimport b", {"b": "startup main.py:2"}, declares="a", ignore='{FP105 = ["b"]}',
            suppressed=("FP105 b main.py:2",)),
        "one of two codes": ignoring(
            "import c", {"a": "unused", "b": "unused"}, ignore='{FP105 = ["c"]}',
            findings=("FP101 a requirements.txt:1", "FP101 b requirements.txt:2"), suppressed=("FP105 c main.py:1",)),
        "noop: stale, the name is used": ignoring(
            "import a", {"a": "startup main.py:1"}, ignore='{FP105 = ["a"]}', findings=(STALE,)),
        "noop: another name": ignoring(
            "import a\nimport b", {"b": "startup main.py:2"}, declares="a", ignore='{FP105 = ["c"]}',
            findings=("FP105 b main.py:2", STALE)),
        "noop: not stale while it cannot be told": ignoring(
            "import a", {"b": "implied cannot-tell a/__init__.py:2"},
            {"a": lib(a____init__="def f():\n    import b\n"), **libs("b")}, declares="a b", ignore='{FP101 = ["b"]}'),
    },
    "what a name in a file leaves open": {
        "noop: not stale, it may be unused": ignoring(
            "import a\nstart('b')", {"b": "implied cannot-tell main.py:2"}, declares="a b", ignore='{FP101 = ["b"]}'),
        "noop: not stale, it may be unreached": ignoring(
            "import a\nstart('b')", {"b": "implied cannot-tell main.py:2"}, declares="a b", ignore='{FP102 = ["b"]}',
            **DEAD),
        "noop: not stale, tests may use it": ignoring(
            "import a", {"b": "tests cannot-tell"}, declares="a b", ignore='{FP101 = ["b"]}',
            **{"tests/test_a.py": "start('b')\n"}),
        "stale, it is used": ignoring(
            "import a\nimport b", {"b": "startup"}, declares="a b", ignore='{FP101 = ["b"]}', findings=(STALE,)),
    },
    "comments": {
        "beside an import": ignoring(
            "import a\nimport b  # footprint: ignore[FP105]", {"b": "startup main.py:2"}, declares="a",
            suppressed=("FP105 b main.py:2",)),
        "beside a requirement": Case(
            app("import a", "a", "b  # footprint: ignore[FP101]"), {"b": "unused"},
            suppressed=("FP101 b requirements.txt:2",),
        ),
        "noop: one of two places": ignoring(
            "import a\nimport b  # footprint: ignore[FP105]\nimport mine", {"b": "startup"}, declares="a",
            **{"mine.py": "import b\n"}, findings=("FP105 b main.py:2",)),
        "noop: stale, nothing to silence": ignoring(
            "import a  # footprint: ignore[FP105]", {"a": "startup main.py:1"}, findings=("FP902 * main.py:1",)),
    },
    "needed": {
        "beside a requirement": Case(
            app("import a", "a", "b  # footprint: needed: the plugin host loads it"),
            {"b": "implied certain requirements.txt:2"}, says={"b": "the plugin host loads it"},
        ),
        "without a reason": Case(
            app("import a", "a", "b # footprint: needed"), {"b": "implied certain requirements.txt:2"},
        ),
        "in pyproject.toml": Case(
            {**app("import a"), "pyproject.toml": "[project]\nname='x'\nversion='1'\ndependencies=[\n  'a',\n"
             "  'b',  # footprint: needed: by a plugin\n]\n"}, {"b": "implied certain pyproject.toml:6"},
        ),
        "in a group of a Pipfile": ignoring(
            "import a", {"b": "implied certain Pipfile:3"}, declares=None,
            files={"Pipfile": "[packages]\na = '*'\nb = '*'  # footprint: needed: by a plugin\n"}),
        "instead of unreached": Case(
            app("import a", "a", "b  # footprint: needed: by hand", **DEAD), {"b": "implied certain"},
        ),
        "what a name in a file leaves open": Case(
            app("import a\nstart('b')", "a", "b  # footprint: needed: it starts it"), {"b": "implied certain"},
        ),
        "esphome: in plain words, above": Case(
            app("import a", "a", "# esp-idf >= 5.0 requires this", "b"), {"b": "unused cannot-tell"}, removes={},
            says={"b": 'requirements.txt:2 says what it is for: "esp-idf >= 5.0 requires this"'},
        ),
        "octoprint: in plain words, beside": Case(
            {**app("import a"), "setup.py": "from setuptools import setup\nNEEDS = [\n    'a',\n"
             "    'b',  # some plugins might still depend on it\n]\nsetup(name='x', install_requires=NEEDS)\n"},
            {"b": "unused cannot-tell"}, says={"b": "setup.py:4 says what it is for"}, removes={},
        ),
        "noop: esphome: a title": Case(
            app("import a", "a", "# Required dependencies", "b"), {"b": "unused likely"}, removes={"b": "b 3"},
        ),
        "noop: beside another line": Case(
            app("import a", "a", "c  # footprint: needed", "b"), {"b": "unused", "c": "implied certain"},
        ),
        "noop: stale, it is imported": Case(
            app("import a", "a  # footprint: needed: so we thought"), {"a": "startup main.py:1"},
            findings=("FP902 a requirements.txt:1",),
        ),
        "noop: stale, beside no line": Case(
            app("import a", "a", "# footprint: needed: b"), {"a": "startup"},
            findings=("FP902 * requirements.txt:2",),
        ),
        "noop: beside an import": ignoring(
            "import a\nimport dead  # footprint: needed", {"b": "unused"}, declares="a b", **{"dead.py": ""}),
    },
}  # fmt: skip
