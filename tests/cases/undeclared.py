"""Imports of what no line declares, and development dependencies that the application imports."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs

SITE: Mapping[str, Lib] = {
    "web": lib("web/__init__.py", requires=("base", 'quick; extra == "quick"')),
    "web2": lib("web2/__init__.py", requires=("base",)),
    "kit": lib("kit/__init__.py", requires=(
        'quick; extra == "test"', "quick>=1; extra == 'speed'", 'quick; extra == "all"',
        "quick; extra == 'odd' and python_version < '4'",
    )),
    "whole": lib("whole/__init__.py", requires=('quick; extra == "test"', "quick", 'quick; extra == "speed"')),
    **libs("base quick lone pyyaml:yaml"),
}  # fmt: skip
START = "web: python main.py\n"
ASKS = "import web\ndef ask():\n    import gone"
PLAINLY = "gone is imported and not declared; not installed"
PYPROJECT = """[project]
name = "app"
dependencies = ["web"]
[project.optional-dependencies]
%s
"""


# Parts of zope and google are installed, others are not.
NAMESPACES: Mapping[str, Lib] = {
    **libs("web"), "zope-interface": lib("zope/interface/__init__.py"),
    "google-cloud-vision": lib("google/cloud/vision/__init__.py"),
}  # fmt: skip
DEV = {"requirements-dev.txt": "lone\n"}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "undeclared": {
        "brought in by one": an_app(
            "import web\nimport base", {"base": "startup main.py:2"}, declares="web",
            undeclared={"base": "only web brings it in"}, findings=("FP105 base main.py:2",)),
        "flexget: shown where it runs, not first where nothing reaches": an_app(
            "import web\nimport base", {"base": "startup main.py:2"}, declares="web",
            files={"a.py": "import base\n"}, undeclared={"base": "only web brings it in"},
            findings=("FP105 base main.py:2",)),
        **{
            f"esphome: {what}": an_app(
                f"import web\nfrom importlib import import_module\nimport pkg\n{text}", {}, declares="web",
                files={"pkg/__init__.py": "", "pkg/tool.py": "import gone\n"},
                undeclared={"gone": "only the import of a computed name in main.py:5 may load and not declared"},
                findings=("FP105 * pkg/tool.py:1",))
            for what, text in {
                "what a computed name may load": "def load(name):\n    return import_module(f'pkg.{name}')",
                "beside the caller": "def load(name):\n    return import_module('.' + name, 'pkg')",
            }.items()
        },
        **{
            what: an_app(
                ASKS, {}, declares=None, files={"pyproject.toml": PYPROJECT % lines}, undeclared={"gone": said},
                findings=("FP105 * main.py:3",),
                tells={"FP105 *": f"{severity} {said}"})
            for what, (lines, severity, said) in {
                "glances: a line of an extra, not installed, is named after it": (
                    'snmp = ["gone-fork<2"]', "info",
                    "gone-fork, which may bring it, is declared for the extra snmp (pyproject.toml:5)"),
                "noop: glances: two lines are named after it": (
                    'snmp = ["gone-fork", "py-gone"]', "warning", PLAINLY),
                "noop: glances: it holds types": (
                    'snmp = ["gone-stubs", "types-gone"]', "warning", PLAINLY),
                "noop: glances: only a part of a word": (
                    'snmp = ["gonerrific", "be-gone2"]', "warning", PLAINLY),
            }.items()
        },
        "noop: glances: the line is for everybody": an_app(
            ASKS, {}, declares="web gone-fork", undeclared={"gone": PLAINLY},
            findings=("FP105 * main.py:3",), tells={"FP105 *": "warning not installed"}),
        "noop: glances: the line is installed": an_app(
            ASKS, {}, {**SITE, "gone-fork": lib("fork/__init__.py")}, declares=None,
            files={"pyproject.toml": PYPROJECT % 'snmp = ["gone-fork"]'},
            undeclared={"gone": PLAINLY},
            findings=("FP105 * main.py:3",), tells={"FP105 *": "warning not installed"}),
        "noop: esphome: all modules of a folder": an_app(
            "import web\nfrom importlib import import_module\nfrom pkgutil import iter_modules\nimport pkg\n"
            "for each in iter_modules(pkg.__path__):\n    import_module(f'pkg.{each.name}')", {}, declares="web",
            files={"pkg/__init__.py": "", "pkg/tool.py": "import gone\n"},
            undeclared={"gone": "gone is imported and not declared"}, findings=("FP105 * pkg/tool.py:1",)),
        "noop: esphome: another file imports it by its name": an_app(
            "import web\nfrom importlib import import_module\ndef load(name):\n    import_module(f'pkg.{name}')\n"
            "def more():\n    import pkg.tool", {}, declares="web",
            files={"pkg/__init__.py": "", "pkg/tool.py": "import gone\n"},
            undeclared={"gone": "gone is imported and not declared"}, findings=("FP105 * pkg/tool.py:1",)),
        "noop: esphome: what is installed": an_app(
            "import web\nfrom importlib import import_module\ndef load(name):\n    return import_module(f'pkg.{name}')",
            {}, declares="web", files={"pkg/__init__.py": "", "pkg/tool.py": "import base\n"},
            undeclared={"base": "base is imported and not declared; only web"}, findings=("FP105 base pkg/tool.py:1",)),
        "brought in by two": an_app(
            "import web\nimport web2\nimport base", {"base": "startup main.py:3"}, declares="web web2",
            undeclared={"base": "brought in by web, web2"}, findings=("FP105 base main.py:3",)),
        "brought in by an extra": an_app(
            "import web\nimport quick", {"quick": "startup main.py:2"}, declares="web[quick]",
            undeclared={"quick": "only web brings it in; web requires it with its extra quick, for which "
                                 "requirements.txt:1 asks"}, findings=("FP105 quick main.py:2",)),
        "brought in by an extra of an extra": an_app(
            "import web\nimport quick", {}, {**SITE, "web": lib("web/__init__.py", requires=(
                'quick; extra == "fast-one"', 'web[Fast_One]; extra == "all"'))}, declares="web[ALL]",
            undeclared={"quick": "web requires it with its extra fast-one, for which requirements.txt:1 asks"},
            findings=("FP105 quick main.py:2",)),
        "noop: brought in by an extra that no line asks for": an_app(
            "import kit\nimport quick", {}, {**SITE, "kit": lib("kit/__init__.py", requires=("web[quick]",))},
            declares="kit", undeclared={"quick": "only kit brings it in; web requires it only with its extra quick"},
            findings=("FP105 quick main.py:2",)),
        "noop: brought in by an extra that a line asks for elsewhere": an_app(
            "import kit\nimport quick", {}, {**SITE, "kit": lib("kit/__init__.py", requires=("web[quick]",))},
            files={"requirements.txt": "kit\nweb[quick]; sys_platform == 'nowhere'\n"},
            undeclared={"quick": "web requires it only with its extra quick"}, findings=("FP105 quick main.py:2",)),
        "noop: brought in under a condition that holds here": an_app(
            "import web\nimport base", {}, {**SITE, "web": lib("web/__init__.py", requires=(
                'base; python_version > "3"',))}, declares="web",
            undeclared={"base": 'web requires it only if python_version > "3"'}, findings=("FP105 base main.py:2",)),
        "rdiffweb: by several extras, one of which is asked for": an_app(
            "import kit\nimport quick", {"quick": "startup main.py:2"}, declares="kit[speed]",
            undeclared={"quick": "kit requires it with its extra speed, for which requirements.txt:1 asks"},
            findings=("FP105 quick main.py:2",)),
        "rdiffweb: asked for by a line of its own": an_app(
            "import kit\nimport quick", {"quick": "startup main.py:2"}, declares=None,
            files={"requirements.txt": "kit>=1\nkit[all]\n"},
            undeclared={"quick": "kit requires it with its extra all, for which requirements.txt:2 asks"},
            findings=("FP105 quick main.py:2",)),
        "noop: by several extras, and without any": an_app(
            "import whole\nimport quick", {"quick": "startup main.py:2"}, declares="whole[speed]",
            undeclared={"quick": "only whole brings it in"}, findings=("FP105 quick main.py:2",)),
        "brought in by nobody": an_app(
            "import web\nimport lone", {"lone": "startup main.py:2"}, declares="web",
            undeclared={"lone": "nothing declared brings it in"}, findings=("FP105 lone main.py:2",)),
        "under another name": an_app(
            "import web\nimport yaml", {}, declares="web", undeclared={"yaml": "(pyyaml)"},
            findings=("FP105 pyyaml main.py:2",)),
        "not installed, and who usually provides it": an_app(
            "import web\nimport cv2", {}, declares="web", undeclared={"cv2": "usually opencv-python"},
            findings=("FP105 * main.py:2",)),
        "not installed, unknown": an_app(
            "import web\nimport strange_thing", {}, declares="web", undeclared={"strange_thing": "not installed"},
            findings=("FP105 * main.py:2",)),
        "kinto: a part of a namespace that is not installed": an_app(
            "import web\nfrom zope.sqlalchemy import register", {}, NAMESPACES, declares="web",
            undeclared={"zope.sqlalchemy": "zope.sqlalchemy is imported and not declared; not installed"},
            findings=("FP105 * main.py:2",)),
        "kinto sibling: two parts": an_app(
            "import web\nimport google.api.x\nfrom google.cloud import storage", {}, NAMESPACES, declares="web",
            undeclared={"google.api": "not installed", "google.cloud.storage": "not installed, usually google-cloud-"},
            findings=("FP105 * main.py:2", "FP105 * main.py:3")),
        "kinto sibling: of a namespace of which nothing is installed": an_app(
            "import web\nimport google.cloud.storage", {}, libs("web"), declares="web",
            undeclared={"google": "usually google-cloud-storage"}, findings=("FP105 * main.py:2",)),
        "noop: kinto sibling: a part that is declared": an_app(
            "import web\nimport zope.sqlalchemy", {"zope-sqlalchemy": "startup"}, NAMESPACES,
            declares="web zope.sqlalchemy"),
        "kinto sibling: silenced by its first part": an_app(
            "import web\nimport zope.sqlalchemy", {}, NAMESPACES, declares="web", suppressed=("FP105 * main.py:2",),
            files={"pyproject.toml": '[tool.footprint]\nignore = {FP105 = ["zope"]}\n'}),
        "optional": an_app(
            "import web\ntry:\n    import lone\nexcept ImportError:\n    lone = None", {}, declares="web",
            undeclared={"lone": "optional"}, findings=("FP105 lone main.py:3",)),
        "noop: the module that is being run": an_app("import web\nimport __main__", {"web": "startup main.py:1"}),
        "in dead code": an_app(
            "import web", {}, declares="web", files={"dead.py": "import lone\n"},
            undeclared={"lone": "nothing reaches"}, findings=("FP105 lone dead.py:1",)),
        "noop: declared under another name": Case(app("import yaml", "PyYAML"), {"pyyaml": "startup main.py:1"}),
        "noop: standard library": an_app(
            "import json, os.path\nfrom collections import abc\nimport tomllib", {"web": "unused"}),
        "noop: ours": an_app(
            "import mine\nfrom pkg import x", {"web": "unused"}, files={"mine.py": "", "pkg/x.py": ""}),
        "noop: imported by tests only": an_app(
            "import web", {"lone": "tests"}, declares="web", files={"tests/test_a.py": "import lone\n"}),
        "noop: for type checking only": an_app(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lone", {"lone": "typing"}, declares="web"),
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
        "imported by the application": an_app(
            "import lone", {"lone": "startup certain main.py:1"}, declares="web", files=DEV,
            findings=("FP106 lone main.py:1",)),
        "imported in a function of the application": an_app(
            "def f():\n    import lone", {"lone": "lazy certain main.py:2"}, declares="web", files=DEV,
            findings=("FP106 lone main.py:2",)),
        **{
            f"prefect: {what}": an_app(
                f"import web\nfrom importlib import import_module\nimport pkg\n{text}",
                {"lone": "lazy pkg/plugin.py:1"}, declares="web",
                files={**DEV, "pkg/__init__.py": "", "pkg/plugin.py": "import lone\n"},
                findings=("FP106 lone pkg/plugin.py:1",), tells={"FP106 lone": f"{severity} {words}"})
            for what, text, severity, words in (
                ("only a computed name may load it", "def load(name):\n    return import_module(f'pkg.{name}')",
                 "info", "only the import of a computed name in main.py:5 may come there"),
                ("noop: another file imports it by its name", "def load(name):\n    import_module(f'pkg.{name}')\n"
                 "def more():\n    import pkg.plugin", "error", "imported by pkg/plugin.py:1"),
            )
        },
        "noop: imported by tests": an_app(
            "", {"lone": "tests tests/test_a.py:1"}, declares="web", files={**DEV, "tests/test_a.py": "import lone\n"}),
        "noop: imported by nothing": Case(app("", "web", files=DEV), {"lone": "tests certain"}),
        "noop: declared for both": an_app(
            "import lone", {"lone": "startup certain main.py:1"}, declares="web lone", files=DEV),
        "noop: in dead code": an_app(
            "", {"lone": "tests certain"}, declares="web", files={**DEV, "dead.py": "import lone\n"}),
        "noop: for type checking": an_app(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lone", {"lone": "tests certain"},
            declares="web", files=DEV),
    },
}  # fmt: skip
