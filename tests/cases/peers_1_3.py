"""The 13 cases on which the peers were probed (deptry, FawltyDeps, creosote, pip-check-reqs): none gets all right.

All of them stand in one project, as they were probed; alone, each is a row of the table of its subject.
"""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, lib, libs

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
