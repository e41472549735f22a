"""Conditions on interpreter and platform where there is no environment: decided for what is assumed.

The version is pinned, or the lowest that requires-python allows where the one that runs footprint is not allowed.
"""

from collections.abc import Mapping

from tests.cases.case import Case

OLD = "import sys\nif sys.version_info < (3, 0):\n    import cPickle\nelse:\n    import pickle"


def app(text: str, *lines: str, python: str = ">=3.13", **files: str) -> dict[str, str]:
    listed = ", ".join(f'"{line}"' for line in lines)
    return {
        "main.py": f"{text}\napp = 1\n",
        "Procfile": "web: uvicorn main:app\n",
        "pyproject.toml": f'[project]\nname = "p"\nrequires-python = "{python}"\ndependencies = [{listed}]\n',
        **files,
    }


def plain(text: str, *lines: str) -> dict[str, str]:
    """A project that says nothing about Python."""
    return {"main.py": f"{text}\napp = 1\n", "Procfile": "web: uvicorn main:app\n",
            "requirements.txt": "\n".join(lines) + "\n"}  # fmt: skip


GONE = "    import gone\n"
FLAGS = {
    "PY2": f"import sys\nPY2 = sys.version_info[0] == 2\nif PY2:\n{GONE}",
    "PY3": f"import sys\nPY3 = sys.version_info >= (3,)\nif not PY3:\n{GONE}",
    "a part": f"import sys\nMAJOR = sys.version_info[0]\nif MAJOR < 3:\n{GONE}",
    "a platform": f"import sys\nWINDOWS = sys.platform.startswith('win')\nif WINDOWS:\n{GONE}",
    "annotated": f"import os\nIS_NT: bool = os.name == 'nt'\nif IS_NT:\n{GONE}",
    "platform.system()": f"import platform\nSYSTEM = platform.system()\nif SYSTEM == 'Darwin':\n{GONE}",
    "of another flag": f"import sys\nPY3 = sys.version_info[0] == 3\nOLD = not PY3\nif OLD:\n{GONE}",
    "beside a condition of ours": f"import sys\nWIN = sys.platform == 'win32'\nif WIN and FLAG:\n{GONE}",
    "in a function": f"import os\nNT = os.name == 'nt'\ndef f():\n  if NT:\n{GONE}",
    "from sys": f"from sys import platform\nif platform == 'win32':\n{GONE}",
    "from sys, renamed": f"from sys import version_info as v\nif v < (3, 0):\n{GONE}",
    "from platform": f"from platform import system\nif system() == 'Windows':\n{GONE}",
    "import sys as": f"import sys as _sys\nif _sys.version_info[0] < 3:\n{GONE}",
    "on several lines": "import sys\nWIN = (\n    sys.platform == 'win32'\n)\nNOT = (\n    not WIN\n)\n"
    f"if not NOT:\n{GONE}",
    "from sys, on several lines": f"from sys import (\n    path,\n    platform as p,\n)\nif p == 'win32':\n{GONE}",
    "of a module of ours": f"from compat import PY2\nif PY2:\n{GONE}",
    "an attribute": f"import compat\nif compat.PY2:\n{GONE}",
}
OPEN_FLAGS = {
    "bound twice": f"import os\nNT = os.name == 'nt'\nNT = f()\nif NT:\n{GONE}",
    "under a condition": f"import os\nif f():\n    NT = os.name == 'nt'\nif NT:\n{GONE}",
    "a parameter": f"from sys import platform\ndef f(platform):\n  if platform == 'none':\n{GONE}",
    "global": f"import os\nNT = os.name == 'nt'\ndef f():\n    global NT\n    NT = 1\nif NT:\n{GONE}",
    "or something else": f"import os\nNT = os.name == 'nt' or f()\nif NT:\n{GONE}",
    "ours": f"FLAG = f()\nif FLAG:\n{GONE}",
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "conditions without an environment": {
        "E2 Python 2": Case(app(OLD, "a"), {"a": "unused cannot-tell"}, installed=False),
        "E2 sibling: Python 2, and nothing said about Python": Case(
            plain(OLD, "a"), {"a": "unused cannot-tell"}, installed=False,
        ),
        "E2 sibling: Windows": Case(
            plain("import sys\nif sys.platform == 'win32':\n    import winthing\nimport a", "a"),
            {"a": "startup main.py:4"}, installed=False,
        ),
        "E2 sibling: a backport that requires-python rules out": Case(
            app("import sys\nif sys.version_info >= (3, 11):\n    import tomllib\nelse:\n    import tomli", "a"),
            {"a": "unused"}, installed=False,
        ),
        "E2 sibling: six": Case(
            plain("import six\nif six.PY2:\n    import cStringIO", "six"), {"six": "startup main.py:1"},
            installed=False,
        ),
        "E2 sibling: a line of its own for the platform": Case(
            plain("import sys\nif sys.platform == 'win32':\n    import a", "a"),
            {"a": "unreached cannot-tell main.py:3"}, installed=False,
        ),
        **{
            f"E2 sibling: a flag: {title}": Case(
                {**plain(f"{text}import a", "a"), "compat.py": ""},
                {"a": f"startup main.py:{text.count(chr(10)) + 1}"}, installed=False,
            )
            for title, text in FLAGS.items()
        },
        **{
            f"noop: E2 a flag that may be anything: {title}": Case(
                plain(f"{text}import a", "a"), {"a": f"startup main.py:{text.count(chr(10)) + 1}"},
                undeclared={"gone": "not declared"}, findings=(f"FP105 * main.py:{text.count(chr(10))}",),
                installed=False,
            )
            for title, text in OPEN_FLAGS.items()
        },
        "noop: E2 the branch that holds": Case(
            app("import sys\nif sys.version_info >= (3, 0):\n    import b", "a"), {"a": "unused"},
            undeclared={"b": "not declared"}, findings=("FP105 * main.py:3",), installed=False,
        ),
        "noop: E2 a condition of another kind": Case(
            plain("import os\nif os.environ.get('X'):\n    import b", "a"), {"a": "unused"},
            undeclared={"b": "not declared"}, findings=("FP105 * main.py:3",), installed=False,
        ),
    },
}  # fmt: skip
