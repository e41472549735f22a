"""What runs in the site folders whenever Python starts: lines of .pth and .start files, sitecustomize."""

from collections.abc import Mapping
from typing import Any

from tests.cases.case import Case, Lib, a_project, lib, plain

FLASK = {"flask": plain("flask")}
WEB = "from flask import Flask"
CERTS_LINE = "import os, sys; __import__('certs.bootstrap') and sys.modules['certs.bootstrap'].bootstrap()\n"
CERTS = Lib({"certs.pth": CERTS_LINE, "certs/__init__.py": "", "certs/bootstrap.py": "import wrapping\n"})
COVERAGE_LINE = (
    'import sys; exec(\'import os\\n\\nif os.getenv("COVERAGE_PROCESS_START"):\\n try:\\n  import coverage\\n'
    " except:\\n  pass\\n else:\\n  coverage.process_startup()')"
)
NAMESPACE_LINE = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], "
    "*('google',));importlib = has_mfs and __import__('importlib.util');m = has_mfs and "
    "sys.modules.setdefault('google', importlib.util.module_from_spec(None))"
)
SHIM_LINE = (
    "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
    "enabled and __import__('_distutils_hack').add_shim(); "
)

BETTER = Lib({"b.pth": "import os; os.environ.get('BETTER') and __import__('better')\n", "better.py": ""})
COVERAGE = Lib({"a1_coverage.pth": COVERAGE_LINE, "coverage/__init__.py": ""})


def hooked(name: str, told: str, item: Lib | None = None, files: Mapping[str, str] | None = None, **more: Any) -> Case:
    """A project that imports flask and declares a distribution besides, which is `item`, or a plain one."""
    site = {**FLASK, name: item or plain(name), **more.pop("besides", {})}
    return a_project(WEB, {name: told}, site, declares=f"flask {name}", files=files or {}, **more)


def image(variable: str) -> dict[str, str]:
    return {"Dockerfile": f'FROM python\nWORKDIR /app\nCOPY . .\nENV {variable}\nCMD ["gunicorn", "main:app"]\n'}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "start-up hooks": {
        "A1 pip-system-certs": hooked(
            "certs", "implied certain certs.pth:1", CERTS,
            says={"certs": "certs.pth:1 runs certs.bootstrap whenever Python starts"}),
        "A1 sibling: a plain import": hooked(
            "hook", "implied certain zzz.pth:2",
            Lib({"zzz.pth": "# a comment\nimport hook.auto\n", "hook/__init__.py": "", "hook/auto.py": ""})),
        "A1 sibling: by exec of a text": hooked(
            "hook", "implied certain",
            Lib({"h.pth": "import sys; exec('try:\\n import hook\\nexcept ImportError:\\n pass')\n", "hook.py": ""})),
        "A1 sibling: a sitecustomize": hooked(
            "agent", "implied certain sitecustomize.py:2",
            Lib({"sitecustomize.py": "import os\nimport agent\n", "agent.py": ""})),
        "A1 sibling: a usercustomize that nobody owns": hooked(
            "agent", "implied certain usercustomize.py:1",
            besides={"image": Lib({"usercustomize.py": "from agent import auto\n"})}),
        "A1 sibling: a line that the image wrote": hooked(
            "agent", "implied certain trace.pth:1", besides={"image": Lib({"trace.pth": "import agent.auto"})}),
        "A1 sibling: a .start file works from Python 3.15 on": hooked(
            "certs", "implied cannot-tell certs.start:1",
            Lib({"certs.start": "certs.bootstrap:bootstrap\n", "certs/__init__.py": "", "certs/bootstrap.py": ""})),
        "A1 sibling: what the hook imports asks for another line": a_project(
            WEB, {"certs": "implied certain", "wrapping": "implied certs/bootstrap.py:1"},
            {**FLASK, "certs": CERTS, "wrapping": plain("wrapping")}, declares="flask certs wrapping"),
        "A1 sibling: it is required by another line, and there for itself": hooked(
            "certs", "implied certain certs.pth:1", CERTS,
            besides={"flask": lib("flask/__init__.py", requires=("certs",))}),
        "A1 sibling: a sitecustomize of ours on the path of the image": hooked(
            "agent", "implied certain sitecustomize.py:1",
            files={"sitecustomize.py": "import agent.auto\n", **image("PYTHONPATH=/app")}),
        "A1 sibling: a variable that the image sets": hooked(
            "coverage", "implied certain a1_coverage.pth:1", COVERAGE,
            image("COVERAGE_PROCESS_START=/app/.coveragerc")),
        "A1 sibling: a variable of a compose service": hooked(
            "better", "implied certain b.pth:1", BETTER,
            {"compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn main:app\n    environment:\n"
             "      - BETTER=1\n"}),
        "noop: a sitecustomize of ours that is on no path": hooked(
            "agent", "unreached", files={"tools/sitecustomize.py": "import agent.auto\n"}),
        "noop: nothing happens unless a variable is set": hooked(
            "coverage", "unused likely", COVERAGE,
            says={"coverage": "its a1_coverage.pth does nothing unless COVERAGE_PROCESS_START is set"}),
        "noop: a variable, and": hooked("better", "unused likely", BETTER),
        "noop: a namespace package": hooked(
            "google-thing", "unused likely",
            Lib({"google_thing-nspkg.pth": NAMESPACE_LINE, "google/thing/__init__.py": ""})),
        "noop: setuptools stands by for distutils": hooked(
            "setuptools", "unused likely",
            Lib({"distutils-precedence.pth": SHIM_LINE, "_distutils_hack/__init__.py": "",
                 "setuptools/__init__.py": ""})),
        "noop: a path and no program": hooked(
            "other", "unused likely", Lib({"other.pth": "lib\n", "lib/other.py": "", "other.py": ""})),
        "noop: the file of virtualenv": hooked(
            "other", "unused likely",
            besides={"v": Lib({"_virtualenv.pth": "import _virtualenv", "_virtualenv.py": ""})}),
    }
}  # fmt: skip
