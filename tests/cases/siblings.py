"""Modules beside the one that imports them: whose they are follows from where the program that imports them starts."""

import json
from collections.abc import Mapping
from typing import Any

from tests.cases.case import Case, a_project, a_tree, lib, libs

SITE = libs("a b redis")
HERE = "import os\nimport sys\nsys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))\n"
DECLARED = {"requirements.txt": "a\nb\n"}
# app/main.py imports helper, which imports b: "app" has to be on the path.
PACKAGE = {"app/__init__.py": "", "app/main.py": "import helper\nimport a\napp = 1\n", "app/helper.py": "import b\n"}
OURS = {"a": "startup certain app/main.py:2", "b": "startup certain app/helper.py:1"}


def package(**more: str) -> dict[str, str]:
    return {**DECLARED, **PACKAGE, **more}


def started(command: str, **more: str) -> Case:
    """A package whose files import each other by their plain names, started by `command`."""
    return Case(package(Procfile=f"web: {command}\n", **more), OURS)


def in_app(
    text: str, expect: Mapping[str, str], beside: str, files: Mapping[str, str] | None = None, **more: Any
) -> Case:
    """A package whose app/main.py is served, with an empty module `beside` it."""
    own = {"app/main.py": f"{text}\napp = 1\n", **(files or {})}
    return a_tree(own, expect, web="uvicorn app.main:app", empty=f"app/__init__.py {beside}".strip(), **more)


def twins(first: str, second: str) -> Case:
    files = {
        "app/__init__.py": "",
        "app/main.py": f"try:\n    {first}\nexcept ImportError:\n    {second}\napp = 1\n",
        "app/redis.py": "import a\nx = 1\n",
        "requirements.txt": "a\nredis\n",
        "Procfile": "web: uvicorn app.main:app\n",
    }
    return Case(files, {"a": "startup app/redis.py:1", "redis": "unused"})


def built(path: str, settings: str, *, folder: str = "lib") -> Case:
    """A project whose settings say from which folder its package is taken; nothing else does."""
    files = {
        f"{folder}/__init__.py": "",
        f"{folder}/shop/__init__.py": "",
        f"{folder}/shop/web.py": "from .db import x\napp = 1\n",
        f"{folder}/shop/db.py": "import a\n",
        "requirements.txt": "a\n",
        "Procfile": "web: uvicorn shop.web:app\n",
        path: settings,
    }
    return Case(files, {"a": f"startup {folder}/shop/db.py:1"})


