"""What people write imports in: files, folders, namespaces, names of what is not installed."""

import json
from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_server, lib, libs

SITE = libs("a b c d")
GOOGLE: Mapping[str, Lib] = {
    "google-cloud-storage": lib("google/cloud/storage/__init__.py"),
    "google-cloud-bigquery": lib("google/cloud/bigquery/__init__.py"),
    "opentelemetry-api": lib("opentelemetry/trace/__init__.py"),
    "opentelemetry-sdk": lib("opentelemetry/sdk/__init__.py", "opentelemetry/sdk/trace/__init__.py"),
}


def notebook(*cells: str, kind: str = "code") -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": text} for text in cells], "nbformat": 4}, indent=1)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "layouts": {
        "src": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = ["a", "b"]\n[project.scripts]\n'
             'p = "p.cli:main"\n',
             "src/p/__init__.py": "", "src/p/cli.py": "from p.core import x\ndef main(): ...\n",
             "src/p/core.py": "import a\n"},
            {"a": "startup src/p/core.py:1", "b": "unused"}, absent=("p",),
        ),
        "a folder that is not the project's root": Case(
            {"backend/main.py": "from store import db\napp = 1\n", "backend/store/__init__.py": "",
             "backend/store/db.py": "import a\n", "backend/requirements.txt": "a\n",
             "Procfile": "web: cd backend && uvicorn main:app\n"},
            {"a": "startup backend/store/db.py:1"},
        ),
        "two roots": Case(
            {"api/main.py": "import a\nimport shared\napp = 1\n", "api/shared.py": "import b\n",
              "job/run.py": "import c\n",
             "requirements.txt": "a\nb\nc\n",
               "Procfile": "web: uvicorn main:app --app-dir api\njob: python job/run.py\n"},
            {"a": "startup api/main.py:1", "b": "startup api/shared.py:1", "c": "startup job/run.py:1"},
        ),
        "tests by location": a_server(
            "", {"a": "tests certain tests/test_x.py:1", "b": "tests certain tests/conftest.py:1"},
            files={"tests/test_x.py": "import a\n", "tests/conftest.py": "import b\n"}),
        "tests beside the code": a_server(
            "import pkg", {"a": "tests pkg/test_x.py:1"}, files={"pkg/__init__.py": "", "pkg/test_x.py": "import a\n"}),
        "tests by pytest's own configuration": a_server(
            "", {"a": "tests checks/first.py:1"},
            files={"pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["checks"]\n',
                   "checks/first.py": "import a\n"}),
        "tools of developers": a_server(
            "", {"a": "tests noxfile.py:1", "b": "tests docs/conf.py:1"},
            files={"noxfile.py": "import a\n", "docs/conf.py": "import b\n"}),
        "noop: an environment in the project": a_server(
            "", {"a": "unused"},
            files={"venv/pyvenv.cfg": "home = /usr\n", "venv/lib/x.py": "import a\n", ".venv/lib/y.py": "import a\n",
                   "node_modules/z.py": "import a\n"}),
        "noop: what git ignores": a_server(
            "", {"a": "unused"}, files={".gitignore": "generated/\n", "generated/x.py": "import a\n"}),
        "noop: an application folder named testing": a_server(
            "from testing import api", {"a": "startup testing/api.py:1"},
            files={"testing/__init__.py": "", "testing/api.py": "import a\n"}),
    },
    "kinds of files": {
        "a notebook": a_server(
            "", {"a": "unreached cannot-tell look.ipynb:5"}, files={"look.ipynb": notebook("import a\n")}),
        "a notebook with magics": a_server(
            "", {"a": "unreached look.ipynb:5", "b": "unreached look.ipynb:9", "c": "orphan"}, declares="a b",
            files={"look.ipynb": notebook("%matplotlib inline\n!pip install c\nimport a\n", "%%time\nimport b\n")},
            undeclared={"matplotlib": "not installed"}, findings=("FP105 * look.ipynb:5",)),
        "a script without suffix": a_server(
            "", {"a": "unreached bin/job:2"}, files={"bin/job": "#!/usr/bin/env python3\nimport a\n"}),
        "a file that does not parse": a_server(
            "import mine\nimport b", {"a": "startup mine.py:1", "b": "startup main.py:2"},
            **{"mine.py": "import a\nprint 'old'\ndef f(:\n"}),
        "syntax of a newer Python": a_server(
            "import a\ntype X[T] = list[T]\nx = t'{a}'\ntry:\n    import b\nexcept A, B:\n    pass",
            {"a": "startup main.py:1", "b": "startup main.py:5"}),
        "noop: markdown and text with imports": a_server(
            "", {"a": "unused"}, files={"README.md": "```python\nimport a\n```\n", "x.txt": "import a\n"}),
        "noop: a shell script with the word": a_server("", {"a": "unused"}, files={"bin/job": "#!/bin/sh\nimport a\n"}),
        "noop: the text of a notebook": a_server(
            "", {"a": "unused"}, files={"look.ipynb": notebook("import a\n", kind="markdown")}),
    },
    "namespaces and names": {
        "not installed, well known": a_server(
            "import yaml\nimport cv2\nimport bs4\nimport sklearn\nfrom PIL import Image",
            {"pyyaml": "startup main.py:1", "opencv-python-headless": "startup main.py:2",
             "beautifulsoup4": "startup main.py:3", "scikit-learn": "startup main.py:4", "pillow": "startup main.py:5"},
            {}),
        "not installed, named alike": a_server(
            "import my_lib\nimport other", {"my-lib": "startup main.py:1", "other": "startup main.py:2"}, {},
            declares="My.Lib other"),
        "not installed, a part of a namespace": a_server(
            "from google.cloud import storage", {"google-cloud-storage": "startup main.py:1"}, {}),
        "noop: not installed, another part of the namespace": a_server(
            "from google.cloud import storage", {"google-cloud-bigquery": "unused"}, {},
            declares="google-cloud-storage google-cloud-bigquery"),
        "noop: the namespace alone": a_server(
            "import google", {"google-cloud-storage": "unused"}, GOOGLE),
        "noop: a folder within the namespace": a_server(
            "import google.cloud", {"google-cloud-storage": "unused"}, GOOGLE),
        "the namespace alone, and a part by its attribute": a_server(
            "import google\nx = google.cloud.storage.Client()\n# google.cloud.bigquery",
            {"google-cloud-storage": "implied cannot-tell main.py:2", "google-cloud-bigquery": "unused"}, GOOGLE),
        "the namespace by another name, and a part by its attribute": a_server(
            "from google import cloud as c\nprint(c.storage.Client)",
            {"google-cloud-storage": "startup main.py:1"}, GOOGLE),
        "a namespace of which one part alone is installed": a_server(
            "import zope", {"zope-interface": "startup certain main.py:1"},
            {"zope-interface": lib("zope/interface/__init__.py")}),
        "noop: backports, azure, sphinxcontrib": a_server(
            "import azure\nimport backports\nimport sphinxcontrib",
            {f"{top}-{part}": "unused" for top in ("azure", "backports", "sphinxcontrib") for part in "ab"},
            {f"{top}-{part}": lib(f"{top}/{part}/__init__.py") for top in ("azure", "backports", "sphinxcontrib")
             for part in "ab"}),
        "noop: the namespace alone is not undeclared": a_server(
            "import a\nimport google", {"a": "startup"}, {**GOOGLE, **libs("a")}),
        "noop: a distribution that only bears the import's name": a_server(
            "import yaml", {"yaml-tools": "unused"}, libs("yaml-tools pyyaml:yaml"), undeclared={"yaml": "pyyaml"},
            findings=("FP105 pyyaml main.py:1",)),
    },
}  # fmt: skip
