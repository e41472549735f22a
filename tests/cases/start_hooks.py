"""What runs in the site folders whenever Python starts: lines of .pth and .start files, sitecustomize."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib, plain

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

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "start-up hooks": {
        "A1 pip-system-certs": a_project(
            WEB, {"certs": "implied certain certs.pth:1"}, {**FLASK, "certs": CERTS}, declares="flask certs",
            says={"certs": "certs.pth:1 runs certs.bootstrap whenever Python starts"}),
        "A1 sibling: a plain import": a_project(
            WEB, {"hook": "implied certain zzz.pth:2"},
            {**FLASK, "hook": Lib({"zzz.pth": "# a comment\nimport hook.auto\n", "hook/__init__.py": "",
                                   "hook/auto.py": ""})}, declares="flask hook"),
        "A1 sibling: by exec of a text": a_project(
            WEB, {"hook": "implied certain"},
            {**FLASK, "hook": Lib({"h.pth": "import sys; exec('try:\\n import hook\\nexcept ImportError:\\n pass')\n",
                                   "hook.py": ""})}, declares="flask hook"),
        "A1 sibling: a sitecustomize": a_project(
            WEB, {"agent": "implied certain sitecustomize.py:2"},
            {**FLASK, "agent": Lib({"sitecustomize.py": "import os\nimport agent\n", "agent.py": ""})},
            declares="flask agent"),
        "A1 sibling: a usercustomize that nobody owns": a_project(
            WEB, {"agent": "implied certain usercustomize.py:1"},
            {**FLASK, "agent": plain("agent"), "image": Lib({"usercustomize.py": "from agent import auto\n"})},
            declares="flask agent"),
        "A1 sibling: a line that the image wrote": a_project(
            WEB, {"agent": "implied certain trace.pth:1"},
            {**FLASK, "agent": plain("agent"), "image": Lib({"trace.pth": "import agent.auto"})},
            declares="flask agent"),
        "A1 sibling: a .start file works from Python 3.15 on": a_project(
            WEB, {"certs": "implied cannot-tell certs.start:1"},
            {**FLASK, "certs": Lib({"certs.start": "certs.bootstrap:bootstrap\n", "certs/__init__.py": "",
                                    "certs/bootstrap.py": ""})}, declares="flask certs"),
        "A1 sibling: what the hook imports asks for another line": a_project(
            WEB, {"certs": "implied certain", "wrapping": "implied certs/bootstrap.py:1"},
            {**FLASK, "certs": CERTS, "wrapping": plain("wrapping")}, declares="flask certs wrapping"),
        "A1 sibling: it is required by another line, and there for itself": a_project(
            WEB, {"certs": "implied certain certs.pth:1"},
            {"flask": lib("flask/__init__.py", requires=("certs",)), "certs": CERTS}, declares="flask certs"),
        "A1 sibling: a sitecustomize of ours on the path of the image": Case(
            {**code(WEB, "flask", "agent"), "sitecustomize.py": "import agent.auto\n",
             "Dockerfile": 'FROM python\nWORKDIR /app\nCOPY . .\nENV PYTHONPATH=/app\nCMD ["gunicorn", "main:app"]\n'},
            {"agent": "implied certain sitecustomize.py:1"}, {**FLASK, "agent": plain("agent")},
        ),
        "A1 sibling: a variable that the image sets": Case(
            {**code(WEB, "flask", "coverage"),
             "Dockerfile": 'FROM python\nENV COVERAGE_PROCESS_START=/app/.coveragerc\nCMD ["gunicorn", "main:app"]\n'},
            {"coverage": "implied certain a1_coverage.pth:1"},
            {**FLASK, "coverage": Lib({"a1_coverage.pth": COVERAGE_LINE, "coverage/__init__.py": ""})},
        ),
        "A1 sibling: a variable of a compose service": a_project(
            WEB, {"better": "implied certain b.pth:1"},
            {**FLASK, "better": Lib({"b.pth": "import os; os.environ.get('BETTER') and __import__('better')\n",
                                     "better.py": ""})}, declares="flask better",
            files={"compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn "
                   "main:app\n    environment:\n      - BETTER=1\n"}),
        "noop: a sitecustomize of ours that is on no path": a_project(
            WEB, {"agent": "unreached"}, {**FLASK, "agent": plain("agent")}, declares="flask agent",
            files={"tools/sitecustomize.py": "import agent.auto\n"}),
        "noop: nothing happens unless a variable is set": a_project(
            WEB, {"coverage": "unused likely"},
            {**FLASK, "coverage": Lib({"a1_coverage.pth": COVERAGE_LINE, "coverage/__init__.py": ""})},
            declares="flask coverage",
            says={"coverage": "its a1_coverage.pth does nothing unless COVERAGE_PROCESS_START is set"}),
        "noop: a variable, and": a_project(
            WEB, {"better": "unused likely"},
            {**FLASK, "better": Lib({"b.pth": "import os; os.environ.get('BETTER') and __import__('better')\n",
                                     "better.py": ""})}, declares="flask better"),
        "noop: a namespace package": a_project(
            WEB, {"google-thing": "unused likely"},
            {**FLASK, "google-thing": Lib({"google_thing-nspkg.pth": NAMESPACE_LINE, "google/thing/__init__.py": ""})},
            declares="flask google-thing"),
        "noop: setuptools stands by for distutils": a_project(
            WEB, {"setuptools": "unused likely"},
            {**FLASK, "setuptools": Lib({"distutils-precedence.pth": SHIM_LINE, "_distutils_hack/__init__.py": "",
                                         "setuptools/__init__.py": ""})}, declares="flask setuptools"),
        "noop: a path and no program": a_project(
            WEB, {"other": "unused likely"},
            {**FLASK, "other": Lib({"other.pth": "lib\n", "lib/other.py": "", "other.py": ""})},
            declares="flask other"),
        "noop: the file of virtualenv": a_project(
            WEB, {"other": "unused likely"},
            {**FLASK, "other": plain("other"), "v": Lib({"_virtualenv.pth": "import _virtualenv",
                                                         "_virtualenv.py": ""})}, declares="flask other"),
    }
}  # fmt: skip
