"""Lines go out of requirement files of every dialect, and nothing else changes by a byte.

Each case is a difference: lines that begin with `-` are those of the file before, with `+` of the file afterwards.
"""

import random
import textwrap
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.edit.requirement_files.file_edit import EditedLines, edit_lines
from footprint.edit.requirement_files.line_changes import DropExtras, LeaveOut, LineChange, WhyLeft
from footprint.model.requirements import DeclaredRequirement
from tests.support.work import count_calls

# path -> for what goes, or `name[extra]` for what asks for less -> the difference
REMOVED: dict[str, tuple[str, str, str]] = {
    "a line": ("requirements.txt", "pandas", """\
        # web
         flask==3.0
        -pandas==2.3  # frames
         numpy>=1
    """),
    "spelled otherwise, with blanks and extras": ("requirements.txt", "typing-extensions", """\
        a
        -  Typing.Extensions [x, y]  >= 4 ; python_version < "3.13"
         b
    """),
    "a comment above stays": ("requirements.txt", "pandas", """\
        a
        # frames
        -pandas
        # more
         b
    """),
    "the last one": ("requirements.txt", "pandas", """\
        a
        -pandas
    """),
    "the only one": ("requirements.txt", "pandas", """\
        -pandas
    """),
    "twice, under markers": ("requirements.txt", "pandas", """\
        -pandas==1; python_version < "3.9"
         a
        -pandas==2; python_version >= "3.9"
    """),
    "with its hashes": ("requirements.txt", "pandas", """\
         flask==3.0 \\
             --hash=sha256:aa
        -pandas==2.3 \\
        -    --hash=sha256:bb \\
        -    --hash=sha256:cc
         numpy==1 \\
             --hash=sha256:dd
    """),
    "continued, with a comment at its end": ("requirements.txt", "pandas", """\
         a
        -pandas \\
        -  >=1,\\
        -  <2  # both
         b
    """),
    "what pip-compile wrote below": ("requirements.txt", "six", """\
         flask==3.0
             # via -r requirements.src
        -six==1.16
        -    # via
        -    #   -r requirements.src
        -    #   python-dateutil
        -    # from https://pypi.org/simple
         werkzeug==3
             # via flask
    """),
    "what pip-compile wrote below, with hashes": ("requirements.txt", "six", """\
        -six==1.16 \\
        -    --hash=sha256:aa
        -    # via python-dateutil
         werkzeug==3
             # via flask
        # The following packages are considered to be unsafe in a requirements file:
         setuptools==69
    """),
    "a comment below that is nobody's annotation": ("requirements.txt", "six", """\
        -six==1.16
             # pinned for reasons
         werkzeug==3
    """),
    "a repository": ("requirements.txt", "thing", """\
         a
        -git+https://github.com/x/thing.git@main#egg=thing
         b
    """),
    "an editable repository": ("requirements.txt", "thing", """\
         -e .
        --e git+https://github.com/x/y.git@main#egg=Thing&subdirectory=z
         b
    """),
    "a named address": ("requirements.txt", "thing", """\
         a
        -thing @ https://x.org/thing-1.0.zip ; sys_platform == "linux"
         b
    """),
    "an archive": ("requirements.txt", "my-thing", """\
         a
        -https://x.org/my_thing-1.0-py3-none-any.whl
         b
    """),
    "options stay": ("requirements.txt", "pandas", """\
         --index-url https://x.org/simple
         --no-binary pandas
         -c constraints.txt
        -pandas --no-binary=:all:
         --find-links wheels
    """),
    "a name inside another": ("requirements.txt", "pandas", """\
         pandas-stubs
        -pandas
         geo-pandas
         pandas2
    """),
    "project, a line of an array": ("pyproject.toml", "pandas", """\
         [project]
         name = "x"
         dependencies = [
             # frames
        -    "pandas>=2",  # why
             "numpy", # arrays
         ]
    """),
    "project, the last of an array without a comma": ("pyproject.toml", "pandas", """\
         [project]
         dependencies = [
           'numpy',
        -  'pandas>=2'
         ]
    """),
    "project, all of an array": ("pyproject.toml", "pandas", """\
         [project]
        -dependencies = [
        -    "pandas>=2",
        -]
        +dependencies = []
         name = "x"
    """),
    "project, all of an array but a comment": ("pyproject.toml", "pandas", """\
         [project]
         dependencies = [
             # none yet
        -    "pandas>=2",
         ]
    """),
    "project, one line, first": ("pyproject.toml", "pandas", """\
         [project]
        -dependencies = ["pandas>=2", "numpy", 'flask']
        +dependencies = ["numpy", 'flask']
    """),
    "project, one line, middle": ("pyproject.toml", "numpy", """\
         [project]
        -dependencies = [ "pandas>=2", "numpy", 'flask' ]  # three
        +dependencies = [ "pandas>=2", 'flask' ]  # three
    """),
    "project, one line, last": ("pyproject.toml", "flask", """\
         [project]
        -dependencies = [ "pandas>=2", "numpy",'flask' ]
        +dependencies = [ "pandas>=2", "numpy" ]
    """),
    "project, one line, last with a comma": ("pyproject.toml", "flask", """\
         [project]
        -dependencies = ["pandas>=2", "flask",]
        +dependencies = ["pandas>=2",]
    """),
    "project, one line, the only one": ("pyproject.toml", "flask", """\
         [project]
        -dependencies = [ "flask" ]
        +dependencies = []
    """),
    "project, two on a line of several": ("pyproject.toml", "numpy", """\
         [project]
         dependencies = [
        -    "pandas>=2", "numpy",
        +    "pandas>=2",
             "flask",
         ]
    """),
    "project, beside the bracket": ("pyproject.toml", "pandas", """\
         [project]
        -dependencies = ["pandas>=2",
        +dependencies = [
             "flask"]
    """),
    "project, commas first": ("pyproject.toml", "flask", """\
         [project]
         dependencies = [
             "pandas>=2"
        -  , "flask"
        -  , "numpy"
        +  , "numpy"
         ]
    """),
    "project, commas first, the last": ("pyproject.toml", "flask", """\
         [project]
         dependencies = [
             "pandas>=2" # frames
             # web
        -  , "flask" # why
         ]
    """),
    "project, twice on one line": ("pyproject.toml", "flask", """\
         [project]
        -dependencies = ["flask<3; python_version<'3.9'", "numpy", "flask; python_version>='3.9'"]
        +dependencies = ["numpy"]
    """),
    "project, in two groups": ("pyproject.toml", "flask", """\
         [project]
         dependencies = [
        -    "flask",
             "numpy",
         ]
         [project.optional-dependencies]
         web = [
        -    "flask[async]",
             "gunicorn",
         ]
    """),
    "an extra of the same name": ("pyproject.toml", "redis", """\
         [project.optional-dependencies]
        -redis = ["redis>=4"]
        +redis = []
         all = ["x[redis]"]
    """),
    "dependency groups": ("pyproject.toml", "pytest", """\
         [dependency-groups]
         lint = ["ruff"]
        -test = ["pytest", {include-group = "lint"}]
        +test = [{include-group = "lint"}]
    """),
    "strings of several lines": ("pyproject.toml", "flask", '''\
         [project]
         description = """
         dependencies = ["flask"]
         """
         dependencies = [
        -    """\\
        -    flask>=2""",
             "numpy",
         ]
    '''),
    "brackets and quotes in strings and comments": ("pyproject.toml", "flask", """\
         [project]
         dependencies = [ # ["flask"]
             'a; python_version < "3.9"', # "]"
        -    "flask[async] ; python_version < '3.9' and extra == \\"x\\"", # ],
             "uvicorn[standard]",
         ]
    """),
    "dotted keys": ("pyproject.toml", "flask", """\
        -project.dependencies = ["flask", "numpy"]
        +project.dependencies = ["numpy"]
         project.name = "x"
    """),
    "tables in any order, one array of tables": ("pyproject.toml", "flask", """\
         [tool.uv]
         dev-dependencies = ["a"]
         [[tool.uv.index]]
         name = "flask"
         [dependency-groups]
         [project]
        -dependencies = ["flask"]
        +dependencies = []
         [[tool.uv.index]]
         name = "flask2"
    """),
    "Poetry": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
         python = "^3.9"
        -pandas = "^2"  # frames
         numpy = "*"

         [tool.poetry.group.dev.dependencies]
         pandas-stubs = "*"
    """),
    "Poetry, a table in a line, with the extra that names it": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
         python = "^3.9"
        -pandas = { version = "^2", extras = ["excel"], optional = true }
         numpy = {version = "*", optional = true}

         [tool.poetry.extras]
        -frames = ["pandas", "numpy"]
        +frames = ["numpy"]
    """),
    "Poetry, a table of its own": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
         python = "^3.9"

        -[tool.poetry.dependencies.pandas]
        -version = "^2"
        -# excel files
        -extras = [
        -  "excel",
        -]
        -
         # web
         [tool.poetry.dependencies.flask]
         version = "*"
    """),
    "Poetry, conditions in tables of their own": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
         python = "^3.9"
        -[[tool.poetry.dependencies.pandas]]
        -version = "<2"
        -
        -[[tool.poetry.dependencies.pandas]]
        -version = ">=2"

         [tool.x]
    """),
    "Poetry, dotted": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
        -pandas.version = "^2"
        -pandas.extras = ["excel"]
         python = "^3.9"
    """),
    "Poetry, conditions": ("pyproject.toml", "pandas", """\
         [tool.poetry.dependencies]
        -pandas = [
        -    {version = "<2", python = "<3.9"},
        -    {version = ">=2", python = ">=3.9"},
        -]
         python = "^3.9"
    """),
    "Poetry, all in one line": ("pyproject.toml", "pandas", """\
         [tool.poetry]
        -dependencies = { python = "^3.9", pandas = "^2" }
        +dependencies = { python = "^3.9" }
    """),
    "Poetry, all in one line, first": ("pyproject.toml", "pandas", """\
         [tool.poetry]
        -dependencies = { pandas = "^2", python = "^3.9" }
        +dependencies = { python = "^3.9" }
    """),
    "Poetry, development": ("pyproject.toml", "pytest", """\
         [tool.poetry.dependencies]
         python = "^3.9"
         [tool.poetry.dev-dependencies]
        -pytest = "*"
         [tool.poetry.group.dev.dependencies]
        -pytest = { version = "*" }
    """),
    "Poetry beside a project": ("pyproject.toml", "pandas", """\
         [project]
         dependencies = [
        -    "pandas (>=2)",
             "numpy",
         ]
         [tool.poetry.dependencies]
        -pandas = { source = "private" }
         numpy = { source = "private" }
    """),
    "uv, with where it comes from": ("pyproject.toml", "torch", """\
         [project]
         dependencies = [
        -    "torch",
             "numpy",
         ]

         [tool.uv.sources]
        -torch = [
        -    { index = "cpu", marker = "sys_platform == 'linux'" },
        -]
         numpy = { index = "cpu" }
    """),
    "uv, what another group still asks for": ("pyproject.toml", "torch[gpu]", """\
         [project]
        -dependencies = ["torch[gpu]"]
        +dependencies = ["torch"]
         [dependency-groups]
         dev = ["torch"]
         [tool.uv.sources]
         torch = { index = "cpu" }
    """),
    "uv, development": ("pyproject.toml", "ruff", """\
         [tool.uv]
        -dev-dependencies = ["ruff", "mypy"]
        +dev-dependencies = ["mypy"]
    """),
    "PDM": ("pyproject.toml", "thing", """\
         [tool.pdm.dev-dependencies]
         test = [
             "pytest",
        -    "-e git+https://github.com/x/thing.git#egg=thing",
         ]
    """),
    "Hatch": ("pyproject.toml", "mkdocs", """\
         [tool.hatch.envs.docs]
         dependencies = [
        -  "mkdocs",
           "x",
         ]
    """),
    "Hatch, a file of its own": ("hatch.toml", "mkdocs", """\
         [envs.docs]
        -extra-dependencies = ["mkdocs"]
        +extra-dependencies = []
    """),
    "Flit": ("pyproject.toml", "flask", """\
         [tool.flit.metadata]
         module = "x"
        -requires = ["flask", "numpy"]
        +requires = ["numpy"]
    """),
    "setuptools": ("pyproject.toml", "flask", """\
         [project]
         dynamic = ["dependencies"]
         [tool.setuptools.dynamic]
        -dependencies = ["flask", "numpy"]
        +dependencies = ["numpy"]
    """),
    "Pipfile": ("Pipfile", "pandas", """\
         [[source]]
         name = "pypi"
         [packages]
        -pandas = {version = "==2", extras = ["excel"]}
         "numpy" = "*"
         [dev-packages]
         pytest = "*"
    """),
    "Pipfile, quoted and spelled otherwise": ("Pipfile", "my-thing", """\
         [packages]
        -"My_Thing" = "*"
         numpy = "*"
    """),
    "pixi": ("pixi.toml", "torch", """\
         [dependencies]
        -pytorch = ">=2"
         numpy = "*"
         [pypi-dependencies]
         flask = "*"
    """),
    "pixi, a platform of a feature": ("pyproject.toml", "flask", """\
         [tool.pixi.feature.web.target.linux-64.pypi-dependencies]
        -flask = { version = "*", extras = ["async"] }
         gunicorn = "*"
    """),
    "setup.cfg": ("setup.cfg", "pandas", """\
         [metadata]
         name = x
         [options]
         install_requires =
             numpy
        -    pandas>=2 ; python_version > "3"  # frames
             # web
        \tflask
         python_requires = >=3.9
    """),
    "setup.cfg, all": ("setup.cfg", "pandas", """\
         [options]
         install_requires =
        -    pandas
         [options.extras_require]
         x = y
    """),
    "setup.cfg, a line": ("setup.cfg", "pandas", """\
         [options]
        -install_requires = numpy; pandas>=2; flask
        +install_requires = numpy; flask
    """),
    "setup.cfg, the end of a line": ("setup.cfg", "flask", """\
         [options.extras_require]
        -web = numpy; flask
        +web = numpy
    """),
    "setup.cfg, the only one of a line": ("setup.cfg", "flask", """\
         [options.extras_require]
        -web: flask
        +web:
         x = y
    """),
    "environment.yml": ("environment.yml", "pandas", """\
         name: x
         channels: [conda-forge]
         dependencies:
           - python=3.11
           # frames
        -  - conda-forge::pandas=2.*  # why
           - numpy
           - pip:
             - flask
         variables: {A: b}
    """),
    "environment.yml, called otherwise by conda": ("environment.yml", "torch", """\
         dependencies:
        -- pytorch=2
         - numpy
    """),
    "environment.yml, for pip": ("environment.yml", "flask", """\
         dependencies:
           - numpy
           - pip
           - pip:
        -      - "flask==3 ; python_version > '3'"
               - -r requirements.txt
    """),
    "environment.yml, all for pip": ("environment.yml", "flask", """\
         dependencies:
           - numpy
        -  - pip:
        -      - flask
         name: x
    """),
    "environment.yml, the last one": ("environment.yml", "flask", """\
         dependencies:
           - numpy
        -  - flask
    """),
    "a script": ("tool.py", "rich", """\
         #!/usr/bin/env python
         # /// script
         # requires-python = ">=3.9"
         # dependencies = [
        -#   "rich",  # looks
         #   "httpx",
         # ]
         #
         # [tool.uv.sources]
        -# rich = { index = "x" }
         # ///
         import rich
    """),
    "a script, all of it": ("tool.py", "rich", """\
         # /// script
        -# dependencies = [
        -#   "rich",
        -# ]
        +# dependencies = []
         # ///
    """),
    "a script, in one line": ("tool.py", "rich", """\
         # /// script
        -# dependencies = ["rich<13", "httpx"]
        +# dependencies = ["httpx"]
         # ///
    """),
    "an extra of a line": ("requirements.txt", "uvicorn[standard]", """\
        -uvicorn[standard]==0.35 \\
        +uvicorn==0.35 \\
             --hash=sha256:aa
    """),
    "one extra of several": ("requirements.txt", "thing[b-x]", """\
        -thing [ a, B_x ,c ] >= 1  # [b]
        +thing [ a,c ] >= 1  # [b]
    """),
    "an extra of a repository": ("requirements.txt", "thing[b]", """\
        -git+https://x.org/y.git#egg=thing[b]
        +git+https://x.org/y.git#egg=thing
    """),
    "an extra in an array": ("pyproject.toml", "uvicorn[standard]", """\
         [project]
        -dependencies = ["a[standard]", 'uvicorn[standard]>=0.3', "b"]
        +dependencies = ["a[standard]", 'uvicorn>=0.3', "b"]
    """),
    "an extra of Poetry": ("pyproject.toml", "uvicorn[standard]", """\
         [tool.poetry.dependencies]
        -uvicorn = { extras = ["standard"], version = "*" }
        +uvicorn = { extras = [], version = "*" }
    """),
    "one extra of several of Pipenv": ("Pipfile", "uvicorn[standard]", """\
         [packages.uvicorn]
        -extras = ["standard", "x"]
        +extras = ["x"]
         version = "*"
    """),
    "an extra of setup.cfg": ("setup.cfg", "uvicorn[standard]", """\
         [options]
         install_requires =
        -    uvicorn[standard]>=0.3
        +    uvicorn>=0.3
    """),
    "an extra for pip in environment.yml": ("environment.yml", "uvicorn[standard]", """\
         dependencies:
         - pip:
        -  - 'uvicorn[standard]>=0.3'
        +  - 'uvicorn>=0.3'
    """),
    "an extra of a script": ("tool.py", "uvicorn[standard]", """\
         # /// script
        -# dependencies = ["uvicorn[standard]", "x"]
        +# dependencies = ["uvicorn", "x"]
         # ///
    """),
}  # fmt: skip


def sides(difference: str) -> tuple[str, str]:
    """Return the text before and the text afterwards; a line without a sign is in both."""
    lines = textwrap.dedent(difference).splitlines(keepends=True)
    signed = [(line[0], line[1:]) if line[0] in " +-" else ("", line) for line in lines]
    return (
        "".join(line for sign, line in signed if sign != "+"),
        "".join(line for sign, line in signed if sign != "-"),
    )


def declared(folder: Path, path: str, content: bytes) -> list[DeclaredRequirement]:
    folder.mkdir(exist_ok=True)
    (folder / path).write_bytes(content)
    return [line for line in read_declared(folder).requirements if line.path == path]


def changes_of(asked: str, lines: Iterable[DeclaredRequirement]) -> list[LineChange]:
    name, _, extra = asked.rstrip("]").partition("[")
    mine = [line for line in lines if line.name == name]
    if extra:
        return [DropExtras(name, line.line, frozenset({extra})) for line in mine if extra in line.extras]
    return [LeaveOut(line.name, line.line) for line in mine]


def said(lines: Iterable[DeclaredRequirement]) -> list[tuple[str, str, str, str | None, str]]:
    return [(line.name, line.specifier, line.group, line.marker, ",".join(line.extras)) for line in lines]


VARIANTS = {
    "lf": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "no end": lambda text: f"{text}# done: \u00e9\U0001f40d\t".encode(),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize(("path", "asked", "difference"), REMOVED.values(), ids=REMOVED)
def test_lines_go_and_nothing_else(
    tmp_path: Path, path: str, asked: str, difference: str, variant: Callable[[str], bytes]
) -> None:
    before, after = map(variant, sides(difference))
    if path == "tool.py" and before.startswith(b"\xef"):
        return  # the first line is no header then
    lines = declared(tmp_path / "a", path, before)
    changes = changes_of(asked, lines)
    assert changes
    edited = edit_lines(path, before, changes)
    assert edited.left == ()
    assert edited.content.decode() == after.decode()
    if "[" not in asked:
        kept = [line for line in lines if line.name != asked]
        assert said(declared(tmp_path / "b", path, edited.content)) == said(kept)


def test_the_last_line_without_an_end_goes() -> None:
    for path, before, after in (
        ("requirements.txt", b"a\npandas", b"a\n"),
        ("requirements.txt", b"pandas", b""),
        ("setup.cfg", b"[options]\ninstall_requires =\n  a\n  pandas", b"[options]\ninstall_requires =\n  a\n"),
        ("environment.yml", b"dependencies:\n- a\n- pandas", b"dependencies:\n- a\n"),
        ("Pipfile", b"[packages]\na = '*'\npandas = '*'", b"[packages]\na = '*'\n"),
    ):
        assert edit_lines(path, before, [LeaveOut("pandas", before.count(b"\n") + 1)]).content == after


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "cp1252"])
def test_a_requirements_file_keeps_its_encoding(encoding: str) -> None:
    cookie = "# -*- coding: cp1252 -*-\r" if encoding == "cp1252" else "#\r"
    before = f"{cookie}a==1  # \u00e9\rpandas  # \u00e9\rb".encode(encoding)
    after = f"{cookie}a==1  # \u00e9\rb".encode(encoding)
    assert edit_lines("requirements.txt", before, [LeaveOut("pandas", 3)]).content == after


X = frozenset({"x"})
# path -> what goes, its line -> the text -> why it stays
LEFT: dict[str, tuple[str, LineChange, str, WhyLeft]] = {
    "another line by now": ("requirements.txt", LeaveOut("pandas", 2), "pandas\nnumpy\n", WhyLeft.NOT_THERE),
    "no such line": ("requirements.txt", LeaveOut("pandas", 9), "pandas\n", WhyLeft.NOT_THERE),
    "a comment": ("requirements.txt", LeaveOut("pandas", 1), "# pandas\n", WhyLeft.NOT_THERE),
    "an option": ("requirements.txt", LeaveOut("pandas", 1), "--no-binary pandas\n", WhyLeft.NOT_THERE),
    "no such extra": ("requirements.txt", DropExtras("a", 1, X), "a[y]\n", WhyLeft.NO_EXTRA),
    "extras on the next line": ("requirements.txt", DropExtras("a", 1, X), "a \\\n [x]\n", WhyLeft.NO_EXTRA),
    "a program": ("setup.py", LeaveOut("a", 1), "setup(install_requires=['a'])\n", WhyLeft.PYTHON),
    "no TOML": ("pyproject.toml", LeaveOut("a", 2), "[project]\ndependencies = ['a'\n", WhyLeft.UNREADABLE),
    "another array": ("pyproject.toml", LeaveOut("a", 2), "[project]\nkeywords = ['a']\n", WhyLeft.NOT_THERE),
    "a table of no tool": ("pyproject.toml", LeaveOut("a", 2), "[tool.x.dependencies]\na = '1'\n", WhyLeft.NOT_THERE),
    "two lists on one line": (
        "pyproject.toml", LeaveOut("a", 1), "dependency-groups = {x = ['a'], y = ['a']}\n", WhyLeft.AMBIGUOUS,
    ),
    "escapes before the extra": (
        "pyproject.toml", DropExtras("a", 2, X), '[project]\ndependencies = ["a[\\u0078]"]\n', WhyLeft.ESCAPED,
    ),
    "not UTF-8": ("pyproject.toml", LeaveOut("a", 2), "[project]\ndependencies = ['a'] # \udce9\n", WhyLeft.ENCODING),
    "a list in brackets": ("environment.yml", LeaveOut("a", 1), "dependencies: [a, b]\n", WhyLeft.FLOW),
    "a list in brackets for pip": (
        "environment.yml", LeaveOut("a", 2), "dependencies:\n- pip: [a, b]\n", WhyLeft.FLOW,
    ),
    "a mapping in braces for pip": (
        "environment.yml", LeaveOut("a", 2), "dependencies:\n- {pip: [a, b]}\n", WhyLeft.FLOW,
    ),
    "an anchor": ("environment.yml", LeaveOut("a", 2), "dependencies:\n- &x a\n- b\nname: *x\n", WhyLeft.FLOW),
    "a list that is used twice": (
        "environment.yml", LeaveOut("a", 2), "dependencies: &all\n- a\n- b\nchannels: *all\n", WhyLeft.UNSURE,
    ),
    "a list that stands elsewhere": (
        "environment.yml", LeaveOut("a", 2), "x: &all\n- a\n- b\ndependencies: *all\n", WhyLeft.UNSURE,
    ),
    "a dash on another line": ("environment.yml", LeaveOut("a", 3), "dependencies:\n-\n  a\n- b\n", WhyLeft.LAYOUT),
    "no YAML": ("environment.yml", LeaveOut("a", 2), "dependencies: {\n- a\n", WhyLeft.UNREADABLE),
    "a setup.cfg that nobody can parse": (
        "setup.cfg", LeaveOut("a", 3), "x\n[options]\ninstall_requires = a\n", WhyLeft.UNREADABLE,
    ),
    "what is left would be split elsewhere": (
        "setup.cfg", LeaveOut("b", 3), "[options]\ninstall_requires = a; python_version < '3'\n  b\n", WhyLeft.UNSURE,
    ),
    "two headers": (
        "tool.py", LeaveOut("a", 2),
        "# /// script\n# dependencies = ['a']\n# ///\n\n# /// script\n# ///\n", WhyLeft.UNREADABLE,
    ),
    "a header without end": ("tool.py", LeaveOut("a", 2), "# /// script\n# dependencies = ['a']\n", WhyLeft.UNREADABLE),
}  # fmt: skip


@pytest.mark.parametrize(("path", "change", "text", "why"), LEFT.values(), ids=LEFT)
def test_what_is_not_sure_is_left_alone(path: str, change: LineChange, text: str, why: WhyLeft) -> None:
    before = text.encode("utf-8", "surrogateescape")
    edited = edit_lines(path, before, [change])
    assert edited.content == before
    assert [(each.change, each.why) for each in edited.left] == [(change, why)]
    assert all(each.show() for each in edited.left)


def test_what_is_left_alone_holds_up_nothing_else() -> None:
    """One of the three lines is not there; without both others the file would read otherwise than it should."""
    before = b"[options]\ninstall_requires = a; python_version < '3'\n  b\n  c\n"
    edited = edit_lines("setup.cfg", before, [LeaveOut("b", 3), LeaveOut("x", 4)])
    assert edited.content == before.replace(b"  b\n", b"")
    assert [(each.change.name, each.why) for each in edited.left] == [("x", WhyLeft.NOT_THERE)]
    both = edit_lines("setup.cfg", before, [LeaveOut("b", 3), LeaveOut("c", 4)])
    assert both.content == before and [each.why for each in both.left] == [WhyLeft.UNSURE] * 2


# What a file is made of, for one dialect: its beginning, pieces, its end.
INGREDIENTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "requirements.txt": ("# all\n--index-url https://x.org\n", (
        "{name}==1\n", "{name}[x] >= 2 ; python_version > '3'  # why\n", "\n# on its own\n{name}\n",
        "{name} \\\n  >=1\n", "{name} @ https://x.org/{name}-1.zip\n", "-e git+https://x.org/y#egg={name}\n",
        "{name}==1 \\\n    --hash=sha256:a \\\n    --hash=sha256:b\n    # via\n    #   other\n", "\t{name}\t\n",
    ), "# end"),
    "pyproject.toml": ("[project]\nname = 'own'\ndependencies = [\n", (
        '  "{name}",\n', "  '{name}>=1', # why\n", "  \"{name}[x]; python_version > '3'\",", "\n  # on its own\n",
        '"{name}", ', "'''{name}''',\n", "  '{name} @ https://x.org/y.zip' , # ]\n",
    ), '  "last"\n]\n[tool.x]\ny = ["a"]\n'),
    "Pipfile": ("[packages]\n", (
        "{name} = '*'\n", '"{name}" = {{version = "*", extras = ["x"]}} # why\n', "# own\n\n",
        "{name}.version = '==1'\n",
        "[packages.{name}]\nversion = '*'\n\n[packages]\n",
    ), "[dev-packages]\nlast = '*'"),
    "setup.cfg": ("[options]\ninstall_requires =\n", (
        "  {name}\n", "\t{name}>=1 ; python_version > '3'\n", "  # own\n", "\n", "    {name}[x]  # why\n",
    ), "  last\n[x]\ny = z\n"),
    "environment.yml": ("name: x\ndependencies:\n  - python\n", (
        "  - {name}=1\n", "  # own\n\n", "  - '{name}>=1'  # why\n", "  -   conda-forge::{name}\n",
    ), "  - pip:\n    - last\nx: [y]\n"),
    "tool.py": ("# /// script\n# dependencies = [\n", (
        '#   "{name}",\n', "#   '{name}>=1', # why\n", "#\n", "# # own\n", '#   "{name}", "{name}2",\n',
    ), '#   "last"\n# ]\n# ///\nimport x\n'),
}  # fmt: skip


@pytest.mark.parametrize("path", INGREDIENTS)
def test_any_lines_of_any_file_go(tmp_path: Path, path: str) -> None:
    """What is declared afterwards is what was declared before, less what was taken out; all other lines stay."""
    head, pieces, tail = INGREDIENTS[path]
    chance = random.Random(path)
    for round_ in range(80):
        body = "".join(
            chance.choice(pieces).format(name=f"{chance.choice(('name', 'Name'))}{number}x")
            for number in range(chance.randrange(1, 12))
        )
        if path == "Pipfile":  # a table may stand there once
            sections = body.split("[packages]\n")
            body = sections[0] + "".join(each for each in sections[1:] if each.startswith("[packages."))
        newline = chance.choice(("\n", "\r\n"))
        before = f"{head}{body}{tail}".replace("\n", newline).encode()
        lines = declared(tmp_path / "a", path, before)
        names = sorted({line.name for line in lines} - {"python"})
        gone = {name for name in names if chance.random() < 0.5}
        edited = edit_lines(path, before, [LeaveOut(line.name, line.line) for line in lines if line.name in gone])
        why = f"round {round_}:\n{before.decode()}\nwithout {gone}:\n{edited.content.decode()}"
        assert edited.left == (), why
        after = declared(tmp_path / "a", path, edited.content)
        assert said(after) == said(line for line in lines if line.name not in gone), why
        assert is_part_of(edited.content, before), why
        stays = {line.line for line in lines if line.name not in gone} - {
            line.line for line in lines if line.name in gone
        }
        physical = before.splitlines(keepends=True)
        assert all(physical[number - 1] in edited.content.splitlines(keepends=True) for number in stays), why


def is_part_of(after: bytes, before: bytes) -> bool:
    """Whether a text is another one with pieces taken out."""
    rest = iter(before)
    return all(byte in rest for byte in after)


@pytest.mark.parametrize(
    ("path", "head", "line"),
    [
        ("requirements.txt", "", "name{n}==1 \\\n    --hash=sha256:{n}\n    # via x\n"),
        ("pyproject.toml", "[project]\ndependencies = [\n", "  'name{n}', # {n}\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n", "  name{n}\n"),
        ("Pipfile", "[packages]\n", "name{n} = '*'\n"),
        ("environment.yml", "dependencies:\n", "- name{n}\n"),
    ],
)
def test_ten_times_the_lines_are_ten_times_the_work(path: str, head: str, line: str) -> None:
    def work(count: int) -> int:
        text = head + "".join(line.format(n=number) for number in range(count)) + ("]\n" if "= [" in head else "")
        wide = line.count("\n")
        asked = [LeaveOut(f"name{n}", head.count("\n") + 1 + n * wide) for n in range(0, count, 2)]
        edited: list[EditedLines] = []
        calls = count_calls(lambda: edited.append(edit_lines(path, text.encode(), asked)))
        assert edited[0].left == () and edited[0].content.count(b"name") == count // 2
        return calls

    work(10)
    assert work(2000) < 12 * work(200)
