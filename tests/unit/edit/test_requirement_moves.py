"""Lines of production move to the group for development of their file, or to a file of their own."""

from pathlib import Path

import pytest

from footprint.edit.requirement_files.file_edit import edit_lines, move_lines
from footprint.edit.requirement_files.line_changes import DropExtras, LeaveOut, LineChange, MoveToDevelopment, WhyLeft
from tests.unit.edit.test_requirement_removals import declared, sides

# path -> what moves -> the difference
MOVED: dict[str, tuple[str, str, str]] = {
    "to a group that is there": ("pyproject.toml", "pytest", """\
         [project]
         dependencies = [
             "flask",
        -    'pytest>=8', # tests
         ]
         [dependency-groups]
         dev = [
             "ruff",  # lint
        +    'pytest>=8',
         ]
    """),
    "to a group whose last item has no comma": ("pyproject.toml", "pytest", """\
         [dependency-groups]
         dev = [
           "mypy",
        -  "ruff" # lint
        +  "ruff", # lint
        +  "pytest"
         ]
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
    """),
    "to a group in one line": ("pyproject.toml", "pytest", """\
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
         [dependency-groups]
        -dev = ["ruff"]
        +dev = ["ruff", "pytest"]
    """),
    "to a group in one line with a comma": ("pyproject.toml", "pytest", """\
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
         [dependency-groups]
        -dev = ["ruff",]
        +dev = ["ruff", "pytest",]
    """),
    "to an empty group": ("pyproject.toml", "pytest", """\
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
         [dependency-groups]
        -dev = []
        +dev = ["pytest"]
    """),
    "to a group beside others": ("pyproject.toml", "pytest", """\
         [dependency-groups]
         docs = [
           "sphinx",
         ]
        +dev = ["pytest"]

         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
    """),
    "to a group of its own, with where it comes from": ("pyproject.toml", "pytest", """\
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
         [tool.uv.sources]
         pytest = { index = "x" }
        +
        +[dependency-groups]
        +dev = ["pytest"]
    """),
    "to uv's own array": ("pyproject.toml", "pytest", """\
         [project]
        -dependencies = ["flask", "pytest"]
        +dependencies = ["flask"]
         [tool.uv]
        -dev-dependencies = ["ruff"]
        +dev-dependencies = ["ruff", "pytest"]
    """),
    "to Poetry's group": ("pyproject.toml", "pytest", """\
         [tool.poetry.dependencies]
         python = "^3.9"
        -pytest = { version = "*" }  # tests
         [tool.poetry.group.dev.dependencies]
         ruff = "*"
        +pytest = { version = "*" }

         [tool.x]
    """),
    "to Poetry's group, which is made": ("pyproject.toml", "pytest", """\
         [tool.poetry.dependencies]
         python = "^3.9"
        -pytest = "*"
        +
        +[tool.poetry.group.dev.dependencies]
        +pytest = "*"
    """),
    "to Poetry's old table": ("pyproject.toml", "pytest", """\
         [tool.poetry.dev-dependencies]
         ruff = "*"
        +pytest = "*"
         [tool.poetry.dependencies]
        -pytest = "*"
    """),
    "to Pipenv's table": ("Pipfile", "pytest", """\
         [packages]
        -pytest = "*"
         flask = "*"
         [dev-packages]
         ruff = "*"
        +pytest = "*"
    """),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("path", "name", "difference"), MOVED.values(), ids=MOVED)
def test_a_line_moves(tmp_path: Path, path: str, name: str, difference: str, newline: str) -> None:
    before, after = (text.replace("\n", newline).encode() for text in sides(difference))
    lines = [line for line in declared(tmp_path / "a", path, before) if line.name == name]
    edited = edit_lines(path, before, [MoveToDevelopment(line.name, line.line) for line in lines])
    assert edited.left == ()
    assert edited.content.decode() == after.decode()
    (there,) = (line for line in declared(tmp_path / "b", path, after) if line.name == name)
    assert (there.group, there.specifier) == ("dev", lines[0].specifier)


STAYS = {
    "nowhere to go": ("setup.cfg", 2, "[options]\ninstall_requires = a\n"),
    "conda has no groups": ("environment.yml", 2, "dependencies:\n- a\n"),
    "pixi's features are not chosen here": ("pixi.toml", 2, "[dependencies]\na = '*'\n"),
    "a script has no groups": ("tool.py", 2, "# /// script\n# dependencies = ['a']\n# ///\n"),
    "a table of its own": ("pyproject.toml", 1, "[tool.poetry.dependencies.a]\nversion = '*'\n"),
    "there already": (
        "Pipfile",
        2,
        "[packages]\na = '*'\n[dev-packages]\na = '*'\n",
    ),
    "groups in one line": ("pyproject.toml", 3, "dependency-groups = {}\n[project]\ndependencies = ['a']\n"),
}


@pytest.mark.parametrize(("path", "line", "text"), STAYS.values(), ids=STAYS)
def test_what_has_no_place_to_go_stays(path: str, line: int, text: str) -> None:
    edited = edit_lines(path, text.encode(), [MoveToDevelopment("a", line)])
    assert edited.content == text.encode()
    assert [each.why for each in edited.left] == [WhyLeft.NO_GROUP]


def test_lines_move_to_the_file_for_development() -> None:
    before = b"flask==3\r\npytest==8 \\\r\n    --hash=sha256:a\r\n    # via x\r\nruff  # lint\r\n"
    asked = [MoveToDevelopment("pytest", 2), MoveToDevelopment("ruff", 5), MoveToDevelopment("mypy", 5)]
    moved = move_lines("requirements.txt", before, asked, b"-r requirements.txt\nmypy")
    assert moved.content == b"flask==3\r\n"
    assert moved.other == b"-r requirements.txt\nmypy\npytest==8 \\\n    --hash=sha256:a\nruff  # lint\n"
    assert [(each.change, each.why) for each in moved.left] == [(asked[2], WhyLeft.NOT_THERE)]
    other = move_lines("requirements.txt", b"ruff\n", [MoveToDevelopment("ruff", 1)], b"mypy\r\nx")
    assert other.other == b"mypy\r\nx\r\nruff\r\n"
    new = move_lines("requirements/base.in", b"flask\nruff", [MoveToDevelopment("ruff", 2)], None)
    assert (new.content, new.other) == (b"flask\n", b"-r base.in\nruff\n")
    both: list[LineChange] = [LeaveOut("x", 1), MoveToDevelopment("ruff", 3), DropExtras("web", 2, frozenset({"fast"}))]
    mixed = move_lines("requirements.txt", b"\xef\xbb\xbfx\nweb[fast] # ?\nruff\ny", both, b"\xef\xbb\xbf")
    assert (mixed.content, mixed.other) == (b"\xef\xbb\xbfweb # ?\ny", b"\xef\xbb\xbfruff\n")
    nothing = move_lines("requirements.txt", b"flask\n", [MoveToDevelopment("ruff", 1)], None)
    assert (nothing.content, nothing.other) == (b"flask\n", None)
