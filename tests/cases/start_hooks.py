"""What runs in the site folders whenever Python starts: lines of .pth and .start files, sitecustomize."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, lib, plain

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
        "A1 pip-system-certs": Case(
            code(WEB, "flask", "certs"),
            {"certs": "implied certain certs.pth:1"}, {**FLASK, "certs": CERTS},
            says={"certs": "certs.pth:1 runs certs.bootstrap whenever Python starts"},
        ),
        "A1 sibling: a plain import": Case(
            code(WEB, "flask", "hook"),
            {"hook": "implied certain zzz.pth:2"},
            {**FLASK, "hook": Lib({"zzz.pth": "# a comment\nimport hook.auto\n", "hook/__init__.py": "",
                                   "hook/auto.py": ""})},
        ),
        "A1 sibling: by exec of a text": Case(
            code(WEB, "flask", "hook"),
            {"hook": "implied certain"},
            {**FLASK, "hook": Lib({"h.pth": "import sys; exec('try:\\n import hook\\nexcept ImportError:\\n pass')\n",
                                   "hook.py": ""})},
        ),
        "A1 sibling: a sitecustomize": Case(
            code(WEB, "flask", "agent"),
            {"agent": "implied certain sitecustomize.py:2"},
            {**FLASK, "agent": Lib({"sitecustomize.py": "import os\nimport agent\n", "agent.py": ""})},
        ),
        "A1 sibling: a usercustomize that nobody owns": Case(
            code(WEB, "flask", "agent"),
            {"agent": "implied certain usercustomize.py:1"},
            {**FLASK, "agent": plain("agent"), "image": Lib({"usercustomize.py": "from agent import auto\n"})},
        ),
        "A1 sibling: a line that the image wrote": Case(
            code(WEB, "flask", "agent"),
            {"agent": "implied certain trace.pth:1"},
            {**FLASK, "agent": plain("agent"), "image": Lib({"trace.pth": "import agent.auto"})},
        ),
        "A1 sibling: a .start file works from Python 3.15 on": Case(
            code(WEB, "flask", "certs"),
            {"certs": "implied cannot-tell certs.start:1"},
            {**FLASK, "certs": Lib({"certs.start": "certs.bootstrap:bootstrap\n", "certs/__init__.py": "",
                                    "certs/bootstrap.py": ""})},
        ),
        "A1 sibling: what the hook imports asks for another line": Case(
            code(WEB, "flask", "certs", "wrapping"),
            {"certs": "implied certain", "wrapping": "implied certs/bootstrap.py:1"},
            {**FLASK, "certs": CERTS, "wrapping": plain("wrapping")},
        ),
        "A1 sibling: it is required by another line, and there for itself": Case(
            code(WEB, "flask", "certs"),
            {"certs": "implied certain certs.pth:1"},
            {"flask": lib("flask/__init__.py", requires=("certs",)), "certs": CERTS},
        ),
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
        "A1 sibling: a variable of a compose service": Case(
            {**code(WEB, "flask", "better"), "compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn "
             "main:app\n    environment:\n      - BETTER=1\n"},
            {"better": "implied certain b.pth:1"},
            {**FLASK, "better": Lib({"b.pth": "import os; os.environ.get('BETTER') and __import__('better')\n",
                                     "better.py": ""})},
        ),
        "noop: a sitecustomize of ours that is on no path": Case(
            {**code(WEB, "flask", "agent"), "tools/sitecustomize.py": "import agent.auto\n"},
            {"agent": "unreached"}, {**FLASK, "agent": plain("agent")},
        ),
        "noop: nothing happens unless a variable is set": Case(
            code(WEB, "flask", "coverage"),
            {"coverage": "unused likely"},
            {**FLASK, "coverage": Lib({"a1_coverage.pth": COVERAGE_LINE, "coverage/__init__.py": ""})},
            says={"coverage": "its a1_coverage.pth does nothing unless COVERAGE_PROCESS_START is set"},
        ),
        "noop: a variable, and": Case(
            code(WEB, "flask", "better"),
            {"better": "unused likely"},
            {**FLASK, "better": Lib({"b.pth": "import os; os.environ.get('BETTER') and __import__('better')\n",
                                     "better.py": ""})},
        ),
        "noop: a namespace package": Case(
            code(WEB, "flask", "google-thing"),
            {"google-thing": "unused likely"},
            {**FLASK, "google-thing": Lib({"google_thing-nspkg.pth": NAMESPACE_LINE, "google/thing/__init__.py": ""})},
        ),
        "noop: setuptools stands by for distutils": Case(
            code(WEB, "flask", "setuptools"),
            {"setuptools": "unused likely"},
            {**FLASK, "setuptools": Lib({"distutils-precedence.pth": SHIM_LINE, "_distutils_hack/__init__.py": "",
                                         "setuptools/__init__.py": ""})},
        ),
        "noop: a path and no program": Case(
            code(WEB, "flask", "other"),
            {"other": "unused likely"},
            {**FLASK, "other": Lib({"other.pth": "lib\n", "lib/other.py": "", "other.py": ""})},
        ),
        "noop: the file of virtualenv": Case(
            code(WEB, "flask", "other"),
            {"other": "unused likely"},
            {**FLASK, "other": plain("other"),
             "v": Lib({"_virtualenv.pth": "import _virtualenv", "_virtualenv.py": ""})},
        ),
    }
}  # fmt: skip
