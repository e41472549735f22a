"""Imports of what no line declares, and development dependencies that the application imports."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs

SITE: Mapping[str, Lib] = {
    "web": lib("web/__init__.py", requires=("base", 'quick; extra == "quick"')),
    "web2": lib("web2/__init__.py", requires=("base",)),
    **libs("base quick lone pyyaml:yaml"),
}  # fmt: skip
START = "web: python main.py\n"


DEV = {"requirements-dev.txt": "lone\n"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "undeclared": {
        "brought in by one": Case(
            app("import web\nimport base", "web"), {"base": "startup main.py:2"},
            undeclared={"base": "only web brings it in"}, findings=("FP105 base main.py:2",),
        ),
        "brought in by two": Case(
            app("import web\nimport web2\nimport base", "web", "web2"), {"base": "startup main.py:3"},
            undeclared={"base": "brought in by web, web2"}, findings=("FP105 base main.py:3",),
        ),
        "brought in by an extra": Case(
            app("import web\nimport quick", "web[quick]"), {"quick": "startup main.py:2"},
            undeclared={"quick": "with its extra quick"}, findings=("FP105 quick main.py:2",),
        ),
        "brought in by nobody": Case(
            app("import web\nimport lone", "web"), {"lone": "startup main.py:2"},
            undeclared={"lone": "nothing declared brings it in"}, findings=("FP105 lone main.py:2",),
        ),
        "under another name": Case(
            app("import web\nimport yaml", "web"), {}, undeclared={"yaml": "(pyyaml)"},
            findings=("FP105 pyyaml main.py:2",),
        ),
        "not installed, and who usually provides it": Case(
            app("import web\nimport cv2", "web"), {}, undeclared={"cv2": "usually opencv-python"},
            findings=("FP105 * main.py:2",),
        ),
        "not installed, unknown": Case(
            app("import web\nimport strange_thing", "web"), {}, undeclared={"strange_thing": "not installed"},
            findings=("FP105 * main.py:2",),
        ),
        "optional": Case(
            app("import web\ntry:\n    import lone\nexcept ImportError:\n    lone = None", "web"), {},
            undeclared={"lone": "optional"}, findings=("FP105 lone main.py:3",),
        ),
        "noop: the module that is being run": an_app("import web\nimport __main__", {"web": "startup main.py:1"}),
        "in dead code": Case(
            app("import web", "web", files={"dead.py": "import lone\n"}), {},
            undeclared={"lone": "nothing reaches"}, findings=("FP105 lone dead.py:1",),
        ),
        "noop: declared under another name": Case(app("import yaml", "PyYAML"), {"pyyaml": "startup main.py:1"}),
        "noop: standard library": an_app(
            "import json, os.path\nfrom collections import abc\nimport tomllib", {"web": "unused"}),
        "noop: ours": an_app(
            "import mine\nfrom pkg import x", {"web": "unused"}, files={"mine.py": "", "pkg/x.py": ""}),
        "noop: imported by tests only": Case(
            app("import web", "web", files={"tests/test_a.py": "import lone\n"}), {"lone": "tests"},
        ),
        "noop: for type checking only": Case(
            app("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lone", "web"), {"lone": "typing"},
        ),
        "noop: declared in an extra of ours": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = ["web"]\n'
             '[project.optional-dependencies]\nx = ["lone"]\n', "main.py": "import web\nimport lone\n",
             "Procfile": START},
            {"lone": "startup main.py:2"},
        ),
        "noop: nothing is declared anywhere": Case(
            {"main.py": "import lone\n", "Procfile": START}, {"lone": "startup main.py:1"},
        ),
        "noop: two names for one, of which one is there": Case(
            app("try:\n    import tomllib\nexcept ImportError:\n    import tomli as tomllib",
                "tomli; python_version < '3.11'"), {"lone": "orphan"}, libs("lone"),
        ),
    },
    "for development": {
        "imported by the application": Case(
            app("import lone", "web", files=DEV), {"lone": "startup certain main.py:1"},
            findings=("FP106 lone main.py:1",),
        ),
        "imported in a function of the application": Case(
            app("def f():\n    import lone", "web", files=DEV), {"lone": "lazy certain main.py:2"},
            findings=("FP106 lone main.py:2",),
        ),
        "noop: imported by tests": Case(
            app("", "web", files={**DEV, "tests/test_a.py": "import lone\n"}), {"lone": "tests tests/test_a.py:1"},
        ),
        "noop: imported by nothing": Case(app("", "web", files=DEV), {"lone": "tests certain"}),
        "noop: declared for both": Case(
            app("import lone", "web", "lone", files=DEV), {"lone": "startup certain main.py:1"},
        ),
        "noop: in dead code": Case(
            app("", "web", files={**DEV, "dead.py": "import lone\n"}), {"lone": "tests certain"},
        ),
        "noop: for type checking": Case(
            app("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lone", "web", files=DEV),
            {"lone": "tests certain"},
        ),
    },
}  # fmt: skip