def notebook(text: str) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": text}], "nbformat": 4}, indent=1)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "beside a script": {
        "B4 sibling import": Case(package(Dockerfile='FROM python\nCMD ["python", "app/main.py"]\n'), OURS),
        "B4 sibling: by a Procfile": started("python app/main.py"),
        "B4 sibling: after cd": started("cd app && python main.py"),
        "B4 sibling: a package below the script's folder": a_tree(
            {"srv/run.py": "from store.db import x\n", "srv/store/db.py": "import a\n"},
            {"a": "startup srv/store/db.py:1"},
            web="python srv/run.py",
            empty="srv/__init__.py srv/store/__init__.py",
        ),
        "B4 sibling: named like an installed one, and the script's folder comes first": Case(
            {
                **package(Procfile="web: python app/main.py\n"),
                "app/main.py": "import helper\nimport redis\nimport a\n",
                "app/redis.py": "",
                "requirements.txt": "a\nb\nredis\n",
            },
            {"b": "startup", "redis": "unused"},
        ),
        "B4 sibling: named like an installed one, beside one of two scripts only": a_tree(
            {
                "a/run.py": "import common\n",
                "b/run.py": "import common\n",
                "common.py": "import redis\n",
                "Procfile": "web: PYTHONPATH=. python a/run.py\nworker: PYTHONPATH=. python b/run.py\n",
            },
            {"redis": "startup certain common.py:1"},
            empty="a/redis.py",
        ),
        "B4 sibling: named like the standard library": a_tree(
            {"srv/run.py": "import queue\n", "srv/queue.py": "import a\n"},
            {"a": "startup srv/queue.py:1"},
            web="python srv/run.py",
            empty="srv/__init__.py",
        ),
        "B4 sibling: streamlit and its pages": Case(
            {
                "ui/__init__.py": "",
                "ui/Home.py": "import helper\n",
                "ui/pages/One.py": "import helper\nimport a\n",
                "ui/helper.py": "import b\n",
                **DECLARED,
                "Procfile": "web: streamlit run ui/Home.py\n",
            },
            {"a": "lazy ui/pages/One.py:2", "b": "startup ui/helper.py:1"},
        ),
        "B4 sibling: a script that nothing starts": a_project(
            "",
            {"a": "unreached"},
            Procfile="web: uvicorn main:app\n",
            files={
                "jobs/__init__.py": "",
                "jobs/run.py": "import helper\nif __name__ == '__main__':\n    helper.x()\n",
                "jobs/helper.py": "import a\n",
            },
        ),
        "B4 sibling: a notebook": a_project(
            "",
            {"a": "unreached"},
            Procfile="web: uvicorn main:app\n",
            files={"lab/__init__.py": "", "lab/x.ipynb": notebook("import helper"), "lab/helper.py": "import a\n"},
        ),
        "B4 sibling: manage.py in a package": a_tree(
            {"srv/manage.py": "import django\nimport config\n", "srv/config.py": "import a\n", "main.py": "app = 1\n"},
            {"a": "lazy srv/config.py:1"},
            {**SITE, **libs("django")},
            declares="a django",
            web="uvicorn main:app",
            empty="srv/__init__.py",
        ),
        "B4 sibling: the project is a package itself": Case(
            {
                "__init__.py": "",
                "main.py": "import helper\nimport a\n",
                "helper.py": "import b\n",
                **DECLARED,
                "Procfile": "web: python main.py\n",
            },
            {"a": "startup", "b": "startup helper.py:1"},
        ),
        "noop: named like the first part of a well-known module that is not installed": a_tree(
            {
                "app/main.py": "from app.stores import blob\napp = 1\n",
                "app/stores/blob.py": "from azure.storage.blob import aio\n",
            },
            {"azure-storage-blob": "startup app/stores/blob.py:1"},
            libs("a"),
            web="uvicorn app.main:app",
            empty="app/__init__.py app/stores/__init__.py app/stores/azure.py",
        ),
        "noop: an installed one, and the project's folder comes first": in_app(
            "import redis", {"redis": "startup app/main.py:1"}, "app/redis.py"
        ),
        "noop: an installed one beside a sibling that nobody offers": in_app(
            "import helper\nimport redis",
            {"redis": "startup app/main.py:2", "b": "startup"},
            "app/redis.py",
            {"app/helper.py": "import b\n"},
            declares="b redis",
        ),
        "noop: two starts, of which one finds the installed one": a_tree(
            {
                "app/main.py": "import redis\napp = 1\n",
                "Procfile": "web: uvicorn app.main:app\njob: python app/main.py\n",
            },
            {"redis": "startup app/main.py:1"},
            empty="app/__init__.py app/redis.py",
        ),
        "noop: a well-known one that is not installed": in_app(
            "import yaml\nimport a",
            {"a": "startup"},
            "app/yaml.py",
            findings=("FP105 * app/main.py:1",),
            undeclared={"yaml": "yaml is imported"},
        ),
        "noop: a declared one that is not installed": in_app(
            "import shelf", {"shelf": "startup app/main.py:1"}, "app/shelf.py"
        ),
    },
    "named like an installed one": {
        # FawltyDeps 419 and 508, ruff 1817, 12984 and 16376: the same question, put to other tools.
        "B4 sibling: a package of ours below the project": a_tree(
            {"app/fastapi/main.py": "from fastapi import FastAPI\napp = 1\n"},
            {"fastapi": "startup app/fastapi/main.py:1"},
            libs("fastapi"),
            web="uvicorn app.fastapi.main:app",
            empty="app/fastapi/__init__.py",
        ),
        "B4 sibling: the same without an environment": a_tree(
            {"app/fastapi/main.py": "from fastapi import FastAPI\napp = 1\n"},
            {"fastapi": "startup app/fastapi/main.py:1"},
            {},
            web="uvicorn app.fastapi.main:app",
            empty="app/fastapi/__init__.py",
            installed=False,
        ),
        "B4 sibling: a facade of the same name": a_tree(
            {"shop/redis.py": "import redis\n", "shop/web.py": "from shop import redis\napp = 1\n"},
            {"redis": "startup shop/redis.py:1"},
            web="uvicorn shop.web:app",
            empty="shop/__init__.py",
        ),
        "B4 sibling: a folder that is on the path only because another import says so": a_tree(
            {"jobs/models.py": "import a\n", "jobs/run.py": "import models\nimport redis\napp = 1\n"},
            {"redis": "startup jobs/run.py:2", "a": "startup jobs/models.py:1"},
            declares="a redis",
            web="uvicorn jobs.run:app",
            empty="jobs/redis.py",
        ),
        "B4 sibling: a namespace folder, without an environment": a_tree(
            {"air/providers/google/run.py": "from google.api_core import x\nfrom air.providers.google import y\n"},
            {"google-api-core": "startup air/providers/google/run.py:1"},
            {},
            empty="air/providers/google/y.py",
            installed=False,
        ),
        "B4 sibling: a part of a namespace of ours": a_tree(
            {"src/ns/a/__init__.py": "import ns.b\n", "main.py": "import ns.a\napp = 1\n"},
            {"ns-b": "startup src/ns/a/__init__.py:1"},
            {"ns-b": lib("ns/b/__init__.py")},
            web="uvicorn main:app",
        ),
        "noop: the script's own folder does hide it": a_tree(
            {"jobs/run.py": "import redis\n"}, {"redis": "unused"}, web="python jobs/run.py", empty="jobs/redis.py"
        ),
    },
    "by options and variables": {
        "B4 sibling: PYTHONPATH before the command": started("PYTHONPATH=app python -m main"),
        "B4 sibling: PYTHONPATH of the image": Case(
            package(
                Dockerfile='FROM x\nWORKDIR /srv\nENV PYTHONPATH=/srv/app\nCOPY . .\nCMD ["python", "-m", "main"]\n'
            ),
            OURS,
        ),
        "B4 sibling: uvicorn --app-dir": started("uvicorn --app-dir app main:app"),
        "B4 sibling: gunicorn --chdir": started("gunicorn --chdir app main:app"),
        "B4 sibling: gunicorn --pythonpath": started("gunicorn --pythonpath app main:app"),
        "B4 sibling: Lambda, CodeUri": Case(
            {
                "fn/__init__.py": "",
                "fn/handler.py": "import helper\nimport a\ndef run(e, c): ...\n",
                "fn/helper.py": "import b\n",
                **DECLARED,
                "template.yaml": "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
                "      Handler: handler.run\n      Runtime: python3.12\n      CodeUri: fn/\n",
            },
            {"a": "startup fn/handler.py:2", "b": "startup fn/helper.py:1"},
        ),
        "B4 sibling: a layer of Lambda": Case(
            {
                "fn/handler.py": "import helper\nimport a\ndef run(e, c): ...\n",
                "layers/common/python/helper.py": "import b\n",
                **DECLARED,
                "template.yaml": "Resources:\n  L:\n    Type: AWS::Serverless::LayerVersion\n    Properties:\n"
                "      ContentUri: layers/common/\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
                "      Handler: handler.run\n      Runtime: python3.12\n      CodeUri: fn/\n      Layers: [!Ref L]\n",
            },
            {"a": "startup fn/handler.py:2", "b": "startup layers/common/python/helper.py:1"},
        ),
        "B4 sibling: a layer of serverless.yml": Case(
            {
                "handler.py": "import helper\nimport a\ndef run(e, c): ...\n",
                "common/python/helper.py": "import b\n",
                **DECLARED,
                "serverless.yml": "provider:\n  name: aws\n  runtime: python3.12\nlayers:\n  c:\n    path: common\n"
                "functions:\n  f:\n    handler: handler.run\n",
            },
            {"a": "startup handler.py:2", "b": "startup common/python/helper.py:1"},
        ),
        "noop: an option names another folder": Case(
            {
                **package(Procfile="web: uvicorn --app-dir srv web:app\n"),
                "srv/web.py": "import redis\napp = 1\n",
                "requirements.txt": "a\nb\nredis\n",
            },
            {"redis": "startup srv/web.py:1", "a": "unreached", "b": "unreached"},
        ),
    },
    "by the code itself": {
        "B4 sibling: dirname of __file__": Case(
            {
                **package(Procfile="web: uvicorn app.main:app\n"),
                "app/main.py": f"{HERE}import helper\nimport a\napp = 1\n",
            },
            {"a": "startup app/main.py:5", "b": "startup app/helper.py:1"},
        ),
        "noop: it hides nothing that is installed": in_app(
            f"{HERE}import redis", {"redis": "startup app/main.py:4"}, "app/redis.py"
        ),
        "noop: a path outside the project": a_project(
            "import sys\nsys.path.insert(0, '/opt/lib')\nimport strange",
            {"a": "unused"},
            Procfile="web: uvicorn main:app\n",
            files={"opt/lib/strange.py": ""},
            findings=("FP105 * main.py:3",),
        ),
    },
    "by two spellings": {
        "B4 sibling: relative, then plain": twins("from .redis import x", "from redis import x"),
        "B4 sibling: plain, then relative": twins("from redis import x", "from .redis import x"),
        "B4 sibling: the module itself": twins("from . import redis", "import redis"),
        "B4 sibling: by __package__": in_app(
            "if __package__:\n    from .redis import x\nelse:\n    from redis import x",
            {"a": "startup app/redis.py:1", "redis": "unused"},
            "",
            {"app/redis.py": "import a\n"},
        ),
        "noop: another name is taken from the installed one": in_app(
            "from .redis import x\nfrom redis import Redis", {"redis": "startup app/main.py:2"}, "app/redis.py"
        ),
    },
    "by the settings of the build": {
        "B4 sibling: setuptools package-dir": built("pyproject.toml", '[tool.setuptools.package-dir]\n"" = "lib"\n'),
        "B4 sibling: setuptools where": built("pyproject.toml", '[tool.setuptools.packages.find]\nwhere = ["lib"]\n'),
        "B4 sibling: setup.cfg": built("setup.cfg", "[options]\npackage_dir =\n    = lib\n"),
        "B4 sibling: setup.py": built("setup.py", "from setuptools import setup\nsetup(package_dir={'': 'lib'})\n"),
        "B4 sibling: hatch sources": built("pyproject.toml", '[tool.hatch.build.targets.wheel]\nsources = ["lib"]\n'),
        "B4 sibling: hatch packages": built(
            "pyproject.toml", '[tool.hatch.build.targets.wheel]\npackages = ["lib/shop"]\n'
        ),
        "B4 sibling: poetry packages": built(
            "pyproject.toml", '[tool.poetry]\npackages = [{include = "shop", from = "lib"}]\n'
        ),
        "B4 sibling: uv module-root": built("pyproject.toml", '[tool.uv.build-backend]\nmodule-root = "lib"\n'),
        "B4 sibling: pdm package-dir": built("pyproject.toml", '[tool.pdm.build]\npackage-dir = "lib"\n'),
        "B4 sibling: pytest pythonpath": built("pyproject.toml", '[tool.pytest.ini_options]\npythonpath = ["lib"]\n'),
        "B4 sibling: a folder under another name": a_tree(
            {
                "source/web.py": "from shop.db import x\napp = 1\n",
                "source/db.py": "import a\n",
                "pyproject.toml": '[tool.setuptools.package-dir]\nshop = "source"\n',
            },
            {"a": "startup source/db.py:1"},
            web="uvicorn source.web:app",
            empty="source/__init__.py",
        ),
        "noop: doctests in the code are no tests": a_tree(
            {
                "pkg/__init__.py": "import a\n",
                "main.py": "import pkg\n",
                "pyproject.toml": '[tool.pytest.ini_options]\ntestpaths = ["pkg", "tests"]\n',
                "tests/test_x.py": "import b\n",
            },
            {"a": "startup"},
        ),
    },
}
