"""The 13 cases on which the peers were probed (deptry, FawltyDeps, creosote, pip-check-reqs): none gets all right.

Each stands alone and all of them once more in one project, as they were probed.
"""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib, libs

TYPED = "from typing import TYPE_CHECKING\n"
LOADER = "from importlib import import_module\n"
PLUGGED = lib(plugged____init__="", plugged__mod="class Thing: ...\n")
GUNICORN = lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn.app:run\n")
SITE: Mapping[str, Lib] = {
    **libs("typed other guarded inner bare bound dunder script dead stubbed pyyaml:yaml"),
    "plugged": PLUGGED, "gunicorn": GUNICORN,
}  # fmt: skip
TOGETHER = {
    "main.py": (
        "import importlib\nimport yaml\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import typed\nelse:\n    import other\n"
        "try:\n    import guarded\nexcept ImportError:\n    guarded = None\n"
        "def work():\n    import inner\n"
        "importlib.import_module('bare')\nmodule = importlib.import_module('bound')\n__import__('dunder')\n"
        "LOADER = 'plugged.mod:Thing'\n"
        "if __name__ == '__main__':\n    import script\n"
    ),
    "dead.py": "import dead_weight\n",
    "hints.pyi": "import stubbed\n",
    "Procfile": "web: gunicorn main:app\n",
    "requirements.txt": (
        "typed\nother\nguarded\ninner\nbare\nbound\ndunder\nplugged\nscript\ndead-weight\nstubbed\n"
        "types-PyYAML\npyyaml\ngunicorn\n"
    ),
}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "the 13 cases": {
        "1 only under TYPE_CHECKING": a_project(
            f"{TYPED}if TYPE_CHECKING:\n    import typed", {"typed": "typing certain main.py:3"}),
        "2 in the else of TYPE_CHECKING": a_project(
            f"{TYPED}if TYPE_CHECKING:\n    import typed\nelse:\n    import other",
            {"typed": "typing main.py:3", "other": "startup main.py:5"}),
        "3 try and except ImportError": a_project(
            "try:\n    import guarded\nexcept ImportError:\n    guarded = None",
            {"guarded": "startup likely main.py:2"}),
        "4 inside a function": a_project(
            "def work():\n    import inner", {"inner": "lazy main.py:2"}, says={"inner": "work()"}),
        "5 import_module as a statement": a_project(f"{LOADER}import_module('bare')", {"bare": "startup main.py:2"}),
        "6 import_module bound to a name": a_project(
            f"{LOADER}m = import_module('bound')", {"bound": "startup main.py:2"}),
        "6 import_module returned": a_project(
            f"{LOADER}def f():\n    return import_module('bound')", {"bound": "lazy main.py:3"}),
        "7 __import__": Case(code("m = __import__('dunder')", "dunder"), {"dunder": "startup main.py:1"}),
        "8 a string that a loader reads": a_project(
            "LOADER = 'plugged.mod:Thing'", {"plugged": "implied likely main.py:1"}),
        "9 under __name__ == '__main__', of the script that is started": a_project(
            "if __name__ == '__main__':\n    import script", {"script": "startup main.py:2"},
            Procfile="web: python main.py\n"),
        "noop: 9 under __name__ == '__main__', of a module that is imported": a_project(
            "if __name__ == '__main__':\n    import script", {"script": "unreached main.py:2"},
            Procfile="web: uvicorn main:app\n"),
        "10 only in a module that nothing imports": Case(
            {**code("", "dead-weight", Procfile="web: uvicorn main:app\n"), "dead.py": "import dead_weight\n"},
            {"dead-weight": "unreached dead.py:1"}, libs("dead-weight"),
            findings=("FP102 dead-weight requirements.txt:1",),
        ),
        "11 only in a .pyi": Case(
            {**code("", "stubbed"), "hints.pyi": "import stubbed\n"}, {"stubbed": "typing hints.pyi:1"},
        ),
        "12 types-PyYAML beside import yaml, not installed": Case(
            code("import yaml", "pyyaml", "types-PyYAML"),
            {"types-pyyaml": "typing main.py:1", "pyyaml": "startup main.py:1"},
        ),
        "13 gunicorn, never imported": a_project(
            "", {"gunicorn": "implied certain Procfile:1"}, Procfile="web: gunicorn main:app\n"),
        "noop: 13 gunicorn, never imported and never started": Case(code("", "gunicorn"), {"gunicorn": "unused"}),
        "all in one project": Case(
            TOGETHER,
            {
                "typed": "typing main.py:5", "other": "startup main.py:7", "guarded": "startup likely main.py:9",
                "inner": "lazy main.py:13", "bare": "startup main.py:14", "bound": "startup main.py:15",
                "dunder": "startup main.py:16", "plugged": "implied likely main.py:17",
                "script": "unreached main.py:19", "dead-weight": "unreached dead.py:1",
                "stubbed": "typing hints.pyi:1", "types-pyyaml": "typing main.py:2", "pyyaml": "startup main.py:2",
                "gunicorn": "implied certain Procfile:1",
            },
            {**SITE, **libs("dead-weight")},
        ),
    },
}  # fmt: skip
